"""Factor models: a published example, closed forms, and what must not change them."""

import numpy as np
import pytest
from scipy import stats

from digicantrain.core import measures
from digicantrain.core.measures import Equal, Reason
from digicantrain.core.measures.cfa.fitting import Point, fit, start_of
from digicantrain.core.measures.cfa.indices import moments_of
from digicantrain.core.measures.cfa.likelihood import compare, minus_two_log, sample_of
from digicantrain.core.measures.cfa.model import build
from tests.core.measures.exact import named, one_factor, rows_with

# Holzinger and Swineford 1939, covariances (divisor 301) and fit as printed by Rosseel 2012,
# doi:10.18637/jss.v048.i02
NINE = [f"x{i}" for i in range(1, 10)]
LOWER = [
    [1.358],
    [0.407, 1.382],
    [0.580, 0.451, 1.275],
    [0.505, 0.209, 0.208, 1.351],
    [0.441, 0.211, 0.112, 1.098, 1.660],
    [0.455, 0.248, 0.244, 0.896, 1.015, 1.196],
    [0.085, -0.097, 0.088, 0.220, 0.143, 0.144, 1.183],
    [0.264, 0.110, 0.212, 0.126, 0.181, 0.165, 0.535, 1.022],
    [0.458, 0.244, 0.374, 0.243, 0.295, 0.236, 0.373, 0.457, 1.015],
]
ABILITIES = {"visual": NINE[:3], "textual": NINE[3:6], "speed": NINE[6:]}
TWO = {"use": ["a", "b", "c"], "care": ["d", "e", "f"]}
SIX = list("abcdef")


def six(n, *, seed=2, gaps=0.0):
    """Return answers to six items of two factors, skewed, some missing."""
    random = np.random.default_rng(seed)
    traits = random.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]], n)
    rows = traits[:, [0, 0, 0, 1, 1, 1]] * [0.8, 0.7, 0.9, 0.6, 0.8, 0.7]
    rows = np.round(rows + (random.chisquare(4, (n, 6)) - 4) / 5, 2)
    rows[random.random(rows.shape) < gaps] = np.nan
    return rows


def cfa(rows, *, names=SIX, factors=TWO, estimator="ml"):
    return measures.confirmatory_factor_analysis(
        named(rows, names), factors=factors, estimator=estimator
    )


def halves(n):
    return measures.factor(["x", "y"] * (n // 2))


def invariance(rows, groups, **how):
    return measures.measurement_invariance(named(rows, SIX), factors=TWO, groups=groups, **how)


def test_the_example_of_holzinger_and_swineford():
    lower = np.zeros((9, 9))
    for row, values in enumerate(LOWER):
        lower[row, : len(values)] = values
    covariance = lower + np.tril(lower, -1).T

    found = cfa(rows_with(covariance, n=301), names=NINE, factors=ABILITIES)

    figures = found.details
    assert figures["chisq"] == pytest.approx(85.306, abs=0.3)  # covariances have three decimals
    assert figures["df"] == 24
    published = {"cfi": 0.931, "tli": 0.896, "rmsea": 0.092, "srmr": 0.065}
    assert {name: round(figures[name], 3) for name in published} == published
    assert (figures["rmsea_low"], figures["rmsea_high"]) == pytest.approx((0.071, 0.114), abs=1e-3)
    loadings = found.table("loadings").column("loading")
    assert loadings == pytest.approx([1, 0.554, 0.729, 1, 1.113, 0.926, 1, 1.18, 1.082], abs=2e-3)


def test_three_items_of_one_factor_fit_exactly():
    # loadings 1, s23/s13, s23/s12
    covariance = np.array([[2.0, 0.9, 0.6], [0.9, 1.5, 0.5], [0.6, 0.5, 1.0]])

    found = cfa(rows_with(covariance), names=list("abc"), factors={"use": list("abc")})

    assert (found.details["df"], found.details["p"]) == (0, None)
    assert found.details["chisq"] == pytest.approx(0, abs=1e-8)
    loadings = found.table("loadings").column("loading")
    assert loadings == pytest.approx([1, 0.5 / 0.6, 0.5 / 0.9])
    assert found.table("factors").row("use")["covariance"] == pytest.approx(0.9 * 0.6 / 0.5)


@pytest.mark.parametrize("estimator", ["ml", "mlr", "fiml", "fiml_mlr"])
def test_a_saturated_model_has_errors_but_no_test(estimator):
    rows = six(80)[:, :3]

    found = cfa(rows, names=list("abc"), factors={"use": list("abc")}, estimator=estimator)

    assert found.details["p"] is None
    assert "chisq_scaled" not in found.details
    assert found.table("loadings").row("b")["se"] > 0


def test_a_population_model_is_found_again():
    loadings = np.kron(np.eye(2), np.array([[1], [0.8], [1.2]]))
    covariance = loadings @ [[0.9, 0.3], [0.3, 0.6]] @ loadings.T + np.diag([0.5, 0.4, 0.6] * 2)

    found = cfa(rows_with(covariance, n=100))

    assert found.details["chisq"] == pytest.approx(0, abs=1e-6)
    assert found.table("loadings").column("loading") == pytest.approx([1, 0.8, 1.2] * 2)
    assert found.table("factors").column("covariance") == pytest.approx([0.9, 0.3, 0.6])
    assert found.table("residuals").column("variance") == pytest.approx([0.5, 0.4, 0.6] * 2)


def test_units_of_items_only_rescale_the_loadings():
    rows, units = six(150), np.array([1000, 0.01, 1, 50, 1e-3, 7])

    plain, moved = cfa(rows), cfa(rows * units + 3 * units)

    assert moved.details["chisq"] == pytest.approx(plain.details["chisq"])
    assert moved.details["srmr"] == pytest.approx(plain.details["srmr"])
    for column in ("standardised", "p"):
        before, after = (one.table("loadings").column(column)[1:3] for one in (plain, moved))
        assert after == pytest.approx(before)
    ratio = (
        moved.table("loadings").row("b")["loading"] / plain.table("loadings").row("b")["loading"]
    )
    assert ratio == pytest.approx(0.01 / 1000)


def test_the_order_of_people_changes_nothing():
    rows = six(90, gaps=0.1)

    one, other = (cfa(part, estimator="fiml_mlr") for part in (rows, rows[::-1]))

    assert other.details == pytest.approx(one.details)


@pytest.mark.parametrize(("with_gaps", "without"), [("fiml", "ml"), ("fiml_mlr", "mlr")])
def test_without_gaps_full_information_is_maximum_likelihood(with_gaps, without):
    rows = six(120)

    one, other = cfa(rows, estimator=with_gaps), cfa(rows, estimator=without)

    for name in (
        "chisq",
        "cfi",
        "tli",
        "rmsea",
        "baseline_chisq",
        *(["scaling_factor"] * ("mlr" in without)),
    ):
        assert one.details[name] == pytest.approx(other.details[name], rel=1e-7)
    loadings = [found.table("loadings").column("loading") for found in (one, other)]
    assert loadings[0] == pytest.approx(loadings[1])


def test_the_likelihood_of_answers_with_gaps_is_the_sum_over_people():
    rows = six(40, gaps=0.2)
    rows = rows[~np.isnan(rows).all(axis=1)]
    covariance, mean = one_factor([0.5] * 6), np.linspace(0, 1, 6)

    total = 0.0
    for row in rows:
        seen = ~np.isnan(row)
        part = covariance[np.ix_(seen, seen)]
        total += stats.multivariate_normal(mean[seen], part).logpdf(row[seen])

    assert minus_two_log([sample_of(rows)], [(covariance, mean)]) == pytest.approx(-2 * total)


def test_moments_without_a_model_cannot_be_bettered():
    sample = sample_of(six(70, gaps=0.25))

    covariance, mean = moments_of(sample)

    best = compare(sample, covariance, mean)
    assert best.by_mean == pytest.approx(np.zeros(6), abs=1e-7)
    assert best.by_covariance == pytest.approx(np.zeros((6, 6)), abs=1e-7)


def point(equal, gaps, *, offset=0.02):
    """Return a model of two groups a little off its best place."""
    rows = six(80, gaps=gaps)
    rows = rows[~np.isnan(rows).all(axis=1)]
    samples = [sample_of(rows[::2]), sample_of(rows[1::2])]
    model = build(TWO, groups=2, equal=equal, with_means=True)
    fitted = fit(model, samples, start=start_of(model, samples))
    return Point(model, fitted.samples, fitted.theta + offset)


@pytest.mark.parametrize("equal", Equal)
@pytest.mark.parametrize("gaps", [0.0, 0.15])
def test_slopes_and_curvature_are_those_of_the_fit(equal, gaps):
    here = point(equal, gaps)
    steps = 1e-5 * np.eye(len(here.theta))

    def moved(step):
        return Point(here.model, here.samples, here.theta + step)

    slopes = [(moved(step).minus_two_log - moved(-step).minus_two_log) / 2e-5 for step in steps]
    curvature = [(moved(step).gradient() - moved(-step).gradient()) / 4e-5 for step in steps]
    assert here.gradient() == pytest.approx(slopes, rel=1e-5, abs=1e-4)
    assert here.observed_information() == pytest.approx(np.array(curvature), rel=1e-5, abs=1e-4)
    assert -2 * here.scores().sum(axis=0) == pytest.approx(here.gradient())


def test_expected_and_observed_information_agree_where_the_model_holds():
    loadings = np.kron(np.eye(2), np.ones((3, 1)))
    rows = rows_with(loadings @ [[1, 0.4], [0.4, 1]] @ loadings.T + np.eye(6), n=100)
    model, samples = build(TWO), [sample_of(rows)]

    fitted = fit(model, samples, start=start_of(model, samples))

    assert fitted.observed_information() == pytest.approx(fitted.expected_information(), abs=1e-6)


def test_the_only_item_of_a_factor_is_that_factor():
    rows = six(150)[:, :4]

    found = cfa(rows, names=list("abcd"), factors={"use": list("abc"), "care": ["d"]})

    assert found.details["df"] == 2
    assert found.table("residuals").row("d")["variance"] == 0
    assert found.table("factors").row("care")["covariance"] == pytest.approx(rows[:, 3].var())


# --- reasons ---

NAN = np.nan
HEYWOOD = rows_with([[1, 0.9, 0.9], [0.9, 1, 0.65], [0.9, 0.65, 1]])
NEVER = six(60)
NEVER[::2, 0] = NEVER[1::2, 1] = NAN


@pytest.mark.parametrize("estimator", ["ml", "mlr", "fiml", "fiml_mlr"])
@pytest.mark.parametrize(
    ("rows", "factors", "reason"),
    [
        (HEYWOOD, {"use": ["a", "b", "c"]}, Reason.IMPROPER),
        (six(60)[:, :2], {"use": ["a", "b"]}, Reason.NOT_IDENTIFIED),
        (six(4), TWO, Reason.TOO_FEW),
        (six(6), TWO, Reason.NOT_IDENTIFIED),
        (np.where([True] + [False] * 5, 3.0, six(60)), TWO, Reason.NO_VARIANCE),
        (six(60)[:, [0, 1, 2, 0, 4, 5]], TWO, Reason.RANK_DEFICIENT),
        (np.full((60, 6), NAN), TWO, Reason.ALL_MISSING),
    ],
)
def test_no_number_but_a_reason(rows, factors, reason, estimator):
    names = [item for items in factors.values() for item in items]

    found = cfa(rows, names=names, factors=factors, estimator=estimator)

    assert (found.reason, found.tables) == (reason, ())
    assert set(found.details) == set()


def test_factors_that_correlate_beyond_one_are_a_reason():
    covariance = np.full((6, 6), 0.4) + np.diag([0.5] * 6)
    covariance[:3, 3:] = covariance[3:, :3] = 0.5

    assert cfa(rows_with(covariance)).reason is Reason.IMPROPER


def test_items_that_nobody_answered_together_are_a_reason():
    assert cfa(NEVER, estimator="fiml").reason is Reason.TOO_FEW


def test_an_item_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="name 'f'"):
        cfa(six(60)[:, :5], names=SIX[:5])


# --- invariance ---


@pytest.mark.parametrize("estimator", ["ml", "fiml"])
def test_the_free_model_fits_as_the_groups_alone_do(estimator):
    rows = six(160, gaps=0.1 if estimator == "fiml" else 0.0)

    found = invariance(rows, halves(160), up_to=Equal.CONFIGURAL, estimator=estimator)

    alone = [cfa(part, estimator=estimator).details["chisq"] for part in (rows[::2], rows[1::2])]
    assert found.table("models").row("configural")["chisq"] == pytest.approx(sum(alone))


@pytest.mark.parametrize("estimator", ["ml", "mlr", "fiml", "fiml_mlr"])
def test_stricter_models_fit_worse_by_as_many_degrees_of_freedom(estimator):
    found = invariance(six(200, gaps=0.05), halves(200), estimator=estimator)

    models, steps = found.table("models"), found.table("steps")
    assert models.column("model") == ["configural", "metric", "scalar", "strict"]
    assert models.column("df") == [16, 20, 24, 30]
    assert models.column("chisq") == sorted(models.column("chisq"))
    assert steps.column("df_difference") == [4, 4, 6]
    assert ("chisq_scaled" in models.columns) == ("mlr" in estimator)


def test_means_of_factors_are_compared_under_the_scalar_model():
    rows = six(400)
    rows[1::2, :3] += 0.5 * np.array([1, 0.7 / 0.8, 0.9 / 0.8])

    found = invariance(rows, halves(400), up_to=Equal.SCALAR)

    means = {row[1]: dict(zip(MEANS, row, strict=True)) for row in found.table("means").rows}
    assert means["use"]["mean"] == pytest.approx(0.5, abs=3 * means["use"]["se"])
    assert means["use"]["p"] < 0.01 < means["care"]["p"]


MEANS = ("group", "factor", "mean", "se", "z", "p")


def test_where_all_is_alike_a_step_costs_nothing():
    rows = np.repeat(six(90), 2, axis=0)

    found = invariance(rows, halves(180))

    assert found.table("steps").column("chisq_difference") == pytest.approx([0, 0, 0], abs=1e-6)
    assert [row[2] for row in found.table("means").rows] == pytest.approx([0, 0], abs=1e-6)


def test_names_and_order_of_groups_change_no_fit():
    rows, labels = six(150), ["x", "y", "z"] * 50
    turned = [{"x": "last"}.get(label, label) for label in labels[::-1]]

    one = invariance(rows, measures.factor(labels), up_to=Equal.METRIC)
    other = invariance(rows[::-1], measures.factor(turned), up_to=Equal.METRIC)

    chisq = one.table("models").column("chisq")
    assert other.table("models").column("chisq") == pytest.approx(chisq)


def test_a_stricter_model_that_fails_ends_the_row_with_a_warning(monkeypatch):
    from digicantrain.core.measures.cfa import results

    def fit_or_not(model, samples, *, start):
        if len(model.cells) < 35:
            raise np.linalg.LinAlgError
        return fit(model, samples, start=start)

    monkeypatch.setattr(results, "fit", fit_or_not)

    found = invariance(six(120), halves(120))

    assert found.table("models").column("model") == ["configural"]
    assert found.warnings == ("The metric model: not computed: the model did not converge.",)


@pytest.mark.parametrize(
    ("labels", "reason"),
    [
        (["x"] * 60, Reason.TOO_FEW_GROUPS),
        ([None] * 60, Reason.ALL_MISSING),
        (["x"] * 55 + ["y"] * 5, Reason.GROUP_TOO_SMALL),
    ],
)
def test_groups_that_cannot_be_compared_give_a_reason(labels, reason):
    assert invariance(six(60), measures.factor(labels)).reason is reason
