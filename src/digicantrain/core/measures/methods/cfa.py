"""Confirmatory factor analysis in a plan."""

from digicantrain.core.measures.cfa.invariance import measurement_invariance
from digicantrain.core.measures.cfa.model import Equal
from digicantrain.core.measures.cfa.results import confirmatory_factor_analysis
from digicantrain.core.measures.frame import Frame
from digicantrain.core.measures.methods.arguments import GROUP, class_of_group, numbers_of
from digicantrain.core.measures.methods.method import (
    Argument,
    Arguments,
    Kind,
    Method,
    Objections,
    choice,
)
from digicantrain.core.measures.model_matrix import Floats, factor
from digicantrain.core.measures.result import Result

FACTORS = Argument("factors", Kind.SCALES, "the items of each factor")
ESTIMATOR = choice(
    "estimator",
    "robust (mlr), with missing answers (fiml), or both (fiml_mlr)",
    "ml",
    "mlr",
    "fiml",
    "fiml_mlr",
)
MODEL = {"use": ["q1", "q2", "q3"], "care": ["q4", "q5", "q6"]}


def _answers(data: Frame, given: Arguments) -> dict[str, Floats]:
    return numbers_of(data, names=[item for items in given["factors"].values() for item in items])


def _objections(given: Arguments) -> Objections:
    items = [item for members in given["factors"].values() for item in members]
    for item in sorted({item for item in items if items.count(item) > 1}):
        yield "factors", f"{item!r} stands with two factors; each item belongs to one."


def _cfa(data: Frame, given: Arguments) -> Result:
    return confirmatory_factor_analysis(
        _answers(data, given), factors=given["factors"], estimator=given["estimator"]
    )


def _invariance(data: Frame, given: Arguments) -> Result:
    return measurement_invariance(
        _answers(data, given),
        factors=given["factors"],
        groups=factor(data.labels(given["group"])),
        up_to=Equal[given["up_to"].upper()],
        estimator=given["estimator"],
    )


METHODS = (
    Method(
        "confirmatory_factor_analysis",
        "Confirmatory factor analysis: does a questionnaire have the factors it claims?",
        (FACTORS, ESTIMATOR),
        _cfa,
        example={"method": "confirmatory_factor_analysis", "factors": MODEL, "estimator": "mlr"},
        objections=_objections,
    ),
    Method(
        "measurement_invariance",
        "Whether a questionnaire measures alike in several groups",
        (
            FACTORS,
            GROUP,
            ESTIMATOR,
            choice("up_to", "the strictest model", "strict", "scalar", "metric", "configural"),
        ),
        _invariance,
        classes=class_of_group,
        example={
            "method": "measurement_invariance",
            "factors": MODEL,
            "group": "arm",
            "up_to": "scalar",
        },
        objections=_objections,
    ),
)
