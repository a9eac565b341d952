"""A chart: two drawings of the same, its title, what it shows in a sentence, and its table."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from digicantrain.core.measures.charts.drawing import NARROW, STYLE_ALONE, WIDE, Picture
from digicantrain.core.measures.charts.wording import escaped
from digicantrain.core.measures.result import Table

MARGIN = 16
NAMESPACE = "http://www.w3.org/2000/svg"


@dataclass(frozen=True)
class Chart:
    """A chart of one or several results.

    `wide` is for a page and for print, `narrow` for a phone; both show the same. `table` holds
    the figures that are drawn, `sentence` what is seen, made of these figures.
    """

    kind: str
    title: str
    sentence: str
    table: Table
    wide: Picture
    narrow: Picture

    @property
    def svg(self) -> str:
        """The chart as an SVG file of its own: black on white, with title and description."""
        content = "".join((self.kind, self.title, self.sentence, self.wide.body))
        name = f"c{hashlib.sha256(content.encode()).hexdigest()[:12]}"
        width, height = self.wide.width + 2 * MARGIN, round(self.wide.height) + 2 * MARGIN
        box = f"{-MARGIN} {-MARGIN} {width} {height}"
        return (
            f'<svg xmlns="{NAMESPACE}" width="{width}" height="{height}" viewBox="{box}"'
            f' role="img" aria-labelledby="{name}-t {name}-d">'
            f'<title id="{name}-t">{escaped(self.title)}</title>'
            f'<desc id="{name}-d">{escaped(self.sentence)}</desc>'
            f"<style>{STYLE_ALONE}</style>"
            f'<rect class="c-paper" x="{-MARGIN}" y="{-MARGIN}" width="{width}" '
            f'height="{height}"/>{self.wide.body}</svg>\n'
        )

    def figure(self, name: str) -> str:
        """Return the chart as a figure of an HTML page; its style is `drawing.STYLE_PAGE`.

        Args:
            name: what the ids of this figure begin with; another for each figure of a page.
        """
        drawings = "".join(
            f'<svg class="{css}" viewBox="0 0 {picture.width} {round(picture.height)}" role="img"'
            f' aria-labelledby="{name}-{css}" aria-describedby="{name}-d">'
            f'<title id="{name}-{css}">{escaped(self.title)}</title>{picture.body}</svg>'
            for css, picture in (("c-wide", self.wide), ("c-narrow", self.narrow))
        )
        return (
            f'<figure class="chart">{drawings}<figcaption id="{name}-d">'
            f"<b>{escaped(self.title)}.</b> {escaped(self.sentence)}</figcaption></figure>"
        )


Draw = Callable[[float], Picture]


def made(kind: str, title: str, *, sentence: Iterable[str], table: Table, draw: Draw) -> Chart:
    """Return a chart whose two pictures a function draws for their widths."""
    text = " ".join(part for part in sentence if part)
    return Chart(kind, title, text, table, draw(WIDE), draw(NARROW))
