"""Item response models in a plan."""

from digicantrain.core.measures.frame import Frame
from digicantrain.core.measures.hiding import AllOrNone, Counts, Each, Follows
from digicantrain.core.measures.irt import POINTS, item_response_model
from digicantrain.core.measures.methods.items import (
    OMITTED,
    TEST,
    Scored,
    objections,
    run_on_test,
)
from digicantrain.core.measures.methods.method import Arguments, Kind, Method, choice, optional
from digicantrain.core.measures.result import Result


def _model(test: Scored, _data: Frame, given: Arguments) -> Result:
    return item_response_model(
        test.points,
        names=test.names,
        slopes=given["slopes"],
        points=given["points"],
        patterns=given["patterns"],
    )


METHODS = (
    Method(
        "item_response_model",
        "Two-parameter logistic or Rasch model by marginal maximum likelihood",
        (
            *TEST,
            OMITTED,
            choice("slopes", "discriminations", "free", "common", "one"),
            optional(
                "points", Kind.COUNT, "points of the Gauss-Hermite sum", default=POINTS, most=201
            ),
            optional(
                "patterns", Kind.FLAG, "also the ability of each answer pattern", default=False
            ),
        ),
        run_on_test(_model),
        told=(
            AllOrNone("items", "right", of="answered"),
            Each("items", ("answered",), figures=()),
            Counts(
                "patterns",
                "people",
                of=("pattern",),
                figures=("pattern", "ability", "se"),
                follows=Follows(columns=(("items", "right"), ("items", "answered"))),
            ),
        ),
        example={
            "method": "item_response_model",
            "items": ["k1", "k2", "k3", "k4", "k5", "k6"],
            "slopes": "common",
        },
        objections=objections,
    ),
)
