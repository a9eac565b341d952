"""Two people press at the same moment, or two workers take the same; PostgreSQL, real threads."""

import pytest
from django.db import IntegrityError
from django.utils import timezone

from digicantrain.credentials import actions, by_file, correcting, deciding, tasks
from digicantrain.credentials.correcting import Correction
from digicantrain.credentials.models import Credential, IssueRequest
from digicantrain.people.actions import faults_of_trail
from tests.credentials.asked import EVIDENCE, ask, four_eyes
from tests.credentials.earned import earn
from tests.learning.test_last_seat import at_once, needs_threads

pytestmark = [needs_threads, pytest.mark.django_db(transaction=True)]
FILE = "email,module,evidence,name\naino@example.org,X1,Exam,\nnew@example.org,X1,Exam,Nea\n"


def trying(act):
    """Return an act that answers whether it was done; a refusal is an answer too."""

    def tried():
        try:
            act()
        except (ValueError, IntegrityError):
            return False
        return True

    return tried


@pytest.fixture
def version(programme):
    actions.make_key(programme.organisation, by=None, now=timezone.now())
    return programme.modules.get(code="X1").current


def test_two_registrars_issue_to_one_person_at_once(version, farah, rita, admin):
    acts = [trying(lambda by=by: ask(farah, version, by=by)) for by in (rita, admin, rita)]

    assert sum(at_once(*acts)) == 1
    assert Credential.objects.get().person == farah
    assert list(faults_of_trail()) == []


def test_a_file_confirmed_in_several_tabs_at_once_is_issued_once(version, aino, rita):
    own = [version.module.programme.organisation]

    def confirm():
        return by_file.ask_for(FILE.encode(), organisations=own, by=rita, now=timezone.now())

    assert any(at_once(*[trying(confirm)] * 3))
    assert sorted(row.person.email for row in Credential.objects.all()) == [
        "aino@example.org", "new@example.org",
    ]  # fmt: skip


def test_several_workers_take_the_same_requests_at_once(version, farah, ben, rita, organisation):
    four_eyes(organisation)
    version.refresh_from_db()
    version.module.programme.organisation.refresh_from_db()
    rows = [ask(one, version, by=rita).pk for one in (farah, ben)]
    IssueRequest.objects.update(state="approved")

    made = at_once(*[lambda: tasks.fulfil.call(rows)] * 3, tasks.issue_due.call)

    assert sum(made) == 2
    assert Credential.objects.count() == 2


def test_approved_and_refused_at_once_it_is_decided_once(
    version, farah, rita, admin, organisation, ben
):
    four_eyes(organisation)
    version.module.programme.organisation.refresh_from_db()
    row = ask(farah, version, by=rita)
    named = {"organisations": [organisation], "now": timezone.now()}

    done = at_once(
        lambda: deciding.approve([row.key], by=admin, **named).done,
        lambda: deciding.refuse([row.key], by=ben, reason="No", **named).done,
    )

    row.refresh_from_db()
    assert sum(done) == 1 or (sum(done) == 2 and row.state == "refused")
    assert Credential.objects.count() == (row.state == "issued")


def test_corrected_twice_at_once_it_is_replaced_once(version, farah, rita, admin):
    credential = ask(farah, version, by=rita).credential
    evidence, watched = correcting.basis_of(credential)

    def correct(by, name):
        wanted = Correction(name, "en", "Misspelt", evidence=evidence, watched=watched)
        return correcting.ask(credential, wanted=wanted, by=by, now=timezone.now())

    done = at_once(
        *[trying(lambda by=by: correct(by, f"Farah {by.pk}")) for by in (rita, admin, rita)]
    )

    assert sum(done) == 1
    assert Credential.objects.filter(revoked_at=None).count() == 1
    assert Credential.objects.count() == 2


def test_by_hand_and_by_completion_at_once_it_is_issued_once(version, enrolment, aino, rita):
    earn(enrolment)

    at_once(
        trying(lambda: ask(aino, version, by=rita, evidence=EVIDENCE)),
        trying(lambda: actions.issue_for(enrolment, now=timezone.now())),
        lambda: tasks.issue.call(enrolment.pk),
    )

    assert Credential.objects.get().enrolment == enrolment
