"""When a credential ends, in every form; and that doing the module again renews it."""

import io
import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone
from pypdf import PdfReader

from digicantrain.core.credentials import linked_data, proof
from digicantrain.core.credentials.moments import utc
from digicantrain.core.credentials.verification import Verdict
from digicantrain.credentials import actions, checking, european, expiry, gate, transcripts
from digicantrain.credentials.certificates import certificate_of
from digicantrain.credentials.models import Credential, IssuerKey
from digicantrain.credentials.signers import signer_of
from tests.credentials.lasting import another_run, ending_in, issued_at, joined, valid_for

pytestmark = pytest.mark.django_db
EARLY = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)


@pytest.fixture
def lasting(enrolment):
    valid_for(enrolment.version, 25)
    return issued_at(enrolment, EARLY)


def test_it_ends_so_many_months_after_its_issue(lasting):
    assert lasting.expires_at == datetime(2028, 2, 29, 23, 59, 59, tzinfo=UTC)
    assert lasting.expires_on == date(2028, 2, 29)


@pytest.mark.parametrize("months", [0, None])
def test_without_months_it_does_not_expire(enrolment, months):
    if months is not None:
        valid_for(enrolment.version, months)

    row = issued_at(enrolment, EARLY)

    assert row.expires_at is None
    assert "validUntil" not in json.loads(row.document)


def test_the_end_is_signed(lasting):
    assert json.loads(lasting.document)["validUntil"] == "2028-02-29T23:59:59Z"


@pytest.mark.parametrize(
    ("now", "verdict"),
    [
        (datetime(2028, 2, 29, 23, 59, 59, tzinfo=UTC), Verdict.VALID),
        (datetime(2028, 3, 1, 0, 0, 0, tzinfo=UTC), Verdict.EXPIRED),
    ],
)
def test_it_is_valid_to_the_end_of_that_day(lasting, now, verdict):
    assert checking.judge(lasting.document, now=now).verdict is verdict
    assert checking.judge_own(lasting, now=now).verdict is verdict
    assert lasting.state_at(now) == ("expires" if verdict is Verdict.VALID else "expired")


def test_the_certificate_names_the_day(lasting):
    pdf = PdfReader(io.BytesIO(certificate_of(lasting, holder="Aino Virtanen")))

    assert "29 February 2028" in " ".join(page.extract_text() for page in pdf.pages)


def test_the_verify_page_names_the_same_day_in_every_time_zone(client, enrolment, aino):
    valid_for(enrolment.version, 25)
    row = issued_at(enrolment, EARLY)
    aino.time_zone = "Pacific/Auckland"
    aino.save()
    client.force_login(aino)

    for page in (f"/c/{row.token}/", "/learn/credits/"):
        html = client.get(page).content.decode()
        assert "29 February 2028" in html
        assert "1 March 2028" not in html


def test_the_verify_page_says_that_it_has_expired(client, enrolment):
    row = ending_in(enrolment, -1)

    document = {k: v for k, v in json.loads(row.document).items() if k != "proof"}
    document["validUntil"] = utc(row.expires_at)
    key = signer_of(IssuerKey.objects.get())
    signed = proof.signed(document, signer=key, created=row.issued_at)
    Credential.objects.filter(pk=row.pk).update(document=json.dumps(signed))

    html = client.get(f"/c/{row.token}/").content.decode()

    assert "This credential has expired" in html
    assert "It was valid until" in html


def test_the_european_form_names_the_end(lasting, organisation):
    organisation.legal_identifier = "VATFI-01234567"
    organisation.save()
    lasting.organisation = organisation
    document = european.document_of(lasting, name="Aino Virtanen")

    assert document["validUntil"] == document["expirationDate"]
    assert document["validUntil"].startswith("2028-02-29T23:59:59")


def test_the_transcript_names_the_end(lasting, aino):
    (line,) = transcripts.lines_of(aino, now=EARLY)

    assert "Expires 02/2028" in transcripts.as_csv([line]).decode("utf-8-sig")
    assert b"2028-02-29T23:59:59+00:00" in transcripts.as_json(aino, [line], now=EARLY)


def test_the_gate_tries_the_document_with_its_end(enrolment, organisation, monkeypatch):
    seen = []

    def noted(document):
        seen.append(document)
        return canonical(document)

    canonical = linked_data.canonical
    monkeypatch.setattr(linked_data, "canonical", noted)
    valid_for(enrolment.version, 24)

    assert gate.sentences_of(enrolment.version, organisation=organisation) == []
    assert seen[0]["validUntil"] == "2028-01-01T23:59:59Z"


def test_the_page_of_the_module_says_how_long_it_is_valid(client, enrolment):
    valid_for(enrolment.version, 24)

    html = client.get("/modules/X1/").content.decode()

    assert "Valid for 24 months from the day of issue" in html


def test_eleni_reads_it_on_her_page_of_the_module(client, enrolment, eleni):
    valid_for(enrolment.version, 1)
    client.force_login(eleni)

    assert "Valid for 1 month from" in client.get("/author/modules/X1/").content.decode()


def test_a_module_without_an_end_says_so(client, enrolment):
    assert "It does not expire." in client.get("/modules/X1/").content.decode()


# --- renewing ---


@pytest.fixture
def ending(enrolment):
    return ending_in(enrolment, 20)


@pytest.fixture
def renewed(ending, cohort, aino):
    """Aino did the module again; the newer one is current."""
    return issued_at(joined(another_run(cohort), aino), timezone.now())


def test_doing_the_module_again_earns_another_one_that_renews_the_first(ending, renewed):
    rows = Credential.objects.all()

    assert expiry.renewals(rows, now=timezone.now()) == {ending.pk: renewed}
    assert list(expiry.not_renewed(rows)) == [renewed]


def test_the_first_one_is_still_genuine_until_its_end(ending, renewed):
    assert checking.judge_own(ending, now=timezone.now()).verdict is Verdict.VALID


def test_hours_done_twice_count_once(ending, renewed, aino):
    now = timezone.now()
    lines = transcripts.lines_of(aino, now=now)
    alone = [line for line in lines if line.credential.pk == renewed.pk]

    assert transcripts.sums_of(lines) == transcripts.sums_of(alone)
    assert transcripts.sums_of(lines)[transcripts.HOURS] == 50


@pytest.mark.parametrize("undo", [actions.revoke, actions.suspend])
def test_one_that_does_not_stand_renews_nothing(ending, renewed, undo):
    undo(renewed, reason="A mistake", by=None, now=timezone.now())
    rows = Credential.objects.all()

    assert expiry.renewals(rows, now=timezone.now()) == {}
    assert ending in expiry.not_renewed(rows)


def test_a_badge_does_not_renew_the_credential_of_the_whole_module(ending, renewed):
    Credential.objects.filter(pk=ending.pk).update(kind="micro-credential")
    rows = Credential.objects.all()

    assert expiry.renewals(rows, now=timezone.now()) == {}
    assert ending in expiry.not_renewed(rows)


def test_what_farah_earned_renews_nothing_of_ainos(ending, cohort, farah):
    issued_at(joined(cohort, farah), timezone.now())

    assert ending in expiry.not_renewed(Credential.objects.all())


# --- how to renew ---


def way(row):
    return expiry.ways_to_renew([row], now=timezone.now())[row.pk]


def test_an_open_run_of_the_module_can_be_joined(ending, cohort):
    run = another_run(cohort)

    assert way(ending).kind == "join"
    assert way(ending).link.endswith(f"/learn/enrol/{run.key}/")


def test_a_run_in_the_language_of_the_first_one_comes_first(ending, cohort):
    another_run(cohort, language="fi", starts_on=timezone.localdate() - timedelta(days=9))
    run = another_run(cohort, title="In English")

    assert str(run.key) in way(ending).link


def test_a_course_that_she_is_in_is_to_be_finished(ending, cohort, aino):
    enrolment = joined(another_run(cohort), aino)

    assert way(ending).kind == "continue"
    assert str(enrolment.key) in way(ending).link


@pytest.mark.parametrize(
    "fields",
    [
        {"open_to_all": False},
        {
            "starts_on": date(2020, 1, 1),
            "ends_on": date(2020, 2, 1),
        },
    ],
    ids=["by invitation", "over"],
)
def test_where_no_run_is_open_somebody_is_to_be_asked(ending, cohort, fields):
    another_run(cohort, **fields)

    assert (way(ending).kind, way(ending).contact) == ("ask", "training@turku.example")


def test_a_module_that_earns_nothing_any_more_is_not_offered(ending, cohort):
    another_run(cohort)
    current = cohort.module.current
    current.data = {**current.data, "credit": None}
    current.save()

    assert way(ending).kind == "ask"


@pytest.mark.parametrize("how_many", [1, 3])
def test_ways_are_found_in_two_queries(
    cohort, aino, farah, ben, enrolment, django_assert_num_queries, how_many
):
    first = ending_in(enrolment, 20)
    runs = [another_run(cohort, title=str(number)) for number in range(how_many - 1)]
    more = [issued_at(joined(run, aino), timezone.now()) for run in runs]

    with django_assert_num_queries(2):
        expiry.ways_to_renew([first, *more], now=timezone.now())


def test_aino_sees_which_one_is_current(client, ending, renewed, aino):
    client.force_login(aino)

    html = client.get("/learn/credits/").content.decode()

    assert "Renewed" in html
    assert "You have renewed it." in html
    assert f"/c/{renewed.token}/" in html
    assert "To renew it" not in html


def test_aino_reads_how_she_renews_it(client, ending, cohort, aino):
    run = another_run(cohort)
    client.force_login(aino)

    html = client.get("/learn/credits/").content.decode()

    assert "To renew it, do the module again." in html
    assert f"/learn/enrol/{run.key}/" in html


def test_who_has_long_to_go_is_not_told_to_renew(client, enrolment, aino):
    ending_in(enrolment, 200)
    client.force_login(aino)

    assert "To renew it" not in client.get("/learn/credits/").content.decode()
