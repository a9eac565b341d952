"""Which numbers of a table are hidden beside the small ones, so that none follows from the rest.

A table of up to four variables is published with all its margins. Total places are levels too:
along each line of the table the levels less the total are nothing. Two searches serve one rule.
The rule: for each hidden number two tables of whole numbers, none below zero, agree with
everything that is shown and differ in that number by at least `smallest`.
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
        marked: the places that are hidden in any case, in the same shape.
        smallest: by how much each hidden number may be more or less, at least.
    """
    return _Search(table, marked, smallest=smallest).run().reshape(table.shape)


@dataclass(frozen=True)
class _Box:
    """Corners that rise (1) or fall (-1) together, between two ends; what hiding them costs."""

    places: Ints
    signs: Ints
    ends: tuple[int, int]
    cost: float


class _Search:
    """Hides places until two tables that differ enough are known for each hidden place.

    `low` and `high` are, for each place, the least and the most it holds in the tables found so
    far that agree with all that is shown. Hiding more keeps each of them in agreement.
    """

    def __init__(self, table: Ints, marked: Truths, *, smallest: int) -> None:
        self._sizes = [size - 1 for size in table.shape]
        self._strides = [int(np.prod(table.shape[i + 1 :])) for i in range(table.ndim)]
        self._at = np.indices(table.shape).reshape(table.ndim, -1)
        self._counts = table.ravel()
        self._smallest = smallest
        self._totals = sum(at == size for at, size in zip(self._at, self._sizes, strict=True))
        self._weights = OF_A_TOTAL**self._totals * np.where(self._counts == 0, OF_A_ZERO, 1.0)
        self._much = int(self._counts.max(initial=0)) + smallest
        self.hidden = marked.ravel().copy()
        self.low, self.high = self._counts.copy(), self._counts.copy()

    def run(self) -> Truths:
        """Return which places are hidden; totals are dealt with before their parts."""
        order = np.lexsort((np.arange(len(self.hidden)), -self._totals))
        queue = deque(int(place) for place in order if self.hidden[place])
        while queue:
            place = queue.popleft()
            before = self.hidden.copy()
            self._guard(place)
            queue.extend(int(new) for new in np.flatnonzero(self.hidden & ~before))
        return self.hidden

    def _is_wide(self, place: int) -> bool:
        return bool(self.high[place] - self.low[place] >= self._smallest)

    def _guard(self, place: int) -> None:
        if self._is_wide(place):
            return
        if not self._is_alone(place):
            box = self._cheapest_box(place)
            if box.cost == 0:
                self._hide_box(box)
                return
            self._explore(place)
        if len(self._sizes) > 2 and not self._is_wide(place):
            self._hide_cheapest(place)
            self._explore(place)
        if not self._is_wide(place):
            self._hide_box(self._cheapest_box(place))

    def _is_alone(self, place: int) -> bool:
        """Whether nothing else of a line of the table is hidden, so that the place follows."""
        for at, size, stride in zip(self._at[:, place], self._sizes, self._strides, strict=True):
            line = place + (np.arange(size + 1) - at) * stride
            if self.hidden[line].sum() == 1:
                return True
        return False

    # --- other tables that agree with what is shown ---

    def _explore(self, place: int) -> None:
        if len(self._sizes) == 1:
            self._explore_line()
            return
        for direction in (-1.0, 1.0):
            if not self._is_wide(place):
                self._explore_to(place, direction)

    def _explore_line(self) -> None:
        """Each hidden number of one line may be nothing, or all that is hidden."""
        cells = np.flatnonzero(self.hidden[:-1])
        if not self.hidden[-1] and len(cells) > 1:
            self.low[cells] = 0
            self.high[cells] = self._counts[cells].sum()

    def _explore_to(self, place: int, direction: float) -> None:
        """Look for the table with the most (-1) or the least (1) at a place."""
        from scipy.optimize import Bounds, LinearConstraint, milp

        shown, counts = self._sums[~self.hidden], self._counts[~self.hidden]
        found = milp(
            direction * self._sums[[place]].toarray()[0],
            integrality=np.ones(self._sums.shape[1], dtype=np.int64),
            bounds=Bounds(0, self._much),
            constraints=[LinearConstraint(shown, counts, counts)] if len(counts) else [],
            options={"node_limit": MOST_NODES},
        )
        if found.x is not None:
            self._enter(np.round(found.x).astype(np.int64))

    def _enter(self, inner: Ints) -> None:
        """Note a table, once it is checked in whole numbers against all that is shown."""
        table: Ints = self._sums.astype(np.int64) @ inner
        if np.array_equal(table[~self.hidden], self._counts[~self.hidden]) and (table >= 0).all():
            self.low, self.high = np.minimum(self.low, table), np.maximum(self.high, table)

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

    def _hide_cheapest(self, place: int) -> None:
        """Hide what the cheapest way of raising a place changes, found by linear programming.

        As in cell suppression by linear programming (Fischetti and Salazar 2001,
        doi:10.1287/mnsc.47.7.1008.9805), for one place after the other.
        """
        from scipy import sparse
        from scipy.optimize import Bounds, LinearConstraint, milp

        shown = np.flatnonzero(~self.hidden)
        cells, size = self._sums.shape[1], len(shown)
        # no two places cost the same, so that the answer does not hang on the solver
        weights = self._weights[shown] * (1 + shown / (100 * len(self.hidden)))
        own = sparse.csr_array(np.eye(size))
        change = sparse.hstack([self._sums[shown], -own, own])
        rise = sparse.hstack([self._sums[[place]], sparse.csr_array((1, 2 * size))])
        wanted = self._smallest - (self._counts - self.low)[place]
        found = milp(
            np.concatenate([np.zeros(cells), weights, weights]),
            bounds=Bounds(np.append(-self._counts[self._totals == 0], np.zeros(2 * size)), np.inf),
            constraints=[LinearConstraint(change, 0, 0), LinearConstraint(rise, wanted, wanted)],
        )
        if found.x is not None:
            self.hidden |= np.abs(self._sums @ found.x[:cells]) > 1e-6

    def _cheapest_box(self, place: int) -> _Box:
        """Return the box that costs least among those that guard a place.

        A box takes two places of each variable, of which one may be the total. People can be
        moved around it without a change elsewhere (the hypercube method: Hundepool et al. 2012,
        doi:10.1002/9781118348239, chapter 4). Which box it is hangs on what is small, nothing or
        enough, not on how much more; else somebody who knows the rule could work backwards.
        """
        corners, rises = self._boxes(place)
        counts = self._counts[corners]
        down = np.where(rises, counts, self._much).min(axis=1)
        up = np.where(rises, self._much, counts).min(axis=1)
        cost = np.where(self.hidden[corners], 0.0, self._weights[corners]).sum(axis=1)
        cost = np.where(up + down >= self._smallest, cost, np.inf)
        best = int(cost.argmin())
        return _Box(
            corners[best],
            np.where(rises[best], 1, -1),
            ends=(-int(down[best]), int(up[best])),
            cost=float(cost[best]),
        )

    def _hide_box(self, box: _Box) -> None:
        places = box.places
        self.hidden[places] = True
        for end in box.ends:
            counts = self._counts[places] + box.signs * end
            self.low[places] = np.minimum(self.low[places], counts)
            self.high[places] = np.maximum(self.high[places], counts)

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
    levels = np.delete(np.arange(size), at) if at < size else np.arange(size)
    levels = levels[np.argsort((levels + 1) ^ (at + 1), kind="stable")] if at < size else levels
    return np.append(levels, size) if at < size else levels
