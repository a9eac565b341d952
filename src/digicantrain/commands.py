"""What each command does: fetch, call one action, report."""

import argparse
import os
import signal
import socket
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Any

import django


def say(text: str) -> None:
    """Print a line to standard output."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _start() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digicantrain.settings")
    django.setup()


def demo(chosen: argparse.Namespace) -> int:
    """Make the demo and serve it until Ctrl-C."""
    from digicantrain.base.supervisor import Supervisor, check_port

    check_port("127.0.0.1", port=chosen.port)
    os.environ["DIGICANTRAIN_MODE"] = "demo"
    os.environ["DIGICANTRAIN_ORIGIN"] = f"http://127.0.0.1:{chosen.port}"
    os.environ["DIGICANTRAIN_PORT"] = str(chosen.port)
    _start()
    from digicantrain.demo import seed

    seed.prepare(say)
    say(f"\n  DigiCanTrain runs at http://127.0.0.1:{chosen.port}/")
    say(f"  Sign in with one click: http://127.0.0.1:{chosen.port}/account/demo/")
    say("  Everything in it is invented. Stop it with Ctrl-C.\n")
    me = [sys.executable, "-m", "digicantrain"]
    return Supervisor([[*me, "serve", "--port", str(chosen.port)], [*me, "worker"]]).run()


def serve(chosen: argparse.Namespace) -> int:
    """Hand over to gunicorn."""
    from digicantrain.base.supervisor import check_port

    check_port(chosen.host, port=chosen.port)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digicantrain.settings")
    arguments = [
        sys.executable, "-m", "gunicorn", "digicantrain.wsgi:application",
        "--bind", f"{chosen.host}:{chosen.port}", "--workers", str(chosen.workers),
        "--preload", "--max-requests", "20000", "--max-requests-jitter", "2000",
        "--log-level", "warning", "--no-control-socket",
    ]  # fmt: skip
    os.execv(sys.executable, arguments)  # noqa: S606 - gunicorn takes this process over


def worker(_chosen: argparse.Namespace) -> int:
    """Run tasks until told to stop."""
    _start()
    from digicantrain.base import jobs

    stop = threading.Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGINT, ask)
    signal.signal(signal.SIGTERM, ask)
    jobs.work(f"{socket.gethostname()}-{os.getpid()}", stop=stop)
    return 0


def migrate(_chosen: argparse.Namespace) -> int:
    """Bring the database to this version."""
    _start()
    from django.conf import settings
    from django.core.management import call_command

    settings.VAR.mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=1)
    return 0


def check(chosen: argparse.Namespace) -> int:
    """Check programme files without a database."""
    from digicantrain.programme.check import main

    return main([str(chosen.folder)])


def import_programme(chosen: argparse.Namespace) -> int:
    """Load a programme."""
    _start()
    from digicantrain.core import content
    from digicantrain.people.models import Organisation
    from digicantrain.programme import actions

    organisation = Organisation.objects.filter(slug=chosen.organisation).first()
    if organisation is None:
        raise ValueError(f"There is no organisation called {chosen.organisation!r}.")
    try:
        report = actions.import_programme(chosen.folder, organisation=organisation)
    except content.ContentErrors as errors:
        for problem in errors.problems:
            say(content.format_problem(problem))
        raise ValueError("Nothing was imported; mend these and run it again.") from errors
    say(str(report))
    return 0


def export_programme(chosen: argparse.Namespace) -> int:
    """Write a programme's files."""
    _start()
    from digicantrain.programme import queries
    from digicantrain.programme.files import write_folder

    if chosen.folder.exists() and any(chosen.folder.iterdir()):
        raise ValueError(f"{chosen.folder} is not empty; name an empty or a new folder.")
    files = queries.files_of(chosen.programme)
    if not files:
        raise ValueError(f"There is no programme called {chosen.programme!r}.")
    write_folder(chosen.folder, files=files)
    say(f"{len(files)} files written to {chosen.folder}.")
    return 0


def enrol(chosen: argparse.Namespace) -> int:
    """Check a CSV of people; with --write enrol them."""
    _start()
    from tqdm import tqdm

    from digicantrain.learning import roster
    from digicantrain.learning.models import Cohort

    cohort = _row(Cohort, "course run", key=chosen.cohort)
    plan = roster.read(chosen.file.read_bytes(), cohort=cohort)
    for fault in plan.faults:
        say(f"{chosen.file}:{fault.line}: {fault.field}: {fault.text}")
    if plan.faults:
        raise ValueError(f"{len(plan.faults)} faults; nobody was enrolled.")
    say(plan.summary())
    if not chosen.write:
        say("This was a dry run. Add --write to enrol them.")
        return 0
    with tqdm(total=len(plan.rows), unit="people", delay=2) as bar:
        report = roster.enrol_all(plan, by=None, progress=bar.update)
    say(str(report))
    return 0


def issue(chosen: argparse.Namespace) -> int:
    """Issue what is earned in a cohort."""
    _start()
    from django.utils import timezone
    from tqdm import tqdm

    from digicantrain.credentials import actions, queries
    from digicantrain.learning.models import Cohort

    cohort = _row(Cohort, "course run", key=chosen.cohort)
    due = list(queries.earned_and_not_issued(cohort))
    for enrolment in tqdm(due, unit="credentials", delay=2):
        actions.issue_for(enrolment, now=timezone.now())
    say(f"{len(due)} credentials issued in {cohort}.")
    return 0


def verify(chosen: argparse.Namespace) -> int:
    """Check a credential from a file or one of our own links."""
    _start()
    from django.utils import timezone

    from digicantrain.credentials import queries

    verdict = queries.verify_file_or_link(chosen.what, now=timezone.now())
    say(verdict.sentence())
    return 0 if verdict.is_valid else 1


def report(chosen: argparse.Namespace) -> int:
    """Compute a study and write its report."""
    _start()
    from digicantrain.evaluation import actions
    from digicantrain.evaluation.models import Study
    from digicantrain.web.evaluate.report import as_html, as_json

    study = _row(Study, "study", slug=chosen.study)
    run = actions.analyse(study)
    run.study = study
    kind = "json" if chosen.json else "html"
    out: Path = chosen.out or Path(f"{study.slug}-report.{kind}")
    text = as_json(run) if chosen.json else as_html(run)
    try:
        out.write_text(text.rstrip() + "\n", encoding="utf-8")
    except OSError as error:
        raise ValueError(f"{out} cannot be written: {error.strerror}. Name another file.") from None
    actions.note_export(study, what=f"report.{kind}", by=None)
    say(f"Written to {out}.")
    return 0


def check_trail(_chosen: argparse.Namespace) -> int:
    """Walk the audit trail."""
    _start()
    from digicantrain.people.actions import faults_of_trail
    from digicantrain.people.models import AuditEntry

    faults = list(faults_of_trail())
    for fault in faults:
        say(f"entry {fault.sequence}: {fault.why}")
    say(f"{AuditEntry.objects.count()} entries, {len(faults)} faults.")
    return 1 if faults else 0


def messages(chosen: argparse.Namespace) -> int:
    """Extract, compile or check the interface's words."""
    from digicantrain import messages as catalogue

    return catalogue.run(chosen.what, say=say)


def _row(model: Any, name: str, **wanted: str) -> Any:
    try:
        found = model.objects.filter(**wanted).first()
    except (ValueError, TypeError):
        found = None
    except Exception as error:
        if type(error).__name__ != "ValidationError":
            raise
        found = None
    if found is None:
        raise ValueError(f"There is no {name} {next(iter(wanted.values()))!r}.")
    return found
