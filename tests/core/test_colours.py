"""Contrast of colours, against published values."""

import pytest

from digicantrain.core.colours import ENOUGH_FOR_WORDS, contrast


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#ffffff", 4.54),
        ("#ff0000", "#ffffff", 4.0),
        ("#124c3c", "#ffffff", 9.88),
    ],
)
def test_contrast_is_what_wcag_says(one, other, expected):
    assert contrast(one, other) == pytest.approx(expected, abs=0.01)
    assert contrast(other, one) == contrast(one, other)


def test_the_lightest_grey_for_words_on_white_is_767676():
    assert contrast("#767676", "#ffffff") >= ENOUGH_FOR_WORDS > contrast("#777777", "#ffffff")
