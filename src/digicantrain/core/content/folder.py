"""Finds each file's place in a programme and reads it; what has no place is a fault."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from digicantrain.core import markup
from digicantrain.core.content.files import SHAPES
from digicantrain.core.content.problems import Problem
from digicantrain.core.content.shapes import Markdown
from digicantrain.core.content.toml_text import Document, KeyPath, TomlFaultError, read

MOST_CHARACTERS = 1_000_000
LANGUAGE, NAME = r"\.(?P<language>[a-z]{2})", r"(?P<name>[a-z0-9-]{1,60})"
MODULE = r"modules/(?P<module>[A-Z][0-9]{1,3})"
PLACES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("programme", rf"programme({LANGUAGE})?\.toml"),
        ("competences", rf"competences({LANGUAGE})?\.toml"),
        ("paths", rf"paths({LANGUAGE})?\.toml"),
        ("sources", r"sources\.toml"),
        ("form", rf"forms/{NAME}({LANGUAGE})?\.toml"),
        ("instrument", rf"instruments/{NAME}({LANGUAGE})?\.toml"),
        ("module", rf"{MODULE}/module({LANGUAGE})?\.toml"),
        ("items", rf"{MODULE}/items/{NAME}({LANGUAGE})?\.toml"),
        ("case", rf"{MODULE}/cases/{NAME}({LANGUAGE})?\.toml"),
        ("document", rf"{MODULE}/documents/{NAME}{LANGUAGE}\.md"),
        ("picture", rf"{MODULE}/pictures/{NAME}({LANGUAGE})?\.svg"),
        ("unit", rf"{MODULE}/{NAME}/unit({LANGUAGE})?\.toml"),
        ("page", rf"{MODULE}/(?P<unit>[a-z0-9-]{{1,30}})/{NAME}{LANGUAGE}\.md"),
    )
)


@dataclass
class Part:
    """A TOML file with its language files; a file that is missing has the shape, empty."""

    kind: str
    file: str = ""
    document: Document | None = None
    words: dict[str, tuple[str, Document]] = field(default_factory=dict)

    @property
    def values(self) -> dict[str, Any]:
        """The values of the file without a language."""
        empty, _words = SHAPES[self.kind]
        found: dict[str, Any] = self.document.values if self.document else empty.empty()
        return found

    def said(self, language: str) -> dict[str, Any]:
        """The words in a language."""
        found = self.words.get(language)
        words: dict[str, Any] = found[1].values if found else SHAPES[self.kind][1].empty()
        return words


@dataclass(frozen=True)
class Said:
    """Words that people will read: where they stand and what they hold."""

    file: str
    line: int
    language: str
    module: str
    kind: str
    text: markup.Text


@dataclass
class ModuleFolder:
    """All that stands in a module's folder, by name."""

    code: str
    module: Part = field(default_factory=lambda: Part("module"))
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

    programme: Part = field(default_factory=lambda: Part("programme"))
    competences: Part = field(default_factory=lambda: Part("competences"))
    paths: Part = field(default_factory=lambda: Part("paths"))
    sources: Part = field(default_factory=lambda: Part("sources"))
    forms: dict[str, Part] = field(default_factory=dict)
    instruments: dict[str, Part] = field(default_factory=dict)
    modules: dict[str, ModuleFolder] = field(default_factory=dict)
    texts: list[Said] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    problems: set[Problem] = field(default_factory=set)
    # files that could not be read at all, and keys whose value has the wrong shape
    broken: set[str] = field(default_factory=set)
    shapeless: set[tuple[str, KeyPath]] = field(default_factory=set)

    def report(self, file: str, line: int, what: str, mend: str) -> None:
        """Note a problem."""
        self.problems.add(Problem(file, line, what, mend))

    def at(self, part: Part, path: KeyPath, what: str, mend: str, *, language: str = "") -> None:
        """Note a problem at a key of a file, or of its file in a language.

        What follows only from a fault that was already noted there is not noted again.
        """
        file, document = part.words.get(language, (part.file, part.document))
        if document and self._is_sure(file, path):
            self.report(file, document.line(path), what, mend)

    def is_sure(self, part: Part, *path: str | int) -> bool:
        """Whether a value stands as its author wrote it: its file was read, its shape was right."""
        return bool(part.file) and self._is_sure(part.file, path)

    def is_read(self, part: Part) -> bool:
        """Whether all that a file must hold could be read from it."""
        known = SHAPES[part.kind][0].keys
        return self.is_sure(part) and not any((part.file, (k,)) in self.shapeless for k in known)

    def _is_sure(self, file: str, path: KeyPath) -> bool:
        if file in self.broken:
            return False
        return not any((file, path[:end]) in self.shapeless for end in range(len(path) + 1))


def read_files(files: Mapping[str, str]) -> Folder:
    """Read all files and check the shape of each."""
    folder = Folder(files=dict(files))
    for path in sorted(files):
        found = _place(path)
        if found is None:
            folder.report(path, 1, "This file has no place in a programme.", _mend(path))
        else:
            _File(folder, found[0], path, found[1].groupdict()).put()
    return folder


def _place(path: str) -> tuple[str, re.Match[str]] | None:
    places = ((kind, place.fullmatch(path)) for kind, place in PLACES)
    return next(((kind, match) for kind, match in places if match), None)


def _mend(path: str) -> str:
    """Say how a file gets a place; some lack it only by a letter in the wrong case."""
    small = path.lower()
    for name in (small, re.sub("^modules/[^/]+", lambda m: m[0][:8] + m[0][8:].upper(), small)):
        if name != path and _place(name):
            return f"Small and capital letters differ: call it {name}."
    return "Move it or take it away; docs/author/files.md shows which files there are."


def unreadable(text: str) -> tuple[int, str, str] | None:
    """Return the line at which a file cannot be read, why, and how to mend it."""
    found = re.search("[\ud800-\udfff\0]|^\ufeff", text)
    if len(text) > MOST_CHARACTERS:
        return 1, f"The file has more than {MOST_CHARACTERS:,} characters.", "Split it."
    if found is None:
        return None
    line = text.count("\n", 0, found.start()) + 1
    if found.group() == "\0":
        return line, "The file holds a zero byte.", "Take it out."
    return line, "The file is not plain UTF-8.", "Save it as UTF-8 without a byte-order mark."


class _File:
    """One file on its way to its place; hears of faults and words while it is read."""

    def __init__(
        self, folder: Folder, kind: str, path: str, place: Mapping[str, str | None]
    ) -> None:
        self._folder, self._kind, self._path = folder, kind, path
        self._place = {key: value or "" for key, value in place.items()}
        self._language = self._place.get("language", "")
        self._document = Document({})

    def put(self) -> None:
        """Read the file and put it in its place."""
        folder, text = self._folder, self._folder.files[self._path]
        fault = unreadable(text)
        if fault:
            folder.broken.add(self._path)
            folder.report(self._path, *fault)
            text = ""
        code = self._place.get("module", "")
        module = folder.modules.setdefault(code, ModuleFolder(code)) if code else None
        if module is not None:
            module.files[self._path] = folder.files[self._path]
        if self._kind in {"page", "document", "picture"} and module is not None:
            self._put_text(module, text)
        else:
            self._put_table(module, text)

    def _put_text(self, module: ModuleFolder, text: str) -> None:
        name = self._place["name"]
        if self._kind == "picture":
            module.pictures.setdefault(name, {})[self._language] = (self._path, text)
            return
        found = markup.read(text)
        self._hear(1, found)
        if self._kind == "page":
            versions = module.pages.setdefault((self._place["unit"], name), {})
        else:
            versions = module.documents.setdefault(name, {})
        versions[self._language] = (self._path, found)

    def _put_table(self, module: ModuleFolder | None, text: str) -> None:
        shape = SHAPES[self._kind][1 if self._language else 0]
        try:
            self._document = read(text)
            broken = self._path in self._folder.broken
            values = shape.empty() if broken else shape.read(self._document.values, (), self)
        except TomlFaultError as fault:
            mend = "Mend the line, then check again: nothing in this file could be read."
            self._folder.report(self._path, fault.line, f"This is not TOML: {fault}.", mend)
            self._folder.broken.add(self._path)
            values = shape.empty()
        document = Document(values, self._document.lines, self._document.texts)
        part = self._part(module)
        if self._language:
            part.words[self._language] = (self._path, document)
        else:
            part.file, part.document = self._path, document

    def _part(self, module: ModuleFolder | None) -> Part:
        kind = self._kind
        groups: dict[str, dict[str, Part]] = {
            "form": self._folder.forms,
            "instrument": self._folder.instruments,
        }
        if module is not None:
            groups |= {"unit": module.units, "items": module.items, "case": module.cases}
        if kind in groups:
            return groups[kind].setdefault(self._place["name"], Part(kind))
        found: Part = module.module if module is not None else getattr(self._folder, kind)
        return found

    def _hear(self, line: int, text: markup.Text) -> None:
        place = (self._language, self._place.get("module", ""), self._kind)
        self._folder.texts.append(Said(self._path, line, *place, text))

    def fault(self, path: KeyPath, what: str, mend: str) -> None:
        """Note a wrong shape."""
        self._folder.shapeless.add((self._path, path))
        self._folder.report(self._path, self._document.line(path), what, mend)

    def said(self, path: KeyPath, words: str) -> None:
        """Note words that people will read."""
        read_words = markup.read if isinstance(words, Markdown) else markup.read_line
        self._hear(self._document.text_line(path), read_words(words))
