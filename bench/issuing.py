"""What `bench/credentials.py` measures, each with a row of its own."""

import json
import shutil
import statistics
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import orjson
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

import servers
from digicantrain.core.credentials import badge, contexts, proof
from digicantrain.core.credentials.award import Award, AwardingBody
from digicantrain.core.credentials.identity import Identity, IdentityKind
from digicantrain.core.credentials.keys import Signer
from digicantrain.core.credentials.status import StatusEntry, is_withdrawn
from digicantrain.core.credentials.template import template_for
from digicantrain.credentials import (
    actions,
    checking,
    downloads,
    lists,
    pictures,
    queries,
    tasks,
)
from digicantrain.credentials.achievements import achievement_of
from digicantrain.credentials.certificates import certificate_of
from digicantrain.credentials.models import Credential
from digicantrain.learning.models import Cohort

HERE = Path(__file__).resolve().parent
# the library that other issuers of Open Badges sign with, from npm, into a folder of its own
PEER = (
    "@digitalbazaar/vc@7.3.0",
    "@digitalbazaar/data-integrity@2.5.0",
    "@digitalbazaar/eddsa-rdfc-2022-cryptosuite@1.3.0",
    "@digitalbazaar/ed25519-multikey@1.3.1",
)
AT_ONCE = 500
T = TypeVar("T")


def head() -> None:
    """Print the names of the columns."""
    print(f"{'measure':44}{'result':>12}  {'unit':26}{'aim':>8}")


def _row(name: str, result: float, unit: str, aim: str = "") -> None:
    digits = 0 if result >= 100 else 1
    print(f"{name:44}{result:12,.{digits}f}  {unit:26}{aim:>8}", flush=True)


def _awards(run: Cohort, number: int) -> tuple[list[Award], Signer]:
    """Return awards of one achievement to different people, and who signs."""
    organisation = run.organisation
    if not organisation.issuer_keys.exists():
        actions.make_key(organisation, by=None, now=timezone.now())
    key = lists.current_key(organisation)
    version = run.enrolments.first().version
    achievement = achievement_of(version, organisation=organisation, language="en")
    body = AwardingBody(id=key.did, name="Benchmark Cancer Centre", country="FI")
    first = Award(
        id=uuid.uuid4().urn, achievement=achievement, body=body, identities=(),
        issued_at=timezone.now(), status=StatusEntry("https://bench.example/status/1", 1),
    )  # fmt: skip
    return [
        replace(
            first,
            id=uuid.uuid4().urn,
            identities=(
                Identity.of(IdentityKind.EMAIL, f"p{n}@bench.example", salt=uuid.uuid4().hex),
                Identity.of(IdentityKind.NAME, f"Participant {n}", salt=uuid.uuid4().hex),
            ),
            status=StatusEntry("https://bench.example/status/1", n),
        )
        for n in range(number)
    ], lists.signer_of(key)


def _rate(work: Callable[[T], object], things: Sequence[T], *, rounds: int) -> float:
    """Return how many things are worked on in a second of CPU: the median of rounds."""
    share = len(things) // rounds
    rates = []
    for number in range(rounds):
        part = things[number * share : (number + 1) * share]
        start = time.process_time()
        for thing in part:
            work(thing)
        rates.append(len(part) / (time.process_time() - start))
    return statistics.median(rates)


# --- signing ---


def sign(run: Cohort, *, rounds: int) -> float:
    """Sign by template and in full; return the rate of the first."""
    awards, signer = _awards(run, 2_000)
    template = template_for(awards[0])

    def fast(award: Award) -> bytes:
        return orjson.dumps(template.signed(award, signer=signer, created=award.issued_at))

    def full(award: Award) -> bytes:
        document = badge.document_of(award)
        return orjson.dumps(proof.signed(document, signer=signer, created=award.issued_at))

    full(awards[0])
    by_template = _rate(fast, awards, rounds=rounds)
    _row("signed by template", by_template, "a second of CPU", "2,000")
    _row("signed by full processing", _rate(full, awards[:50], rounds=rounds), "a second of CPU")
    return by_template


def compare(run: Cohort, *, rate: float) -> None:
    """Sign the same credential with the library from npm, in the same run."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        print("No node or npm on this machine: the library from npm is not measured.")
        return
    awards, _signer = _awards(run, 1)
    with tempfile.TemporaryDirectory(prefix="digicantrain-peer-") as name:
        folder = Path(name)
        (folder / "package.json").write_text('{"type": "module", "private": true}')
        loaded = {url: contexts.load(url)["document"] for url in contexts.PINS}
        (folder / "contexts.json").write_text(json.dumps(loaded))
        (folder / "document.json").write_text(json.dumps(badge.document_of(awards[0])))
        shutil.copy(HERE / "peer.mjs", folder)
        install = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        try:
            subprocess.run([*install, *PEER], cwd=folder, check=True, timeout=300)
            ran = subprocess.run(
                ["node", "peer.mjs"], cwd=folder, check=True, timeout=300, capture_output=True
            )
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            print(f"The library from npm could not be measured: {error}")
            return
    other = float(ran.stdout)
    _row(f"signed by {PEER[0]}", other, "a second of CPU")
    _row("the template against it", rate / other, "times as fast", "20")


# --- issuing, end to end ---


def issue(run: Cohort, *, people: int) -> bool:
    """Issue to 500, then to the rest; return whether each has one."""
    due = queries.earned_and_not_issued(run)
    first = min(AT_ONCE, people)
    with _timed(first, f"{first} signed and stored, with status", "2"):
        actions.issue_each(due[:first])
    if people > first:
        with _timed(people - first, f"the other {people - first:,} of the course run"):
            tasks.issue_cohort.call(run.pk)
    issued = Credential.objects.values("enrolment").distinct().count()
    print(f"{issued:,} of {people:,} people have a credential, each one.")
    return bool(issued == people == Credential.objects.count())


@contextmanager
def _timed(number: int, name: str, aim: str = "") -> Iterator[None]:
    """Print how long so many took, as seconds and as rates of wall and CPU time."""
    start, used = time.perf_counter(), time.process_time()
    yield
    taken, used = time.perf_counter() - start, time.process_time() - used
    _row(name, taken, "seconds", aim)
    _row("the same", number / taken, "a second", "500")
    _row("the same", number / used, "a second of CPU")


# --- use ---


def use(*, rounds: int) -> None:
    """Check, draw and withdraw what was issued."""
    rows = list(Credential.objects.select_related("organisation", "version__module")[:50])

    def check(row: Credential) -> None:
        cache.clear()
        checking.judge(row.document, now=timezone.now())

    check(rows[0])
    _row("checked, nothing remembered", _rate(check, rows[:20], rounds=rounds), "a second of CPU")
    _row("written as JWT, checked before", _rate(_jwt, rows[:20], rounds=rounds), "a second of CPU")
    _row("certificates in PDF", _rate(_pdf, rows, rounds=rounds), "a second of CPU")
    _row("badges as PNG", _rate(pictures.png_of, rows, rounds=rounds), "a second of CPU")
    _row("withdrawn until the public list says so", max(_withdrawn(rows)) * 1000, "ms", "1,000")


def _jwt(row: Credential) -> None:
    downloads.jwt_of(row, now=timezone.now())


def _pdf(row: Credential) -> None:
    certificate_of(row, holder=row.holder_name)


def _withdrawn(rows: Sequence[Credential]) -> Iterator[float]:
    """Yield how long it takes from a withdrawal until the list that anybody gets has its bit."""
    for row in rows[:5]:
        entry = StatusEntry.read(json.loads(row.document)["credentialStatus"])
        start = time.perf_counter()
        actions.revoke(row, reason="Measured.", by=None, now=timezone.now())
        address = entry.url.removeprefix(f"https://{servers.HOST}")
        answer = Client(headers={"host": servers.HOST}).get(address, secure=True)
        if answer.status_code != 200 or not is_withdrawn(json.loads(answer.content), entry):
            raise SystemExit(f"{entry.url} does not say that it was withdrawn.")
        yield time.perf_counter() - start
