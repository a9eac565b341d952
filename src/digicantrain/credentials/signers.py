"""Who signs: a key that the database keeps encrypted, or one inside a hardware token."""

from digicantrain.core.credentials.keys import LocalSigner, Signer
from digicantrain.credentials import tokens, vault
from digicantrain.credentials.models import IssuerKey


def signer_of(key: IssuerKey) -> Signer:
    """Return a signer for a key of ours.

    Raises:
        VaultError: the key in the database cannot be opened.
        TokenError: the hardware token is not there, or does not have the key.
    """
    if key.keeper == IssuerKey.Keeper.PKCS11:
        return tokens.TokenSigner(key.verification_method, key.handle, key.public_multibase)
    return LocalSigner(key.verification_method, vault.open_key(key.private_encrypted))
