"""What somebody can work out who has all that is shown of a table. Shares no code with hiding."""

import itertools
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import LinearConstraint, milp

from digicantrain.core.measures import ProtectedCounts


def names_of(labels):
    """Return every place of a table: a label or, for all, an empty name for each variable."""
    return list(itertools.product(*((*names, "") for names in labels)))


def counts_in(place, cell):
    """Whether a place counts a cell."""
    return all(name in ("", other) for name, other in zip(place, cell, strict=True))


def truth(counts, places):
    """Return what each place holds."""
    return {
        place: sum(n for cell, n in counts.items() if counts_in(place, cell)) for place in places
    }


@dataclass
class Attacker:
    """Knows a protected table, and that people are counted in whole numbers."""

    table: ProtectedCounts
    seen: dict[tuple[str, ...], int | None] = field(init=False)

    def __post_init__(self):
        self.seen = {names: cell.count for names, cell in self.table}
        self.cells = list(itertools.product(*self.table.labels))
        self.hidden = [names for names, count in self.seen.items() if count is None]
        self.shown = [names for names, count in self.seen.items() if count is not None]
        self.low = dict.fromkeys(self.hidden, np.inf)
        self.high = dict.fromkeys(self.hidden, -np.inf)

    def rows(self, places):
        """Return which cells each place counts, as 0 and 1."""
        table = [[counts_in(place, cell) for cell in self.cells] for place in places]
        return np.array(table, dtype=float).reshape(len(places), len(self.cells))

    def follows(self):
        """Return the hidden places that are a sum of shown ones, each times some number."""
        known = self.rows(self.shown)
        basis = np.linalg.svd(known, full_matrices=False)[2][: np.linalg.matrix_rank(known)]
        sums = self.rows(self.hidden)
        rest = np.abs(sums - sums @ basis.T @ basis).max(axis=1, initial=0)
        return [place for place, left in zip(self.hidden, rest, strict=True) if left < 1e-8]

    def narrow(self, smallest):
        """Return the hidden places that lie in a range of less than `smallest`, with the range."""
        rows = self.rows(self.hidden)
        for place, row in zip(self.hidden, rows, strict=True):
            for sign in (-1, 1):
                if self.high[place] - self.low[place] < smallest:
                    self.reach(sign * row, rows)
        return {
            place: (self.low[place], self.high[place])
            for place in self.hidden
            if self.high[place] - self.low[place] < smallest
        }

    def reach(self, aim, rows):
        """Note what a table that fits, with the least of an aim, holds in the hidden places."""
        known, counts = self.rows(self.shown), [self.seen[place] or 0 for place in self.shown]
        fits = [LinearConstraint(known, counts, counts)] if counts else []
        most = max([*counts, 0]) + 100
        found = milp(
            aim, integrality=np.ones(len(self.cells)), bounds=(0, most), constraints=fits
        ).x.round()
        assert (found >= 0).all()
        assert (known @ found == counts).all()
        for place, count in zip(self.hidden, rows @ found, strict=True):
            self.low[place] = min(self.low[place], count)
            self.high[place] = max(self.high[place], count)


def thin_lines(table, counts, smallest):
    """Return shown margins whose hidden parts along a variable hold too few people."""
    found = []
    for place, cell in table:
        for at, name in enumerate(place):
            if name == "" and not cell.hidden:
                parts = [(*place[:at], label, *place[at + 1 :]) for label in table.labels[at]]
                gone = [part for part in parts if table.cell(*part).hidden]
                if gone and sum(truth(counts, gone).values()) < smallest:
                    found.append(place)
    return found
