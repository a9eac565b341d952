"""Forest plots: coefficients, odds ratios, contrasts and standardised differences, a row each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from digicantrain.core.measures.charts.chart import Chart, made
from digicantrain.core.measures.charts.rows import (
    Panel,
    Row,
    drawn_of,
    interval_picture,
    parted,
)
from digicantrain.core.measures.charts.wording import counted, listed, number, told
from digicantrain.core.measures.result import Result, Table, Value

INTERCEPT = "(Intercept)"
NOTABLE = 0.1


@dataclass(frozen=True)
class Kind:
    """A table that can be drawn: its name, the column of estimates, how it is drawn and told.

    `rows` is what its rows are called, `caution` what must not be read into it.
    """

    table: str
    estimate: str
    title: str
    rows: tuple[str, str]
    panel: Panel
    caution: str


ASSOCIATION = (
    "Each is an association given the other terms; whether it is an effect depends on the design."
)
KINDS = (
    Kind(
        "odds_ratios", "odds_ratio", "Odds ratios", ("term", "terms"),
        Panel("Odds ratio", "odds ratio", 1.0, is_log=True), ASSOCIATION,
    ),
    Kind(
        "coefficients", "estimate", "Coefficients", ("term", "terms"),
        Panel("Estimate", "estimate, in units of the outcome"), ASSOCIATION,
    ),
    Kind(
        "fixed", "estimate", "Fixed effects of the model", ("term", "terms"),
        Panel("Estimate", "estimate, in units of the outcome"), ASSOCIATION,
    ),
    Kind(
        "pooled", "estimate", "Pooled estimates", ("term", "terms"),
        Panel("Estimate", "estimate"), ASSOCIATION,
    ),
    Kind(
        "contrasts", "difference", "Differences of adjusted means", ("contrast", "contrasts"),
        Panel("Difference", "difference of adjusted means"),
        "Intervals are not adjusted for the number of contrasts; the table has adjusted p values.",
    ),
    Kind(
        "items", "odds_ratio", "Odds ratios of a right answer at equal score", ("item", "items"),
        Panel("Odds ratio", "odds ratio", 1.0, is_log=True),
        "Below 1 an item is harder for the second group. "
        "Intervals are not adjusted for the number of items; the table has adjusted p values.",
    ),
    Kind(
        "differences", "smd", "Standardised mean differences at the start",
        ("variable", "variables"),
        Panel("Standardised difference", "second group less first, in SD", lines=(-0.1, 0.1)),
        "Labels have no direction, so their difference is never negative.",
    ),
)  # fmt: skip


def forest_plot(result: Result, *, level: float = 0.95, axis: str = "") -> Chart | None:
    """Return the forest plot of a result's coefficients, odds ratios, contrasts or differences.

    Args:
        result: of a regression, a mixed model, pooled estimates, `ancova`, `mantel_haenszel_dif`
            or `baseline_table`.
        level: of its intervals, as it was asked for; a table of coefficients does not repeat it.
        axis: the unit of the estimates, in place of the general one.

    Returns:
        A row a term without the intercept, on a logarithmic axis for ratios; marks are full where
        the interval leaves out no difference. Nothing if no row has a number.
    """
    found = _kind(result)
    if found is None:
        return None
    kind, table = found
    rows = list(_rows(kind, table))
    if not any(row.known for row in rows):
        return None
    has_limits = any(row.low is not None for row in rows)
    name = f" with {100 * level:g} % interval" if has_limits else ""
    panel = replace(kind.panel, heading=kind.panel.heading + name, axis=axis or kind.panel.axis)
    kept = drawn_of(rows, panel)
    says = _says(kind, rows) if has_limits else _says_differences(kind, rows)
    return made(
        "forest",
        kind.title + name,
        sentence=[*says, _left_out(kind, rows, kept), kind.caution],
        table=table,
        draw=lambda width: interval_picture(kept, panel, width=width),
    )


def _kind(result: Result) -> tuple[Kind, Table] | None:
    for kind in KINDS:
        for table in result.tables:
            if table.name == kind.table and kind.estimate in table.columns:
                return kind, table
    return None


def _rows(kind: Kind, table: Table) -> Iterator[Row]:
    for row in table.rows:
        named = dict(zip(table.columns, row, strict=True))
        if row[0] != INTERCEPT:
            yield _row(str(row[0]), [named.get(c) for c in (kind.estimate, "low", "high")], kind)


def _row(label: str, values: Sequence[Value], kind: Kind) -> Row:
    estimate, low, high = map(number, values)
    if estimate is None or (kind.panel.is_log and estimate <= 0):
        return Row(label, instead="not computed")
    return Row(label, estimate, low, high)


def _says(kind: Kind, rows: Sequence[Row]) -> list[str]:
    zero = kind.panel.reference
    found = parted(rows, reference=zero)
    parts = [
        _part(found.above, f"above {zero:g}"),
        _part(found.below, f"below {zero:g}"),
    ]
    apart = "; ".join(part for part in parts if part)
    held, moved = len(found.holds), [*found.above, *found.below]
    drawn = counted(len(rows) - len(found.none), *kind.rows)
    if len(moved) == 1 and not held:
        side = "above" if found.above else "below"
        text = f"The interval of {listed([_named(moved[0])])} lies {side} {zero:g}."
    elif not apart:
        whole = {1: "The interval holds", 2: "Both intervals hold"}
        text = f"{whole.get(held, f'All {held} intervals hold')} {zero:g}."
    else:
        rest = f"; {counted(held, 'interval')} {'holds' if held == 1 else 'hold'} {zero:g}"
        text = f"Of {drawn}, the interval lies {apart}{rest if held else ''}."
    return [text, _none(kind, found.none)]


def _part(rows: Sequence[Row], where: str) -> str:
    if not rows:
        return ""
    return f"{where} for {len(rows)}: {listed([_named(row) for row in rows])}"


def _named(row: Row) -> str:
    return f"{row.label} ({told(row.estimate or 0.0)})"


def _says_differences(kind: Kind, rows: Sequence[Row]) -> list[str]:
    known = [row for row in rows if row.estimate is not None]
    notable = [row for row in known if abs(row.estimate or 0.0) > NOTABLE]
    most = max(known, key=lambda row: abs(row.estimate or 0.0))
    none = [row for row in rows if row.estimate is None]
    return [
        f"Of {counted(len(known), *kind.rows)}, {len(notable)} differ by more than {NOTABLE:g} "
        f"standard deviations (dashed lines); most does {listed([most.label])} "
        f"({told(most.estimate or 0.0)}).",
        _none(kind, none),
    ]


def _none(kind: Kind, rows: Sequence[Row]) -> str:
    if not rows:
        return ""
    return f"{counted(len(rows), *kind.rows)} {'has' if len(rows) == 1 else 'have'} no number."


def _left_out(kind: Kind, rows: Sequence[Row], kept: Sequence[Row]) -> str:
    if len(kept) == len(rows):
        return ""
    zero = f"{kind.panel.reference:g}"
    return (
        f"Drawn are the {len(kept)} of {counted(len(rows), *kind.rows)} farthest from {zero}; "
        "the table has all."
    )
