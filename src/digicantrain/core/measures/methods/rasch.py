"""The Rasch model in a plan."""

from digicantrain.core.measures.frame import Frame
from digicantrain.core.measures.hiding import AllOrNone, Counts, Each, Follows
from digicantrain.core.measures.methods.items import (
    OMITTED,
    TEST,
    Scored,
    objections,
    run_on_test,
)
from digicantrain.core.measures.methods.method import Arguments, Method
from digicantrain.core.measures.rasch import rasch_model
from digicantrain.core.measures.result import Result


def _rasch(test: Scored, _data: Frame, _given: Arguments) -> Result:
    return rasch_model(test.points, names=test.names)


METHODS = (
    Method(
        "rasch_model",
        "Rasch model by conditional maximum likelihood: items, persons, infit and outfit",
        (*TEST, OMITTED),
        run_on_test(_rasch),
        told=(
            AllOrNone("items", "right", of="answered"),
            Each("items", ("answered",), figures=()),
            Counts(
                "incomplete",
                "people",
                of=("score",),
                figures=("score", "answered", "ability", "se"),
                follows=Follows(columns=(("items", "right"), ("items", "answered"))),
            ),
            Counts(
                "persons",
                "people",
                of=("score",),
                follows=Follows(details=("extreme",), columns=(("items", "right"),)),
            ),
        ),
        example={"method": "rasch_model", "items": ["k1", "k2", "k3", "k4", "k5", "k6"]},
        objections=objections,
    ),
)
