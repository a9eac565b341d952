"""Coming into a course: from the catalogue, by an invitation, onto the waiting list."""

import pytest
from django.utils import timezone

from digicantrain.learning import actions
from digicantrain.learning.enums import EnrolledBy
from digicantrain.learning.models import Cohort, Enrolment

pytestmark = pytest.mark.django_db


@pytest.fixture
def invitation(cohort):
    """The address of the invitation to the autumn run."""
    return f"/learn/join/{cohort.invitation}/"


def test_a_stranger_sees_the_invitation_and_both_ways_lead_back(client, invitation):
    html = client.get(invitation).content.decode()

    assert "Autumn run" in html
    assert f'href="/account/login/?next={invitation}"' in html
    assert f'href="/account/signup/?next={invitation}"' in html
    posted = client.post(invitation)
    assert posted.headers["Location"] == f"/account/login/?next={invitation}"
    assert not Enrolment.objects.exists()


def test_threat_14_looking_at_an_invitation_enrols_nobody(hers, invitation):
    assert hers.get(invitation).status_code == 200
    assert not Enrolment.objects.exists()


def test_pressing_enrols_and_pressing_twice_enrols_once(hers, invitation, aino):
    places = {hers.post(invitation).headers["Location"] for _ in range(2)}

    row = Enrolment.objects.get()
    assert places == {f"/learn/{row.key}/"}
    assert (row.person, row.how) == (aino, EnrolledBy.INVITATION)


def test_who_enrols_from_the_catalogue_came_by_herself(hers, cohort):
    assert f"/learn/enrol/{cohort.key}/" in hers.get("/modules/X1/").content.decode()

    hers.post(f"/learn/enrol/{cohort.key}/")

    assert Enrolment.objects.get().how == EnrolledBy.SELF


@pytest.mark.parametrize("token", ["x", "0" * 22, "..%2f..%2fsettings"])
def test_an_invitation_that_never_was_is_absent(client, cohort, token):
    assert client.get(f"/learn/join/{token}/").status_code == 404


def test_a_run_by_invitation_is_absent_by_its_key_and_open_by_its_link(hers, cohort, invitation):
    Cohort.objects.update(open_to_all=False)

    assert hers.post(f"/learn/enrol/{cohort.key}/").status_code == 404
    assert hers.post(invitation).status_code == 302
    assert Enrolment.objects.count() == 1


def test_a_full_run_offers_the_waiting_list(hers, cohort, invitation, farah):
    Cohort.objects.update(seats=1)
    actions.enrol(cohort, person=farah, how=EnrolledBy.SELF)

    html = hers.get(invitation).content.decode()
    hers.post(invitation)

    assert "All taken; there is a waiting list." in html
    assert "Join the waiting list" in html
    assert sorted(Enrolment.objects.values_list("state", flat=True)) == ["active", "waiting"]


@pytest.mark.parametrize("why", ["over", "withdrawn"])
def test_a_run_that_nobody_can_join_says_why(hers, cohort, invitation, why):
    if why == "over":
        Cohort.objects.update(starts_on="2020-01-01", ends_on="2020-01-02")
    else:
        cohort.module.withdrawn_at = timezone.now()
        cohort.module.save()

    html = hers.post(invitation, follow=True).content.decode()

    assert {"over": "This course is over.", "withdrawn": "This module was withdrawn."}[why] in html
    assert not Enrolment.objects.exists()


def test_threat_02_nobody_chooses_her_own_state(hers, cohort, invitation, farah):
    Cohort.objects.update(seats=0)

    hers.post(invitation, {"state": "active", "how": "file", "person": farah.pk})

    row = Enrolment.objects.get()
    assert (row.state, row.how) == ("waiting", EnrolledBy.INVITATION)


@pytest.mark.parametrize("many", [1, 3])
def test_an_invitation_asks_the_same_however_many_are_in(
    hers, cohort, invitation, many, django_assert_num_queries
):
    from tests.learning import course

    for number in range(many):
        course.enrolled(course.person(f"{number}@example.org", name="N"), run=cohort)
    hers.get(invitation)

    # person, run with its counts, roles, provider
    with django_assert_num_queries(4):
        hers.get(invitation)
