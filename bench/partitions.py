"""Measures the record store before and after it is partitioned: `bench/partitions.py --help`."""

import argparse
import json
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import django

import records
import servers

Rows = list[dict[str, Any]]
FULL = 100
PARTED = re.compile(r"records_(statement|agentmention|activitymention)_(\d{4}_\d\d|later)")


def run(chosen: argparse.Namespace) -> int:
    """Fill, copy, measure, partition, measure again; return 1 where a plan looks everywhere."""
    if chosen.database.startswith("sqlite"):
        raise SystemExit("Only PostgreSQL has partitions; name a database there.")
    copy = f"{chosen.database}_parted"
    _fill(chosen)
    print(f"Copying to {urlsplit(copy).path[1:]}, which is dropped at the end ...", flush=True)
    servers.copied(chosen.database, copy)
    chosen.database = copy
    with ExitStack() as stack:
        stack.enter_context(servers.place(copy, keep=True, drop=True))
        django.setup()
        import filled  # noqa: PLC0415 - only after the start
        from digicantrain.records import partitions  # noqa: PLC0415

        store = filled.opened()
        count = filled.stored()
        filled.settle()
        print(f"\n{records.facts(chosen)}\n{count:,} statements in one table")
        before = _measured(chosen, store, {})
        start = time.monotonic()
        made = partitions.partition(today=datetime.now(UTC).date())
        filled.settle()
        print(f"\nPartitioned in {time.monotonic() - start:,.0f} s: {made} partitions of 3 tables")
        after = _measured(chosen, store, {row["filter"]: row["p95_ms_1"] for row in before})
        plans = list(_plans(store.organisation_id))
    if chosen.json:
        found = {"stored": count, "before": before, "after": after, "plans": plans}
        chosen.json.write_text(json.dumps(found, indent=1), encoding="utf-8")
    return int(not all(row["met"] for row in plans))


def _fill(chosen: argparse.Namespace) -> None:
    """Fill the database that `bench/records.py` uses too, in a process of its own."""
    command = [sys.executable, str(Path(__file__).with_name("records.py")), "--load-only"]
    given = ["--database", chosen.database, "--stored", str(chosen.stored)]
    subprocess.run([*command, *given], check=True)


def _measured(chosen: argparse.Namespace, store: Any, before: dict[str, float]) -> Rows:
    import asked  # noqa: PLC0415 - only after the start

    with closing(servers.Generator()) as generator, records.served(chosen.port) as masters:
        bench = records.Bench(generator, chosen.port, masters[0])
        records.heads_of_gets()
        door = asked.Door(chosen.port, store.authorization)
        return records.measure_gets(bench, door, chosen, before)


# --- what a first page looks at ---


def _plans(organisation_id: int) -> Iterator[dict[str, Any]]:
    """Yield into how many months each filter looks: of statements, or of mentions if more."""
    import asked  # noqa: PLC0415 - only after the start
    import filled  # noqa: PLC0415

    everywhere = _count()
    print(f"\n{'a first page by':22}{'statements':>12}{'looks into':>12}{'months of':>11}{'':>10}")
    moments = (filled.moment(0.1), filled.moment(0.8))
    for name, queries in asked.filters(records.SEED, moments).items():
        if name.startswith(("format", "attachments", "limit")):
            continue
        looks = [_touched(organisation_id, query) for query in queries[:4]]
        # what fills no page has to be looked for everywhere
        found, touched = max(looks, key=lambda look: (look[0] >= FULL, look[1]))
        good = touched < everywhere or found < FULL
        print(f"{name:22}{found:12}{touched:12}{everywhere:11}{records.met(good):>10}", flush=True)
        yield {"filter": name, "found": found, "touched": touched, "of": everywhere, "met": good}


def _count() -> int:
    from django.db import connection  # noqa: PLC0415 - only after the start

    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r'")
        return _months({name for (name,) in cursor.fetchall()})


def _months(names: set[str]) -> int:
    """Return of the table with most partitions among these how many there are."""
    parts = Counter(match[1] for name in names if (match := PARTED.fullmatch(name)))
    return max(parts.values(), default=0)


def _touched(organisation_id: int, query: dict[str, str]) -> tuple[int, int]:
    """Return how many statements a page has, and in how many months its plans look for them."""
    from django.db import connection  # noqa: PLC0415 - only after the start
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    with CaptureQueriesContext(connection) as seen:
        count = _ask(organisation_id, query)
    found: set[str] = set()
    for one in seen.captured_queries:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {one['sql']}")
            found |= set(_looked_into(cursor.fetchone()[0][0]["Plan"]))
    return count, _months(found)


def _looked_into(node: dict[str, Any]) -> Iterator[str]:
    if node.get("Actual Loops") and "Relation Name" in node:
        yield node["Relation Name"]
    for below in node.get("Plans", ()):
        yield from _looked_into(below)


def _ask(organisation_id: int, query: dict[str, str]) -> int:
    from digicantrain.core.xapi.identity import identifier  # noqa: PLC0415 - only after the start
    from digicantrain.records import reading  # noqa: PLC0415

    if "statementId" in query:
        return int(reading.one(organisation_id, UUID(query["statementId"])) is not None)
    agent, registration = query.get("agent"), query.get("registration")
    times = {
        name: datetime.fromisoformat(query[name]) for name in ("since", "until") if name in query
    }
    wanted = reading.Filters(
        agent=identifier(json.loads(agent)) if agent else None,
        verb=query.get("verb"),
        activity=query.get("activity"),
        registration=UUID(registration) if registration else None,
        related_agents="related_agents" in query,
        related_activities="related_activities" in query,
        ascending="ascending" in query,
        **times,
    )
    return len(reading.find(organisation_id, wanted).statements)


def main() -> int:
    """Read the arguments."""
    parser = records.arguments("Measure the record store before and after it is partitioned.")
    parser.add_argument("--stored", type=int, default=1_000_000)
    chosen = parser.parse_args()
    if chosen.quick:
        chosen.rounds = 1
    return run(chosen)


if __name__ == "__main__":
    raise SystemExit(main())
