"""The case: one moment at a time, one path for all tabs, played again only where it may."""

import pytest

from digicantrain.learning.models import StepProgress
from digicantrain.records.models import Statement

pytestmark = pytest.mark.django_db


@pytest.fixture
def trial(home):
    """The case for practice."""
    return f"{home}trial/"


def choose(client, address, state, choice, **more):
    return client.post(
        address, {"act": "choose", "state": state, "choice": choice}, follow=True, **more
    ).content.decode()


def path(code="trial"):
    return StepProgress.objects.get(step__code=code).data.get("path", [])


def test_a_choice_leads_on_and_its_consequence_is_told_later(hers, trial):
    html = choose(hers, trial, "S1", "a")

    assert "She answers." in html
    assert "What has happened so far" in html
    assert "points on the path" not in html
    assert path() == [["S1", "a"]]


def test_the_end_tells_points_path_and_the_experts_way(hers, trial):
    choose(hers, trial, "S1", "b")
    html = choose(hers, trial, "S3", "a")

    for words in ("Late", "You rang in the end.", "1 of 3 points", "a voice shows more"):
        assert words in html
    assert StepProgress.objects.get(step__code="trial").state == "done"


def test_threat_45_a_second_tab_and_a_double_press_change_nothing(hers, trial):
    choose(hers, trial, "S1", "a")

    again = choose(hers, trial, "S1", "b")

    assert "The case has moved on. This is where you are now." in again
    assert "She answers." in again
    assert path() == [["S1", "a"]]
    assert Statement.objects.filter(verb__iri__endswith="/responded").count() == 1


def test_the_back_button_shows_where_the_case_is_now(hers, trial):
    choose(hers, trial, "S1", "a")
    choose(hers, trial, "S2", "a")

    assert "He is seen." in hers.get(trial).content.decode()
    assert "The case has moved on" in choose(hers, trial, "S1", "b")


@pytest.mark.parametrize(
    ("state", "choice"),
    [("S2", "a"), ("A", "a"), ("S1", "c"), ("", ""), ("S1", "1e309"), ("S1", "a" * 100_000)],
)
def test_threat_45_a_forged_state_or_choice_changes_nothing(hers, trial, state, choice):
    html = choose(hers, trial, state, choice)

    assert "The line stands there." in html
    assert not StepProgress.objects.filter(data__has_key="path").exists()


def test_a_case_for_practice_is_played_again_from_its_end_and_stays_done(hers, trial):
    assert "Play it again" not in hers.get(trial).content.decode()
    hers.post(trial, {"act": "again"})
    choose(hers, trial, "S1", "a")
    hers.post(trial, {"act": "again"})
    assert path() == [["S1", "a"]]
    assert "Play it again" in choose(hers, trial, "S2", "b")

    hers.post(trial, {"act": "again"})

    row = StepProgress.objects.get(step__code="trial")
    assert (row.data["path"], row.state) == ([], "done")
    assert row.score == 3


def test_a_case_that_counts_is_played_once(hers, home):
    address = f"{home}graded-call/"
    assert "it can be played once" in hers.get(address).content.decode()
    choose(hers, address, "S1", "b")
    end = choose(hers, address, "S3", "b")

    hers.post(address, {"act": "again"})

    assert "Play it again" not in end
    assert path("graded-call") == [["S1", "b"], ["S3", "b"]]


def test_the_language_is_switched_in_the_middle_of_a_case(hers, home, trial):
    choose(hers, trial, "S1", "a")

    html = hers.get(f"/fi{trial}").content.decode()

    assert 'name="state" value="S2"' in html
