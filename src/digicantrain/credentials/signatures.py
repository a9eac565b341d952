"""Signatures that held: what cannot change is not computed twice."""

import hashlib
import json
from typing import Any

from django.core.cache import cache

from digicantrain.core.credentials import contexts, integrity
from digicantrain.core.credentials.keys import PublicKey

KEPT = 86_400


def holds(
    document: dict[str, Any], *, proof: dict[str, Any], key: PublicKey, load: Any = contexts.load
) -> bool:
    """Return whether a signature holds; of one that did, these very bytes are not asked again.

    Kept is only that this key made this proof over this document. Whether the key is the
    issuer's, status and dates are looked at each time. A signature that fails is not kept, so
    that nobody fills the cache with forgeries.
    """
    told = json.dumps([document, proof, key.multibase], separators=(",", ":"))
    name = f"signature:{hashlib.sha256(told.encode()).hexdigest()}"
    if cache.get(name):
        return True
    genuine = integrity.holds(document, proof=proof, key=key, load=load)
    if genuine:
        cache.set(name, 1, KEPT)
    return genuine
