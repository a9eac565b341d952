"""From tables of answers to a result that pages and reports show. Pure: no database."""

import math
from typing import Any

from digicantrain.core import measures
from digicantrain.evaluation.enums import STAGES, Stage

SCORE_RULE = "mean of the answered items of a domain, if at least half were answered (rule 1)"


def analyse_tables(tables: dict[str, Any]) -> dict[str, Any]:
    """Return flow, reliability, change, missing and who was analysed, as plain values."""
    domains = domain_items(tables["instrument"])
    people = sorted(tables["answers"]["pre"].keys() | tables["answers"]["post"].keys())
    return {
        "flow": _flow(tables),
        "reliability": [_reliability(name, items, tables) for name, items in domains.items()],
        "change": [_change(name, items, tables, people) for name, items in domains.items()],
        "missing": _missing(tables, domains),
        "analysed": _analysed(tables),
        "smallest_cell": tables["smallest_cell"],
        "score_rule": SCORE_RULE,
        "warnings": [],
    }


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


def _scores(
    tables: dict[str, Any], *, wave: str, items: list[str], people: list[int]
) -> list[float]:
    answers = tables["answers"][wave]
    return [score(answers.get(person, {}), items=items) for person in people]


def _flow(tables: dict[str, Any]) -> list[dict[str, Any]]:
    answers, activity = tables["answers"], tables["activity"]
    rows = [
        {
            Stage.INVITED.value: True,
            Stage.ELIGIBLE.value: person["eligible"],
            Stage.CONSENTED.value: person["consented"],
            Stage.BEFORE.value: bool(answers["pre"].get(person["id"])),
            Stage.STARTED.value: activity.get(person["id"], (False, False))[0],
            Stage.COMPLETED.value: activity.get(person["id"], (False, False))[1],
            Stage.AFTER.value: bool(answers["post"].get(person["id"])),
        }
        for person in tables["people"]
    ]
    stages = [(stage.value, lost.value if lost else "") for stage, lost in STAGES]
    flow = measures.participant_flow(rows, stages=stages)
    return [{"stage": row.key, "n": row.n, "lost": row.lost} for row in flow.stages]


def _reliability(name: str, items: list[str], tables: dict[str, Any]) -> dict[str, Any]:
    table = [
        [answers.get(item, math.nan) for item in items]
        for answers in tables["answers"]["pre"].values()
    ]
    result = measures.cronbach_alpha(table or [[math.nan] * len(items)])
    return {"domain": name, "items": len(items), "alpha": result.to_json()}


def _change(
    name: str, items: list[str], tables: dict[str, Any], people: list[int]
) -> dict[str, Any]:
    before = _scores(tables, wave="pre", items=items, people=people)
    after = _scores(tables, wave="post", items=items, people=people)
    return {
        "domain": name,
        "paired": measures.paired_change(before, after).to_json(),
        "wilcoxon": measures.wilcoxon_signed_rank(before, after).to_json(),
        "all_before": _mean(before, tables["smallest_cell"]),
        "all_after": _mean(after, tables["smallest_cell"]),
    }


def _mean(values: list[float], smallest: int) -> dict[str, Any]:
    given = [value for value in values if not math.isnan(value)]
    n = len(given)
    if n < smallest:
        return {"n": None if n else 0, "mean": None, "sd": None}
    mean = sum(given) / n
    sd = math.sqrt(sum((value - mean) ** 2 for value in given) / (n - 1))
    return {"n": n, "mean": mean, "sd": sd}


def _missing(tables: dict[str, Any], domains: dict[str, list[str]]) -> list[dict[str, Any]]:
    items = [item for names in domains.values() for item in names]
    found = []
    for wave, people in tables["answers"].items():
        asked = len(people) * len(items)
        given = sum(1 for answers in people.values() for item in items if item in answers)
        found.append(
            {"wave": wave, "people": len(people), "asked": asked, "missing": asked - given}
        )
    return found


def _analysed(tables: dict[str, Any]) -> dict[str, Any]:
    answers = tables["answers"]
    both = answers["pre"].keys() & answers["post"].keys()
    counts: dict[tuple[str, str], int] = {}
    for person in tables["people"]:
        if person["id"] in both:
            key = (person["profession"] or "unstated", person["site"])
            counts[key] = counts.get(key, 0) + 1
    table = measures.suppress_table(counts, smallest=tables["smallest_cell"])
    return {
        "rows": table.rows,
        "columns": table.columns,
        "cells": [[cell.count for cell in row] for row in table.cells],
        "row_totals": [cell.count for cell in table.row_totals],
        "column_totals": [cell.count for cell in table.column_totals],
        "total": table.total.count,
    }
