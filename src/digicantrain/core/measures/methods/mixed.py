"""Linear mixed models in a plan."""

from collections.abc import Mapping, Sequence
from typing import Any

from digicantrain.core.measures.frame import DataError, Frame
from digicantrain.core.measures.methods.method import Argument, Arguments, Kind, Method, optional
from digicantrain.core.measures.mixed import (
    MixedModel,
    RandomTerm,
    intraclass_correlation_of_model,
    linear_mixed_model,
    mixed_marginal_means,
)
from digicantrain.core.measures.model_matrix import Factor, Floats, factor
from digicantrain.core.measures.result import Result

OUTCOME = Argument("outcome", Kind.COLUMN, "the column of the outcome, a row an observation")
FIXED = optional(
    "fixed", Kind.TEXTS, "fixed terms: columns, and interactions with a colon", default=()
)
RANDOM = Argument(
    "random",
    Kind.MAPS,
    "random terms: {group: COLUMN, slopes: [COLUMNS], intercept: true, correlated: true}",
)
FACTORS = optional("factors", Kind.COLUMNS, "columns that are labels", default=())
REML = optional("reml", Kind.FLAG, "REML, or maximum likelihood", default=True)


def variables_of(
    data: Frame, *, names: Sequence[str], factors: Sequence[str]
) -> dict[str, Factor | Floats]:
    """Return columns as a model needs them: labels for factors, numbers for the others."""
    return {
        name: factor(data.labels(name)) if name in factors else data.numbers(name)
        for name in dict.fromkeys(names)
    }


def _term(given: Mapping[str, Any]) -> RandomTerm:
    unknown = set(given) - {"group", "slopes", "intercept", "correlated"}
    if unknown or "group" not in given:
        raise DataError(
            f"A random term is {{group, slopes, intercept, correlated}}; found: {dict(given)}."
        )
    return RandomTerm(
        str(given["group"]),
        tuple(given.get("slopes", ())),
        bool(given.get("intercept", True)),
        bool(given.get("correlated", True)),
    )


def _model(data: Frame, given: Arguments) -> tuple[dict[str, Factor | Floats], MixedModel]:
    random = tuple(_term(one) for one in given["random"])
    fixed = tuple(given["fixed"])
    names = [given["outcome"], *(name for term in fixed for name in term.split(":"))]
    names += [name for term in random for name in (term.group, *term.slopes)]
    factors = {*given["factors"], *(term.group for term in random)}
    found = variables_of(data, names=names, factors=tuple(factors))
    return found, MixedModel(given["outcome"], fixed, random, given["reml"])


def _mixed(data: Frame, given: Arguments) -> Result:
    variables, model = _model(data, given)
    return linear_mixed_model(variables, model=model, level=given["level"])


def _means(data: Frame, given: Arguments) -> Result:
    variables, model = _model(data, given)
    return mixed_marginal_means(
        variables, model=model, of=given["of"], by=given["by"], at=given["at"]
    )


def _icc(data: Frame, given: Arguments) -> Result:
    names = [given["outcome"], given["group"]]
    variables = variables_of(data, names=names, factors=[given["group"]])
    return intraclass_correlation_of_model(
        variables, outcome=given["outcome"], group=given["group"], reml=given["reml"]
    )


MODEL = {
    "outcome": "score",
    "fixed": ["arm", "month", "arm:month"],
    "factors": ["arm", "month"],
    "random": [{"group": "site"}, {"group": "person"}],
}

METHODS = (
    Method(
        "linear_mixed_model",
        "Linear mixed model: nested or crossed groups, random slopes",
        (
            OUTCOME,
            FIXED,
            RANDOM,
            FACTORS,
            REML,
            optional("level", Kind.SHARE, "level of the intervals", default=0.95),
        ),
        _mixed,
        example={"method": "linear_mixed_model", **MODEL},
    ),
    Method(
        "mixed_marginal_means",
        "Estimated marginal means of a mixed model, with pairwise differences",
        (
            OUTCOME,
            FIXED,
            RANDOM,
            FACTORS,
            REML,
            Argument("of", Kind.COLUMNS, "the factors whose means are wanted"),
            optional("by", Kind.COLUMNS, "factors within which they are compared", default=()),
            optional("at", Kind.MAP, "covariates held at a value: {COLUMN: NUMBER}"),
        ),
        _means,
        example={"method": "mixed_marginal_means", **MODEL, "of": ["arm"], "by": ["month"]},
    ),
    Method(
        "intraclass_correlation_of_model",
        "Share of variance between groups, from a mixed model without predictors",
        (
            OUTCOME,
            Argument("group", Kind.COLUMN, "the column of the groups"),
            optional("reml", Kind.FLAG, "REML, or maximum likelihood", default=False),
        ),
        _icc,
        example={
            "method": "intraclass_correlation_of_model",
            "outcome": "score",
            "group": "site",
        },
    ),
)
