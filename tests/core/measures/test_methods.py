"""Every statistic can be asked for by a plan, and every method has an example that runs."""

import ast
import json
from html import unescape
from pathlib import Path

import pytest

from digicantrain.core import measures
from digicantrain.core.measures import Reason, methods
from digicantrain.core.measures.methods import described
from digicantrain.core.measures.page import page_of
from digicantrain.core.measures.plan import read_plan, run_plan, written
from tests.core.measures import examples

FOLDER = Path(measures.__file__).parent
DOCS = Path(__file__).resolve().parents[3] / "docs" / "evaluate" / "measures"
METHODS = methods.known()
# Functions of the public API that compute, and why a plan cannot ask for them by their own name.
EXCEPTIONS = {
    "benjamini_hochberg": "adjust_p_values with how: benjamini-hochberg",
    "holm": "adjust_p_values with how: holm",
    "impute": "gives data sets, not a result; pooled_regression imputes and pools",
    "keyed": "the arguments reverse, low and high of every scale",
    "score_answers": "the argument key of every test",
    "wilson": "proportion gives this interval",
    "factor": "the argument factors of every model",
    "page_of": "writes a page of results",
    **dict.fromkeys(
        (
            "change_chart",
            "effect_chart",
            "flow_chart",
            "wright_map",
            "item_curves",
            "quadrant_chart",
            "forest_plot",
            "missing_chart",
            "charts_of",
        ),
        "draws a result that a plan asked for",
    ),
    "shown_flow": "hides small counts of a flow over the waves of a study",
    "read_frame": "reads a file of data",
    "read_plan": "reads a plan and its data",
    "run_plan": "runs a plan that was read",
    "written": "writes a document of results",
}

# They guard a result on its way out.
NO_STATISTICS = {"guarded", "without_few", "hidden_result"}


def functions_that_return_results():
    """Return the public functions of all modules that are said to return a Result."""
    found = {}
    for path in FOLDER.rglob("*.py"):
        if path.parent.name != "methods":
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                    returns = node.returns
                    found[node.name] = isinstance(returns, ast.Name) and returns.id == "Result"
    return {name for name, is_result in found.items() if is_result} - NO_STATISTICS


def test_every_function_that_returns_a_result_is_public():
    assert functions_that_return_results() - set(measures.__all__) == set()


def test_every_public_function_is_a_method_or_an_exception_with_a_reason():
    functions = {
        name
        for name in measures.__all__
        if callable(getattr(measures, name)) and not isinstance(getattr(measures, name), type)
    }

    assert functions - set(METHODS) - set(EXCEPTIONS) == set()
    assert set(METHODS) <= functions
    assert set(EXCEPTIONS) <= functions - set(METHODS)
    assert all(len(reason) > 10 for reason in EXCEPTIONS.values())


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_the_example_runs_and_gives_numbers(method):
    plan = read_plan(described.written_example(method), data=examples.data_for(method))

    document = run_plan(plan)

    result = document["analyses"][0]["results"][0]
    assert result["reason"] is None
    assert result["value"] is not None or result["tables"] or result["effect"]
    assert json.loads(written(document))["analyses"][0]["method"] == method.name
    assert method.text in unescape(page_of(document))


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_arguments_are_documented_and_their_defaults_are_what_they_must_be(method):
    names = [argument.name for argument in method.arguments]
    assert len(set(names)) == len(names)
    assert not set(names) & {"name", "method", "where", "by"}
    assert set(method.example) - {"method"} <= set(names)
    for argument in method.arguments:
        assert argument.text
        assert not argument.choices or argument.default in argument.choices


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_the_guide_shows_every_method_as_it_is(method):
    """To write the guide anew: print described.as_markdown() below its mark."""
    guide = (DOCS / "README.md").read_text(encoding="utf-8")

    assert f"```text\n{described.described(method)}\n```" in guide
    assert f"```json\n{json.dumps(dict(method.example), ensure_ascii=False)}\n```" in guide


def test_the_guide_ends_with_the_methods_and_nothing_that_is_gone():
    guide = (DOCS / "README.md").read_text(encoding="utf-8")

    assert guide.endswith(described.as_markdown())


@pytest.mark.parametrize("family", methods.FAMILIES)
def test_each_family_has_a_page_that_speaks_of_each_of_its_statistics(family):
    page = (DOCS / f"{family}.md").read_text(encoding="utf-8")

    assert [m.name for m in methods.families()[family] if f"`{m.name}`" not in page] == []
    assert ">>>" in page
    for word in ("Assumes", "Source", "Not for"):
        assert page.count(f"**{word}**") >= 1, word


def test_every_reason_is_explained_in_the_guide():
    guide = (DOCS / "README.md").read_text(encoding="utf-8")

    assert [reason for reason in Reason if f"`{reason.value}`" not in guide] == []
