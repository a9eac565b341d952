"""Change in the same people: means before and after, and the mean change with its interval."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from digicantrain.core.measures.charts.chart import Chart, made
from digicantrain.core.measures.charts.drawing import (
    NARROW,
    Picture,
    entry,
    level_axis,
    line,
    marker,
)
from digicantrain.core.measures.charts.rows import (
    BELOW,
    HIDDEN,
    Panel,
    Row,
    Slots,
    above,
    beside,
    drawn_of,
    figures_at,
    figures_room,
    header,
    interval_picture,
    intervals,
    kinds,
    labels_at,
    parted,
    reason_of,
    words_instead,
)
from digicantrain.core.measures.charts.scales import Scale, room_for
from digicantrain.core.measures.charts.wording import counted, listed, number, told
from digicantrain.core.measures.result import Effect, Interval, Result, Table, Value

CAUSE = "What caused a change cannot be told from the same people measured twice."
COLUMNS = ("n", "before", "after", "change", "low", "high", "reason")
EFFECT_COLUMNS = ("analysis", "n", "effect", "low", "high", "reason")
UNNAMED = "(no name)"
LABELS = 150.0
GAP = 44.0


@dataclass(frozen=True)
class _Pair:
    """A row with its means of both waves, if they are drawn."""

    row: Row
    before: float | None
    after: float | None
    n: int


def change_chart(results: Result | Mapping[str, Result], *, of: str = "group") -> Chart | None:
    """Return the chart of a mean change, or of several on one scale.

    Args:
        results: of `paired_change`: one, or several by the name of their group or item. Several
            must be in the same unit; for others see `effect_chart`.
        of: what one of several is called.

    Returns:
        Left the means before (open dot) and after (full dot), right the mean change with its
        interval: full where the interval leaves out zero. Nothing if no result has a number.
    """
    several = {"": results} if isinstance(results, Result) else results
    is_one = isinstance(results, Result)
    pairs = [_pair("" if is_one else label or UNNAMED, one) for label, one in several.items()]
    rows = [pair.row for pair in pairs]
    if not any(row.known for row in rows):
        return None
    level = _level(several)
    panel = Panel(_named("Change", level), "after less before")
    kept = drawn_of(rows, panel)
    drawn = [pair for pair in pairs if pair.row in kept]
    says = _says_one(pairs[0], level) if is_one else _says(rows, of, level)
    return made(
        "change",
        _named("Mean before and after, and mean change", level),
        sentence=[*says, _left_out(rows, kept), CAUSE],
        table=_table("change", (of, *COLUMNS), [_table_row(*one) for one in several.items()]),
        draw=lambda width: _draw(drawn, panel, width),
    )


def effect_chart(results: Mapping[str, Result]) -> Chart | None:
    """Return the chart of several changes without units: Hedges g with its interval.

    Args:
        results: of `paired_change` by name; they may be on different scales.
    """
    rows = [_effect(label, result) for label, result in results.items()]
    if not any(row.known for row in rows):
        return None
    level = _level(results)
    panel = Panel(_named("Hedges g of the change", level), "in SD of the change")
    kept = drawn_of(rows, panel)
    table = tuple(
        (row.label, result.n, row.estimate, row.low, row.high, reason_of(result))
        for row, result in zip(rows, results.values(), strict=True)
    )
    return made(
        "effects",
        _named("Changes together: Hedges g", level),
        sentence=[*_says(rows, "change", level), _left_out(rows, kept), CAUSE],
        table=_table("changes together", EFFECT_COLUMNS, table),
        draw=lambda width: interval_picture(kept, panel, width=width),
    )


def _pair(label: str, result: Result) -> _Pair:
    row = _row(label, result, result.value, result.interval)
    before, after = (number(result.details.get(f"mean_{wave}")) for wave in ("before", "after"))
    return _Pair(row, before, after, result.n) if row.known else _Pair(row, None, None, result.n)


def _effect(label: str, result: Result) -> Row:
    effect = result.effect or Effect("", float("nan"))
    return _row(label, result, effect.value, effect.interval)


def _row(label: str, result: Result, value: float | None, limits: Interval | None) -> Row:
    estimate = number(value)
    if result.reason or estimate is None:
        return Row(label, instead=words_instead(result.reason))
    if limits is None:
        return Row(label, estimate)
    return Row(label, estimate, number(limits.low), number(limits.high))


def _table_row(label: str, result: Result) -> tuple[Value, ...]:
    pair = _pair(label, result)
    row = pair.row
    return (
        *(label or "all", result.n, pair.before, pair.after),
        *(row.estimate, row.low, row.high, reason_of(result)),
    )


def _table(name: str, columns: tuple[str, ...], rows: Sequence[tuple[Value, ...]]) -> Table:
    """Return a table whose last column, the reason, is there only if there is one."""
    if any(row[-1] for row in rows):
        return Table(name, columns, tuple(rows))
    return Table(name, columns[:-1], tuple(row[:-1] for row in rows))


def _level(results: Mapping[str, Result]) -> float | None:
    """Return the level of the intervals in per cent, if all have the same."""
    levels = {round(100 * r.interval.level, 6) for r in results.values() if r.interval}
    return levels.pop() if len(levels) == 1 else None


def _named(what: str, level: float | None) -> str:
    return f"{what} with interval" if level is None else f"{what} with {level:g} % interval"


# --- words ---


def _says_one(pair: _Pair, level: float | None) -> list[str]:
    row = pair.row
    if row.estimate is None:
        return []
    who = f"The mean of the {pair.n} people measured twice"
    if row.estimate == 0:
        moved = "did not change"
    else:
        moved = f"{'rose' if row.estimate > 0 else 'fell'} by {told(abs(row.estimate))}"
    means = ""
    if pair.before is not None and pair.after is not None and row.estimate:
        means = f", from {told(pair.before)} to {told(pair.after)}"
    if row.low is None or row.high is None:
        return [f"{who} {moved}{means}."]
    leaves = "leaves out zero" if row.is_apart(0) else "holds zero"
    name = "interval" if level is None else f"{level:g} % interval"
    limits = f"{told(row.low)} to {told(row.high)}"
    return [f"{who} {moved}{means}; the {name} of the change, {limits}, {leaves}."]


def _says(rows: Sequence[Row], noun: str, level: float | None) -> list[str]:
    found = parted(rows, reference=0.0)
    name = "interval" if level is None else f"{level:g} % interval"
    parts = [
        _part(found.above, f"{{}} rose, the {name} lying above zero"),
        _part(found.below, f"{{}} fell, the {name} lying below zero"),
        _part(found.holds, f"for {{}} the {name} holds zero"),
    ]
    hidden = sum(row.instead == HIDDEN for row in found.none)
    drawn, other = len(rows) - len(found.none), len(found.none) - hidden
    return [
        f"Of {counted(drawn, noun)}, {'; '.join(filter(None, parts))}.",
        f"{counted(hidden, noun)} {'is' if hidden == 1 else 'are'} hidden, so that nothing is "
        "told of a few people." if hidden else "",
        f"{counted(other, noun)} {'has' if other == 1 else 'have'} no number." if other else "",
        f"Whether {noun}s differ from each other is not tested here." if len(rows) > 1 else "",
    ]  # fmt: skip


def _part(rows: Sequence[Row], text: str) -> str:
    if not rows:
        return ""
    names = listed([f"{row.label} ({told(row.estimate or 0.0)})" for row in rows])
    return f"{text.format(len(rows))}: {names}"


def _left_out(rows: Sequence[Row], kept: Sequence[Row]) -> str:
    if len(kept) == len(rows):
        return ""
    return f"Drawn are the {len(kept)} of {len(rows)} that changed most; the table has all."


# --- drawing ---

BEFORE_AFTER = (entry("circle", "before", is_full=False), entry("circle", "after"))


def _draw(pairs: Sequence[_Pair], panel: Panel, width: float) -> Picture:
    return (_side_by_side if width > NARROW else _stacked)(pairs, panel, width)


def _side_by_side(pairs: Sequence[_Pair], panel: Panel, width: float) -> Picture:
    rows = [pair.row for pair in pairs]
    names = [row.label for row in rows]
    labels = beside(names, top=0, most=LABELS).label_room
    left = labels + 20 if labels else 0
    room = (width - left - figures_room(rows) - 16 - GAP) / 2
    middle = left + room + GAP
    means, one = header("Mean", BEFORE_AFTER, x=left, top=0, room=room)
    change, other = header(panel.heading, kinds(rows, panel), x=middle, top=0, room=width - middle)
    slots = beside(names, top=max(one, other), most=LABELS)
    marks = [
        *means,
        *change,
        *labels_at(slots),
        *_means(pairs, slots, ends=(left + 14, left + room), edge=width),
        *intervals(rows, slots, panel, ends=(middle, middle + room - 14), edge=width),
        *figures_at(rows, slots.middles, width=width),
    ]
    return Picture(width, slots.bottom + BELOW, tuple(marks))


def _stacked(pairs: Sequence[_Pair], panel: Panel, width: float) -> Picture:
    rows = [pair.row for pair in pairs]
    marks, top = header("Mean", BEFORE_AFTER, x=0, top=0, room=width)
    names = [row.label for row in rows]
    slots = above(names, top=top, room=[width] * len(names) if any(names) else ())
    marks += _means(pairs, slots, ends=(22, width - 22), edge=width) + labels_at(slots)
    second = interval_picture(rows, panel, width=width, top=slots.bottom + BELOW + 18)
    return Picture(width, second.height, (*marks, *second.marks))


def _means(
    pairs: Sequence[_Pair], slots: Slots, *, ends: tuple[float, float], edge: float
) -> list[str]:
    means = [one for pair in pairs for one in (pair.before, pair.after) if one is not None]
    if not means:
        return []
    scale = Scale(*room_for(means, margin=0.1), *ends)
    marks = level_axis(scale, top=slots.top, bottom=slots.bottom, title="mean", edge=edge)
    for pair, y in zip(pairs, slots.middles, strict=True):
        if pair.before is None or pair.after is None:
            continue
        before, after = scale(pair.before), scale(pair.after)
        marks.append(line(before, y, to=(after, y), css="c-line"))
        marks.append(marker("circle", before, y, is_full=False))
        marks.append(marker("circle", after, y))
    return marks
