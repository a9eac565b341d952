"""The Rasch model: closed forms, all tables counted out, long tests, gaps, and reasons."""

import itertools

import numpy as np
import pytest

from digicantrain.core import measures
from digicantrain.core.measures import Reason
from digicantrain.core.measures.conditional import Answered, conditional, given_score, information
from digicantrain.core.measures.rasch import person_estimates
from tests.core.measures.exact import number

NAN = np.nan


def answers_to(n, difficulty, *, seed=5, gaps=0.0):
    """Return answers of n people to items of these difficulties."""
    random = np.random.default_rng(seed)
    chance = 1 / (1 + np.exp(np.asarray(difficulty) - random.normal(size=(n, 1))))
    answers = (random.random(chance.shape) < chance).astype(float)
    answers[random.random(chance.shape) < gaps] = NAN
    return answers


SIX = np.array([-1.5, -0.7, -0.1, 0.3, 0.8, 1.2])


def column(found, name):
    return found.table("items").column(name)


def test_two_items_by_hand():
    # of 30 people with one point 20 solved the first item: difference log 2, variance 1/20 + 1/10
    answers = [[1, 0]] * 20 + [[0, 1]] * 10 + [[1, 1]] * 7 + [[0, 0]] * 3

    found = measures.rasch_model(answers)

    assert column(found, "difficulty") == pytest.approx([-np.log(2) / 2, np.log(2) / 2])
    assert column(found, "se") == pytest.approx([np.sqrt(0.15) / 2] * 2)
    chance = np.array([2, 1]) / 3
    assert found.details["log_likelihood"] == pytest.approx([20, 10] @ np.log(chance))
    assert found.details["extreme"] == 10


def counted_out(answered, difficulty):
    """Return the conditional log likelihood by all answer patterns there are."""
    total = -answered.right @ difficulty
    for seen, scores in zip(answered.seen, answered.scores, strict=True):
        for score, people in enumerate(scores):
            if people:
                ways = [
                    np.exp(-sum(difficulty[list(items)]))
                    for items in itertools.combinations(np.flatnonzero(seen), score)
                ]
                total -= people * np.log(sum(ways))
    return total


def test_likelihood_slopes_and_information_by_counting_all_patterns():
    seen = np.array([[1, 1, 1, 1, 1], [1, 0, 1, 1, 0]], dtype=bool)
    scores = np.array([[0, 4, 6, 3, 2, 0], [0, 5, 7, 0, 0, 0]], dtype=float)
    answered = Answered(seen, scores, np.array([9.0, 5, 12, 8, 7]))
    here, steps = np.array([-1.0, 0.4, 0.2, 1.5, -0.3]), 1e-4 * np.eye(5)

    found = conditional(answered, here)

    assert found.log_likelihood == pytest.approx(counted_out(answered, here))
    slopes = [
        (counted_out(answered, here + s) - counted_out(answered, here - s)) / 2e-4 for s in steps
    ]
    assert found.slopes == pytest.approx(slopes, abs=1e-6)
    curvature = [
        (conditional(answered, here - s).slopes - conditional(answered, here + s).slopes) / 2e-4
        for s in steps
    ]
    assert information(answered, here) == pytest.approx(np.array(curvature), abs=1e-6)


@pytest.mark.parametrize("items", [2, 15, 80])
@pytest.mark.parametrize("spread", [0.0, 1.0, 6.0])
def test_the_chances_of_items_add_up_to_the_score_in_long_tests_too(items, spread):
    difficulty = np.linspace(-spread, spread, items)
    seen = np.ones((1, items), dtype=bool)
    scores = np.array([[0.0, *[3.0] * (items - 1), 0.0]])
    easy = np.exp(-difficulty)[None, :]
    chances = np.ones(1)
    for one in easy[0]:
        chances = np.convolve(chances, [1, one]) / (1 + one)

    given = given_score(easy, (chances[:-1] / chances[1:])[None, :])

    assert given[0].sum(axis=0) == pytest.approx(np.arange(items + 1), abs=1e-9)
    told = information(Answered(seen, scores, np.zeros(items)), difficulty)
    assert told.sum(axis=0) == pytest.approx(np.zeros(items), abs=1e-9 * items**2)


def test_sixty_items_are_found_again():
    wanted = np.linspace(-3, 3, 60)

    found = measures.rasch_model(answers_to(3000, wanted))

    gaps = (column(found, "difficulty") - wanted) / column(found, "se")
    assert np.sqrt((gaps**2).mean()) == pytest.approx(1, abs=0.3)
    assert sum(column(found, "difficulty")) == pytest.approx(0, abs=1e-9)


def test_the_order_of_people_and_items_changes_nothing():
    answers, order = answers_to(150, SIX), [3, 0, 5, 1, 4, 2]

    one, other = measures.rasch_model(answers), measures.rasch_model(answers[::-1][:, order])

    for name in ("difficulty", "se", "infit", "outfit"):
        assert column(other, name) == pytest.approx([column(one, name)[i] for i in order])


def test_right_and_wrong_changed_over_turns_difficulties_round():
    answers = answers_to(150, SIX, gaps=0.1)

    one, other = measures.rasch_model(answers), measures.rasch_model(1 - answers)

    assert column(other, "difficulty") == pytest.approx([-b for b in column(one, "difficulty")])
    for name in ("se", "infit", "outfit"):
        assert column(other, name) == pytest.approx(column(one, name))


def test_people_with_no_or_all_points_change_no_item():
    answers = answers_to(150, SIX)
    more = np.vstack([answers, np.ones((20, 6)), np.zeros((30, 6)), np.full((4, 6), NAN)])

    one, other = measures.rasch_model(answers), measures.rasch_model(more)

    assert other.details["extreme"] == number(one.details["extreme"]) + 50
    assert other.details["left_out"] == 4
    for name in ("difficulty", "se", "infit", "outfit"):
        assert column(other, name) == pytest.approx(column(one, name))


def test_an_ability_expects_its_score():
    found = measures.rasch_model(answers_to(200, SIX))

    difficulty = np.array(column(found, "difficulty"))
    for score, _people, ability, se in found.table("persons").rows[1:-1]:
        chance = 1 / (1 + np.exp(difficulty - ability))
        assert chance.sum() == pytest.approx(score)
        assert se == pytest.approx((chance * (1 - chance)).sum() ** -0.5)


def test_no_and_all_points_follow_the_line_of_the_others():
    # five items alike: log(r / (5 - r)) at 1, 2, 3, 4; a natural spline, straight beyond its ends
    ability, error = person_estimates(np.zeros(5))

    assert ability[1:5] == pytest.approx(np.log([1 / 4, 2 / 3, 3 / 2, 4]))
    assert ability[0] == pytest.approx(-ability[5])
    assert ability[0] < ability[1] - 0.9
    assert np.isnan(error[[0, 5]]).all()


def test_fit_by_hand():
    # three items alike: at one of three points everybody has the chance 1/3 for each item
    answers = [[1, 0, 0]] * 4 + [[0, 1, 0]] * 4 + [[0, 0, 1]] * 4

    found = measures.rasch_model(answers)

    pq = 2 / 9
    mean_square = (4 * (2 / 3) ** 2 + 8 * (1 / 3) ** 2) / (12 * pq)
    assert column(found, "infit") == pytest.approx([mean_square] * 3)
    assert column(found, "outfit") == pytest.approx([mean_square] * 3)


def booklets():
    """Return answers of which half lack the last two items, half the first two, by design."""
    answers = answers_to(400, SIX)
    answers[::2, 4:] = answers[1::2, :2] = NAN
    return answers


def test_items_missing_by_design_stand_on_one_scale():
    found = measures.rasch_model(booklets())

    gaps = (column(found, "difficulty") - (SIX - SIX.mean())) / column(found, "se")
    assert np.abs(gaps).max() < 3
    assert column(found, "answered") == [200, 200, 400, 400, 200, 200]


def test_everybody_with_gaps_has_an_ability_on_the_same_scale():
    answers = np.vstack([answers_to(80, SIX), booklets()])

    found = measures.rasch_model(answers)

    incomplete = found.table("incomplete")
    assert sum(found.table("persons").column("people")) == 80
    assert sum(incomplete.column("people")) == 400
    assert set(incomplete.column("answered")) == {4}
    two = [row for row in incomplete.rows if row[0] == 2]
    # two of the four easier items are worth less than two of the four harder ones
    assert number(two[0][3]) < number(two[-1][3])
    assert {row[3] for row in incomplete.rows if row[0] in (0, 4)} == {None}


def test_without_gaps_there_is_no_table_of_them():
    assert [table.name for table in measures.rasch_model(answers_to(60, SIX)).tables] == [
        "items",
        "persons",
    ]


UNLINKED = answers_to(80, SIX)
UNLINKED[::2, 3:] = UNLINKED[1::2, :3] = NAN
# whoever solved the second item solved the first as well
STEPS = [[1, 0, 0]] * 10 + [[1, 1, 0]] * 10 + [[1, 0, 1]] * 5


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        (np.full((9, 3), NAN), Reason.ALL_MISSING),
        (np.zeros((4, 3)), Reason.TOO_FEW),
        (np.zeros((9, 1)), Reason.TOO_FEW_ITEMS),
        (np.ones((9, 3)), Reason.NO_VARIANCE),
        (np.column_stack([answers_to(50, SIX), np.ones(50)]), Reason.NO_VARIANCE),
        (STEPS, Reason.NO_VARIANCE),
        ([[1, 1, 0, 0], [1, 0, 0, 0], [0, 1, 0, 0], [1, 1, 1, 0], [1, 1, 0, 1]], Reason.SEPARATION),
        (UNLINKED, Reason.SEPARATION),
    ],
)
def test_answers_that_tell_nothing_give_a_reason(answers, reason):
    found = measures.rasch_model(answers)

    assert found.reason is reason
    assert found.tables == ()


def test_points_of_two_are_refused():
    with pytest.raises(ValueError, match="score them first"):
        measures.rasch_model([[0, 1, 2]] * 6)
