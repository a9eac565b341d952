"""Importance and performance of skills, in quadrants."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from digicantrain.core.measures.charts.chart import Chart, made
from digicantrain.core.measures.charts.drawing import (
    NARROW,
    Anchor,
    Picture,
    Shape,
    level_axis,
    line,
    marker,
    upright_axis,
    words,
)
from digicantrain.core.measures.charts.scales import Scale, room_for, ticks
from digicantrain.core.measures.charts.wording import (
    LINE,
    counted,
    lines_of,
    listed,
    number,
    told,
    width_of,
)
from digicantrain.core.measures.result import Result

MOST_NUMBERED = 40
# Each quadrant with the mark of its skills, full or open.
QUADRANTS: dict[str, tuple[Shape, bool]] = {
    "concentrate here": ("square", True),
    "keep up": ("circle", True),
    "low priority": ("circle", False),
    "possible overkill": ("diamond", False),
}
Box = tuple[float, float, float, float]
# Where a number may stand beside its mark: the way to its base line and how it is anchored.
AROUND: tuple[tuple[float, float, Anchor], ...] = (
    (9, 5, "start"), (-9, 5, "end"), (0, -9, "middle"), (0, 20, "middle"),
    (8, -5, "start"), (-8, -5, "end"), (8, 16, "start"), (-8, 16, "end"),
    (22, 5, "start"), (-22, 5, "end"),
)  # fmt: skip


@dataclass(frozen=True)
class Skill:
    """A skill with its number in the chart, its mean performance and importance, its quadrant."""

    place: int
    name: str
    performance: float
    importance: float
    quadrant: str


def quadrant_chart(result: Result) -> Chart | None:
    """Return the chart of importance and performance.

    Args:
        result: of `importance_performance`.

    Returns:
        Performance to the right, importance up, cut at the means over skills; a mark for each
        quadrant and a number for each skill, whose names stand by quadrant beside it. Nothing if
        no skill has both means.
    """
    skills = list(_skills(result))
    cuts = [number(result.details.get(f"{one}_cut")) for one in ("performance", "importance")]
    if not skills or cuts[0] is None or cuts[1] is None:
        return None
    table = result.table("skills")
    plot = _Plot(skills, (cuts[0], cuts[1]))
    return made(
        "quadrants",
        "Importance and performance",
        sentence=_says(skills, len(table.rows)),
        table=table,
        draw=plot.draw,
    )


def _skills(result: Result) -> Iterator[Skill]:
    for table in result.tables:
        if table.name != "skills":
            continue
        for row in table.rows:
            named = dict(zip(table.columns, row, strict=True))
            performance, importance = number(named["performance"]), number(named["importance"])
            quadrant = str(named["quadrant"])
            if performance is not None and importance is not None and quadrant in QUADRANTS:
                yield Skill(0, str(named["skill"]), performance, importance, quadrant)


def _says(skills: Sequence[Skill], asked: int) -> list[str]:
    first = [skill for skill in skills if skill.quadrant == "concentrate here"]
    widest = max(skills, key=lambda skill: skill.importance - skill.performance)
    gap = widest.importance - widest.performance
    found = []
    if first:
        found.append(
            f"More important than the mean of skills and done less well, so to concentrate on: "
            f"{listed([skill.name for skill in first])}."
        )
    else:
        found.append("No skill is both more important than the mean and done less well.")
    if gap > 0:
        found.append(
            f"Importance exceeds performance most for {listed([widest.name])} "
            f"({told(widest.importance)} against {told(widest.performance)})."
        )
    else:
        found.append("Performance is rated no lower than importance for any skill.")
    missing = asked - len(skills)
    if missing:
        found.append(
            f"{counted(missing, 'skill')} {'has' if missing == 1 else 'have'} too few answers."
        )
    if len(skills) > MOST_NUMBERED:
        found.append("The table names the skills.")
    found.append("The lines are the means over skills; near a line a few answers decide.")
    return found


# --- drawing ---


@dataclass(frozen=True)
class _Entry:
    """A line of the list: a quadrant, or a skill with its number."""

    quadrant: str
    place: int | None
    lines: tuple[str, ...]


class _Plot:
    """Draws the quadrants and the list of skills."""

    def __init__(self, skills: Sequence[Skill], cuts: tuple[float, float]) -> None:
        order = list(QUADRANTS)
        ordered = sorted(skills, key=lambda skill: order.index(skill.quadrant))
        self._skills = [
            Skill(place, one.name, one.performance, one.importance, one.quadrant)
            for place, one in enumerate(ordered, 1)
        ]
        self._cuts = cuts
        self._across = room_for([*(one.performance for one in skills), cuts[0]], margin=0.1)
        self._up = room_for([*(one.importance for one in skills), cuts[1]], margin=0.1)

    def draw(self, width: float) -> Picture:
        """Return the quadrants in a width: the list beside them, or below where it is long."""
        up_ticks = ticks(*self._up, most=5)
        left = max(width_of(tick.text) for tick in up_ticks) + 10
        right, height = (410.0, 350.0) if width > NARROW else (width - 2, 300.0)
        top, bottom = 26.0, 26.0 + height
        # words stand in the corners, so marks keep away from the upper and the lower edge
        across = Scale(*self._across, left + 14, right - 14)
        up = Scale(*self._up, bottom - 30, top + 30)
        marks = [words(0, 14, "Importance", css="c-bold")]
        marks += upright_axis(up, up_ticks, left=left, right=right)
        marks += level_axis(across, top=top, bottom=bottom, title="performance", edge=width)
        marks += self._frame(across, up, (left, top, right, bottom))
        marks += self._marks(across, up)
        end = bottom + 2.2 * LINE + 8
        key, key_end = self._key_at(width, right + 26, (top + 14, end))
        return Picture(width, max(end, key_end), (*marks, *key))

    def _key_at(
        self, width: float, right: float, ys: tuple[float, float]
    ) -> tuple[list[str], float]:
        """Return the list of skills beside the quadrants or, in columns, below them."""
        beside, below = ys
        if width > NARROW:
            found = self._key(self._entries(width - right), x=right, y=beside)
            if found[1] <= below:
                return found
        count = 3 if width > NARROW else 1
        room = (width - 24 * (count - 1)) / count
        marks, ends = [], []
        for place, part in enumerate(_columns(self._entries(room), count)):
            more, end = self._key(part, x=place * (room + 24), y=below + 20)
            marks += more
            ends.append(end)
        return marks, max(ends, default=below)

    def _entries(self, room: float) -> list[_Entry]:
        """Return the lines of the list: each quadrant with the skills in it."""
        if len(self._skills) > MOST_NUMBERED:
            return []
        found = []
        for quadrant in QUADRANTS:
            own = [skill for skill in self._skills if skill.quadrant == quadrant]
            if own:
                found.append(_Entry(quadrant, None, (quadrant,)))
            for skill in own:
                names = tuple(lines_of(skill.name, room=room - 50))
                found.append(_Entry(quadrant, skill.place, names))
        return found

    def _key(self, entries: Sequence[_Entry], *, x: float, y: float) -> tuple[list[str], float]:
        """Return lines of the list, and where they end."""
        marks = []
        for count, one in enumerate(entries):
            if one.place is None:
                y += 10 if count else 0
                css, left = "c-bold", x + 22
                shape, is_full = QUADRANTS[one.quadrant]
                marks.append(marker(shape, x + 6, y - 5, is_full=is_full))
            else:
                css, left = "c-ink", x + 50
                marks.append(words(x + 40, y, f"{one.place}", anchor="end"))
            for text in one.lines:
                marks.append(words(left, y, text, css=css))
                y += LINE
            y += 2
        return marks, y - LINE + 8

    def _frame(self, across: Scale, up: Scale, box: Box) -> list[str]:
        left, top, right, bottom = box
        x, y = across(self._cuts[0]), up(self._cuts[1])
        return [
            line(x, top, to=(x, bottom), css="c-axis"),
            line(left, y, to=(right, y), css="c-axis"),
            words(left + 6, top + 16, "concentrate here", css="c-soft"),
            words(right - 6, top + 16, "keep up", css="c-soft", anchor="end"),
            words(left + 6, bottom - 8, "low priority", css="c-soft"),
            words(right - 6, bottom - 8, "possible overkill", css="c-soft", anchor="end"),
        ]

    def _marks(self, across: Scale, up: Scale) -> list[str]:
        places = [(across(one.performance), up(one.importance)) for one in self._skills]
        x, y = across(self._cuts[0]), up(self._cuts[1])
        taken: list[Box] = [(x - 2, 0, x + 2, 999), (0, y - 2, 999, y + 2)]
        taken += [(x - 6, y - 6, x + 6, y + 6) for x, y in places]
        marks = []
        for skill, (x, y) in zip(self._skills, places, strict=True):
            shape, is_full = QUADRANTS[skill.quadrant]
            marks.append(marker(shape, x, y, is_full=is_full))
            if len(self._skills) <= MOST_NUMBERED:
                marks.append(_beside(f"{skill.place}", x, y, taken))
        return marks


def _columns(entries: Sequence[_Entry], count: int) -> list[list[_Entry]]:
    """Return lines in columns of about the same height."""
    high = sum(map(_height, entries)) / count
    found: list[list[_Entry]] = [[]]
    for one in entries:
        if len(found) < count and sum(map(_height, found[-1])) >= high:
            found.append([])
        found[-1].append(one)
    return found


def _height(entry: _Entry) -> float:
    return len(entry.lines) * LINE + 2 + (10 if entry.place is None else 0)


def _beside(text: str, x: float, y: float, taken: list[Box]) -> str:
    """Return a text at the first place beside a mark where nothing else stands."""
    wide = width_of(text)
    places = []
    for dx, dy, anchor in AROUND:
        start = x + dx - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
        box = (start, y + dy - 11, start + wide, y + dy + 1)
        places.append((sum(_overlap(box, other) for other in taken), dx, dy, anchor, box))
    _much, dx, dy, anchor, box = min(places, key=lambda place: place[0])
    taken.append(box)
    return words(x + dx, y + dy, text, anchor=anchor)


def _overlap(one: Box, other: Box) -> float:
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return max(across, 0.0) * max(down, 0.0)
