"""The interface's words: extracted from templates and code, compiled by Babel."""

import ast
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

HERE = Path(__file__).resolve().parent
LOCALE = HERE / "locale"
COMPLETE = ("fi",)
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def run(what: str, *, say: Callable[[str], None]) -> int:
    """Do one of extract, compile, check; return the exit code."""
    return {"extract": _extract, "compile": _compile, "check": _check}[what](say)


def template_catalogue() -> Catalog:
    """Return every message of the interface, in the order of files."""
    catalogue = Catalog(project="digicantrain", charset="utf-8")
    for path in sorted([*HERE.rglob("*.py"), *(HERE / "web" / "templates").rglob("*.*")]):
        name = path.relative_to(HERE).as_posix()
        for line, message, context, comments in _messages_of(path):
            # context of a message is its own key in the catalogue
            catalogue.add(
                message, locations=[(name, line)], auto_comments=comments, context=context
            )
    return catalogue


Found = tuple[int, str | tuple[str, ...], str | None, list[str]]
CALL = re.compile(r"\b(npgettext|pgettext|ngettext|gettext|_)\(")


def _messages_of(path: Path) -> Iterator[Found]:
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        yield from _in_template(templatize(text))
        return
    found: Any = extract_python(io.BytesIO(text.encode()), KEYWORDS, ["Translators:"], {})
    for line, function, messages, comments in found:
        given = messages if isinstance(messages, tuple | list) else (messages,)
        parts = [str(message) for message in given if message]
        if parts:
            yield _found(line, str(function), parts, comments)


def _in_template(text: str) -> Iterator[Found]:
    """Find the calls that Django makes of a template's tags; the rest of it is blanked out."""
    for match in CALL.finditer(text):
        parts = _arguments(text[match.end() :])
        if parts:
            line = text.count("\n", 0, match.start()) + 1
            yield _found(line, match.group(1), parts, [])


def _arguments(rest: str) -> list[str]:
    """Return the strings up to the bracket that closes the call."""
    for end, sign in enumerate(rest):
        if sign != ")":
            continue
        try:
            call = ast.parse(f"f({rest[: end + 1]}", mode="eval").body
        except SyntaxError:
            continue
        arguments = call.args if isinstance(call, ast.Call) else []
        return [a.value for a in arguments if isinstance(a, ast.Constant) and a.value]  # type: ignore[misc]
    return []


def _found(line: int, function: str, parts: list[str], comments: list[str]) -> Found:
    context = parts.pop(0) if function.startswith(("pgettext", "npgettext")) else None
    plural = function.startswith(("ngettext", "npgettext"))
    return line, tuple(parts[:2]) if plural else parts[0], context, comments


def _paths() -> list[Path]:
    return sorted(LOCALE.glob("*/LC_MESSAGES/django.po"))


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3])


def _extract(say: Callable[[str], None]) -> int:
    template = template_catalogue()
    for path in _paths():
        catalogue = _read(path)
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        with path.open("wb") as file:
            write_po(file, catalogue, width=100, omit_header=False, sort_output=True)
        missing = sum(1 for message in catalogue if message.id and not message.string)
        say(f"{path.parts[-3]}: {len(catalogue)} messages, {missing} to translate")
    return 0


def _compile(say: Callable[[str], None]) -> int:
    for path in _paths():
        target = path.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime > path.stat().st_mtime:
            continue
        with target.open("wb") as file:
            write_mo(file, _read(path))
        say(f"{path.parts[-3]}: compiled")
    return 0


def missing(language: str) -> list[str]:
    """Return the messages that a catalogue lacks or leaves untranslated."""
    catalogue = _read(LOCALE / language / "LC_MESSAGES" / "django.po")
    lacking = []
    for message in template_catalogue():
        if not message.id:
            continue
        there = catalogue.get(
            message.id if isinstance(message.id, str) else message.id[0], message.context
        )
        strings = there.string if there else ""
        if not strings or (isinstance(strings, tuple) and not all(strings)):
            lacking.append(str(message.id))
    return lacking


def _check(say: Callable[[str], None]) -> int:
    lacking = {language: missing(language) for language in COMPLETE}
    for language, texts in lacking.items():
        for text in texts:
            say(f"{language}: not translated: {text}")
    return 1 if any(lacking.values()) else 0
