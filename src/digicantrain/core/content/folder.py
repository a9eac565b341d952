"""Finds each file's place in a programme and reads it; what has no place is a fault."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from digicantrain.core import markup
from digicantrain.core.content.files import SHAPES
from digicantrain.core.content.problems import Problem
from digicantrain.core.content.toml_text import Document, KeyPath, TomlFaultError, read

LANG = r"(?:\.(?P<lang>[a-z]{2}))?"
PLACES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(f"^{pattern}$"))
    for kind, pattern in (
        ("programme", rf"programme{LANG}\.toml"),
        ("competences", rf"competences{LANG}\.toml"),
        ("paths", rf"paths{LANG}\.toml"),
        ("sources", r"sources\.toml"),
        ("form", rf"forms/(?P<name>[a-z0-9-]+){LANG}\.toml"),
        ("instrument", rf"instruments/(?P<name>[a-z0-9-]+){LANG}\.toml"),
        ("module", rf"modules/(?P<module>[A-Z][0-9]+)/module{LANG}\.toml"),
        ("items", rf"modules/(?P<module>[A-Z][0-9]+)/items/(?P<name>[a-z0-9-]+){LANG}\.toml"),
        ("case", rf"modules/(?P<module>[A-Z][0-9]+)/cases/(?P<name>[a-z0-9-]+){LANG}\.toml"),
        ("document", rf"modules/(?P<module>[A-Z][0-9]+)/documents/(?P<name>[a-z0-9-]+){LANG}\.md"),
        ("picture", rf"modules/(?P<module>[A-Z][0-9]+)/pictures/(?P<name>[a-z0-9-]+){LANG}\.svg"),
        ("unit", rf"modules/(?P<module>[A-Z][0-9]+)/(?P<name>[a-z0-9-]+)/unit{LANG}\.toml"),
        (
            "page",
            rf"modules/(?P<module>[A-Z][0-9]+)/(?P<unit>[a-z0-9-]+)/(?P<name>[a-z0-9-]+){LANG}\.md",
        ),
    )
)


@dataclass
class Part:
    """A TOML file with its language files: `words[lang]` are their documents."""

    file: str = ""
    document: Document = field(default_factory=lambda: Document({}))
    words: dict[str, tuple[str, Document]] = field(default_factory=dict)

    @property
    def values(self) -> dict[str, Any]:
        """The values of the file without a language."""
        return self.document.values

    def said(self, language: str) -> dict[str, Any]:
        """The words in a language; none if that file is missing."""
        found = self.words.get(language)
        return found[1].values if found else {}


@dataclass
class ModuleFolder:
    """All that stands in a module's folder, by name."""

    code: str
    module: Part = field(default_factory=Part)
    units: dict[str, Part] = field(default_factory=dict)
    items: dict[str, Part] = field(default_factory=dict)
    cases: dict[str, Part] = field(default_factory=dict)
    # (unit, step) -> language -> (file, text)
    pages: dict[tuple[str, str], dict[str, tuple[str, markup.Text]]] = field(default_factory=dict)
    documents: dict[str, dict[str, tuple[str, markup.Text]]] = field(default_factory=dict)
    # name -> language, or nothing for a picture without words -> (file, SVG)
    pictures: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)


@dataclass
class Folder:
    """A whole programme as it was read, with the problems found so far."""

    programme: Part = field(default_factory=Part)
    competences: Part = field(default_factory=Part)
    paths: Part = field(default_factory=Part)
    sources: Part = field(default_factory=Part)
    forms: dict[str, Part] = field(default_factory=dict)
    instruments: dict[str, Part] = field(default_factory=dict)
    modules: dict[str, ModuleFolder] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def report(self, file: str, line: int, what: str, mend: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(file, line, what, mend))

    def at(self, part: Part, path: KeyPath, what: str, mend: str, *, language: str = "") -> None:
        """Note a problem at a key of a file, or of its file in a language."""
        if language and language not in part.words:
            self.report(part.file, 1, what, mend)
            return
        file, document = part.words[language] if language else (part.file, part.document)
        self.report(file, document.line(path), what, mend)

    def faulty(self, prefix: str) -> bool:
        """Whether a file under a folder has a problem."""
        return any(problem.file.startswith(prefix) for problem in self.problems)


def read_files(files: Mapping[str, str]) -> Folder:
    """Read all files and check the shape of each."""
    folder = Folder(files=dict(files))
    for path in sorted(files):
        match = next(
            ((kind, found) for kind, place in PLACES if (found := place.match(path))), None
        )
        if match is None:
            mend = "Move it, or take it away; docs/author/files.md shows which files there are."
            folder.report(path, 1, "This file has no place in a programme.", mend)
            continue
        kind, found = match
        _put(folder, kind=kind, place=found.groupdict(), path=path)
    return folder


def _put(folder: Folder, *, kind: str, place: dict[str, str | None], path: str) -> None:
    text, language, name = folder.files[path], place.get("lang") or "", place.get("name") or ""
    module = _module(folder, place.get("module") or "")
    if module is not None:
        module.files[path] = text
    if kind in {"page", "document"}:
        _put_text(module, kind=kind, place=place, at=(path, text))
    elif kind == "picture" and module is not None:
        module.pictures.setdefault(name, {})[language] = (path, text)
    else:
        document = _toml(folder, kind=kind, language=language, path=path)
        part = _part(folder, module, kind=kind, name=name)
        if language:
            part.words[language] = (path, document)
        else:
            part.file, part.document = path, document


def _module(folder: Folder, code: str) -> ModuleFolder | None:
    return folder.modules.setdefault(code, ModuleFolder(code)) if code else None


def _put_text(
    module: ModuleFolder | None, *, kind: str, place: dict[str, str | None], at: tuple[str, str]
) -> None:
    if module is None:
        return
    path, text = at
    name, language = place["name"] or "", place.get("lang") or ""
    found = (path, markup.read(text))
    if kind == "page":
        module.pages.setdefault((place["unit"] or "", name), {})[language] = found
    else:
        module.documents.setdefault(name, {})[language] = found


def _toml(folder: Folder, *, kind: str, language: str, path: str) -> Document:
    try:
        document = read(folder.files[path])
    except TomlFaultError as fault:
        mend = "Mend the line, then check again; nothing after it could be read."
        folder.report(path, fault.line, f"This is not TOML: {fault}.", mend)
        return Document({})
    bare, words = SHAPES["form" if kind == "instrument" else kind]
    shape = words if language else bare

    def report(key: KeyPath, what: str, mend: str) -> None:
        folder.report(path, document.line(key), what, mend)

    shape(document.values, (), report)
    return document


def _part(folder: Folder, module: ModuleFolder | None, *, kind: str, name: str) -> Part:
    if module is None:
        if kind in {"form", "instrument"}:
            group = folder.forms if kind == "form" else folder.instruments
            return group.setdefault(name, Part())
        found: Part = getattr(folder, kind)
        return found
    if kind == "module":
        return module.module
    group = {"unit": module.units, "items": module.items, "case": module.cases}[kind]
    return group.setdefault(name, Part())
