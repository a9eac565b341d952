"""Charts as SVG of our own: readable in black and white, equal for equal data.

Shape and filling carry the meaning, colour comes by class. Each chart stands beside its table, so
it is one picture with one title to a screen reader.
"""

from collections.abc import Sequence
from math import ceil, floor
from typing import NamedTuple

from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH = 340
ROW = 34
TOP = 14
LEFT = 46
RIGHT = 326
BAR = 12
STEPS = (0.1, 0.2, 0.25, 0.5, 1.0, 2.0, 5.0)


class Pair(NamedTuple):
    """One row of a change chart; `None` where there is no number."""

    label: str
    before: float | None
    after: float | None
    change: float | None
    low: float | None
    high: float | None


class Bar(NamedTuple):
    """One stage of the flow; `None` where the number is hidden."""

    label: str
    n: int | None


class Scale(NamedTuple):
    """Maps values onto pixels."""

    low: float
    high: float
    left: float = LEFT
    right: float = RIGHT

    def __call__(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return round(self.left + share * (self.right - self.left), 1)


def _text(x: float, y: float, words: str, css: str = "chart__text") -> SafeString:
    return format_html('<text class="{}" x="{}" y="{}">{}</text>', css, x, y, words)


def _line(x1: float, y1: float, x2: float, y2: float, css: str) -> SafeString:
    return format_html('<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}"/>', *(css, x1, y1, x2, y2))


def _dot(x: float, y: float, css: str) -> SafeString:
    return format_html('<circle class="{}" cx="{}" cy="{}" r="5.5"/>', css, x, y)


def _join(parts: Sequence[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def _svg(height: float, title: str, inner: SafeString) -> SafeString:
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        *(WIDTH, height, title, inner),
    )


def _middle(number: int) -> float:
    return TOP + ROW * number + ROW / 2


def _axis(scale: Scale, ticks: Sequence[float], *, bottom: float, places: int) -> list[SafeString]:
    lines = [_line(scale(t), TOP, scale(t), bottom, "chart__grid") for t in ticks]
    words = [str(number_format(t, places)).replace("-", "−") for t in ticks]
    return lines + [
        _text(scale(t), bottom + 18, w, "chart__tick") for t, w in zip(ticks, words, strict=True)
    ]


def before_after(pairs: Sequence[Pair], *, low: float, high: float, title: str) -> SafeString:
    """Draw an open dot before and a full dot after, joined by a line, a row each."""
    scale = Scale(low, high)
    bottom = TOP + ROW * len(pairs)
    ticks = [low + step for step in range(int(high - low) + 1)]
    parts = _axis(scale, ticks, bottom=bottom, places=0)
    for number, pair in enumerate(pairs):
        y = _middle(number)
        parts.append(_text(0, y + 5, pair.label, "chart__label"))
        if pair.before is None or pair.after is None:
            continue
        parts.append(_line(scale(pair.before), y, scale(pair.after), y, "chart__join"))
        parts.append(_dot(scale(pair.before), y, "chart__before"))
        parts.append(_dot(scale(pair.after), y, "chart__after"))
    return _svg(bottom + 26, title, _join(parts))


def change_forest(
    pairs: Sequence[Pair], *, title: str, ends: tuple[str, str] = ("", "")
) -> SafeString:
    """Draw each mean change with its interval; an open dot where the interval holds zero.

    Args:
        pairs: the rows.
        title: what the chart shows, in words.
        ends: what lies to the left and to the right of zero, in a word each.
    """
    limits = [v for p in pairs for v in (p.low, p.high) if v is not None]
    low, high = min([-0.2, *limits]), max([0.2, *limits])
    step = next((s for s in STEPS if (high - low) / s <= 6), STEPS[-1])
    first, last = floor(low / step), ceil(high / step)
    scale = Scale(first * step, last * step)
    bottom = TOP + ROW * len(pairs)
    ticks = [round(number * step, 2) for number in range(first, last + 1)]
    parts = _axis(scale, ticks, bottom=bottom, places=2 if step == 0.25 else 1)
    parts.append(_line(scale(0), TOP - 6, scale(0), bottom, "chart__zero"))
    parts.append(_text(scale(0) - 8, bottom + 36, ends[0], "chart__end chart__end--left"))
    parts.append(_text(scale(0) + 8, bottom + 36, ends[1], "chart__end"))
    for number, pair in enumerate(pairs):
        y = _middle(number)
        parts.append(_text(0, y + 5, pair.label, "chart__label"))
        if pair.change is None or pair.low is None or pair.high is None:
            continue
        parts.append(_line(scale(pair.low), y, scale(pair.high), y, "chart__interval"))
        for end in (pair.low, pair.high):
            parts.append(_line(scale(end), y - 4, scale(end), y + 4, "chart__interval"))
        clear = pair.low > 0 or pair.high < 0
        parts.append(_dot(scale(pair.change), y, "chart__after" if clear else "chart__before"))
    return _svg(bottom + 44, title, _join(parts))


def flow_bars(stages: Sequence[Bar], *, title: str, hidden: str) -> SafeString:
    """Draw a bar for each stage, as long as it has people; a dashed one where they are hidden."""
    most = max((stage.n or 0 for stage in stages), default=0)
    if not most:
        return SafeString("")
    scale = Scale(0, most, left=0, right=WIDTH - 46)
    parts = []
    for number, stage in enumerate(stages):
        y = 38 * number
        parts.append(_text(0, y + 13, stage.label))
        if stage.n is None:
            width, css, words = scale(_between(stages, number)), "chart__unknown", hidden
        else:
            width, css, words = scale(stage.n), "chart__stage", str(stage.n)
        parts.append(
            format_html(
                '<rect class="{}" x="1" y="{}" width="{}" height="{}"/>',
                *(css, y + 20, max(width - 1, 0), BAR),
            )
        )
        parts.append(_text(width + 6, y + 31, words, "chart__number"))
    return _svg(38 * len(stages), title, _join(parts))


def _between(stages: Sequence[Bar], number: int) -> float:
    """Half way between the shown stages around a hidden one; it tells no more than they do."""
    before = [stage.n for stage in stages[:number] if stage.n is not None]
    after = [stage.n for stage in stages[number:] if stage.n is not None]
    return ((before[-1] if before else after[0] if after else 0) + (after[0] if after else 0)) / 2
