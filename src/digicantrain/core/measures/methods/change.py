"""Change between two waves in a plan."""

import numpy as np

from digicantrain.core.measures.change import paired_change, wilcoxon_signed_rank
from digicantrain.core.measures.effects import change_effect_sizes, mcnemar, normalised_gain
from digicantrain.core.measures.frame import Frame
from digicantrain.core.measures.hiding import AllOrNone, Details, Follows
from digicantrain.core.measures.methods.arguments import AFTER, BEFORE, LEVEL
from digicantrain.core.measures.methods.method import Argument, Arguments, Kind, Method, optional
from digicantrain.core.measures.model_matrix import Floats
from digicantrain.core.measures.result import Result

WAVES = {"before": "pre", "after": "post"}


def _pair(data: Frame, given: Arguments) -> tuple[Floats, Floats]:
    return data.numbers(given["before"]), data.numbers(given["after"])


def _paired(data: Frame, given: Arguments) -> Result:
    return paired_change(*_pair(data, given), level=given["level"])


def _wilcoxon(data: Frame, given: Arguments) -> Result:
    return wilcoxon_signed_rank(*_pair(data, given))


def _effects(data: Frame, given: Arguments) -> Result:
    return change_effect_sizes(*_pair(data, given), level=given["level"])


def _mcnemar(data: Frame, given: Arguments) -> Result:
    before, after = _pair(data, given)
    limit = given["at_least"]
    if limit is None:
        return mcnemar(before, after)
    return mcnemar(*(np.where(np.isnan(v), v, v >= limit) for v in (before, after)))


def _gain(data: Frame, given: Arguments) -> Result:
    return normalised_gain(*_pair(data, given), highest=given["highest"])


METHODS = (
    Method(
        "paired_change",
        "Mean change in complete pairs: paired t, interval, Hedges g",
        (BEFORE, AFTER, LEVEL),
        _paired,
        example={"method": "paired_change", **WAVES},
    ),
    Method(
        "wilcoxon_signed_rank",
        "Wilcoxon signed-rank test of the change in complete pairs",
        (BEFORE, AFTER),
        _wilcoxon,
        told=(Details(("n_nonzero",), of_n=True),),
        example={"method": "wilcoxon_signed_rank", **WAVES},
    ),
    Method(
        "change_effect_sizes",
        "Further effect sizes of a change: d_z, d_av, d_rm, Cliff's delta",
        (BEFORE, AFTER, LEVEL),
        _effects,
        example={"method": "change_effect_sizes", **WAVES},
    ),
    Method(
        "mcnemar",
        "McNemar's test of a yes or no, or of a threshold, before and after",
        (
            BEFORE,
            AFTER,
            optional("at_least", Kind.NUMBER, "values from here count as yes; else 0 and 1"),
        ),
        _mcnemar,
        told=tuple(
            AllOrNone("counts", name, follows=Follows(everything=True))
            for name in ("after_0", "after_1")
        ),
        example={"method": "mcnemar", **WAVES, "at_least": 4.6},
    ),
    Method(
        "normalised_gain",
        "Share of the possible gain that was reached (Hake)",
        (BEFORE, AFTER, Argument("highest", Kind.NUMBER, "the highest value of the scale")),
        _gain,
        told=(Details(("people_below",), of_n=True, of_first=("mean_of_gains",)),),
        example={"method": "normalised_gain", **WAVES, "highest": 7},
    ),
)
