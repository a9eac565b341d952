"""Multiple imputation by chained equations (van Buuren and Groothuis-Oudshoorn 2011,
doi:10.18637/jss.v045.i03): each incomplete column in turn is drawn given all others.

Numbers are drawn from a Bayesian linear regression, or taken from the nearest donors (predictive
mean matching, Little 1988, doi:10.1080/07350015.1988.10509663); labels from a multinomial logistic
model. `draws` has the draws, `chain` the chain.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from digicantrain.core.measures.missing.chain import Chain, Column, How
from digicantrain.core.measures.model_matrix import Factor, Floats, Variables
from digicantrain.core.measures.result import Reason, Table, Value
from digicantrain.core.measures.spread import is_constant

SMALLEST_N = 5
FEWEST_ROUNDS = 4
CHAINS = ("column", "imputed", "r_hat_mean", "r_hat_sd", "drift", "drift_z")


class ImputationError(ValueError):
    """Missing values cannot be imputed; `reason` is the code, the sentence says why."""

    def __init__(self, reason: Reason, text: str) -> None:
        super().__init__(text)
        self.reason = reason


@dataclass(frozen=True)
class Imputed:
    """Completed data sets: the same columns without a gap, `m` times.

    `gaps` says which rows of each column were imputed; `traces` hold mean and SD of what was drawn:
    data sets x rounds x incomplete columns (in the order of `drawn`) x 2.
    """

    completed: tuple[dict[str, Factor | Floats], ...]
    n: int
    seed: int
    rounds: int
    gaps: Mapping[str, npt.NDArray[np.bool_]] = field(default_factory=dict)
    drawn: tuple[str, ...] = ()
    traces: Floats = field(default_factory=lambda: np.zeros((0, 0, 0, 2)))

    @property
    def m(self) -> int:
        """How many data sets."""
        return len(self.completed)

    def with_column(
        self, name: str, compute: Callable[[Variables], Floats], *, of: tuple[str, ...]
    ) -> "Imputed":
        """Return the same with a column computed from others in each data set (a total, a change).

        Args:
            name: of the column; one of that name is replaced.
            compute: the column from the others.
            of: which others it is computed from.
        """
        completed = tuple({**data, name: compute(data)} for data in self.completed)
        nowhere = np.zeros(self.n, dtype=bool)
        gaps = np.any([self.gaps.get(one, nowhere) for one in of], axis=0)
        return replace(self, completed=completed, gaps={**self.gaps, name: gaps})

    def convergence(self) -> Table:
        """Return how far chains have settled, a row for each incomplete column.

        Over the second half of the rounds: R-hat (Gelman and Rubin 1992, doi:10.1214/ss/1177011136)
        of mean and SD of what was drawn, which lies above 1 also where settled chains move slowly;
        and the drift, by how many SDs of what was drawn the chains' mean still moved on from the
        first part of that half to the second, with its z over the chains. Nothing with fewer than
        two chains or four rounds.
        """
        rows: list[tuple[Value, ...]] = []
        for place, name in enumerate(self.drawn):
            means, sds = np.moveaxis(self.traces[:, self.rounds // 2 :, place], 2, 0)
            figures: tuple[float | None, ...] = (None,) * 4
            if self.rounds >= FEWEST_ROUNDS and self.m > 1:
                figures = (r_hat(means), r_hat(sds), *_drift(means, float(sds.mean())))
            rows.append((name, int(self.gaps[name].sum()), *figures))
        return Table("chains", CHAINS, tuple(rows))


def r_hat(chains: Floats) -> float | None:
    """Return Gelman and Rubin's R-hat of chains x rounds, or none where nothing varies."""
    rounds = chains.shape[1]
    within = float(chains.var(axis=1, ddof=1).mean())
    between = float(chains.mean(axis=1).var(ddof=1))
    if within <= 0 or is_constant(chains):
        return None
    return float(np.sqrt((rounds - 1) / rounds + between / within))


def _drift(means: Floats, sd: float) -> tuple[float | None, float | None]:
    """Return by how many SDs the mean of all chains moved on, and the z of that."""
    half = means.shape[1] // 2
    moved = means[:, half:].mean(axis=1) - means[:, :half].mean(axis=1)
    error = float(moved.std(ddof=1)) / np.sqrt(len(moved))
    if sd <= 0 or error <= 0:
        return None, None
    return float(moved.mean()) / sd, float(moved.mean() / error)


def impute(
    variables: Variables, *, m: int = 20, rounds: int = 10, how: How = "matching", seed: int
) -> Imputed:
    """Return completed data sets.

    Args:
        variables: columns by name, numbers (NaN is missing) or factors, a row a person.
        m: how many data sets.
        rounds: how often the chain goes through the columns for each data set.
        how: numbers by predictive mean "matching" (they stay values that occur) or by a "normal"
            regression.
        seed: of the random numbers; the same seed gives the same data sets.

    Raises:
        ImputationError: a column has too few answers, does not vary, or is not finite.
        ValueError: there is no column, data set or round.
    """
    if m < 1 or rounds < 1 or not variables:
        raise ValueError("Give at least one column, one data set and one round.")
    columns = {name: _column(name, variable) for name, variable in variables.items()}
    chain = Chain(columns, how)
    random = np.random.default_rng(seed)
    found = [chain.run(child, rounds) for child in random.spawn(m)]
    return Imputed(
        completed=tuple(data for data, _trace in found),
        n=len(next(iter(variables.values()))),
        seed=seed,
        rounds=rounds,
        gaps={name: column.gaps for name, column in columns.items()},
        drawn=tuple(chain.order),
        traces=np.stack([trace for _data, trace in found]),
    )


def _column(name: str, variable: Factor | Floats) -> Column:
    """Read a column and refuse one from which nothing can be drawn."""
    if isinstance(variable, Factor):
        column = Column(variable.codes.astype(float), variable.missing, variable.levels)
    else:
        values = np.asarray(variable, dtype=float)
        column = Column(values, np.isnan(values), ())
    answered = column.answered
    if len(answered) < SMALLEST_N:
        text = f"The column {name!r} has fewer than {SMALLEST_N} answers; leave it out."
        raise ImputationError(Reason.TOO_FEW, text)
    if not np.isfinite(answered).all() or np.abs(answered).max() > 1e150:
        text = f"The column {name!r} holds values too large to compute with."
        raise ImputationError(Reason.NOT_FINITE, text)
    if column.gaps.any() and is_constant(answered):
        text = f"In the column {name!r} everybody answered alike; leave it out."
        raise ImputationError(Reason.NO_VARIANCE, text)
    return column
