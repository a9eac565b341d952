"""Hostile files through every method: a reason or a sentence, no traceback and no odd number."""

import itertools
import json
import math
import traceback
import warnings

import numpy as np
import pytest

from digicantrain.core.measures import methods, plan
from digicantrain.core.measures.frame import DataError, read_frame
from digicantrain.core.measures.methods import described
from tests.core.measures import examples, hostile

METHODS = [
    method
    for method in methods.known().values()
    if any(one.kind.is_of_data and one.name in method.example for one in method.arguments)
]
PEOPLE, VISITS = examples.people(), examples.visits()
# What must be there for no method at all, since the file itself cannot be read.
UNREADABLE = {
    "empty file", "blank lines", "doubled column", "unnamed column", "quotes unclosed", "NUL",
    "very long cell", "ragged rows",
}  # fmt: skip


@pytest.fixture(autouse=True)
def read_once(monkeypatch):
    """Read each file once, not once a method."""
    known: dict[object, object] = {}

    def read(text, *, missing):
        if (text, missing) not in known:
            try:
                known[text, missing] = read_frame(text, missing=missing)
            except DataError as error:
                known[text, missing] = error
        found = known[text, missing]
        if isinstance(found, DataError):
            raise found
        return found

    monkeypatch.setattr(plan, "read_frame", read)


def outcome(method, text, *, change=None):
    """Return a result, or the sentences by which a method's example is refused on a file."""
    wanted = described.example_of(method)
    wanted["analyses"][0] |= change or {}
    try:
        read = plan.read_plan(json.dumps(wanted), data=text)
    except plan.PlanError as error:
        return [fault.text for fault in error.faults]
    step = read.steps[0]
    try:
        return step.method.run(read.data, step.arguments)
    except ValueError as error:
        return [own_sentence(error)]


def own_sentence(error):
    """Return an error's sentence, or nothing where numpy raised it and not we."""
    raised = traceback.extract_tb(error.__traceback__)[-1].filename
    ours = "digicantrain" in raised and not isinstance(error, np.linalg.LinAlgError)
    return str(error) if ours else f"numpy: {error}"


def is_sound(found):
    """Whether an outcome is a finite result, a reason without numbers, or sentences."""
    if isinstance(found, list):
        return all(
            text.endswith((".", "?")) and len(text) > 20 and not text.startswith("numpy")
            for text in found
        )
    if found.reason:
        return found.value is None and found.effect is None and not found.tables
    return all(map(math.isfinite, plan.figures_of(found)))


@pytest.mark.parametrize("name", hostile.FILES)
def test_every_method_answers_a_hostile_file(name):
    people, visits = hostile.file(name, PEOPLE), hostile.file(name, VISITS)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for method in METHODS:
            text, plain = (visits, VISITS) if method.repeated else (people, PEOPLE)
            if hostile.touches(text, plain, method):
                found = outcome(method, text)
                assert is_sound(found), (method.name, found)
                assert name not in UNREADABLE or isinstance(found, list)


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_one_column_where_several_are_wanted_is_answered(method):
    for argument in method.arguments:
        given = method.example.get(argument.name)
        if argument.kind.is_of_data and isinstance(given, list) and len(given) > 1:
            found = outcome(method, examples.data_for(method), change={argument.name: given[:1]})
            assert is_sound(found), found


def expect(name, method, reason):
    """Return what a method's example gives on a hostile file."""
    found = outcome(methods.find(method), hostile.file(name, examples.people()))
    return not isinstance(found, list) and found.reason == reason


@pytest.mark.parametrize(
    ("name", "method", "reason"),
    [
        ("constants", "cronbach_alpha", "zero-variance"),
        ("nearly constant", "cronbach_alpha", "zero-variance"),
        ("nearly constant", "item_rest", "zero-variance"),
        ("everything missing but the id", "paired_change", "all-missing"),
        ("four rows", "paired_change", "n-too-small"),
        ("three in a wave", "correlation", "n-too-small"),
        ("1e308 among others", "paired_change", "not-finite"),
        ("complete separation", "logistic_regression", "separation"),
        ("quasi-complete separation", "logistic_regression", "separation"),
        ("complete separation", "rasch_model", "zero-variance"),
        ("perfectly correlated", "omega_total", "rank-deficient"),
        ("rank-deficient", "omega_total", "rank-deficient"),
        ("shifted by one", "paired_change", "zero-variance"),
        ("a group of one", "group_difference", "group-too-small"),
        ("all in one group", "group_difference", "too-few-groups"),
        ("an empty group", "group_difference", "too-few-groups"),
        ("everybody a group", "welch_anova", "group-too-small"),
        ("everybody right", "rasch_model", "zero-variance"),
        ("a wave is missing", "friedman", "all-missing"),
        ("no pair is complete", "paired_change", "all-missing"),
    ],
)
def test_the_reason_says_what_is_the_matter(name, method, reason):
    assert expect(name, method, reason)


@pytest.mark.parametrize(
    ("name", "method", "words"),
    [
        ("text in numbers", "paired_change", "Line 5, column 'pre': 'lots' is not a number"),
        ("words for infinity", "paired_change", "Line 4, column 'pre': 'inf' is not a number"),
        ("1e400", "paired_change", "Line 4, column 'pre': '1e400' is not a number"),
        ("1_000", "paired_change", "Line 4, column 'pre': '1_0' is not a number"),
        ("decimal commas", "paired_change", "is not a number. Write digits with a decimal point"),
        ("answers of 2", "rasch_model", "Line 5, column 'k1': '2' is neither 0 nor 1"),
        ("duplicated ids", "paired_change", "Line 62, column 'person': '60' stands in line 61"),
        ("an id is missing", "paired_change", "Line 62, column 'person': the id is missing"),
        ("ragged rows", "paired_change", "Line 5 has"),
        ("quotes unclosed", "paired_change", "a quotation mark that is not closed"),
        ("very long cell", "paired_change", "Line 3 cannot be read"),
        ("wrong separators", "paired_change", "the data have no column 'pre'"),
        ("unknown columns", "paired_change", "Did you mean 'pre_x'?"),
        ("empty file", "paired_change", "The file is empty"),
        ("recommend beyond 10", "likelihood_to_recommend", "is not between 0 and 10"),
        ("beyond the top", "normalised_gain", "above the highest"),
    ],
)
def test_the_sentence_says_where(name, method, words):
    found = outcome(methods.find(method), hostile.file(name, examples.people()))

    assert words in " ".join(found)


def test_p_values_outside_0_and_1_are_refused():
    change = {"p": None, "column": "q1"}

    found = outcome(methods.find("adjust_p_values"), examples.people(), change=change)

    assert "is not between 0 and 1" in found[0]


POWER = [method for method in methods.families()["power"] if method.name.startswith("power_of")]


@pytest.mark.parametrize("method", POWER, ids=lambda method: method.name)
def test_power_is_a_share_also_at_the_ends(method):
    ends = {
        "d": (1e-12, -100, 100), "f": (1e-12, 100), "w": (1e-12, 100), "r": (1e-12, 0.999999),
        "n": (1, 2, 10_000_000), "n1": (1, 10_000_000), "n2": (1, 10_000_000), "p1": (1e-300,),
        "groups": (2, 1000), "df": (1, 100_000), "alpha": (1e-9, 0.5), "sides": ("one", "two"),
    }  # fmt: skip
    names = [argument.name for argument in method.arguments if argument.name in ends]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for values in itertools.product(*(ends[name] for name in names)):
            found = outcome(method, None, change=dict(zip(names, values, strict=True)))
            assert isinstance(found, list) or 0 <= found.value <= 1, (values, found)


def test_power_of_a_level_that_is_none_is_refused():
    change = {"alpha": 1e-300}

    assert outcome(methods.find("power_of_t_test"), None, change=change)[0].startswith(
        "must be from"
    )


def test_a_table_of_too_many_labels_is_refused_before_it_takes_all_memory():
    rows = [["person", "site", "arm"], *([n, f"s{n}", "usual"] for n in range(3000))]

    found = outcome(methods.find("suppress_table"), examples.written(rows))

    assert "has 3000 labels; a table may have 60" in found[0]


def test_many_groups_have_no_p_of_tukey_and_are_done_soon():
    groups = hostile.set_column(arm=lambda n, _row: f"g{n % 25}")

    text = examples.written(groups(hostile.rows_of(PEOPLE)))
    contrasts = outcome(methods.find("ancova"), text).table("contrasts")

    assert len(contrasts.rows) == 300
    assert set(contrasts.column("p_tukey")) == {None}
