"""Charts of results: one place where a method's result gets its pictures.

A chart is a function from a result to SVG text, registered under the name of its method; it is put
beside the tables, which say the same in figures.
"""

from collections.abc import Callable, Mapping
from typing import Final

from digicantrain.core.measures.result import Result

Figure = Callable[[Result], str]

FIGURES: Final[Mapping[str, tuple[Figure, ...]]] = {}


def figures_of(result: Result, *, method: str) -> tuple[str, ...]:
    """Return the charts of a method's result as SVG; none where there is no number to draw."""
    if result.reason:
        return ()
    return tuple(figure(result) for figure in FIGURES.get(method, ()))
