"""The Wright map: people and items of a Rasch model on one scale."""

from collections.abc import Sequence
from dataclasses import dataclass

from digicantrain.core.measures.charts.chart import Chart, made
from digicantrain.core.measures.charts.drawing import (
    NARROW,
    Entry,
    Picture,
    bar,
    hatched,
    legend,
    line,
    marker,
    words,
)
from digicantrain.core.measures.charts.scales import Scale, room_for, ticks
from digicantrain.core.measures.charts.wording import (
    LINE,
    clean,
    counted,
    cut,
    listed,
    number,
    told,
    width_of,
)
from digicantrain.core.measures.result import Result, Table

SMALLEST = 5
COLUMNS = ("scores", "people", "ability")
MOST_NAMED = 40
LEAST_GAP = 16.0
HEIGHT = 340.0
TOP = 66.0
DOT = 4.0
THICK = 6.0
ABLE = "more able \u2191"


@dataclass(frozen=True)
class Item:
    """An item with its difficulty."""

    name: str
    difficulty: float


@dataclass(frozen=True)
class Bar:
    """People of one raw score or of several that are joined, with the lowest and highest ability.

    `ability` is their mean.
    """

    scores: tuple[int, int]
    people: int
    ability: float
    ends: tuple[float, float]

    @property
    def is_joined(self) -> bool:
        """Whether several scores stand in it."""
        return self.scores[0] != self.scores[1]

    @property
    def named(self) -> str:
        """The score, or the lowest and the highest."""
        low, high = self.scores
        return f"{low} to {high}" if self.is_joined else f"{low}"

    def with_(self, other: "Bar") -> "Bar":
        """Return this bar and the next one as one."""
        people = self.people + other.people
        share = other.people / people if people else 0.5
        return Bar(
            (self.scores[0], other.scores[1]),
            people,
            self.ability + share * (other.ability - self.ability),
            (self.ends[0], other.ends[1]),
        )


def wright_map(result: Result, *, smallest: int = SMALLEST) -> Chart | None:
    """Return the map of people and items of a Rasch model.

    Args:
        result: of `rasch_model`.
        smallest: the smallest group that may be shown; scores of fewer people are joined with
            their neighbours, so that no bar tells of fewer.

    Returns:
        Up is more able and harder. Left a bar for the people of each raw score (who answered all
        items), hatched where scores are joined; right the items at their difficulties. Nothing if
        there are no items.
    """
    items = items_of(result)
    if not items:
        return None
    scores = _scores(result)
    plot = _Plot(items, scores, smallest)
    return made(
        "wright-map",
        "Wright map: people and items on one scale",
        sentence=_says(items, scores, plot.bars, smallest),
        table=Table(
            "people by score",
            COLUMNS,
            tuple((one.named, one.people, one.ability) for one in plot.bars),
        ),
        draw=plot.draw,
    )


def items_of(result: Result) -> list[Item]:
    """Return the items of a result whose difficulty is a number."""
    found = []
    for table in result.tables:
        if table.name == "items" and "difficulty" in table.columns:
            for name, value in zip(table.column("item"), table.column("difficulty"), strict=True):
                difficulty = number(value)
                if difficulty is not None:
                    found.append(Item(str(name), difficulty))
    return found


def _scores(result: Result) -> list[Bar]:
    found = []
    for table in result.tables:
        if table.name == "persons":
            for score, people, value, _se in table.rows:
                count, ability = number(people), number(value)
                if count and ability is not None:
                    place = int(number(score) or 0)
                    found.append(Bar((place, place), int(count), ability, (ability, ability)))
    return found


def joined(scores: Sequence[Bar], *, smallest: int, least_way: float) -> list[Bar]:
    """Return bars of at least so many people, and so far apart that they can be drawn.

    Scores are joined from the lowest up; what is left over joins the last bar. Where all people
    are fewer there is no bar.
    """
    found: list[Bar] = []
    open_bar: Bar | None = None
    for one in scores:
        open_bar = one if open_bar is None else open_bar.with_(one)
        is_far = not found or open_bar.ability - found[-1].ability >= least_way
        if open_bar.people >= smallest and is_far:
            found.append(open_bar)
            open_bar = None
    if open_bar is not None and found:
        found[-1] = found[-1].with_(open_bar)
    return found


# --- words ---


def _says(
    items: Sequence[Item], scores: Sequence[Bar], bars: Sequence[Bar], smallest: int
) -> list[str]:
    easy, hard = (pick(items, key=lambda item: item.difficulty) for pick in (min, max))
    found = [
        f"The {counted(len(items), 'item')} reach from {told(easy.difficulty)} "
        f"({listed([easy.name])}, easiest) to {told(hard.difficulty)} "
        f"({listed([hard.name])}, hardest) logits."
    ]
    people = sum(one.people for one in scores)
    if not bars:
        return [*found, f"Fewer than {smallest} people answered all items: they are not drawn."]
    mean = sum(one.people * one.ability for one in scores) / people
    where = "above" if mean > 0 else "below"
    easier = "more easy than hard" if mean > 0 else "more hard than easy"
    found.append(
        f"The {people} people who answered all items lie on average {told(abs(mean))} logits "
        f"{where} the items' mean of zero: for them the items are {easier}."
    )
    over = sum(one.people for one in bars if one.ends[0] > hard.difficulty)
    if over:
        found.append(f"At least {over} of them lie above the hardest item.")
    if any(one.is_joined for one in bars):
        found.append("Hatched bars join neighbouring scores.")
    found.append(f"No bar tells of fewer than {smallest} people.")
    if len(items) > MOST_NAMED:
        found.append("The items are too many to be named; the table names them.")
    return found


# --- drawing ---


class _Plot:
    """Draws the map: its scale, the bars of people, the items."""

    def __init__(self, items: Sequence[Item], scores: Sequence[Bar], smallest: int) -> None:
        self._items = sorted(items, key=lambda item: (item.difficulty, item.name))
        self._is_named = len(items) <= MOST_NAMED
        self._height = max(HEIGHT, len(items) * LINE if self._is_named else 0.0)
        # a scale that reaches to the people would tell of them also where they are too few
        shown = scores if sum(one.people for one in scores) >= smallest else ()
        values = [*(one.ability for one in shown), *(item.difficulty for item in items)]
        low, high = self._ends = room_for(values)
        way = (high / self._height - low / self._height) * LEAST_GAP
        self.bars = joined(shown, smallest=smallest, least_way=way)

    def draw(self, width: float) -> Picture:
        """Return the map in a width."""
        scale = Scale(*self._ends, TOP + self._height, TOP)
        found = ticks(*self._ends, most=8)
        axis = max(width_of(text) for text in ("logits", *(tick.text for tick in found))) + 20
        left = self._left(width - axis)
        right = left + axis
        marks = [*self._heads(left, right, width), *self._people(scale, left)]
        marks += [line(x, scale.end, to=(x, scale.start), css="c-axis") for x in (left, right)]
        for value, text in found:
            y = scale(value)
            marks.append(words(left + axis / 2, y + 5, text, css="c-soft", anchor="middle"))
            marks.append(line(left, y, to=(left + 4, y), css="c-axis"))
            marks.append(line(right, y, to=(right - 4, y), css="c-axis"))
        draw = self._named if self._is_named else self._swarm
        return Picture(width, TOP + self._height + 12, (*marks, *draw(scale, right, width)))

    def _left(self, room: float) -> float:
        """Return how wide the people's side is: what the items' names leave, within bounds."""
        names = [width_of(clean(item.name)) + 42 for item in self._items]
        wanted = room - max(names) if self._is_named else room * 0.5
        least = max(width_of(ABLE), 0.4 * room if room > NARROW else 0.0)
        return min(max(wanted, least), 0.56 * room)

    def _heads(self, left: float, right: float, width: float) -> list[str]:
        marks = [
            words(left, 14, "People", css="c-bold", anchor="end"),
            words(left, 34, ABLE, css="c-soft", anchor="end"),
            words((left + right) / 2, 14, "logits", css="c-soft", anchor="middle"),
            words(right, 14, "Items", css="c-bold"),
            words(right, 34, "harder \u2191", css="c-soft"),
        ]
        if any(one.is_joined for one in self.bars):
            glyph = Entry(lambda x, y: hatched(x - 10, y - 5, size=(20, 10)), "joined scores", 20)
            marks += legend([glyph], x=0, y=56, room=width)[0]
        return marks

    def _people(self, scale: Scale, left: float) -> list[str]:
        if not self.bars:
            return [words(left - 12, TOP + self._height / 2, "hidden", css="c-soft", anchor="end")]
        most = max(one.people for one in self.bars)
        length = Scale(0, most, left, width_of(str(most)) + 8)
        marks = []
        for one in self.bars:
            y, x = scale(one.ability), length(one.people)
            size = (left - x, 2 * THICK)
            if one.is_joined:
                top, low = (scale(end) for end in reversed(one.ends))
                marks.append(hatched(x, y - THICK, size=size))
                marks.append(line(left - 3, top, to=(left - 3, low), css="c-line"))
            else:
                marks.append(bar(x, y - THICK, size=size, css="c-full"))
            marks.append(words(x - 6, y + 5, f"{one.people}", anchor="end"))
        return marks

    def _named(self, scale: Scale, x: float, width: float) -> list[str]:
        """Return each item with its name; where names would overlap they are moved apart."""
        wanted = [scale(item.difficulty) for item in reversed(self._items)]
        ys = spread(wanted, gap=LINE, ends=(TOP + 8, TOP + self._height - 8))
        marks = []
        for item, at, y in zip(reversed(self._items), wanted, ys, strict=True):
            marks.append(line(x + 12, at, to=(x + 34, y), css="c-thin"))
            marks.append(marker("diamond", x + 12, at, size=DOT))
            room = width - x - 40
            marks.append(words(x + 40, y + 5, cut(clean(item.name), room=room)))
        return marks

    def _swarm(self, scale: Scale, x: float, width: float) -> list[str]:
        """Return each item as a mark, beside those that would overlap it."""
        columns: list[list[float]] = []
        places = []
        for item in self._items:
            y = scale(item.difficulty)
            at = next(
                (n for n, own in enumerate(columns) if all(abs(y - o) > 2 * DOT + 1 for o in own)),
                len(columns),
            )
            columns[at:] = columns[at:] or [[]]
            columns[at].append(y)
            places.append((at, y))
        step = min(2 * DOT + 3, (width - x - 12 - 2 * DOT) / max(1, len(columns) - 1))
        return [marker("diamond", x + 12 + at * step, y, size=DOT) for at, y in places]


def spread(wanted: Sequence[float], *, gap: float, ends: tuple[float, float]) -> list[float]:
    """Return places near those wanted (ascending), at least a gap apart and between two ends.

    The sum of squared moves is least (pooling of neighbours that are in each other's way).
    """
    blocks: list[tuple[float, int]] = []
    for place, y in enumerate(wanted):
        blocks.append((y - place * gap, 1))
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (a, m), (b, n) = blocks[-2:]
            blocks[-2:] = [((a * m + b * n) / (m + n), m + n)]
    low, high = ends[0], ends[1] - (len(wanted) - 1) * gap
    flat = [min(max(y, low), max(low, high)) for y, count in blocks for _ in range(count)]
    return [y + place * gap for place, y in enumerate(flat)]
