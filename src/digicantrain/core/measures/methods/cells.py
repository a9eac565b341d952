"""Counts with small cells hidden, and k-anonymity, in a plan."""

from collections import Counter

from digicantrain.core.measures.anonymity import k_anonymity
from digicantrain.core.measures.cells import (
    MOST_VARIABLES,
    Cell,
    ProtectedTable,
    protect,
    suppress,
    suppress_table,
)
from digicantrain.core.measures.frame import DataError, Frame
from digicantrain.core.measures.methods.method import (
    Argument,
    Arguments,
    Kind,
    Method,
    Objections,
    optional,
)
from digicantrain.core.measures.methods.proportions import counted
from digicantrain.core.measures.result import Reason, Result, Table, Value

SOURCE = (
    "Willenborg and de Waal 2001, Elements of Statistical Disclosure Control, "
    "doi:10.1007/978-1-4613-0121-9"
)
HIDDEN = "hidden"
ALL = "(all)"
# Each hidden count is checked against the equations of the whole table.
MOST_LABELS = 60
SMALLEST_COUNT = 5
SMALLEST = optional(
    "smallest", Kind.COUNT, "the smallest count that is shown; at least the plan's smallest group"
)


def _shown(cell: Cell) -> Value:
    return HIDDEN if cell.count is None else cell.count


def _counts(data: Frame, given: Arguments) -> Result:
    smallest = given["smallest"] or SMALLEST_COUNT
    method = f"Counts, those under {smallest} hidden with enough others"
    counts = Counter(label for label in data.labels(given["column"]) if label is not None)
    if not counts:
        return Result(method, SOURCE, n=0, reason=Reason.ALL_MISSING)
    names = sorted(counts)
    cells = suppress([counts[name] for name in names], smallest=smallest)
    rows = tuple((name, _shown(cell)) for name, cell in zip(names, cells, strict=True))
    return _result(method, sum(counts.values()), Table("counts", ("label", "n"), rows), smallest)


def _table(data: Frame, given: Arguments) -> Result:
    smallest = given["smallest"] or SMALLEST_COUNT
    method = f"Two-way table, counts under {smallest} hidden with enough others"
    counts = counted(data, row=given["row"], column=given["column"])
    if not counts:
        return Result(method, SOURCE, n=0, reason=Reason.ALL_MISSING)
    for place, name in enumerate((given["row"], given["column"])):
        labels = len({pair[place] for pair in counts})
        if labels > MOST_LABELS:
            raise DataError(
                f"The column {name!r} has {labels} labels; a table may have {MOST_LABELS}. "
                "Choose rows by 'where', or put labels together."
            )
    found = suppress_table(counts, smallest=smallest)
    table = Table("counts", (given["row"], *found.columns, "total"), _rows(found))
    return _result(method, found.total.count or 0, table, smallest)


def _result(method: str, n: int, table: Table, smallest: int) -> Result:
    # a sum that is a small cell itself is not told beside the table that hides it
    if n < smallest:
        return Result(method, SOURCE, n=0, reason=Reason.HIDDEN)
    return Result(method, SOURCE, n=n, tables=(table,))


def _rows(found: ProtectedTable) -> tuple[tuple[Value, ...], ...]:
    inner = tuple(
        (name, *map(_shown, cells), _shown(total))
        for name, cells, total in zip(found.rows, found.cells, found.row_totals, strict=True)
    )
    return (*inner, ("total", *map(_shown, found.column_totals), _shown(found.total)))


def _protected(data: Frame, given: Arguments) -> Result:
    smallest = given["smallest"] or SMALLEST_COUNT
    names = given["columns"]
    method = f"Table of {' x '.join(names)}, counts under {smallest} hidden with enough others"
    rows = zip(*(data.labels(name) for name in names), strict=True)
    counts = Counter(tuple(f"={one}" for one in row) for row in rows if None not in row)
    if not counts:
        return Result(method, SOURCE, n=0, reason=Reason.ALL_MISSING)
    found = protect(counts, smallest=smallest)
    table = Table(
        "counts",
        (*names, "n"),
        tuple(
            (*(one[1:] if one else ALL for one in labels), _shown(cell)) for labels, cell in found
        ),
    )
    return _result(method, sum(counts.values()), table, smallest)


def _objections_to_protect(given: Arguments) -> Objections:
    if len(given["columns"]) > MOST_VARIABLES:
        yield "columns", f"names {len(given['columns'])}: at most {MOST_VARIABLES}."


def _anonymity(data: Frame, given: Arguments) -> Result:
    names = [*given["quasi"], *([given["sensitive"]] if given["sensitive"] else [])]
    columns = {name: data.labels(name) for name in names}
    return k_anonymity(columns, quasi=given["quasi"], k=given["k"], sensitive=given["sensitive"])


def _objections(given: Arguments) -> Objections:
    if given["sensitive"] in given["quasi"]:
        yield "sensitive", f"{given['sensitive']!r} is one of 'quasi' too. Take it out of one."


METHODS = (
    Method(
        "suppress",
        "How many people each label has; small counts hidden, and others, so that none follows",
        (Argument("column", Kind.COLUMN, "the labels"), SMALLEST),
        _counts,
        example={"method": "suppress", "column": "site"},
    ),
    Method(
        "suppress_table",
        "A two-way table of people; small counts hidden, and others, so that none follows",
        (
            Argument("row", Kind.COLUMN, "the labels of the rows"),
            Argument("column", Kind.COLUMN, "the labels of the columns"),
            SMALLEST,
        ),
        _table,
        example={"method": "suppress_table", "row": "site", "column": "arm", "smallest": 10},
    ),
    Method(
        "protect",
        "A table of one to four columns with all its margins; no hidden count follows from others",
        (
            Argument("columns", Kind.COLUMNS, "one to four columns of labels"),
            SMALLEST,
        ),
        _protected,
        example={"method": "protect", "columns": ["site", "arm", "dropped_out"]},
        objections=_objections_to_protect,
    ),
    Method(
        "k_anonymity",
        "Whether rows stand out by what others may know: classes of fewer than k alike rows",
        (
            Argument("quasi", Kind.COLUMNS, "the columns that others may know a person by"),
            optional("k", Kind.COUNT, "how many rows must be alike", default=5),
            optional("sensitive", Kind.COLUMN, "a column that others must not learn"),
        ),
        _anonymity,
        example={
            "method": "k_anonymity",
            "quasi": ["site", "arm"],
            "k": 5,
            "sensitive": "dropped_out",
        },
        objections=_objections,
    ),
)
