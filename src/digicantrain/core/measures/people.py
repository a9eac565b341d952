"""How many people stand behind rows of data, and whether a class of them is small."""

from collections.abc import Collection, Iterable
from functools import cached_property

import numpy as np

from digicantrain.core.measures.frame import Frame
from digicantrain.core.measures.model_matrix import factor


class People:
    """The people of some data.

    Args:
        data: rows; each is a person, unless there is a column of ids.
        id_column: the column of ids, where a person may have several rows.
        smallest: the smallest group that may be shown.
    """

    def __init__(self, data: Frame, *, id_column: str | None, smallest: int) -> None:
        self.data = data
        self._who = factor(data.labels(id_column)).codes if id_column else np.arange(len(data))
        self._smallest = smallest

    @cached_property
    def are_few(self) -> bool:
        """Whether there are people, but fewer than may be shown."""
        return 0 < len(np.unique(self._who)) < self._smallest

    @cached_property
    def smallest_count(self) -> int:
        """The smallest count of rows behind which there are surely enough people."""
        most = np.unique(self._who, return_counts=True)[1].max(initial=1)
        return (self._smallest - 1) * int(most) + 1

    def small_class(
        self,
        classes: Iterable[tuple[str, ...]],
        *,
        used: Collection[str] = (),
        wanted: Collection[str] | None = None,
    ) -> str:
        """Return the columns of a class of few people, as words, or nothing.

        Args:
            classes: sets of columns; people with the same labels in all of a set are a class.
            used: further columns; who misses one of them does not count.
            wanted: labels that count, if not all do.
        """
        for names in (names for names in classes if names):
            people: dict[tuple[str | None, ...], set[int]] = {}
            columns = [self.data.labels(name) for name in dict.fromkeys((*names, *used))]
            for who, cells in zip(self._who.tolist(), zip(*columns, strict=True), strict=True):
                if None not in cells and (wanted is None or cells[0] in wanted):
                    people.setdefault(cells[: len(names)], set()).add(who)
            if any(len(one) < self._smallest for one in people.values()):
                return " and ".join(names)
        return ""
