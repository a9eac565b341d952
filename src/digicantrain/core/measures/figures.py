"""Charts of results: one place where a method's result gets its pictures.

A chart is made by a function from a result, registered under the name of its method; it is put
beside the tables, which say the same in figures.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from digicantrain.core.measures.charts.change import change_chart, effect_chart
from digicantrain.core.measures.charts.chart import Chart
from digicantrain.core.measures.charts.curves import item_curves
from digicantrain.core.measures.charts.flow import flow_chart
from digicantrain.core.measures.charts.forest import forest_plot
from digicantrain.core.measures.charts.gaps import missing_chart
from digicantrain.core.measures.charts.quadrants import quadrant_chart
from digicantrain.core.measures.charts.wright import wright_map
from digicantrain.core.measures.result import Result

SMALLEST = 5


@dataclass(frozen=True)
class Asked:
    """What was asked for and a result does not repeat: arguments, the smallest group shown."""

    arguments: Mapping[str, Any] = field(default_factory=dict)
    smallest: int = SMALLEST


Figure = Callable[[Result, Asked], Chart | None]
Together = Callable[[Mapping[str, Result]], Chart | None]


def _change(result: Result, _asked: Asked) -> Chart | None:
    return change_chart(result)


def _flow(result: Result, _asked: Asked) -> Chart | None:
    return flow_chart(result)


def _wright(result: Result, asked: Asked) -> Chart | None:
    return wright_map(result, smallest=asked.smallest)


def _curves(result: Result, _asked: Asked) -> Chart | None:
    return item_curves(result)


def _quadrants(result: Result, _asked: Asked) -> Chart | None:
    return quadrant_chart(result)


def _missing(result: Result, asked: Asked) -> Chart | None:
    return missing_chart(result, smallest=asked.smallest)


def _forest(result: Result, asked: Asked) -> Chart | None:
    is_log_odds = asked.arguments.get("family") == "binomial"
    level = asked.arguments.get("level") or 0.95
    return forest_plot(result, level=level, axis="log odds" if is_log_odds else "")


FIGURES: Final[Mapping[str, tuple[Figure, ...]]] = {
    "paired_change": (_change,),
    "participant_flow": (_flow,),
    "rasch_model": (_wright, _curves),
    "item_response_model": (_curves,),
    "importance_performance": (_quadrants,),
    "linear_regression": (_forest,),
    "logistic_regression": (_forest,),
    "estimating_equations": (_forest,),
    "linear_mixed_model": (_forest,),
    "pooled_regression": (_forest,),
    "pool": (_forest,),
    "ancova": (_forest,),
    "mantel_haenszel_dif": (_forest,),
    "baseline_table": (_forest,),
    "missing_patterns": (_missing,),
}
# Methods whose results for several groups stand on one scale, in one chart.
TOGETHER: Final[Mapping[str, Together]] = {"paired_change": change_chart}


def charts_of(
    result: Result,
    *,
    method: str,
    arguments: Mapping[str, Any] | None = None,
    smallest: int = SMALLEST,
) -> tuple[Chart, ...]:
    """Return the charts of a method's result; none where there is no number to draw.

    Args:
        result: of the method, also after its way through a file.
        method: the name by which a plan asks for it.
        arguments: those of the plan, which say the level of intervals.
        smallest: the smallest group that may be shown; counts of fewer people are put together.
    """
    if result.reason:
        return ()
    asked = Asked(arguments or {}, smallest)
    found = (figure(result, asked) for figure in FIGURES.get(method, ()))
    return tuple(chart for chart in found if chart)


def charts_of_analysis(
    analysis: Mapping[str, Any], *, smallest: int = SMALLEST
) -> Iterator[tuple[int | None, Chart]]:
    """Yield the charts of an analysis of a document, each with the place of its result.

    A chart of all groups together has no place; then the groups have none of their own.
    """
    method, results = analysis["method"], analysis["results"]
    if analysis["by"] is not None and method in TOGETHER:
        groups = {one["group"]: _result_of(one) for one in results}
        chart = TOGETHER[method](groups)
        if chart:
            yield None, chart
        return
    for place, one in enumerate(results):
        for chart in charts_of(
            _result_of(one), method=method, arguments=analysis["arguments"], smallest=smallest
        ):
            yield place, chart


def overview_of(document: Mapping[str, Any]) -> Chart | None:
    """Return one chart of all changes of a document, if there are several and each is one group's.

    They may be on different scales, so they are drawn as effect sizes.
    """
    changes = {
        analysis["name"]: _result_of(analysis["results"][0])
        for analysis in document["analyses"]
        if analysis["method"] == "paired_change" and analysis["by"] is None
    }
    return effect_chart(changes) if len(changes) > 1 else None


def charts_of_document(
    document: Mapping[str, Any],
) -> Iterator[tuple[int, int | None, Chart]]:
    """Yield all charts of a document with the numbers of their analysis and its result, from 1.

    The chart of all changes together has number 0; its title says so already.
    """
    overview = overview_of(document)
    if overview:
        yield 0, None, overview
    smallest = document.get("smallest_group", SMALLEST)
    for number, analysis in enumerate(document["analyses"], 1):
        several = len(analysis["results"]) > 1
        for place, chart in charts_of_analysis(analysis, smallest=smallest):
            name = analysis["name"]
            if several and place is not None:
                name = f"{name}, {analysis['results'][place]['group'] or place + 1}"
            titled = replace(chart, title=f"{name}: {chart.title}")
            yield number, place + 1 if several and place is not None else None, titled


def _result_of(written: Mapping[str, Any]) -> Result:
    """Return a result of a document's analysis."""
    return Result.from_json({key: value for key, value in written.items() if key != "group"})
