"""Dates stand as her language writes them, times in her own place."""

from datetime import UTC, date, datetime

import pytest
from django.utils import formats, timezone, translation

from digicantrain.learning.models import ErrorReport

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
