"""What a holder takes along: each form verifies, and none is made of what does not stand."""

import json
import uuid

import pytest
from django.utils import timezone

from digicantrain.core.credentials import baking
from digicantrain.core.credentials.verification import Verdict
from digicantrain.credentials import actions, checking, downloads
from digicantrain.credentials.downloads import NotToBeHadError
from digicantrain.credentials.models import Credential, IssuerKey
from digicantrain.programme.models import Path
from tests.credentials.states import STATES

pytestmark = pytest.mark.django_db
FORMS = {
    "jwt": lambda row: downloads.jwt_of(row, now=timezone.now()),
    "png": lambda row: downloads.picture_of(row, "png", now=timezone.now()),
    "svg": lambda row: downloads.picture_of(row, "svg", now=timezone.now()),
}


def verdict(what):
    return checking.judge(what, now=timezone.now()).verdict


@pytest.fixture
def whole(credential):
    """The credential is of a whole module, which is all of a path."""
    credential.kind = Credential.Kind.MICRO_CREDENTIAL
    credential.save()
    return Path.objects.create(
        programme=credential.version.module.programme,
        code="alone",
        title={"en": "The path of one"},
        summary={"en": "It has one module."},
        modules=["X1"],
        ects=1,
    )


@pytest.mark.parametrize("form", FORMS)
def test_each_form_is_found_valid_by_our_own_page(credential, form):
    judged = checking.judge(FORMS[form](credential), now=timezone.now())

    assert judged.verdict is Verdict.VALID
    assert judged.credential == credential


@pytest.mark.parametrize("form", FORMS)
def test_threat_43_withdrawn_each_old_form_says_so(credential, form, rita):
    old = FORMS[form](credential)
    actions.revoke(credential, reason="Mistake", by=rita, now=timezone.now())

    assert verdict(old) is Verdict.WITHDRAWN


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("state", sorted(set(STATES) - {"valid", "expired"}))
def test_what_does_not_stand_is_never_signed_or_baked_anew(credential, state, form):
    STATES[state](credential)
    credential.refresh_from_db()

    with pytest.raises(NotToBeHadError, match="does not stand"):
        FORMS[form](credential)


@pytest.mark.parametrize("form", FORMS)
def test_the_document_of_another_row_is_never_handed_on(credential, form):
    credential.key = uuid.uuid4()

    with pytest.raises(NotToBeHadError, match="does not stand"):
        FORMS[form](credential)


@pytest.mark.parametrize("origin", ["https://credits.example", "http://127.0.0.1:8000"])
def test_after_the_key_was_replaced_a_token_is_still_the_issuers(enrolment, settings, origin):
    from tests.credentials.earned import issued

    settings.ORIGIN = origin
    credential = issued(enrolment)
    actions.replace_key(credential.organisation, by=None, now=timezone.now())

    assert verdict(FORMS["jwt"](credential)) is Verdict.VALID


def test_threat_44_without_the_key_there_is_no_token_and_the_pictures_stay(credential, settings):
    settings.KEY_ENCRYPTION_KEY = "another"
    with pytest.raises(NotToBeHadError, match="key is not here"):
        FORMS["jwt"](credential)

    IssuerKey.objects.update(private_encrypted="")
    with pytest.raises(NotToBeHadError, match="key is not here"):
        FORMS["jwt"](credential)
    assert verdict(FORMS["svg"](credential)) is Verdict.VALID


def test_the_picture_holds_the_very_bytes_that_were_signed(credential):
    assert baking.unbake(FORMS["png"](credential)) == credential.document
    assert json.loads(baking.unbake(FORMS["svg"](credential))) == json.loads(credential.document)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Reading reports: first steps", "reading-reports-first-steps.png"),
        ("Εξ αποστάσεως", "εξ-αποστάσεως.png"),
        ("../../etc/passwd\r\nX: y", "etcpasswd-x-y.png"),
        ("🧑", "x1.png"),
        ("word " * 40, f"{'word-' * 12}".strip("-") + ".png"),
    ],
)
def test_a_file_is_named_after_what_is_in_it(credential, title, name):
    credential.title = {"en": title}

    assert downloads.file_name(credential, "png") == name


# --- records of many ---


def record(credential, **named):
    return downloads.record_of(
        credential.person, credential.organisation, now=timezone.now(), **named
    )


def test_a_transcript_is_valid_and_holds_what_was_earned(credential):
    text = record(credential)
    subject = json.loads(text)["credentialSubject"]

    assert verdict(text) is Verdict.VALID
    assert [json.dumps(one) for one in subject["verifiableCredential"]] == [
        json.dumps(json.loads(credential.document))
    ]
    assert "Aino" not in text.decode()


def test_a_path_says_of_what_the_credentials_are_parts(credential, whole):
    document = json.loads(record(credential, path=whole))

    assert verdict(json.dumps(document)) is Verdict.VALID
    assert document["name"] == "The path of one"
    assert document["credentialSubject"]["association"][0]["associationType"] == "isPartOf"
    assert downloads.paths_of([credential]) == [whole]


def test_a_path_of_which_a_module_is_missing_is_refused(credential, whole):
    whole.modules = ["X1", "X2"]

    with pytest.raises(NotToBeHadError, match="Not every module"):
        record(credential, path=whole)


def test_a_badge_of_a_part_of_a_module_completes_no_path(credential, whole):
    credential.kind = Credential.Kind.BADGE
    credential.save()

    assert downloads.paths_of([credential]) == []
    with pytest.raises(NotToBeHadError, match="Not every module"):
        record(credential, path=whole)


def test_what_was_withdrawn_is_in_no_record(credential, whole, rita):
    actions.revoke(credential, reason="Mistake", by=rita, now=timezone.now())

    with pytest.raises(NotToBeHadError, match="nothing to put"):
        record(credential)
    with pytest.raises(NotToBeHadError, match="Not every module"):
        record(credential, path=whole)


def test_what_was_altered_in_the_database_is_left_out(credential, whole):
    Credential.objects.update(document=credential.document.replace("Reading", "Writing"))

    with pytest.raises(NotToBeHadError, match="nothing to put"):
        record(credential)
    with pytest.raises(NotToBeHadError, match="does not stand"):
        record(credential, path=whole)


def test_threat_44_without_the_key_there_is_no_record(credential, settings):
    settings.KEY_ENCRYPTION_KEY = "another"

    with pytest.raises(NotToBeHadError, match="DIGICANTRAIN_KEY_ENCRYPTION_KEY"):
        record(credential)
