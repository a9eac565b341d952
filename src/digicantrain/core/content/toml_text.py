"""TOML with the line of each key, so that a fault can be shown where it stands."""

import re
import tomllib
from dataclasses import dataclass, field
from typing import Any

KeyPath = tuple[str | int, ...]

HEADER = re.compile(r"^\s*(\[\[?)\s*(.+?)\s*\]\]?\s*(#.*)?$")
KEY = re.compile(
    r"""^\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*="""
)
PART = re.compile(r"""[A-Za-z0-9_-]+|"[^"]*"|'[^']*'""")
STRING = re.compile(r'"""|\'\'\'|"(?:[^"\\]|\\.)*"|\'[^\']*\'|#.*|[\[\]{}]')


class TomlFaultError(ValueError):
    """The text is not TOML; `line` says where."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


@dataclass
class Document:
    """A TOML file: its values, and the line of each key."""

    values: dict[str, Any]
    lines: dict[KeyPath, int] = field(default_factory=dict)

    def line(self, path: KeyPath) -> int:
        """Return the line of a key, or of the nearest thing that holds it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read(text: str) -> Document:
    """Read a TOML text.

    Raises:
        TomlFaultError: the text is not TOML.
    """
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        line = int(found.group(1)) if found else text.count("\n") + 1
        raise TomlFaultError(str(error).split(" (at", maxsplit=1)[0], line) from None
    except RecursionError:
        raise TomlFaultError("Values are nested too deeply", 1) from None
    return Document(values, _Index().run(text))


class _Index:
    """Walks the lines once; knows the table it is in and whether a value goes on."""

    def __init__(self) -> None:
        self.lines: dict[KeyPath, int] = {}
        self.table: KeyPath = ()
        self.counts: dict[KeyPath, int] = {}
        self.quote = ""
        self.depth = 0

    def run(self, text: str) -> dict[KeyPath, int]:
        for number, line in enumerate(text.split("\n"), start=1):
            if not self.quote and self.depth == 0:
                self._take(line, number)
            self._follow(line)
        return self.lines

    def _take(self, line: str, number: int) -> None:
        header, key = HEADER.match(line), KEY.match(line)
        if header:
            self._open(header, number)
        elif key:
            parts = tuple(part.strip("\"'") for part in PART.findall(key.group(1)))
            for end in range(1, len(parts) + 1):
                self.lines.setdefault(self.table + parts[:end], number)

    def _open(self, header: re.Match[str], number: int) -> None:
        path: KeyPath = ()
        parts = [part.strip("\"'") for part in PART.findall(header.group(2))]
        for position, part in enumerate(parts):
            path = (*path, part)
            last = position == len(parts) - 1
            if last and header.group(1) == "[[":
                self.counts[path] = self.counts.get(path, -1) + 1
            if path in self.counts:
                self.lines.setdefault(path, number)
                path = (*path, self.counts[path])
        self.table = path
        self.lines.setdefault(path, number)

    def _follow(self, line: str) -> None:
        if HEADER.match(line) and not self.quote and self.depth == 0:
            return
        position = 0
        while position < len(line):
            if self.quote:
                end = line.find(self.quote, position)
                if end < 0:
                    return
                position = end + 3
                self.quote = ""
                continue
            found = STRING.search(line, position)
            if found is None:
                return
            position = found.end()
            self._sign(found.group(0))

    def _sign(self, sign: str) -> None:
        if sign in {'"""', "'''"}:
            self.quote = sign
        elif sign in "[{":
            self.depth += 1
        elif sign in "]}":
            self.depth = max(0, self.depth - 1)
