"""The keys that issuers get in tests: another one each time, and the same ones in each test.

What can be earned is compiled for an issuer's name, which a key without https gives; the same name
in each test is compiled once in a run.
"""

import hashlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


class Drawn:
    """Stands where keys are generated."""

    number = 0

    @classmethod
    def generate(cls) -> Ed25519PrivateKey:
        """Return the next key."""
        cls.number += 1
        seed = hashlib.sha256(f"issuer {cls.number}".encode()).digest()
        return Ed25519PrivateKey.from_private_bytes(seed)
