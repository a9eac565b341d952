"""Differential item functioning in a plan."""

from digicantrain.core.measures.dif import logistic_dif, mantel_haenszel_dif
from digicantrain.core.measures.frame import DataError, Frame
from digicantrain.core.measures.hiding import Each
from digicantrain.core.measures.methods.arguments import GROUP, GROUPS, class_of_group
from digicantrain.core.measures.methods.items import (
    OMITTED,
    TEST,
    Scored,
    objections,
    run_on_test,
)
from digicantrain.core.measures.methods.method import Arguments, Method, choice
from digicantrain.core.measures.model_matrix import Factor, factor
from digicantrain.core.measures.result import Result

ITEMS = ["k1", "k2", "k3", "k4", "k5", "k6"]


def _two(data: Frame, given: Arguments) -> Factor:
    """Return the groups: the first is the reference, the second the focal one."""
    labels = data.labels(given["group"])
    found = factor(labels)
    wanted = given["groups"] or found.levels
    for name in wanted:
        if name not in found.levels:
            known = ", ".join(found.levels[:12])
            raise DataError(
                f"The column {given['group']!r} has no group {name!r}. It has: {known}."
            )
    if len(wanted) > 2:
        raise DataError(
            f"The column {given['group']!r} has {len(wanted)} groups. Name the reference and the "
            "focal one under 'groups'."
        )
    return factor([label if label in wanted else None for label in labels], levels=wanted)


def _mantel(test: Scored, data: Frame, given: Arguments) -> Result:
    return mantel_haenszel_dif(test.points, groups=_two(data, given), names=test.names)


def _logistic(test: Scored, data: Frame, given: Arguments) -> Result:
    return logistic_dif(
        test.points, groups=_two(data, given), names=test.names, match=given["match"]
    )


FIGURES = (
    "chisq", "p", "p_adjusted", "chisq_uncorrected", "odds_ratio", "low", "high", "delta", "class",
)  # fmt: skip
METHODS = (
    Method(
        "mantel_haenszel_dif",
        "Whether an item is harder for one of two groups at the same score (Mantel-Haenszel)",
        (*TEST, OMITTED, GROUP, GROUPS),
        run_on_test(_mantel),
        told=(Each("items", ("n",), figures=FIGURES),),
        classes=class_of_group,
        example={"method": "mantel_haenszel_dif", "items": ITEMS, "group": "arm"},
        objections=objections,
    ),
    Method(
        "logistic_dif",
        "The same by logistic regression, uniform and not",
        (
            *TEST,
            OMITTED,
            GROUP,
            GROUPS,
            choice("match", "people are matched by score", "total", "rest"),
        ),
        run_on_test(_logistic),
        classes=class_of_group,
        example={"method": "logistic_dif", "items": ITEMS, "group": "arm"},
        objections=objections,
    ),
)
