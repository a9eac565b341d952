"""Marks of charts as SVG text. Shape, filling and dashes carry meaning; colour comes by class.

Coordinates are rounded to a tenth of a pixel, so that equal results give equal bytes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from digicantrain.core.measures.charts.scales import Scale, Tick, ratio_ticks, ticks
from digicantrain.core.measures.charts.wording import LINE, SIZE, cut, escaped, width_of

# The width of a line of text on the page of results, and of a phone's screen.
WIDE = 704
NARROW = 328
FACE = '"Segoe UI","Noto Sans",Arial,sans-serif'

# Alone a chart is black on white, as a journal or a letter wants it.
STYLE_ALONE = (
    f".c-ink,.c-soft,.c-bold{{font-family:{FACE};font-size:{SIZE}px;fill:#000}}"
    ".c-soft{fill:#333}.c-bold{font-weight:600}.c-paper{fill:#fff}"
    ".c-grid,.c-axis,.c-line,.c-thin,.c-full,.c-open,.c-hatch{stroke:#000;fill:none}"
    ".c-grid{stroke:#ccc}.c-thin{stroke:#767676}.c-line{stroke-width:2}"
    ".c-full{fill:#000;stroke-width:1.5}.c-open{fill:#fff;stroke-width:1.5}"
)
# In the page it takes the page's colours, light, dark and printed.
STYLE_PAGE = f"""\
.chart{{margin:1.5rem 0;max-width:44rem;break-inside:avoid}}
.chart svg{{display:block;width:100%;height:auto}}
.chart figcaption{{margin-top:.75rem;max-width:44rem;overflow-wrap:anywhere}}
.c-narrow{{max-width:26rem}}
.chart .c-narrow{{display:none}}
@media screen and (max-width:46rem){{.chart .c-wide{{display:none}}
.chart .c-narrow{{display:block}}}}
.c-ink,.c-soft,.c-bold{{font-size:{SIZE}px;fill:var(--ink);font-variant-numeric:tabular-nums}}
.c-ink,.c-soft,.c-bold{{paint-order:stroke;stroke:var(--paper);stroke-width:4px;
stroke-linejoin:round}}
.c-soft{{fill:var(--soft)}}.c-bold{{font-weight:600}}
.c-grid,.c-axis,.c-line,.c-thin,.c-full,.c-open,.c-hatch{{stroke:var(--link);fill:none}}
.c-grid{{stroke:var(--line);stroke-opacity:.35}}.c-axis{{stroke:var(--ink)}}
.c-thin{{stroke:var(--line)}}.c-line{{stroke-width:2}}
.c-full{{fill:var(--link);stroke-width:1.5}}.c-open{{fill:var(--paper);stroke-width:1.5}}
@media (forced-colors:active){{.chart svg{{--ink:CanvasText;--soft:CanvasText;--line:CanvasText;
--link:CanvasText;--paper:Canvas}}}}
"""

Anchor = Literal["start", "middle", "end"]
Shape = Literal["circle", "square", "triangle", "diamond", "turned", "cross"]
SHAPES: tuple[Shape, ...] = ("circle", "square", "triangle", "diamond", "turned", "cross")
DASHES = ("", "9 4", "2 3", "10 3 2 3", "16 5", "6 3 1 3 1 3")


@dataclass(frozen=True)
class Picture:
    """What is drawn, on a ground of so many pixels."""

    width: float
    height: float
    marks: tuple[str, ...]

    @property
    def body(self) -> str:
        """The marks as the inside of an SVG element."""
        return "".join(self.marks)


def px(value: float) -> str:
    """Return a coordinate, rounded to a tenth, without a sign before nothing."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def line(x1: float, y1: float, *, to: tuple[float, float], css: str, dash: str = "") -> str:
    """Return a straight line from a point to another."""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    x2, y2 = map(px, to)
    return f'<line class="{css}" x1="{px(x1)}" y1="{px(y1)}" x2="{x2}" y2="{y2}"{dashed}/>'


def bend(
    points: Sequence[tuple[float, float]], slopes: Sequence[float], *, css: str, dash: str = ""
) -> str:
    """Return a smooth line through points with its slope at each (cubic Hermite pieces)."""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    way = [f"M{px(points[0][0])} {px(points[0][1])}"]
    for ((x1, y1), (x2, y2)), pair in zip(pairwise(points), pairwise(slopes), strict=True):
        third = (x2 - x1) / 3
        # a steeper start or end would overshoot (Fritsch and Carlson 1980, doi:10.1137/0717021)
        most = 3 * abs(y2 - y1) / (x2 - x1) if x2 > x1 else 0.0
        one, other = (min(max(slope, -most), most) for slope in pair)
        bends = ((x1 + third, y1 + one * third), (x2 - third, y2 - other * third), (x2, y2))
        way.append("C" + " ".join(f"{px(x)} {px(y)}" for x, y in bends))
    return f'<path class="{css}" d="{"".join(way)}"{dashed}/>'


def path(points: Sequence[tuple[float, float]], *, css: str, dash: str = "") -> str:
    """Return a line through points."""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    way = "L".join(f"{px(x)} {px(y)}" for x, y in points)
    return f'<path class="{css}" d="M{way}"{dashed}/>'


def words(x: float, y: float, text: str, *, css: str = "c-ink", anchor: Anchor = "start") -> str:
    """Return text whose base line begins, ends or has its middle at a point."""
    at = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text class="{css}" x="{px(x)}" y="{px(y)}"{at}>{escaped(text)}</text>'


def bar(x: float, y: float, *, size: tuple[float, float], css: str) -> str:
    """Return a rectangle of a width and a height."""
    width, height = size
    return (
        f'<rect class="{css}" x="{px(x)}" y="{px(y)}" width="{px(width)}" height="{px(height)}"/>'
    )


def hatched(x: float, y: float, *, size: tuple[float, float]) -> str:
    """Return a rectangle with an outline and slanting lines, which tells it from a full one."""
    width, height = size
    found = []
    offset = 5.0
    while offset < width + height:
        left, low = max(0.0, offset - height), min(offset, height)
        right, top = min(offset, width), max(0.0, offset - width)
        found.append(f"M{px(x + left)} {px(y + low)}L{px(x + right)} {px(y + top)}")
        offset += 5.0
    lines = f'<path class="c-hatch" d="{"".join(found)}"/>' if found else ""
    return bar(x, y, size=size, css="c-hatch") + lines


def marker(shape: Shape, x: float, y: float, *, is_full: bool = True, size: float = 5.0) -> str:
    """Return a mark around a point, full or open."""
    css = "c-full" if is_full else "c-open"
    if shape == "circle":
        return f'<circle class="{css}" cx="{px(x)}" cy="{px(y)}" r="{px(size)}"/>'
    ways = {
        "square": [(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)],
        "triangle": [(0, -1.15), (1.1, 0.85), (-1.1, 0.85)],
        "turned": [(0, 1.15), (1.1, -0.85), (-1.1, -0.85)],
        "diamond": [(0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)],
    }
    if shape == "cross":
        a, b = size * 0.9, size * 0.9
        strokes = f"M{px(x - a)} {px(y - b)}L{px(x + a)} {px(y + b)}M{px(x - a)} {px(y + b)}"
        return f'<path class="c-line" d="{strokes}L{px(x + a)} {px(y - b)}"/>'
    points = "L".join(f"{px(x + dx * size)} {px(y + dy * size)}" for dx, dy in ways[shape])
    return f'<path class="{css}" d="M{points}Z"/>'


# --- axes ---


def ticks_of(scale: Scale, *, gap: float = 8) -> list[Tick]:
    """Return as many ticks as their texts leave room for on a level axis, three if that can be.

    Where there is little room every other tick has no text.
    """
    make = ratio_ticks if scale.is_log else ticks
    tried = [make(scale.low, scale.high, most=most) for most in (7, 6, 5, 4, 3, 2)]
    thinned = [_thinned(found) for found in tried]
    for least, choices in ((3, tried), (2, thinned), (2, tried), (1, thinned)):
        for found in choices:
            named = [tick for tick in found if tick.text]
            if len(named) >= least and _fit(scale, named, gap):
                return found
    return tried[-1][:1]


def _thinned(found: Sequence[Tick]) -> list[Tick]:
    """Return ticks of which every other has its text; the one at zero has."""
    zero = next((place for place, tick in enumerate(found) if tick.value == 0), 0)
    return [
        tick if (place - zero) % 2 == 0 else Tick(tick.value, "")
        for place, tick in enumerate(found)
    ]


def _fit(scale: Scale, found: Sequence[Tick], gap: float) -> bool:
    ends = [(scale(tick.value), width_of(tick.text) / 2) for tick in found]
    return all(b[0] - b[1] - a[0] - a[1] >= gap for a, b in pairwise(ends))


def level_axis(
    scale: Scale, *, top: float, bottom: float, title: str = "", edge: float = WIDE
) -> list[str]:
    """Return hairlines from top to bottom with their numbers below, and a title below those.

    The numbers stay within the picture, which ends at an edge.
    """
    marks = []
    for value, text in ticks_of(scale):
        x = scale(value)
        marks.append(line(x, top, to=(x, bottom), css="c-grid"))
        if text:
            half = width_of(text) / 2
            at = min(max(x, half), edge - half)
            marks.append(words(at, bottom + LINE, text, css="c-soft", anchor="middle"))
    if title:
        x = (scale.start + scale.end) / 2
        marks.append(words(x, bottom + 2.2 * LINE, title, css="c-soft", anchor="middle"))
    return marks


def upright_axis(scale: Scale, found: Sequence[Tick], *, left: float, right: float) -> list[str]:
    """Return hairlines from left to right with their numbers on the left."""
    marks = []
    for value, text in found:
        y = scale(value)
        marks.append(line(left, y, to=(right, y), css="c-grid"))
        marks.append(words(left - 8, y + 5, text, css="c-soft", anchor="end"))
    return marks


# --- legends ---

Glyph = Callable[[float, float], str]


@dataclass(frozen=True)
class Entry:
    """A line of a legend: what is drawn left of it, how wide that is, and what it means."""

    glyph: Glyph
    text: str
    width: float = 14.0


def legend(entries: Sequence[Entry], *, x: float, y: float, room: float) -> tuple[list[str], float]:
    """Return a legend's marks from its first base line on, and how high it is.

    Entries stand beside each other while there is room, then below.
    """
    marks: list[str] = []
    at, line_y = x, y
    for entry in entries:
        text = cut(entry.text, room=room - entry.width - 8)
        wide = entry.width + 8 + width_of(text)
        if at > x and at + wide > x + room:
            at, line_y = x, line_y + LINE + 4
        marks.append(entry.glyph(at + entry.width / 2, line_y - 5))
        marks.append(words(at + entry.width + 8, line_y, text))
        at += wide + 20
    return marks, line_y - y + LINE


def entry(shape: Shape, text: str, *, is_full: bool = True) -> Entry:
    """Return the legend's entry of a mark."""
    return Entry(lambda x, y: marker(shape, x, y, is_full=is_full), text)
