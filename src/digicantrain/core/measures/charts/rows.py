"""Estimates with their intervals, a row each, on one level axis."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from digicantrain.core.measures.charts.drawing import (
    NARROW,
    Entry,
    Picture,
    entry,
    legend,
    level_axis,
    line,
    marker,
    path,
    words,
)
from digicantrain.core.measures.charts.scales import Scale, room_for, room_for_ratios
from digicantrain.core.measures.charts.wording import (
    LINE,
    clean,
    lines_of,
    places_for,
    told,
    told_to,
    width_of,
)
from digicantrain.core.measures.result import Reason, Result, Value

ROOM = 30.0
# how much wider bold letters are
BOLD = 1.1
BELOW = 2.2 * LINE + 6
MOST_ROWS = 60
LEAST_RATIO = 1e-300
HIDDEN = "hidden"


@dataclass(frozen=True)
class Row:
    """A label with an estimate and its limits, or with words where there is no number."""

    label: str
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    instead: str = ""

    @property
    def known(self) -> list[float]:
        """The numbers of the row."""
        return [one for one in (self.estimate, self.low, self.high) if one is not None]

    def is_apart(self, reference: float) -> bool:
        """Whether the interval leaves out the reference."""
        if self.low is None or self.high is None:
            return False
        return self.low > reference or self.high < reference

    @property
    def figures(self) -> str:
        """The estimate and its interval as text, or the words instead."""
        if self.estimate is None:
            return self.instead
        if self.low is None or self.high is None:
            return told(self.estimate)
        places = places_for(self.high / 2 - self.low / 2)
        estimate, low, high = (told_to(one, places) for one in (self.estimate, self.low, self.high))
        return f"{estimate} [{low}, {high}]"


@dataclass(frozen=True)
class Panel:
    """How rows are drawn: heading, title of the axis, value of no difference, ratios or not.

    `lines` are further values that are marked, by a dashed line.
    """

    heading: str
    axis: str
    reference: float = 0.0
    is_log: bool = False
    lines: tuple[float, ...] = ()

    def way(self, value: float) -> float:
        """Return a value as a length on the axis."""
        return math.log(max(value, LEAST_RATIO)) if self.is_log else value

    def scale(self, rows: Sequence[Row], ends: tuple[float, float]) -> Scale:
        """Return a scale for rows between two pixels.

        It holds every estimate and the reference. An interval that is much wider than the others
        is not held, since it would leave no room for them: it ends in an arrow.
        """
        values = [self.way(row.estimate) for row in rows if row.estimate is not None]
        values += map(self.way, (self.reference, *self.lines))
        limits = [
            (self.way(row.low), self.way(row.high))
            for row in rows
            if row.low is not None and row.high is not None
        ]
        least, most = min(values), max(values)
        reach = 3 * median([high / 2 - low / 2 for low, high in limits]) if limits else 0.0
        low = max(min([least, *(one for one, _ in limits)]), least - reach)
        high = min(max([most, *(one for _, one in limits)]), most + reach)
        if self.is_log:
            held = [math.exp(max(low, -690.0)), math.exp(min(high, 690.0))]
            return Scale(*room_for_ratios(held), *ends, is_log=True)
        return Scale(*room_for([low, high]), *ends)


def words_instead(reason: Reason | None) -> str:
    """Return the short words that stand in a chart where a number would."""
    return HIDDEN if reason is Reason.HIDDEN else "not computed"


def reason_of(result: Result) -> Value:
    """Return why a result has no number, as it stands in a table."""
    return result.reason.words if result.reason else None


def drawn_of(rows: Sequence[Row], panel: Panel) -> list[Row]:
    """Return the rows a chart has room for: those farthest from the reference, in their order."""
    if len(rows) <= MOST_ROWS:
        return list(rows)
    zero = panel.way(panel.reference)

    def nearness(place: int) -> tuple[float, int]:
        estimate = rows[place].estimate
        return (1.0 if estimate is None else -abs(panel.way(estimate) / 2 - zero / 2), place)

    kept = sorted(sorted(range(len(rows)), key=nearness)[:MOST_ROWS])
    return [rows[place] for place in kept]


# --- what intervals say ---


@dataclass
class Parted:
    """Rows by what their interval says of the reference; `bare` have none, `none` no number."""

    above: list[Row] = field(default_factory=list)
    below: list[Row] = field(default_factory=list)
    holds: list[Row] = field(default_factory=list)
    bare: list[Row] = field(default_factory=list)
    none: list[Row] = field(default_factory=list)


def parted(rows: Sequence[Row], *, reference: float) -> Parted:
    """Return rows by what their interval says: above or below the reference, or holding it."""
    found = Parted()
    for row in rows:
        if row.estimate is None:
            found.none.append(row)
        elif row.low is None or row.high is None:
            found.bare.append(row)
        elif row.is_apart(reference):
            (found.above if row.low > reference else found.below).append(row)
        else:
            found.holds.append(row)
    return found


# --- where rows stand ---


@dataclass(frozen=True)
class Slots:
    """Where rows stand: each label's lines with the first base line, the middle of each mark.

    Labels stand left of the marks where there is room, else above them; so do figures.
    """

    top: float
    bottom: float
    label_room: float
    labels: tuple[tuple[float, tuple[str, ...]], ...]
    middles: tuple[float, ...]


def beside(labels: Sequence[str], *, top: float, most: float) -> Slots:
    """Return slots with labels of at most a width on the left, in up to two lines."""
    room = min(max(map(width_of, map(clean, labels)), default=0), most)
    at, found, middles = top, [], []
    for label in labels:
        lines = tuple(lines_of(label, room=room))
        high = max(ROOM, len(lines) * LINE + 10)
        middle = at + high / 2
        found.append((middle - (len(lines) - 1) * LINE / 2 + 5, lines))
        middles.append(middle)
        at += high
    return Slots(top, at, room, tuple(found), tuple(middles))


def above(labels: Sequence[str], *, top: float, room: Sequence[float]) -> Slots:
    """Return slots with each label above its mark, in up to two lines.

    Args:
        labels: of the rows.
        top: where the first begins.
        room: how wide each label may be; nothing at all where no row has words above it.
    """
    at, found, middles = top, [], []
    for place, label in enumerate(labels):
        lines = tuple(lines_of(label, room=room[place])) if room else ()
        if room:
            found.append((at + LINE, lines))
            at += LINE * max(1, len(lines))
        middles.append(at + ROOM / 2)
        at += ROOM
    return Slots(top, at, 0.0, tuple(found), tuple(middles))


def labels_at(slots: Slots) -> list[str]:
    """Return the labels of rows."""
    return [
        words(0, y + place * LINE, text)
        for y, lines in slots.labels
        for place, text in enumerate(lines)
    ]


def header(
    heading: str, entries: Sequence[Entry], *, x: float, top: float, room: float
) -> tuple[list[str], float]:
    """Return a heading with a legend below it, and where the rows may begin."""
    lines = lines_of(heading, room=room / BOLD)
    marks = [words(x, top + 14 + place * LINE, text, css="c-bold")
             for place, text in enumerate(lines)]  # fmt: skip
    y = top + 18 + LINE * len(lines)
    more, high = legend(entries, x=x, y=y, room=room)
    return [*marks, *more], y - 4 + (high if entries else 0)


# --- the panel of intervals ---


def kinds(rows: Sequence[Row], panel: Panel) -> list[Entry]:
    """Return the legend: what a full and an open mark mean, where there are such."""
    found = parted(rows, reference=panel.reference)
    entries = []
    if found.above or found.below:
        entries.append(entry("square", f"leaves out {panel.reference:g}"))
    if found.holds:
        entries.append(entry("square", f"holds {panel.reference:g}", is_full=False))
    return entries


def intervals(
    rows: Sequence[Row], slots: Slots, panel: Panel, *, ends: tuple[float, float], edge: float
) -> list[str]:
    """Return the axis, the line of no difference and each row's estimate with its interval.

    Args:
        rows: in the order of their slots.
        slots: where they stand.
        panel: how they are drawn.
        ends: the pixels between which the scale lies.
        edge: the pixel at which the picture ends.
    """
    scale = panel.scale(rows, ends)
    marks = level_axis(scale, top=slots.top, bottom=slots.bottom, title=panel.axis, edge=edge)
    for value, dash in ((panel.reference, ""), *((one, "4 4") for one in panel.lines)):
        x = scale(value)
        marks.append(line(x, slots.top, to=(x, slots.bottom), css="c-axis", dash=dash))
    for row, y in zip(rows, slots.middles, strict=True):
        marks += _interval(scale, row, y, reference=panel.reference)
    return marks


def _interval(scale: Scale, row: Row, y: float, *, reference: float) -> list[str]:
    if row.estimate is None:
        return []
    if row.low is None or row.high is None:
        return [marker("square", scale(row.estimate), y)]
    left, right = (scale(min(max(end, scale.low), scale.high)) for end in (row.low, row.high))
    return [
        line(left, y, to=(right, y), css="c-line"),
        _end(left, y, inwards=7, is_cut=row.low < scale.low),
        _end(right, y, inwards=-7, is_cut=row.high > scale.high),
        marker("square", scale(row.estimate), y, is_full=row.is_apart(reference)),
    ]


def _end(x: float, y: float, *, inwards: float, is_cut: bool) -> str:
    """Return the end of an interval: a cap, or an arrow where it goes on."""
    if not is_cut:
        return line(x, y - 5, to=(x, y + 5), css="c-line")
    strokes = [(x + inwards, y - 5), (x, y), (x + inwards, y + 5)]
    return path(strokes, css="c-line")


def figures_at(rows: Sequence[Row], ys: Sequence[float], *, width: float) -> list[str]:
    """Return each row's figures, at the right edge."""
    return [
        words(width, y + 5, row.figures, css="c-ink" if row.known else "c-soft", anchor="end")
        for row, y in zip(rows, ys, strict=True)
    ]


def figures_room(rows: Sequence[Row]) -> float:
    """Return how wide the widest figures are."""
    return max((width_of(row.figures) for row in rows), default=0.0)


def interval_picture(
    rows: Sequence[Row], panel: Panel, *, width: float, top: float = 0.0
) -> Picture:
    """Return rows with labels, intervals and figures: side by side, or above where it is narrow."""
    marks, begin = header(panel.heading, kinds(rows, panel), x=0, top=top, room=width)
    labels = [row.label for row in rows]
    if width > NARROW:
        figures = figures_room(rows)
        slots = beside(labels, top=begin, most=240)
        left = slots.label_room + (24 if slots.label_room else 14)
        ends, ys = (left, width - figures - 30), slots.middles
    else:
        room = [width - width_of(row.figures) - 12 for row in rows]
        slots = above(labels, top=begin, room=room)
        ends, ys = (22, width - 22), tuple(y - 5 for y, _lines in slots.labels)
    marks += intervals(rows, slots, panel, ends=ends, edge=width)
    marks += labels_at(slots)
    marks += figures_at(rows, ys, width=width)
    return Picture(width, slots.bottom + BELOW, tuple(marks))
