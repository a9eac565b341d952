"""Figures of a result as numbers to reckon with."""


def number(value):
    """Return a figure that is a number."""
    assert isinstance(value, int | float), value
    return value


def effect_of(result):
    """Return the effect size of a result that has one."""
    assert result.effect is not None
    return result.effect.value
