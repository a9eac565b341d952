"""Agreement in a plan."""

from digicantrain.core.measures.agreement import (
    intraclass_correlation,
    limits_of_agreement,
    weighted_kappa,
)
from digicantrain.core.measures.frame import DataError, Frame
from digicantrain.core.measures.methods.arguments import LEVEL
from digicantrain.core.measures.methods.method import (
    Argument,
    Arguments,
    Kind,
    Method,
    Objections,
    choice,
    optional,
)
from digicantrain.core.measures.model_matrix import factor
from digicantrain.core.measures.result import Result


def _icc(data: Frame, given: Arguments) -> Result:
    return intraclass_correlation(data.table(given["ratings"]), level=given["level"])


def _kappa(data: Frame, given: Arguments) -> Result:
    first, second = data.labels(given["first"]), data.labels(given["second"])
    # sorted as labels of a factor are: numbers by size
    known = list(given["categories"] or factor([*first, *second]).levels)
    for name, labels in ((given["first"], first), (given["second"], second)):
        for line, label in zip(data.lines, labels, strict=True):
            if label is not None and label not in known:
                raise DataError(
                    f"Line {line}, column {name!r}: {label!r} is none of the categories "
                    f"({', '.join(known)}). Add it, or mend the cell."
                )
    return weighted_kappa(
        first, second, categories=known, weights=given["weights"], level=given["level"]
    )


def _objections(given: Arguments) -> Objections:
    known = given["categories"] or ()
    if len(set(known)) < len(known):
        yield "categories", "names one twice; each stands once."


def _limits(data: Frame, given: Arguments) -> Result:
    first, second = data.numbers(given["first"]), data.numbers(given["second"])
    return limits_of_agreement(first, second, level=given["level"])


METHODS = (
    Method(
        "intraclass_correlation",
        "Intraclass correlation of raters or occasions in the six forms of Shrout and Fleiss",
        (
            Argument("ratings", Kind.NUMBER_COLUMNS, "a column for each rater, a row a target"),
            LEVEL,
        ),
        _icc,
        example={"method": "intraclass_correlation", "ratings": ["rater1", "rater2", "rater3"]},
    ),
    Method(
        "weighted_kappa",
        "Cohen's kappa of two raters, plain or weighted",
        (
            Argument("first", Kind.COLUMN, "the categories by one rater"),
            Argument("second", Kind.COLUMN, "the categories by the other"),
            optional("categories", Kind.TEXTS, "all categories in their order; else sorted"),
            choice("weights", "by how far they are apart", "quadratic", "linear", "none"),
            LEVEL,
        ),
        _kappa,
        example={
            "method": "weighted_kappa",
            "first": "rater1",
            "second": "rater2",
            "weights": "linear",
        },
        objections=_objections,
    ),
    Method(
        "limits_of_agreement",
        "Bias of a second measurement, and Bland and Altman's limits of agreement",
        (
            Argument("first", Kind.NUMBER_COLUMN, "one measurement"),
            Argument("second", Kind.NUMBER_COLUMN, "the other measurement"),
            LEVEL,
        ),
        _limits,
        example={"method": "limits_of_agreement", "first": "pre", "second": "post"},
    ),
)
