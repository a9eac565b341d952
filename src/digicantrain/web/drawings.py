"""Our own drawings, made by rule so that every page uses the same pen.

Colours come from classes (assets/scss/_learning.scss), never from a style. A drawing that only
pleases is hidden from screen readers.
"""

import hashlib
import math
from collections.abc import Sequence
from itertools import pairwise

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

HIDDEN = 'aria-hidden="true" focusable="false"'


def _safe(parts: Sequence[str]) -> SafeString:
    """Join markup that this module alone has written: numbers and our own class names."""
    return mark_safe("".join(parts))  # noqa: S308 - holds nothing from outside


def mark() -> SafeString:
    """The mark: a path that climbs in bends and so makes a spruce; the dot is the goal."""
    return _safe(
        [
            f'<svg class="brand__mark" viewBox="0 0 48 48" {HIDDEN}>',
            '<circle class="mark-sun" cx="24" cy="6.5" r="4"/>',
            '<path class="mark-path" d="M24 15q8 2 3 6.500l-6 2q-7 2 0 6l8 2q10 4 1 8L8 44"/></svg>',
        ]
    )


def spruce(x: float, foot: float, height: float, css: str = "pen") -> str:
    """A spruce: a trunk and boughs that hang."""
    boughs = max(4, round(height / 13))
    path = [f"M{x:.1f} {foot:.1f}V{foot - height:.1f}"]
    for number in range(1, boughs + 1):
        share = number / boughs
        top = foot - height + share * height * 0.78 - height * 0.05
        width = (0.06 + 0.2 * share) * height * (1 if number % 2 else 0.85)
        low = top + height * 0.07 + width * 0.3
        path.append(
            f"M{x - width:.1f} {low:.1f}Q{x - width * 0.35:.1f} {top + 4:.1f} {x:.1f} {top:.1f}"
            f"Q{x + width * 0.35:.1f} {top + 4:.1f} {x + width:.1f} {low:.1f}"
        )
    return f'<path class="{css}" d="{"".join(path)}"/>'


def _stars(places: Sequence[tuple[float, float]]) -> str:
    return "".join(f'<circle class="star" cx="{x}" cy="{y}" r="1.2"/>' for x, y in places)


def _clinic(x: float, y: float) -> str:
    windows = [(8, 12), (20, 12), (32, 12), (8, 27), (20, 27), (32, 27), (58, 29), (71, 29)]
    lit = "".join(
        f'<rect class="window" x="{x + dx}" y="{y + dy}" width="6" height="7" rx="1"/>'
        for dx, dy in windows
    )
    return (
        f'<rect class="house" x="{x}" y="{y + 4}" width="46" height="44"/>'
        f'<rect class="house" x="{x + 46}" y="{y + 20}" width="46" height="28"/>{lit}'
        f'<path class="pen" d="M{x + 23} {y + 4}v-12M{x - 8} {y + 48}h110"/>'
    )


AURORA = (
    "M742 40C800 -10 850 20 920 -36S1180 -60 1330 -30",
    "M752 64C812 18 866 44 936 -14S1190 -36 1350 -8",
    "M764 88C820 44 880 66 950 8S1030 -22 1060 -24",
)


def landscape() -> SafeString:
    """A northern landscape with one line through it: the path that leaves the clinic.

    It leaves the picture in the middle of its foot, where `trail_line` takes it up.
    """
    fell = "M0 210C130 176 240 196 352 182S560 166 690 178S850 150 936 96S1090 -20 1196 16S1350 112 1440 104"
    near = "M0 250C150 220 300 244 460 232S760 246 920 232S1240 208 1440 236"
    trees = [(60, 338, 140), (104, 346, 108), (150, 334, 120), (214, 340, 80), (262, 330, 96),
             (1230, 318, 84), (1272, 330, 124), (1330, 338, 146), (1390, 344, 112)]  # fmt: skip
    far = [(420, 236, 32), (440, 234, 40), (462, 233, 28), (820, 240, 28), (842, 239, 36)]
    return _safe(
        [
            f'<svg class="scene scene--home" viewBox="0 -60 1440 430" '
            f'preserveAspectRatio="xMidYMax slice" {HIDDEN}>',
            _stars(
                [(60, 110), (250, 60), (430, 120), (640, 20), (760, 80), (880, -20), (1330, -20)]
            ),
            *(f'<path class="aurora" d="{line}"/>' for line in AURORA),
            '<circle class="sun" cx="760" cy="128" r="40"/>',
            f'<path class="hill-far" d="{fell}V370H0Z"/><path class="pen-soft" d="{fell}"/>',
            '<path class="pen-soft" d="M1040 62q70 -50 150 -26t90 62M1000 104q90 -62 190 -34t120 64'
            'M960 146q110 -70 236 -40t150 66"/>',
            f'<path class="hill-near" d="{near}V370H0Z"/><path class="pen" d="{near}"/>',
            *(spruce(*tree) for tree in far),
            _clinic(1048, 182),
            '<path class="lake" d="M450 272q260 -20 540 -8q-60 20 -260 22t-280 -14Z"/>',
            '<path class="pen-soft" d="M540 268q24 -4 48 0t48 0M700 264q30 -4 60 0t60 0"/>',
            '<path class="ground" d="M0 312C220 290 420 304 640 304S1000 300 1160 288S1360 296 1440 306V370H0Z"/>',
            '<path class="path" d="M720 374C720 352 694 344 650 341S520 310 612 304S900 314 1000 296'
            'S1052 256 1012 247S1052 233 1072 231"/>',
            *(spruce(*tree) for tree in trees),
            '<path class="pen-soft" d="M388 348q7 -13 9 -20M394 350q3 -11 12 -16M878 346q7 -12 8 -20'
            'M884 348q3 -10 10 -14M1130 350q6 -12 8 -19M1136 352q3 -8 9 -12"/>',
            "</svg>",
        ]
    )


MOST_STATIONS = 12


def walk(done: int, total: int) -> SafeString:
    """The learner's landscape: a station for each part, walked up to here.

    A module of many steps has fewer stations than steps; where she stands keeps its share of the
    way. A narrow window shows the third of the picture in which she stands.
    """
    done, total = _stations(done, total)
    points = [_on_way(number, total) for number in range(total)]
    here = points[done][0] if done < total else 1140
    side = "xMin" if here < 360 else "xMid" if here < 700 else "xMax"
    parts = [
        f'<svg class="scene" viewBox="0 0 1120 220" preserveAspectRatio="{side}YMax slice" {HIDDEN}>',
        _stars([(120, 30), (300, 56), (520, 24), (700, 48), (900, 30), (1050, 60)]),
        *(f'<path class="aurora" d="{line}"/>' for line in WALK_AURORA),
        '<circle class="sun" cx="1000" cy="92" r="30"/>',
        '<path class="hill-far" d="M0 122C140 88 240 112 360 94S600 54 730 90S940 122 1120 82V220H0Z"/>',
        '<path class="pen-soft" d="M0 122C140 88 240 112 360 94S600 54 730 90S940 122 1120 82"/>',
        '<path class="hill-near" d="M0 158C170 138 320 162 500 148S850 158 1120 132V220H0Z"/>',
        '<path class="pen" d="M0 158C170 138 320 162 500 148S850 158 1120 132"/>',
        spruce(250, 155, 32), spruce(270, 155, 42), spruce(828, 150, 34), spruce(848, 149, 44),
        '<path class="ground" d="M0 206C250 188 500 202 730 198S1000 184 1120 190V220H0Z"/>',
        f'<path class="path" d="{_way(-20, here)}"/>',
        f'<path class="path path--ahead" d="{_way(here, 1140)}"/>' if done < total else "",
        *(_station(x, y, number, done) for number, (x, y) in enumerate(points)),
        spruce(26, 198, 62), spruce(1066, 196, 108), spruce(1102, 204, 84),
        "</svg>",
    ]  # fmt: skip
    return _safe(parts)


WALK_AURORA = (
    "M430 44C500 10 560 40 640 6S800 -6 900 14",
    "M446 64C516 30 580 58 664 24S830 14 930 34",
)


def _stations(done: int, total: int) -> tuple[int, int]:
    """Return how many stations are behind, and how many there are."""
    total = max(1, total)
    done = max(0, min(done, total))
    if total <= MOST_STATIONS:
        return done, total
    return done * MOST_STATIONS // total, MOST_STATIONS


def _height(x: float) -> float:
    return 186 + 14 * math.sin(x / 95) - x * 0.012


def _on_way(number: int, total: int) -> tuple[float, float]:
    x = 90 + 860 * (number / max(1, total - 1))
    return x, _height(x)


def _way(start: float, end: float) -> str:
    steps = max(2, int((end - start) / 20))
    places = [start + (end - start) * i / steps for i in range(steps + 1)]
    return "M" + "L".join(f"{x:.1f} {_height(x):.1f}" for x in places)


def _station(x: float, y: float, number: int, done: int) -> str:
    if number < done:
        return f'<circle class="station-done" cx="{x:.1f}" cy="{y:.1f}" r="7"/>'
    if number > done:
        return f'<circle class="station-ahead" cx="{x:.1f}" cy="{y:.1f}" r="7"/>'
    return (
        f'<circle class="station-halo" cx="{x:.1f}" cy="{y:.1f}" r="16"/>'
        f'<circle class="station-next" cx="{x:.1f}" cy="{y:.1f}" r="9"/>'
    )


def dots(here: int, total: int) -> SafeString:
    """Where one stands among the steps of a unit: done, here, ahead, on a way that winds."""
    total = max(1, min(total, 20))
    gap = 316 / total
    points = [(14 + gap * number, 22 + (7 if number % 2 else -5)) for number in range(total)]
    here = max(1, min(here, total))
    return _safe(
        [
            f'<svg class="step-dots" viewBox="0 0 340 44" {HIDDEN}>',
            f'<path class="path" d="{_bends(points[:here])}"/>',
            f'<path class="path path--ahead" d="{_bends(points[here - 1 :])}"/>',
            *(_dot(x, y, number, here) for number, (x, y) in enumerate(points, 1)),
            "</svg>",
        ]
    )


def _bends(points: Sequence[tuple[float, float]]) -> str:
    """A line through points that rises and sinks between them."""
    way = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for number, ((x, y), (next_x, next_y)) in enumerate(pairwise(points)):
        lift = -9 if number % 2 == 0 else 9
        way += (
            f"C{x + (next_x - x) * 0.35:.1f} {y + lift:.1f} {x + (next_x - x) * 0.65:.1f}"
            f" {next_y + lift:.1f} {next_x:.1f} {next_y:.1f}"
        )
    return way


def _dot(x: float, y: float, number: int, here: int) -> str:
    css = "done" if number < here else "next" if number == here else "ahead"
    return (
        f'<circle class="station-{css}" cx="{x:.1f}" cy="{y}" r="{8 if css == "next" else 5.5}"/>'
    )


def way_station(state: str) -> SafeString:
    """The mark of a part of a module: done, in progress, not started."""
    inner = {
        "done": '<circle class="station-done" cx="14" cy="14" r="11"/>'
        '<path class="way__tick" d="M9.500 14.500l3.200 3.200 6-6.700"/>',
        "next": '<circle class="station-halo" cx="14" cy="14" r="17"/>'
        '<circle class="station-next" cx="14" cy="14" r="9.500"/>',
    }.get(state, '<circle class="station-ahead" cx="14" cy="14" r="9"/>')
    return _safe([f'<svg class="way__station" viewBox="0 0 28 28" {HIDDEN}>{inner}</svg>'])


def way_bend(number: int, *, walked: bool) -> SafeString:
    """The piece of path between two parts of a list; it swings to the one side and the other."""
    swing = 20 if number % 2 else -20
    css = "path" if walked else "path path--ahead"
    return _safe(
        [
            f'<svg class="way__bend" viewBox="0 0 48 100" preserveAspectRatio="none" {HIDDEN}>',
            f'<path class="{css}" d="M24 0C{24 + swing} 30 {24 + swing} 70 24 100"/></svg>',
        ]
    )


def seal(number: str, *, text: str, out: bool = False) -> SafeString:
    """Contour lines drawn from a credential's number, so that no two look alike."""
    seed = hashlib.sha256(number.encode()).digest()
    rings = [_ring(seed, index) for index in range(9)]
    cut = '<path class="seal__cut" d="M30 108L126 48"/>' if out else ""
    drawn = _safe(
        [
            '<circle class="seal__ground" cx="78" cy="78" r="74"/>',
            *rings,
            '<circle class="seal__rim" cx="78" cy="78" r="74"/>',
            f'<circle class="seal__centre" cx="78" cy="78" r="24"/>{cut}',
        ]
    )
    return format_html(
        '<svg class="seal{}" viewBox="0 0 156 156" aria-hidden="true" focusable="false">{}'
        '<text class="seal__text" x="78" y="85">{}</text></svg>',
        *(" seal--out" if out else "", drawn, text),
    )


def _ring(seed: bytes, index: int) -> str:
    base = 29 + index * 5
    wave = [seed[(index * 3 + k) % 32] / 255 for k in range(3)]
    points = []
    for step in range(48):
        angle = step / 48 * 2 * math.pi
        swing = sum(math.sin((k + 2) * angle + 6.28 * w) * w for k, w in enumerate(wave))
        radius = min(72.0, base + swing * 2.2)
        points.append(f"{78 + radius * math.cos(angle):.1f} {78 + radius * math.sin(angle):.1f}")
    return f'<path class="seal__ring" d="M{"L".join(points)}Z"/>'


DOOR_SIGNS = {
    "nurse": "M40 34h24v38h-24zM46 56l4-6 4 8 4-5",
    "doctor": "M42 34v12a8 8 0 0 0 16 0v-12M50 54v6a8 8 0 0 0 16 0v-4",
    "team": "M52 40a5 5 0 1 0 .1 0M42 62a5 5 0 1 0 .1 0M62 62a5 5 0 1 0 .1 0M50 50l-5 9M55 50l5 9",
    "non-clinical": "M38 38h30v28h-30zM38 46h30M46 34v8M60 34v8M47 57l4 4 8-8",
    "authority": "M38 40l10-4 10 4 10-4v28l-10 4-10-4-10 4zM48 36v28M58 40v28",
    "trainer": "M53 70V50M53 56l-9-10M53 52l9-10M44 42a3 3 0 1 0 .1 0M53 36a3 3 0 1 0 .1 0M62 38a3 3 0 1 0 .1 0",
}


def door(sign: str) -> SafeString:
    """A door that stands open, with the sign of whom it is for."""
    return _safe(
        [
            f'<svg class="door" viewBox="0 0 84 104" {HIDDEN}>',
            '<path class="door__light" d="M24 8h52v88H24Z"/>',
            '<path class="pen" d="M24 8h52v88H24ZM0 96h84"/>',
            '<path class="door__leaf" d="M24 8L10 16v84l14-4Z"/>',
            f'<path class="pen" d="{DOOR_SIGNS[sign]}"/></svg>',
        ]
    )


TRAIL_STATIONS = (12, 300, 588, 876)


def trail_line() -> SafeString:
    """The path goes on under the landscape, past the four ways on: one station each."""
    return _safe(
        [
            f'<svg class="trail__line" viewBox="0 0 1120 150" {HIDDEN}>',
            '<path class="path" d="M560 -2C560 24 540 44 480 44S12 26 12 100C12 136 70 138 150 122'
            'S250 100 300 100S400 128 444 128S540 100 588 100S690 128 732 128S830 100 876 100"/>',
            "".join(
                _station(x, 100, number, 0)
                for number, x in reversed(list(enumerate(TRAIL_STATIONS)))
            ),
            "</svg>",
        ]
    )


def trail_bend() -> SafeString:
    """On a phone the path swings from the foot of the landscape to the edge of the list."""
    return _safe(
        [
            f'<svg class="trail__bend" viewBox="0 0 160 56" preserveAspectRatio="none" {HIDDEN}>',
            '<path class="path" d="M160 -2C160 44 0 10 0 58"/></svg>',
        ]
    )


def fells(parts: Sequence[tuple[int, bool]]) -> SafeString:
    """A module as a walk: a fell for each part, as broad and as high as its minutes.

    `parts` are minutes and whether the part is written; one that is only planned is dashed. The
    path runs along their feet, not over them: nobody after a night shift wants to see climbs.
    """
    total = sum(minutes for minutes, _written in parts) or 1
    most = max((minutes for minutes, _written in parts), default=1) or 1
    left, drawn, places = 0.0, [], []
    for number, (minutes, written) in enumerate(parts):
        width = minutes / total * 1120
        drawn.append(_fell(left, width=width, rise=118 * minutes / most, number=number))
        places.append((left + width / 2, 178 + 16 * (number % 2), written))
        left += width
    return _safe(
        [
            f'<svg class="scene scene--fells" viewBox="0 16 1120 200" {HIDDEN}>',
            *drawn,
            '<path class="ground" d="M0 158C200 146 380 156 560 150S940 146 1120 154V220H0Z"/>',
            '<path class="pen" d="M0 158C200 146 380 156 560 150S940 146 1120 154"/>',
            *(spruce(x + 34, 172, 34 + x % 17) for x, _y, _written in places[::2]),
            f'<path class="path" d="{_along(places)}"/>',
            *(_stop(x, y, written) for x, y, written in places),
            "</svg>",
        ]
    )


def _fell(left: float, *, width: float, rise: float, number: int) -> str:
    foot, top = 160, 160 - rise
    start, end = left - width * 0.24, left + width * 1.24
    peak = left + width * (0.46, 0.56, 0.42, 0.54)[number % 4]
    span = end - start
    line = (
        f"M{start:.1f} {foot}C{start + span * 0.16:.1f} {foot - 6} {peak - span * 0.17:.1f} {top:.1f}"
        f" {peak:.1f} {top:.1f}S{end - span * 0.16:.1f} {foot - 6} {end:.1f} {foot}"
    )
    crease = (
        f"M{peak - span * 0.1:.1f} {top + rise * 0.26:.1f}Q{peak:.1f} {top + rise * 0.11:.1f}"
        f" {peak + span * 0.1:.1f} {top + rise * 0.27:.1f}"
        f"M{peak - span * 0.14:.1f} {top + rise * 0.46:.1f}Q{peak:.1f} {top + rise * 0.29:.1f}"
        f" {peak + span * 0.14:.1f} {top + rise * 0.48:.1f}"
    )
    hill = "far" if number % 2 else "near"
    return (
        f'<path class="hill-{hill}" d="{line}Z"/><path class="pen-soft" d="{line}"/>'
        f'<path class="pen-soft" d="{crease}"/>'
    )


def _along(places: Sequence[tuple[float, float, bool]]) -> str:
    """A line in bends through all stations, from edge to edge."""
    way, x, y = "M-10 190", -10.0, 190.0
    for next_x, next_y, _written in [*places, (1130.0, 184.0, False)]:
        middle = (x + next_x) / 2
        way += f"C{middle:.1f} {y:.1f} {middle:.1f} {next_y:.1f} {next_x:.1f} {next_y:.1f}"
        x, y = next_x, next_y
    return way


def _stop(x: float, y: float, written: bool) -> str:  # noqa: FBT001 - a fact about the stop
    kind = "done" if written else "ahead"
    return f'<circle class="station-{kind}" cx="{x:.1f}" cy="{y:.1f}" r="7"/>'


def share(parts: Sequence[int]) -> SafeString:
    """A bar of hours, one piece for each kind, in six strengths of the same green."""
    total, left, drawn = sum(parts) or 1, 0.0, []
    for number, part in enumerate(parts, 1):
        width = part / total * 100
        drawn.append(
            f'<rect class="share-{number}" x="{left:.2f}" width="{width:.2f}" height="10"/>'
        )
        left += width
    return _safe(
        [
            f'<svg class="share" viewBox="0 0 100 10" preserveAspectRatio="none" {HIDDEN}>',
            *drawn,
            "</svg>",
        ]
    )


def share_key(number: int) -> SafeString:
    """The mark of one piece of the bar, beside its words."""
    return _safe(
        [
            f'<svg class="share-key" viewBox="0 0 24 10" {HIDDEN}>'
            f'<rect class="share-{int(number)}" width="24" height="10" rx="3"/></svg>'
        ]
    )


def lost() -> SafeString:
    """The path that went astray among the trees, and the light it can turn back to."""
    return _safe(
        [
            f'<svg class="lost__drawing" viewBox="0 0 420 240" {HIDDEN}>',
            _stars([(60, 40), (150, 22), (240, 52), (330, 30)]),
            '<path class="hill-far" d="M0 150C70 110 130 128 200 112S330 84 420 120V240H0Z"/>',
            '<path class="pen-soft" d="M0 150C70 110 130 128 200 112S330 84 420 120"/>',
            '<path class="hill-near" d="M0 186C90 160 170 182 260 170S370 168 420 176V240H0Z"/>',
            '<path class="pen" d="M0 186C90 160 170 182 260 170S370 168 420 176"/>',
            _clinic(40, 124),
            '<path class="path" d="M78 174C96 196 150 190 176 204S246 232 286 216"/>',
            '<path class="path path--ahead" d="M286 216C318 202 352 206 356 190S330 168 316 182S330 216 372 214"/>',
            '<circle class="station-halo" cx="286" cy="216" r="15"/>'
            '<circle class="station-next" cx="286" cy="216" r="8"/>',
            *(spruce(x, y, height) for x, y, height in LOST_TREES),
            "</svg>",
        ]
    )


LOST_TREES = (
    (300, 190, 74), (336, 178, 92), (368, 184, 118), (398, 200, 96), (406, 232, 84), (248, 196, 46),
)  # fmt: skip


def arrow() -> SafeString:
    """The arrow on the one button that leads on."""
    return _safe(
        [
            f'<svg width="18" height="14" viewBox="0 0 18 14" {HIDDEN}><path d="M1 7h15M10.500 1.500'
            'L16 7l-5.500 5.500" fill="none" stroke="currentColor" stroke-width="2" '
            'stroke-linecap="round" stroke-linejoin="round"/></svg>'
        ]
    )


def globe() -> SafeString:
    """The sign by which a stranger finds the languages."""
    return _safe(
        [
            f'<svg viewBox="0 0 20 20" {HIDDEN}><circle cx="10" cy="10" r="8"/>'
            '<path d="M2 10h16M10 2c5 5 5 11 0 16M10 2c-5 5-5 11 0 16"/></svg>'
        ]
    )
