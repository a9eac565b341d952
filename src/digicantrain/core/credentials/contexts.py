"""The JSON-LD contexts that a credential may name: pinned by hash, offline, never fetched.

The files are those in the installed packages openbadgeslib and PyLD; other bytes are refused.
"""

import hashlib
import json
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from typing import Any, Final, NamedTuple

VC_1: Final = "https://www.w3.org/2018/credentials/v1"
VC_2: Final = "https://www.w3.org/ns/credentials/v2"
_OPEN_BADGES: Final = "https://purl.imsglobal.org/spec/ob/v3p0"
OPEN_BADGES_3: Final = f"{_OPEN_BADGES}/context-3.0.3.json"
CLR_2: Final = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
DATA_INTEGRITY_2: Final = "https://w3id.org/security/data-integrity/v2"


class ContextError(ValueError):
    """A context that is not pinned, or whose pinned file has other bytes."""


class Pin(NamedTuple):
    """A file of a package and the SHA-256 of its bytes."""

    file: str
    sha256: str
    package: str = "openbadgeslib"


_FOLDERS: Final = {
    "openbadgeslib": "openbadgeslib/ob3/contexts",
    "pyld": "pyld/documentloader/frozen/bundled",
}
PINS: Final = {
    VC_1: Pin(
        "credentials-v1.jsonld",
        "00d7dd6d3ad8b920e3e550dd3a3d9090bffcac84cdbf943da6924b3e0a5c8bb8",
        "pyld",
    ),
    VC_2: Pin(
        "credentials-v2.json",
        "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
    ),
    f"{_OPEN_BADGES}/context-3.0.1.json": Pin(
        "ob-v3p0-context-3.0.1.json",
        "5f3d9dd6288ef437ff8286cf95ffbff609c748a66f24a1e9450c45ca64be1571",
    ),
    f"{_OPEN_BADGES}/context-3.0.2.json": Pin(
        "ob-v3p0-context-3.0.2.json",
        "00666ad080ba407687ed1846b7f5e7495f5019042b202a727de47c48a1755c53",
    ),
    OPEN_BADGES_3: Pin(
        "ob-v3p0-context-3.0.3.json",
        "3d34f4d4ef1bce691106e63798beb5e7b862ba841423f5ee1e53ab7ddf3bca84",
    ),
    f"{_OPEN_BADGES}/extensions.json": Pin(
        "ob-v3p0-extensions.json",
        "87c06c81bc2317663bf288d740d94fddd2818c4342b186270ff6371dfaa63f93",
    ),
    CLR_2: Pin(
        "clr_context_2.0.1.json",
        "880f1902d4158f2f33ce06af41b90719977cd1ea337a9de2e41edb3ff5e543d6",
    ),
    DATA_INTEGRITY_2: Pin(
        "security-data-integrity-v2.json",
        "67f21e6e33a6c14e5ccfd2fc7865f7474fb71a04af7e94136cb399dfac8ae8f4",
    ),
    "https://w3id.org/security/multikey/v1": Pin(
        "security-multikey-v1.json",
        "ba2c182de2d92f7e47184bcca8fcf0beaee6d3986c527bf664c195bbc7c58597",
    ),
}

# W3C's contexts for examples: a vocabulary that takes any term. Machines that try things may use
# them; the public page does not, for a misspelt word would be as good as a right one.
EXAMPLES: Final = {
    f"https://www.w3.org/ns/credentials/{name}": {"@context": {"@vocab": vocabulary}}
    for name, vocabulary in (
        ("examples/v2", "https://www.w3.org/ns/credentials/examples#"),
        ("undefined-terms/v2", "https://www.w3.org/ns/credentials/undefined-term#"),
    )
}

# The digests of the base context as W3C's Candidate Recommendation of 2024 had it, before the final
# one: credentials of that time name it under `relatedResource`.
EARLIER: Final = {
    VC_2: (
        "24a18c90e9856d526111f29376e302d970b2bd10182e33959995b0207d7043b9",
        "35239c36999d2155312091af194a1edb61634d6ad789a5e5b19f2aebdd762dd9"
        "d1dcaada40eda7ef921c6b8c0ae107a0",
    ),
}


def load(url: str, options: object = None) -> dict[str, Any]:
    """Return a pinned context as a JSON-LD document loader does; any other address is refused."""
    pin = PINS.get(url)
    if pin is None:
        raise ContextError(f"The context {url!r} is not known here, and none is fetched.")
    return _loaded(url, _document(pin))


def load_or_example(url: str, options: object = None) -> dict[str, Any]:
    """Return a pinned context, or one of W3C's for examples.

    PyLD keeps what is tagged static for every later call, also for those that may not have it.
    """
    if url in EXAMPLES:
        return {key: value for key, value in _loaded(url, EXAMPLES[url]).items() if key != "tag"}
    return load(url)


def _loaded(url: str, document: Any) -> dict[str, Any]:
    return {
        "contextUrl": None,
        "documentUrl": url,
        "contentType": "application/ld+json",
        "document": document,
        "tag": "static",
    }


def bytes_of(pin: Pin) -> bytes:
    """Return the bytes of a pinned file."""
    name = f"{_FOLDERS[pin.package]}/{pin.file}"
    data = Path(str(distribution(pin.package).locate_file(name))).read_bytes()
    found = hashlib.sha256(data).hexdigest()
    if found != pin.sha256:
        raise ContextError(f"{name} has the SHA-256 {found}; {pin.sha256} is pinned.")
    return data


@cache
def _document(pin: Pin) -> Any:
    return json.loads(bytes_of(pin))
