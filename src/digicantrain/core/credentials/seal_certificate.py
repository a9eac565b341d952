"""A certificate for a seal that somebody makes herself: for trying things, never a qualified one.

The subject is named as certificates for electronic seals name it (ETSI EN 319 412-3).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

NOT_QUALIFIED: Final = "not qualified"
_LONGEST: Final = 64
_DAYS: Final = 730


@dataclass(frozen=True)
class Subject:
    """Whom a seal names: the organisation, its country, its number in a register."""

    name: str
    country: str
    legal_identifier: str = ""


def self_made(
    subject: Subject, *, private: ec.EllipticCurvePrivateKey, serial: int, now: datetime
) -> bytes:
    """Return a self-signed certificate (DER) whose name says that it is not qualified."""
    named = _name(subject)
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(named)
        .issuer_name(named)
        .public_key(private.public_key())
        .serial_number(serial)
        .not_valid_before(now - timedelta(minutes=1))
        .not_valid_after(now + timedelta(days=_DAYS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(private.public_key()), critical=False
        )
        .sign(private, hashes.SHA256())
    )
    return certificate.public_bytes(Encoding.DER)


def _name(subject: Subject) -> x509.Name:
    name = " ".join(subject.name.split())
    label = f" ({NOT_QUALIFIED})"
    parts = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, subject.country),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, _cut(name, _LONGEST)),
        x509.NameAttribute(NameOID.COMMON_NAME, _cut(name, _LONGEST - len(label)) + label),
    ]
    if subject.legal_identifier:
        number = x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, subject.legal_identifier)
        parts.insert(2, number)
    return x509.Name(parts)


def _cut(text: str, longest: int) -> str:
    """Return as much of a text as fits into a number of bytes."""
    return text.encode()[:longest].decode(errors="ignore").strip()
