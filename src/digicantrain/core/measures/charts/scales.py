"""Scales: values onto pixels, and ticks at round numbers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from digicantrain.core.measures.charts.wording import POWERS, minus

LARGEST = 1.7e308
SMALLEST = 1e-100
STEPS = (1, 2, 5)


@dataclass(frozen=True)
class Scale:
    """Maps values from `low` to `high` onto pixels from `start` to `end`; by logarithms if asked.

    The end may stand before the start, as it does where up is more.
    """

    low: float
    high: float
    start: float
    end: float
    is_log: bool = False

    def __call__(self, value: float) -> float:
        """Return the pixel of a value."""
        low, high, at = (self._turned(one) for one in (self.low, self.high, value))
        # halves, since the way from -1e308 to 1e308 is no number
        share = (at / 2 - low / 2) / (high / 2 - low / 2)
        return self.start + share * (self.end - self.start)

    def _turned(self, value: float) -> float:
        return math.log(max(value, 1e-320)) if self.is_log else value

    def holds(self, value: float) -> bool:
        """Whether a value lies on the scale."""
        return self.low <= value <= self.high


def room_for(values: Sequence[float], *, margin: float = 0.06) -> tuple[float, float]:
    """Return the ends of a scale on which values stand, with a margin; wide enough for equal ones.

    Args:
        values: finite, at least one.
        margin: as a share of the way between the least and the greatest.
    """
    low, high = min(values), max(values)
    size, way = max(abs(low), abs(high)), high / 2 - low / 2
    if way <= size * 1e-9 or way < SMALLEST:
        more = size / 10 if size > SMALLEST else 1.0
    else:
        more = 2 * way * margin if way < LARGEST / 4 else 0.0
    return max(low - more, -LARGEST), min(high + more, LARGEST)


def room_for_ratios(values: Sequence[float], *, margin: float = 0.06) -> tuple[float, float]:
    """Return the ends of a logarithmic scale for ratios above zero."""
    low, high = room_for([math.log(value) for value in values], margin=margin)
    least = math.log(1.1)
    if high - low < 2 * least:
        middle = (high + low) / 2
        low, high = middle - least, middle + least
    return math.exp(max(low, -700)), math.exp(min(high, 700))


class Tick(NamedTuple):
    """A round number on a scale, and its text."""

    value: float
    text: str


def ticks(low: float, high: float, *, most: int = 6) -> list[Tick]:
    """Return round numbers between two ends, at most so many (1, 2 or 5 times a power of ten)."""
    raw = high / most - low / most
    exponent = math.floor(math.log10(raw))
    step, found = 0.0, []
    for bump in (exponent, exponent + 1, exponent + 2):
        for base in STEPS:
            step = float(f"{base}e{bump}")
            first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
            if last - first < most:
                found = [_tick(n, base, bump) for n in range(first, last + 1)]
                return found or [_tick(first, base, bump)]
    return found


def _tick(number: int, base: int, exponent: int) -> Tick:
    value = float(f"{number * base}e{exponent}")
    if abs(value) >= POWERS or exponent < -5:
        return Tick(value, minus(f"{value:.6g}"))
    return Tick(value, minus(f"{value:.{max(0, -exponent)}f}"))


def ratio_ticks(low: float, high: float, *, most: int = 7) -> list[Tick]:
    """Return round numbers of a logarithmic scale: 1, 2, 5 of each ten, or powers of ten."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    if last - first > most + 1:
        return _powers(first, last, most)
    for bases in ((1, 2, 5), (1, 3), (1,)):
        found = [
            Tick(value, minus(f"{value:.15g}" if abs(exponent) < 7 else f"{base}e{exponent}"))
            for exponent in range(first, last + 1)
            for base in bases
            if low <= (value := float(f"{base}e{exponent}")) <= high
        ]
        if 2 <= len(found) <= most:
            return found
    return [one for one in ticks(low, high, most=most) if one.value > 0]


def _powers(first: int, last: int, most: int) -> list[Tick]:
    stride = math.ceil((last - first + 1) / most)
    kept = range(math.ceil(first / stride) * stride, last, stride)
    return [Tick(float(f"1e{e}"), minus(f"1e{e}" if abs(e) > 3 else f"{10.0**e:g}")) for e in kept]
