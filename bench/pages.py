"""Measures the pages: `python bench/pages.py --help`; what it says is explained in README.md."""

import argparse
import base64
import gzip
import re
import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import django

import servers

CSRF = "c" * 32
WIDTHS = (1, 4, 16)
BUDGET_KB = 100
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Ask:
    """One request."""

    path: str
    session: str = ""
    post: dict[str, str] | None = None
    htmx: bool = False
    host: str = servers.HOST

    def raw(self) -> str:
        """Return the bytes that a proxy hands on, in base 64."""
        body = urlencode(self.post or {})
        lines = [
            f"{'GET' if self.post is None else 'POST'} {self.path} HTTP/1.1",
            f"Host: {self.host}",
            "X-Forwarded-Proto: https",
            "Accept: text/html",
            "Accept-Language: en",
            f"Referer: https://{self.host}{self.path}",
            f"Cookie: csrftoken={CSRF}; sessionid={self.session}",
            *self._about(body),
        ]
        text = "\r\n".join(lines) + "\r\n\r\n" + body
        return base64.b64encode(text.encode()).decode()

    def _about(self, body: str) -> Iterator[str]:
        if self.post is not None:
            yield "Content-Type: application/x-www-form-urlencoded"
            yield f"Content-Length: {len(body)}"
            yield f"X-CSRFToken: {CSRF}"
        if self.htmx:
            yield "HX-Request: true"

    def through(self, client: Any) -> Any:
        """Send it through Django's test client, where queries can be counted."""
        client.cookies["sessionid"] = self.session
        headers = {"HX-Request": "true"} if self.htmx else {}
        if self.post is None:
            return client.get(self.path, headers=headers)
        return client.post(self.path, self.post, headers=headers)


@dataclass
class Page:
    """A page to measure."""

    name: str
    asks: list[Ask]
    status: int = 200
    # what is done before each round, so that each request has its work to do
    before: Callable[[], object] = lambda: None
    # no request may come twice in a row: it would find nothing to change
    in_turn: bool = False
    is_learners: bool = False
    sent: int = 0


@dataclass
class Row:
    """What was measured of a page."""

    name: str
    cpu: float = 0.0
    queries: int | None = None
    rate: dict[int, float] = field(default_factory=dict)
    p95: dict[int, float] = field(default_factory=dict)
    kilobytes: float | None = None
    wrong: dict[str, int] = field(default_factory=dict)


# --- what is measured ---


def pages(scene: Any, *, requests: int) -> list[Page]:
    """Return the pages in the order in which people meet them."""
    import rows  # noqa: PLC0415 - models can be imported only after the start

    def each(people: Sequence[Any], path: str, **more: Any) -> list[Ask]:
        return [
            Ask(path.format(row.key), session=scene.sessions[row.person_id], **more)
            for row in people
        ]

    def mine(name: str, path: str, **more: Any) -> Page:
        return Page(name, each(scene.learners, path, **more), is_learners=True)

    test, trainer = f"/learn/{{}}/{scene.test.code}/", scene.sessions[scene.trainer.pk]
    starters = each(scene.participants[: min(requests, 500)], test, post={"act": "begin"})
    return [
        Page("home", [Ask("/")]),
        Page("sign-in", [Ask("/account/login/")]),
        Page("catalogue", [Ask("/modules/")]),
        mine("learner's home", "/learn/"),
        mine("module of 300 steps", "/learn/{}/"),
        mine("step", f"/learn/{{}}/{scene.steps[3].code}/"),
        Page("quiz start", starters, status=302, before=lambda: rows.reset_tests(scene)),
        mine("quiz question", f"{test}1/"),
        Page("quiz answer saved", list(_answers(scene, test)), in_turn=True),
        Page("participants, 1,000", [Ask(f"/teach/runs/{scene.cohort.key}/", session=trainer)]),
        Page("verify", [Ask(f"/c/{scene.credential.token}/")]),
    ]


def _answers(scene: Any, test: str) -> Iterator[Ask]:
    """Yield answers so that each changes what its learner chose before."""
    for place in range(4):
        for number in range(1, len(scene.attempts[0].drawn) + 1):
            for row, attempt in zip(scene.learners, scene.attempts, strict=True):
                option = attempt.drawn[number - 1]["options"][place]
                yield Ask(
                    f"{test}{number}/".format(row.key),
                    session=scene.sessions[row.person_id],
                    post={"attempt": str(attempt.key), "answer": option},
                    htmx=True,
                )


# --- measuring ---


class Bench:
    """Measures pages of one server."""

    def __init__(self, chosen: argparse.Namespace, generator: servers.Generator) -> None:
        self.chosen = chosen
        self._requests: int = chosen.requests
        self._rounds: int = chosen.rounds
        self._generator = generator

    def measure(self, page: Page, *, host: str, port: int, master: int | None) -> Row:
        """Measure a page at each width; processor time at one connection, where no one waits."""
        row = Row(page.name)
        self._round(page, row, width=2, at=(host, port), total=max(32, self._requests // 4))
        spent = []
        for width in WIDTHS:
            rates, slow = [], []
            for _ in range(self._rounds):
                before = _workers_cpu(master)
                rate, p95 = self._round(
                    page, row, width=width, at=(host, port), total=self._requests
                )
                used = _between(before, _workers_cpu(master))
                rates.append(rate)
                slow.append(p95)
                if width == 1 and used is not None:
                    spent.append(used / self._requests * 1000)
            row.rate[width], row.p95[width] = statistics.median(rates), statistics.median(slow)
        row.cpu = statistics.median(spent) if spent else 0.0
        return row

    def _round(
        self, page: Page, row: Row, *, width: int, at: tuple[str, int], total: int
    ) -> tuple[float, float]:
        page.before()
        job = {
            "host": at[0],
            "port": at[1],
            "connections": width,
            "total": total,
            "offset": page.sent,
            "requests": [ask.raw() for ask in page.asks],
        }
        page.sent += total
        done = self._generator.run(job)
        for status, count in done["statuses"].items():
            if status != str(page.status):
                row.wrong[status] = row.wrong.get(status, 0) + count
        times = sorted(done["times"]) or [0.0]
        return len(times) / done["seconds"], times[int(len(times) * 0.95)] * 1000


def _workers_cpu(master: int | None) -> dict[int, float]:
    return servers.cpu(servers.children(master)) if master else {}


def _between(before: dict[int, float], after: dict[int, float]) -> float | None:
    """Return the seconds spent, or nothing where a worker was replaced meanwhile."""
    if not before or before.keys() != after.keys():
        return None
    return sum(after.values()) - sum(before.values())


def count(page: Page) -> tuple[int, float, str]:
    """Return the most queries that one of 16 warm requests takes, its kilobytes, what is wrong."""
    from django.db import connection  # noqa: PLC0415 - only after the start
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    client = Client(
        raise_request_exception=False,
        headers={"Host": servers.HOST, "X-Forwarded-Proto": "https"},
    )
    client.cookies["csrftoken"] = CSRF
    most, body, wrong = 0, b"", ""
    first = list(islice(page.asks, 16))
    for number, asks in enumerate((first, page.asks[16:32] if page.in_turn else first)):
        page.before()
        for ask in asks:
            with CaptureQueriesContext(connection) as seen:
                answer = ask.through(client)
            if answer.status_code != page.status:
                wrong = f"{answer.status_code} for {ask.path}"
            most, body = (max(most, len(seen)), answer.content) if number else (0, b"")
    page.sent = 32 if page.in_turn else 0
    return most, weight(body), wrong


def weight(body: bytes) -> float:
    """Return the kilobytes of a page with its styles and scripts, compressed."""
    from django.conf import settings  # noqa: PLC0415 - only after the start

    named = {text.decode() for text in re.findall(rb'(?:href|src)="/static/([^"]+)"', body)}
    files = [Path(settings.STATIC_ROOT) / name for name in sorted(named)]
    parts = [body, *(path.read_bytes() for path in files if path.suffix in {".css", ".js"})]
    return sum(len(gzip.compress(part, 6)) for part in parts) / 1000


# --- the run ---


def run(chosen: argparse.Namespace) -> int:
    """Fill, serve, measure, grow, measure again; return 1 where a page answered wrongly."""
    with ExitStack() as stack:
        stack.enter_context(servers.place(chosen.database))
        scene, asked = _prepare(chosen)
        generator = servers.Generator()
        stack.callback(generator.close)
        bench = Bench(chosen, generator)
        master = stack.enter_context(
            servers.running(
                "-m", "digicantrain", "serve", "--port", str(chosen.port), port=chosen.port
            )
        )
        worker = stack.enter_context(servers.running("-m", "digicantrain", "worker"))
        floor = _floor(bench, scene)
        print(f"\n{_facts(chosen)}")
        first = [_row(bench, page, master) for page in asked]
        _table("Rows as they are", [floor, *first, *_peer(bench)], floor)
        _memory(master, worker)
        rows = [floor, *first]
        if chosen.grow > 1:
            _grow(scene, times=chosen.grow)
            again = [_row(bench, page, master) for page in asked]
            before = {row.name: row for row in first}
            _table(f"Rows {chosen.grow}-fold", again, None, before=before)
            rows += again
            _memory(master, worker)
        wrong = [f"{row.name}: {row.wrong}" for row in rows if row.wrong]
        print("\n".join(wrong) or "\nEach answer had the status it should have.")
    return 1 if wrong else 0


def _prepare(chosen: argparse.Namespace) -> tuple[Any, list[Page]]:
    django.setup()
    from django.conf import settings  # noqa: PLC0415 - only after the start
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connections  # noqa: PLC0415

    import rows  # noqa: PLC0415

    print("Filling a database ...", flush=True)
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    scene = rows.fill()
    asked = pages(scene, requests=chosen.requests)
    if chosen.only:
        asked = [page for page in asked if chosen.only in page.name]
    connections.close_all()
    return scene, asked


def _floor(bench: Bench, scene: Any) -> Row:
    """Measure the least that a signed-in page costs, on a server like ours."""
    port = bench.chosen.port + 1
    gunicorn = (
        "-m", "gunicorn", "floor:application", "--pythonpath", str(servers.HERE),
        "--bind", f"{LOOPBACK}:{port}", "--workers", "2", "--preload",
        "--log-level", "warning", "--no-control-socket",
    )  # fmt: skip
    asks = [Ask("/floor/", session=scene.sessions[row.person_id]) for row in scene.learners]
    with servers.running(*gunicorn, port=port) as master:
        page = Page("(floor: the least page)", asks)
        return bench.measure(page, host=LOOPBACK, port=port, master=master)


def _row(bench: Bench, page: Page, master: int) -> Row:
    queries, kilobytes, wrong = count(page)
    row = bench.measure(page, host=LOOPBACK, port=bench.chosen.port, master=master)
    row.queries, row.kilobytes = queries, kilobytes if page.status == 200 else None
    if wrong:
        row.wrong[wrong] = 1
    if page.is_learners and kilobytes > BUDGET_KB:
        row.wrong[f"{kilobytes:.0f} kB are over the budget of {BUDGET_KB}"] = 1
    return row


def _grow(scene: Any, *, times: int) -> None:
    from django.db import connection  # noqa: PLC0415 - only after the start

    import rows  # noqa: PLC0415

    print(f"\nGrowing the rows {times}-fold ...", flush=True)
    rows.grow(scene, times=times)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # autovacuum would do it within a minute
    connection.close()


def _peer(bench: Bench) -> list[Row]:
    """Measure another server's page with the same generator."""
    address: str = bench.chosen.peer
    if not address:
        return []
    parts = urlsplit(address)
    page = Page(f"(peer: {address})", [Ask(parts.path or "/", host=parts.netloc)])
    return [
        bench.measure(page, host=parts.hostname or LOOPBACK, port=parts.port or 80, master=None)
    ]


# --- the tables ---


def _facts(chosen: argparse.Namespace) -> str:
    kind = "PostgreSQL" if chosen.database else "SQLite"
    load = Path("/proc/loadavg").read_text(encoding="ascii").split()[0]
    return (
        f"{kind}; two gunicorn workers; medians of {chosen.rounds} rounds of {chosen.requests} "
        f"requests; load of the machine {load} before the start."
    )


def _table(
    title: str, rows: list[Row], floor: Row | None, *, before: dict[str, Row] | None = None
) -> None:
    last = "CPU x before" if before else "CPU x floor"
    rates = "".join(f"{f'req/s {width}':>10}" for width in WIDTHS)
    slow = "".join(f"{f'p95 {width}':>9}" for width in WIDTHS)
    print(f"\n{title}\n{'page':26}{'CPU ms':>8}{'queries':>9}{rates}{slow}{'kB gzip':>9}{last:>14}")
    for row in rows:
        other = before.get(row.name) if before else floor
        ratio = f"{row.cpu / other.cpu:.2f}" if other and other.cpu and row.cpu else ""
        print(
            f"{row.name:26}{row.cpu:8.1f}{_shown(row.queries):>9}"
            + "".join(f"{row.rate[width]:10.0f}" for width in WIDTHS)
            + "".join(f"{row.p95[width]:9.1f}" for width in WIDTHS)
            + f"{_shown(row.kilobytes):>9}{ratio:>14}",
            flush=True,
        )


def _shown(value: float | None) -> str:
    return "" if value is None else f"{value:.0f}"


def _memory(master: int, worker: int) -> None:
    web = servers.children(master)
    parts = [("web master", [master]), *((f"web worker {n}", [p]) for n, p in enumerate(web, 1))]
    parts.append(("background worker", [worker]))
    listed = ", ".join(f"{name} {servers.memory(pids):.0f}" for name, pids in parts)
    total = servers.memory([master, *web, worker])
    print(f"\nMemory (PSS): {total:.0f} MB in all: {listed}.", flush=True)


def main() -> int:
    """Read the arguments."""
    parser = argparse.ArgumentParser(description="Measure the pages under two gunicorn workers.")
    parser.add_argument(
        "--database",
        default="",
        help="address of a PostgreSQL server, on which a database is made and dropped; "
        "without it SQLite in a temporary folder",
    )
    parser.add_argument("--port", type=int, default=8140, help="this port and the next are used")
    parser.add_argument("--requests", type=int, default=200, help="requests a round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--grow", type=int, default=100, help="1 leaves the second table out")
    parser.add_argument("--only", default="", help="measure only pages whose name holds this")
    parser.add_argument("--peer", default="", help="http address of a page to compare with")
    return run(parser.parse_args())


if __name__ == "__main__":
    raise SystemExit(main())
