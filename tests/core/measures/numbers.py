"""Figures of a result as numbers to reckon with."""


def number(value):
    """Return a figure that is a number."""
    assert isinstance(value, int | float), value
    return value
