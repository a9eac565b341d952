"""Plans: all faults at once with place and mend; the same document for the same texts."""

import hashlib
import json

import pytest

from digicantrain.core.measures import Reason, Result
from digicantrain.core.measures.page import page_of
from digicantrain.core.measures.plan import PlanError, guarded, read_plan, run_plan, written
from tests.core.measures import examples

PEOPLE = examples.people()
ALPHA = {"method": "cronbach_alpha", "items": ["q1", "q2", "q3"]}


def plan(*analyses, **more):
    return json.dumps({"analyses": list(analyses), **more})


def faults(text, data=PEOPLE):
    with pytest.raises(PlanError) as caught:
        read_plan(text, data=data)
    return [str(fault) for fault in caught.value.faults]


def run(text, data=PEOPLE):
    return run_plan(read_plan(text, data=data))


def results(document, place=0):
    return document["analyses"][place]["results"]


def test_all_faults_of_a_plan_come_at_once():
    wrong = plan(
        {"name": "One", "method": "cronbach_alfa", "items": ["q1"]},
        {"name": "Two", **ALPHA, "items": ["q1", "q99"], "levl": 0.9, "level": 1.5},
        {"name": "Two", "method": "paired_change", "before": "site"},
        title=7,
        analysis=[],
    )

    assert faults(wrong) == [
        "plan: there is no 'analysis' here. Did you mean 'analyses'?",
        "plan, title: must be a text, not 7.",
        "analysis 1 (One): there is no method 'cronbach_alfa'. Did you mean 'cronbach_alpha'?",
        "analysis 2 (Two): there is no 'levl' here. Did you mean 'level'?",
        "analysis 2 (Two), items: the data have no column 'q99'. "
        "The first line of the file names them.",
        "analysis 2 (Two), level: must be a number between 0 and 1, like 0.95, not 1.5.",
        "analysis 3 (Two), name: stands twice. Give each analysis a name of its own.",
        "data: Line 2, column 'site': 'South' is not a number. Write digits with a decimal point, "
        "or leave the cell empty.",
        "analysis 3 (Two), after: is missing: the name of a column of numbers.",
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "plan, line 1, column 1: this is no JSON"),
        ('{"analyses": [}', "plan, line 1, column 15: this is no JSON"),
        ("[]", "plan: it must be an object"),
        ('{"analyses": [], "analyses": []}', "plan: 'analyses' stands twice in one object"),
        ('{"analyses": [NaN]}', "plan: NaN is no number of JSON"),
        ('{"analyses": []}', "plan, analyses: must be a list of at least one analysis"),
        ('{"analyses": [3]}', "analysis 1: must be an object, not 3"),
        ('{"analyses": [{}]}', "has no 'method'. `digicantrain evaluate --list` names them"),
        ('{"title": "\\ud800", "analyses": []}', "plan: it holds half a character"),
        ("[" * 100_000, "plan: its objects stand too deep"),
        ('{"analyses": [{"method": ["a"]}]}', "has no 'method'"),
        (plan(ALPHA, data=[]), "plan, data: must be an object, not []"),
        (plan(ALPHA, data={"id": "persn"}), "no column 'persn'. Did you mean 'person'?"),
        (plan(ALPHA, data={"id": "site"}), "'South' stands in line 2 already"),
        (plan(ALPHA, data={"missing": "NA"}), "plan, data, missing: must be a list of texts"),
        (plan(ALPHA, data={"smallest_group": 0}), "smallest_group: must be a whole number above"),
        (plan(ALPHA, data={"repeated": "yes"}), "repeated: must be true or false"),
        (plan({**ALPHA, "by": "sight"}), "by: the data have no column 'sight'"),
        (plan({**ALPHA, "where": "site"}), "where: must be an object of columns and values"),
        (plan({**ALPHA, "where": {"site": {"is_not": "x"}}}), "there is no condition 'is_not'"),
        (plan({**ALPHA, "where": {"site": {"at_least": 3}}}), "column 'site': 'South' is not a"),
        (plan({**ALPHA, "items": "q1"}), "items: must be a list of names of columns, not 'q1'"),
        (plan({**ALPHA, "items": ["q1", "q1"]}), "items: names 'q1' twice. Take one out"),
        (plan({**ALPHA, "items": []}), "items: must name at least one"),
        (plan({**ALPHA, "items": [None]}), "items: must be the name of a column, not None"),
        (plan({**ALPHA, "reverse": ["q1"]}), "low: is needed to reverse items"),
        (plan({**ALPHA, "reverse": ["q4"], "low": 1, "high": 5}), "'q4' is none of the items"),
        (plan({**ALPHA, "level": True}), "level: must be a number between 0 and 1"),
    ],
)
def test_each_fault_has_its_place_and_mend(text, fault):
    assert any(fault in one for one in faults(text)), faults(text)


MIXED = {"method": "linear_mixed_model", "outcome": "score", "random": [{"group": "site"}]}
REGRESSION = {"method": "linear_regression", "outcome": "score", "terms": ["month"]}


@pytest.mark.parametrize(
    ("analysis", "fault"),
    [
        ({**MIXED, "fixed": ["arm"]}, "If it holds labels, name it under 'factors'."),
        ({**MIXED, "fixed": ["month:"]}, "fixed: 'month:' is no term: write COLUMN"),
        ({**MIXED, "random": [{"slopes": ["month"]}]}, 'an object like {"group": "site"}'),
        ({**MIXED, "random": [{"group": "site", "slope": []}]}, "Did you mean 'slopes'?"),
        ({**MIXED, "random": [{"group": "site", "intercept": False}]}, "intercept or slopes"),
        ({**MIXED, "reml": "no"}, "reml: must be true or false, not 'no'"),
        ({**REGRESSION, "errors": "hc4"}, "errors: must be one of ols, hc3, cluster, not 'hc4'"),
        ({**REGRESSION, "errors": "cluster"}, "cluster: is needed for errors by cluster"),
        ({**REGRESSION, "terms": [3]}, "terms: must be the name of a column, not 3"),
        ({"method": "rasch_model", "items": ["month"]}, "'3' is neither 0 nor 1 (and"),
        ({"method": "plan_sample", "d": 0}, "d: must be other than 0"),
        ({"method": "plan_sample", "d": 1, "icc": 2}, "icc: must be between 0 and 1, not 2"),
        ({"method": "sample_size", "d": 10**400}, "d: must be a number"),
        ({"method": "sample_size", "test": "anova", "f": 0.2}, "groups: is needed for the test"),
        ({"method": "power_of_t_test", "n": 1.5, "d": 1}, "n: must be a whole number from 1"),
        ({"method": "adjust_p_values"}, "of: give one of 'of', 'p' and 'column'"),
        ({"method": "adjust_p_values", "p": [2]}, "p: 2 is not between 0 and 1"),
        ({"method": "adjust_p_values", "of": ["X"]}, "no analysis before this one is called 'X'"),
        (
            {"method": "confirmatory_factor_analysis", "factors": {"a": ["month"], "b": ["month"]}},
            "factors: 'month' stands with two factors",
        ),
        (
            {"method": "distractor_analysis", "key": {"arm": None}},
            "the right answer of 'arm' must be a text or a number",
        ),
        (
            {"method": "pool", "terms": ["a"], "estimates": [[1], [2, 3]], "variances": [[1]],
             "df_complete": 9, "n": 10},
            "estimates: its rows differ in length",
        ),
    ],
)  # fmt: skip
def test_faults_of_models_and_numbers(analysis, fault):
    found = faults(plan(analysis, data={"repeated": True}), data=examples.visits())

    assert any(fault in one for one in found), found


def test_a_plan_of_columns_needs_data_and_a_plan_of_power_does_not():
    assert "names columns, but there are no data" in faults(plan(ALPHA), data=None)[0]

    document = run(plan({"method": "plan_sample", "d": 0.5}), data=None)

    assert (results(document)[0]["value"], document["data_sha256"]) == (64.0, None)


def test_data_that_a_method_refuses_is_a_fault_with_its_place():
    step = {"name": "Gain", "method": "normalised_gain", "before": "pre", "after": "post"}

    with pytest.raises(PlanError, match=r"analysis 1 \(Gain\): A value lies above the highest"):
        run(plan({**step, "highest": 4}))


def test_the_same_texts_give_the_same_bytes_and_hashes_are_those_of_the_files():
    text = plan(ALPHA, {"method": "pooled_regression", "outcome": "post", "terms": ["later"],
                        "m": 2, "seed": 5}, data={"missing": ["NA"]})  # fmt: skip

    one, other = run(text), run(text)

    assert written(one) == written(other)
    assert page_of(one) == page_of(json.loads(written(other)))
    assert one["plan_sha256"] == hashlib.sha256(text.encode()).hexdigest()
    assert one["data_sha256"] == hashlib.sha256(PEOPLE.encode()).hexdigest()
    assert "seed" in written(one)


def test_results_go_through_the_file_and_back():
    document = json.loads(written(run(plan(ALPHA))))

    data = {key: value for key, value in results(document)[0].items() if key != "group"}

    assert Result.from_json(data).to_json() == {**data, "tables": (), "warnings": ()}


def test_where_keeps_the_rows_that_meet_all_conditions():
    def n(**where):
        return results(run(plan({**ALPHA, "where": where})))[0]["n"]

    assert n() == 60
    assert n(site="North", arm="online") == 10
    assert n(site=["North", "West"]) == 40
    assert n(site={"not": "North"}) == 40
    assert n(person={"at_least": 11, "at_most": 20}) == 10
    assert n(person=[1, 2, 3, 4.0, 5]) == 5
    assert n(later={"answered": True}) + n(later={"answered": False}) == 60


def test_where_of_the_data_holds_for_all_analyses():
    document = run(plan(ALPHA, data={"where": {"arm": "online"}}))

    assert (document["rows"], results(document)[0]["n"]) == (30, 30)


def test_by_gives_a_result_a_group_and_hides_small_groups_with_another():
    header, *rows = PEOPLE.split("\n")
    data = "\n".join([header, *(row.replace("North", "East") if row.startswith(("3,", "6,"))
                                else row for row in rows)])  # fmt: skip

    found = results(run(plan({**ALPHA, "by": "site"}), data=data))

    told = {one["group"]: (one["n"], one["reason"]) for one in found}
    assert told["East"] == (0, "small-cell")
    others = [told[name] for name in ("North", "South", "West")]
    assert others.count((0, "small-cell")) == 1
    assert {n for n, reason in others if reason is None} <= {18, 20}


def test_groups_of_repeated_rows_are_counted_by_people():
    step = {"method": "proportion", "column": "score", "at_least": 5, "by": "person"}

    found = run(plan(step, data={"id": "person", "repeated": True}), data=examples.visits())

    assert {one["reason"] for one in results(found)} == {"small-cell"}


def test_p_values_of_earlier_analyses_are_adjusted_by_name():
    tests = [
        {"name": "Change", "method": "paired_change", "before": "pre", "after": "post"},
        {"name": "Arms", "method": "group_difference", "outcome": "pre", "group": "arm"},
        {"name": "Items", **ALPHA},
    ]
    adjusted = {"method": "adjust_p_values", "of": ["Change", "Arms", "Items"]}

    document = run(plan(*tests, adjusted))

    table = results(document, 3)[0]["tables"][0]
    p = results(document, 1)[0]["details"]["p"]
    assert [row[0] for row in table["rows"]] == ["Change", "Arms", "Items"]
    assert table["rows"][1][1:] == (p, pytest.approx(p))
    assert results(document, 3)[0]["warnings"] == ("'Items' has no p value and does not count.",)


def test_missing_codes_may_be_numbers():
    data = "a,b\n1,2\n-9,3\n2,3\n3,5\n4,4\n5,5\n"
    step = {"method": "paired_change", "before": "a", "after": "b"}

    document = run(plan(step, data={"missing": [-9]}), data=data)

    assert results(document)[0]["n"] == 5


def test_a_figure_that_is_not_finite_never_leaves():
    odd = Result("m", "s", n=9, value=1.0, details={"t": float("inf")})

    assert guarded(odd) == Result("m", "s", n=9, reason=Reason.NOT_FINITE)
    with pytest.raises(ValueError, match="JSON compliant"):
        written({"value": float("nan")})
