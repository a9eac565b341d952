"""What the commands for the record store do, but for those of its keys."""

import argparse
import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from digicantrain.commands import row_named, say, start

EVER = 0
# Slower than was measured (60,000 statements, 240,000 rows: 3 seconds): large indexes cost more.
ROWS_A_SECOND = 20_000


def export(chosen: argparse.Namespace) -> int:
    """Write every statement of a store to a file, or to standard output."""
    organisation = _store(chosen)
    from digicantrain.records import exporting

    with _out(chosen.output) as out:
        out.writelines(exporting.handed_over(organisation, kind=chosen.format, by=None))
    return 0


@contextlib.contextmanager
def _out(path: Path | None) -> Iterator[BinaryIO]:
    """Open a file that takes its place only when it is whole; without a path, standard output."""
    if path is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    if path.exists() and not path.is_file():
        # a device such as /dev/stdout must not be replaced by a file
        raise ValueError(f"{path} is no file. Without --output all goes to standard output.")
    number, name = tempfile.mkstemp(dir=path.absolute().parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(number, "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def forget(chosen: argparse.Namespace) -> int:
    """Say how much of a store is about somebody; with --yes erase who it is."""
    organisation = _store(chosen)
    from digicantrain.records import erasing

    identifiers = _identifiers(chosen)
    found = erasing.concerned(organisation, identifiers)
    if not found.agents:
        raise erasing.NobodyNamedError(
            "Nobody in this store is known so. Write it letter by letter as the program sends it."
        )
    if not chosen.yes:
        more = " or more" if max(found.statements, found.documents) > erasing.COUNTED else ""
        say(
            f"Statements that would stay under a pseudonym: {found.statements}; documents that "
            f"would be deleted: {found.documents}{more}. Nothing was changed; call it again with "
            "--yes."
        )
        return 1
    done = erasing.forget(organisation, identifiers, by=None)
    say(
        f"Erased. Statements under a pseudonym now: {done.statements}; documents deleted: "
        f"{done.documents}."
    )
    return 0


def _identifiers(chosen: argparse.Namespace) -> set[str]:
    from digicantrain.records import erasing

    if chosen.mbox is not None:
        return erasing.by_address(chosen.mbox)
    if chosen.account is not None:
        return erasing.by_account(*chosen.account)
    if chosen.mbox_sha1sum is not None:
        return erasing.by_sha1sum(chosen.mbox_sha1sum)
    return erasing.by_openid(chosen.openid)


def retention(chosen: argparse.Namespace) -> int:
    """Print for how long a store keeps what; set what is given."""
    organisation = _store(chosen)
    from digicantrain.records import retention as keeping

    rule = keeping.rule_of(organisation)
    if chosen.statements is not None or chosen.documents is not None:
        rule = keeping.keep_for(
            organisation,
            statements=_months(chosen.statements, rule.statement_months),
            documents=_months(chosen.documents, rule.document_months),
            by=None,
        )
    say(f"Statements: {_kept(rule.statement_months)}")
    say(f"Documents:  {_kept(rule.document_months)}")
    return 0


def _months(given: int | None, before: int | None) -> int | None:
    """Return what is set: what was given, else what was before; 0 stands for ever."""
    return before if given is None else given or None


def _kept(months: int | None) -> str:
    if months is None:
        return "kept for ever"
    return f"kept for {months} month{'' if months == 1 else 's'}"


def partition(chosen: argparse.Namespace) -> int:
    """Say what parting the store does and how long it locks it; with --yes do it."""
    start()
    from django.utils import timezone

    from digicantrain.records import partitions

    partitions.check_possible()
    rows = partitions.estimated_rows()
    if not chosen.yes:
        say(
            f"This moves about {rows:,} rows of all stores into partitions by month. Meanwhile "
            "nobody can read or write them: on two cores of 2026 for "
            f"{rows // ROWS_A_SECOND + 1} seconds or less. The disk needs room for a second copy. "
            "It is done whole or not at all, and there is no way back but a backup. Restart serve "
            "and worker afterwards. Nothing was changed; call it again with --yes."
        )
        return 1
    made = partitions.partition(today=timezone.now().date())
    say(f"{made} partitions are made. Restart serve and worker now.")
    return 0


def _store(chosen: argparse.Namespace) -> Any:
    start()
    from digicantrain.people.models import Organisation

    return row_named(Organisation, "organisation", slug=chosen.organisation)
