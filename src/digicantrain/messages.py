"""The interface's words: extracted from templates and code, compiled by Babel."""

import io
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


def _messages_of(path: Path) -> Iterator[tuple[int, str | tuple[str, ...], str | None, list[str]]]:
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        text = templatize(text)
    found: Any = extract_python(io.BytesIO(text.encode()), KEYWORDS, ["Translators:"], {})
    for line, function, messages, comments in found:
        given = messages if isinstance(messages, tuple | list) else (messages,)
        parts = [str(message) for message in given if message]
        if not parts:
            continue
        name = str(function)
        context = parts.pop(0) if name.startswith(("pgettext", "npgettext")) else None
        plural = name.startswith(("ngettext", "npgettext"))
        yield line, tuple(parts[:2]) if plural else parts[0], context, comments


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
