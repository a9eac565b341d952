"""However a credential came about, the judges of each form find no error in it.

By hand, corrected, with an end, with a unit recognised, as the badge of a unit, endorsed.
"""

import json

import pytest
from django.utils import timezone

from digicantrain.core.credentials.tellings import Learner
from digicantrain.credentials import actions, checking, correcting, european
from digicantrain.credentials.certificates import certificate_of
from digicantrain.credentials.correcting import Correction
from digicantrain.credentials.models import Credential
from tests.core.credentials import test_elm, test_elmo
from tests.core.credentials.test_elm import judged, shapes  # noqa: F401 - a fixture
from tests.core.credentials.test_elmo import schema  # noqa: F401 - a fixture
from tests.credentials import stacked, test_schema
from tests.credentials.asked import ask
from tests.credentials.claims import decided, sent
from tests.credentials.earned import earn, issued
from tests.credentials.lasting import valid_for

pytestmark = pytest.mark.django_db
NAME = "Ελένη Äijö-Παππά"
WAYS = ("by hand", "corrected", "ending", "recognised", "badge", "endorsed")


@pytest.fixture(params=WAYS)
def one(request, enrolment, rita, farah, other_organisation):
    """A credential that came about in one of the ways."""
    organisation = enrolment.cohort.organisation
    organisation.legal_identifier = "VATFI-01234567"
    organisation.save()
    if request.param == "by hand":
        return ask(farah, enrolment.version, by=rita).credential
    if request.param == "corrected":
        wanted = Correction(NAME, "en", "The name was misspelt.")
        now = timezone.now()
        return correcting.ask(issued(enrolment), wanted=wanted, by=rita, now=now).credential
    if request.param == "ending":
        valid_for(enrolment.version, 24)
        return issued(enrolment)
    if request.param == "recognised":
        earn(enrolment).progress.filter(step__code__in=stacked.U1).delete()
        decided(sent(enrolment), rita)
        return Credential.objects.get()
    if request.param == "badge":
        stacked.with_badge(enrolment.version)
        return actions.issue_badge(earn(enrolment), badge="practice", now=timezone.now())
    stacked.endorsed(enrolment.version, other_organisation, by=rita)
    return issued(enrolment)


@pytest.mark.skipif(not test_schema.SCHEMA.is_file(), reason="The schema is not here.")
def test_the_schema_of_open_badges_finds_no_error(one):
    assert test_schema.faults(json.loads(one.document)) == []


@judged
def test_the_commissions_shapes_find_no_error(one, shapes):  # noqa: F811
    text = european.upload_of(one, name=NAME, email="eleni@example.org")

    assert test_elm.faults(json.loads(text)["credential"], shapes) == []


@test_elmo.judged
def test_the_schema_of_elmo_finds_no_error(one, schema):  # noqa: F811
    data = european.elmo_of([one], learner=Learner(NAME, "e@example.org"), now=timezone.now())

    assert test_elmo.faults(data, schema) == []


def test_it_is_valid_in_each_form_that_carries_it(client, one):
    now = timezone.now()
    for data in (
        one.document,
        certificate_of(one, holder=NAME),
        client.get(f"/c/{one.token}/badge.png").content,
        client.get(f"/c/{one.token}/badge.svg").content,
        client.get(f"/c/{one.token}/credential.jwt").content,
    ):
        assert checking.judge(data, now=now).is_valid
