"""Item response models: published estimates of LSAT-6, special cases, gaps, and reasons."""

import numpy as np
import pytest

from digicantrain.core import measures
from digicantrain.core.measures import Reason
from digicantrain.core.measures.irt import _data, _fit, _Fitted, _Grid
from tests.core.measures.exact import number

# Bock and Lieberman 1970, doi:10.1007/BF02291262: how many of 1,000 gave each pattern of answers
# to five items of the Law School Admission Test, section 6, from 00000 to 11111
LSAT6 = [
    3, 6, 2, 11, 1, 1, 3, 4, 1, 8, 0, 16, 0, 3, 2, 15,
    10, 29, 14, 81, 3, 28, 15, 80, 16, 56, 21, 173, 11, 61, 28, 298,
]  # fmt: skip
LAW = np.array(
    [
        [int(c) for c in f"{number:05b}"]
        for number, people in enumerate(LSAT6)
        for _ in range(people)
    ]
)


def sample(n, a, b, *, seed=8, gaps=0.0):
    """Return answers of n people to items of these slopes and difficulties."""
    random = np.random.default_rng(seed)
    chance = 1 / (1 + np.exp(np.asarray(a) * (np.asarray(b) - random.normal(size=(n, 1)))))
    answers = (random.random(chance.shape) < chance).astype(float)
    answers[random.random(chance.shape) < gaps] = np.nan
    return answers


def column(found, name):
    return found.table("items").column(name)


def test_two_parameters_of_the_law_school_test():
    # Rizopoulos 2006, doi:10.18637/jss.v017.i05, section 3.1, whose search stops a little early
    found = measures.item_response_model(LAW, points=21)

    assert found.details["log_likelihood"] == pytest.approx(-2466.653, abs=1e-3)
    slopes = [0.8254, 0.7229, 0.8905, 0.6886, 0.6575]
    assert column(found, "discrimination") == pytest.approx(slopes, abs=1e-3)
    difficulties = [-3.3597, -1.3696, -0.2799, -1.8659, -3.1236]
    assert column(found, "difficulty") == pytest.approx(difficulties, abs=3e-3)


@pytest.mark.parametrize(
    ("slopes", "likelihood", "slope", "difficulties"),
    [
        ("one", -2473.054, 1.0, [-2.8720, -1.0630, -0.2576, -1.3881, -2.2188]),
        ("common", -2466.938, 0.7551, [-3.6153, -1.3224, -0.3176, -1.7301, -2.7802]),
    ],
)
def test_rasch_models_of_the_law_school_test(slopes, likelihood, slope, difficulties):
    found = measures.item_response_model(LAW, slopes=slopes)

    assert found.details["log_likelihood"] == pytest.approx(likelihood, abs=1e-3)
    assert column(found, "discrimination") == pytest.approx([slope] * 5, abs=2e-4)
    assert column(found, "difficulty") == pytest.approx(difficulties, abs=2e-3)


def test_more_parameters_fit_better():
    fits = [
        measures.item_response_model(LAW, slopes=slopes).details
        for slopes in ("one", "common", "free")
    ]

    assert [fit["parameters"] for fit in fits] == [5, 6, 10]
    likelihoods = [number(fit["log_likelihood"]) for fit in fits]
    assert likelihoods == sorted(likelihoods)
    assert fits[0]["aic"] == pytest.approx(-2 * likelihoods[0] + 10)
    assert fits[0]["bic"] == pytest.approx(-2 * likelihoods[0] + 5 * np.log(1000))


def test_slopes_that_are_alike_are_found_alike():
    answers = sample(8000, [1.3] * 5, [-1, -0.5, 0, 0.5, 1])

    free = measures.item_response_model(answers)
    common = measures.item_response_model(answers, slopes="common")

    gaps = np.subtract(column(free, "discrimination"), column(common, "discrimination"))
    assert np.abs(gaps / column(free, "se_discrimination")).max() < 3
    assert column(common, "difficulty") == pytest.approx([-1, -0.5, 0, 0.5, 1], abs=0.1)


def test_conditional_and_marginal_rasch_models_agree():
    answers = sample(4000, [1.0] * 6, np.linspace(-1, 1, 6))

    marginal = np.array(column(measures.item_response_model(answers, slopes="common"), "intercept"))
    conditional = column(measures.rasch_model(answers), "difficulty")

    assert list(marginal.mean() - marginal) == pytest.approx(conditional, abs=0.02)


def test_the_order_of_people_and_items_changes_nothing():
    order = [4, 1, 3, 0, 2]

    one = measures.item_response_model(LAW)
    other = measures.item_response_model(LAW[::-1][:, order])

    for name in ("discrimination", "difficulty", "se_difficulty", "right"):
        wanted = [column(one, name)[place] for place in order]
        assert column(other, name) == pytest.approx(wanted, rel=1e-6)


def test_an_item_turned_round_has_its_slope_turned_round():
    turned = LAW.copy()
    turned[:, 2] = 1 - turned[:, 2]

    one, other = measures.item_response_model(LAW), measures.item_response_model(turned)

    assert other.details["log_likelihood"] == pytest.approx(one.details["log_likelihood"])
    assert column(other, "discrimination")[2] == pytest.approx(-column(one, "discrimination")[2])


@pytest.mark.parametrize("gaps", [0.0, 0.2])
@pytest.mark.parametrize("slopes", ["free", "common", "one"])
def test_errors_come_from_the_curvature(gaps, slopes):
    data, grid = _data(sample(300, [1, 1.5, 0.8, 1.2], [-1, 0, 0.5, 1], gaps=gaps)), _Grid.of(31)
    fitted = _fit(data, grid, slopes)
    assert isinstance(fitted, _Fitted)

    from digicantrain.core.measures import irt

    def likelihood(free):
        return irt._posterior(data, grid, *irt._unpack(free, 4, slopes))[1]

    k = len(fitted.free)
    steps = 1e-3 * np.eye(k)
    curvature = np.array(
        [
            [
                likelihood(fitted.free + s + t) - likelihood(fitted.free + s - t)
                - likelihood(fitted.free - s + t) + likelihood(fitted.free - s - t)
                for t in steps
            ]
            for s in steps
        ]
    )  # fmt: skip
    design = irt._design(4, slopes)
    wanted = design @ np.linalg.inv(-curvature / 4e-6) @ design.T
    assert fitted.covariance == pytest.approx(wanted, rel=1e-3, abs=1e-6)


def test_abilities_of_patterns_rise_with_the_points_that_tell_most():
    found = measures.item_response_model(LAW, patterns=True)

    patterns = found.table("patterns")
    assert sum(patterns.column("people")) == 1000
    ability = {row[0]: number(row[2]) for row in patterns.rows}
    assert ability["00000"] < ability["00001"] < ability["00100"] < ability["11111"]
    shares = np.array(patterns.column("people")) / 1000
    assert shares @ np.array(patterns.column("ability")) == pytest.approx(0, abs=1e-4)
    # the variance of the means and the mean of the variances make up that of the abilities
    total = shares @ (np.square(patterns.column("ability")) + np.square(patterns.column("se")))
    assert total == pytest.approx(1, abs=1e-3)


def test_an_unanswered_item_counts_for_nothing():
    found = measures.item_response_model(
        np.vstack([LAW, [[1, np.nan, 0, np.nan, 1]]]), patterns=True
    )

    assert found.table("patterns").row("1.0.1")["people"] == 1
    assert column(found, "answered") == [1001, 1000, 1001, 1000, 1001]


def test_who_answered_nothing_is_left_out():
    found = measures.item_response_model(np.vstack([LAW, np.full((3, 5), np.nan)]))

    assert (found.n, found.details["left_out"]) == (1000, 3)


TWINS = sample(200, [1, 1, 1], [-0.5, 0, 0.5])


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        (np.full((9, 3), np.nan), Reason.ALL_MISSING),
        (LAW[:4], Reason.TOO_FEW),
        (LAW[:, :1], Reason.TOO_FEW_ITEMS),
        (LAW[:, :2], Reason.NOT_IDENTIFIED),
        (np.column_stack([LAW[:, :3], np.ones(1000)]), Reason.NO_VARIANCE),
        (np.column_stack([TWINS, TWINS[:, 0]]), Reason.SEPARATION),
    ],
)
def test_answers_that_tell_nothing_give_a_reason(answers, reason):
    found = measures.item_response_model(answers)

    assert (found.reason, found.tables) == (reason, ())


def test_points_of_two_are_refused():
    with pytest.raises(ValueError, match="people x items of 0"):
        measures.item_response_model([[0, 1, 2]] * 6)
