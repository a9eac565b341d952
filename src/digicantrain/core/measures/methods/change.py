"""Change between two waves in a plan."""

from digicantrain.core.measures.change import paired_change, wilcoxon_signed_rank
from digicantrain.core.measures.frame import Frame
from digicantrain.core.measures.methods.method import Argument, Arguments, Kind, Method, optional
from digicantrain.core.measures.result import Result

BEFORE = Argument("before", Kind.COLUMN, "the column of the first wave, a row a person")
AFTER = Argument("after", Kind.COLUMN, "the column of the second wave")
LEVEL = optional("level", Kind.SHARE, "level of the intervals", default=0.95)


def _paired(data: Frame, given: Arguments) -> Result:
    before, after = data.numbers(given["before"]), data.numbers(given["after"])
    return paired_change(before, after, level=given["level"])


def _wilcoxon(data: Frame, given: Arguments) -> Result:
    return wilcoxon_signed_rank(data.numbers(given["before"]), data.numbers(given["after"]))


METHODS = (
    Method(
        "paired_change",
        "Mean change in complete pairs: paired t, interval, Hedges g",
        (BEFORE, AFTER, LEVEL),
        _paired,
        example={"method": "paired_change", "before": "pre", "after": "post"},
    ),
    Method(
        "wilcoxon_signed_rank",
        "Wilcoxon signed-rank test of the change in complete pairs",
        (BEFORE, AFTER),
        _wilcoxon,
        example={"method": "wilcoxon_signed_rank", "before": "pre", "after": "post"},
    ),
)
