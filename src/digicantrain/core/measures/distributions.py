"""Tails and quantiles of the distributions that most tests need, and noncentral t limits.

They stand on scipy.special, as those of scipy.stats do, whose import takes four times as long and
whose every call takes a hundred times as long as the function itself.
"""

import math
from collections.abc import Callable
from functools import cache

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
# How near to a root the search for it goes, as a share of its size.
CLOSE = 1e-13
# More steps than any search takes: halving alone needs fewer.
MOST_STEPS = 200
# From here on the noncentral t is integrated, over normal values up to `FAR`.
LARGE_T = 1_000.0
NODES, FAR = 128, 9.0


def normal_upper(z: float) -> float:
    """Return P(Z > z)."""
    from scipy import special

    return float(special.ndtr(-z))


def normal_quantile(p: float) -> float:
    """Return z with P(Z < z) = p."""
    from scipy import special

    return float(special.ndtri(p))


def t_upper(t: float, df: float) -> float:
    """Return P(T > t), T of Student's distribution."""
    from scipy import special

    return float(special.stdtr(df, -t))


def t_quantile(p: float, df: float) -> float:
    """Return t with P(T < t) = p."""
    from scipy import special

    return float(special.stdtrit(df, p))


def f_quantile(p: float, df1: float, df2: float) -> float:
    """Return x with P(F < x) = p."""
    from scipy import special

    return float(special.fdtri(df1, df2, p))


def chi_square_upper(x: float, df: float) -> float:
    """Return P(X > x)."""
    from scipy import special

    return float(special.chdtrc(df, max(x, 0.0)))


def noncentral_limits(t: float, df: float, level: float = 0.95) -> tuple[float, float]:
    """Return the noncentralities under which t is the upper, and the lower, extreme value.

    Steiger 2004, doi:10.1037/1082-989X.9.2.164. The search begins where a normal approximation of
    the noncentral t has them (Johnson and Welch 1940, doi:10.1093/biomet/31.3-4.362).
    """
    spread = math.sqrt(1 + t * t / (2 * df))
    tail = (1 - level) / 2

    def limit(p: float) -> float:
        near = t - normal_quantile(p) * spread
        return root_of_falling(
            lambda ncp: _noncentral_t(t, df, ncp) - p, near=near, step=spread / 4
        )

    return limit(1 - tail), limit(tail)


def _noncentral_t(t: float, df: float, ncp: float) -> float:
    """Return P(T < t)."""
    from scipy import special

    if t < -LARGE_T:
        return 1 - _noncentral_t(-t, df, -ncp)
    if t > LARGE_T:
        return _large_t(t, df, ncp)
    below = float(special.nctdtr(df, ncp, t))
    if math.isnan(below):
        # far in a tail scipy's function has holes; its mirror image has others
        below = 1 - float(special.nctdtr(df, -ncp, -t))
    return float(ncp < t) if math.isnan(below) else below


def _large_t(t: float, df: float, ncp: float) -> float:
    """Return P(T < t) of a large t as the mean over Z of P(chi > (Z + ncp) sqrt(df) / t).

    For these scipy's series takes seconds and loses digits, while Gauss's rule keeps them.
    """
    from scipy import special

    z, weights = _normal_nodes()
    scaled = np.maximum(z + ncp, 0.0) / t
    return float(weights @ special.chdtrc(df, df * scaled**2))


@cache
def _normal_nodes() -> tuple[Floats, Floats]:
    """Return points up to `FAR` and weights that add a function up over the normal density."""
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    z = FAR * nodes
    return z, FAR * weights * np.exp(-z * z / 2) / math.sqrt(2 * math.pi)


def root_of_falling(function: Callable[[float], float], *, near: float, step: float) -> float:
    """Return where a falling function is zero: bracketed from `near`, then Chandrupatla's search.

    Chandrupatla 1997, doi:10.1016/S0965-9978(96)00051-8: inverse quadratic interpolation where it
    is safe, else halving.
    """
    low, high = near - step, near + step
    at_low, at_high = function(low), function(high)
    while at_low <= 0:
        step *= 2
        low, high, at_low, at_high = low - step, low, function(low - step), at_low
    while at_high >= 0:
        step *= 2
        low, high, at_low, at_high = high, high + step, at_high, function(high + step)
    return _between(function, (low, at_low), (high, at_high))


Point = tuple[float, float]


def _between(function: Callable[[float], float], a: Point, b: Point) -> float:
    """Return the root between two points, one on each side of zero."""
    share = 0.5
    for _ in range(MOST_STEPS):
        x = a[0] + share * (b[0] - a[0])
        new = (x, function(x))
        if (new[1] > 0) == (a[1] > 0):
            a, before = new, a
        else:
            a, b, before = new, a, b
        best = min(a, b, key=lambda point: abs(point[1]))
        near = CLOSE * (1 + abs(best[0])) / abs(b[0] - a[0])
        if near > 0.5 or best[1] == 0:
            return best[0]
        share = min(1 - near, max(near, _share(a, b, before)))
    return best[0]


def _share(a: Point, b: Point, before: Point) -> float:
    """Return how far from a to b the next point lies."""
    xi = (a[0] - b[0]) / (before[0] - b[0])
    phi = (a[1] - b[1]) / (before[1] - b[1])
    if not (phi**2 < xi and (1 - phi) ** 2 < 1 - xi):
        return 0.5
    straight = a[1] / (b[1] - a[1]) * before[1] / (b[1] - before[1])
    slant = (before[0] - a[0]) / (b[0] - a[0])
    curved = a[1] / (before[1] - a[1]) * b[1] / (before[1] - b[1])
    return straight + slant * curved
