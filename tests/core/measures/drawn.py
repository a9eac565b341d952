"""Results made by hand for charts, and what is read off a chart's SVG."""

import re
from dataclasses import dataclass
from xml.etree import ElementTree

from digicantrain.core.measures.result import Effect, Interval, Reason, Result, Table

SVG = "{http://www.w3.org/2000/svg}"
LONG = "Lääkehoidonturvallisuusosaamiskokonaisuuden itsearviointi potilastietojärjestelmässä"
GREEK = "Αυτοαξιολόγηση ψηφιακών δεξιοτήτων στην ογκολογία και στην παρηγορητική φροντίδα"
HOSTILE = "</title><script>alert(1)</script>\"'&\x00\u202e\ud800 \n<b>"
LABELS = ("plain", LONG, GREEK, HOSTILE, "W" * 300, "", " ", "名前" * 40)


def change(value=0.5, low=0.25, high=0.75, before=3.0, after=3.5, *, reason=None):
    """Return a result of `paired_change`."""
    if reason:
        return Result("m", "s", n=0 if reason is Reason.HIDDEN else 3, reason=reason)
    limits = Interval(low, high)
    details = {"mean_before": before, "mean_after": after}
    return Result("m", "s", 40, value, limits, Effect("Hedges g", value, limits), details)


def flow(*rows):
    """Return a result of `participant_flow` from (stage, n, lost, reason)."""
    columns = ("stage", "n", "lost_before", "reason")
    return Result("m", "s", 100, tables=(Table("stages", columns, rows),))


def rasch(items, people):
    """Return a result of `rasch_model`: difficulties by name, (ability, people) by score."""
    rows = tuple((name, value, 0.2, 10, 20, 1.0, 1.0) for name, value in items)
    columns = ("item", "difficulty", "se", "right", "answered", "infit", "outfit")
    scores = tuple((score, n, ability, 0.5) for score, (ability, n) in enumerate(people))
    persons = Table("persons", ("score", "people", "ability", "se"), scores)
    n = sum(n for _ability, n in people)
    return Result("m", "s", n, tables=(Table("items", columns, rows), persons))


def two_parameters(*items):
    """Return a result of `item_response_model` from (name, slope, difficulty)."""
    columns = ("item", "discrimination", "difficulty")
    return Result("m", "s", 300, tables=(Table("items", columns, items),))


def skills(*rows, cuts=(3.0, 3.0)):
    """Return a result of `importance_performance` from (name, importance, performance)."""
    quadrants = {
        (True, False): "concentrate here", (True, True): "keep up",
        (False, False): "low priority", (False, True): "possible overkill",
    }  # fmt: skip
    found = tuple(
        (name, i, p, i - p, 40, 40, quadrants[i >= cuts[0], p >= cuts[1]]) for name, i, p in rows
    )
    columns = (
        "skill", "importance", "performance", "gap", "n_importance", "n_performance", "quadrant",
    )  # fmt: skip
    details = {"importance_cut": cuts[0], "performance_cut": cuts[1]}
    return Result("m", "s", 40, details=details, tables=(Table("skills", columns, found),))


def coefficients(*rows):
    """Return a result with coefficients from (term, estimate, low, high)."""
    columns = ("term", "estimate", "low", "high")
    return Result("m", "s", 90, tables=(Table("coefficients", columns, rows),))


def ratios(*rows):
    """Return a result with odds ratios from (term, ratio, low, high)."""
    columns = ("term", "odds_ratio", "low", "high")
    return Result("m", "s", 90, tables=(Table("odds_ratios", columns, rows),))


def missing(names, shares, patterns, *, n=200):
    """Return a result of `missing_patterns`."""
    rows = tuple(
        (name, round(n * (1 - s)), round(n * s), s) for name, s in zip(names, shares, strict=True)
    )
    columns = Table("columns", ("column", "answered", "missing", "share_missing"), rows)
    found = Table("patterns", ("pattern", "people"), tuple(patterns))
    return Result("m", "s", n, details={"complete": 90, "monotone": 0}, tables=(columns, found))


@dataclass(frozen=True)
class Word:
    """A text with its place and class."""

    x: float
    y: float
    text: str
    css: str
    anchor: str


class Drawn:
    """What stands in a chart's SVG."""

    def __init__(self, svg):
        self.root = ElementTree.fromstring(svg)  # noqa: S314 - our own

    def all(self, tag, css):
        """Return the attributes of elements of a kind."""
        return [e.attrib for e in self.root.iter(f"{SVG}{tag}") if e.get("class") == css]

    @property
    def words(self):
        """All texts."""
        return [
            Word(
                float(e.get("x")), float(e.get("y")), e.text or "", e.get("class"),
                e.get("text-anchor", "start"),
            )
            for e in self.root.iter(f"{SVG}text")
        ]  # fmt: skip

    def word(self, text):
        """Return the text that reads so."""
        return next(word for word in self.words if word.text == text)

    def scales(self):
        """Return the level axes, left to right: each a function from a value to a pixel.

        They are read off the numbers below the hairlines, not asked of the code that drew them.
        """
        lines = {float(one["x1"]) for one in self.all("line", "c-grid")}
        numbers = [(w.x, figure(w.text)) for w in self.words if w.css == "c-soft" and w.x in lines]
        axes, before = [], None
        for x, value in sorted(one for one in numbers if one[1] is not None):
            if before is None or value <= before:
                axes.append([])
            axes[-1].append((x, value))
            before = value
        return [straight(axis) for axis in axes]

    def squares(self):
        """Return the middle of each square mark, and whether it is full, from top to bottom."""
        found = []
        for css in ("c-full", "c-open"):
            for one in self.all("path", css):
                points = coordinates(one["d"])
                xs, ys = zip(*points, strict=True)
                middle = (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2
                found.append((*middle, css == "c-full"))
        return sorted(found, key=lambda mark: mark[1])


def coordinates(way):
    """Return the points of a path."""
    return [tuple(map(float, pair)) for pair in re.findall(r"(-?[\d.]+) (-?[\d.]+)", way)]


def figure(text):
    """Return the number that a text of a chart reads, or nothing."""
    try:
        return float(text.replace("\u2212", "-"))
    except ValueError:
        return None


def straight(axis):
    """Return the straight function through numbers on an axis, which must lie on a line."""
    (x1, v1), (x2, v2) = axis[0], axis[-1]

    def place(value):
        return x1 + (value - v1) * (x2 - x1) / (v2 - v1)

    assert all(abs(place(value) - x) < 0.2 for x, value in axis)
    return place
