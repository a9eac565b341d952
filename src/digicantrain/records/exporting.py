"""Exports: every statement of a store, line by line, in the memory of one page."""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from digicantrain.core.tables import safe_cell
from digicantrain.core.xapi.identity import identifier
from digicantrain.people.actions import record
from digicantrain.people.models import Organisation, Person
from digicantrain.records.models import Statement
from digicantrain.records.naming import named

Json = dict[str, Any]
SHARE = 500
BLOCK = 65_536
FORMATS = ("jsonl", "csv")
COLUMNS = (
    "id",
    "stored",
    "timestamp",
    "actor",
    "verb",
    "object_type",
    "object",
    "registration",
    "score_scaled",
    "score_raw",
    "success",
    "completion",
    "duration",
    "response",
    "authority",
)


def handed_over(organisation: Organisation, *, kind: str, by: Person | None) -> Iterator[bytes]:
    """Note in the audit trail that everything is taken along; return it in blocks."""
    record(
        "records-exported",
        actor=by,
        subject=f"organisation:{organisation.slug}",
        data={"format": kind},
    )
    return as_blocks(organisation, kind=kind)


def as_blocks(organisation: Organisation, *, kind: str) -> Iterator[bytes]:
    """Return an export as the bytes of a file, in blocks of about 64 kB.

    CSV begins with the mark that tells spreadsheet programs that it is UTF-8.
    """
    held = bytearray(codecs.BOM_UTF8 if kind == "csv" else b"")
    for line in as_lines(organisation, kind=kind):
        held += line.encode()
        if len(held) >= BLOCK:
            yield bytes(held)
            held.clear()
    if held:
        yield bytes(held)


def as_lines(organisation: Organisation, *, kind: str) -> Iterator[str]:
    """Return an export in a format of `FORMATS`, piece by piece."""
    statements = all_of(organisation)
    return as_csv(statements) if kind == "csv" else as_jsonl(statements)


def all_of(organisation: Organisation) -> Iterator[Json]:
    """Yield every statement of a store, oldest first, those made void among them.

    What is stored while the export runs is in it too; each page goes on from the last id, so that
    none is told twice and no transaction stays open.
    """
    last = 0
    rows = Statement.objects.filter(organisation=organisation).order_by("id")
    while share := list(rows.filter(id__gt=last).values_list("id", "text")[:SHARE]):
        last = share[-1][0]
        yield from named(organisation.pk, [orjson.loads(text) for _id, text in share])


def as_jsonl(statements: Iterable[Json]) -> Iterator[str]:
    """Write one statement a line (JSON Lines)."""
    for statement in statements:
        yield orjson.dumps(statement, option=orjson.OPT_APPEND_NEWLINE).decode()


def as_csv(statements: Iterable[Json]) -> Iterator[str]:
    """Write one statement a row, by what most of them have; no cell runs as a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for statement in statements:
        writer.writerow([safe_cell(cell) for cell in _cells(statement)])
        yield out.getvalue()
        out.seek(0)
        out.truncate()
    if rest := out.getvalue():
        yield rest


def _cells(statement: Json) -> list[Any]:
    target = statement["object"]
    result = statement.get("result", {})
    score = result.get("score", {})
    return [
        statement["id"],
        statement["stored"],
        statement["timestamp"],
        identifier(statement["actor"]),
        statement["verb"]["id"],
        target.get("objectType", "Activity"),
        target.get("id") or _who(target),
        statement.get("context", {}).get("registration"),
        score.get("scaled"),
        score.get("raw"),
        result.get("success"),
        result.get("completion"),
        result.get("duration"),
        result.get("response"),
        _who(statement["authority"]),
    ]


def _who(agent: Json) -> str | None:
    return identifier(agent) if "verb" not in agent else None
