"""How the OAuth server checks the secret of a key: it asks the key."""

from typing import Any

from django.contrib.auth.hashers import BasePasswordHasher

from digicantrain.records import keys


class KeySecretHasher(BasePasswordHasher):
    """Stands in a client of the OAuth server as `record-key$CLIENT`, and keeps nothing itself.

    So a key's secrets are kept once, and a rotation with its overlap holds for tokens as well.
    Nothing is ever hashed by it: no person's password can come to stand under it.
    """

    algorithm = "record-key"

    def verify(self, password: str, encoded: str) -> bool:
        """Return whether the secret opens the key that is named."""
        return keys.opened_by(encoded.partition("$")[2], password) is not None

    def encode(self, _password: str, _salt: str) -> str:
        """Refuse: keys are made by `records.keys`."""
        raise NotImplementedError

    def must_update(self, _encoded: str) -> bool:
        return False

    def harden_runtime(self, _password: str, _encoded: str) -> None:
        """Do nothing: a key's check takes the same time whatever is wrong."""

    def safe_summary(self, encoded: str) -> dict[Any, Any]:
        return {"key": encoded.partition("$")[2]}
