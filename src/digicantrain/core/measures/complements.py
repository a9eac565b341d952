"""Which numbers of a table are hidden beside the small ones, so that none follows from the rest.

A table of up to four variables is published with all its margins. A total is a further level of a
variable: along each line of the table, the levels less the total are nothing.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from digicantrain.core.lazy import lazily

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from scipy import sparse

    Ints = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float64]
    Truths = npt.NDArray[np.bool_]
else:
    np = lazily("numpy")

# Hiding a total costs more than hiding what it sums up, a zero more than another count.
OF_A_TOTAL: Final = 8.0
OF_A_ZERO: Final = 4.0
# A search for a whole-number table ends after so many steps; what is not found is not relied on.
MOST_NODES: Final = 20


def with_totals(inner: Ints) -> Ints:
    """Return a table with the total of each line as a last level of each variable."""
    table = np.asarray(inner, dtype=np.int64)
    for axis in range(table.ndim):
        table = np.concatenate([table, table.sum(axis=axis, keepdims=True)], axis=axis)
    return table


def hidden_places(table: Ints, marked: Truths, *, smallest: int) -> Truths:
    """Return which places of a table must be hidden, as an array of truth of its shape.

    Args:
        table: counts with totals, as `with_totals` made it.
        marked: further places that are hidden in any case, in the same shape.
        smallest: the smallest count that may be shown; by so much each hidden number may be more
            or less, at least.
    """
    small = (table > 0) & (table < smallest)
    total = int(table.flat[-1])
    if small.any() and total < 2 * smallest:
        # each way of parting so few people leaves a small part
        hidden = np.ones(table.shape, dtype=bool)
        # a variable of one label parts nobody: its total is that label
        whole = tuple(slice(None) if size == 2 else -1 for size in table.shape)
        hidden[whole] = 0 < total < smallest or marked[whole].any()
        return hidden
    return _Search(table, marked | small, smallest=smallest).run().reshape(table.shape)


@dataclass
class _Others:
    """Other tables of whole numbers that agree with what is shown, as far as they were found.

    Each place of them lies between `least` and `most`. `low` and `high` are what a place holds in
    them at least and at most; they must lie `by` apart. Hiding more takes none of them away.
    """

    counts: Ints
    least: Floats
    most: Floats
    by: int

    def __post_init__(self) -> None:
        self.low, self.high = self.counts.copy(), self.counts.copy()

    def differ(self, place: int) -> bool:
        """Whether two tables are known that are far enough apart at a place."""
        return bool(self.high[place] - self.low[place] >= self.by)

    def enter(self, counts: Ints, places: Ints | slice = slice(None)) -> None:
        """Note what a table holds at some places."""
        self.low[places] = np.minimum(self.low[places], counts)
        self.high[places] = np.maximum(self.high[places], counts)

    def missing(self, place: int) -> float:
        """Return by how much a place must still rise (or fall) in some table."""
        up = float(self.by - (self.counts[place] - self.low[place]))
        if self.counts[place] + up <= self.most[place]:
            return up
        return float((self.high[place] - self.counts[place]) - self.by)


@dataclass(frozen=True)
class _Box:
    """Corners that rise (1) or fall (-1) together, between two ends; what hiding them costs."""

    places: Ints
    signs: Ints
    ends: tuple[int, int]
    cost: float


class _Search:
    """Hides places until other tables are known in which each hidden place differs enough.

    `free` are any tables that agree with what is shown. In `kept` what is small is small too, and
    what is nothing is nothing: so a small number differs, if there are such tables, also for
    somebody who knows which numbers are small.
    """

    def __init__(self, table: Ints, marked: Truths, *, smallest: int) -> None:
        self._sizes = [size - 1 for size in table.shape]
        self._strides = [int(np.prod(table.shape[i + 1 :])) for i in range(table.ndim)]
        self._at = np.indices(table.shape).reshape(table.ndim, -1)
        counts = self._counts = table.ravel()
        self._totals = sum(at == size for at, size in zip(self._at, self._sizes, strict=True))
        self._weights = OF_A_TOTAL**self._totals * np.where(counts == 0, OF_A_ZERO, 1.0)
        self._much = int(counts.max(initial=0)) + smallest
        self.hidden = marked.ravel().copy()
        nothing, endless = np.zeros(len(counts)), np.full(len(counts), np.inf)
        self._free = _Others(counts, nothing, endless, smallest)
        self._small = (counts > 0) & (counts < smallest) & (smallest > 2)
        least = np.minimum(counts, 1).astype(np.float64)
        most = np.where(self._small, smallest - 1.0, np.where(counts == 0, 0.0, np.inf))
        self._kept = _Others(counts, least, most, 1)

    def run(self) -> Truths:
        """Return which places are hidden; totals are dealt with before their parts."""
        order = np.lexsort((np.arange(len(self.hidden)), -self._totals))
        queue = deque(int(place) for place in order if self.hidden[place])
        while queue:
            place = queue.popleft()
            before = self.hidden.copy()
            self._guard(place, self._free)
            if self._small[place]:
                self._guard(place, self._kept)
            queue.extend(int(new) for new in np.flatnonzero(self.hidden & ~before))
        return self.hidden

    def _guard(self, place: int, others: _Others) -> None:
        if others.differ(place):
            return
        box = self._cheapest_box(place, others)
        if box.cost > 0 and not self._is_alone(place):
            self._explore(place, others)
        if len(self._sizes) > 2 and box.cost > 0 and not others.differ(place):
            self._hide_cheapest(place, others)
            self._explore(place, others)
        if not others.differ(place):
            self._hide_box(box, others)

    def _is_alone(self, place: int) -> bool:
        """Whether nothing else of a line of the table is hidden, so that the place follows."""
        for at, size, stride in zip(self._at[:, place], self._sizes, self._strides, strict=True):
            line = place + (np.arange(size + 1) - at) * stride
            if self.hidden[line].sum() == 1:
                return True
        return False

    # --- other tables that agree with what is shown ---

    def _explore(self, place: int, others: _Others) -> None:
        if len(self._sizes) == 1 and others is self._free:
            self._explore_line()
            return
        for direction in (-1.0, 1.0):
            if not others.differ(place):
                self._explore_to(place, direction, others)

    def _explore_line(self) -> None:
        """Each hidden number of one line may be nothing, or all that is hidden."""
        cells = np.flatnonzero(self.hidden[:-1])
        if not self.hidden[-1] and len(cells) > 1:
            for count in (0, self._counts[cells].sum()):
                self._free.enter(np.full(len(cells), count), cells)

    def _explore_to(self, place: int, direction: float, others: _Others) -> None:
        """Look for the table with the most (-1) or the least (1) at a place."""
        from scipy.optimize import Bounds, LinearConstraint, milp

        least = np.where(self.hidden, others.least, self._counts)
        most = np.where(self.hidden, others.most, self._counts)
        found = milp(
            direction * self._sums[[place]].toarray()[0],
            integrality=np.ones(self._sums.shape[1], dtype=np.int64),
            bounds=Bounds(0, self._much),
            constraints=[LinearConstraint(self._sums, least, most)],
            options={"node_limit": MOST_NODES},
        )
        if found.x is None:
            return
        # the solver reckons in fractions, so its answer is checked in whole numbers
        table: Ints = self._sums.astype(np.int64) @ np.round(found.x).astype(np.int64)
        if (table >= np.maximum(least, 0)).all() and (table <= most).all():
            others.enter(table)

    @cached_property
    def _sums(self) -> sparse.csr_array:
        """Places x inner cells: 1 where a place counts a cell."""
        from scipy import sparse

        matrix = sparse.csr_array(np.ones((1, 1)))
        for size in self._sizes:
            line = sparse.csr_array(np.vstack([np.eye(size), np.ones(size)]))
            matrix = sparse.csr_array(sparse.kron(matrix, line))
        return matrix

    # --- what is hidden further ---

    def _hide_cheapest(self, place: int, others: _Others) -> None:
        """Hide what the cheapest way of changing a place changes, found by linear programming.

        As in cell suppression by linear programming (Fischetti and Salazar 2001,
        doi:10.1287/mnsc.47.7.1008.9805), for one place after the other.
        """
        from scipy import sparse
        from scipy.optimize import Bounds, LinearConstraint, milp

        shown = np.flatnonzero(~self.hidden)
        cells, size = self._sums.shape[1], len(shown)
        # no two places cost the same, so that the answer does not hang on the solver
        weights = self._weights[shown] * (1 + shown / (100 * len(self.hidden)))
        none, own = sparse.csr_array((len(self.hidden), 2 * size)), sparse.csr_array(np.eye(size))
        all_sums = sparse.csr_array(sparse.hstack([self._sums, none]))
        wanted = others.missing(place)
        found = milp(
            np.concatenate([np.zeros(cells), weights, weights]),
            bounds=Bounds(np.append(np.full(cells, -np.inf), np.zeros(2 * size)), np.inf),
            constraints=[
                LinearConstraint(sparse.hstack([self._sums[shown], -own, own]), 0, 0),
                LinearConstraint(all_sums, others.least - self._counts, others.most - self._counts),
                LinearConstraint(all_sums[[place]], wanted, wanted),
            ],
        )
        if found.x is not None:
            self.hidden |= np.abs(self._sums @ found.x[:cells]) > 1e-6

    def _cheapest_box(self, place: int, others: _Others) -> _Box:
        """Return the box that costs least among those that guard a place.

        A box takes two places of each variable, of which one may be the total. People can be
        moved around it without a change elsewhere (the hypercube method: Hundepool et al. 2012,
        doi:10.1002/9781118348239, chapter 4). Which box it is hangs on what is small, nothing or
        enough, not on how much more; else somebody who knows the rule could work backwards.
        """
        corners, rises = self._boxes(place)
        above = np.minimum(others.most - self._counts, self._much)[corners]
        below = (self._counts - others.least)[corners]
        up = np.where(rises, above, below).min(axis=1)
        down = np.where(rises, below, above).min(axis=1)
        cost = np.where(self.hidden[corners], 0.0, self._weights[corners]).sum(axis=1)
        cost = np.where(up + down >= others.by, cost, np.inf)
        best = int(cost.argmin())
        return _Box(
            corners[best],
            np.where(rises[best], 1, -1),
            ends=(-int(down[best]), int(up[best])),
            cost=float(cost[best]),
        )

    def _hide_box(self, box: _Box, others: _Others) -> None:
        if np.isfinite(box.cost):
            self.hidden[box.places] = True
            for end in box.ends:
                others.enter(self._counts[box.places] + box.signs * end, box.places)

    def _boxes(self, place: int) -> tuple[Ints, Truths]:
        """Return the corners of each box at a place, and which rise together with it."""
        corners: Ints = np.zeros((1, 1), dtype=np.int64)
        rises = np.ones((1, 1), dtype=bool)
        for at, size, stride in zip(self._at[:, place], self._sizes, self._strides, strict=True):
            others = _others(int(at), size)
            alike = (others == size) | (at == size)
            near = np.repeat(corners + at * stride, len(others), axis=0)
            far = corners[:, None, :] + (others * stride)[None, :, None]
            corners = np.concatenate([near, far.reshape(near.shape)], axis=1)
            turned = rises[:, None, :] == alike[None, :, None]
            rises = np.concatenate(
                [np.repeat(rises, len(others), axis=0), turned.reshape(near.shape)], axis=1
            )
        return corners, rises


def _others(at: int, size: int) -> Ints:
    """Return the other levels of a variable, each seen from the other at the same turn.

    The total (`size`) comes last.
    """
    if at == size:
        return np.arange(size)
    levels = np.delete(np.arange(size), at)
    return np.append(levels[np.argsort((levels + 1) ^ (at + 1), kind="stable")], size)
