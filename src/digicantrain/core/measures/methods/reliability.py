"""Reliability in a plan."""

from digicantrain.core.measures.frame import Frame
from digicantrain.core.measures.methods.method import Argument, Arguments, Kind, Method, optional
from digicantrain.core.measures.reliability import cronbach_alpha
from digicantrain.core.measures.result import Result


def _alpha(data: Frame, given: Arguments) -> Result:
    return cronbach_alpha(data.table(given["items"]), level=given["level"])


METHODS = (
    Method(
        "cronbach_alpha",
        "Cronbach's alpha of a scale, with Feldt's interval",
        (
            Argument("items", Kind.COLUMNS, "the columns of the scale's items"),
            optional("level", Kind.SHARE, "level of the interval", default=0.95),
        ),
        _alpha,
        example={"method": "cronbach_alpha", "items": ["q1", "q2", "q3"]},
    ),
)
