"""Agreement with R on simulated reference data, where that data is present."""

import csv
import json
import math

import pytest

from digicantrain.core import measures
from tests.core.measures.reference import DATA, present

SIMULATED = DATA / "simulated"
pytestmark = present


def rows(name):
    with (SIMULATED / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def expected(name):
    return json.loads((SIMULATED / name).read_text(encoding="utf-8"))


def number(cell):
    return float(cell) if cell else math.nan


def test_alpha_of_six_scales():
    want = expected("S01_expected.json")
    data = rows("S01_data.csv")
    for scale in (f"s{i}" for i in range(1, 7)):
        names = [name for name in data[0] if name.startswith(f"{scale}_")]
        flipped = set(want["reversed_items"])
        table = [[6 - number(r[c]) if c in flipped else number(r[c]) for c in names] for r in data]

        result = measures.cronbach_alpha(table)

        assert result.n == want[scale]["n"]
        assert result.value == pytest.approx(want[scale]["alpha_raw"], rel=1e-9)
        assert result.details["standardised_alpha"] == pytest.approx(
            want[scale]["alpha_std"], rel=1e-9
        )
        assert [result.interval.low, result.interval.high] == pytest.approx(
            want[scale]["feldt_ci95"], rel=1e-9
        )


@pytest.mark.parametrize("name", ["knowledge", "attitude", "pilot"])
def test_paired_change_and_wilcoxon(name):
    want = expected("S07_expected.json")[name]
    data = [r for r in rows("S07_data.csv") if r["set"] == name]
    pre, post = [number(r["pre"]) for r in data], [number(r["post"]) for r in data]

    change = measures.paired_change(pre, post)
    ranks = measures.wilcoxon_signed_rank(pre, post)

    assert change.n == want["n"]
    assert change.value == pytest.approx(want["mean_change"], rel=1e-9)
    assert change.details["p"] == pytest.approx(want["p"], rel=1e-9)
    assert [change.interval.low, change.interval.high] == pytest.approx(want["ci95"], rel=1e-9)
    assert change.effect.value == pytest.approx(want["hedges_gz"], rel=1e-9)
    assert [change.effect.interval.low, change.effect.interval.high] == pytest.approx(
        want["hedges_gz_ci95_exact"], abs=1e-8
    )
    assert ranks.value == want["wilcoxon_V"]
    assert ranks.details["p"] == pytest.approx(want["wilcoxon_p_normal_cc"], rel=1e-9)
    assert ranks.effect.value == pytest.approx(want["rank_biserial"], rel=1e-9)
