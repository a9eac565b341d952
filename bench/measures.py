"""Measures the statistics beside R in the same run: `python bench/measures.py --help`.

What the columns say is explained in README.md.
"""

import argparse
import math
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, cast

import numpy as np
import scipy

import studies

SCRIPT = Path(__file__).resolve().parent / "measures.R"
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
INSTALL = (
    "apt-get install r-base-core r-cran-psych r-cran-lavaan r-cran-lme4 r-cran-lmertest "
    "r-cran-erm r-cran-mice r-cran-geepack"
)
# a step that takes longer is measured once, the warm-up being nothing beside it
SLOW = 20.0
# a figure near zero is compared as if it were this large
FLOOR = 0.01
Figures = Mapping[str, float]


@dataclass(frozen=True)
class Step:
    """What is computed, whom beside, how closely both agree, and what is aimed at.

    `seconds` is the aim for us alone, `share` that of R's time. `loose` are figures, by the
    beginning of their names, that a peer finds less exactly.
    """

    name: str
    text: str
    peer: str = ""
    tolerance: float = 1e-6
    seconds: float | None = None
    share: float | None = None
    loose: Mapping[str, float] = field(default_factory=dict)
    in_errors: bool = False


SIZE = f"{studies.PEOPLE:,} x {studies.ITEMS}"
MIXED_DF = {"df": 1e-3, "se": 1e-5, "variance": 1e-4}
STEPS = (
    Step(
        "pipeline",
        f"pipeline, {SIZE} x 2, by functions",
        "psych, lavaan, lmerTest",
        seconds=1.0,
        share=0.5,
        loose=MIXED_DF,
    ),
    Step(
        "pipeline_of_files",
        "the same by plans, to the text of results",
        "psych, lavaan, lmerTest",
        seconds=1.0,
        share=0.5,
        loose=MIXED_DF,
    ),
    Step(
        "nested",
        f"mixed, {studies.PEOPLE:,} people in {studies.SITES} sites",
        "lme4",
        share=1 / 3,
        loose=MIXED_DF,
    ),
    Step("slopes", "mixed, random slopes, 2,000 people x 4", "lme4", loose=MIXED_DF),
    Step("rasch", f"Rasch CML, {SIZE}", "eRm", tolerance=1e-3, seconds=1.0),
    Step("two_parameters", f"2PL MML, {SIZE}", seconds=1.0),
    Step(
        "imputation",
        f"imputation, {studies.IMPUTATIONS} x 1,000 x 40, {studies.ROUNDS} rounds",
        "mice",
        tolerance=0.5,
        in_errors=True,
    ),
    Step("cfa_ml", "CFA, ML, 1,000 x 18, 3 factors", "lavaan", tolerance=1e-4),
    Step("cfa_mlr", "CFA, MLR, 1,000 x 18, 3 factors", "lavaan", tolerance=1e-4),
    Step("cfa_fiml", "CFA, FIML, a tenth missing", "lavaan", tolerance=1e-3),
    Step("gee", "GEE, logit, 2,000 people x 4", "geepack", tolerance=1e-4),
)


@dataclass
class Times:
    """Seconds of one side, a number a round: elapsed and of the processor; its last figures."""

    elapsed: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    figures: Figures = field(default_factory=dict)

    def add(self, elapsed: float, cpu: float, figures: Figures) -> None:
        """Take the times of one round."""
        self.elapsed.append(elapsed)
        self.cpu.append(cpu)
        self.figures = figures


# --- R ---


class Peer:
    """A process of R that does a step each time it is named one."""

    def __init__(self, say: IO[str], hear: IO[str], *, greeting: str) -> None:
        self._say = say
        self._hear = hear
        self.greeting = greeting

    def run(self, step: str) -> tuple[float, float, dict[str, float]]:
        """Return elapsed and processor seconds, and the figures."""
        self._say.write(f"{step}\n")
        self._say.flush()
        answer = self._hear.readline().split()
        if not answer:
            raise RuntimeError(f"R ended in the step {step!r}; its message stands above.")
        figures = (one.partition("=") for one in answer[2:])
        return (
            float(answer[0]),
            float(answer[1]),
            {name: float(value) for name, _equals, value in figures},
        )


@contextmanager
def peer(folder: Path) -> Iterator[Peer | None]:
    """Start R, or say what is missing and yield nothing."""
    program = shutil.which("Rscript")
    if program is None:
        print(f"R is not here, so our rows only; on Debian: {INSTALL}\n")
        yield None
        return
    command = [program, "--vanilla", SCRIPT, folder]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        say, hear = cast("IO[str]", process.stdin), cast("IO[str]", process.stdout)
        first, *words = hear.readline().split()
        if first == "ready":
            version = f"R {words[0]}.{words[1]}, {Path(words[2]).name}"
            yield Peer(say, hear, greeting=version)
        else:
            print(f"R lacks {', '.join(words)}, so our rows only; on Debian: {INSTALL}\n")
            yield None
        say.close()


# --- measuring ---


def ours(function: Callable[[], Figures]) -> tuple[float, float, Figures]:
    """Return elapsed and processor seconds of a call, and what it returned."""
    start, spent = time.perf_counter(), time.process_time()
    figures = function()
    return time.perf_counter() - start, time.process_time() - spent, figures


def measure(step: Step, *, own: studies.Studies, other: Peer | None, rounds: int) -> str:
    """Run a step on both sides in turn, after a warm-up; return its line of the table."""
    mine, theirs = Times(), Times()
    function, beside = own.step(step.name), other if step.peer else None
    for number in range(rounds + 1):
        mine.add(*ours(function))
        if beside:
            theirs.add(*beside.run(step.name))
        if max(mine.elapsed + theirs.elapsed) > SLOW:
            break
        if number == 0:
            mine, theirs = Times(), Times()
    agreement = _agreement(step, mine.figures, theirs.figures) if theirs.cpu else ""
    return _line(step, mine, theirs, agreement)


def _agreement(step: Step, mine: Figures, theirs: Figures) -> str:
    """Return the largest difference and the tolerance it is closest to."""
    if mine.keys() != theirs.keys():
        raise RuntimeError(f"{step.name}: not the same figures: {mine.keys() ^ theirs.keys()}")
    worst = (-math.inf, 0.0, 0.0)
    for name, value in mine.items():
        apart, allowed = _apart(step, name, mine, theirs), _tolerance(step, name)
        worst = max(worst, (apart / allowed, apart, allowed))
        if math.isnan(value):
            raise RuntimeError(f"{step.name}: {name} is no number.")
    verdict = "agree" if worst[0] <= 1 else "DIFFER"
    unit = " SE" if step.in_errors else ""
    return f"{verdict}, {worst[1]:.0e} of {worst[2]:.0e}{unit}"


def _tolerance(step: Step, name: str) -> float:
    for beginning, allowed in step.loose.items():
        if name.startswith(beginning):
            return allowed
    return step.tolerance


def _apart(step: Step, name: str, mine: Figures, theirs: Figures) -> float:
    difference = abs(mine[name] - theirs[name])
    if not step.in_errors:
        return difference / max(abs(theirs[name]), FLOOR)
    if name.startswith("se"):
        return abs(math.log(mine[name] / theirs[name]))
    return difference / theirs[name.replace("b", "se")]


def _line(step: Step, mine: Times, theirs: Times, agreement: str) -> str:
    cpu = statistics.median(mine.cpu)
    ratio = (
        statistics.median(a / b for a, b in zip(mine.cpu, theirs.cpu, strict=True))
        if theirs.cpu
        else None
    )
    aims = [f"{step.seconds:g} s"] if step.seconds else []
    aims += [f"{step.share:.2f}"] if step.share else []
    met = [cpu <= step.seconds] if step.seconds else []
    met += [ratio <= step.share] if step.share and ratio is not None else []
    words = ("met" if all(met) else "missed") if met else ""
    return (
        f"{step.text:44}{_seconds(mine.elapsed)}{_seconds(mine.cpu)}"
        f"{_seconds(theirs.elapsed)}{_seconds(theirs.cpu)}"
        f"{'' if ratio is None else f'{ratio:.2f}':>7}{', '.join(aims):>11}{words:>8}"
        f"  {step.peer or 'no peer'}{': ' if agreement else ''}{agreement}"
    )


def _seconds(values: list[float]) -> str:
    return f"{statistics.median(values):8.2f}" if values else f"{'':8}"


# --- whole processes ---


def cold(folder: Path, *, other: Peer | None, rounds: int) -> Iterator[str]:
    """Yield lines on the pipeline as whole processes, from the start of Python and of R."""
    commands = []
    for name, plan in studies.plans().items():
        (folder / f"{name}.json").write_text(plan, encoding="utf-8")
        paths = {"--plan": f"{name}.json", "--data": f"{name}.csv", "--out": f"{name}-results.json"}
        given = [part for option, path in paths.items() for part in (option, str(folder / path))]
        commands.append([sys.executable, "-m", "digicantrain", "evaluate", *given])
    sides = {"digicantrain evaluate, twice": commands}
    if other:
        sides["Rscript, once"] = [
            ["Rscript", "--vanilla", str(SCRIPT), str(folder), "pipeline_of_files"]
        ]
    found: dict[str, list[tuple[float, float, float]]] = {name: [] for name in sides}
    for number in range(rounds + 1):
        for name, parts in sides.items():
            one = [_whole(part) for part in parts]
            if number:
                found[name].append(
                    (sum(p[0] for p in one), sum(p[1] for p in one), max(p[2] for p in one))
                )
    for name, runs in found.items():
        elapsed, cpu, memory = (statistics.median(column) for column in zip(*runs, strict=True))
        yield f"{name:44}{elapsed:8.2f}{cpu:8.2f}{memory:8.0f}"


def _whole(command: list[str]) -> tuple[float, float, float]:
    """Return elapsed and processor seconds and MB of memory of a process."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        _pid, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}.")
    return time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main() -> int:
    """Print the tables; return 1 where both sides do not agree."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", metavar="STEP", choices=[*(step.name for step in STEPS), "cold"])
    chosen = parser.parse_args()
    if not ONE_THREAD.items() <= os.environ.items():
        # numpy has read it by now: begin anew
        os.execve(sys.executable, [sys.executable, *sys.argv], os.environ | ONE_THREAD)  # noqa: S606
    lines: list[str] = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="measures-")))
        studies.write_all(folder)
        other = stack.enter_context(peer(folder))
        python = f"Python {platform.python_version()}, numpy {np.__version__}"
        print(f"{python}, scipy {scipy.__version__}; {other.greeting if other else 'no R'}\n")
        print(
            f"{'median of rounds in turn, one thread':44}{'s':>8}{'CPU':>8}{'R s':>8}{'R CPU':>8}"
            f"{'ratio':>7}{'aim':>11}{'':8}  beside, and the largest difference"
        )
        own = studies.Studies.of(folder)
        for step in STEPS:
            if chosen.only in {None, step.name}:
                lines.append(measure(step, own=own, other=other, rounds=chosen.rounds))
                print(lines[-1], flush=True)
        if chosen.only in {None, "cold"}:
            print(f"\n{'the same by plans, whole processes':44}{'s':>8}{'CPU':>8}{'MB':>8}")
            for line in cold(folder, other=other, rounds=min(chosen.rounds, 3)):
                print(line, flush=True)
    return any("DIFFER" in line for line in lines)


if __name__ == "__main__":
    raise SystemExit(main())
