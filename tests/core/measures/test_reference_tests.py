"""Rasch, 2PL and DIF agree with R (psychotools, eRm, ltm, mirt), where the data is present."""

import pytest

from digicantrain.core.measures.dif import mantel_haenszel_dif
from digicantrain.core.measures.irt import item_response_model
from digicantrain.core.measures.model_matrix import factor
from digicantrain.core.measures.rasch import rasch_model
from tests.core.measures.reference import expected, frame, present

pytestmark = present


def of(name, items):
    return frame(f"simulated/{name}").table(list(items))


def test_rasch_items_persons_and_fit():
    want = expected("simulated/S05_expected.json")["r15_cml"]
    names = list(want["item_easiness"])

    result = rasch_model(of("S05_data.csv", names), names=names)

    items, persons = result.table("items"), result.table("persons")
    easy = [-float(value) for value in items.column("difficulty")]
    assert easy == pytest.approx(list(want["item_easiness"].values()), abs=1e-5)
    assert items.column("se") == pytest.approx(list(want["se_sum0"].values()), rel=1e-5)
    assert result.details["log_likelihood"] == pytest.approx(want["cond_loglik"], abs=1e-5)
    for column, key in (("infit", "infit_msq_exact"), ("outfit", "outfit_msq_exact")):
        assert items.column(column) == pytest.approx(list(want[key].values()), abs=1e-5)
    for score, ability in want["person_ml_exact"].items():
        row = persons.row(int(score))
        assert row["ability"] == pytest.approx(ability, abs=1e-5)
        assert row["se"] == pytest.approx(want["person_se_exact"][score], abs=1e-5)
    for score, ability in want["person_ml_by_raw_score"].items():
        assert persons.row(int(score))["ability"] == pytest.approx(ability, abs=1e-3)
    for score, people in want["n_by_raw_score"].items():
        assert persons.row(int(score))["people"] == people


def test_rasch_of_few_items():
    want = expected("simulated/S05_expected.json")["v8_cml"]
    names = list(want["item_easiness"])

    result = rasch_model(of("S05_data_short.csv", names), names=names)

    items = result.table("items")
    easy = [-float(value) for value in items.column("difficulty")]
    assert easy == pytest.approx(list(want["item_easiness"].values()), abs=1e-5)
    assert items.column("se") == pytest.approx(list(want["se_sum0"].values()), rel=1e-5)
    assert result.details["log_likelihood"] == pytest.approx(want["cond_loglik"], abs=1e-5)


@pytest.mark.parametrize(("slopes", "key"), [("one", "v8_mml_disc1"), ("common", "v8_mml_common")])
def test_rasch_by_marginal_likelihood(slopes, key):
    want = expected("simulated/S05_expected.json")[key]
    names = list(want["difficulty"])

    result = item_response_model(of("S05_data_short.csv", names), names=names, slopes=slopes)

    # the reference stops 4e-9 below the maximum found here, which moves difficulties by 1.1e-5
    assert result.details["log_likelihood"] >= want["loglik"]
    assert result.details["log_likelihood"] == pytest.approx(want["loglik"], abs=1e-5)
    difficulty = result.table("items").column("difficulty")
    assert difficulty == pytest.approx(list(want["difficulty"].values()), abs=1.2e-5)


@pytest.mark.parametrize(
    ("name", "key", "points"),
    [
        ("S06_data.csv", "w7_gh21", 21),
        ("S06_data.csv", "w7_gh61", 61),
        ("S06_data_long.csv", "u14_gh61", 61),
    ],
)
def test_two_parameters(name, key, points):
    want = expected("simulated/S06_expected.json")[key]
    names = list(want["difficulty"])

    result = item_response_model(of(name, names), names=names, points=points)

    assert result.details["log_likelihood"] == pytest.approx(want["loglik"], abs=1e-5)
    for column in ("difficulty", "discrimination"):
        values = list(want[column].values())
        assert result.table("items").column(column) == pytest.approx(values, abs=1e-4)


@pytest.mark.parametrize(
    ("name", "key"),
    [("S06_data.csv", "w7_slope_intercept"), ("S06_data_long.csv", "u14_slope_intercept")],
)
def test_standard_errors_of_slopes_and_intercepts(name, key):
    want = expected("simulated/S06_expected.json")[key]
    names = list(want["a"])

    items = item_response_model(of(name, names), names=names).table("items")

    for column, part, tolerance in (
        ("discrimination", "a", {"abs": 1e-4}),
        ("intercept", "d", {"abs": 1e-4}),
        ("se_discrimination", "se_a", {"rel": 1e-3}),
        ("se_intercept", "se_d", {"rel": 1e-3}),
    ):
        assert items.column(column) == pytest.approx(list(want[part].values()), **tolerance)


def test_abilities_of_answer_patterns():
    want = expected("simulated/S06_expected.json")
    names = list(want["w7_gh61"]["difficulty"])

    result = item_response_model(of("S06_data.csv", names), names=names, patterns=True)

    for row in want["w7_eap"]:
        found = result.table("patterns").row(row["pattern"])
        assert found["people"] == row["n"]
        assert found["ability"] == pytest.approx(row["theta"], abs=1e-4)
        assert found["se"] == pytest.approx(row["se"], abs=1e-4)


def test_mantel_haenszel_by_language():
    want = expected("simulated/S17_expected.json")
    data = frame("simulated/S17_data.csv")
    names = [row["item"] for row in want["items"]]

    result = mantel_haenszel_dif(
        data.table(names), groups=factor(data.labels("language")), names=names
    )

    assert result.details["n_first_group"] == want["n"]["native"]
    for row in want["items"]:
        found = result.table("items").row(row["item"])
        assert (found["strata"], found["n"]) == (row["strata"], row["n_used"])
        for column, key in (
            ("chisq", "chisq"),
            ("p", "p"),
            ("chisq_uncorrected", "chisq_uncorrected"),
            ("odds_ratio", "or_mh"),
            ("delta", "delta"),
        ):
            assert found[column] == pytest.approx(row[key], rel=1e-8)
        assert [found["low"], found["high"]] == pytest.approx(row["or_ci95"], rel=1e-8)
