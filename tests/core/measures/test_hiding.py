"""No document of results tells of fewer people than its plan says (default 5)."""

import json

import pytest

from digicantrain.core.measures import Reason, Result, Table, hiding, methods
from digicantrain.core.measures.hiding import without_few
from digicantrain.core.measures.methods import described
from digicantrain.core.measures.page import page_of
from digicantrain.core.measures.plan import read_plan, run_plan
from tests.core.measures import examples, hostile

PEOPLE = examples.people()
FEW_AT_EAST = hostile.set_column(site=lambda n, row: "East" if n < 3 else row["site"])


def run(*analyses, data=PEOPLE, **options):
    """Return the results of analyses on some data."""
    plan = {"data": {"id": "person", "missing": ["NA"], **options}, "analyses": list(analyses)}
    document = run_plan(read_plan(json.dumps(plan), data=data))
    return [one for analysis in document["analyses"] for one in analysis["results"]]


def with_few(**columns):
    """Return the people with some columns set from (row number, row)."""
    return examples.written(hostile.set_column(**columns)(hostile.rows_of(PEOPLE)))


def table(result, name):
    """Return the rows of a table of a result by their first value."""
    found = next(one for one in result["tables"] if one["name"] == name)
    return {row[0]: dict(zip(found["columns"], row, strict=True)) for row in found["rows"]}


# --- every method ---


@pytest.mark.parametrize("method", methods.known().values(), ids=methods.known())
def test_what_a_method_says_of_its_figures_is_there(method):
    """A name that is gone would leave a count in sight."""
    data = examples.data_for(method)
    plan = read_plan(described.written_example(method), data=data)
    result = method.run(plan.data, plan.steps[0].arguments)
    shown = without_few(result, told=method.told, smallest=10**6)

    assert shown.reason is Reason.HIDDEN or not method.told
    columns = {table.name: set(table.columns) for table in result.tables}
    for one in method.told:
        fields = vars(one)
        named = [fields.get(name) or () for name in ("figures", "columns", "of_first", "shares")]
        single = [fields[name] for name in ("count", "lost", "share") if name in fields]
        several = {*single, *fields.get("counts", ()), *(name for names in named for name in names)}
        if fields.get("table", "patterns") not in {"patterns", "incomplete"}:
            assert several <= columns[one.table], one
    assert {*method.columns_in(plan.steps[0].arguments)} <= set(plan.data.columns)


COUNTS = {
    "people", "n", "count", "right", "missing", "answered", "lost_before", "left_out", "extreme",
    "events", "complete", "gained", "lost", "promoters", "passives", "detractors", "n_nonzero",
    "people_below", "missing_before", "missing_after", "missing_both", "omitted", "n_lower",
    "n_middle", "n_upper", "n_importance", "n_performance", "n_first", "n_second",
}  # fmt: skip


@pytest.mark.parametrize("smallest", [5, 10])
@pytest.mark.parametrize("method", methods.known().values(), ids=methods.known())
def test_no_count_of_few_people_leaves(method, smallest):
    """Every method on its example, on a file of many gaps, and on one of small groups."""
    text = examples.data_for(method)
    step = {**method.example}
    if not method.of_people or not list(method.columns_in({
        **dict.fromkeys(one.name for one in method.arguments), **step})):  # fmt: skip
        return
    for name in ("constants", "half missing at random", "a group of one", "one differs"):
        changed = hostile.file(name, text)
        plan = {"data": {"id": "person", "missing": ["NA"], "repeated": method.repeated,
                         "smallest_group": smallest}, "analyses": [step]}  # fmt: skip
        try:
            document = run_plan(read_plan(json.dumps(plan), data=changed))
        except ValueError:
            continue
        for result in document["analyses"][0]["results"]:
            assert not [count for count in counts_in(result) if 0 < count < smallest]


def counts_in(result):
    """Yield the counts of people in a result."""
    yield result["n"]
    details = result["details"]
    yield from (v for k, v in details.items() if k in COUNTS and isinstance(v, int))
    for one in result["tables"]:
        for row in one["rows"]:
            for name, value in zip(one["columns"], row, strict=True):
                if name in COUNTS and isinstance(value, int):
                    yield value


# --- what goes with a count ---


def test_a_small_group_goes_with_its_median_and_with_another_group():
    step = {"method": "kruskal_wallis", "outcome": "post", "group": "site"}
    data = examples.written(FEW_AT_EAST(hostile.rows_of(PEOPLE)))

    (result,) = run(step, data=data)

    rows = table(result, "groups")
    hidden = [name for name, row in rows.items() if row["n"] == "hidden"]
    assert "East" in hidden
    assert len(hidden) == 2
    assert all(rows[name]["median"] == rows[name]["mean_rank"] == "hidden" for name in hidden)
    assert result["value"] is not None
    assert sum(row["n"] for row in rows.values() if row["n"] != "hidden") < 55


def test_with_a_smallest_group_of_1_nothing_is_hidden():
    step = {"method": "kruskal_wallis", "outcome": "post", "group": "site"}
    data = examples.written(FEW_AT_EAST(hostile.rows_of(PEOPLE)))

    (result,) = run(step, data=data, smallest_group=1)

    assert table(result, "groups")["East"]["n"] == 3
    assert "hidden" not in json.dumps(result)


@pytest.mark.parametrize(
    "step",
    [
        {"method": "group_difference", "outcome": "post", "group": "arm"},
        {"method": "mann_whitney", "outcome": "post", "group": "arm"},
        {"method": "ancova", "outcome": "post", "group": "arm", "covariates": ["pre"]},
        {"method": "linear_regression", "outcome": "post", "terms": ["arm"], "factors": ["arm"]},
        {"method": "linear_regression", "outcome": "post", "terms": ["is_new"]},
        {"method": "linear_regression", "outcome": "post", "terms": ["arm:site"],
         "factors": ["arm", "site"]},
        {"method": "baseline_table", "group": "arm", "columns": ["pre"]},
    ],
)  # fmt: skip
def test_where_figures_of_classes_hang_together_a_small_class_hides_all(step):
    header, *rows = hostile.rows_of(PEOPLE)
    data = examples.written(
        [[*header, "is_new"], *([*row, int(n < 3)] for n, row in enumerate(rows))]
    )
    few = with_few(arm=lambda n, row: "online" if n < 3 else "usual") if "is_new" not in str(
        step) else data  # fmt: skip

    (result,) = run(step, data=few)

    assert (result["reason"], result["n"], result["details"]) == ("small-cell", 0, {})
    assert "has too few people" in result["warnings"][0]


def test_people_who_miss_a_column_of_the_model_do_not_make_a_class_large():
    few = with_few(pre=lambda n, row: row["pre"] if row["arm"] == "usual" or n < 6 else "NA")
    step = {"method": "ancova", "outcome": "post", "group": "arm", "covariates": ["pre"]}

    (result,) = run(step, data=few)

    assert result["reason"] == "small-cell"


def test_an_effect_of_each_person_is_never_shown():
    step = {"method": "linear_mixed_model", "outcome": "score", "fixed": ["month"],
            "random": [{"group": "site"}, {"group": "person"}], "modes": True}  # fmt: skip

    (result,) = run(step, data=examples.visits(), repeated=True)

    names = [one["name"] for one in result["tables"]]
    assert "modes: site" in names
    assert "modes: person" not in names


def test_counts_of_rows_are_small_if_so_many_may_be_of_few_people():
    """12 rows may be of 4 people with 3 rows each."""
    few = hostile.set_column(site=lambda n, row: "East" if n < 12 else row["site"])
    data = examples.written(few(hostile.rows_of(examples.visits())))
    step = {"method": "welch_anova", "outcome": "score", "group": "site"}

    (result,) = run(step, data=data, repeated=True)

    assert table(result, "groups")["East"]["n"] == "hidden"


@pytest.mark.parametrize(
    ("step", "columns"),
    [
        ({"method": "proportion", "column": "dropped_out"}, {"dropped_out": lambda n, _r: n < 3}),
        ({"method": "proportion", "column": "dropped_out"}, {"dropped_out": lambda n, _r: n > 3}),
        ({"method": "likelihood_to_recommend", "column": "recommend"},
         {"recommend": lambda n, _r: 9 if n < 40 else 7 if n > 42 else 2}),
        ({"method": "mcnemar", "before": "k1", "after": "k2"},
         {"k1": lambda n, _r: n < 20, "k2": lambda n, _r: n < 17 or n > 50}),
    ],
)  # fmt: skip
def test_a_share_of_few_or_of_nearly_all_is_no_number(step, columns):
    data = with_few(**{k: lambda n, r, f=f: int(f(n, r)) for k, f in columns.items()})

    (result,) = run(step, data=data)

    assert (result["reason"], result["value"], result["tables"]) == ("small-cell", None, ())


def test_items_and_scores_of_few_people_are_hidden_and_do_not_follow():
    data = with_few(k1=lambda n, _row: int(n != 7))
    items = [f"k{i}" for i in range(1, 7)]

    classical, rasch = run({"method": "item_analysis", "items": items},
                           {"method": "rasch_model", "items": items}, data=data)  # fmt: skip

    first = table(classical, "items")["k1"]
    assert first["difficulty"] == first["point_biserial"] == "hidden"
    assert table(classical, "items")["k3"]["difficulty"] != "hidden"
    assert {row["right"] for row in table(rasch, "items").values()} == {"hidden"}


def test_an_answer_of_few_people_has_no_share_and_no_correlation():
    key = {"c1": "a", "c2": "b"}
    data = with_few(c1=lambda n, row: "d" if n == 5 else row["c1"])

    (result,) = run({"method": "distractor_analysis", "key": key}, data=data)

    found = next(one for one in result["tables"] if one["name"] == "choices")
    rows = [dict(zip(found["columns"], row, strict=True)) for row in found["rows"]]
    lone = next(row for row in rows if (row["item"], row["answer"]) == ("c1", "d"))
    assert lone["people"] == lone["share"] == lone["point_biserial"] == "hidden"
    assert sum(row["people"] == "hidden" for row in rows if row["item"] == "c1") >= 2


def test_stages_that_differ_by_few_are_hidden_with_the_loss():
    data = with_few(started=lambda n, row: row["consented"] if n > 8 else 0)
    step = {"method": "participant_flow", "stages": ["invited", "consented", "started"]}

    (result,) = run(step, data=data)

    rows = list(table(result, "stages").values())
    known = [row["n"] for row in rows if row["n"] != "hidden"]
    assert not [1 for one in known for other in known if 0 < one - other < 5]
    assert not [row for row in rows if isinstance(row["lost_before"], int)
                and 0 < row["lost_before"] < 5]  # fmt: skip


def test_patterns_of_gaps_are_shown_only_if_none_is_of_few():
    step = {"method": "missing_patterns", "columns": ["pre", "post", "later"]}
    many = with_few(later=lambda n, row: "NA" if n % 3 == 0 else "4.0")

    few, enough = run(step)[0], run(step, data=many)[0]

    assert set(table(few, "patterns")) == {"hidden"}
    assert few["details"]["complete"] == "hidden"
    assert set(table(enough, "patterns")) == {"111", "110"}


def test_people_with_gaps_are_not_told_apart_by_their_score_or_their_number():
    data = with_few(
        k1=lambda n, row: "NA" if n in {3, 9} else row["k1"],
        pre=lambda n, row: "NA" if n < 3 else row["pre"],
    )
    items = [f"k{i}" for i in range(1, 7)]

    rasch, pooled = run(
        {"method": "rasch_model", "items": items},
        {"method": "pooled_regression", "outcome": "post", "terms": ["pre"], "m": 3, "seed": 1},
        data=data,
    )

    assert set(table(rasch, "incomplete")) == {"hidden"}
    assert {row["answered"] for row in table(rasch, "items").values()} == {"hidden"}
    assert pooled["details"]["complete"] == "hidden"
    assert table(pooled, "chains")["pre"]["imputed"] == "hidden"


# --- filters and groups ---


def test_a_filter_that_leaves_few_people_leaves_nothing():
    step = {"method": "paired_change", "before": "pre", "after": "post"}

    found = run({**step, "where": {"person": {"at_most": 3}}},
                {**step, "name": "gaps", "where": {"person": {"at_most": 9}}},
                smallest_group=10)  # fmt: skip

    assert [(one["n"], one["reason"]) for one in found] == [(0, "small-cell")] * 2


def test_who_has_no_label_is_a_group_too():
    """Else their mean would follow from the mean of all and those of the groups."""
    data = with_few(site=lambda n, row: "" if n < 3 else row["site"])
    step = {"method": "paired_change", "before": "pre", "after": "post", "by": "site"}

    found = run(step, data=data)

    assert [one["reason"] for one in found].count("small-cell") == 1


def test_small_cells_are_counted_by_the_plan_and_by_the_step():
    step = {"method": "suppress", "column": "site"}
    few = with_few(site=lambda n, row: "East" if n < 8 else row["site"])

    def hidden(**more):
        options = {"smallest_group": more.pop("plan", 5)}
        found = run({**step, **more}, data=few, **options)[0]
        return sum(row["n"] == "hidden" for row in table(found, "counts").values())

    assert (hidden(), hidden(plan=10), hidden(smallest=10)) == (0, 2, 2)
    assert hidden(plan=1, smallest=3) == 0


def test_p_values_of_hidden_results_are_not_adjusted():
    step = {"method": "group_difference", "outcome": "post", "group": "arm", "name": "arms"}
    few = with_few(arm=lambda n, _row: "online" if n < 3 else "usual")

    result = run(step, {"method": "adjust_p_values", "of": ["arms"]}, data=few)[1]

    assert result["reason"] == "all-missing"


def test_the_page_says_hidden_where_a_figure_is():
    plan = read_plan(json.dumps({"data": {"missing": ["NA"]}, "analyses": [
        {"method": "missing_patterns", "columns": ["pre", "later"]}]}), data=PEOPLE)  # fmt: skip

    page = page_of(run_plan(plan))

    assert ">hidden</td>" in page


def test_the_statistics_themselves_stay_exact():
    result = Result("m", "s", n=60, value=1.0, details={"left_out": 3, "p": 0.5},
                    tables=(Table("t", ("a", "n"), (("x", 3), ("y", 57))),))  # fmt: skip

    shown = without_few(result, told=(hiding.Counts("t", "n", of=("a",)),), smallest=5)

    assert result.details["left_out"] == 3
    assert shown.details == {"left_out": "hidden", "p": 0.5}
    assert shown.table("t").column("n") == ["hidden", "hidden"]
    assert without_few(result, told=(), smallest=1) is result
