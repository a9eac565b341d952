"""Analysis of covariance and of repeated measures in a plan."""

from digicantrain.core.measures.covariance import ancova
from digicantrain.core.measures.frame import Frame
from digicantrain.core.measures.methods.arguments import (
    GROUP,
    LEVEL,
    OUTCOME,
    WAVES,
    class_of_group,
    variables_of,
)
from digicantrain.core.measures.methods.method import Argument, Arguments, Kind, Method, optional
from digicantrain.core.measures.model_matrix import factor
from digicantrain.core.measures.repeated import repeated_measures_anova
from digicantrain.core.measures.result import Result


def _ancova(data: Frame, given: Arguments) -> Result:
    names = [given["outcome"], given["group"], *given["covariates"]]
    return ancova(
        variables_of(data, names=names, factors=[given["group"]]),
        outcome=given["outcome"],
        group=given["group"],
        covariates=given["covariates"],
        level=given["level"],
    )


def _repeated(data: Frame, given: Arguments) -> Result:
    groups = factor(data.labels(given["group"])) if given["group"] else None
    return repeated_measures_anova(data.table(given["waves"]), groups=groups)


METHODS = (
    Method(
        "ancova",
        "Analysis of covariance: groups compared at the same value of covariates",
        (
            OUTCOME,
            GROUP,
            Argument("covariates", Kind.NUMBER_COLUMNS, "columns measured before"),
            LEVEL,
        ),
        _ancova,
        classes=class_of_group,
        example={"method": "ancova", "outcome": "post", "group": "arm", "covariates": ["pre"]},
    ),
    Method(
        "repeated_measures_anova",
        "Analysis of variance of several waves, with Greenhouse-Geisser and Huynh-Feldt",
        (WAVES, optional("group", Kind.COLUMN, "the column of groups of people")),
        _repeated,
        example={
            "method": "repeated_measures_anova",
            "waves": ["pre", "post", "later"],
            "group": "arm",
        },
    ),
)
