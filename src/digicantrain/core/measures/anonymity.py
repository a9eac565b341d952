"""k-anonymity: whether rows of persons stand out by what others may know of them."""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence

from digicantrain.core.measures.cells import Cell, protect
from digicantrain.core.measures.result import Reason, Result, Table, Value

SOURCE = "Sweeney 2002, doi:10.1142/S0218488502001648"
DIVERSITY = "l-diversity: Machanavajjhala et al. 2007, doi:10.1145/1217299.1217302"
SMALLEST = 5
HIDDEN = "hidden"
MISSING = "(missing)"
MOST_VALUES = 200
COLUMNS = (
    "column", "smallest_class_without", "rows_below_without", "smallest_class_merged",
    "rows_below_merged",
)  # fmt: skip
VALUES = ("column", "value", "rows", "rows_below")

Columns = Mapping[str, Sequence[Hashable]]
Row = tuple[Hashable, ...]


def k_anonymity(
    data: Columns, *, quasi: Sequence[str], k: int = 5, sensitive: str | None = None
) -> Result:
    """Return how many rows share their values in quasi-identifiers with fewer than k - 1 others.

    Args:
        data: columns by name, a row a person; None, and an empty text, is missing.
        quasi: the columns that others may know a person by. A missing value is a value of its
            own: who lacks an age stands out among those who have one.
        k: the smallest class that will do.
        sensitive: a column that others must not learn, for l-diversity.

    Returns:
        Result with `value` the size of the smallest class; details k, classes, rows_below and
        share_below (rows in classes below k), and with a sensitive column the fewest different
        values in a class (distinct l-diversity) and rows_alike, in classes where all have the
        same. Table "columns", the most helpful first: the smallest class and the rows below k if
        a column is left out, or if its values of fewer than k rows are put together. Table
        "values": of each value its rows and those below k; counts under `SMALLEST` are hidden,
        with enough others.

    Raises:
        ValueError: no column, or one that is not there.
    """
    columns = {name: [_value(one) for one in _column(data, name)] for name in quasi}
    if not columns:
        raise ValueError("Name at least one column that others may know.")
    method = f"k-anonymity of {', '.join(columns)}, k = {k}"
    rows: list[Row] = list(zip(*columns.values(), strict=True))
    n = len(rows)
    if not n:
        return Result(method, SOURCE, n=0, reason=Reason.ALL_MISSING)
    sizes = Counter(rows)
    below = sum(size for size in sizes.values() if size < k)
    details: dict[str, Value] = {
        "k": k, "classes": len(sizes), "rows_below": below, "share_below": below / n,
    }  # fmt: skip
    if sensitive is not None:
        details |= _diversity(rows, [_value(one) for one in _column(data, sensitive)])
    tables = (
        Table("columns", COLUMNS, _suggestions(columns, k=k)),
        Table("values", VALUES, tuple(_values(columns, [sizes[row] < k for row in rows]))),
    )
    return Result(
        method,
        f"{SOURCE}; {DIVERSITY}" if sensitive is not None else SOURCE,
        n=n,
        value=float(min(sizes.values())),
        details=details,
        tables=tables,
    )


def _column(data: Columns, name: str) -> Sequence[Hashable]:
    if name not in data:
        raise ValueError(f"There is no column {name!r}. There are: {', '.join(list(data)[:12])}.")
    return data[name]


def _value(value: Hashable) -> Hashable:
    # NaN is no value like itself; all that is missing is one
    is_missing = value is None or value == "" or value != value  # noqa: PLR0124
    return MISSING if is_missing else value


def _diversity(rows: Sequence[Row], secrets: Sequence[Hashable]) -> dict[str, Value]:
    found: dict[Row, set[Hashable]] = {}
    for row, secret in zip(rows, secrets, strict=True):
        found.setdefault(row, set()).add(secret)
    return {
        "fewest_sensitive": min(map(len, found.values())),
        "rows_alike": sum(len(found[row]) == 1 for row in rows),
    }


def _suggestions(
    columns: Mapping[str, Sequence[Hashable]], *, k: int
) -> tuple[tuple[Value, ...], ...]:
    found = []
    for name, values in columns.items():
        without = {other: column for other, column in columns.items() if other != name}
        rare = {value for value, count in Counter(values).items() if count < k}
        merged = {**columns, name: [None if value in rare else value for value in values]}
        found.append((name, *_below(without, len(values), k), *_below(merged, len(values), k)))
    return tuple(sorted(found, key=_helps))


def _helps(row: tuple[str, int, int, int, int]) -> tuple[int, ...]:
    """Return what suggestions are sorted by: few rows below k, then large smallest classes."""
    _name, without, below_without, merged, below_merged = row
    return min(below_without, below_merged), below_without, below_merged, -without, -merged


def _below(columns: Mapping[str, Sequence[Hashable]], n: int, k: int) -> tuple[int, int]:
    """Return the smallest class and the rows in classes below k; without columns all are one."""
    sizes = Counter(zip(*columns.values(), strict=True)) if columns else Counter({(): n})
    return min(sizes.values()), sum(size for size in sizes.values() if size < k)


def _values(
    columns: Mapping[str, Sequence[Hashable]], are_below: Sequence[bool]
) -> list[tuple[Value, ...]]:
    found: list[tuple[Value, ...]] = []
    for name, values in columns.items():
        if len(set(values)) > MOST_VALUES:
            continue
        counts: Counter[tuple[str, ...]] = Counter(
            (f"={value}", f"{few}") for value, few in zip(values, are_below, strict=True)
        )
        table = protect(counts, smallest=SMALLEST)
        none_below = "True" not in table.labels[1]
        for value in table.labels[0]:
            below = Cell(0) if none_below else table.cell(value, "True")
            found.append((name, value[1:], _shown(table.cell(value, None)), _shown(below)))
    return found


def _shown(cell: Cell) -> Value:
    return HIDDEN if cell.count is None else cell.count
