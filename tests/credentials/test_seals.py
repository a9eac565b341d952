"""Seals on certificates (PAdES) and European credentials (JAdES), judged by other programs."""

import io
import json
import re
import shutil
import subprocess
from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.utils import timezone
from pypdf import PdfReader

from digicantrain.__main__ import main
from digicantrain.core.credentials.certificate import attachment_of
from digicantrain.core.credentials.jades import SealError, opened
from digicantrain.core.credentials.seal_certificate import NOT_QUALIFIED
from digicantrain.credentials import actions, checking, seals
from digicantrain.credentials.certificates import certificate_of, sealed_certificate_of
from digicantrain.credentials.models import SealKey
from digicantrain.credentials.vault import VaultError
from digicantrain.people.models import AuditEntry

pytestmark = pytest.mark.django_db
HOLDER = "Aino Virtanen"


@pytest.fixture
def now():
    return timezone.now().replace(microsecond=0)


@pytest.fixture
def seal(organisation, now):
    organisation.legal_identifier = "VATFI-01234567"
    organisation.save()
    return seals.make_seal(organisation, by=None, now=now)


@pytest.fixture
def sealed(credential, seal, now):
    return sealed_certificate_of(credential, holder=HOLDER, now=now)


def validated(data, seal):
    """Return what pyHanko's own validator says, with our certificate as its only anchor."""
    from pyhanko.keys import load_certs_from_pemder_data
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    roots = list(load_certs_from_pemder_data(seal.certificates.encode()))
    context = ValidationContext(trust_roots=roots, allow_fetching=False)
    (signature,) = PdfFileReader(io.BytesIO(data)).embedded_signatures
    return validate_pdf_signature(signature, context), signature


def test_pyhankos_validator_finds_the_seal_good(sealed, seal):
    status, signature = validated(sealed, seal)

    assert status.bottom_line
    assert status.intact
    assert status.valid
    assert status.trusted
    assert status.coverage.name == "ENTIRE_FILE"
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"


def test_the_file_as_it_was_stands_at_the_front(sealed, credential, seal):
    plain = certificate_of(credential, holder=HOLDER, seal=seal)

    assert sealed.startswith(plain)
    assert len(sealed) > len(plain)


def test_its_marks_and_its_attachment_stay(sealed, credential, now):
    pdf = PdfReader(io.BytesIO(sealed))
    root: Any = pdf.trailer["/Root"]
    metadata = root["/Metadata"].get_data()

    assert b"<pdfaid:part>3</pdfaid:part>" in metadata
    assert b"<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert root["/MarkInfo"]["/Marked"]
    assert pdf.attachments == {"credential.json": [credential.document.encode()]}
    assert attachment_of(sealed) == credential.document.encode()
    assert checking.judge(sealed, now=now).is_valid


def test_one_byte_changed_breaks_it(sealed, seal):
    place = sealed.index(b"(D:20")  # the day in the file
    broken = bytearray(sealed)
    broken[place + 4] ^= 1

    status, _signature = validated(bytes(broken), seal)

    assert not status.intact
    assert not status.bottom_line


def test_it_says_that_a_self_made_seal_is_not_qualified(sealed, credential):
    text = " ".join(PdfReader(io.BytesIO(sealed)).pages[0].extract_text().split())

    assert "self-made certificate: the seal is not qualified" in text
    assert NOT_QUALIFIED in text
    plain = certificate_of(credential, holder=HOLDER)
    assert "qualified" not in PdfReader(io.BytesIO(plain)).pages[0].extract_text()


def needs(program):
    return pytest.mark.skipif(not shutil.which(program), reason=f"{program} is not installed.")


def run(*arguments):
    """Run a program of the machine on a file of ours."""
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)  # noqa: S603
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def file(sealed, tmp_path):
    path = tmp_path / "certificate.pdf"
    path.write_bytes(sealed)
    return str(path)


@needs("qpdf")
def test_qpdf_finds_no_fault(file):
    code, said = run("qpdf", "--check", file)

    assert code == 0, said
    assert "No syntax or stream encoding errors" in said


@needs("pdfinfo")
def test_poppler_sees_it_tagged_and_archivable(file):
    _code, said = run("pdfinfo", file)

    assert re.search(r"Tagged: +yes", said)
    assert re.search(r"PDF version: +1\.7", said)
    assert (
        re.search(r"PDF subtype: +PDF/A-3a", said) or "pdfaid" in run("pdfinfo", "-meta", file)[1]
    )


@needs("pdfdetach")
def test_poppler_finds_the_credential_attached(file, credential, tmp_path):
    target = tmp_path / "out.json"

    assert "credential.json" in run("pdfdetach", "-list", file)[1]
    code, said = run("pdfdetach", "-save", "1", "-o", str(target), file)

    assert code == 0, said
    assert target.read_text(encoding="utf-8") == credential.document


@needs("pdftotext")
@pytest.mark.parametrize("name", ["Ελένη Παππά-Οικονόμου", "Äijö Öhqvist Åström", "Đặng Ș Žuñiga"])
def test_poppler_reads_names_back(credential, seal, now, tmp_path, name):
    path = tmp_path / "name.pdf"
    path.write_bytes(sealed_certificate_of(credential, holder=name, now=now))

    assert name in run("pdftotext", str(path), "-")[1]


# --- keys ---


def test_without_a_key_nothing_is_sealed(credential, now):
    data = sealed_certificate_of(credential, holder=HOLDER, now=now)

    assert data == certificate_of(credential, holder=HOLDER)


def test_the_key_is_encrypted_and_its_making_stands_in_the_trail(seal):
    assert "PRIVATE" not in seal.private_encrypted
    assert "PRIVATE" not in seal.certificates
    assert AuditEntry.objects.filter(action="seal-made").count() == 1
    assert seal.is_self_made


def test_the_next_key_retires_the_one_before(organisation, seal, now):
    second = seals.make_seal(organisation, by=None, now=now)

    assert seals.current_seal(organisation, now=now) == second
    assert SealKey.objects.get(pk=seal.pk).retired_at == now


def test_a_key_out_of_time_seals_nothing(organisation, seal):
    assert seals.current_seal(organisation, now=seal.valid_until + timedelta(seconds=1)) is None


def test_under_another_secret_it_says_what_to_check(seal, settings):
    settings.KEY_ENCRYPTION_KEY = "another-secret-another-secret-another"

    with pytest.raises(VaultError, match="DIGICANTRAIN_KEY_ENCRYPTION_KEY"):
        seals.sealer_of(seal)


def pem_of(private, *, of=None, days=30, now, password=None):
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Authority")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).serial_number(9)
    builder = builder.public_key((of or private).public_key())
    builder = builder.not_valid_before(now - timedelta(days=60))
    certificate = builder.not_valid_after(now + timedelta(days=days)).sign(private, hashes.SHA256())
    key = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(password)
        if password
        else serialization.NoEncryption(),
    )
    return key + certificate.public_bytes(serialization.Encoding.PEM)


@pytest.mark.parametrize(
    "private", [ec.derive_private_key(5, ec.SECP256R1()), rsa.generate_private_key(65537, 2048)]
)
def test_a_key_from_an_authority_seals_both_forms(credential, organisation, now, private):
    row = seals.load_seal(organisation, pem=pem_of(private, now=now), by=None, now=now)

    data = sealed_certificate_of(credential, holder=HOLDER, now=now)
    text = seals.seal_json({"a": "å"}, seal=row, now=now)

    assert not row.is_self_made
    assert validated(data, row)[0].bottom_line
    assert json.loads(opened(text).payload) == {"a": "å"}
    assert "Sealed by Authority." in PdfReader(io.BytesIO(data)).pages[0].extract_text()


def test_what_cannot_seal_is_refused(organisation, now):
    private, other = (ec.derive_private_key(n, ec.SECP256R1()) for n in (5, 6))
    for pem, cause in (
        (b"nothing", "can be read"),
        (pem_of(private, of=other, now=now), "not that of the key"),
        (pem_of(private, days=-1, now=now), "not valid now"),
        (pem_of(ec.derive_private_key(7, ec.SECP384R1()), now=now), "P-256, or RSA"),
    ):
        with pytest.raises(SealError, match=cause):
            seals.load_seal(organisation, pem=pem, by=None, now=now)
    assert SealKey.objects.count() == 0


# --- `digicantrain keys seal` ---


def keys(what, organisation, *more):
    return main(["keys", what, "--organisation", organisation.slug, *map(str, more)])


def test_a_seal_to_try_with_says_that_it_is_not_qualified(organisation, capsys):
    assert keys("seal", organisation) == 0
    assert keys("list", organisation) == 0

    said = capsys.readouterr().out
    assert "a certificate made here, which says that it is not qualified" in said
    assert "Seal, made here, not qualified" in said
    assert SealKey.objects.get().is_self_made


def test_a_seal_from_an_authority_is_taken_in_and_told_before_it_is_used(
    organisation, now, tmp_path, capsys
):
    actions.make_key(organisation, by=None, now=timezone.now())
    pem, secret = tmp_path / "seal.pem", tmp_path / "password"
    pem.write_bytes(pem_of(ec.derive_private_key(5, ec.SECP256R1()), now=now, password=b"open it"))
    secret.write_bytes(b"open it\n")

    assert keys("seal", organisation, "--pem", pem) == 1
    assert keys("seal", organisation, "--pem", tmp_path / "none.pem") == 1
    assert not SealKey.objects.exists()
    assert keys("seal", organisation, "--pem", pem, "--password-file", secret) == 0
    assert keys("check", organisation) == 0

    assert not SealKey.objects.get().is_self_made
    said = capsys.readouterr()
    assert "no key and certificate in PEM that can be read" in said.err
    assert "seals with the certificate in seal.pem" in said.out


def test_check_finds_a_seal_that_ended_or_cannot_be_opened(organisation, settings, capsys):
    actions.make_key(organisation, by=None, now=timezone.now())
    keys("seal", organisation)
    SealKey.objects.update(valid_until=timezone.now() - timedelta(days=1))

    assert keys("check", organisation) == 1
    assert "The seal's certificate ended on" in capsys.readouterr().out

    SealKey.objects.update(valid_until=timezone.now() + timedelta(days=1), private_encrypted="x")
    assert keys("check", organisation) == 1
    assert "The seal's key:" in capsys.readouterr().out
