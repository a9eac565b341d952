"""Times `digicantrain enrol` with 1,000 rows as a whole process: `python bench/enrol.py`."""

import argparse
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

import django

import servers

AIM_SECONDS = 8


def main() -> int:
    """Fill a course run anew in each round; return 1 where the command failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", default="", help="address of a PostgreSQL server")
    parser.add_argument("--people", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    with servers.place(chosen.database) as folder:
        django.setup()
        from django.core.management import call_command  # noqa: PLC0415 - only after the start

        import rows  # noqa: PLC0415

        call_command("migrate", verbosity=0)
        runs = rows.empty_runs(chosen.rounds, seats=chosen.people)
        taken = [_enrol(str(run.key), folder, number, chosen) for number, run in enumerate(runs)]
        cpu = resource.getrusage(resource.RUSAGE_CHILDREN)
        count = rows.enrolled(runs)
    wanted = chosen.people * chosen.rounds
    print(
        f"{'enrol by CSV':26}{'rows':>8}{'seconds':>9}{'CPU s':>8}{'aim':>6}\n"
        f"{'whole process':26}{chosen.people:8}{statistics.median(taken):9.2f}"
        f"{(cpu.ru_utime + cpu.ru_stime) / chosen.rounds:8.2f}{AIM_SECONDS:6}\n"
        f"{count} of {wanted} people are enrolled."
    )
    return 0 if count == wanted else 1


def _enrol(key: str, folder: Path, number: int, chosen: argparse.Namespace) -> float:
    file = folder / f"people-{number}.csv"
    lines = [f"n{number}-{place}@bench.example,Person {place}" for place in range(chosen.people)]
    file.write_text("\n".join(["email,name", *lines]), encoding="utf-8")
    command = [sys.executable, "-m", "digicantrain", "enrol", str(file), "--cohort", key, "--write"]
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


if __name__ == "__main__":
    raise SystemExit(main())
