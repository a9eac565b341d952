"""Keys in a hardware token, tried with SoftHSM where it is installed."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from django.utils import timezone

from digicantrain.__main__ import main
from digicantrain.core.credentials.verification import Verdict
from digicantrain.credentials import actions, checking, tokens
from digicantrain.credentials.models import Credential, IssuerKey
from digicantrain.learning.actions import enrol
from digicantrain.learning.enums import EnrolledBy
from tests.credentials.earned import issued

LIBRARY = Path("/usr/lib/softhsm/libsofthsm2.so")
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        not LIBRARY.exists() or shutil.which("softhsm2-util") is None,
        reason="SoftHSM is not installed (Debian: softhsm2)",
    ),
]


@pytest.fixture
def token(tmp_path, settings, monkeypatch):
    """Make an empty token of this test's own and set it up."""
    folder = tmp_path / "tokens"
    folder.mkdir()
    file = tmp_path / "softhsm2.conf"
    file.write_text(f"directories.tokendir = {folder}\nobjectstore.backend = file\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(file))
    command = ["softhsm2-util", "--init-token", "--free", "--label", "issuer"]
    subprocess.run(  # noqa: S603 - its own words
        [*command, "--pin", "2468", "--so-pin", "8642"], check=True, capture_output=True
    )
    settings.PKCS11_MODULE, settings.PKCS11_TOKEN, settings.PKCS11_PIN = (
        str(LIBRARY), "issuer", "2468",
    )  # fmt: skip
    tokens.forget_session()
    yield folder
    tokens.forget_session()


@pytest.fixture
def key(token, organisation):
    return actions.make_key(organisation, by=None, now=timezone.now(), keeper="pkcs11")


def test_a_key_in_the_token_signs_a_credential_that_is_valid(key, enrolment):
    credential = issued(enrolment)

    assert key.verification_method in credential.document
    assert checking.judge(credential.document, now=timezone.now()).verdict is Verdict.VALID
    assert key.private_encrypted == ""


def test_the_private_key_cannot_be_read_out(key):
    import pkcs11

    def kept(session):
        private = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=key.handle)
        return private[pkcs11.Attribute.SENSITIVE], private[pkcs11.Attribute.EXTRACTABLE]

    assert tokens.with_session(kept) == (True, False)


def test_keys_in_database_and_token_follow_one_another(token, enrolment, cohort, farah, ben):
    people = [enrolment] + [enrol(cohort, person=p, how=EnrolledBy.SELF) for p in (farah, ben)]
    rows = []
    for who, keeper in zip(people, ("software", "pkcs11", "software"), strict=True):
        actions.replace_key(cohort.organisation, by=None, now=timezone.now(), keeper=keeper)
        rows.append(issued(who))

    verdicts = [checking.judge(row.document, now=timezone.now()).verdict for row in rows]
    assert verdicts == [Verdict.VALID] * 3
    keepers = list(IssuerKey.objects.order_by("pk").values_list("keeper", flat=True))
    assert keepers == ["software", "pkcs11", "software"]


def test_the_status_list_is_signed_in_the_token_too(key, enrolment):
    from digicantrain.credentials import lists

    listed = json.loads(lists.signed_list(issued(enrolment).status_list, now=timezone.now()))

    assert listed["proof"][0]["verificationMethod"] == key.verification_method


def test_threat_44_without_the_token_nothing_is_issued_and_old_ones_verify(
    key, token, enrolment, cohort, farah
):
    old = issued(enrolment)
    tokens.forget_session()
    shutil.rmtree(token)
    token.mkdir()

    with pytest.raises(tokens.TokenError, match="not one hardware token called 'issuer'"):
        issued(enrol(cohort, person=farah, how=EnrolledBy.SELF))

    assert Credential.objects.count() == 1
    assert checking.judge(old.document, now=timezone.now()).verdict is Verdict.VALID


def test_a_token_without_this_key_is_told_apart(key):
    IssuerKey.objects.update(handle="another")

    from digicantrain.credentials.signers import signer_of

    with pytest.raises(tokens.TokenError, match="does not have this key"):
        signer_of(IssuerKey.objects.get()).sign(b"text")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PKCS11_MODULE", "", "No hardware token is set up"),
        ("PKCS11_MODULE", "/no/such/library.so", "Check DIGICANTRAIN_PKCS11_MODULE"),
        ("PKCS11_TOKEN", "another", "not one hardware token called 'another'"),
        ("PKCS11_PIN", "9999", "refuses the PIN"),
    ],
)
def test_each_wrong_setting_is_answered_by_a_sentence(
    token, organisation, settings, capsys, name, value, words
):
    setattr(settings, name, value)

    code = main(["keys", "make", "--organisation", organisation.slug, "--keeper", "pkcs11"])

    assert code == 1
    assert words in capsys.readouterr().err
    assert not IssuerKey.objects.exists()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_session_that_was_lost_is_opened_anew(key, enrolment):
    tokens.with_session(lambda session: session.close())

    assert checking.judge(issued(enrolment).document, now=timezone.now()).is_valid
