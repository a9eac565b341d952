"""The demo's claim of prior learning waits for the registrar, and is said to be invented."""

from datetime import UTC, datetime

import pytest
from django.conf import settings

from digicantrain.credentials import recognition
from digicantrain.demo import cast, claims, pilot
from digicantrain.programme.actions import import_programme

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_farahs_claim_waits_for_rita_and_is_invented():
    organisation = cast.organisation()
    import_programme(settings.CONTENT, organisation=organisation)
    sites = cast.sites(organisation)
    people = cast.people(organisation, sites=sites)
    pilot.open_runs(organisation, sites=sites, people=people, now=NOW)

    row = claims.send(organisation, person=people["farah"], now=NOW)

    assert recognition.why_not_decide(row, by=people["rita"]) is None
    assert [unit.unit for unit in row.units.all()] == ["u2", "u5"]
    assert all("nvented" in words for words in (row.learned, row.place))
    assert all("nvented" in one.words + one.confirmed_by for one in row.evidence.all())
