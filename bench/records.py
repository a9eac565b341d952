"""Measures the record store over HTTP: `python bench/records.py --help`, explained in README.md."""

import argparse
import json
import os
import statistics
import time
from collections import Counter
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import django

import servers

SEED = 20_26
POSTGRESQL = "postgresql://postgres@127.0.0.1:5432/digicantrain_bench"
SQLITE = f"sqlite:///{servers.HERE.parent}/var/bench-records.sqlite3"
WIDTHS = (1, 8)
# requests a round, at one client and at eight, by the statements in each
REQUESTS = {1: (200, 400), 50: (30, 48), 500: (8, 16)}
QUICK = {1: (40, 40), 50: (6, 8), 500: (2, 8)}
AIMS = {1: 150, 50: 2_000, 500: 4_000}
AIM_P95, AIM_RATIO, AIM_MEMORY, AIM_GROWTH = 25.0, 0.5, 200, 2.0


class Bench:
    """Measures one server: ours or the bare view."""

    def __init__(self, generator: servers.Generator, port: int, master: int) -> None:
        self.memory: dict[int, float] = {}
        self._generator = generator
        self._port = port
        self._master = master

    def run(self, requests: list[str], *, width: int, total: int) -> tuple[float, list[float]]:
        """Send requests; return the seconds of all and the milliseconds of each."""
        done = self._generator.run(
            {
                "host": "127.0.0.1",
                "port": self._port,
                "connections": width,
                "total": total,
                "offset": 0,
                "requests": requests,
            }
        )
        wrong = Counter(done["statuses"])
        wrong.pop("200", None)
        if wrong:
            raise SystemExit(f"Not every answer was 200: {dict(wrong)}")
        self.memory |= servers.most_memory(servers.children(self._master))
        return done["seconds"], sorted(one * 1_000 for one in done["times"])


def share(times: list[float], part: float) -> float:
    """Return the time within which a part of the answers came."""
    return times[min(len(times) - 1, int(len(times) * part))]


# --- what is measured ---


def measure_posts(
    ours: Bench, other: Bench, door: Any, chosen: argparse.Namespace
) -> list[dict[str, Any]]:
    """Bring statements, in turn to the store and to the bare view."""
    import asked  # noqa: PLC0415 - only after the start

    found = []
    plan = QUICK if chosen.quick else REQUESTS
    for size, counts in plan.items():
        for width, count in zip(WIDTHS, counts, strict=True):
            rates: dict[str, list[float]] = {"ours": [], "bare": []}
            slow = []
            for _round in range(chosen.rounds):
                made = asked.batches(door, seed=time.time_ns(), size=size, count=count)
                for name, bench in (("bare", other), ("ours", ours)):
                    seconds, times = bench.run(made, width=width, total=count)
                    rates[name].append(size * count / seconds)
                slow.append(share(times, 0.95))
            rate, bare = (statistics.median(rates[name]) for name in ("ours", "bare"))
            found.append(
                {
                    "statements": size,
                    "clients": width,
                    "a_second": rate,
                    "p95_ms": statistics.median(slow),
                    "bare_a_second": bare,
                    "ratio": rate / bare,
                }
            )
            print_post(found[-1])
    return found


def measure_gets(
    ours: Bench, door: Any, chosen: argparse.Namespace, before: dict[str, float]
) -> list[dict[str, Any]]:
    """Ask by each filter; `before` is the p95 of each at the first size."""
    import asked  # noqa: PLC0415 - only after the start
    import filled  # noqa: PLC0415

    # Of what is stored by now, so that pages by time are full at each size.
    reached = min(filled.stored() / max(chosen.stored), 1)
    moments = (filled.moment(0.1 * reached), filled.moment(0.8 * reached))
    by_name = {
        name: [door.get(query) for query in queries]
        for name, queries in asked.filters(SEED, moments).items()
    }
    by_name["more, page 10"] = [asked.page_ten(door)]
    found = []
    total = 20 if chosen.quick else 200
    for name, requests in by_name.items():
        ours.run(requests, width=2, total=16)
        row: dict[str, Any] = {"filter": name}
        for width in WIDTHS:
            seconds, times = ours.run(requests, width=width, total=total)
            row |= {
                f"p50_ms_{width}": share(times, 0.5),
                f"p95_ms_{width}": share(times, 0.95),
                f"a_second_{width}": total / seconds,
            }
        row["growth"] = row["p95_ms_1"] / before[name] if name in before else None
        found.append(row)
        print_get(row)
    return found


# --- the tables ---


def print_post(row: dict[str, Any]) -> None:
    """Print a row of the table of POST."""
    size, rate, ratio = row["statements"], row["a_second"], row["ratio"]
    # the aims are those of one client
    alone = row["clients"] == 1
    aim = f"{AIMS[size]:,}: {met(rate >= AIMS[size])}" if alone else ""
    half = f"{AIM_RATIO}: {met(ratio >= AIM_RATIO)}" if alone and size == 500 else ""
    print(
        f"{f'POST of {size}':20}{row['clients']:>8}{rate:>12,.0f}{aim:>16}{row['p95_ms']:>10,.1f}"
        f"{row['bare_a_second']:>12,.0f}{ratio:>8.2f}{half:>14}",
        flush=True,
    )


def print_get(row: dict[str, Any]) -> None:
    """Print a row of the table of GET."""
    p95, growth = row["p95_ms_1"], row["growth"]
    grown = f"{growth:.2f}" if growth else ""
    # what takes a millisecond or two doubles by chance
    good = growth is None or growth <= AIM_GROWTH or p95 <= AIM_P95 / 4
    print(
        f"{row['filter']:22}{row['p50_ms_1']:>8.1f}{p95:>8.1f}{met(p95 <= AIM_P95):>10}"
        f"{row['a_second_1']:>9.0f}{row['p95_ms_8']:>10.1f}{row['a_second_8']:>9.0f}"
        f"{grown:>12}{met(good) if grown else '':>10}",
        flush=True,
    )


def met(is_so: bool) -> str:  # noqa: FBT001 - it is said in a word
    """Say whether an aim was met."""
    return "met" if is_so else "missed"


def heads_of_posts() -> None:
    """Print the names of the columns."""
    print(
        f"\n{'':20}{'clients':>8}{'a second':>12}{'aim':>16}{'p95 ms':>10}"
        f"{'bare view':>12}{'ratio':>8}{'aim':>14}"
    )


def heads_of_gets() -> None:
    """Print the names of the columns."""
    print(
        f"\n{'GET by':22}{'p50 ms':>8}{'p95 ms':>8}{'aim 25':>10}{'a second':>9}"
        f"{'p95 of 8':>10}{'of 8':>9}{'p95 x first':>12}{'aim 2':>10}"
    )


# --- the run ---


def run(chosen: argparse.Namespace) -> int:
    """Fill and measure at each size; a run that was stopped goes on where it ended."""
    results = _read(chosen.json)
    if chosen.json:
        chosen.json.parent.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        stack.enter_context(servers.place(chosen.database, keep=True, drop=chosen.drop))
        django.setup()
        import filled  # noqa: PLC0415 - only after the start

        store = filled.opened()
        for size in sorted(chosen.stored):
            if str(size) in results:
                print(f"{size:,} statements were measured already: {chosen.json}")
                continue
            print(f"\nFilling up to {size:,} statements ...", flush=True)
            filled.fill(store, upto=size, most=max(chosen.stored), seed=SEED)
            if chosen.load_only:
                continue
            results[str(size)] = _at(chosen, store, _first(results))
            if chosen.json:
                chosen.json.write_text(json.dumps(results, indent=1), encoding="utf-8")
    return 0


def _at(chosen: argparse.Namespace, store: Any, before: dict[str, float]) -> dict[str, Any]:
    """Measure what there is at one size."""
    import asked  # noqa: PLC0415 - only after the start
    import filled  # noqa: PLC0415

    count = filled.stored()
    filled.empty_bare()
    filled.settle()
    with closing(servers.Generator()) as generator, served(chosen.port) as masters:
        ours, other = (
            Bench(generator, chosen.port + place, master) for place, master in enumerate(masters)
        )
        door = asked.Door(chosen.port, store.authorization)
        print(f"\n{facts(chosen)}\n{count:,} statements stored, two workers.")
        heads_of_gets()
        gets = measure_gets(ours, door, chosen, before)
        posts = []
        if not chosen.gets_only:
            heads_of_posts()
            posts = measure_posts(ours, other, door, chosen)
        most = max(ours.memory.values())
        good = met(most <= AIM_MEMORY)
        print(f"\nMost memory of a worker (RSS): {most:.0f} MB, aim {AIM_MEMORY}: {good}.")
    return {
        "facts": facts(chosen),
        "stored": count,
        "get": gets,
        "post": posts,
        "memory_mb": most,
        "bare_memory_mb": max(other.memory.values(), default=None),
    }


class served:  # noqa: N801 - used like a function
    """Runs the product, as its command does, and beside it the bare view with the same flags."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._stack = ExitStack()

    def __enter__(self) -> tuple[int, int]:
        port = self._port
        serve = ("-m", "digicantrain", "serve", "--port", str(port))
        bare = (
            "-m", "gunicorn", "bare:application", "--pythonpath", str(servers.HERE),
            "--bind", f"127.0.0.1:{port + 1}", "--workers", "2", "--preload",
            "--max-requests", "20000", "--max-requests-jitter", "2000",
            "--log-level", "warning", "--no-control-socket",
        )  # fmt: skip
        return (
            self._stack.enter_context(servers.running(*serve, port=port)),
            self._stack.enter_context(servers.running(*bare, port=port + 1)),
        )

    def __exit__(self, *error: object) -> None:
        self._stack.close()


def _read(path: Path | None) -> dict[str, Any]:
    if path is None or not path.exists():
        return {}
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _first(results: dict[str, Any]) -> dict[str, float]:
    """Return the p95 of each filter at the smallest size measured."""
    if not results:
        return {}
    rows = results[min(results, key=int)]["get"]
    return {row["filter"]: row["p95_ms_1"] for row in rows}


def facts(chosen: argparse.Namespace) -> str:
    """Say on what it is measured."""
    kind = "SQLite" if chosen.database.startswith("sqlite") else "PostgreSQL"
    load = Path("/proc/loadavg").read_text(encoding="ascii").split()[0]
    return (
        f"{kind}, {os.cpu_count()} cores, load of the machine {load} before the start; "
        f"medians of {chosen.rounds} rounds."
    )


def arguments(about: str) -> argparse.ArgumentParser:
    """Return what each measure of the store may be told."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument(
        "--database",
        default=os.environ.get("DIGICANTRAIN_BENCH", POSTGRESQL),
        help="address of a database, made where it is missing and kept; default "
        f"DIGICANTRAIN_BENCH, or {POSTGRESQL}",
    )
    parser.add_argument("--port", type=int, default=8150, help="this port and the next are used")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="one round of a tenth of the requests")
    parser.add_argument("--json", type=Path, help="write figures here; a size that stands in the "
                        "file is not measured again")  # fmt: skip
    parser.add_argument("--drop", action="store_true", help="drop the database at the end")
    return parser


def main() -> int:
    """Read the arguments."""
    parser = arguments("Measure the record store over HTTP, beside a bare Django view.")
    parser.add_argument("--sqlite", action="store_true", help=f"the same as --database {SQLITE}")
    parser.add_argument("--stored", type=int, nargs="+", default=[100_000])
    parser.add_argument("--gets-only", action="store_true", help="bring nothing over HTTP")
    parser.add_argument("--load-only", action="store_true", help="fill, and measure nothing")
    chosen = parser.parse_args()
    if chosen.sqlite:
        chosen.database = SQLITE
    if chosen.quick:
        chosen.rounds = 1
    return run(chosen)


if __name__ == "__main__":
    raise SystemExit(main())
