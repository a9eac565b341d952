"""Analysis of covariance on worked examples, special cases and bad data."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digicantrain.core.measures import Reason, RegressionModel, ancova, factor, linear_regression
from tests.core.measures.numbers import number


def study(*, groups=3, size=15, seed=4, gap=0.5):
    random = np.random.default_rng(seed)
    g = np.repeat(np.arange(groups), size)
    pre = random.normal(5, 1, len(g))
    return {
        "pre": pre,
        "post": 1 + 0.8 * pre + gap * g + random.normal(0, 0.6, len(g)),
        "arm": factor([f"arm {code}" for code in g]),
    }


def of(columns, **more):
    return ancova(columns, outcome="post", group="arm", covariates=["pre"], **more)


def test_adjusted_means_by_hand():
    # x has 1, 2, 3 in one group and 2, 3, 4 in the other; within groups the slope is 2 in both,
    # so at the mean of x, 2.5, the lines 1 + 2 x and 3 + 2 x stand at 6 and 8, with some noise of
    # squares 1/6 + 1/6 + 4/6 in each group left on 3 degrees of freedom
    noise = np.array([1, -2, 1]) / 6
    columns = {
        "pre": np.array([1.0, 2, 3, 2, 3, 4]),
        "post": np.concatenate([1 + 2 * np.arange(1, 4) + noise, 3 + 2 * np.arange(2, 5) + noise]),
        "arm": factor(["a"] * 3 + ["b"] * 3),
    }

    result = of(columns)

    means = result.table("adjusted_means")
    assert means.column("adjusted_mean") == pytest.approx([6, 8])
    assert means.column("mean") == [None, None]
    contrast = result.table("contrasts").row("a - b")
    assert contrast["difference"] == pytest.approx(-2)
    # variance of the difference: sigma2 (1/3 + 1/3 + (gap of the means of x)^2 / Sxx within)
    sigma2 = 2 * (noise**2).sum() / 3
    assert contrast["se"] == pytest.approx(np.sqrt(sigma2 * (2 / 3 + 1 / 4)))


def test_two_groups_give_the_t_test_of_the_regression():
    columns = study(groups=2)

    result = of(columns)

    line = linear_regression(columns, model=RegressionModel("post", ("pre", "arm")))
    row = line.table("coefficients").row("arm=arm 1")
    assert result.details["F"] == pytest.approx(number(row["statistic"]) ** 2)
    assert result.details["p"] == pytest.approx(row["p"])
    contrast = result.table("contrasts").rows[0]
    # one pair alone has nothing to adjust for
    assert contrast[4:7] == pytest.approx([row["p"]] * 3)


def test_sums_of_squares_are_what_the_residuals_lose():
    columns = study()
    matrix = np.column_stack([np.ones(45), columns["pre"], np.eye(3)[columns["arm"].codes][:, 1:]])

    def rss(places):
        x = matrix[:, places]
        return ((columns["post"] - x @ np.linalg.lstsq(x, columns["post"])[0]) ** 2).sum()

    tests = of(columns).table("tests")

    whole = rss([0, 1, 2, 3])
    assert tests.row("pre")["sum_of_squares"] == pytest.approx(rss([0, 2, 3]) - whole)
    assert tests.row("arm")["sum_of_squares"] == pytest.approx(rss([0, 1]) - whole)
    assert tests.column("df") == [1, 2]


@settings(max_examples=10, deadline=None)
@given(st.floats(1e-3, 1e3), st.floats(-1e3, 1e3), st.integers(0, 99))
def test_units_and_order_do_not_change_the_tests(scale, shift, seed):
    columns, places = study(), np.random.default_rng(seed).permutation(45)
    moved = {
        "pre": (columns["pre"] * scale + shift)[places],
        "post": (columns["post"] * scale - shift)[places],
        "arm": factor([columns["arm"].levels[code] for code in columns["arm"].codes[places]]),
    }

    plain, found = of(columns), of(moved)

    for name in ("F", "p", "slopes_p"):
        assert found.details[name] == pytest.approx(plain.details[name], rel=1e-6)
    differences = [row[1] / scale for row in found.table("contrasts").rows]
    assert differences == pytest.approx(plain.table("contrasts").column("difference"), rel=1e-6)


def test_slopes_that_differ_are_told():
    columns = study(groups=2, size=40)
    steep = columns["arm"].codes == 1
    columns["post"] = columns["post"] + 1.5 * steep * (columns["pre"] - 5)

    assert of(study(groups=2, size=40)).details["slopes_p"] > 0.05
    assert of(columns).details["slopes_p"] < 0.001


def test_a_group_whose_covariate_does_not_vary_has_no_slope_to_compare():
    columns = study()
    columns["pre"] = np.where(columns["arm"].codes == 2, 5.0, columns["pre"])
    two = {
        **columns,
        "post": np.where(columns["arm"].codes == 2, np.nan, columns["post"]),
    }

    # the third group says nothing of slopes but lends its residuals: 1 df, 45 - 5 rows are left
    both = of(columns).details["slopes_p"]

    assert both is not None
    assert both != of(two).details["slopes_p"]
    columns["pre"] = np.where(columns["arm"].codes > 0, 5.0, columns["pre"])
    assert of(columns).details["slopes_p"] is None


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"post": np.full(45, np.nan)}, Reason.ALL_MISSING),
        ({"post": np.full(45, 3.0)}, Reason.NO_VARIANCE),
        ({"pre": np.full(45, 3.0)}, Reason.RANK_DEFICIENT),
        ({"post": np.where(np.arange(45) < 4, 1.0, np.nan)}, Reason.TOO_FEW),
        ({"post": np.where(np.arange(45) == 4, 1e200, 1.0)}, Reason.NOT_FINITE),
        ({"arm": factor(["one"] * 45)}, Reason.TOO_FEW_GROUPS),
        ({"arm": factor(["one"] * 44 + ["other"])}, Reason.GROUP_TOO_SMALL),
    ],
)
def test_a_reason_instead_of_a_number(changed, reason):
    result = of({**study(), **changed})

    assert (result.reason, result.tables, result.effect) == (reason, (), None)
