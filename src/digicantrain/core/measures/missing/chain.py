"""One chain of imputations: each incomplete column in turn is drawn given all others."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from digicantrain.core.measures.missing.draws import bayesian_line, multinomial_labels, nearest
from digicantrain.core.measures.model_matrix import Factor, Floats

How = Literal["matching", "normal"]


@dataclass(frozen=True)
class Column:
    """A column with its gaps; `levels` is empty for numbers."""

    values: Floats
    gaps: npt.NDArray[np.bool_]
    levels: tuple[str, ...]

    @cached_property
    def answered(self) -> Floats:
        """The values that are there."""
        return self.values[~self.gaps]

    @cached_property
    def mean(self) -> float:
        """The mean of the values that are there."""
        return float(self.answered.mean())

    @cached_property
    def sd(self) -> float:
        """Their SD, or 1 where they do not differ."""
        return float(self.answered.std()) or 1.0

    def coded(self, values: Floats) -> Floats:
        """Return the columns by which this one predicts others: of mean 0 and SD 1, or of 0 and 1
        for each label but the first."""
        if not self.levels:
            return np.asarray(((values - self.mean) / self.sd)[:, None])
        return np.asarray(np.eye(len(self.levels))[values.astype(int)][:, 1:])


class Chain:
    """Draws completed data sets; the columns stand coded side by side, and their cross-products are
    kept up to date, so that a regression costs no pass over the answered rows."""

    def __init__(self, columns: Mapping[str, Column], how: How) -> None:
        self._columns = columns
        self._how = how
        self._places: dict[str, npt.NDArray[np.int64]] = {}
        self._others: dict[str, npt.NDArray[np.int64]] = {}
        self._read_places()
        incomplete = [name for name, column in columns.items() if column.gaps.any()]
        self.order = sorted(incomplete, key=lambda name: int(columns[name].gaps.sum()))
        self._rows = {name: np.flatnonzero(columns[name].gaps) for name in self.order}
        self._known = {name: np.flatnonzero(~columns[name].gaps) for name in self.order}
        self._sizes = {name: (columns[name].mean, columns[name].sd) for name in self.order}

    def _read_places(self) -> None:
        start = 1
        for name, column in self._columns.items():
            width = len(column.levels) - 1 if column.levels else 1
            self._places[name] = np.arange(start, start + width)
            start += width
        for name, places in self._places.items():
            self._others[name] = np.setdiff1d(np.arange(start), places)

    def run(
        self, random: np.random.Generator, rounds: int
    ) -> tuple[dict[str, Factor | Floats], Floats]:
        """Return a completed data set, and mean and SD of what was drawn: rounds x columns x 2."""
        state = _State(self._columns, self._places)
        for name in self.order:
            donors = self._columns[name].answered
            state.fill(name, self._rows[name], random.choice(donors, len(self._rows[name])))
        state.start()
        trace = np.empty((rounds, len(self.order), 2))
        for number in range(rounds):
            for place, name in enumerate(self.order):
                drawn = self._drawn(name, state, random)
                state.fill(name, self._rows[name], drawn)
                state.update(name)
                trace[number, place] = drawn.mean(), drawn.std()
        found = {name: self._finished(name, values) for name, values in state.values.items()}
        return found, trace

    def _drawn(self, name: str, state: "_State", random: np.random.Generator) -> Floats:
        if self._columns[name].levels:
            return self._label(name, state, random)
        return self._number(name, state, random)

    def _number(self, name: str, state: "_State", random: np.random.Generator) -> Floats:
        others, (at,) = self._others[name], self._places[name]
        known, gaps = self._known[name], state.x[self._rows[name]]
        cross = state.cross - gaps.T @ gaps
        line = bayesian_line(
            cross[np.ix_(others, others)],
            cross[others, at],
            float(cross[at, at]),
            n=len(known),
            random=random,
        )
        wanted = gaps[:, others] @ line.drawn
        if self._how == "normal":
            mean, sd = self._sizes[name]
            noise = line.sigma * random.standard_normal(len(gaps))
            return np.asarray(mean + sd * (wanted + noise))
        beta = np.zeros(state.x.shape[1])
        beta[others] = line.beta
        donors = (state.x @ beta)[known]
        return np.asarray(self._columns[name].values[known[nearest(donors, wanted, random)]])

    def _label(self, name: str, state: "_State", random: np.random.Generator) -> Floats:
        others, x = self._others[name], state.x
        there, codes = np.unique(self._columns[name].answered, return_inverse=True)
        drawn, state.modes[name] = multinomial_labels(
            x[np.ix_(self._known[name], others)],
            codes,
            x[np.ix_(self._rows[name], others)],
            random=random,
            start=state.modes.get(name),
        )
        return np.asarray(there[drawn])

    def _finished(self, name: str, values: Floats) -> Factor | Floats:
        column = self._columns[name]
        return Factor(column.levels, values.astype(np.int64)) if column.levels else values


class _State:
    """What a chain has filled in so far: values, coded columns x with ones, and x'x."""

    def __init__(
        self, columns: Mapping[str, Column], places: Mapping[str, npt.NDArray[np.int64]]
    ) -> None:
        self._columns, self._places = columns, places
        self.values = {name: column.values.copy() for name, column in columns.items()}
        self.modes: dict[str, Floats] = {}
        self.x = np.zeros((0, 0))
        self.cross = np.zeros((0, 0))

    def fill(self, name: str, rows: npt.NDArray[np.int64], drawn: Floats) -> None:
        """Put drawn values into their rows."""
        self.values[name][rows] = drawn
        if self.x.size:
            self.x[np.ix_(rows, self._places[name])] = self._columns[name].coded(drawn)

    def start(self) -> None:
        """Code all columns."""
        coded = [column.coded(self.values[name]) for name, column in self._columns.items()]
        self.x = np.hstack([np.ones((len(coded[0]), 1)), *coded])
        self.cross = self.x.T @ self.x

    def update(self, name: str) -> None:
        """Bring the cross-products of a column up to date."""
        places = self._places[name]
        part = self.x.T @ self.x[:, places]
        self.cross[:, places] = part
        self.cross[places] = part.T
