"""Participant flow in a plan."""

from digicantrain.core.measures.flow import participant_flow
from digicantrain.core.measures.frame import Frame
from digicantrain.core.measures.hiding import Stages
from digicantrain.core.measures.methods.method import (
    Argument,
    Arguments,
    Kind,
    Method,
    Objections,
    optional,
)
from digicantrain.core.measures.result import Reason, Result, Table

METHOD = "Participant flow: who reached each stage, and who was lost before it"
SOURCE = "Schulz, Altman and Moher 2010, doi:10.1136/bmj.c332"


def _flow(data: Frame, given: Arguments) -> Result:
    names = given["stages"]
    if not len(data):
        return Result(METHOD, SOURCE, n=0, reason=Reason.ALL_MISSING)
    reached = {name: data.numbers(name) == 1 for name in names}
    people = [{name: bool(reached[name][row]) for name in names} for row in range(len(data))]
    why = given["lost"] or ["not reached"] * (len(names) - 1)
    flow = participant_flow(people, stages=list(zip(names, ("", *why), strict=True)))
    rows = tuple(
        (stage.key, stage.n, sum(stage.lost.values()), reason if number else None)
        for number, (stage, reason) in enumerate(zip(flow.stages, ("", *why), strict=True))
    )
    table = Table("stages", ("stage", "n", "lost_before", "reason"), rows)
    return Result(METHOD, SOURCE, n=len(data), tables=(table,))


def _objections(given: Arguments) -> Objections:
    wanted = len(given["stages"]) - 1
    if given["lost"] is not None and len(given["lost"]) != wanted:
        yield "lost", f"must be {wanted} reasons: one for each stage after the first."


METHODS = (
    Method(
        "participant_flow",
        "Who reached each stage and who was lost before it; the sums always close",
        (
            Argument("stages", Kind.BINARY_COLUMNS, "a column for each stage, 1 where reached"),
            optional("lost", Kind.TEXTS, "why a stage after the first was not reached"),
        ),
        _flow,
        told=(Stages("stages", count="n", lost="lost_before"),),
        example={
            "method": "participant_flow",
            "stages": ["invited", "consented", "started", "completed"],
            "lost": ["declined", "never came", "left"],
        },
        objections=_objections,
    ),
)
