"""Regression in a plan."""

from digicantrain.core.measures.frame import Frame
from digicantrain.core.measures.methods.method import (
    Argument,
    Arguments,
    Kind,
    Method,
    choice,
    optional,
)
from digicantrain.core.measures.methods.mixed import FACTORS, OUTCOME, variables_of
from digicantrain.core.measures.model_matrix import Factor, Floats
from digicantrain.core.measures.regression import (
    RegressionModel,
    estimating_equations,
    linear_regression,
    logistic_regression,
)
from digicantrain.core.measures.result import Result

TERMS = Argument("terms", Kind.TEXTS, "columns, and interactions with a colon")
LEVEL = optional("level", Kind.SHARE, "level of the intervals", default=0.95)


def _columns(data: Frame, given: Arguments, *more: str) -> dict[str, Factor | Floats]:
    names = [given["outcome"], *(n for term in given["terms"] for n in term.split(":")), *more]
    return variables_of(data, names=names, factors=(*given["factors"], *more))


def _model(given: Arguments) -> RegressionModel:
    return RegressionModel(given["outcome"], tuple(given["terms"]))


def _linear(data: Frame, given: Arguments) -> Result:
    cluster = given["cluster"]
    return linear_regression(
        _columns(data, given, *([cluster] if cluster else [])),
        model=_model(given),
        errors=given["errors"],
        cluster=cluster,
        level=given["level"],
    )


def _logistic(data: Frame, given: Arguments) -> Result:
    return logistic_regression(_columns(data, given), model=_model(given), level=given["level"])


def _equations(data: Frame, given: Arguments) -> Result:
    return estimating_equations(
        _columns(data, given, given["cluster"]),
        model=_model(given),
        cluster=given["cluster"],
        working=given["working"],
        family=given["family"],
    )


METHODS = (
    Method(
        "linear_regression",
        "Least squares, with standard errors for clusters or unequal variances",
        (
            OUTCOME,
            TERMS,
            FACTORS,
            choice("errors", "standard errors", "ols", "hc3", "cluster"),
            optional("cluster", Kind.COLUMN, "the column of clusters"),
            LEVEL,
        ),
        _linear,
        example={
            "method": "linear_regression",
            "outcome": "post",
            "terms": ["pre", "arm"],
            "factors": ["arm"],
            "errors": "cluster",
            "cluster": "site",
        },
    ),
    Method(
        "logistic_regression",
        "Logistic model of a 0/1 outcome, for example of drop-out",
        (OUTCOME, TERMS, FACTORS, LEVEL),
        _logistic,
        example={
            "method": "logistic_regression",
            "outcome": "dropped_out",
            "terms": ["pre", "arm"],
            "factors": ["arm"],
        },
    ),
    Method(
        "estimating_equations",
        "Generalised estimating equations for repeated measures",
        (
            OUTCOME,
            TERMS,
            FACTORS,
            Argument("cluster", Kind.COLUMN, "the column of persons"),
            choice("working", "working correlation", "exchangeable", "independence"),
            choice("family", "of the outcome", "gaussian", "binomial"),
        ),
        _equations,
        example={
            "method": "estimating_equations",
            "outcome": "score",
            "terms": ["month", "arm"],
            "factors": ["arm"],
            "cluster": "person",
        },
    ),
)
