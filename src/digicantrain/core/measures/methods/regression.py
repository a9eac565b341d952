"""Regression in a plan."""

from digicantrain.core.measures.frame import Frame
from digicantrain.core.measures.hiding import Details
from digicantrain.core.measures.methods.arguments import (
    FACTORS,
    LEVEL,
    OUTCOME,
    TERMS,
    classes_of_terms,
    columns_of,
    variables_of,
)
from digicantrain.core.measures.methods.method import (
    Argument,
    Arguments,
    Kind,
    Method,
    Objections,
    choice,
    optional,
)
from digicantrain.core.measures.model_matrix import Factor, Floats
from digicantrain.core.measures.regression import (
    RegressionModel,
    estimating_equations,
    linear_regression,
    logistic_regression,
)
from digicantrain.core.measures.result import Result


def _columns(data: Frame, given: Arguments, *more: str) -> dict[str, Factor | Floats]:
    names = [given["outcome"], *columns_of(given["terms"]), *more]
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


def objections_to_errors(given: Arguments) -> Objections:
    """Yield what does not fit between standard errors, clusters and the model."""
    if given["errors"] == "cluster" and given["cluster"] is None:
        yield "cluster", "is needed for errors by cluster: name the column of clusters."
    if given["errors"] != "cluster" and given["cluster"] is not None:
        yield "errors", 'must be "cluster" where a column of clusters is named.'
    yield from _objections_to_cluster(given)


def _objections_to_cluster(given: Arguments) -> Objections:
    if given["cluster"] in {given["outcome"], *columns_of(given["terms"])}:
        yield "cluster", f"{given['cluster']!r} cannot be a term or the outcome too."


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
        classes=classes_of_terms,
        example={
            "method": "linear_regression",
            "outcome": "post",
            "terms": ["pre", "arm"],
            "factors": ["arm"],
            "errors": "cluster",
            "cluster": "site",
        },
        objections=objections_to_errors,
    ),
    Method(
        "logistic_regression",
        "Logistic model of a 0/1 outcome, for example of drop-out",
        (
            Argument("outcome", Kind.BINARY_COLUMN, "the column of the outcome"),
            TERMS,
            FACTORS,
            LEVEL,
        ),
        _logistic,
        classes=classes_of_terms,
        told=(Details(("events",), of_n=True),),
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
            Argument("cluster", Kind.COLUMN, "the column of persons, whose rows belong together"),
            choice("working", "working correlation", "exchangeable", "independence"),
            choice("family", "of the outcome: numbers, or 0 and 1", "gaussian", "binomial"),
        ),
        _equations,
        classes=classes_of_terms,
        example={
            "method": "estimating_equations",
            "outcome": "score",
            "terms": ["month", "arm"],
            "factors": ["arm"],
            "cluster": "person",
        },
        repeated=True,
        objections=_objections_to_cluster,
    ),
)
