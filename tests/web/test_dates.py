"""Dates stand as her language writes them, times in her own place."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.utils import formats, timezone, translation

from digicantrain import web
from digicantrain.credentials import actions, paths
from digicantrain.learning.models import ErrorReport
from tests.credentials import stacked
from tests.credentials.earned import issued

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("language", "expected"), [("en", "19 November 2026"), ("fi", "19. marraskuuta 2026")]
)
def test_the_day_comes_before_the_month(language, expected):
    with translation.override(language):
        assert formats.date_format(date(2026, 11, 19)) == expected


def test_short_dates_cannot_be_read_the_american_way():
    with translation.override("en"):
        assert formats.date_format(date(2026, 5, 11), "SHORT_DATE_FORMAT") == "11 May 2026"


@pytest.mark.parametrize(
    ("zone", "expected"), [("Europe/Helsinki", "2 Mar 2026"), ("Europe/Lisbon", "1 Mar 2026")]
)
def test_a_late_hour_stands_on_the_day_it_has_where_she_is(
    client, eleni, programme, zone, expected
):
    eleni.time_zone = zone
    eleni.save()
    report = ErrorReport.objects.create(text="A typo", address="/modules/X1/")
    ErrorReport.objects.filter(pk=report.pk).update(at=datetime(2026, 3, 1, 22, 30, tzinfo=UTC))
    client.force_login(eleni)

    assert expected in client.get("/manage/reports/").content.decode()


def test_one_persons_zone_does_not_stay_for_the_next(client, eleni, programme):
    before = timezone.get_current_timezone_name()
    client.force_login(eleni)

    client.get("/manage/reports/")

    assert timezone.get_current_timezone_name() == before


# --- days of credentials: in UTC, as in what is signed, the same for everybody ---

LATE = datetime(2026, 11, 26, 22, 30, tzinfo=UTC)
DAYS = re.compile(
    r"(issued|revoked|suspended|expires|asked|declined|submitted|appealed|added)_at\|date"
    r"|\b(since|due_by|appeal_ends)\|date"
)


def test_every_day_of_a_credential_and_of_what_led_to_it_is_one_of_utc():
    root = Path(web.__file__).parent / "templates"
    local = [
        f"{path.relative_to(root)}: {line.strip()}"
        for path in sorted(root.rglob("*.*"))
        # a key of the record store ends at a moment of its administrator's day
        if not path.name.startswith("record_key")
        for line in path.read_text().splitlines()
        if DAYS.search(line)
    ]

    assert local == []


@pytest.fixture
def days_later():
    """Let pages be asked for on a day that cannot be taken for one of the credential's."""
    with time_machine.travel(LATE + timedelta(days=9), tick=False):
        yield


@pytest.fixture
def late(enrolment, aino, rita):
    """A credential that was issued when it was already the next day in Helsinki."""
    for person in (aino, rita):
        person.time_zone = "Europe/Helsinki"
        person.save()
    with time_machine.travel(LATE, tick=False):
        return issued(enrolment)


def test_a_credential_has_one_day_of_issue_for_its_holder_and_for_all_others(
    client, late, days_later, aino, rita
):
    pages = [(None, f"/c/{late.token}/"), (aino, "/learn/credits/"), (aino, f"/c/{late.token}/")]
    pages += [(rita, f"/manage/credentials/{late.key}/")]
    for person, address in pages:
        if person:
            client.force_login(person)
        html = client.get(address).content.decode()

        assert "26 November 2026" in html
        assert "27 November 2026" not in html


@pytest.mark.parametrize("end", [actions.suspend, actions.revoke])
def test_it_has_one_day_on_which_it_ended_too(client, late, days_later, aino, end):
    end(late, reason="x", by=None, now=LATE)
    client.force_login(aino)

    for address in (f"/c/{late.token}/", "/learn/credits/"):
        html = client.get(address).content.decode()
        assert "26 November 2026" in html
        assert "27 November 2026" not in html


def test_so_has_a_path_certificate(client, cohort, aino):
    aino.time_zone = "Europe/Helsinki"
    aino.save()
    with time_machine.travel(LATE, tick=False):
        row = stacked.completed(cohort, aino)
        paths.withdraw(row, reason="x", by=None, now=LATE)
    client.force_login(aino)

    with time_machine.travel(LATE, tick=False):
        pages = [client.get(address) for address in (f"/p/{row.token}/", "/learn/credits/")]

    for html in (page.content.decode() for page in pages):
        assert "26 November 2026" in html
        assert "27 November 2026" not in html
    assert "22:30 (UTC)" in pages[0].content.decode()
