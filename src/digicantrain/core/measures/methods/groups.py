"""Groups and waves compared in a plan."""

from collections.abc import Callable

from digicantrain.core.measures.effects import equivalence_test
from digicantrain.core.measures.frame import Frame
from digicantrain.core.measures.groups import (
    correlation,
    friedman,
    group_difference,
    kruskal_wallis,
    levene,
    mann_whitney,
    welch_anova,
)
from digicantrain.core.measures.hiding import Counts
from digicantrain.core.measures.methods.arguments import (
    GROUP,
    GROUPS,
    LEVEL,
    OUTCOME,
    WAVES,
    class_of_group,
    groups_of,
    two_groups_of,
)
from digicantrain.core.measures.methods.method import (
    Argument,
    Arguments,
    Kind,
    Method,
    Objections,
    optional,
)
from digicantrain.core.measures.result import Result

COMPARED = {"outcome": "post", "group": "arm"}
SEVERAL = {"outcome": "post", "group": "site"}


def _difference(data: Frame, given: Arguments) -> Result:
    return group_difference(two_groups_of(data, given), level=given["level"])


def _mann_whitney(data: Frame, given: Arguments) -> Result:
    return mann_whitney(two_groups_of(data, given))


def _equivalence(data: Frame, given: Arguments) -> Result:
    first, second = two_groups_of(data, given).values()
    return equivalence_test(first, second, margin=given["margin"], alpha=given["alpha"])


def _objections(given: Arguments) -> Objections:
    if given["margin"] <= 0:
        yield "margin", f"must be above zero, not {given['margin']:g}."


def _by_groups(function: Callable[..., Result]) -> Callable[[Frame, Arguments], Result]:
    def run(data: Frame, given: Arguments) -> Result:
        return function(groups_of(data, given))

    return run


def _friedman(data: Frame, given: Arguments) -> Result:
    return friedman(data.table(given["waves"]))


def _correlation(data: Frame, given: Arguments) -> Result:
    first, second = data.numbers(given["first"]), data.numbers(given["second"])
    return correlation(first, second, level=given["level"])


METHODS = (
    Method(
        "group_difference",
        "Difference between the means of two groups: Welch's t, interval, Hedges g",
        (OUTCOME, GROUP, GROUPS, LEVEL),
        _difference,
        classes=class_of_group,
        example={"method": "group_difference", **COMPARED},
    ),
    Method(
        "mann_whitney",
        "Mann-Whitney test of two groups (Wilcoxon rank sum)",
        (OUTCOME, GROUP, GROUPS),
        _mann_whitney,
        classes=class_of_group,
        example={"method": "mann_whitney", **COMPARED},
    ),
    Method(
        "equivalence_test",
        "Two one-sided tests that two groups differ by less than a margin",
        (
            OUTCOME,
            GROUP,
            GROUPS,
            Argument("margin", Kind.NUMBER, "the largest difference that does not matter"),
            optional("alpha", Kind.SHARE, "level of each one-sided test", default=0.05),
        ),
        _equivalence,
        classes=class_of_group,
        example={"method": "equivalence_test", **COMPARED, "margin": 0.5},
        objections=_objections,
    ),
    Method(
        "kruskal_wallis",
        "Kruskal-Wallis test of several groups",
        (OUTCOME, GROUP, GROUPS),
        _by_groups(kruskal_wallis),
        told=(Counts("groups", "n", of=("group",), figures=("median", "mean_rank")),),
        example={"method": "kruskal_wallis", **SEVERAL},
    ),
    Method(
        "welch_anova",
        "Welch's analysis of variance of several groups with unequal variances",
        (OUTCOME, GROUP, GROUPS),
        _by_groups(welch_anova),
        told=(Counts("groups", "n", of=("group",), figures=("mean", "sd")),),
        example={"method": "welch_anova", **SEVERAL},
    ),
    Method(
        "levene",
        "Levene's test with medians (Brown and Forsythe) that groups spread alike",
        (OUTCOME, GROUP, GROUPS),
        _by_groups(levene),
        example={"method": "levene", **SEVERAL},
    ),
    Method(
        "friedman",
        "Friedman's test of several waves in the same people",
        (WAVES,),
        _friedman,
        example={"method": "friedman", "waves": ["pre", "post", "later"]},
    ),
    Method(
        "correlation",
        "Pearson's correlation with Fisher's interval, and Spearman's",
        (
            Argument("first", Kind.NUMBER_COLUMN, "one column"),
            Argument("second", Kind.NUMBER_COLUMN, "the other column"),
            LEVEL,
        ),
        _correlation,
        example={"method": "correlation", "first": "pre", "second": "post"},
    ),
)
