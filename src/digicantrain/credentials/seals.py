"""Seals of an organisation: on certificates in PDF (PAdES) and European credentials (JAdES)."""

import io
import logging
import secrets
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from django.db import transaction
from django.utils.translation import gettext as _

from digicantrain.base.localised import pick
from digicantrain.core.credentials import jades
from digicantrain.core.credentials.jades import LocalSealer, SealError
from digicantrain.core.credentials.seal_certificate import Subject, self_made
from digicantrain.credentials import vault
from digicantrain.credentials.models import SealKey
from digicantrain.people.actions import record
from digicantrain.people.models import Organisation, Person

logger = logging.getLogger(__name__)

FIELD = "Seal"
PDF_VERSION = (1, 7)


def make_seal(organisation: Organisation, *, by: Person | None, now: datetime) -> SealKey:
    """Make a key and a certificate of our own, which says that it is not qualified."""
    private = ec.generate_private_key(ec.SECP256R1())
    subject = Subject(
        pick(organisation.name, language=organisation.language).text,
        organisation.country,
        organisation.legal_identifier,
    )
    serial = 1 + secrets.randbits(126)
    der = self_made(subject, private=private, serial=serial, now=now)
    return _keep(organisation, private, [der], self_made=True, by=by, now=now)


def load_seal(
    organisation: Organisation,
    *,
    pem: bytes,
    password: bytes | None = None,
    by: Person | None,
    now: datetime,
) -> SealKey:
    """Take in the key and certificates that an authority gave the organisation, from PEM.

    Raises:
        SealError: they cannot be read, are out of time, or do not belong together.
    """
    try:
        private = serialization.load_pem_private_key(pem, password)
        chain = x509.load_pem_x509_certificates(pem)
    except (ValueError, TypeError):
        raise SealError("The file holds no key and certificate in PEM that can be read.") from None
    if not isinstance(private, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise SealError("A seal's key must be P-256, or RSA of at least 2048 bits.")
    if chain[0].public_key() != private.public_key():
        raise SealError("The first certificate is not that of the key.")
    if not chain[0].not_valid_before_utc <= now <= chain[0].not_valid_after_utc:
        raise SealError("The certificate is not valid now.")
    ders = [one.public_bytes(Encoding.DER) for one in chain]
    return _keep(organisation, private, ders, self_made=False, by=by, now=now)


def _keep(  # noqa: PLR0913 - one row, and who makes it
    organisation: Organisation,
    private: jades.PrivateKey,
    ders: list[bytes],
    *,
    self_made: bool,
    by: Person | None,
    now: datetime,
) -> SealKey:
    LocalSealer(private, tuple(ders))
    chain = [x509.load_der_x509_certificate(der) for der in ders]
    raw = private.private_bytes(
        Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        organisation.seal_keys.filter(retired_at=None).update(retired_at=now)
        row = SealKey.objects.create(
            organisation=organisation,
            certificates="".join(one.public_bytes(Encoding.PEM).decode() for one in chain),
            private_encrypted=vault.close_bytes(raw),
            is_self_made=self_made,
            valid_until=chain[0].not_valid_after_utc,
            created_at=now,
        )
        record(
            "seal-made",
            actor=by,
            subject=f"organisation:{organisation.slug}",
            data={"self_made": self_made, "serial": f"{chain[0].serial_number:x}"},
        )
    return row


def current_seal(organisation: Organisation, *, now: datetime) -> SealKey | None:
    """Return the key with which an organisation seals now; none where it has none."""
    return organisation.seal_keys.filter(retired_at=None, valid_until__gt=now).first()


def usable_seal(organisation: Organisation, *, now: datetime) -> SealKey | None:
    """Return the key with which an organisation seals now, if it can be opened here."""
    row = current_seal(organisation, now=now)
    try:
        return row if row and sealer_of(row) else None
    except ValueError:
        logger.exception("The seal of %s cannot be used", organisation.slug)
        return None


def sealed_pdf(
    make: Callable[[SealKey | None], bytes], organisation: Organisation, *, now: datetime
) -> bytes:
    """Return a PDF that is made with the words of its seal, and sealed.

    Without a key that can be used it is made without these words, and handed out unsealed.
    """
    seal = usable_seal(organisation, now=now)
    data = make(seal)
    return seal_pdf(data, seal=seal, now=now) if seal else data


def faults(organisation: Organisation, *, now: datetime) -> Iterator[str]:
    """Yield why an organisation that has a seal cannot use it."""
    row = organisation.seal_keys.filter(retired_at=None).first()
    if row is None:
        return
    if row.valid_until <= now:
        yield (
            f"The seal's certificate ended on {row.valid_until:%Y-%m-%d}. Take in a new one: "
            f"digicantrain keys seal --organisation {organisation.slug} --pem FILE"
        )
    try:
        sealer_of(row)
    except vault.VaultError as error:
        yield f"The seal's key: {error}"


def sealer_of(row: SealKey) -> LocalSealer:
    """Return a sealer for a key of ours."""
    raw = vault.open_bytes(row.private_encrypted)
    private: Any = serialization.load_der_private_key(raw, None)
    chain = x509.load_pem_x509_certificates(row.certificates.encode())
    return LocalSealer(private, tuple(one.public_bytes(Encoding.DER) for one in chain))


def seal_json(document: Mapping[str, Any], *, seal: SealKey, now: datetime) -> str:
    """Return a European Digital Credential sealed (JAdES B-B)."""
    return jades.seal(document, sealer=sealer_of(seal), now=now)


def seal_pdf(data: bytes, *, seal: SealKey, now: datetime) -> bytes:
    """Return a PDF sealed (PAdES B-B), as an addition behind the file as it was.

    So its marks of PDF/A and PDF/UA and its attachments stay; no time stamp is asked for.
    """
    # pyhanko takes a second to import, and only a sealed certificate needs it
    from asn1crypto.keys import PrivateKeyInfo  # noqa: PLC0415
    from asn1crypto.x509 import Certificate  # noqa: PLC0415
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415
    from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner  # noqa: PLC0415
    from pyhanko.sign.fields import SigSeedSubFilter  # noqa: PLC0415
    from pyhanko_certvalidator.registry import SimpleCertificateStore  # noqa: PLC0415

    class Addition(IncrementalPdfFileWriter):
        """Adds to a file, and leaves what it says of itself, its marks of PDF/A too, as it was.

        PDF/A-3 is PDF 1.7; for a P-256 key pyhanko would raise that to 2.0.
        """

        def _update_meta(self) -> None:
            return

        def ensure_output_version(self, version: tuple[int, int]) -> None:
            super().ensure_output_version(min(version, PDF_VERSION))

        def register_extension(self, ext: Any) -> None:
            if ext.base_version == f"/{PDF_VERSION[0]}.{PDF_VERSION[1]}":
                super().register_extension(ext)

    chain = [Certificate.load(one) for one in sealer_of(seal).chain]
    signer = SimpleSigner(
        signing_cert=chain[0],
        signing_key=PrivateKeyInfo.load(vault.open_bytes(seal.private_encrypted)),
        cert_registry=SimpleCertificateStore.from_certs(chain),
    )
    meta = PdfSignatureMetadata(
        field_name=FIELD, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES
    )
    out = PdfSigner(meta, signer=signer).sign_pdf(Addition(io.BytesIO(data)))
    sealed: bytes = out.getvalue()
    return sealed


def words_of(seal: SealKey) -> str:
    """Say whose seal it is, and whether that can be relied on."""
    certificate = x509.load_pem_x509_certificates(seal.certificates.encode())[0]
    names = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    name = str(names[0].value) if names else ""
    if seal.is_self_made:
        return _("Sealed by %(name)s with a self-made certificate: the seal is not qualified.") % {
            "name": name
        }
    return _("Sealed by %(name)s.") % {"name": name}
