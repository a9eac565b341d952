"""Linear mixed models in a plan."""

from collections.abc import Mapping
from typing import Any

from digicantrain.core.measures.frame import Frame
from digicantrain.core.measures.methods.arguments import (
    FACTORS,
    GROUP,
    LEVEL,
    OUTCOME,
    classes_of_terms,
    columns_of,
    variables_of,
)
from digicantrain.core.measures.methods.method import (
    Argument,
    Arguments,
    Classes,
    Kind,
    Method,
    Objections,
    optional,
)
from digicantrain.core.measures.mixed.blocks import RandomTerm
from digicantrain.core.measures.mixed.models import (
    MixedModel,
    intraclass_correlation_of_model,
    linear_mixed_model,
    mixed_marginal_means,
)
from digicantrain.core.measures.model_matrix import Factor, Floats
from digicantrain.core.measures.result import Result

FIXED = optional("fixed", Kind.TERMS, "fixed terms: columns, interactions with a colon", default=())
RANDOM = Argument(
    "random",
    Kind.RANDOM_TERMS,
    "groups whose level varies (nested or crossed), and columns whose slope varies between them",
)
REML = optional("reml", Kind.FLAG, "REML, or maximum likelihood", default=True)


def _term(given: Mapping[str, Any]) -> RandomTerm:
    return RandomTerm(
        given["group"],
        tuple(given.get("slopes", ())),
        given.get("intercept", True),
        given.get("correlated", True),
    )


def _model(data: Frame, given: Arguments) -> tuple[dict[str, Factor | Floats], MixedModel]:
    random = tuple(_term(one) for one in given["random"])
    fixed = tuple(given["fixed"])
    names = [given["outcome"], *columns_of(fixed)]
    names += [name for term in random for name in (term.group, *term.slopes)]
    factors = {*given["factors"], *(term.group for term in random)}
    found = variables_of(data, names=names, factors=tuple(factors))
    return found, MixedModel(given["outcome"], fixed, random, given["reml"])


def _mixed(data: Frame, given: Arguments) -> Result:
    variables, model = _model(data, given)
    return linear_mixed_model(variables, model=model, level=given["level"], modes=given["modes"])


def _means(data: Frame, given: Arguments) -> Result:
    variables, model = _model(data, given)
    return mixed_marginal_means(
        variables, model=model, of=given["of"], by=given["within"], at=given["at"]
    )


def _objections_to_means(given: Arguments) -> Objections:
    fixed = set(columns_of(given["fixed"]))
    for argument in ("of", "within"):
        for name in given[argument]:
            if name not in fixed or name not in given["factors"]:
                yield argument, f"{name!r} must stand under 'fixed' and under 'factors' too."
    for name in given["at"] or {}:
        if name not in fixed or name in given["factors"]:
            yield "at", f"{name!r} is no covariate of the model: it must stand under 'fixed' only."


def _rows_of_modes(given: Arguments) -> Mapping[str, str]:
    return {f"modes: {one['group']}": one["group"] for one in given["random"] if given["modes"]}


def _classes_of_means(data: Frame, given: Arguments) -> Classes:
    yield (*given["of"], *given["within"])
    yield from classes_of_terms(data, given)


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
            optional("modes", Kind.FLAG, "also the effect of each group", default=False),
            LEVEL,
        ),
        _mixed,
        classes=classes_of_terms,
        rows_of=_rows_of_modes,
        example={"method": "linear_mixed_model", **MODEL},
        repeated=True,
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
            optional("within", Kind.COLUMNS, "factors within which they are compared", default=()),
            optional("at", Kind.VALUES, "covariates held at a value, else at their mean"),
        ),
        _means,
        classes=_classes_of_means,
        example={"method": "mixed_marginal_means", **MODEL, "of": ["arm"], "within": ["month"]},
        repeated=True,
        objections=_objections_to_means,
    ),
    Method(
        "intraclass_correlation_of_model",
        "Share of variance between groups, from a mixed model without predictors",
        (
            OUTCOME,
            GROUP,
            optional("reml", Kind.FLAG, "REML, or maximum likelihood", default=False),
        ),
        _icc,
        example={
            "method": "intraclass_correlation_of_model",
            "outcome": "score",
            "group": "site",
        },
        repeated=True,
    ),
)
