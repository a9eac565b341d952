"""From tables of answers to a result that pages and reports show. Pure: no database.

No number of few people leaves this file: each group is entered in the ledger before it is counted.
"""

import math
from collections.abc import Collection, Sequence
from typing import Any

from digicantrain.core import measures
from digicantrain.core.measures import Ledger, Reason, Result
from digicantrain.core.measures.release import COUNT
from digicantrain.evaluation.enums import STAGES, Stage

SCORE_RULE = "mean of the answered items of a domain, if at least half were answered (rule 1)"
# What a reader needs most is shown first; what would give somebody away beside it is hidden.
FLOW_FIRST = (
    Stage.BEFORE,
    Stage.AFTER,
    Stage.INVITED,
    Stage.COMPLETED,
    Stage.CONSENTED,
    Stage.STARTED,
    Stage.ELIGIBLE,
)
# counts of people, or figures from which one follows
PRIVATE_DETAILS = ("missing_before", "missing_after", "missing_both", "n_nonzero", "left_out")

Groups = dict[str, list[int]]


def analyse_tables(
    tables: dict[str, Any], *, earlier: Sequence[Groups] = ()
) -> tuple[dict[str, Any], Groups]:
    """Return a study's result as plain values, and whom each of its figures is about.

    Args:
        tables: instrument, answers by wave, people, activity, smallest_cell.
        earlier: the groups of results that were shown before; nobody follows from comparing.
    """
    ledger = Ledger(earlier, smallest=tables["smallest_cell"])
    domains = domain_items(tables["instrument"])
    result = {
        "change": [_change(name, items, tables, ledger) for name, items in domains.items()],
        "reliability": [
            _reliability(name, items, tables, ledger) for name, items in domains.items()
        ],
        "analysed": _analysed(tables, ledger),
        "flow": _flow(tables, ledger),
        "missing": [_missing(wave, tables, domains, ledger) for wave in tables["answers"]],
        "smallest_cell": tables["smallest_cell"],
        "score_rule": SCORE_RULE,
        "thinned": ledger.thinned,
        "warnings": [],
    }
    return result, {key: sorted(people) for key, people in sorted(ledger.shown.items())}


def domain_items(instrument: dict[str, Any]) -> dict[str, list[str]]:
    """Return domain -> its items on the scale, in the order of the questionnaire."""
    found: dict[str, list[str]] = {}
    for item in instrument["items"]:
        if item["kind"] == "scale":
            found.setdefault(item.get("domain") or "all", []).append(item["id"])
    return found


def score(answers: dict[str, int], *, items: list[str]) -> float:
    """Return the mean of the answered items, or NaN if fewer than half were answered."""
    given = [answers[item] for item in items if item in answers]
    return sum(given) / len(given) if given and 2 * len(given) >= len(items) else math.nan


def _scores(tables: dict[str, Any], *, wave: str, items: list[str]) -> dict[int, float]:
    found = {
        person: score(answers, items=items) for person, answers in tables["answers"][wave].items()
    }
    return {person: value for person, value in found.items() if not math.isnan(value)}


def _public(result: Result) -> dict[str, Any]:
    """Return a result without the counts of people in its details."""
    plain = result.to_json()
    plain["details"] = {k: v for k, v in plain["details"].items() if k not in PRIVATE_DETAILS}
    return plain


def _hidden(result: Result) -> dict[str, Any]:
    """Return the method of a result and nothing of its people."""
    empty = Result(result.method, result.source, n=0, reason=Reason.HIDDEN)
    return {**empty.to_json(), "n": None}


def _change(name: str, items: list[str], tables: dict[str, Any], ledger: Ledger) -> dict[str, Any]:
    before = _scores(tables, wave="pre", items=items)
    after = _scores(tables, wave="post", items=items)
    pairs, at_first, at_last = f"pairs:{name}", f"before:{name}", f"after:{name}"
    people = ledger.fit(pairs, before.keys() & after.keys(), also=(at_first, at_last))
    shape = _public if people is not None else _hidden
    # sorted by value: the last bits of a sum must not depend on the random keys of people
    scores = sorted((before[person], after[person]) for person in people or ())
    both = [[pair[side] for pair in scores] for side in (0, 1)]
    return {
        "domain": name,
        "paired": shape(measures.paired_change(*both)),
        "wilcoxon": shape(measures.wilcoxon_signed_rank(*both)),
        "all_before": _mean(before, ledger.fit(at_first, before, also=(pairs,))),
        "all_after": _mean(after, ledger.fit(at_last, after, also=(pairs,))),
    }


def _mean(values: dict[int, float], people: Collection[int] | None) -> dict[str, Any]:
    if not people:
        return {"n": None if people is None else 0, "mean": None, "sd": None}
    given = [values[person] for person in people]
    n = len(given)
    mean = math.fsum(given) / n
    sd = math.sqrt(math.fsum((value - mean) ** 2 for value in given) / (n - 1))
    return {"n": n, "mean": mean, "sd": sd}


def _reliability(
    name: str, items: list[str], tables: dict[str, Any], ledger: Ledger
) -> dict[str, Any]:
    answers = tables["answers"]["pre"]
    complete = {person for person, given in answers.items() if given.keys() >= set(items)}
    people = ledger.fit(f"alpha:{name}", complete)
    table = sorted([answers[person][item] for item in items] for person in people or ())
    result = measures.cronbach_alpha(table or [[math.nan] * len(items)])
    shape = _public if people is not None else _hidden
    return {"domain": name, "items": len(items), "alpha": shape(result)}


def _flow(tables: dict[str, Any], ledger: Ledger) -> list[dict[str, Any]]:
    reached = flow_groups(tables)
    keys = {f"{COUNT}{stage}": stage for stage in reached}
    last = ledger.newest(keys)
    if last and all(last[key] <= reached[stage] for key, stage in keys.items()):
        near = any(not ledger.is_apart(key, reached[stage]) for key, stage in keys.items())
        reached = {stage: last[key] for key, stage in keys.items()} if near else reached
    shown = measures.shown_flow(reached, first=FLOW_FIRST, count=ledger.count)
    reasons = {stage.value: lost.value if lost else "" for stage, lost in STAGES}
    return [
        {"stage": row.key, "n": row.n, "lost": row.lost, "reason": reasons[row.key]}
        for row in shown
    ]


def flow_groups(tables: dict[str, Any]) -> dict[str, frozenset[int]]:
    """Return stage -> who reached it, through all stages before it."""
    answers, activity = tables["answers"], tables["activity"]
    people = tables["people"]
    everybody = {person["id"] for person in people}
    at = {
        Stage.INVITED: everybody,
        Stage.ELIGIBLE: {person["id"] for person in people if person["eligible"]},
        Stage.CONSENTED: {person["id"] for person in people if person["consented"]},
        Stage.BEFORE: {person for person, given in answers["pre"].items() if given},
        Stage.STARTED: {person for person, (started, _done) in activity.items() if started},
        Stage.COMPLETED: {person for person, (_started, done) in activity.items() if done},
        Stage.AFTER: {person for person, given in answers["post"].items() if given},
    }
    found: dict[str, frozenset[int]] = {}
    remaining = frozenset(everybody)
    for stage, _lost in STAGES:
        remaining &= at[stage]
        found[stage.value] = remaining
    return found


def _missing(
    wave: str, tables: dict[str, Any], domains: dict[str, list[str]], ledger: Ledger
) -> dict[str, Any]:
    answers = tables["answers"][wave]
    items = [item for names in domains.values() for item in names]
    people = ledger.fit(f"missing:{wave}", answers)
    if people is None or ledger.count(f"wave-{wave}", people) is None:
        return {"wave": wave, "people": None, "asked": None, "missing": None}
    asked = len(people) * len(items)
    missing = asked - sum(item in answers[person] for person in people for item in items)
    small = 0 < missing < ledger.smallest
    return {
        "wave": wave, "people": len(people), "asked": asked, "missing": None if small else missing,
    }  # fmt: skip


def _analysed(tables: dict[str, Any], ledger: Ledger) -> dict[str, Any]:
    answers = tables["answers"]
    both = ledger.fit("both", answers["pre"].keys() & answers["post"].keys())
    if both is not None and ledger.count("both", both) is None:
        both = None
    cells: dict[tuple[str, str], set[int]] = {}
    for person in tables["people"]:
        if both and person["id"] in both:
            row, column = person["profession"] or "unstated", person["site"]
            for place in ((row, column), (row, ""), ("", column)):
                cells.setdefault(place, set()).add(person["id"])
    counts = {place: len(people) for place, people in cells.items() if all(place)}
    near = {place for place, people in cells.items() if not ledger.is_apart(_cell(place), people)}
    table = measures.suppress_table(counts, smallest=ledger.smallest, also=near)
    _note(table, cells, ledger)
    return {
        "rows": table.rows,
        "columns": table.columns,
        "cells": [[cell.count for cell in row] for row in table.cells],
        "row_totals": [cell.count for cell in table.row_totals],
        "column_totals": [cell.count for cell in table.column_totals],
        "total": table.total.count,
        "hidden": both is None,
    }


def _cell(place: tuple[str, str]) -> str:
    return f"cell:{place[0]}|{place[1]}"


def _note(
    table: measures.ProtectedTable, cells: dict[tuple[str, str], set[int]], ledger: Ledger
) -> None:
    """Enter the shown cells and totals in the ledger."""
    grid = {("", c): cell for c, cell in zip(table.columns, table.column_totals, strict=True)}
    for row, line, total in zip(table.rows, table.cells, table.row_totals, strict=True):
        grid |= {(row, c): cell for c, cell in zip(table.columns, line, strict=True)}
        grid[row, ""] = total
    for place, cell in grid.items():
        if not cell.hidden:
            ledger.shown[_cell(place)] = frozenset(cells.get(place, ()))
