"""A record store filled with statements, in the process that measures; Django is set up."""

import base64
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from unittest import mock

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

import bare
import sent
from digicantrain.people.models import Organisation
from digicantrain.records import clock, keys, writing
from digicantrain.records.models import Statement

AT_ONCE = 500
MONTHS = 24
SAY_EVERY = 10


@dataclass(frozen=True)
class Store:
    """A store, and the key to it."""

    organisation_id: int
    client_id: str
    authorization: str

    @property
    def writer(self) -> writing.Writer:
        """Who stores in this process what the key would bring."""
        home = "https://bench.example"
        account = {"homePage": home, "name": self.client_id}
        return writing.Writer({"objectType": "Agent", "account": account})


def opened() -> Store:
    """Return the store, with a key that may do all, as often as it likes."""
    settings.STATIC_ROOT.mkdir(exist_ok=True)
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(bare.MAKE[connection.vendor])
    row, _made = Organisation.objects.get_or_create(slug="bench", defaults={"name": {"en": "B"}})
    wanted = keys.Wanted(
        f"Bench {time.time_ns()}",
        ("all",),
        requests_a_minute=10**9,
        statements_a_minute=10**9,
    )
    key = keys.make(row, wanted=wanted, by=None, now=timezone.now())
    pair = f"{key.key.client_id}:{key.secret}".encode()
    return Store(row.pk, key.key.client_id, f"Basic {base64.b64encode(pair).decode()}")


def stored() -> int:
    """Return how many statements there are."""
    return Statement.objects.count()


def fill(store: Store, *, upto: int, most: int, seed: int) -> None:
    """Store statements until there are so many, going on where an earlier run ended.

    Their moments of storing are spread over 24 months, `most` of them evenly.
    """
    number = first = stored()
    start = said = time.monotonic()
    while number < upto:
        batch = list(sent.several(seed, number, min(AT_ONCE, upto - number)))
        with mock.patch.object(clock, "microsecond", partial(_microsecond, number, most)):
            writing.store(store.organisation_id, batch, by=store.writer)
        number += len(batch)
        if time.monotonic() - said > SAY_EVERY or number >= upto:
            said = time.monotonic()
            rate = (number - first) / (said - start)
            left = (upto - number) / rate
            print(f"  {number:,} of {upto:,} stored, {rate:,.0f} a second, {left:,.0f} s left",
                  flush=True)  # fmt: skip
    settle()


def settle() -> None:
    """Have the database know what it holds, as it would by itself within a minute or so."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def empty_bare() -> None:
    """Empty the table of the bare view."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {bare.TABLE}")  # noqa: S608 - a name of ours


def first_day() -> date:
    """Return the day on which the first statement is stored."""
    today = datetime.now(UTC).date()
    return today.replace(year=today.year - MONTHS // 12, day=1)


def moment(share: float) -> datetime:
    """Return the time by which a share of all statements is stored."""
    start = datetime.combine(first_day(), datetime.min.time(), tzinfo=UTC)
    return start + share * timedelta(days=365 * MONTHS // 12)


def _microsecond(number: int, most: int) -> int:
    return clock.microseconds(moment(number / most))
