"""The tables of a result as rows for a spreadsheet; hidden cells stay hidden."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from digicantrain.core.tables import write_csv
from digicantrain.evaluation.models import AnalysisRun

Table = tuple[list[str], Iterable[Sequence[object]]]
HIDDEN = "hidden"


def as_csv(run: AnalysisRun, *, name: str) -> str:
    """Return one table; its last column says whether the data were collected or invented."""
    header, rows = TABLES[name](run.result)
    kind = "invented" if run.study.is_demo else "collected"
    return write_csv([*header, "data"], rows=([*row, kind] for row in rows))


def _count(value: int | None) -> object:
    return HIDDEN if value is None else value


def _flow(result: dict[str, Any]) -> Table:
    rows = [
        [
            stage["stage"],
            _count(stage["n"]),
            _count(stage["lost"]) if stage["reason"] else 0,
            stage["reason"],
        ]
        for stage in result["flow"]
    ]
    return ["stage", "n", "lost_before_it", "reason"], rows


def _change(result: dict[str, Any]) -> Table:
    header = ["domain", "n", "mean_before", "sd_before", "mean_after", "sd_after", "change", "low"]
    header += ["high", "t", "df", "p", "hedges_g", "g_low", "g_high", "wilcoxon_v", "wilcoxon_p"]
    return [*header, "reason"], [_change_line(row) for row in result["change"]]


def _change_line(row: dict[str, Any]) -> list[object]:
    paired, ranks = row["paired"], row["wilcoxon"]
    details, limits = paired["details"], paired["interval"] or {}
    effect = paired["effect"] or {"value": None, "interval": {}}
    return [
        row["domain"],
        _count(paired["n"]),
        *(details.get(k) for k in ("mean_before", "sd_before", "mean_after", "sd_after")),
        paired["value"],
        limits.get("low"),
        limits.get("high"),
        *(details.get(k) for k in ("t", "df", "p")),
        effect["value"],
        effect["interval"].get("low"),
        effect["interval"].get("high"),
        ranks["value"],
        ranks["details"].get("p"),
        paired["reason"] or "",
    ]


def _available(result: dict[str, Any]) -> Table:
    rows = [
        [
            row["domain"],
            wave,
            _count(row[key]["n"]),
            row[key]["mean"],
            row[key]["sd"],
            _count(row["paired"]["n"]),
            row["paired"]["details"].get(f"mean_{wave}"),
            row["paired"]["details"].get(f"sd_{wave}"),
        ]
        for row in result["change"]
        for wave, key in (("before", "all_before"), ("after", "all_after"))
    ]
    return [
        "domain",
        "wave",
        "n_all",
        "mean_all",
        "sd_all",
        "n_pairs",
        "mean_pairs",
        "sd_pairs",
    ], rows


def _reliability(result: dict[str, Any]) -> Table:
    rows = [
        [
            row["domain"],
            row["items"],
            _count(row["alpha"]["n"]),
            row["alpha"]["value"],
            (row["alpha"]["interval"] or {}).get("low"),
            (row["alpha"]["interval"] or {}).get("high"),
            row["alpha"]["reason"] or "",
        ]
        for row in result["reliability"]
    ]
    return ["domain", "items", "n", "alpha", "low", "high", "reason"], rows


def _missing(result: dict[str, Any]) -> Table:
    rows = [
        [row["wave"], *(_count(row[key]) for key in ("people", "asked", "missing"))]
        for row in result["missing"]
    ]
    return ["wave", "people", "questions_asked", "left_out"], rows


def _analysed(result: dict[str, Any]) -> Table:
    table = result["analysed"]
    lines = zip(table["rows"], table["cells"], table["row_totals"], strict=True)
    rows = [[name, *map(_count, cells), _count(total)] for name, cells, total in lines]
    rows.append(["all", *map(_count, table["column_totals"]), _count(table["total"])])
    return ["profession", *table["columns"], "all"], rows


TABLES: dict[str, Callable[[dict[str, Any]], Table]] = {
    "flow": _flow,
    "change": _change,
    "available": _available,
    "analysed": _analysed,
    "reliability": _reliability,
    "missing": _missing,
}
