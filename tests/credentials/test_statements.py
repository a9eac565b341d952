"""What is told of credentials: what was earned, once, and never which document it is."""

import pytest
from django.conf import settings
from django.utils import timezone

from digicantrain.core.xapi.profile import Profile
from digicantrain.core.xapi.vocabulary import Verb
from digicantrain.credentials import actions, paths
from digicantrain.credentials.models import Credential, PathCertificate
from digicantrain.people.queries import key_of
from tests.credentials.asked import ask
from tests.credentials.stacked import U1, completed, do, with_badge
from tests.learning.told import bodies, told

pytestmark = pytest.mark.django_db


def earned():
    """Return what was told as earned; all of it follows the profile."""
    found = told(Verb.EARNED)
    assert [Profile(settings.ORIGIN).faults(one) for one in found] == [[] for _ in found]
    return found


def parent(statement):
    (found,) = statement["context"]["contextActivities"]["parent"]
    return found["id"].removeprefix(settings.ORIGIN)


def test_a_credential_is_told_by_the_id_of_its_achievement(credential, enrolment):
    (statement,) = earned()

    assert f'"{statement["object"]["id"]}"' in credential.document
    assert statement["object"]["definition"]["name"] == credential.title
    assert parent(statement) == "/activities/sample/X1/1"
    assert statement["context"]["registration"] == str(enrolment.key)


def test_a_badge_of_units_is_told_in_its_course_run(enrolment):
    enrolment.version = with_badge(enrolment.version)

    do(enrolment, U1)

    (statement,) = earned()
    badge = Credential.objects.get()
    assert f'"{statement["object"]["id"]}"' in badge.document
    assert statement["context"]["registration"] == str(enrolment.key)


def test_a_path_certificate_is_told_below_its_programme(cohort, aino):
    certificate = completed(cohort, aino)

    statement = earned()[-1]
    assert statement["object"]["definition"]["name"] == certificate.title
    assert f'"{statement["object"]["id"]}"' in certificate.document
    assert parent(statement) == "/activities/sample"
    assert "registration" not in statement["context"]
    assert statement["actor"]["account"]["name"] == str(key_of(aino))


def test_a_path_certificate_is_told_once(cohort, aino):
    completed(cohort, aino)
    before = len(earned())

    assert paths.issue_completed(aino, now=timezone.now()) == []

    assert len(earned()) == before == 3


def test_one_issued_by_hand_is_told_without_a_course_run(programme, farah, rita):
    ask(farah, programme.modules.get(code="X1").current, by=rita)

    (statement,) = earned()
    assert "registration" not in statement["context"]
    assert statement["actor"]["account"]["name"] == str(key_of(farah))


def test_threat_11_no_statement_leads_to_a_document_that_names_her(cohort, aino):
    completed(cohort, aino)

    said = str(bodies())
    names = ("key", "token", "holder_name", "digest")
    ways = [*Credential.objects.values_list(*names), *PathCertificate.objects.values_list(*names)]
    assert len(ways) == 3
    assert not [way for row in ways for way in row if str(way) in said]


def test_what_an_office_does_with_a_credential_is_not_told(credential, rita):
    before = bodies()

    actions.suspend(credential, reason="Asked.", by=rita, now=timezone.now())
    actions.reinstate(credential, by=rita, now=timezone.now())
    actions.revoke(credential, reason="Found out.", by=rita, now=timezone.now())

    assert bodies() == before
