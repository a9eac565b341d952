"""TOML with the line of each key and value, so that a fault can be shown where it stands."""

import re
import tomllib
from dataclasses import dataclass, field
from typing import Any

KeyPath = tuple[str | int, ...]

BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
KEY_PART = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""")
VALUE = re.compile(
    r'''"""(?:[^"\\]|\\.|"(?!""))*"{3,5}|\'\'\'(?:[^']|'(?!''))*'{3,5}'''
    r"""|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^\s,\]}#"'][^\n,\]}#]*""",
    re.DOTALL,
)


# what tomllib says, where an author needs plainer words
PLAINER = {
    "Cannot overwrite a value": "the key stands twice",
    "Cannot declare": "the table stands twice",
    "Invalid value": "no value stands after the =, or words without quotation marks",
    "Invalid statement": "the line is neither key = value nor a [table]",
    "Illegal character": "a line ends inside quotation marks, or holds a sign that is not allowed",
    "Unescaped '\\' in a string": "a \\ in quotation marks must be written twice",
}


class TomlFaultError(ValueError):
    """The text is not TOML; `line` says where."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


@dataclass
class Document:
    """A TOML file: its values, the line of each of them, the line on which a long text begins."""

    values: dict[str, Any]
    lines: dict[KeyPath, int] = field(default_factory=dict)
    texts: dict[KeyPath, int] = field(default_factory=dict)

    def line(self, path: KeyPath) -> int:
        """Return the line of a key, or of the nearest thing that holds it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def text_line(self, path: KeyPath) -> int:
        """Return the line on which the words of a text begin."""
        return self.texts.get(path) or self.line(path)


def read(text: str) -> Document:
    """Read a TOML text.

    Raises:
        TomlFaultError: the text is not TOML.
    """
    scan = _Scan(text)
    try:
        values = tomllib.loads(text)
        scan.run()
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        line = int(found.group(1)) if found else text.rstrip("\n").count("\n") + 1
        raise TomlFaultError(_plain(str(error)), line) from None
    except (RecursionError, ValueError) as error:
        # A number with thousands of digits, or values nested hundreds of levels deep.
        raise TomlFaultError(f"It cannot be read ({type(error).__name__})", 1) from None
    return Document(values, scan.lines, scan.texts)


def _plain(said: str) -> str:
    """Return what tomllib says in an author's words, where there are such."""
    found = next((words for start, words in PLAINER.items() if said.startswith(start)), None)
    return found or said.split(" (at", maxsplit=1)[0]


class _Scan:
    """Walks a text that is known to be TOML and notes where each key and value begins."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[KeyPath, int] = {}
        self.texts: dict[KeyPath, int] = {}
        self.counts: dict[KeyPath, int] = {}
        self._line, self._counted = 1, 0

    def run(self) -> None:
        table: KeyPath = ()
        self._skip()
        while self._sign():
            if self._sign() == "[":
                table = self._header()
            else:
                self._pair(table)
            self._skip()

    def _sign(self) -> str:
        return self.text[self.at : self.at + 1]

    def _note(self, path: KeyPath) -> None:
        self._line += self.text.count("\n", self._counted, self.at)
        self._counted = self.at
        self.lines.setdefault(path, self._line)

    def _skip(self, also: str = "") -> None:
        while True:
            found = BLANK.match(self.text, self.at)
            self.at = found.end() if found else self.at
            if not also or self._sign() != also:
                return
            self.at += 1

    def _key(self) -> KeyPath:
        parts: list[str] = []
        while found := KEY_PART.match(self.text, self.at):
            parts.append(_bare(found.group()))
            self.at = found.end()
            self._skip(also=".")
        return tuple(parts)

    def _header(self) -> KeyPath:
        start, is_row = self.at, self.text.startswith("[[", self.at)
        self.at += 2 if is_row else 1
        self._skip()
        parts = self._key()
        end, self.at = self.at + (2 if is_row else 1), start
        path: KeyPath = ()
        for part in parts[:-1]:
            path = self._inside((*path, part))
        path = (*path, parts[-1])
        self._note(path)
        if is_row:
            self.counts[path] = self.counts.get(path, -1) + 1
            path = self._inside(path)
            self._note(path)
        self.at = end
        return path

    def _inside(self, path: KeyPath) -> KeyPath:
        """Return the path of the table that a name stands for: of rows, the last one."""
        self._note(path)
        return (*path, self.counts[path]) if path in self.counts else path

    def _pair(self, table: KeyPath) -> None:
        start = self.at
        key = self._key()
        after, self.at = self.at, start
        for end in range(1, len(key) + 1):
            self._note((*table, *key[:end]))
        self.at = after + 1  # the equals sign
        self._skip()
        self._value((*table, *key))

    def _value(self, path: KeyPath) -> None:
        self._note(path)
        if self._sign() == "[":
            self._array(path)
        elif self._sign() == "{":
            self._inline_table(path)
        else:
            if self.text.startswith(('"""\n', "'''\n", '"""\r\n', "'''\r\n"), self.at):
                self.texts[path] = self._line + 1
            found = VALUE.match(self.text, self.at)
            self.at = found.end() if found else len(self.text)

    def _array(self, path: KeyPath) -> None:
        self.at += 1
        self._skip()
        number = 0
        while self._sign() not in {"]", ""}:
            self._value((*path, number))
            number += 1
            self._skip(also=",")
        self.at += 1

    def _inline_table(self, path: KeyPath) -> None:
        self.at += 1
        self._skip()
        while self._sign() not in {"}", ""}:
            self._pair(path)
            self._skip(also=",")
        self.at += 1


def _bare(part: str) -> str:
    if part[0] not in "\"'":
        return part
    return next(iter(tomllib.loads(f"{part} = 0")))
