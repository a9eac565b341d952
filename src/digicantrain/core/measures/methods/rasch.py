"""The Rasch model in a plan."""

from digicantrain.core.measures.frame import Frame
from digicantrain.core.measures.methods.items import TEST
from digicantrain.core.measures.methods.method import Arguments, Method
from digicantrain.core.measures.rasch import rasch_model
from digicantrain.core.measures.result import Result


def _rasch(data: Frame, given: Arguments) -> Result:
    return rasch_model(data.table(given["items"]), names=given["items"])


METHODS = (
    Method(
        "rasch_model",
        "Rasch model by conditional maximum likelihood: items, persons, infit and outfit",
        (TEST,),
        _rasch,
        example={"method": "rasch_model", "items": ["k1", "k2", "k3", "k4", "k5", "k6"]},
    ),
)
