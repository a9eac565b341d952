"""Colours: whether words in one can be read on another.

Contrast as WCAG 2.2 defines it: 1 to 1 is invisible, 21 to 1 is black on white.
"""

ENOUGH_FOR_WORDS = 4.5
WHITE = "#ffffff"


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, each written as # and six digits."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(share: float) -> float:
    if share <= 0.04045:
        return share / 12.92
    return float(((share + 0.055) / 1.055) ** 2.4)
