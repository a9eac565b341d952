"""`digicantrain keys`: what it says, and what an issuer that ceases leaves behind."""

import hashlib
import json
from importlib import import_module

import pytest
from django.apps import apps
from django.utils import timezone

from digicantrain.__main__ import main
from digicantrain.core.credentials import verification
from digicantrain.core.credentials.keys import PublicKey
from digicantrain.core.credentials.verdicts import WantNewest
from digicantrain.core.credentials.verification import Verdict
from digicantrain.credentials import actions, checking
from digicantrain.credentials.models import IssuerKey, StatusList
from digicantrain.learning.actions import enrol
from digicantrain.learning.enums import EnrolledBy
from tests.credentials.earned import issued

pytestmark = pytest.mark.django_db
WEB = "https://credits.example"


def keys(what, organisation, *more):
    return main(["keys", what, "--organisation", organisation.slug, *map(str, more)])


def test_the_first_key_signs_and_the_next_waits_until_it_is_rotated_in(
    organisation, settings, capsys
):
    settings.ORIGIN = WEB
    assert keys("list", organisation) == 0
    assert keys("make", organisation) == 0
    assert keys("make", organisation) == 0
    first, second = IssuerKey.objects.order_by("pk")

    assert (first.signs_from is None, second.signs_from is None) == (False, True)
    assert keys("rotate", organisation) == 0

    for key in (first, second):
        key.refresh_from_db()
    assert first.retired_at is not None
    assert second.signs_from == first.retired_at
    assert IssuerKey.objects.count() == 2
    said = capsys.readouterr().out
    assert "has no key yet" in said
    assert f"{first.verification_method} signs from now on." in said
    assert f"{second.verification_method} is published" in said


def test_a_key_that_waits_is_published_and_signs_nothing(organisation, settings, enrolment, client):
    settings.ORIGIN = WEB
    signing = actions.make_key(organisation, by=None, now=timezone.now())
    waiting = actions.make_key(organisation, by=None, now=timezone.now(), signs=False)

    document = client.get(f"/o/{organisation.slug}/did.json").json()

    listed = {one["id"] for one in document["verificationMethod"]}
    assert listed == {signing.verification_method, waiting.verification_method}
    assert waiting.verification_method not in issued(enrolment).document


def test_list_says_what_each_key_is_used_for(organisation, settings, capsys):
    settings.ORIGIN = WEB
    for signs in (True, True, False):
        if signs:
            actions.replace_key(organisation, by=None, now=timezone.now())
        else:
            actions.make_key(organisation, by=None, now=timezone.now(), signs=False)

    assert keys("list", organisation) == 0

    said = capsys.readouterr().out
    assert said.count("retired, what it signed still verifies") == 1
    assert said.count(", signs\n") == 1
    assert said.count("published, signs nothing yet") == 1


def test_check_confirms_each_key_by_a_signature(organisation, capsys):
    assert keys("check", organisation) == 1
    assert "has no key to sign with" in capsys.readouterr().out

    actions.make_key(organisation, by=None, now=timezone.now())

    assert keys("check", organisation) == 0
    assert "1 keys, 0 faults." in capsys.readouterr().out


def break_half(settings, key):
    other = actions.make_key(key.organisation, by=None, now=timezone.now(), signs=False)
    IssuerKey.objects.filter(pk=key.pk).update(public_multibase=other.public_multibase)


def lose_private(settings, key):
    IssuerKey.objects.filter(pk=key.pk).update(private_encrypted="")


def lose_secret(settings, key):
    settings.KEY_ENCRYPTION_KEY = "another"


def move_house(settings, key):
    settings.ORIGIN = "https://elsewhere.example"


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (break_half, "does not confirm what it signs"),
        (lose_private, "its private part is not here"),
        (lose_secret, "Check DIGICANTRAIN_KEY_ENCRYPTION_KEY"),
        (move_house, "this installation is did:web:elsewhere.example"),
    ],
)
def test_check_names_each_fault(organisation, settings, capsys, harm, words):
    settings.ORIGIN = WEB
    harm(settings, actions.make_key(organisation, by=None, now=timezone.now()))

    assert keys("check", organisation) == 1

    assert words in capsys.readouterr().out


def test_publish_prints_the_document_as_it_is_served(organisation, settings, capsys, client):
    settings.ORIGIN = WEB
    actions.make_key(organisation, by=None, now=timezone.now())

    assert keys("publish", organisation) == 0

    served = client.get(f"/o/{organisation.slug}/did.json").json()
    assert json.loads(capsys.readouterr().out) == served


def test_what_an_issuer_leaves_behind_verifies_its_credentials_without_this_platform(
    organisation, settings, enrolment, cohort, farah, rita, tmp_path, capsys
):
    settings.ORIGIN = WEB
    stands = issued(enrolment)
    actions.replace_key(organisation, by=None, now=timezone.now())
    gone = issued(enrol(cohort, person=farah, how=EnrolledBy.SELF))
    actions.revoke(gone, reason="Mistake", by=rita, now=timezone.now())
    folder = tmp_path / "issuer"

    assert keys("export", organisation, "--out", folder) == 0

    verdicts = [verdict_from(folder, row) for row in (stands, gone)]
    assert verdicts == [Verdict.VALID, Verdict.WITHDRAWN]


def verdict_from(folder, row):
    """Judge a credential by what was left behind alone, as a web server over it would answer."""
    told = (folder / "README.txt").read_text().splitlines()

    def at(address):
        return (folder / told[told.index(f"    {address}") - 1]).read_bytes()

    def answer(want):
        if isinstance(want, verification.WantKeys):
            place = want.issuer.removeprefix("did:web:").replace(":", "/").replace("%3A", ":")
            listed = json.loads(at(f"https://{place}/did.json"))["verificationMethod"]
            return verification.IssuerKeys(
                tuple(PublicKey(one["id"], one["publicKeyMultibase"]) for one in listed)
            )
        return True if isinstance(want, WantNewest) else at(want.url)

    judging = verification.judge(row.document, now=timezone.now())
    return verification.answered(judging, answer).verdict


@pytest.mark.parametrize("then", ["https://new.example", "https://credits.example:8443"])
def test_what_was_issued_under_an_address_of_before_verifies_from_what_is_left_behind(
    organisation, settings, enrolment, cohort, farah, rita, tmp_path, then
):
    settings.ORIGIN = WEB
    before = issued(enrolment)
    settings.ORIGIN = then
    actions.replace_key(organisation, by=None, now=timezone.now())
    after = issued(enrol(cohort, person=farah, how=EnrolledBy.SELF))
    actions.revoke(after, reason="Mistake", by=rita, now=timezone.now())
    folder = tmp_path / "issuer"

    assert keys("export", organisation, "--out", folder) == 0

    assert [verdict_from(folder, row) for row in (before, after)] == [
        Verdict.VALID, Verdict.WITHDRAWN,
    ]  # fmt: skip
    hosts = {then.removeprefix("https://").replace(":", "_"), "credits.example"}
    assert {path.name for path in folder.iterdir() if path.is_dir()} == hosts
    assert len(list(folder.rglob("did.json"))) == 2
    assert not list(folder.rglob("*:*"))


def test_a_key_of_before_goes_on_with_a_list_of_the_new_address(
    organisation, settings, enrolment, cohort, farah, client
):
    """What is issued from now on names a list where it can be had; the old ones keep their name."""
    before = issued(enrolment)
    settings.ORIGIN = "http://new.example"

    after = issued(enrol(cohort, person=farah, how=EnrolledBy.SELF))

    for row, origin in ((before, "http://127.0.0.1:8000"), (after, "http://new.example")):
        named = json.loads(row.document)["credentialStatus"]["statusListCredential"]
        served = client.get(f"/status/{row.status_list.key}").json()
        assert named.startswith(f"{origin}/status/")
        assert served["id"] == named
    assert before.status_list != after.status_list


def test_lists_of_before_are_told_the_address_that_is_signed(credential, other_organisation):
    """As the migration finds them: what stands in them names them."""
    keep = import_module(
        "digicantrain.credentials.migrations.0012_lists_keep_their_address"
    ).keep_origins
    named = credential.status_list.origin
    empty = StatusList.objects.create(organisation=other_organisation)
    StatusList.objects.update(origin="")

    keep(apps, None)

    credential.status_list.refresh_from_db()
    empty.refresh_from_db()
    assert (credential.status_list.origin, empty.origin) == (named, "")
    assert named.startswith("http")


def test_what_is_left_behind_has_checksums_and_tells_of_nobody(
    organisation, settings, enrolment, tmp_path
):
    settings.ORIGIN = WEB
    credential = issued(enrolment)
    folder = tmp_path / "issuer"

    assert keys("export", organisation, "--out", folder) == 0

    lines = (folder / "SHA256SUMS").read_text().splitlines()
    assert len(lines) == 4
    for line in lines:
        digest, name = line.split("  ")
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    texts = [path.read_text() for path in folder.rglob("*") if path.is_file()]
    private = IssuerKey.objects.get().private_encrypted
    assert all(
        secret not in text
        for text in texts
        for secret in (credential.holder_name, credential.person.email, private)
    )
    assert f"https://credits.example/o/{organisation.slug}/did.json" in "".join(texts)


def test_nothing_is_written_into_a_folder_that_is_not_empty(
    organisation, settings, tmp_path, capsys
):
    settings.ORIGIN = WEB
    actions.make_key(organisation, by=None, now=timezone.now())
    (tmp_path / "mine.txt").write_text("mine")

    assert keys("export", organisation, "--out", tmp_path) == 1
    assert keys("export", organisation) == 1

    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["mine.txt"]
    said = capsys.readouterr().err
    assert "is not empty; name an empty or a new folder" in said
    assert "Name the folder to write to: --out DIR." in said


def test_a_key_of_a_did_key_needs_no_document_in_the_export(organisation, enrolment, tmp_path):
    credential = issued(enrolment)
    folder = tmp_path / "issuer"

    assert keys("export", organisation, "--out", folder) == 0

    assert not list(folder.rglob("did.json"))
    assert len(list(folder.rglob(f"status/{credential.status_list.key}-revocation.json"))) == 1
    assert checking.judge(credential.document, now=timezone.now()).is_valid
