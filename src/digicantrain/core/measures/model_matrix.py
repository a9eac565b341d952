"""From columns to the matrix of a linear model: factors, covariates, interactions.

Treatment coding compares each level with the first one (in alphabetical order, numbers by size);
sum coding makes the effects of a factor add up to nothing (Venables and Ripley 2002, Modern
Applied Statistics with S, section 6.2, doi:10.1007/978-0-387-21706-2).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Coding = Literal["treatment", "sum"]
SINGULAR = 1e-7


@dataclass(frozen=True)
class Factor:
    """A column of labels: for each row the place of its level, or -1 where it is missing."""

    levels: tuple[str, ...]
    codes: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def missing(self) -> npt.NDArray[np.bool_]:
        """Which rows have no label."""
        return self.codes < 0


Variables = Mapping[str, Factor | Floats]


def factor(labels: Sequence[object], *, levels: Sequence[str] | None = None) -> Factor:
    """Return labels as a factor; None, NaN and an empty label are missing.

    Without `levels` they are those that occur, in order: by size if all are numbers, else by
    alphabet.
    """
    texts = [None if _is_missing(label) else _text(label) for label in labels]
    found = tuple(levels) if levels is not None else _ordered({t for t in texts if t is not None})
    places = {level: place for place, level in enumerate(found)}
    unknown = {t for t in texts if t is not None and t not in places}
    if unknown:
        raise ValueError(f"These labels are none of the levels: {', '.join(sorted(unknown))}.")
    codes = [-1 if text is None else places[text] for text in texts]
    return Factor(found, np.array(codes, dtype=np.int64))


def _is_missing(label: object) -> bool:
    return label is None or label == "" or (isinstance(label, float) and np.isnan(label))


def _text(label: object) -> str:
    return f"{label:g}" if isinstance(label, float) else str(label)


def _ordered(labels: set[str]) -> tuple[str, ...]:
    try:
        return tuple(sorted(labels, key=float))
    except ValueError:
        return tuple(sorted(labels))


@dataclass(frozen=True)
class ModelMatrix:
    """The matrix of a model over its complete rows.

    `names` says what each column is ("arm=online", "arm=online:month=3", "pre", "(Intercept)"),
    `term_of` to which term it belongs (0 is the intercept, then terms in their order), `complete`
    which of the given rows it has.
    """

    matrix: Floats
    names: tuple[str, ...]
    terms: tuple[str, ...]
    term_of: tuple[int, ...]
    complete: npt.NDArray[np.bool_]
    variables: Variables
    coding: Coding
    has_intercept: bool

    @property
    def is_deficient(self) -> bool:
        """Whether some columns follow from others, or a term has none: a factor of one level.

        A column follows if less than a ten-millionth of it is left beside those before it: what
        would be computed from that is rounding.
        """
        if len(set(self.term_of) - {0}) < len(self.terms):
            return True
        if len(self.matrix) < self.matrix.shape[1]:
            return True
        left = np.abs(np.diag(np.linalg.qr(_scaled(self.matrix), mode="r")))
        return bool((left < SINGULAR).any())

    def row(self, values: Mapping[str, str | float]) -> Floats:
        """Return the row of the matrix for one setting of all its variables."""
        parts = [np.ones(1)] if self.has_intercept else []
        parts += [self._term_row(term, values) for term in self.terms]
        return np.concatenate(parts)

    def _term_row(self, term: str, values: Mapping[str, str | float]) -> Floats:
        columns = [np.ones(1)]
        for name in term.split(":"):
            variable = self.variables[name]
            if isinstance(variable, Factor):
                part = contrasts(len(variable.levels), self.coding)[
                    variable.levels.index(str(values[name]))
                ]
            else:
                part = np.array([float(values[name])])
            columns = [left * right for right in part for left in columns]
        return np.concatenate(columns)


def contrasts(levels: int, coding: Coding) -> Floats:
    """Return the contrast matrix of a factor, levels x (levels - 1)."""
    if coding == "treatment":
        return np.eye(levels)[:, 1:]
    return np.vstack([np.eye(levels - 1), -np.ones((1, levels - 1))])


def model_matrix(
    variables: Variables,
    *,
    terms: Sequence[str],
    coding: Coding = "treatment",
    intercept: bool = True,
    keep: npt.NDArray[np.bool_] | None = None,
) -> ModelMatrix:
    """Return the matrix of a model.

    Args:
        variables: columns by name, each a factor or numbers (NaN is missing), all equally long.
        terms: names of columns, interactions with a colon ("arm:month").
        coding: of factors.
        intercept: whether the model has one.
        keep: rows that may be used; the others are left out with those that miss a value.

    Raises:
        ValueError: a term names a column that is not there.
    """
    used = {name: _variable(variables, name) for term in terms for name in term.split(":")}
    complete = _complete(used, keep, rows=len(next(iter(variables.values()), np.zeros(0))))
    kept = {name: _rows(variable, complete) for name, variable in used.items()}
    n = int(complete.sum())
    parts, names, term_of = [], [], []
    if intercept:
        parts, names, term_of = [np.ones((n, 1))], ["(Intercept)"], [0]
    for number, term in enumerate(terms, 1):
        columns, labels = _term(term, kept, coding, n)
        parts.append(columns)
        names += labels
        term_of += [number] * len(labels)
    matrix = np.hstack(parts) if parts else np.zeros((n, 0))
    return ModelMatrix(
        matrix, tuple(names), tuple(terms), tuple(term_of), complete, kept, coding, intercept
    )


def _variable(variables: Variables, name: str) -> Factor | Floats:
    if name not in variables:
        raise ValueError(f"The model names {name!r}, which is not among its columns.")
    return variables[name]


def _complete(
    used: Variables, keep: npt.NDArray[np.bool_] | None, *, rows: int
) -> npt.NDArray[np.bool_]:
    complete = np.ones(rows, dtype=bool) if keep is None else keep.copy()
    for variable in used.values():
        complete &= ~(variable.missing if isinstance(variable, Factor) else np.isnan(variable))
    return complete


def _rows(variable: Factor | Floats, chosen: npt.NDArray[np.bool_]) -> Factor | Floats:
    """Return the chosen rows; levels that nobody has any more are dropped."""
    if not isinstance(variable, Factor):
        return variable[chosen]
    codes = variable.codes[chosen]
    there = np.unique(codes)
    return Factor(tuple(variable.levels[place] for place in there), np.searchsorted(there, codes))


def _term(term: str, variables: Variables, coding: Coding, n: int) -> tuple[Floats, list[str]]:
    columns, labels = np.ones((n, 1)), [""]
    for name in term.split(":"):
        part, words = _columns(name, variables[name], coding)
        pairs = list(product(range(part.shape[1]), range(columns.shape[1])))
        products = [columns[:, left] * part[:, right] for right, left in pairs]
        columns = np.array(products).T.reshape(n, len(pairs))
        labels = [f"{labels[left]}:{words[right]}".lstrip(":") for right, left in pairs]
    return columns, labels


def _columns(name: str, variable: Factor | Floats, coding: Coding) -> tuple[Floats, list[str]]:
    if not isinstance(variable, Factor):
        return variable[:, None], [name]
    levels = variable.levels
    shown = levels[1:] if coding == "treatment" else levels[:-1]
    return contrasts(len(levels), coding)[variable.codes], [f"{name}={level}" for level in shown]


def _scaled(matrix: Floats) -> Floats:
    """Return the matrix with columns of length one, so that units do not decide on the rank."""
    length = np.sqrt((matrix**2).sum(axis=0))
    return matrix / np.where(length > 0, length, 1.0)
