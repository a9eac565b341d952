"""A credential of ours in every state, checked from a file, a link and the command line."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from digicantrain.__main__ import main
from digicantrain.core.credentials.verification import Cause, Verdict
from digicantrain.credentials import actions, checking, queries
from digicantrain.credentials.certificates import certificate_of, link_of
from digicantrain.credentials.models import Credential, IssuerKey, StatusList
from tests.credentials.states import STATES

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", STATES)
def test_each_state_has_its_verdict(credential, state):
    text, verdict, _ = STATES[state](credential)

    assert checking.judge(text, now=timezone.now()).verdict is verdict


@pytest.mark.parametrize("state", STATES)
def test_the_command_line_says_it_in_a_sentence_with_its_exit_code(
    credential, state, tmp_path, capsys
):
    text, verdict, words = STATES[state](credential)
    file = tmp_path / "credential.json"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())

    code = main(["verify", str(file)])

    assert code == (0 if verdict is Verdict.VALID else 1)
    assert capsys.readouterr().out.startswith(words)


def test_threat_43_the_certificate_in_pdf_is_checked_by_what_is_attached(
    credential, rita, tmp_path, capsys
):
    file = tmp_path / "certificate.pdf"
    file.write_bytes(certificate_of(credential, holder="Aino Virtanen"))
    assert main(["verify", str(file)]) == 0
    assert "Only the signed credential inside the file" in capsys.readouterr().out

    actions.revoke(credential, reason="Mistake", by=rita, now=timezone.now())

    assert main(["verify", str(file)]) == 1
    assert "Withdrawn." in capsys.readouterr().out


def test_threat_43_the_link_says_so_too(credential, rita, capsys):
    assert main(["verify", link_of(credential)]) == 0
    assert main(["verify", f"<{link_of(credential).replace('http', 'HTTP')}>"]) == 0

    actions.revoke(credential, reason="Mistake", by=rita, now=timezone.now())

    assert main(["verify", link_of(credential)]) == 1


@pytest.mark.parametrize(
    "what",
    [
        "no-such-file.json", ".", "https://elsewhere.example/c/abcdefghijk/",
        "http://127.0.0.1:8000/c/abcdefghijk/", "http://[", "http://127.0.0.1:8000/verify/",
    ],
)  # fmt: skip
def test_with_nothing_to_check_the_command_ends_with_2_and_a_sentence(credential, what, capsys):
    assert main(["verify", what]) == 2

    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("digicantrain verify: ")
    assert len(said.err.splitlines()) == 1


def test_threat_36_an_address_is_never_fetched(credential, tmp_path, monkeypatch):
    """Neither one that is handed in, nor one inside a credential."""
    import socket

    monkeypatch.setattr(
        socket.socket, "connect", lambda *_: pytest.fail("The program went to the network.")
    )
    document = json.loads(credential.document)
    document["credentialStatus"]["statusListCredential"] = "http://169.254.169.254/status"
    document["issuer"]["id"] = "did:web:127.0.0.1"

    report = checking.judge(json.dumps(document), now=timezone.now()).report

    assert (report.verdict, report.cause) == (Verdict.NOT_OURS, Cause.UNKNOWN_ISSUER)
    assert main(["verify", "http://169.254.169.254/latest/meta-data/"]) == 2


@pytest.mark.parametrize("address", ["/c/{}/", "/fi/c/{}/", "/c/{}/certificate.pdf", " /c/{}/ "])
def test_a_link_is_known_in_each_language_and_form(credential, address, settings):
    link = address.format(credential.token)

    assert queries.token_of(link) == credential.token
    assert queries.token_of(settings.ORIGIN + link.strip()) == credential.token


@pytest.mark.parametrize(
    "link",
    ["", "/", "/c/", "http://[", "https://elsewhere.example/c/{}/", "//evil.example/c/{}/",
     "/verify/", "javascript:alert(1)"],
)  # fmt: skip
def test_other_links_are_none_of_ours(credential, link):
    assert queries.token_of(link.format(credential.token)) == ""


@pytest.mark.parametrize("token", ["", "\0", "a" * 9, "x" * 5_000, "%", "../../etc", "é" * 22])
def test_a_token_that_is_none_finds_nothing(credential, token):
    assert queries.by_token(token) is None


def test_a_list_of_another_place_is_not_ours(credential):
    """The own records answer for own lists only."""
    StatusList.objects.update(key="00000000-0000-4000-8000-000000000000")

    report = checking.judge(credential.document, now=timezone.now()).report

    assert (report.verdict, report.cause) == (Verdict.NOT_CHECKED, Cause.STATUS)


def test_after_a_move_to_another_origin_old_ones_still_verify(credential, settings):
    settings.ORIGIN = "https://moved.example"

    assert checking.judge(credential.document, now=timezone.now()).is_valid


def test_did_web_is_verified_through_keys_of_our_own(enrolment, settings):
    from tests.credentials.earned import issued

    settings.ORIGIN = "https://credits.example"
    credential = issued(enrolment)

    assert IssuerKey.objects.get().did == "did:web:credits.example:o:turku"
    assert checking.judge(credential.document, now=timezone.now()).is_valid
    IssuerKey.objects.update(did="did:web:elsewhere.example")
    report = checking.judge(credential.document, now=timezone.now()).report
    assert (report.verdict, report.cause) == (Verdict.NOT_CHECKED, Cause.NO_KEYS)


def test_one_without_its_document_is_not_checked(credential):
    credential.document = ""

    assert checking.judge_own(credential, now=timezone.now()).verdict is Verdict.NOT_CHECKED


# --- the command that issues ---


def test_the_command_issues_what_is_due_and_says_how_many(due, capsys):
    assert main(["issue", "--cohort", str(due.cohort.key)]) == 0
    assert main(["issue", "--cohort", str(due.cohort.key)]) == 0

    said = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in said] == ["1", "0"]
    assert Credential.objects.count() == 1


def test_the_command_refuses_the_wrong_encryption_key_with_a_sentence(due, settings, capsys):
    actions.make_key(due.cohort.organisation, by=None, now=timezone.now())
    settings.KEY_ENCRYPTION_KEY = "another"

    assert main(["issue", "--cohort", str(due.cohort.key)]) == 1

    assert "Check DIGICANTRAIN_KEY_ENCRYPTION_KEY" in capsys.readouterr().err
    assert Credential.objects.count() == 0


@pytest.mark.parametrize("key", ["nonsense", "00000000-0000-4000-8000-000000000000"])
def test_an_unknown_course_run_is_refused_with_a_sentence(db, key, capsys):
    assert main(["issue", "--cohort", key]) == 1
    assert f"There is no course run '{key}'." in capsys.readouterr().err


def test_called_wrongly_a_command_ends_with_2(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["issue"])

    assert ended.value.code == 2


def test_the_command_makes_a_new_key_and_retires_the_old(credential, organisation, capsys):
    assert main(["keys", "rotate", "--organisation", organisation.slug]) == 0

    assert IssuerKey.objects.filter(retired_at=None).count() == 1
    assert IssuerKey.objects.count() == 2
    assert main(["keys", "rotate", "--organisation", "nobody"]) == 1
    assert "There is no organisation 'nobody'." in capsys.readouterr().err


def test_a_time_limit_holds_when_the_clock_passes_it(credential):
    with time_machine.travel(credential.issued_at - timedelta(days=1), tick=False):
        assert checking.judge(credential.document, now=timezone.now()).verdict is (
            Verdict.NOT_YET_VALID
        )
