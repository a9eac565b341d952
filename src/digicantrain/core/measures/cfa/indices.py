"""How well a factor model fits: chi-square, CFI, TLI, RMSEA, SRMR, AIC, BIC.

chi-square is n F, never (n-1) F; RMSEA uses n (Steiger 1990, doi:10.1207/s15327906mbr2502_4; CFI:
Bentler 1990, doi:10.1037/0033-2909.107.2.238; SRMR: Hu and Bentler 1999,
doi:10.1080/10705519909540118).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from digicantrain.core.measures.cfa.fitting import NoConvergenceError, Point, inverted
from digicantrain.core.measures.cfa.likelihood import (
    LOG_2_PI,
    Compared,
    Sample,
    compare,
    minus_two_log,
)
from digicantrain.core.measures.cfa.moves import Moves, free_moves
from digicantrain.core.measures.model_matrix import Floats
from digicantrain.core.measures.result import Value

MOMENT_ROUNDS = 2_000
MOMENTS_CLOSE = 1e-11
Moments = tuple[Floats, Floats]


def moments_of(sample: Sample) -> Moments:
    """Return (covariance with divisor n, mean) that fit best without a model.

    With gaps they are found by expectation and maximisation (Dempster, Laird and Rubin 1977,
    doi:10.1111/j.2517-6161.1977.tb01600.x), sped up by squared extrapolation (Varadhan and Roland
    2008, doi:10.1111/j.1467-9469.2007.00585.x).

    Raises:
        NoConvergenceError: they were not found.
    """
    if sample.is_complete:
        return sample.covariances[0], sample.means[0]
    here = _apart(sample)
    sd = np.sqrt(np.diag(here[0]))
    compared = compare(sample, *here)
    for _ in range(MOMENT_ROUNDS):
        one = _em_step(sample, here, compared)
        two = _em_step(sample, one, compare(sample, *one))
        if np.abs(_flat(one, sd) - _flat(here, sd)).max() < MOMENTS_CLOSE:
            return two
        here, compared = _further(sample, (here, one, two), sd)
    raise NoConvergenceError


def _apart(sample: Sample) -> Moments:
    """Return each item's variance and mean, without correlations."""
    return np.diag(np.nanvar(sample.rows, axis=0)), np.nanmean(sample.rows, axis=0)


def _em_step(sample: Sample, moments: Moments, compared: Compared) -> Moments:
    """Return the moments of the data filled up from these moments.

    Of the slopes by covariance D and mean h: mean + Sigma h / n, Sigma - Sigma D Sigma / n - dd'.
    """
    covariance, mean = moments
    moved = covariance @ compared.by_mean / sample.n
    turned = covariance @ compared.by_covariance @ covariance / sample.n
    return covariance - (turned + turned.T) / 2 - np.outer(moved, moved), mean + moved


def _flat(moments: Moments, sd: Floats) -> Floats:
    """Return moments in standard deviations as one row."""
    return np.append(moments[0] / np.outer(sd, sd), moments[1] / sd)


def _further(
    sample: Sample, steps: tuple[Moments, Moments, Moments], sd: Floats
) -> tuple[Moments, Compared]:
    """Return moments beyond two steps along their bend, or the second where that fits worse."""
    one, two, three = (_flat(moments, sd) for moments in steps)
    first, bend = two - one, three - 2 * two + one
    length = float(bend @ bend)
    size = max(1.0, float(np.sqrt(first @ first / length))) if length > 0 else 1.0
    far, p = one + 2 * size * first + size**2 * bend, len(sd)
    beyond = far[: p * p].reshape(p, p) * np.outer(sd, sd), far[p * p :] * sd
    compared, found = compare(sample, *steps[2]), compare(sample, *beyond)
    return (beyond, found) if found.value <= compared.value else (steps[2], compared)


@dataclass(frozen=True)
class Judged:
    """A fit with the figures that judge it.

    The data may have been measured in `units` (one an item), which the likelihood then counts.
    """

    fitted: Point
    units: Floats
    moments: tuple[Moments, ...]
    saturated: float
    baseline: float

    @property
    def n(self) -> int:
        """How many people."""
        return self.fitted.n

    @property
    def groups(self) -> int:
        """How many groups."""
        return len(self.fitted.samples)

    @property
    def chisq(self) -> float:
        """n times the discrepancy."""
        return max(0.0, self.fitted.minus_two_log - self.saturated)

    @property
    def df(self) -> int:
        """Moments less parameters."""
        p = len(self.fitted.model.items)
        moments = p * (p + 1) // 2 + (p if self.fitted.model.with_means else 0)
        return self.groups * moments - len(self.fitted.theta)

    @property
    def baseline_chisq(self) -> float:
        """The discrepancy of items that do not correlate."""
        return max(0.0, self.baseline - self.saturated)

    @property
    def baseline_df(self) -> int:
        """The degrees of freedom of that model."""
        p = len(self.fitted.model.items)
        return self.groups * p * (p - 1) // 2

    @property
    def cfi(self) -> float:
        """The comparative fit index."""
        return comparative(self.chisq, self.df, self.baseline_chisq, self.baseline_df)

    @property
    def rmsea(self) -> float:
        """The root mean square error of approximation."""
        return rmsea(self.chisq, self.df, self.n, groups=self.groups)

    def figures(self) -> dict[str, Value]:
        """Return all figures by name; a model without degrees of freedom has no p."""
        from scipy import stats

        low, high = self.rmsea_limits()
        k = len(self.fitted.theta)
        answered = sum((~np.isnan(one.rows)).sum(axis=0) for one in self.fitted.samples)
        logl = -self.fitted.minus_two_log / 2 - float(answered @ np.log(self.units))
        return {
            "chisq": self.chisq,
            "df": self.df,
            "p": float(stats.chi2.sf(self.chisq, self.df)) if self.df else None,
            "cfi": self.cfi,
            "tli": tucker_lewis(self.chisq, self.df, self.baseline_chisq, self.baseline_df),
            "rmsea": self.rmsea,
            "rmsea_low": low,
            "rmsea_high": high,
            "srmr": self.srmr(),
            "aic": -2 * logl + 2 * k,
            "bic": -2 * logl + float(np.log(self.n)) * k,
            "log_likelihood": logl,
            "baseline_chisq": self.baseline_chisq,
            "baseline_df": self.baseline_df,
        }

    def rmsea_limits(self) -> tuple[float, float]:
        """Return the 90 % interval of RMSEA, from noncentral chi-square."""
        from scipy import optimize, stats

        def noncentrality(tail: float) -> float:
            def miss(ncp: float) -> float:
                central = stats.chi2.cdf(self.chisq, self.df)
                noncentral = stats.ncx2.cdf(self.chisq, self.df, ncp) if ncp > 0 else central
                return float(noncentral) - tail

            if miss(0.0) < 0:
                return 0.0
            top = max(10.0, 4 * self.chisq)
            return float(optimize.brentq(miss, 0.0, top, xtol=1e-10, rtol=1e-12))

        if not self.df:
            return 0.0, 0.0
        scale = self.groups / (self.df * self.n)
        return (
            float(np.sqrt(scale * noncentrality(0.95))),
            float(np.sqrt(scale * noncentrality(0.05))),
        )

    def srmr(self) -> float:
        """Return the standardised root mean square residual, groups weighted by people."""
        total = 0.0
        for sample, matrices, (covariance, mean) in zip(
            self.fitted.samples, self.fitted.matrices, self.moments, strict=True
        ):
            sd = np.sqrt(np.diag(covariance))
            gap = (covariance - matrices.covariance) / np.outer(sd, sd)
            squares, count = float((gap[np.tril_indices(len(sd))] ** 2).sum()), _pairs(len(sd))
            if self.fitted.model.with_means:
                squares += float((((mean - matrices.mean) / sd) ** 2).sum())
                count += len(sd)
            total += sample.n / self.n * float(np.sqrt(squares / count))
        return total


def _pairs(p: int) -> int:
    return p * (p + 1) // 2


def judge(fitted: Point, *, units: Floats) -> Judged:
    """Compare a fit with the best one without a model and with items that do not correlate."""
    moments = tuple(moments_of(sample) for sample in fitted.samples)
    return Judged(
        fitted,
        units,
        moments,
        saturated=minus_two_log(fitted.samples, moments),
        baseline=sum(_uncorrelated(sample) for sample in fitted.samples),
    )


def _uncorrelated(sample: Sample) -> float:
    """Return -2 log likelihood of items each with its own mean and variance."""
    n = (~np.isnan(sample.rows)).sum(axis=0)
    variance = np.nanvar(sample.rows, axis=0)
    return float((n * (LOG_2_PI + np.log(variance) + 1)).sum())


def comparative(chisq: float, df: float, baseline: float, baseline_df: float) -> float:
    """Return CFI."""
    off = max(chisq - df, 0.0)
    worst = max(chisq - df, baseline - baseline_df, 0.0)
    return 1 - off / worst if worst > 0 else 1.0


def tucker_lewis(chisq: float, df: float, baseline: float, baseline_df: float) -> float:
    """Return TLI."""
    if not df or not baseline_df or baseline == baseline_df:
        return 1.0
    ratio = baseline / baseline_df
    return (ratio - chisq / df) / (ratio - 1)


def rmsea(chisq: float, df: float, n: int, *, groups: int = 1) -> float:
    """Return RMSEA with n, groups weighted alike."""
    return float(np.sqrt(groups * max(chisq - df, 0.0) / (df * n))) if df else 0.0


# --- robust ---


def robust(judged: Judged) -> tuple[dict[str, float], Floats]:
    """Return figures corrected for non-normal answers, and the sandwich covariance.

    Yuan and Bentler 2000, doi:10.1111/0081-1750.00078; Savalei 2018,
    doi:10.1080/00273171.2018.1455142. With gaps there are no corrected CFI, TLI and RMSEA.

    Raises:
        NoConvergenceError: the correction cannot be computed.
    """
    from scipy import stats

    fitted, df = judged.fitted, judged.df
    bread = inverted(fitted.observed_information())
    each = fitted.scores()
    products = each.T @ each
    covariance = bread @ products @ bread
    if not df:
        return {}, covariance
    with_means = fitted.model.with_means
    freely = sum(
        _free_trace(sample, moments, with_means=with_means)
        for sample, moments in zip(fitted.samples, judged.moments, strict=True)
    )
    scale = (freely - float(np.trace(bread @ products))) / df
    if scale <= 0:
        raise NoConvergenceError
    figures = {
        "chisq_scaled": judged.chisq / scale,
        "p_scaled": float(stats.chi2.sf(judged.chisq / scale, df)),
        "scaling_factor": scale,
    }
    if all(sample.is_complete for sample in fitted.samples):
        baseline = sum(_baseline_trace(sample, with_means=with_means) for sample in fitted.samples)
        figures |= _corrected(judged, scale, (freely - baseline) / judged.baseline_df)
    return figures, covariance


def _corrected(judged: Judged, scale: float, of_baseline: float) -> dict[str, float]:
    df, baseline_df = judged.df, judged.baseline_df
    over = judged.chisq - scale * df
    worst = judged.baseline_chisq - of_baseline * baseline_df
    size = judged.groups * max(over, 0.0) / (df * judged.n)
    largest = max(over, worst, 0.0)
    return {
        "cfi_robust": 1 - max(over, 0.0) / largest if largest > 0 else 1.0,
        "tli_robust": 1 - over / df / (worst / baseline_df) if worst else 1.0,
        "rmsea_robust": float(np.sqrt(size)),
    }


def _free_trace(sample: Sample, moments: Moments, *, with_means: bool) -> float:
    """Return tr(A^-1 B) of moments without a model: how far people differ from normal ones."""
    p = len(moments[1])
    if not sample.is_complete:
        return _trace(free_moves(p, with_means=with_means), sample, moments)
    moved = sample.rows - moments[1]
    distance = np.einsum("ni,ij,nj->n", moved, np.linalg.inv(moments[0]), moved, optimize=True)
    return float(((distance**2).mean() - p) / 2) + (p if with_means else 0)


def _baseline_trace(sample: Sample, *, with_means: bool) -> float:
    """Return the same of items that do not correlate."""
    p = sample.rows.shape[1]
    moves = free_moves(p, with_means=with_means, correlated=False)
    return _trace(moves, sample, _apart(sample))


def _trace(moves: Moves, sample: Sample, moments: Moments) -> float:
    each = moves.scores(sample, *moments)
    information = moves.observed(sample, *moments)
    return float(np.trace(inverted(information) @ (each.T @ each)))


def standardised_loadings(fitted: Point, group: int = 0) -> Sequence[float]:
    """Return each item's loading in standard deviations of factor and item."""
    matrices = fitted.matrices[group]
    sd = np.sqrt(np.diag(matrices.covariance))
    factors = np.sqrt(np.diag(matrices.factors))
    return [
        float(matrices.loadings[item, factor] * factors[factor] / sd[item])
        for item, factor in enumerate(fitted.model.factor_of)
    ]
