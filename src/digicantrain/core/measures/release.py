"""What may be shown beside what was shown: no small group follows by taking one from another.

A figure about 71 people beside the same figure about 70 tells of one. So each shown figure is
compared with those in the same result and with those of earlier results (differencing: Hundepool
et al. 2012, doi:10.1002/9781118348239, chapter 5).
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

Group = frozenset[int]
COUNT = "people:"
Groups = Mapping[str, Collection[int]]


def too_near(one: Group, other: Group, *, smallest: int) -> bool:
    """Whether two groups differ by somebody, and by fewer than may be shown."""
    return 0 < len(one ^ other) < smallest


def cut_out(one: Group, other: Group, *, smallest: int) -> bool:
    """Whether one group lies in the other and leaves fewer than may be shown."""
    return (one <= other or other <= one) and too_near(one, other, smallest=smallest)


class Ledger:
    """The groups that earlier results showed, and those that this one shows.

    Args:
        earlier: the groups of each earlier result by the name of the figure, oldest first.
        smallest: the smallest group that may be shown.
    """

    def __init__(self, earlier: Sequence[Groups] = (), *, smallest: int = 5) -> None:
        self.smallest = smallest
        self.shown: dict[str, Group] = {}
        self.thinned = False
        self._earlier = [
            {key: frozenset(people) for key, people in groups.items()} for groups in earlier
        ]

    def earlier(self, *keys: str) -> list[Group]:
        """Return the groups of these figures in earlier results, newest first."""
        return [groups[key] for groups in reversed(self._earlier) for key in keys if key in groups]

    def newest(self, keys: Iterable[str]) -> dict[str, Group] | None:
        """Return the groups of figures that were shown together last, or nothing."""
        wanted = set(keys)
        found = (groups for groups in reversed(self._earlier) if wanted <= groups.keys())
        return next(({key: groups[key] for key in wanted} for groups in found), None)

    def is_apart(self, key: str, people: Collection[int], *, also: Sequence[str] = ()) -> bool:
        """Whether a figure about these people gives away nobody.

        Args:
            key: the figure.
            people: the group it is about.
            also: figures of the same variable, from which this one could be subtracted.
        """
        group = frozenset(people)
        if 0 < len(group) < self.smallest:
            return False
        others = self.earlier(key, *also) + [self.shown[k] for k in (key, *also) if k in self.shown]
        return not any(too_near(group, other, smallest=self.smallest) for other in others)

    def fit(self, key: str, people: Collection[int], *, also: Sequence[str] = ()) -> Group | None:
        """Return the people a figure may be about, and note them as shown.

        These; or, while too few have come since, those of an earlier result; or, when a few have
        left since, these without a few more chosen by chance (`thinned` then says so); or nobody.
        Nobody who has left is ever among them.
        """
        now = frozenset(people)
        earlier = self.earlier(key, *also)
        left = any(too_near(now, other, smallest=self.smallest) for other in earlier)
        thinner: Iterable[Group] = self._thinner(now) if left else ()
        for group in (now, *(old for old in self.earlier(key) if old <= now), *thinner):
            if self.is_apart(key, group, also=also):
                self.shown[key] = group
                self.thinned |= len(group) < len(now) and group not in self.earlier(key)
                return group
        return None

    def _thinner(self, group: Group) -> Iterator[Group]:
        """Yield a group with more and more of its people left out, in a random but fixed order."""
        seed = len(self._earlier)
        order = sorted(group, key=lambda one: hashlib.sha256(f"{seed}:{one}".encode()).digest())
        for few in range(1, min(2 * self.smallest, len(order) - self.smallest + 1)):
            yield group - frozenset(order[:few])

    def count(self, name: str, people: Collection[int]) -> int | None:
        """Return how many people a group has, or nothing where that would give somebody away."""
        key, group = f"{COUNT}{name}", frozenset(people)
        counted = (other for shown, other in self.shown.items() if shown.startswith(COUNT))
        if not self.is_apart(key, group) or any(
            cut_out(group, other, smallest=self.smallest) for other in counted
        ):
            return None
        self.shown[key] = group
        return len(group)
