"""The baseline table in a plan."""

from digicantrain.core.measures.baseline import NUMBERS, TESTS, baseline_table
from digicantrain.core.measures.frame import Frame
from digicantrain.core.measures.hiding import Counts, Follows, Parts
from digicantrain.core.measures.methods.arguments import (
    FACTORS,
    GROUP,
    class_of_group,
    variables_of,
)
from digicantrain.core.measures.methods.method import (
    Argument,
    Arguments,
    Kind,
    Method,
    Objections,
    optional,
)
from digicantrain.core.measures.result import Result


def _baseline(data: Frame, given: Arguments) -> Result:
    names, group = given["columns"], given["group"]
    variables = variables_of(data, names=[*names, group], factors=[*given["factors"], group])
    return baseline_table(variables, group=group, names=names, smallest=given["smallest"])


def _objections(given: Arguments) -> Objections:
    if given["smallest"] < 5:
        yield "smallest", "must be 5 or more: a mean of fewer people is not given."
    if given["group"] in given["columns"]:
        yield "columns", f"names {given['group']!r}, which is the group. Take it out."


METHODS = (
    Method(
        "baseline_table",
        "Who the groups are at the start, with standardised mean differences",
        (
            GROUP,
            Argument("columns", Kind.MIXED_COLUMNS, "the columns to describe, in their order"),
            FACTORS,
            optional("smallest", Kind.COUNT, "people at least for a mean", default=5),
        ),
        _baseline,
        classes=class_of_group,
        told=(
            Parts(
                "numbers",
                ("n", "missing"),
                of_first=NUMBERS[4:],
                follows=Follows(columns=tuple(("differences", name) for name in TESTS[1:])),
            ),
            Counts(
                "labels", "count", of=("level", "group"), within=("variable",), figures=("share",)
            ),
        ),
        example={
            "method": "baseline_table",
            "group": "arm",
            "columns": ["pre", "site", "dropped_out"],
            "factors": ["site", "dropped_out"],
        },
        objections=_objections,
    ),
)
