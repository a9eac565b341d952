"""Reliability in a plan."""

from digicantrain.core.measures.frame import Frame
from digicantrain.core.measures.methods.arguments import LEVEL
from digicantrain.core.measures.methods.method import (
    Argument,
    Arguments,
    Kind,
    Method,
    Objections,
    optional,
)
from digicantrain.core.measures.model_matrix import Floats
from digicantrain.core.measures.omega import (
    item_rest,
    keyed,
    omega_hierarchical,
    omega_hierarchical_of_correlations,
    omega_minres,
    omega_total,
)
from digicantrain.core.measures.reliability import cronbach_alpha
from digicantrain.core.measures.result import Result

SCALE = (
    Argument("items", Kind.NUMBER_COLUMNS, "the columns of the scale's items"),
    optional("reverse", Kind.COLUMNS, "items that are keyed the other way round", default=()),
    optional("low", Kind.NUMBER, "the lowest answer of the scale, where items are reversed"),
    optional("high", Kind.NUMBER, "the highest answer of the scale, where items are reversed"),
)
GROUP_FACTORS = optional("factors", Kind.COUNT, "how many group factors", default=3, most=20)
ITEMS = ["q1", "q2", "q3", "q4", "q5", "q6"]


def _scores(data: Frame, given: Arguments) -> Floats:
    items = given["items"]
    table = data.table(items)
    if not given["reverse"]:
        return table
    turned = [item in given["reverse"] for item in items]
    return keyed(table, reverse=turned, low=given["low"], high=given["high"])


def _objections(given: Arguments) -> Objections:
    for item in given["reverse"]:
        if item not in given["items"]:
            yield "reverse", f"{item!r} is none of the items. Name it there too, or take it out."
    if given["reverse"]:
        for name in ("low", "high"):
            if given[name] is None:
                yield name, "is needed to reverse items: give the end of the scale."


def _alpha(data: Frame, given: Arguments) -> Result:
    return cronbach_alpha(_scores(data, given), level=given["level"])


def _omega(data: Frame, given: Arguments) -> Result:
    return omega_total(_scores(data, given))


def _minres(data: Frame, given: Arguments) -> Result:
    return omega_minres(_scores(data, given))


def _hierarchical(data: Frame, given: Arguments) -> Result:
    return omega_hierarchical(_scores(data, given), factors=given["factors"])


def _of_correlations(_data: Frame, given: Arguments) -> Result:
    return omega_hierarchical_of_correlations(
        given["correlations"], n=given["n"], factors=given["factors"]
    )


def _item_rest(data: Frame, given: Arguments) -> Result:
    return item_rest(_scores(data, given))


CORRELATIONS = [
    [1.00, 0.58, 0.52, 0.30, 0.28, 0.25],
    [0.58, 1.00, 0.55, 0.32, 0.33, 0.27],
    [0.52, 0.55, 1.00, 0.29, 0.31, 0.24],
    [0.30, 0.32, 0.29, 1.00, 0.61, 0.49],
    [0.28, 0.33, 0.31, 0.61, 1.00, 0.53],
    [0.25, 0.27, 0.24, 0.49, 0.53, 1.00],
]

METHODS = (
    Method(
        "cronbach_alpha",
        "Cronbach's alpha of a scale, with Feldt's interval",
        (*SCALE, LEVEL),
        _alpha,
        example={"method": "cronbach_alpha", "items": ITEMS},
        objections=_objections,
    ),
    Method(
        "omega_total",
        "McDonald's omega total from one factor by maximum likelihood",
        SCALE,
        _omega,
        example={
            "method": "omega_total",
            "items": [*ITEMS, "q7"],
            "reverse": ["q7"],
            "low": 1,
            "high": 5,
        },
        objections=_objections,
    ),
    Method(
        "omega_minres",
        "McDonald's omega total from one factor by minimum residuals",
        SCALE,
        _minres,
        example={"method": "omega_minres", "items": ITEMS},
        objections=_objections,
    ),
    Method(
        "omega_hierarchical",
        "Omega hierarchical: how much of a scale's variance one general factor accounts for",
        (*SCALE, GROUP_FACTORS),
        _hierarchical,
        example={"method": "omega_hierarchical", "items": ITEMS, "factors": 2},
        objections=_objections,
    ),
    Method(
        "omega_hierarchical_of_correlations",
        "Omega hierarchical from a matrix of correlations",
        (
            Argument("correlations", Kind.MATRIX, "the correlations of the items"),
            Argument("n", Kind.COUNT, "how many people they come from"),
            GROUP_FACTORS,
        ),
        _of_correlations,
        example={
            "method": "omega_hierarchical_of_correlations",
            "correlations": CORRELATIONS,
            "n": 213,
            "factors": 2,
        },
    ),
    Method(
        "item_rest",
        "What each item does for its scale: mean, SD, item-rest correlation, alpha without it",
        SCALE,
        _item_rest,
        example={"method": "item_rest", "items": ITEMS},
        objections=_objections,
    ),
)
