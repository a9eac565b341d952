"""Participant flow: a bar for those who reached each stage, hatched where people were lost."""

from collections.abc import Sequence
from dataclasses import dataclass

from digicantrain.core.measures.charts.chart import Chart, made
from digicantrain.core.measures.charts.drawing import (
    NARROW,
    Entry,
    Picture,
    bar,
    hatched,
    legend,
    words,
)
from digicantrain.core.measures.charts.rows import BOLD, HIDDEN
from digicantrain.core.measures.charts.scales import Scale
from digicantrain.core.measures.charts.wording import (
    LINE,
    clean,
    counted,
    lines_of,
    listed,
    number,
    per_cent,
    width_of,
)
from digicantrain.core.measures.flow import Flow, ShownStage
from digicantrain.core.measures.result import Result, Table, Value

COLUMNS = ("stage", "n", "lost_before", "reason")
THICK = 16.0
STEP = 32.0
LABELS = 180.0
LOSSES = 250.0


@dataclass(frozen=True)
class _Stage:
    """A stage: how many reached it and were lost before it; nothing where that is hidden."""

    label: str
    n: int | None
    lost: int | None = None
    reason: str = ""

    @property
    def loss(self) -> str:
        """What is said of those who were lost before the stage."""
        if not self.lost:
            return ""
        return f"{self.lost} lost: {self.reason}" if self.reason else f"{self.lost} lost"


def flow_chart(flow: Result | Flow | Sequence[ShownStage]) -> Chart | None:
    """Return the chart of a participant flow.

    Args:
        flow: the result of a plan's `participant_flow`, a `Flow`, or what `shown_flow` returned.

    Returns:
        A bar a stage, as long as it has people; hatched on its right who was lost before it. A
        hidden number is the word: no bar stands for it, and no loss beside it is drawn. Nothing
        if no number is shown.
    """
    stages = _stages(flow)
    known = [stage.n for stage in stages if stage.n is not None]
    if not known or max(known) == 0:
        return None
    return made(
        "flow",
        "Participant flow",
        sentence=_says(stages),
        table=_table(flow, stages),
        draw=lambda width: _draw(stages, width),
    )


def _stages(flow: Result | Flow | Sequence[ShownStage]) -> list[_Stage]:
    if isinstance(flow, Result):
        rows = [row for table in flow.tables if table.name == "stages" for row in table.rows]
        found = [_Stage(str(label), _count(n), _count(lost), clean(str(reason or "")))
                 for label, n, lost, reason in rows]  # fmt: skip
    elif isinstance(flow, Flow):
        found = [
            _Stage(stage.key, stage.n, sum(stage.lost.values()), listed(list(stage.lost)))
            for stage in flow.stages
        ]
    else:
        found = [_Stage(stage.key, stage.n, stage.lost) for stage in flow]
    return [_guarded(stage, before) for before, stage in zip([None, *found], found, strict=False)]


def _count(value: Value) -> int | None:
    found = number(value)
    return None if found is None else int(found)


def _guarded(stage: _Stage, before: _Stage | None) -> _Stage:
    """Take the loss away where it would tell of a hidden number beside it."""
    if before is None or before.n is None or stage.n is None:
        return _Stage(stage.label, stage.n, None, stage.reason)
    return stage


def _table(flow: Result | Flow | Sequence[ShownStage], stages: Sequence[_Stage]) -> Table:
    if isinstance(flow, Result):
        return flow.table("stages")
    rows = [(s.label, HIDDEN if s.n is None else s.n, s.lost, s.reason or None) for s in stages]
    return Table("stages", COLUMNS, tuple(rows))


def _says(stages: Sequence[_Stage]) -> list[str]:
    first, last = stages[0], stages[-1]
    found = []
    if first.n and last.n is not None:
        names = [listed([one.label]) for one in (first, last)]
        found.append(
            f"Of {first.n} people at \u201c{names[0]}\u201d, {last.n} "
            f"({per_cent(last.n / first.n)}) reached \u201c{names[1]}\u201d."
        )
    losses = [stage for stage in stages[1:] if stage.lost]
    if losses:
        most = max(losses, key=lambda stage: stage.lost or 0)
        why = f", {listed([most.reason])}" if most.reason else ""
        found.append(f"Most were lost before \u201c{listed([most.label])}\u201d: {most.lost}{why}.")
    elif all(stage.n is not None for stage in stages):
        found.append("Nobody was lost.")
    hidden = sum(stage.n is None for stage in stages)
    if hidden:
        found.append(
            f"{counted(hidden, 'number')} {'is' if hidden == 1 else 'are'} hidden, so that nothing "
            "is told of a few people."
        )
    return found


def _draw(stages: Sequence[_Stage], width: float) -> Picture:
    most = max(stage.n or 0 for stage in stages)
    entries = [
        Entry(lambda x, y: bar(x - 10, y - 5, size=(20, 10), css="c-full"), "reached", 20),
        Entry(lambda x, y: hatched(x - 10, y - 5, size=(20, 10)), "lost before", 20),
    ]
    marks, high = legend(entries if any(s.lost for s in stages) else entries[:1],
                         x=0, y=14, room=width)  # fmt: skip
    draw = _rows_beside if width > NARROW else _rows_above
    rows, bottom = draw(stages, most, width, high + 8)
    return Picture(width, bottom, (*marks, *rows))


def _rows_beside(
    stages: Sequence[_Stage], most: int, width: float, top: float
) -> tuple[list[str], float]:
    labels = min(max(width_of(clean(stage.label)) for stage in stages), LABELS)
    numbers = max(width_of(_number(stage)) for stage in stages) * BOLD
    losses = min(max(width_of(stage.loss) for stage in stages), LOSSES)
    left = labels + 20 + numbers + 12
    scale = Scale(0, most, left, width - (losses + 16 if losses else 0))
    marks, y = [], top
    for stage in stages:
        label, loss = lines_of(stage.label, room=labels), lines_of(stage.loss, room=losses, most=3)
        high = max(STEP, LINE * max(len(label), len(loss)) + 6)
        middle = y + high / 2
        marks += _lines(0, middle, label, css="c-ink")
        marks += _bar(scale, stage, middle - THICK / 2)
        marks.append(_count_at(stage, left - 12, middle + 5))
        marks += _lines(scale.end + 16, middle, loss, css="c-soft")
        y += high
    return marks, y


def _rows_above(
    stages: Sequence[_Stage], most: int, width: float, top: float
) -> tuple[list[str], float]:
    scale = Scale(0, most, 0, width)
    marks, y = [], top
    for stage in stages:
        marks.append(_count_at(stage, width, y + 12))
        room = width - width_of(_number(stage)) * BOLD - 16
        for text in lines_of(stage.label, room=room):
            marks.append(words(0, y + 12, text))
            y += LINE
        marks += _bar(scale, stage, y + 2)
        y += THICK + 6
        for text in lines_of(stage.loss, room=width, most=3):
            y += LINE
            marks.append(words(0, y - 2, text, css="c-soft"))
        y += 16
    return marks, y - 8


def _number(stage: _Stage) -> str:
    return HIDDEN if stage.n is None else str(stage.n)


def _count_at(stage: _Stage, x: float, y: float) -> str:
    css = "c-soft" if stage.n is None else "c-bold"
    return words(x, y, _number(stage), css=css, anchor="end")


def _bar(scale: Scale, stage: _Stage, y: float) -> list[str]:
    """Return the bar of those who reached a stage and of those lost before; none if hidden."""
    if stage.n is None:
        return []
    marks, start = [], scale(stage.n)
    if stage.n:
        marks.append(bar(scale(0), y, size=(start - scale(0), THICK), css="c-full"))
    if stage.lost:
        way = scale(stage.n + stage.lost) - start
        marks.append(hatched(start, y, size=(way, THICK)))
    return marks


def _lines(x: float, middle: float, lines: Sequence[str], *, css: str) -> list[str]:
    first = middle + 5 - (len(lines) - 1) * LINE / 2
    return [words(x, first + place * LINE, text, css=css) for place, text in enumerate(lines)]
