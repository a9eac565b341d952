"""Missing answers in a plan."""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from digicantrain.core.measures.frame import Frame
from digicantrain.core.measures.hiding import AllOrNone, Details, Each, Follows, Parts
from digicantrain.core.measures.methods.arguments import (
    FACTORS,
    OUTCOME,
    TERMS,
    classes_of_terms,
    columns_of,
    numbers_of,
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
from digicantrain.core.measures.methods.regression import objections_to_errors
from digicantrain.core.measures.missing.imputation import ImputationError, Imputed, impute
from digicantrain.core.measures.missing.patterns import little_test, missing_patterns
from digicantrain.core.measures.missing.pooling import POOLED, SOURCE, pool, pooled_regression
from digicantrain.core.measures.model_matrix import Floats, Variables, factor
from digicantrain.core.measures.regression import RegressionModel
from digicantrain.core.measures.result import Result

COLUMNS = Argument("columns", Kind.NUMBER_COLUMNS, "the columns that may have gaps")


def _patterns(data: Frame, given: Arguments) -> Result:
    return missing_patterns(numbers_of(data, names=given["columns"]))


def _little(data: Frame, given: Arguments) -> Result:
    return little_test(numbers_of(data, names=given["columns"]))


def _pooled(data: Frame, given: Arguments) -> Result:
    cluster = given["cluster"]
    if cluster:
        data = data.where([label is not None for label in data.labels(cluster)])
    variables = variables_of(data, names=_to_impute(given), factors=given["factors"])
    try:
        imputed = impute(
            variables,
            m=given["m"],
            rounds=given["rounds"],
            how=given["how"],
            seed=given["seed"],
        )
    except ImputationError as error:
        return Result(POOLED, SOURCE, n=len(data), reason=error.reason, warnings=(str(error),))
    return pooled_regression(
        _with_computed(imputed, given),
        model=RegressionModel(given["outcome"], tuple(given["terms"])),
        family=given["family"],
        errors=given["errors"],
        cluster=factor(data.labels(cluster)) if cluster else None,
    )


def _to_impute(given: Arguments) -> list[str]:
    """Return the columns of the imputation: items in the place of their totals."""
    computed = {**(given["means"] or {}), **(given["sums"] or {})}
    names = [given["outcome"], *columns_of(given["terms"]), *given["helpers"]]
    names += [given["change_from"]] if given["change_from"] else []
    return [one for name in dict.fromkeys(names) for one in computed.get(name, [name])]


def _with_computed(imputed: Imputed, given: Arguments) -> Imputed:
    for how, combine in (("means", np.mean), ("sums", np.sum)):
        for name, items in (given[how] or {}).items():
            compute = partial(_total, items=items, combine=combine)
            imputed = imputed.with_column(name, compute, of=tuple(items))
    outcome, before = given["outcome"], given["change_from"]
    if before:
        change = partial(_change, after=outcome, before=before)
        imputed = imputed.with_column(outcome, change, of=(outcome, before))
    return imputed


def _total(data: Variables, *, items: Sequence[str], combine: Callable[..., Floats]) -> Floats:
    return np.asarray(combine([np.asarray(data[name]) for name in items], axis=0))


def _change(data: Variables, *, after: str, before: str) -> Floats:
    change: Floats = np.asarray(data[after]) - np.asarray(data[before])
    return change


def _objections_to_pooled(given: Arguments) -> Objections:
    yield from objections_to_errors(given)
    if given["family"] == "binomial" and given["errors"] != "ols":
        yield "errors", "must be left out for a logistic model: it has none but its own."
    used = {given["outcome"], *columns_of(given["terms"]), given["change_from"]}
    for how in ("means", "sums"):
        for name, items in (given[how] or {}).items():
            if name not in used or name in given["factors"]:
                yield how, f"{name!r} is computed but is no outcome and no term of numbers."
            if used & set(items):
                yield how, f"{name!r} is computed from a column of the model; take that out."
    if given["change_from"] and given["family"] == "binomial":
        yield "change_from", "a change is no outcome of a logistic model."


def _pool(_data: Frame, given: Arguments) -> Result:
    return pool(
        given["estimates"],
        given["variances"],
        names=given["terms"],
        df_complete=given["df_complete"],
        n=given["n"],
    )


def _objections_to_pool(given: Arguments) -> Objections:
    rows, columns = len(given["estimates"]), len(given["terms"])
    for name in ("estimates", "variances"):
        if len(given[name]) != rows or len(given[name][0]) != columns:
            yield name, f"must be {rows} rows of {columns} numbers: a row a data set, one a term."
    if any(value <= 0 for row in given["variances"] for value in row):
        yield "variances", "must be above zero: they are squared standard errors."
    if given["df_complete"] <= 0:
        yield "df_complete", "must be above zero: people less terms."


METHODS = (
    Method(
        "missing_patterns",
        "How many miss each column, and which columns are missing together",
        (COLUMNS,),
        _patterns,
        told=(
            Parts("columns", ("answered", "missing"), figures=("share_missing",)),
            AllOrNone(
                "patterns",
                "people",
                figures=("pattern",),
                follows=Follows(details=("complete",)),
            ),
        ),
        example={"method": "missing_patterns", "columns": ["pre", "post", "later"]},
    ),
    Method(
        "little_test",
        "Little's test that answers are missing completely at random",
        (COLUMNS,),
        _little,
        example={"method": "little_test", "columns": ["pre", "post", "later"]},
    ),
    Method(
        "pooled_regression",
        "A regression over multiply imputed data, pooled by Rubin's rules, beside complete rows",
        (
            OUTCOME,
            TERMS,
            FACTORS,
            optional(
                "helpers",
                Kind.MIXED_COLUMNS,
                "columns that help to impute but are no terms",
                default=(),
            ),
            optional("m", Kind.COUNT, "how many completed data sets", default=20, most=1000),
            optional("rounds", Kind.COUNT, "rounds of each chain", default=10, most=1000),
            choice("how", "numbers are drawn by", "matching", "normal"),
            choice("family", "of the outcome: numbers, or 0 and 1", "gaussian", "binomial"),
            choice("errors", "standard errors of least squares", "ols", "hc3", "cluster"),
            optional("cluster", Kind.COLUMN, "the column of clusters"),
            optional(
                "change_from",
                Kind.NUMBER_COLUMN,
                "the outcome becomes its change from this column, after imputing",
            ),
            optional(
                "means",
                Kind.SCALES,
                "the items of each column that is their mean: they are imputed, not the column",
            ),
            optional(
                "sums",
                Kind.SCALES,
                "the items of each column that is their sum: they are imputed, not the column",
            ),
            Argument("seed", Kind.SEED, "of the random numbers: the same seed, the same result"),
        ),
        _pooled,
        classes=classes_of_terms,
        told=(Details(("complete",), of_n=True), Each("chains", ("imputed",), figures=())),
        example={
            "method": "pooled_regression",
            "outcome": "post",
            "terms": ["pre", "arm"],
            "factors": ["arm"],
            "helpers": ["later"],
            "m": 5,
            "seed": 20261,
        },
        objections=_objections_to_pooled,
    ),
    Method(
        "pool",
        "Rubin's rules for estimates of data sets that were imputed elsewhere",
        (
            Argument("terms", Kind.TEXTS, "what is estimated"),
            Argument("estimates", Kind.MATRIX, "a row a data set, a number a term"),
            Argument("variances", Kind.MATRIX, "squared standard errors, in the same shape"),
            Argument("df_complete", Kind.NUMBER, "degrees of freedom if nothing were missing"),
            Argument("n", Kind.COUNT, "how many people"),
        ),
        _pool,
        example={
            "method": "pool",
            "terms": ["change"],
            "estimates": [[0.52], [0.47], [0.55], [0.49], [0.51]],
            "variances": [[0.012], [0.011], [0.013], [0.012], [0.012]],
            "df_complete": 118,
            "n": 120,
        },
        objections=_objections_to_pool,
    ),
)
