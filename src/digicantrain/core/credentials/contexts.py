"""The JSON-LD contexts that a credential may name: pinned by hash, offline, never fetched.

The files are those in the installed package openbadgeslib; a package with other bytes is refused.
"""

import hashlib
import json
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from typing import Any, Final, NamedTuple

VC_2: Final = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES_3: Final = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"


class ContextError(ValueError):
    """A context that is not pinned, or whose pinned file has other bytes."""


class Pin(NamedTuple):
    """A file of the package and the SHA-256 of its bytes."""

    file: str
    sha256: str


PINS: Final = {
    VC_2: Pin(
        "credentials-v2.json",
        "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
    ),
    OPEN_BADGES_3: Pin(
        "ob-v3p0-context-3.0.3.json",
        "3d34f4d4ef1bce691106e63798beb5e7b862ba841423f5ee1e53ab7ddf3bca84",
    ),
}


def load(url: str, options: object = None) -> dict[str, Any]:
    """Return a pinned context as a JSON-LD document loader does; any other address is refused."""
    pin = PINS.get(url)
    if pin is None:
        raise ContextError(f"The context {url!r} is not known here, and none is fetched.")
    return {
        "contextUrl": None,
        "documentUrl": url,
        "contentType": "application/ld+json",
        "document": _document(pin),
        "tag": "static",
    }


@cache
def _document(pin: Pin) -> Any:
    name = f"openbadgeslib/ob3/contexts/{pin.file}"
    data = Path(str(distribution("openbadgeslib").locate_file(name))).read_bytes()
    found = hashlib.sha256(data).hexdigest()
    if found != pin.sha256:
        raise ContextError(f"{name} has the SHA-256 {found}; {pin.sha256} is pinned.")
    return json.loads(data)
