"""Missing answers in a plan."""

from digicantrain.core.measures.frame import Frame
from digicantrain.core.measures.hiding import AllOrNone, Follows, Parts
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
from digicantrain.core.measures.missing.imputation import ImputationError, impute
from digicantrain.core.measures.missing.patterns import little_test, missing_patterns
from digicantrain.core.measures.missing.pooling import POOLED, SOURCE, pool, pooled_regression
from digicantrain.core.measures.regression import RegressionModel
from digicantrain.core.measures.result import Result

COLUMNS = Argument("columns", Kind.NUMBER_COLUMNS, "the columns that may have gaps")


def _patterns(data: Frame, given: Arguments) -> Result:
    return missing_patterns(numbers_of(data, names=given["columns"]))


def _little(data: Frame, given: Arguments) -> Result:
    return little_test(numbers_of(data, names=given["columns"]))


def _pooled(data: Frame, given: Arguments) -> Result:
    names = [given["outcome"], *columns_of(given["terms"]), *given["helpers"]]
    variables = variables_of(data, names=names, factors=given["factors"])
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
        imputed, model=RegressionModel(given["outcome"], tuple(given["terms"]))
    )


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
        "Least squares over multiply imputed data, pooled by Rubin's rules",
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
            Argument("seed", Kind.SEED, "of the random numbers: the same seed, the same result"),
        ),
        _pooled,
        classes=classes_of_terms,
        fills_gaps=True,
        example={
            "method": "pooled_regression",
            "outcome": "post",
            "terms": ["pre", "arm"],
            "factors": ["arm"],
            "helpers": ["later"],
            "m": 5,
            "seed": 20261,
        },
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
