"""Regression: least squares with robust standard errors, logistic models, estimating equations."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from digicantrain.core.measures.model_matrix import (
    Factor,
    Floats,
    ModelMatrix,
    Variables,
    model_matrix,
)
from digicantrain.core.measures.result import Reason, Result, Table, Value
from digicantrain.core.measures.spread import is_constant

SMALLEST_N = 5
ROUNDS = 100
CLOSE = 1e-12
SEPARATED = 1e-9
WHOLE = 1e-10
MANY_CLUSTERS = 40
COEFFICIENTS = ("term", "estimate", "se", "statistic", "p", "low", "high")

LEAST_SQUARES_SOURCE = (
    "White 1980, doi:10.2307/1912934; MacKinnon and White 1985, doi:10.1016/0304-4076(85)90158-7; "
    "clusters: Cameron and Miller 2015, doi:10.3368/jhr.50.2.317"
)
LOGISTIC_SOURCE = "McCullagh and Nelder 1989, Generalized Linear Models, chapters 2 and 4"
GEE_SOURCE = "Liang and Zeger 1986, doi:10.1093/biomet/73.1.13"

Working = Literal["independence", "exchangeable"]
Errors = Literal["ols", "hc3", "cluster"]
Family = Literal["gaussian", "binomial"]


@dataclass(frozen=True)
class RegressionModel:
    """An outcome by terms: columns, and interactions with a colon."""

    outcome: str
    terms: tuple[str, ...] = ()

    def written(self) -> str:
        """The model in words."""
        return f"{self.outcome} ~ {' + '.join(('1', *self.terms))}"


@dataclass(frozen=True)
class _Data:
    outcome: Floats
    matrix: ModelMatrix
    clusters: npt.NDArray[np.int64] | None
    left_out: int

    @property
    def n(self) -> int:
        return len(self.outcome)


def _data(variables: Variables, model: RegressionModel, cluster: str | None) -> _Data:
    outcome = variables.get(model.outcome)
    if outcome is None or isinstance(outcome, Factor):
        raise ValueError(f"The outcome {model.outcome!r} must be a column of numbers.")
    keep = ~np.isnan(outcome)
    group = _cluster(variables, cluster) if cluster else None
    if group is not None:
        keep &= ~group.missing
    matrix = model_matrix({**variables}, terms=model.terms, keep=keep)
    kept = matrix.complete
    codes = np.unique(group.codes[kept], return_inverse=True)[1] if group is not None else None
    return _Data(outcome[kept], matrix, codes, len(kept) - int(kept.sum()))


def _cluster(variables: Variables, name: str) -> Factor:
    found = variables.get(name)
    if isinstance(found, Factor):
        return found
    raise ValueError(f"{name!r} must be a column of labels: it groups the rows.")


def _reason(data: _Data) -> Reason | None:
    matrix = data.matrix.matrix
    if data.n < SMALLEST_N or data.n <= matrix.shape[1]:
        return Reason.TOO_FEW if data.n else Reason.ALL_MISSING
    with np.errstate(over="ignore", invalid="ignore"):
        if not np.isfinite((data.outcome**2).sum() + (matrix**2).sum()):
            return Reason.NOT_FINITE
    if data.clusters is not None and data.clusters.max() < 1:
        return Reason.TOO_FEW_GROUPS
    if data.matrix.is_deficient:
        return Reason.RANK_DEFICIENT
    return Reason.NO_VARIANCE if is_constant(data.outcome) else None


def _solve(matrix: Floats, right: Floats) -> Floats:
    return np.asarray(np.linalg.solve(matrix, right))


def _table(names: tuple[str, ...], beta: Floats, se: Floats, *, level: float, df: float) -> Table:
    """Return coefficients with t (finite df) or z tests and intervals."""
    from scipy import stats

    spread = stats.norm if np.isinf(df) else stats.t(df)
    half = float(spread.ppf((1 + level) / 2)) * se
    statistic = beta / se
    p = 2 * spread.sf(np.abs(statistic))
    columns = (beta, se, statistic, p, beta - half, beta + half)
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (name, *(float(column[place]) for column in columns)) for place, name in enumerate(names)
    )
    return Table("coefficients", COEFFICIENTS, rows)


# --- least squares ---


def linear_regression(
    variables: Variables,
    *,
    model: RegressionModel,
    errors: Errors = "ols",
    cluster: str | None = None,
    level: float = 0.95,
) -> Result:
    """Return a linear regression by least squares.

    Args:
        variables: columns by name; rows that miss a value of the model are left out.
        model: outcome and terms.
        errors: standard errors: "ols" (equal variances), "hc3" (unequal variances), "cluster"
            (rows of one cluster belong together; HC1 correction G/(G-1) (n-1)/(n-p)).
        cluster: the factor of clusters.
        level: of the intervals.

    Returns:
        Result with table "coefficients" (estimate, se, t, p, interval; t with n-p degrees of
        freedom, with clusters G-1); details r2, adjusted_r2, sigma, df, clusters, left_out.
    """
    if (errors == "cluster") != (cluster is not None):
        raise ValueError("Standard errors by cluster need the column of clusters, and only they.")
    method = f"Linear regression by least squares, {ERRORS[errors]}: {model.written()}"
    data = _data(variables, model, cluster)
    reason = _reason(data)
    if reason:
        return Result(method, LEAST_SQUARES_SOURCE, n=data.n, reason=reason)
    x, y = data.matrix.matrix, data.outcome
    q, r = np.linalg.qr(x)
    inverse = np.linalg.inv(r)
    beta = inverse @ (q.T @ y)
    beta = beta + inverse @ (q.T @ (y - x @ beta))
    residual = y - x @ beta
    df = data.n - x.shape[1]
    rss = float(residual @ residual)
    if rss <= 1e-20 * float(((y - y.mean()) ** 2).sum()):
        return Result(method, LEAST_SQUARES_SOURCE, n=data.n, reason=Reason.NO_VARIANCE)
    middle = _middle(q, residual, errors, data.clusters)
    se = middle if isinstance(middle, Reason) else _errors(inverse, middle, scale=rss / df)
    if isinstance(se, Reason):
        return Result(method, LEAST_SQUARES_SOURCE, n=data.n, reason=se)
    freedom = _count(data) - 1 if data.clusters is not None else df
    r2 = 1 - rss / float(((y - y.mean()) ** 2).sum())
    details: dict[str, Value] = {
        "r2": r2,
        "adjusted_r2": 1 - (1 - r2) * (data.n - 1) / df,
        "sigma": float(np.sqrt(rss / df)),
        "df": freedom,
        "left_out": data.left_out,
    }
    if data.clusters is not None:
        details["clusters"] = _count(data)
    return Result(
        method,
        LEAST_SQUARES_SOURCE,
        n=data.n,
        details=details,
        tables=(_table(data.matrix.names, beta, se, level=level, df=freedom),),
        warnings=_few_clusters(data),
    )


ERRORS = {
    "ols": "standard errors for equal variances",
    "hc3": "standard errors HC3 for unequal variances",
    "cluster": "standard errors by cluster, HC1",
}


def _middle(
    q: Floats, residual: Floats, errors: Errors, clusters: npt.NDArray[np.int64] | None
) -> Floats | Reason:
    """Return the covariance of the coefficients of an orthonormal basis q of the columns."""
    n, p = q.shape
    if errors == "hc3":
        leverage = (q**2).sum(axis=1)
        # a row that alone decides on a coefficient has no residual to go by
        if (leverage > 1 - WHOLE).any():
            return Reason.GROUP_TOO_SMALL
        scores = q * (residual / (1 - leverage))[:, None]
        return np.asarray(scores.T @ scores)
    if clusters is None:
        return np.asarray(float(residual @ residual) / (n - p) * np.eye(p))
    groups = int(clusters.max()) + 1
    scores = _by_cluster(q * residual[:, None], clusters)
    return np.asarray(groups / (groups - 1) * (n - 1) / (n - p) * scores.T @ scores)


def _errors(to: Floats, middle: Floats, *, scale: float) -> Floats | Reason:
    """Return standard errors, from those of an orthonormal basis.

    With as few clusters as terms robust errors are nothing but rounding.
    """
    variances = np.einsum("ij,jk,ik->i", to, middle, to)
    if (variances <= 1e-20 * scale * (to**2).sum(axis=1)).any():
        return Reason.TOO_FEW_GROUPS
    return np.asarray(np.sqrt(variances))


def _few_clusters(data: _Data) -> tuple[str, ...]:
    groups = _count(data)
    if data.clusters is None or groups >= MANY_CLUSTERS:
        return ()
    return (f"{groups} clusters are few: robust errors are too small below {MANY_CLUSTERS}.",)


def _by_cluster(rows: Floats, clusters: npt.NDArray[np.int64]) -> Floats:
    found = np.zeros((int(clusters.max()) + 1, rows.shape[1]))
    np.add.at(found, clusters, rows)
    return found


# --- logistic ---


def logistic_regression(
    variables: Variables, *, model: RegressionModel, level: float = 0.95
) -> Result:
    """Return a logistic regression of a 0/1 outcome by maximum likelihood.

    Args:
        variables: columns by name; rows that miss a value of the model are left out.
        model: outcome (0 or 1) and terms.
        level: of the intervals.

    Returns:
        Result with tables "coefficients" (log odds, se, z, p, Wald interval) and "odds_ratios";
        details log_likelihood, null_log_likelihood, aic, mcfadden_r2, events, left_out. Where a
        term predicts the outcome without error there is no finite estimate: reason "separation".

    Raises:
        ValueError: the outcome holds another value than 0 and 1.
    """
    method = f"Logistic regression by maximum likelihood: {model.written()}"
    data = _data(variables, model, None)
    if not np.isin(data.outcome, (0.0, 1.0)).all():
        raise ValueError(f"The outcome {model.outcome!r} of a logistic model must be 0 or 1.")
    reason = _reason(data)
    if reason:
        return Result(method, LOGISTIC_SOURCE, n=data.n, reason=reason)
    found = fit_logistic(data.matrix.matrix, data.outcome)
    if isinstance(found, Reason):
        return Result(method, LOGISTIC_SOURCE, n=data.n, reason=found)
    se = np.sqrt(np.diag(found.covariance))
    table = _table(data.matrix.names, found.beta, se, level=level, df=np.inf)
    null = _log_likelihood_of_share(data.outcome)
    return Result(
        method,
        LOGISTIC_SOURCE,
        n=data.n,
        details={
            "log_likelihood": found.log_likelihood,
            "null_log_likelihood": null,
            "aic": -2 * found.log_likelihood + 2 * len(found.beta),
            "mcfadden_r2": 1 - found.log_likelihood / null,
            "events": int(data.outcome.sum()),
            "left_out": data.left_out,
        },
        tables=(table, odds_ratios(table)),
    )


@dataclass(frozen=True)
class LogisticFit:
    """Log odds, their covariance (inverse information), and the log likelihood."""

    beta: Floats
    covariance: Floats
    log_likelihood: float


def fit_logistic(x: Floats, y: Floats) -> LogisticFit | Reason:
    """Fit a logistic model by Newton steps in an orthonormal basis of its columns.

    Where outcomes are separated, estimates run off and the information in their direction goes to
    nothing (Albert and Anderson 1984, doi:10.1093/biomet/71.1.1): that is looked for, not a size.
    """
    q, r = np.linalg.qr(x)
    basis, to = q * np.sqrt(len(x)), np.linalg.inv(r) * np.sqrt(len(x))
    beta, likelihood = np.zeros(x.shape[1]), -np.inf
    for _ in range(ROUNDS):
        information = _information(basis, beta)
        if np.linalg.eigvalsh(information)[0] < SEPARATED * len(x):
            return Reason.SEPARATION
        step = _solve(information, basis.T @ (y - _share(basis @ beta)))
        beta, likelihood = _step_back(basis, y, beta, step, likelihood)
        if np.abs(step).max() < CLOSE * (1 + np.abs(beta).max()):
            covariance = to @ np.linalg.inv(_information(basis, beta)) @ to.T
            return LogisticFit(to @ beta, covariance, likelihood)
    return Reason.NOT_CONVERGED


def _information(basis: Floats, beta: Floats) -> Floats:
    share = _share(basis @ beta)
    return np.asarray(basis.T @ (basis * (share * (1 - share))[:, None]))


def _step_back(
    x: Floats, y: Floats, beta: Floats, step: Floats, before: float
) -> tuple[Floats, float]:
    """Take the step, halved until the likelihood does not fall."""
    for _ in range(30):
        now = _log_likelihood(x @ (beta + step), y)
        if now >= before - 1e-9 * abs(before) or not np.isfinite(before):
            break
        step = step / 2
    return beta + step, now


def _share(logit: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(logit, -700, 700))))


def _log_likelihood(logit: Floats, y: Floats) -> float:
    return float((y * logit - np.logaddexp(0, logit)).sum())


def _log_likelihood_of_share(y: Floats) -> float:
    share = float(y.mean())
    return float(len(y) * (share * np.log(share) + (1 - share) * np.log(1 - share)))


def odds_ratios(table: Table) -> Table:
    """Return a table of log odds (term, estimate, low, high) as odds ratios."""
    kept = ("estimate", "low", "high")
    rows = tuple(
        (name, *(float(np.exp(min(float(value or 0), 700.0))) for value in row))
        for name, *row in zip(
            table.column("term"), *(table.column(column) for column in kept), strict=True
        )
    )
    return Table("odds_ratios", ("term", "odds_ratio", "low", "high"), rows)


# --- generalised estimating equations ---


def estimating_equations(
    variables: Variables,
    *,
    model: RegressionModel,
    cluster: str,
    working: Working = "exchangeable",
    family: Family = "gaussian",
) -> Result:
    """Return generalised estimating equations with robust (sandwich) standard errors.

    Args:
        variables: columns by name, a row an observation; rows that miss a value are left out.
        model: outcome and terms.
        cluster: the factor whose rows belong together (a person).
        working: the working correlation within a cluster.
        family: identity link for numbers, logit link for 0/1.

    Returns:
        Result with table "coefficients" (estimate, robust se, Wald chi-square as `statistic`, p,
        95 % interval); details alpha (working correlation, moment estimate without correction for
        the number of terms), phi (scale), clusters, left_out. No small-sample correction.
    """
    method = f"Generalised estimating equations, {working} working correlation: {model.written()}"
    data = _data(variables, model, cluster)
    if family == "binomial" and not np.isin(data.outcome, (0.0, 1.0)).all():
        raise ValueError(f"The outcome {model.outcome!r} of a binomial model must be 0 or 1.")
    reason = _reason(data)
    if reason:
        return Result(method, GEE_SOURCE, n=data.n, reason=reason)
    found = _fit_gee(data, working, binomial=family == "binomial")
    if isinstance(found, Reason):
        return Result(method, GEE_SOURCE, n=data.n, reason=found)
    table = _wald(_table(data.matrix.names, found.beta, found.se, level=0.95, df=np.inf))
    details: dict[str, Value] = {
        "phi": found.phi,
        "clusters": _count(data),
        "left_out": data.left_out,
    }
    if working == "exchangeable":
        details["alpha"] = found.alpha
    return Result(
        method,
        GEE_SOURCE,
        n=data.n,
        details=details,
        tables=(table,),
        warnings=_few_clusters(data),
    )


def _count(data: _Data) -> int:
    return 0 if data.clusters is None else int(data.clusters.max()) + 1


def _wald(table: Table) -> Table:
    place = table.columns.index("statistic")
    rows = tuple(
        (*row[:place], float(row[place] or 0) ** 2, *row[place + 1 :]) for row in table.rows
    )
    return Table(table.name, table.columns, rows)


Mean = Callable[[Floats], tuple[Floats, Floats]]


def _gaussian(logit: Floats) -> tuple[Floats, Floats]:
    return logit, np.ones_like(logit)


def _binomial(logit: Floats) -> tuple[Floats, Floats]:
    share = _share(logit)
    return share, share * (1 - share)


@dataclass(frozen=True)
class _Equations:
    beta: Floats
    se: Floats
    alpha: float
    phi: float


def _fit_gee(data: _Data, working: Working, *, binomial: bool) -> _Equations | Reason:
    """Solve the equations in an orthonormal basis, numbers in units of their spread."""
    assert data.clusters is not None  # noqa: S101 - a cluster is required
    q, r = np.linalg.qr(data.matrix.matrix)
    basis, to = q * np.sqrt(data.n), np.linalg.inv(r) * np.sqrt(data.n)
    centre, scale = (0.0, 1.0) if binomial else (data.outcome.mean(), data.outcome.std())
    y = (data.outcome - centre) / scale
    found = _solved(basis, y, data.clusters, working, _binomial if binomial else _gaussian)
    if isinstance(found, Reason):
        return found
    if found.phi <= 1e-20:
        return Reason.NO_VARIANCE
    se = _errors(to, found.covariance, scale=found.phi / data.n)
    if isinstance(se, Reason):
        return se
    beta = scale * to @ found.beta
    beta[0] += centre
    return _Equations(beta, scale * se, found.alpha, found.phi * scale**2)


@dataclass(frozen=True)
class _Solved:
    beta: Floats
    covariance: Floats
    alpha: float
    phi: float


def _solved(
    x: Floats, y: Floats, clusters: npt.NDArray[np.int64], working: Working, mean: Mean
) -> _Solved | Reason:
    sizes = np.bincount(clusters).astype(float)
    beta = np.zeros(x.shape[1])
    alpha = phi = 0.0
    for number in range(ROUNDS):
        fitted, variance = mean(x @ beta)
        root = np.sqrt(variance)
        # the first round knows no residuals yet and takes them as independent
        if number:
            alpha, phi = _moments((y - fitted) / root, clusters, sizes)
            alpha = alpha if working == "exchangeable" else 0.0
            if not _is_correlation(alpha, sizes):
                return Reason.IMPROPER
        # derivative of the mean by the linear predictor is the variance for both families
        left = _weighted(x * root[:, None], clusters, sizes, alpha)
        residual = (y - fitted) / root
        information = (x * root[:, None]).T @ left
        try:
            step = _solve(information, left.T @ residual)
        except np.linalg.LinAlgError:
            return Reason.NOT_CONVERGED
        if np.abs(step).max() < CLOSE * (1 + np.abs(beta).max()) and number > 1:
            scores = _by_cluster(left * residual[:, None], clusters)
            bread = np.linalg.inv(information)
            return _Solved(beta + step, bread @ (scores.T @ scores) @ bread, alpha, phi)
        beta = beta + step
    return Reason.NOT_CONVERGED


def _is_correlation(alpha: float, sizes: Floats) -> bool:
    """Return whether an exchangeable correlation matrix of the largest cluster is one."""
    return -1 / max(float(sizes.max()) - 1, 1.0) + 1e-9 < alpha < 1 - 1e-9


def _moments(
    residual: Floats, clusters: npt.NDArray[np.int64], sizes: Floats
) -> tuple[float, float]:
    """Return alpha and phi: the mean product of pairs over the mean square."""
    phi = float((residual**2).mean())
    sums = np.bincount(clusters, weights=residual)
    squares = np.bincount(clusters, weights=residual**2)
    pairs = float((sizes * (sizes - 1) / 2).sum())
    products = float(((sums**2 - squares) / 2).sum())
    return (products / (pairs * phi) if pairs and phi else 0.0), phi


def _weighted(rows: Floats, clusters: npt.NDArray[np.int64], sizes: Floats, alpha: float) -> Floats:
    """Return R^-1 rows for an exchangeable R within each cluster."""
    if alpha == 0:
        return rows
    shrink = alpha / (1 + (sizes - 1) * alpha)
    sums = _by_cluster(rows, clusters) * shrink[:, None]
    return np.asarray((rows - sums[clusters]) / (1 - alpha))
