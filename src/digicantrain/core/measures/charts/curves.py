"""Item characteristic curves: the chance of a right answer by ability, for each item."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from digicantrain.core.measures.charts.chart import Chart, made
from digicantrain.core.measures.charts.drawing import (
    DASHES,
    NARROW,
    SHAPES,
    Entry,
    Picture,
    Shape,
    bend,
    legend,
    level_axis,
    line,
    marker,
    upright_axis,
    words,
)
from digicantrain.core.measures.charts.rows import header
from digicantrain.core.measures.charts.scales import Scale, Tick
from digicantrain.core.measures.charts.wording import (
    LINE,
    clean,
    cut,
    listed,
    minus,
    number,
    told,
)
from digicantrain.core.measures.result import Result, Table

MOST_TOGETHER = len(SHAPES)
MOST_PANELS = 24
# Logits at which a curve is computed: close where it bends.
LOGITS = tuple(range(-7, 8))
SPAN = 4.0
FARTHEST = 10.0
PANEL = 150.0
PANEL_TICKS = [Tick(0.0, "0"), Tick(0.5, ".5"), Tick(1.0, "1")]
HALVES = [Tick(0.0, "0"), Tick(0.25, "0.25"), Tick(0.5, "0.5"), Tick(0.75, "0.75"), Tick(1.0, "1")]


@dataclass(frozen=True)
class Item:
    """An item: its curve is the logistic function of slope x (ability - difficulty)."""

    name: str
    difficulty: float
    slope: float = 1.0

    def chance(self, ability: float) -> float:
        """Return the chance of a right answer."""
        logit = self.slope * (ability - self.difficulty)
        if logit < 0:
            return math.exp(max(logit, -700.0)) / (1 + math.exp(max(logit, -700.0)))
        return 1 / (1 + math.exp(-min(logit, 700.0)))

    def steepness(self, ability: float) -> float:
        """Return the slope of the curve: a P (1 - P)."""
        chance = self.chance(ability)
        return self.slope * chance * (1 - chance)

    def abilities(self, low: float, high: float) -> list[float]:
        """Return the two ends, and between them where the curve bends."""
        bends = () if self.slope == 0 else (self.difficulty + x / self.slope for x in LOGITS)
        return [low, *sorted(x for x in bends if low < x < high), high]


def item_curves(result: Result) -> Chart | None:
    """Return the item characteristic curves of a Rasch or two-parameter model.

    Args:
        result: of `rasch_model` or `item_response_model`.

    Returns:
        Up to six items in one panel, told apart by dashes and marks; up to 24 a panel each, beside
        the curve of a mean item (dashed); more as thin lines, with the easiest, hardest, flattest
        and steepest marked. Nothing if no item has a difficulty.
    """
    table = next((one for one in result.tables if one.name == "items"), None)
    if table is None or "difficulty" not in table.columns:
        return None
    items = _items(table)
    if not items:
        return None
    plot = _Plot(items, _ends(items), _axis(table))
    return made(
        "item-curves",
        "Item characteristic curves",
        sentence=_says(items, plot.ends),
        table=table,
        draw=plot.draw,
    )


def _items(table: Table) -> list[Item]:
    has_slopes = "discrimination" in table.columns
    slopes = table.column("discrimination") if has_slopes else [1.0] * len(table.rows)
    found = []
    for name, value, steep in zip(
        table.column("item"), table.column("difficulty"), slopes, strict=True
    ):
        difficulty, slope = number(value), number(steep)
        if difficulty is not None and slope is not None:
            found.append(Item(str(name), difficulty, slope))
    return found


def _axis(table: Table) -> str:
    unit = "standard deviations" if "discrimination" in table.columns else "logits"
    return f"ability, {unit}"


def _ends(items: Sequence[Item]) -> tuple[float, float]:
    """Return the ends of the axis: as usual, or farther where items lie there, within bounds."""
    near = [item.difficulty for item in items if abs(item.difficulty) <= FARTHEST]
    return (
        math.floor(min([-SPAN, *(one - 2 for one in near)])),
        math.ceil(max([SPAN, *(one + 2 for one in near)])),
    )


# --- words ---


def _says(items: Sequence[Item], ends: tuple[float, float]) -> list[str]:
    easy, hard = _extremes(items, lambda item: item.difficulty)
    found = []
    if len(items) > 1:
        found.append(
            f"A right answer is as likely as a wrong one at {told(easy.difficulty)} for the "
            f"easiest item ({listed([easy.name])}) and at {told(hard.difficulty)} for the hardest "
            f"({listed([hard.name])})."
        )
    found += _says_slopes(items)
    beyond = [item.name for item in items if not ends[0] <= item.difficulty <= ends[1]]
    if beyond:
        found.append(f"Beyond the axis: {listed(beyond)}.")
    if len(items) > MOST_PANELS:
        found.append("The other items are thin lines; the table names them.")
    return found


def _says_slopes(items: Sequence[Item]) -> list[str]:
    flat, steep = _extremes(items, lambda item: item.slope)
    if math.isclose(flat.slope, steep.slope, rel_tol=1e-9):
        return ["All curves have the same slope: the model lets items differ in difficulty only."]
    found = [
        f"Discrimination reaches from {told(flat.slope)} ({listed([flat.name])}, which tells least "
        f"of ability) to {told(steep.slope)} ({listed([steep.name])}, most)."
    ]
    falls = [item.name for item in items if item.slope < 0]
    if falls:
        found.append(f"Falling curves ask for a look at the key: {listed(falls)}.")
    return found


def _extremes(items: Sequence[Item], by: Callable[[Item], float]) -> tuple[Item, Item]:
    return min(items, key=by), max(items, key=by)


# --- drawing ---


class _Plot:
    """Draws curves, together or in a panel each, by how many they are."""

    def __init__(self, items: Sequence[Item], ends: tuple[float, float], axis: str) -> None:
        self.ends = ends
        self._items, self._axis = items, axis

    def draw(self, width: float) -> Picture:
        """Return the curves in a width."""
        if MOST_TOGETHER < len(self._items) <= MOST_PANELS:
            return self._panels(width)
        return self._together(width)

    # one panel

    def _together(self, width: float) -> Picture:
        marked = self._marked()
        entries = [
            _entry(place, f"{told(item.difficulty)} {name}")
            for place, (name, item) in enumerate(marked)
        ]
        left = 44.0
        if width > NARROW:
            right, height, key_x, key_room = 430.0, 300.0, 456.0, width - 456
        else:
            right, height, key_x, key_room = width - 14, 230.0, 0.0, width
        across = Scale(*self.ends, left, right)
        up = Scale(0, 1, 34 + height, 34)
        marks = [words(0, 14, "Chance of a right answer", css="c-bold")]
        marks += upright_axis(up, HALVES, left=left, right=right)
        marks += level_axis(across, top=34, bottom=34 + height, title=self._axis)
        shown = [item for _name, item in marked]
        marks += [
            self._curve(item, across, up, css="c-grid") for item in self._items if item not in shown
        ]
        for place, item in enumerate(shown):
            marks.append(self._curve(item, across, up, dash=DASHES[place]))
            marks += _middle(SHAPES[place], item, across, up)
        bottom = 34 + height + 2.2 * LINE + 6
        key_y = 48.0 if width > NARROW else bottom + 22
        key, end = _key(entries, x=key_x, y=key_y, room=key_room)
        return Picture(width, max(bottom, end), (*marks, *key))

    def _marked(self) -> list[tuple[str, Item]]:
        """Return the items that are marked, with what they are called in the legend."""
        if len(self._items) <= MOST_TOGETHER:
            return [(item.name, item) for item in self._items]
        easy, hard = _extremes(self._items, lambda item: item.difficulty)
        flat, steep = _extremes(self._items, lambda item: item.slope)
        found = {easy: "easiest", hard: "hardest"}
        if not math.isclose(flat.slope, steep.slope, rel_tol=1e-9):
            found = {**found, flat: "flattest", steep: "steepest"} | found
        return [(f"{word}: {item.name}", item) for item, word in found.items()]

    def _curve(
        self, item: Item, across: Scale, up: Scale, *, css: str = "c-line", dash: str = ""
    ) -> str:
        abilities = item.abilities(*self.ends)
        points = [(across(x), up(item.chance(x))) for x in abilities]
        turn = (up(1) - up(0)) / (across(self.ends[1]) - across(self.ends[0]))
        turn *= self.ends[1] - self.ends[0]
        return bend(points, [turn * item.steepness(x) for x in abilities], css=css, dash=dash)

    # a panel each

    def _panels(self, width: float) -> Picture:
        columns = 4 if width > NARROW else 2
        gap = 24.0
        wide = (width - gap * (columns - 1)) / columns
        mean = self._mean()
        entries = [_line_entry("", "the item"), _line_entry("4 4", "a mean item")]
        heading = f"Chance of a right answer by {self._axis}"
        marks, top = header(heading, entries, x=0, top=0, room=width)
        for place, item in enumerate(self._items):
            x = (place % columns) * (wide + gap)
            y = top + (place // columns) * PANEL
            marks += self._panel(item, mean, (x, x + wide), y)
        rows = math.ceil(len(self._items) / columns)
        return Picture(width, top + rows * PANEL - 10, tuple(marks))

    def _mean(self) -> Item:
        count = len(self._items)
        near = [min(max(one.difficulty, -FARTHEST), FARTHEST) for one in self._items]
        slope = sum(one.slope / count for one in self._items)
        return Item("", sum(near) / count, slope)

    def _panel(self, item: Item, mean: Item, ends: tuple[float, float], top: float) -> list[str]:
        left, right = ends
        across = Scale(*self.ends, left + 26, right - 4)
        up = Scale(0, 1, top + PANEL - 44, top + 30)
        marks = [words(left, top + 14, cut(clean(item.name), room=right - left))]
        marks += upright_axis(up, PANEL_TICKS, left=left + 26, right=right - 4)
        for value in (self.ends[0], 0.0, self.ends[1]):
            x = across(value)
            marks.append(words(x, up.start + LINE, minus(f"{value:g}"), css="c-soft",
                               anchor="middle" if value < self.ends[1] else "end"))  # fmt: skip
        marks.append(self._curve(mean, across, up, css="c-thin", dash="4 4"))
        marks.append(self._curve(item, across, up))
        return [*marks, *_middle("circle", item, across, up)]


def _middle(shape: Shape, item: Item, across: Scale, up: Scale) -> list[str]:
    """Return the mark where a right answer is as likely as a wrong one, if it is on the axis."""
    if not across.holds(item.difficulty):
        return []
    return [marker(shape, across(item.difficulty), up(0.5), is_full=False, size=4.5)]


def _line_entry(dash: str, text: str) -> Entry:
    css = "c-thin" if dash else "c-line"
    return Entry(lambda x, y: line(x - 16, y, to=(x + 16, y), css=css, dash=dash), text, 32)


def _entry(place: int, text: str) -> Entry:
    def glyph(x: float, y: float) -> str:
        stroke = line(x - 20, y, to=(x + 20, y), css="c-line", dash=DASHES[place])
        return stroke + marker(SHAPES[place], x, y, is_full=False, size=4.5)

    return Entry(glyph, text, 40)


def _key(entries: Sequence[Entry], *, x: float, y: float, room: float) -> tuple[list[str], float]:
    """Return a legend with a line for each entry, and where it ends."""
    marks = [words(x, y, "difficulty and item", css="c-soft")]
    for one in entries:
        y += LINE + 6
        marks += legend([one], x=x, y=y, room=room)[0]
    return marks, y + 8
