"""A document compiled once to canonical N-Quads with open places, then filled many times.

Canonicalising (RDFC-1.0) names the blank nodes. Where no two of them look alike, each name follows
from one hash (Hash First Degree Quads): of a node without an open place it is computed once, of
the others when the form is filled. A document in which two nodes look alike is not compiled: it
needs the whole algorithm each time.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Final, NamedTuple

import orjson

from digicantrain.core.credentials.linked_data import LinkedDataError, canonical

Path = tuple[str | int, ...]
Text = tuple[str | int, ...]  # pieces: words as they stand, and numbers of what is filled in
Filler = Callable[[Sequence[str]], str]

_QUAD: Final = re.compile(
    r'(_:c14n\d+|<[^<>"]*>) (<[^<>"]*>) '
    r'(_:c14n\d+|<[^<>"]*>|"(?:[^"\\]|\\.)*"(?:\^\^<[^<>"]*>|@[A-Za-z0-9-]+)?) \.'
)
_ADDRESS: Final = re.compile(r'[A-Za-z][A-Za-z0-9+.-]*:[^\s\x00-\x20\x7f-\x9f<>"{}|\\^`]+')
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ESCAPED: Final = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", '"': '\\"'})
_SPECIAL: Final = re.compile(r'[\t\n\r"\\]')
_NODE: Final = "_:c14n"


class NotCompiledError(LinkedDataError):
    """A document that only the whole algorithm can make canonical."""


class _Quad(NamedTuple):
    subject: str
    predicate: str
    object: str

    def nodes(self) -> set[str]:
        return {term for term in (self.subject, self.object) if term.startswith(_NODE)}

    def seen_from(self, node: str) -> "_Quad":
        """Return the quad as the hash of one of its blank nodes takes it."""
        subject, obj = (
            ("_:a" if term == node else "_:z") if term.startswith(_NODE) else term
            for term in (self.subject, self.object)
        )
        return _Quad(subject, self.predicate, obj)


class Form:
    """The canonical form of a document with open places, each of them a text.

    Filled in are, by number: each value as an address, each value as a literal, each node's name.
    """

    def __init__(self, document: dict[str, Any], *, places: Iterable[Path]) -> None:
        """Compile a document; what stands at its places now is forgotten.

        Raises:
            NotCompiledError: two blank nodes look alike, or it holds more than one graph.
            LinkedDataError: it is not safe JSON-LD.
        """
        self._places = tuple(places)
        self._marks = _marks(document, len(self._places))
        given = _exchange(document, self._places, self._marks)
        try:
            self._json = _dumped(document)
            text = canonical(document).decode()
        finally:
            _exchange(document, self._places, given)
        self._compile([_read(line) for line in text.splitlines()])

    def _compile(self, quads: Sequence[_Quad]) -> None:
        nodes = sorted({node for quad in quads for node in quad.nodes()})
        known: dict[str, Text] = {f"<{mark}>": ("<", n, ">") for n, mark in enumerate(self._marks)}
        known |= {node: (2 * len(self._marks) + n,) for n, node in enumerate(nodes)}
        texts = [self._text_of(quad, known) for quad in quads]
        self._is_address = [any(n in text for text in texts) for n in range(len(self._marks))]
        self._hashes, self._open = [], []
        for place, node in enumerate(nodes):
            around = [quad.seen_from(node) for quad in quads if node in quad.nodes()]
            seen = [self._text_of(quad, known) for quad in around]
            if any(isinstance(piece, int) for text in seen for piece in text):
                self._open.append((place, [_filler(text) for text in seen]))
            self._hashes.append(_digest(" ".join(quad) + " .\n" for quad in around))
        whole = [digest for n, digest in enumerate(self._hashes) if n not in dict(self._open)]
        if len(set(whole)) < len(whole):
            raise NotCompiledError("Two nodes of the document look alike.")
        self._group(quads, texts, known)

    def _group(
        self, quads: Sequence[_Quad], texts: Sequence[Text], known: Mapping[str, Text]
    ) -> None:
        """Put the lines of one subject together: their order does not change, but for the objects
        of one predicate, where these are filled in."""
        by_subject: dict[str, dict[str, list[Text]]] = {}
        for quad, text in zip(quads, texts, strict=True):
            by_subject.setdefault(quad.subject, {}).setdefault(quad.predicate, []).append(text)
        self._several: list[list[Filler]] = []
        self._groups: list[tuple[Filler, Filler]] = []
        first = len(self._marks) * 2 + len(self._hashes)
        for subject, by_predicate in by_subject.items():
            body: list[str | int] = []
            for lines in by_predicate.values():
                if len(lines) == 1:
                    body += lines[0]
                else:
                    body.append(first + len(self._several))
                    self._several.append([_filler(line) for line in lines])
            self._groups.append((_filler(known.get(subject, (subject,))), _filler(body)))

    def _text_of(self, quad: _Quad, known: Mapping[str, Text]) -> Text:
        """Return a line of N-Quads in pieces."""
        obj = known.get(quad.object) or self._literal(quad.object)
        return (*known.get(quad.subject, (quad.subject,)), f" {quad.predicate} ", *obj, " .\n")

    def _literal(self, text: str) -> Text:
        for number, mark in enumerate(self._marks):
            if text.startswith(f'"{mark}"'):
                return ('"', number + len(self._marks), text[len(mark) + 1 :])
        return (text,)

    def canonical(self, document: dict[str, Any]) -> bytes:
        """Return the canonical N-Quads of a document, the same bytes as the whole algorithm.

        Raises:
            NotCompiledError: it differs from the compiled one not only at the open places, or its
                values make two blank nodes look alike.
            LinkedDataError: a value that cannot stand at its place.
        """
        values = self._values_of(document)
        written = [*values, *map(_escaped, values)]
        hashes = list(self._hashes)
        for place, lines in self._open:
            hashes[place] = _digest([line(written) for line in lines])
        ordered = sorted(set(hashes))
        names = {digest: f"{_NODE}{number}" for number, digest in enumerate(ordered)}
        written += [names[digest] for digest in hashes]
        for lines in self._several:
            written.append("".join(sorted([line(written) for line in lines])))
        groups = {subject(written): body(written) for subject, body in self._groups}
        if len(ordered) < len(hashes) or len(groups) < len(self._groups):
            raise NotCompiledError("Two nodes of the document look alike.")
        return "".join([groups[subject] for subject in sorted(groups)]).encode()

    def _values_of(self, document: dict[str, Any]) -> list[str]:
        """Return what stands at the open places; nothing else may differ."""
        try:
            values = _exchange(document, self._places, self._marks)
        except (LookupError, TypeError):
            raise NotCompiledError("The document is not the one that was compiled.") from None
        try:
            same = _dumped(document) == self._json
        finally:
            _exchange(document, self._places, values)
        if not same or not all(isinstance(value, str) for value in values):
            raise NotCompiledError("The document is not the one that was compiled.")
        for value, is_address in zip(values, self._is_address, strict=True):
            _check(value, is_address=is_address)
        return values


def _marks(document: dict[str, Any], number: int) -> list[str]:
    """Return a mark for each place that occurs nowhere in the document: it hashes the document."""
    token = hashlib.sha256(_dumped(document)).hexdigest()
    return [f"urn:place:{token}:{place}" for place in range(number)]


def _exchange(document: Any, places: Sequence[Path], values: Sequence[Any]) -> list[Any]:
    """Put values at the places of a document and return what stood there."""
    holders: list[tuple[Any, str | int, Any]] = []
    for path in places:
        holder: Any = document
        for key in path[:-1]:
            holder = holder[key]
        if isinstance(holder, str):
            raise TypeError(path)
        holders.append((holder, path[-1], holder[path[-1]]))
    for (holder, key, _), value in zip(holders, values, strict=True):
        holder[key] = value
    return [before for _, _, before in holders]


def _dumped(document: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps(document)
    except TypeError as error:
        raise LinkedDataError(f"The document cannot be written: {error}.") from None


def _read(line: str) -> _Quad:
    found = _QUAD.fullmatch(line)
    if found is None:
        raise NotCompiledError("The document holds more than one graph.")
    return _Quad(*found.groups())


def _filler(text: Sequence[str | int]) -> Filler:
    """Return a function that fills in a text."""
    numbers = [piece for piece in text if isinstance(piece, int)]
    pattern = "".join("%s" if isinstance(p, int) else p.replace("%", "%%") for p in text)
    if not numbers:
        constant = pattern % ()
        return lambda _: constant
    get = itemgetter(*numbers)
    return lambda written: pattern % get(written)


def _digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("".join(sorted(lines)).encode()).hexdigest()


def _escaped(value: str) -> str:
    return value.translate(_ESCAPED) if _SPECIAL.search(value) else value


def _check(value: str, *, is_address: bool) -> None:
    if _CONTROL.search(value):
        raise LinkedDataError("A value holds a control character.")
    if is_address and not _ADDRESS.fullmatch(value):
        raise LinkedDataError(f"{value!r} is not an absolute address.")
