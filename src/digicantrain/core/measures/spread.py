"""Whether values differ at all: beyond the last digits that a computer keeps."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

# Values that differ by less than this share of their size differ by rounding only.
ROUNDING = 1e-13
# The square of a smaller difference is nothing to a computer.
SMALLEST = 1e-150
DECIMALS = 10
# A smaller singular value of standardised columns means that one follows from the others.
DEFICIENT = 1e-10
# Numbers of this size have no ten decimals to round to.
LARGE = 1e5


def is_constant(values: Floats) -> bool:
    """Return whether numbers are the same, as far as can be computed; NaN does not count."""
    given = values[~np.isnan(values)]
    return not given.size or bool(are_constant(given[:, None])[0])


def are_constant(rows: Floats) -> npt.NDArray[np.bool_]:
    """Return of each column of complete rows whether its numbers are the same."""
    low, high = rows.min(axis=0), rows.max(axis=0)
    half = high / 2 - low / 2
    rounding = ROUNDING * np.maximum(np.abs(low), np.abs(high))
    return np.asarray((half <= rounding) | (half < SMALLEST))


def rounded(values: Floats) -> Floats:
    """Return values without the last bits: 4.3 - 4.1 and 2.2 - 2.0 are a tie."""
    small = np.abs(values) < LARGE
    return np.where(small, np.round(np.where(small, values, 0.0), DECIMALS), values)


def is_deficient(rows: Floats) -> bool:
    """Return whether a column of complete rows follows from others, each column with some spread.

    By the singular values of the columns, centred and of length one; a QR decomposition first
    keeps them and makes the table square.
    """
    moved = (rows - rows.mean(axis=0)) / (rows.std(axis=0) * np.sqrt(len(rows)))
    triangle = np.linalg.qr(moved, mode="r")
    return bool(np.linalg.matrix_rank(triangle, tol=DEFICIENT) < rows.shape[1])
