"""Shares, two-way tables, importance and performance in a plan."""

from collections import Counter

from digicantrain.core.measures.frame import DataError, Frame
from digicantrain.core.measures.hiding import Details, Each, Follows
from digicantrain.core.measures.methods.arguments import LEVEL
from digicantrain.core.measures.methods.method import (
    Argument,
    Arguments,
    Kind,
    Method,
    Objections,
    optional,
)
from digicantrain.core.measures.proportions import (
    contingency,
    importance_performance,
    likelihood_to_recommend,
    proportion,
)
from digicantrain.core.measures.result import Result


def _share(data: Frame, given: Arguments) -> Result:
    values = data.numbers(given["column"])
    return proportion(values, at_least=given["at_least"], level=given["level"])


def _recommend(data: Frame, given: Arguments) -> Result:
    name = given["column"]
    values = data.numbers(name)
    for line, value in zip(data.lines, values, strict=True):
        if value < 0 or value > 10:
            raise DataError(f"Line {line}, column {name!r}: {value:g} is not between 0 and 10.")
    return likelihood_to_recommend(values, level=given["level"])


def counted(data: Frame, *, row: str, column: str) -> Counter[tuple[str, str]]:
    """Return how many rows hold each pair of labels; a pair with a gap is left out."""
    pairs = zip(data.labels(row), data.labels(column), strict=True)
    return Counter((a, b) for a, b in pairs if a is not None and b is not None)


def _contingency(data: Frame, given: Arguments) -> Result:
    return contingency(counted(data, row=given["row"], column=given["column"]))


def _importance(data: Frame, given: Arguments) -> Result:
    sides = (
        {skill: data.numbers(name) for skill, name in given[side].items()}
        for side in ("importance", "performance")
    )
    return importance_performance(*sides)


def _objections(given: Arguments) -> Objections:
    for one, other in (("importance", "performance"), ("performance", "importance")):
        for skill in given[one]:
            if skill not in given[other]:
                yield other, f"lacks the skill {skill!r}, which {one!r} has."


METHODS = (
    Method(
        "proportion",
        "A share with Wilson's and the exact interval",
        (
            Argument("column", Kind.NUMBER_COLUMN, "0 and 1, or numbers with a threshold"),
            optional("at_least", Kind.NUMBER, "values from here count; else 1 counts"),
            LEVEL,
        ),
        _share,
        told=(Details(("count",), of_n=True, follows=Follows(everything=True)),),
        example={"method": "proportion", "column": "q1", "at_least": 4},
    ),
    Method(
        "likelihood_to_recommend",
        "Promoters (9 and 10) less detractors (0 to 6), with interval",
        (Argument("column", Kind.NUMBER_COLUMN, "answers from 0 to 10"), LEVEL),
        _recommend,
        told=(Details(("promoters", "passives", "detractors"), follows=Follows(everything=True)),),
        example={"method": "likelihood_to_recommend", "column": "recommend"},
    ),
    Method(
        "contingency",
        "Chi-square, Fisher's exact test and Cramer's V of a two-way table",
        (
            Argument("row", Kind.COLUMN, "the labels of the rows"),
            Argument("column", Kind.COLUMN, "the labels of the columns"),
        ),
        _contingency,
        example={"method": "contingency", "row": "dropped_out", "column": "arm"},
    ),
    Method(
        "importance_performance",
        "Importance and performance of skills, in quadrants",
        (
            Argument("importance", Kind.NAMED_COLUMNS, "how important each skill is"),
            Argument("performance", Kind.NAMED_COLUMNS, "how well each skill is done"),
        ),
        _importance,
        told=(
            Each(
                "skills",
                ("n_importance", "n_performance"),
                figures=("importance", "performance", "gap", "quadrant"),
                follows=Follows(details=("importance_cut", "performance_cut")),
            ),
        ),
        example={
            "method": "importance_performance",
            "importance": {"video calls": "q1", "records": "q2", "safety": "q3"},
            "performance": {"video calls": "q4", "records": "q5", "safety": "q6"},
        },
        objections=_objections,
    ),
)
