"""JSON-LD to canonical RDF, in safe mode and with bounded work.

A signature covers the RDF that a document expands to, while people and programs read its JSON.
So a document is accepted only if its JSON says what is signed: each term is defined, nothing is
dropped on the way, and compacting the result gives the same document again. Credentials inside a
presentation or a transcript have contexts of their own: each is to be checked by itself.

Canonicalising is factorial in the number of blank nodes that look alike, and each context anew
defines all its terms under those before it; both kinds of work are metered.
"""

import math
import re
import threading
from collections.abc import Callable, Iterator
from typing import Any, Final

from pyld import jsonld
from pyld.canon import URDNA2015
from pyld.identifier_issuer import IdentifierIssuer

from digicantrain.core.credentials import contexts
from digicantrain.core.credentials.contexts import ContextError

MAX_WORK: Final = 20_000
# terms defined for one document: a transcript of sixty credentials needs some five thousand
MAX_TERMS: Final = 25_000
MAX_CONTEXTS: Final = 16
_LARGEST_GROUP: Final = 12
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

# PyLD keeps caches for the whole process that bear no concurrent use.
_pyld = threading.RLock()

_INSIDE: Final = "verifiableCredential"
# RDF has no place for the direction of a text; without this it would not be signed
_DIRECTION: Final = "i18n-datatype"

JSONObject = dict[str, Any]
Loader = Callable[..., dict[str, Any]]


class LinkedDataError(ValueError):
    """A document that is not safe JSON-LD; the sentence says where."""


class UndefinedTermError(LinkedDataError):
    """A term that no context defines: it would not be signed."""

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(f"No context defines {path}.")


class ContextClashError(LinkedDataError):
    """Contexts that contradict one another: nobody can say what such a document means."""


class WorkError(LinkedDataError):
    """A document that would cost too much to work through."""


def canonical(document: JSONObject, load: Loader | None = None) -> bytes:
    """Return the canonical N-Quads (RDFC-1.0) of a document that is written as it means.

    `load` gives the contexts: the pinned ones, if none is handed in.

    Raises:
        UndefinedTermError: a term that no context defines, with its path.
        ContextClashError: a context that redefines what another one protects.
        WorkError: too many blank nodes that look alike.
        LinkedDataError: anything else that is not plain JSON-LD under pinned contexts.
    """
    load = load or contexts.load
    for path in _control_characters(document, ""):
        raise LinkedDataError(f"{path} holds a control character.")
    require_few_contexts(document)
    with _pyld:
        try:
            expanded = _expand(document, load)
            _require_compacted(document, expanded, load)
            dataset = jsonld.to_rdf(expanded, {"documentLoader": load, "rdfDirection": _DIRECTION})
            text = _MeteredCanonicalisation().main(dataset, {"format": "application/n-quads"})
            return str(text).encode()
        except (jsonld.JsonLdError, UnicodeEncodeError, ContextError) as error:
            raise _kind(error)(_cause(error)) from error
        except (RecursionError, AttributeError, KeyError, TypeError) as error:
            raise LinkedDataError("The document is not JSON-LD that can be read.") from error


def require_few_contexts(document: Any) -> None:
    """Refuse a document that lists more contexts, at its top or inside, than any has need of.

    The same list counts once, wherever it stands: the credentials of a transcript share theirs.

    Raises:
        WorkError: as said.
    """
    found: set[str] = set()
    todo: list[Any] = [document]
    while todo:
        here = todo.pop()
        if isinstance(here, dict):
            listed = here.get("@context")
            if isinstance(listed, list) and str(listed) not in found:
                found.add(str(listed))
                if len(listed) > MAX_CONTEXTS or len(found) > MAX_CONTEXTS:
                    raise WorkError(f"The document lists more than {MAX_CONTEXTS} contexts.")
            todo += here.values()
        elif isinstance(here, list):
            todo += here


def require_terms(document: JSONObject, load: Loader) -> None:
    """Refuse a property at the top of a document that only a default vocabulary defines.

    A misspelt `validUntil` would be signed, and no verifier would ever look at it.
    """
    first = document.get("@context")
    listed = first if isinstance(first, list) else [first]
    bare = {
        name: value if name == "type" else "urn:x" for name, value in _members(document).items()
    }

    def refuse(name: str | None) -> None:
        if name in bare:
            raise UndefinedTermError(str(name))

    require_few_contexts(document)
    with _pyld:
        try:
            options = {"documentLoader": load, "base": ""}
            without = {"@context": [*listed, {"@vocab": None}], **bare}
            _MeteredTerms(refuse).expand(without, options)
        except KeyError:
            return  # PyLD ends so where there is no default vocabulary to take away
        except jsonld.JsonLdError as error:
            raise _kind(error)(_cause(error)) from error


def _expand(document: JSONObject, load: Loader) -> list[Any]:
    def refuse(name: str | None) -> None:
        raise UndefinedTermError(_path_to(document, name))

    options = {"documentLoader": load, "base": ""}
    expanded: list[Any] = _MeteredTerms(refuse).expand(document, options)
    for path in _relative_addresses(expanded, ""):
        raise UndefinedTermError(path)
    return expanded


def _require_compacted(document: JSONObject, expanded: list[Any], load: Loader) -> None:
    """Refuse a document that is not the compacted form of what it expands to."""
    alone = said_once(without_inside(document))
    if alone != document:
        expanded = _expand(alone, load)
    context = {"@context": alone.get("@context")}
    options = {"documentLoader": load, "compactToRelative": False, "skipExpansion": True}
    back = _in_terms(_MeteredTerms().compact(expanded, context, options))
    for path in _differences(_members(alone), _members(back), ""):
        raise LinkedDataError(f"{path} is not written as its contexts define it.")


# CLR 2.0 gives these a datatype, though objects stand there: nothing ever compacts to them
_CLR: Final = "https://purl.imsglobal.org/spec/vc/clr/vocab.html#"
_TERMS: Final = {
    f"{_CLR}achievement": "achievement",
    f"{_CLR}association": "association",
    f"{_CLR}identifier-1": "identifier",
}


def _in_terms(document: JSONObject) -> JSONObject:
    subject = document.get("credentialSubject")
    if not isinstance(subject, dict):
        return document
    named = {_TERMS.get(name, name): value for name, value in subject.items()}
    return {**document, "credentialSubject": named} if len(named) == len(subject) else document


def without_inside(document: JSONObject) -> JSONObject:
    """Return a document without the credentials inside it: a presentation's, a transcript's."""
    alone = {name: value for name, value in document.items() if name != _INSIDE}
    subject = alone.get("credentialSubject")
    if isinstance(subject, dict) and _INSIDE in subject:
        kept = {name: value for name, value in subject.items() if name != _INSIDE}
        alone["credentialSubject"] = kept
    return alone


def said_once(document: JSONObject) -> JSONObject:
    """Return a document whose embedded endorsements do not name again the contexts that it names.

    Open Badges shows them so. Contexts that are its own already give no word another meaning.
    """
    first = document.get("@context")
    named = [one for one in first if isinstance(one, str)] if isinstance(first, list) else []

    def copied(value: Any, *, endorses: bool = False) -> Any:
        if isinstance(value, list):
            return [copied(one, endorses=endorses) for one in value]
        if not isinstance(value, dict):
            return value
        again = value.get("@context")
        repeats = endorses and isinstance(again, list) and all(one in named for one in again)
        return {
            name: child if name == "@context" else copied(child, endorses=name == "endorsement")
            for name, child in value.items()
            if not (repeats and name == "@context")
        }

    found: JSONObject = copied(document)
    return found


def inside(document: JSONObject) -> list[Any]:
    """Return the credentials inside a document."""
    found: list[Any] = []
    for place in (document, document.get("credentialSubject")):
        value = place.get(_INSIDE, []) if isinstance(place, dict) else []
        found += value if isinstance(value, list) else [value]
    return found


def _members(document: JSONObject) -> JSONObject:
    return {name: value for name, value in document.items() if name != "@context"}


def _path_to(value: Any, name: str | None, path: str = "") -> str:
    """Return where a key stands in a document, for a message; the name alone if it is not found."""
    for key, child in _children(value):
        here = f"{path}.{key}" if path else str(key)
        if key == name:
            return here
        deeper = _path_to(child, name, here)
        if deeper != name:
            return deeper
    return str(name)


def _children(value: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, dict):
        yield from ((key, child) for key, child in value.items() if key != "@context")
    elif isinstance(value, list):
        yield from enumerate(value)


def _control_characters(value: Any, path: str) -> Iterator[str]:
    """Yield each text with a control character other than tab and line break.

    Libraries write those in N-Quads in different ways (tried: PyLD and rdf-canonize), so that one
    would not verify what the other signed.
    """
    if isinstance(value, str) and _CONTROL.search(value):
        yield path
    for key, child in _children(value):
        yield from _control_characters(child, f"{path}.{key}" if path else str(key))


def _relative_addresses(value: Any, path: str) -> Iterator[str]:
    """Yield each type or identifier that is no absolute address: RDF would drop it silently."""
    for key, child in _children(value):
        here = f"{path}.{key}" if path else str(key)
        if key in {"@id", "@type"}:
            for name in child if isinstance(child, list) else [child]:
                if ":" not in name or name.startswith("_:") or any(map(str.isspace, name)):
                    yield f"{here} {name!r}"
        else:
            yield from _relative_addresses(child, here)


def _differences(written: Any, back: Any, path: str) -> Iterator[str]:
    """Yield paths at which two documents differ, a list of one being the same as its member."""
    written, back = _unwrapped(written), _unwrapped(back)
    if isinstance(written, dict) and isinstance(back, dict):
        for key in {**written, **back}:
            here = f"{path}.{key}" if path else str(key)
            if key not in written or key not in back:
                yield here
            else:
                yield from _differences(written[key], back[key], here)
    elif isinstance(written, list) and isinstance(back, list) and len(written) == len(back):
        for place, (one, other) in enumerate(zip(written, back, strict=True)):
            yield from _differences(one, other, f"{path}.{place}")
    elif type(written) is not type(back) or written != back:
        yield path


def _unwrapped(value: Any) -> Any:
    if isinstance(value, list) and len(value) == 1 and not isinstance(value[0], list):
        value = value[0]
    if isinstance(value, dict) and set(value) == {"id"}:
        return value["id"]
    return value


def _kind(error: BaseException | None) -> type[LinkedDataError]:
    """Return what an error of PyLD means; what stopped it may stand far down in its chain.

    One context redefines what another protects: OB 3.0.1 does, after VC 2.0.
    """
    while error is not None:
        if isinstance(error, WorkError):
            return WorkError
        if getattr(error, "code", "") == "protected term redefinition":
            return ContextClashError
        error = error.__cause__
    return LinkedDataError


def _cause(error: BaseException) -> str:
    """Return the sentence at the bottom of PyLD's chain of errors."""
    while error.__cause__ is not None:
        error = error.__cause__
    # the text of PyLD's own errors is a tuple
    told = str(error.args[0]) if error.args else ""
    return told.split("\n", 1)[0] or type(error).__name__


class _MeteredTerms(jsonld.JsonLdProcessor):  # type: ignore[misc]
    """JSON-LD that stops when contexts under one another would define too many terms."""

    def __init__(self, on_property_dropped: Callable[[str | None], None] = jsonld.noop) -> None:
        super().__init__(on_property_dropped=on_property_dropped)
        self._terms_left = MAX_TERMS

    def _create_term_definition(self, *args: Any, **options: Any) -> None:
        self._terms_left -= 1
        if self._terms_left < 0:
            raise WorkError("The contexts of the document cost too much to work through.")
        super()._create_term_definition(*args, **options)


class _MeteredCanonicalisation(URDNA2015):  # type: ignore[misc]
    """RDFC-1.0 that stops when blank nodes that look alike would take too many permutations.

    Each call of Hash N-Degree Quads asks for its groups once, before it permutes them: there the
    permutations to come are charged, those of the recursive calls when these ask in turn.
    """

    def __init__(self) -> None:
        super().__init__()
        self._left = MAX_WORK

    def create_hash_to_related(self, id_: str, issuer: IdentifierIssuer) -> dict[str, list[str]]:
        groups: dict[str, list[str]] = super().create_hash_to_related(id_, issuer)
        for group in groups.values():
            self._left -= math.factorial(min(len(group), _LARGEST_GROUP)) * len(group)
        self._left -= 1
        if self._left < 0:
            raise WorkError("The document holds too many nodes that look alike.")
        return groups
