"""Missing answers: how many miss each column, and which are missing together."""

from collections.abc import Sequence
from dataclasses import dataclass

from digicantrain.core.measures.charts.chart import Chart, made
from digicantrain.core.measures.charts.drawing import (
    NARROW,
    Picture,
    bar,
    entry,
    legend,
    line,
    marker,
    words,
)
from digicantrain.core.measures.charts.rows import MOST_ROWS, Slots, above, beside, labels_at
from digicantrain.core.measures.charts.scales import Scale
from digicantrain.core.measures.charts.wording import (
    counted,
    listed,
    number,
    per_cent,
    width_of,
)
from digicantrain.core.measures.result import Result

SMALLEST = 5
LABELS = 190.0
MOST_PATTERNS = 8
MOST_PATTERNS_NARROW = 5
COLUMN = 30.0
THICK = 12.0
ENDS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8)


@dataclass(frozen=True)
class Column:
    """A column of the data: its name, how many miss it and what share of all."""

    name: str
    missing: int
    share: float


@dataclass(frozen=True)
class Pattern:
    """What is answered (1) and missing (0) in the order of the columns, and by how many."""

    signs: str
    people: int


def missing_chart(result: Result, *, smallest: int = SMALLEST) -> Chart | None:
    """Return the chart of missing answers.

    Args:
        result: of `missing_patterns`.
        smallest: patterns of fewer people are put together with others, so that none of the
            counts tells of fewer.

    Returns:
        A bar a column for the share that misses it; beside it the commonest patterns, a full dot
        for answered and an open one for missing. Nothing if there are no columns.
    """
    columns = _columns(result)
    if not columns:
        return None
    patterns = _patterns(result, len(columns))
    plot = _Plot(columns, patterns, smallest)
    return made(
        "missing",
        "Missing answers by column, and what is missing together",
        sentence=_says(result, columns, plot),
        table=result.table("columns"),
        draw=plot.draw,
    )


def _columns(result: Result) -> list[Column]:
    found = []
    for table in result.tables:
        if table.name == "columns" and "share_missing" in table.columns:
            for row in table.rows:
                named = dict(zip(table.columns, row, strict=True))
                missing, share = number(named["missing"]), number(named["share_missing"])
                if missing is not None and share is not None:
                    found.append(Column(str(named["column"]), int(missing), share))
    return found


def _patterns(result: Result, width: int) -> list[Pattern]:
    found = []
    for table in result.tables:
        if table.name == "patterns":
            for signs, people in table.rows:
                count = number(people)
                if count and len(str(signs)) == width:
                    found.append(Pattern(str(signs), int(count)))
    return sorted(found, key=lambda one: (-one.people, one.signs))


def shown_patterns(
    patterns: Sequence[Pattern], *, most: int, smallest: int
) -> tuple[list[Pattern], int]:
    """Return the commonest patterns and how many people have another one: nobody, or enough."""
    kept = [one for one in patterns[:most] if one.people >= smallest]
    rest = sum(one.people for one in patterns[len(kept) :])
    while kept and 0 < rest < smallest:
        rest += kept.pop().people
    return kept, rest


def _says(result: Result, columns: Sequence[Column], plot: "_Plot") -> list[str]:
    complete = number(result.details.get("complete"))
    found = []
    if complete is not None and result.n:
        found.append(
            f"{complete:.0f} of {result.n} people ({per_cent(complete / result.n)}) answered "
            f"{'it' if len(columns) == 1 else f'all {len(columns)} columns'}."
        )
    most = max(columns, key=lambda column: column.missing)
    if most.missing:
        found.append(
            f"Most gaps are in {listed([most.name])}: {most.missing} ({per_cent(most.share)})."
        )
    if number(result.details.get("monotone")) == 1 and complete != result.n:
        found.append("Who misses a column misses all later ones.")
    return [*found, *plot.says(), "Why answers are missing cannot be seen here."]


class _Plot:
    """Draws bars and patterns of columns."""

    def __init__(
        self, columns: Sequence[Column], patterns: Sequence[Pattern], smallest: int
    ) -> None:
        self._patterns, self._smallest = patterns, smallest
        order = sorted(range(len(columns)), key=lambda place: (-columns[place].missing, place))
        self._kept = sorted(order[:MOST_ROWS])
        self._columns = [columns[place] for place in self._kept]
        self._all = len(columns)

    def says(self) -> list[str]:
        """Return what the picture leaves out."""
        found = []
        shown, rest = self._shown(MOST_PATTERNS)
        if rest and shown:
            found.append(f"Other patterns are those of {counted(rest, 'person', 'people')}.")
        if len(self._columns) < self._all:
            found.append(
                f"Drawn are the {len(self._columns)} of {self._all} columns with most gaps; the "
                "table has all."
            )
        return found

    def _shown(self, most: int) -> tuple[list[Pattern], int]:
        return shown_patterns(self._patterns, most=most, smallest=self._smallest)

    def draw(self, width: float) -> Picture:
        """Return bars and patterns in a width."""
        is_wide = width > NARROW
        patterns, _rest = self._shown(MOST_PATTERNS if is_wide else MOST_PATTERNS_NARROW)
        step = max([COLUMN, *(width_of(f"{one.people}") + 10 for one in patterns)])
        dots = width - step * len(patterns)
        legend_y = 14.0 if is_wide else 36.0
        slots = self._slots(width, top=legend_y + (32 if patterns else 14))
        left = slots.label_room + 16 if is_wide else 8
        marks = [words(left if is_wide else 0, 14, "Per cent missing", css="c-bold")]
        marks += self._bars(slots, ends=(left, dots - (40 if is_wide else 8)))
        marks += labels_at(slots)
        if patterns:
            marks += _legend(width, y=legend_y, is_right=is_wide)
            marks += self._dots(patterns, slots, left=dots, step=step)
        return Picture(width, slots.bottom + 8, tuple(marks))

    def _slots(self, width: float, *, top: float) -> Slots:
        names = [column.name for column in self._columns]
        if width > NARROW:
            return beside(names, top=top, most=LABELS)
        return above(names, top=top, room=[width] * len(names))

    def _bars(self, slots: Slots, *, ends: tuple[float, float]) -> list[str]:
        most = max(column.share for column in self._columns)
        end = next((end for end in ENDS if most <= end), 1.0)
        texts = [per_cent(column.share) for column in self._columns]
        scale = Scale(0, 100 * end, ends[0], ends[1] - max(map(width_of, texts)) - 8)
        zero, marks = scale(0), []
        for column, text, y in zip(self._columns, texts, slots.middles, strict=True):
            x = scale(100 * column.share)
            if column.missing:
                marks.append(bar(zero, y - THICK / 2, size=(x - zero, THICK), css="c-full"))
            marks.append(words(x + 6, y + 5, text))
        return [*marks, line(zero, slots.top, to=(zero, slots.bottom), css="c-axis")]

    def _dots(
        self, patterns: Sequence[Pattern], slots: Slots, *, left: float, step: float
    ) -> list[str]:
        marks = [words(left - 2, slots.top - 10, "people", css="c-soft", anchor="end")]
        for place, pattern in enumerate(patterns):
            x = left + (place + 0.5) * step
            count = f"{pattern.people}"
            marks.append(words(x, slots.top - 10, count, css="c-bold", anchor="middle"))
            for column, y in zip(self._kept, slots.middles, strict=True):
                is_answered = pattern.signs[column] == "1"
                marks.append(marker("circle", x, y, is_full=is_answered))
        return marks


def _legend(width: float, *, y: float, is_right: bool) -> list[str]:
    entries = [entry("circle", "answered"), entry("circle", "missing", is_full=False)]
    room = sum(one.width + 8 + width_of(one.text) for one in entries) + 20
    return legend(entries, x=width - room if is_right else 0, y=y, room=room + 1)[0]
