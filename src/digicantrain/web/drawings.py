"""Our own drawings, made by rule so that every page uses the same pen.

Colours come from classes (assets/scss/_learning.scss), never from a style. A drawing that only
pleases is hidden from screen readers.
"""

import hashlib
import math
from collections.abc import Sequence

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


def landscape() -> SafeString:
    """A northern landscape with one line through it: the path that leaves the clinic."""
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
            '<circle class="sun" cx="760" cy="128" r="40"/>',
            f'<path class="hill-far" d="{fell}V370H0Z"/><path class="pen-soft" d="{fell}"/>',
            '<path class="pen-soft" d="M1040 62q70 -50 150 -26t90 62M1000 104q90 -62 190 -34t120 64"/>',
            f'<path class="hill-near" d="{near}V370H0Z"/><path class="pen" d="{near}"/>',
            *(spruce(*tree) for tree in far),
            _clinic(1048, 182),
            '<path class="lake" d="M450 272q260 -20 540 -8q-60 20 -260 22t-280 -14Z"/>',
            '<path class="pen-soft" d="M540 268q24 -4 48 0t48 0M700 264q30 -4 60 0t60 0"/>',
            '<path class="ground" d="M0 312C220 290 420 304 640 304S1000 300 1160 288S1360 296 1440 306V370H0Z"/>',
            '<path class="path" d="M720 372C716 348 640 344 590 334S520 306 610 302S900 312 1000 294'
            'S1052 254 1012 246S1052 232 1072 230"/>',
            *(spruce(*tree) for tree in trees),
            "</svg>",
        ]
    )


def walk(done: int, total: int) -> SafeString:
    """The learner's landscape: as many stations as the module has parts, walked up to here."""
    total = max(1, min(total, 12))
    done = max(0, min(done, total))
    points = [_on_way(number, total) for number in range(total)]
    here = points[min(done, total - 1)][0] if done < total else 1140
    parts = [
        f'<svg class="scene" viewBox="0 0 1120 220" preserveAspectRatio="xMidYMax slice" {HIDDEN}>',
        _stars([(120, 30), (300, 56), (520, 24), (700, 48), (900, 30), (1050, 60)]),
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
    """Where one stands among the steps of a unit: done, here, ahead."""
    total = max(1, min(total, 20))
    gap = 320 / total
    parts = [f'<svg class="step-dots" viewBox="0 0 340 28" {HIDDEN}>']
    parts.append(f'<path class="path" d="M10 14H{10 + gap * (here - 1):.1f}"/>')
    parts.append(
        f'<path class="path path--ahead" d="M{10 + gap * (here - 1):.1f} 14H{10 + gap * (total - 1):.1f}"/>'
    )
    parts += [_dot(10 + gap * number, number + 1, here) for number in range(total)]
    return _safe([*parts, "</svg>"])


def _dot(x: float, number: int, here: int) -> str:
    css = "done" if number < here else "next" if number == here else "ahead"
    return f'<circle class="station-{css}" cx="{x:.1f}" cy="14" r="{8 if css == "next" else 5}"/>'


def way_station(state: str) -> SafeString:
    """The mark of a part of a module: done, in progress, not started."""
    inner = {
        "done": '<circle class="station-done" cx="14" cy="14" r="11"/>'
        '<path class="way__tick" d="M9.500 14.500l3.200 3.200 6-6.700"/>',
        "next": '<circle class="station-halo" cx="14" cy="14" r="17"/>'
        '<circle class="station-next" cx="14" cy="14" r="9.500"/>',
    }.get(state, '<circle class="station-ahead" cx="14" cy="14" r="9"/>')
    return _safe([f'<svg class="way__station" viewBox="0 0 28 28" {HIDDEN}>{inner}</svg>'])


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


def trail_line() -> SafeString:
    """The flat path above the four ways on: one station each."""
    return _safe(
        [
            f'<svg class="trail__line" viewBox="0 0 1120 90" preserveAspectRatio="none" {HIDDEN}>',
            '<path class="path" d="M0 20C0 60 60 70 140 62S260 30 300 44S420 76 580 44S740 70 860 44"/>',
            "".join(
                f'<circle class="station-{"next" if x == 14 else "ahead"}" cx="{x}" cy="{y}" r="9"/>'
                for x, y in ((14, 46), (300, 44), (580, 44), (860, 44))
            ),
            "</svg>",
        ]
    )


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
