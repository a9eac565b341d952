"""Charts as SVG of our own: coloured by class, readable in black and white, equal for equal data.

Each chart stands beside its table, so it is hidden from screen readers' details by one title.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

ROW = 34
TOP = 26


class Pair(NamedTuple):
    """One row of a change chart; `None` where there is no number."""

    label: str
    before: float | None
    after: float | None
    change: float | None
    low: float | None
    high: float | None


class Scale(NamedTuple):
    """Maps values onto pixels."""

    low: float
    high: float
    left: float
    right: float

    def __call__(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return round(self.left + share * (self.right - self.left), 1)


def _text(x: float, y: float, words: str, css: str = "chart__text") -> SafeString:
    return format_html('<text class="{}" x="{}" y="{}">{}</text>', css, x, y, words)


def _line(x1: float, y1: float, x2: float, y2: float, css: str) -> SafeString:
    return format_html('<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}"/>', *(css, x1, y1, x2, y2))


def _join(parts: Sequence[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def _svg(width: float, height: float, title: str, inner: SafeString) -> SafeString:
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        *(width, height, title, inner),
    )


def before_after(pairs: Sequence[Pair], *, low: float, high: float, title: str) -> SafeString:
    """Draw an open dot before and a full dot after, joined by a bar, a row each."""
    scale = Scale(low, high, 60, 300)
    bottom = TOP + ROW * len(pairs)
    ticks = [low + step for step in range(int(high - low) + 1)]
    parts = [_line(scale(t), TOP - 8, scale(t), bottom, "chart__grid") for t in ticks]
    parts += [_text(scale(t), bottom + 18, f"{t:g}", "chart__tick") for t in ticks]
    for number, pair in enumerate(pairs):
        y = TOP + ROW * number + ROW / 2
        parts.append(_text(0, y + 5, pair.label))
        if pair.before is None or pair.after is None:
            continue
        parts.append(_line(scale(pair.before), y, scale(pair.after), y, "chart__bar"))
        parts.append(_dot(scale(pair.before), y, "chart__before"))
        parts.append(_dot(scale(pair.after), y, "chart__after"))
    return _svg(320, bottom + 28, title, _join(parts))


def _dot(x: float, y: float, css: str) -> SafeString:
    return format_html('<circle class="{}" cx="{}" cy="{}" r="6"/>', css, x, y)


def change_forest(pairs: Sequence[Pair], *, title: str) -> SafeString:
    """Draw each mean change with its interval around a line at no change."""
    limits = [v for p in pairs for v in (p.low, p.high) if v is not None]
    reach = max([0.5, *(abs(v) for v in limits)]) * 1.1
    scale = Scale(-reach, reach, 60, 300)
    bottom = TOP + ROW * len(pairs)
    parts = [_line(scale(0), TOP - 8, scale(0), bottom, "chart__zero")]
    ticks = (-round(reach / 1.1, 1), 0.0, round(reach / 1.1, 1))
    parts += [_text(scale(t), bottom + 18, f"{t:+g}" if t else "0", "chart__tick") for t in ticks]
    for number, pair in enumerate(pairs):
        y = TOP + ROW * number + ROW / 2
        parts.append(_text(0, y + 5, pair.label))
        if pair.change is None or pair.low is None or pair.high is None:
            continue
        parts.append(_line(scale(pair.low), y, scale(pair.high), y, "chart__interval"))
        parts.append(_line(scale(pair.low), y - 5, scale(pair.low), y + 5, "chart__interval"))
        parts.append(_line(scale(pair.high), y - 5, scale(pair.high), y + 5, "chart__interval"))
        x = scale(pair.change)
        parts.append(
            format_html(
                '<rect class="chart__change" x="{}" y="{}" width="10" height="10"/>', x - 5, y - 5
            )
        )
    return _svg(320, bottom + 28, title, _join(parts))


def river(stages: Sequence[int], *, title: str) -> SafeString:
    """Draw the participants as a river that narrows from stage to stage."""
    if not stages or max(stages) == 0:
        return SafeString("")
    most, height = max(stages), 56
    widths = [round(150 * n / most, 1) for n in stages]
    left: list[tuple[float, float]] = []
    right: list[tuple[float, float]] = []
    for number, width in enumerate(widths):
        y = number * height
        left.append((100 - width / 2, y))
        right.append((100 + width / 2, y))
    end = len(stages) * height
    left.append((left[-1][0], end))
    right.append((right[-1][0], end))
    path = _bank(left, "M") + _bank(list(reversed(right)), "L") + "Z"
    return _svg(200, end, title, format_html('<path class="chart__river" d="{}"/>', path))


def _bank(points: list[tuple[float, float]], start: str) -> str:
    x0, y0 = points[0]
    parts = [f"{start}{x0:g} {y0:g}"]
    for (x1, y1), (x2, y2) in pairwise(points):
        middle = (y1 + y2) / 2
        parts.append(f"C{x1:g} {middle:g} {x2:g} {middle:g} {x2:g} {y2:g}")
    return "".join(parts)
