"""How well a factor model fits: chi-square, CFI, TLI, RMSEA, SRMR, AIC, BIC.

chi-square is n F, never (n-1) F; RMSEA uses n (Steiger 1990, doi:10.1207/s15327906mbr2502_4; CFI:
Bentler 1990, doi:10.1037/0033-2909.107.2.238; SRMR: Hu and Bentler 1999,
doi:10.1080/10705519909540118).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from digicantrain.core.measures.cfa.fitting import Fitted, observed_information
from digicantrain.core.measures.cfa.likelihood import (
    LOG_2_PI,
    Sample,
    minus_two_log,
    scores,
)
from digicantrain.core.measures.model_matrix import Floats

MOMENT_ROUNDS = 20_000
MOMENTS_CLOSE = 1e-13


def moments_of(sample: Sample) -> tuple[Floats, Floats]:
    """Return (covariance with divisor n, mean) that fit best without a model.

    With gaps they are found by expectation and maximisation (Dempster, Laird and Rubin 1977,
    doi:10.1111/j.2517-6161.1977.tb01600.x), to 1e-13 in the log likelihood's terms.
    """
    rows = sample.rows
    mean, variance = np.nanmean(rows, axis=0), np.nanvar(rows, axis=0)
    if len(sample.patterns) == 1 and len(sample.patterns[0].seen) == rows.shape[1]:
        return sample.patterns[0].covariance, mean
    covariance = np.diag(variance)
    for _ in range(MOMENT_ROUNDS):
        new_covariance, new_mean = _em_step(sample, covariance, mean)
        moved = max(
            float(np.abs(new_covariance - covariance).max() / np.abs(covariance).max()),
            float((np.abs(new_mean - mean) / np.sqrt(variance)).max()),
        )
        covariance, mean = new_covariance, new_mean
        if moved < MOMENTS_CLOSE:
            break
    return covariance, mean


def _em_step(sample: Sample, covariance: Floats, mean: Floats) -> tuple[Floats, Floats]:
    p = len(mean)
    sums, products, n = np.zeros(p), np.zeros((p, p)), 0
    for pattern in sample.patterns:
        seen = pattern.seen
        rest = np.setdiff1d(np.arange(p), seen)
        slope = np.linalg.solve(covariance[np.ix_(seen, seen)], covariance[np.ix_(seen, rest)])
        filled = np.empty(p)
        filled[seen] = pattern.mean
        filled[rest] = mean[rest] + (pattern.mean - mean[seen]) @ slope
        spread = np.empty((p, p))
        spread[np.ix_(seen, seen)] = pattern.covariance
        spread[np.ix_(seen, rest)] = pattern.covariance @ slope
        spread[np.ix_(rest, seen)] = spread[np.ix_(seen, rest)].T
        left = covariance[np.ix_(rest, rest)] - covariance[np.ix_(rest, seen)] @ slope
        spread[np.ix_(rest, rest)] = slope.T @ pattern.covariance @ slope + left
        sums += pattern.n * filled
        products += pattern.n * (spread + np.outer(filled, filled))
        n += pattern.n
    mean = sums / n
    return products / n - np.outer(mean, mean), mean


@dataclass(frozen=True)
class Judged:
    """A fit with the figures that judge it."""

    fitted: Fitted
    moments: tuple[tuple[Floats, Floats], ...]
    saturated: float
    baseline: float
    count_means: bool

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

    def figures(self) -> dict[str, float]:
        """Return all figures by name."""
        from scipy import stats

        low, high = self.rmsea_limits()
        k = len(self.fitted.theta)
        logl = -self.fitted.minus_two_log / 2
        return {
            "chisq": self.chisq,
            "df": self.df,
            "p": float(stats.chi2.sf(self.chisq, self.df)) if self.df else 1.0,
            "cfi": comparative(self.chisq, self.df, self.baseline_chisq, self.baseline_df),
            "tli": tucker_lewis(self.chisq, self.df, self.baseline_chisq, self.baseline_df),
            "rmsea": rmsea(self.chisq, self.df, self.n, groups=self.groups),
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


def judge(fitted: Fitted) -> Judged:
    """Compare a fit with the best one without a model and with items that do not correlate."""
    moments = tuple(moments_of(sample) for sample in fitted.samples)
    return Judged(
        fitted,
        moments,
        saturated=minus_two_log(fitted.samples, moments),
        baseline=sum(_uncorrelated(sample) for sample in fitted.samples),
        count_means=fitted.model.with_means,
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
    doi:10.1080/00273171.2018.1455142. One group without gaps.
    """
    fitted = judged.fitted
    information = observed_information(fitted.model, fitted.samples, fitted.theta)
    each = scores(fitted.model, fitted.samples, fitted.theta)
    products = each.T @ each
    bread = np.linalg.inv(information)
    covariance = bread @ products @ bread
    rows = fitted.samples[0].rows
    sample_covariance, mean = judged.moments[0]
    saturated = _trace_of_saturated(rows - mean, sample_covariance)
    scale = (saturated - float(np.trace(bread @ products))) / judged.df
    variances = np.diag(sample_covariance)
    standardised = ((rows - mean) ** 2 / variances - 1) ** 2 / 2
    of_baseline = (saturated - float(standardised.mean(axis=0).sum())) / judged.baseline_df
    corrected = judged.chisq - scale * judged.df
    worst = judged.baseline_chisq - of_baseline * judged.baseline_df
    ratio = corrected / judged.df / (worst / judged.baseline_df)
    return {
        "chisq_scaled": judged.chisq / scale,
        "scaling_factor": scale,
        "cfi_robust": 1 - max(corrected, 0.0) / max(corrected, worst, 1e-300),
        "tli_robust": 1 - ratio,
        "rmsea_robust": float(np.sqrt(max(corrected, 0.0) / (judged.df * judged.n))),
    }, covariance


def _trace_of_saturated(moved: Floats, covariance: Floats) -> float:
    """Return tr(A1^-1 B1) of the unstructured covariance: (mean of squared distances^2 - p) / 2."""
    distance = np.einsum("ni,ij,nj->n", moved, np.linalg.inv(covariance), moved)
    return float(((distance**2).mean() - moved.shape[1]) / 2)


def standardised_loadings(fitted: Fitted, group: int = 0) -> Sequence[float]:
    """Return each item's loading in standard deviations of factor and item."""
    matrices = fitted.matrices[group]
    sd = np.sqrt(np.diag(matrices.covariance))
    factors = np.sqrt(np.diag(matrices.factors))
    return [
        float(matrices.loadings[item, factor] * factors[factor] / sd[item])
        for item, factor in enumerate(fitted.model.factor_of)
    ]
