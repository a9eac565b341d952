"""p values adjusted for the number of tests, in a plan."""

import numpy as np

from digicantrain.core.measures.frame import DataError, Frame
from digicantrain.core.measures.methods.method import (
    Arguments,
    Kind,
    Method,
    Objections,
    choice,
    optional,
)
from digicantrain.core.measures.model_matrix import Floats
from digicantrain.core.measures.multiplicity import adjust_p_values
from digicantrain.core.measures.result import Result, Table

WHERE_FROM = ("of", "p", "column")


def _adjust(data: Frame, given: Arguments) -> Result:
    if given["of"] is None:
        return adjust_p_values(_values(data, given), by=given["how"])
    # the runner has put each analysis' result in the place of its name
    named = [(name, result.details.get("p")) for name, result in given["of"]]
    p = [np.nan if value is None else float(value) for _name, value in named]
    found = adjust_p_values(p, by=given["how"])
    tables = tuple(_with_names(table, [name for name, _p in named]) for table in found.tables)
    return Result(
        found.method,
        found.source,
        n=found.n,
        reason=found.reason,
        tables=tables,
        warnings=tuple(
            f"{name!r} has no p value and does not count."
            for (name, _p), value in zip(named, p, strict=True)
            if np.isnan(value)
        ),
    )


def _values(data: Frame, given: Arguments) -> Floats:
    if given["p"] is not None:
        return np.asarray(given["p"], dtype=float)
    name = given["column"]
    values = data.numbers(name)
    for line, value in zip(data.lines, values, strict=True):
        if value < 0 or value > 1:
            raise DataError(f"Line {line}, column {name!r}: {value:g} is not between 0 and 1.")
    return values


def _with_names(table: Table, names: list[str]) -> Table:
    rows = tuple((name, *row[1:]) for name, row in zip(names, table.rows, strict=True))
    return Table(table.name, table.columns, rows)


def _objections(given: Arguments) -> Objections:
    named = [name for name in WHERE_FROM if given[name] is not None]
    if len(named) != 1:
        yield (named or ["of"])[-1], "give one of 'of', 'p' and 'column': where p values come from."
    for value in given["p"] or ():
        if not 0 <= value <= 1:
            yield "p", f"{value:g} is not between 0 and 1."


METHODS = (
    Method(
        "adjust_p_values",
        "p values adjusted for the number of tests, by Holm or Benjamini and Hochberg",
        (
            optional("of", Kind.ANALYSES, "whose p values"),
            optional("p", Kind.NUMBERS, "the p values themselves"),
            optional("column", Kind.NUMBER_COLUMN, "a column of p values"),
            choice("how", "what is kept", "holm", "benjamini-hochberg"),
        ),
        _adjust,
        of_people=False,
        example={"method": "adjust_p_values", "p": [0.004, 0.03, 0.02, 0.41], "how": "holm"},
        objections=_objections,
    ),
)
