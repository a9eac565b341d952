"""What each command does: fetch, call one action, report."""

import argparse
import os
import signal
import socket
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from digicantrain.base.env import SettingError


def say(text: str) -> None:
    """Print a line to standard output."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def start(*, current: bool = True) -> None:
    """Read the settings and load the apps; refuse a database that waits for a migration."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digicantrain.settings")
    django.setup()
    if current:
        from digicantrain.base.database import check_current

        check_current()


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def demo(chosen: argparse.Namespace) -> int:
    """Make the demo and serve it until Ctrl-C."""
    from digicantrain.base.supervisor import Supervisor, check_port

    if os.environ.get("DIGICANTRAIN_MODE") == "production":
        raise SettingError(
            "DIGICANTRAIN_MODE is production here. The demo seeds invented people and lets anybody "
            "in by one click; run it where that setting is not made."
        )
    # A shell hands SIGINT down as ignored to what it starts in the background.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    check_port("127.0.0.1", port=chosen.port, instead="PORT={port} make demo")
    os.environ["DIGICANTRAIN_MODE"] = "demo"
    os.environ["DIGICANTRAIN_ORIGIN"] = f"http://127.0.0.1:{chosen.port}"
    os.environ["DIGICANTRAIN_PORT"] = str(chosen.port)
    start(current=False)
    from digicantrain.demo import seed

    seed.prepare(say)
    say(f"\n  DigiCanTrain runs at http://127.0.0.1:{chosen.port}/")
    say(f"  Sign in with one click: http://127.0.0.1:{chosen.port}/account/demo/")
    say("  Everything in it is invented. Stop it with Ctrl-C.\n")
    me = [sys.executable, "-m", "digicantrain"]
    return Supervisor([[*me, "serve", "--port", str(chosen.port)], [*me, "worker"]]).run()


def serve(chosen: argparse.Namespace) -> int:
    """Hand over to gunicorn."""
    from digicantrain.base.supervisor import check_port, end_with_supervisor

    supervised = end_with_supervisor()
    instead = f"digicantrain serve --host {chosen.host} --port {{port}}"
    check_port(chosen.host, port=chosen.port, instead=instead)
    if not supervised:
        start()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digicantrain.settings")
    host = f"[{chosen.host}]" if ":" in chosen.host else chosen.host
    arguments = [
        sys.executable, "-m", "gunicorn", "digicantrain.wsgi:application",
        "--bind", f"{host}:{chosen.port}", "--workers", str(chosen.workers),
        "--preload", "--max-requests", "20000", "--max-requests-jitter", "2000",
        "--log-level", "warning", "--no-control-socket",
        "--config", "python:digicantrain.base.supervisor",
        # xAPI carries agents, IRIs and cursors in its addresses
        "--limit-request-line", "8190",
    ]  # fmt: skip
    os.execv(sys.executable, arguments)  # noqa: S606 - gunicorn takes this process over


def worker(_chosen: argparse.Namespace) -> int:
    """Run tasks until told to stop."""
    from digicantrain.base.supervisor import end_with_supervisor

    end_with_supervisor()
    start()
    from digicantrain.base import jobs

    stop = threading.Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGINT, ask)
    signal.signal(signal.SIGTERM, ask)
    jobs.work(f"{socket.gethostname()}-{os.getpid()}", stop=stop)
    return 0


def migrate(_chosen: argparse.Namespace) -> int:
    """Bring the database and the gathered static files to this version."""
    start(current=False)
    from django.conf import settings
    from django.core.management import call_command

    settings.VAR.mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=1)
    call_command("collectstatic", verbosity=1, interactive=False)
    return 0


def create_organisation(chosen: argparse.Namespace) -> int:
    """Make a provider with its first administrator."""
    start()
    from digicantrain.credentials.countries import is_country
    from digicantrain.people.actions import found_organisation, say_quality

    if len(chosen.country) == 2 and chosen.country.isupper() and not is_country(chosen.country):
        raise ValueError(f"{chosen.country} is no country. Write its two letters, for example FI.")
    row = found_organisation(
        chosen.slug,
        name=chosen.name,
        country=chosen.country,
        language=chosen.language,
        administrator=chosen.administrator,
    )
    say_quality(row, words=chosen.quality, language=chosen.language)
    say(f"{chosen.administrator} administers {chosen.slug}, and signs in by a code sent by mail.")
    return 0


def check(chosen: argparse.Namespace) -> int:
    """Check programme files without a database."""
    from digicantrain.programme.check import main

    return main([str(chosen.folder)])


def import_programme(chosen: argparse.Namespace) -> int:
    """Load a programme."""
    start()
    from tqdm import tqdm

    from digicantrain.core import content
    from digicantrain.people.models import Organisation
    from digicantrain.programme import actions

    organisation = row_named(Organisation, "organisation", slug=chosen.organisation)
    try:
        report = actions.import_programme(
            chosen.folder,
            organisation=organisation,
            each=lambda modules: tqdm(modules, unit="modules", delay=2, disable=None),
        )
    except content.ContentErrors as errors:
        for problem in errors.problems:
            say(content.format_problem(problem))
        number = len(errors.problems)
        raise ValueError(
            f"Nothing was imported: {number} problem{'s' * (number > 1)}. Mend and run it again."
        ) from errors
    say(str(report))
    return 0


def export_programme(chosen: argparse.Namespace) -> int:
    """Write a programme's files."""
    start()
    from digicantrain.programme import queries

    files = queries.files_of(chosen.programme)
    if not files:
        raise ValueError(f"There is no programme called {chosen.programme!r}.")
    return _write_new(chosen.folder, files)


def enrol(chosen: argparse.Namespace) -> int:
    """Check a CSV of people; with --write enrol them."""
    start()
    from tqdm import tqdm

    from digicantrain.learning import roster
    from digicantrain.learning.models import Cohort

    cohort = row_named(Cohort, "course run", key=chosen.cohort)
    plan = roster.read(chosen.file.read_bytes(), cohort=cohort)
    for fault in plan.faults:
        say(f"{chosen.file}:{fault.line}: {fault.field}: {fault.text}")
    if plan.faults:
        number = len(plan.faults)
        raise ValueError(f"{number} fault{'s' * (number > 1)}; nobody was enrolled.")
    say(plan.summary())
    if not chosen.write:
        say("This was a dry run. Add --write to enrol them.")
        return 0
    with tqdm(total=len(plan.rows), unit="people", delay=2, disable=None) as bar:
        report = roster.enrol_all(plan, by=None, progress=bar.update)
    say(str(report))
    return 0


def issue(chosen: argparse.Namespace) -> int:
    """Issue what is earned in a cohort."""
    start()
    from tqdm import tqdm

    from digicantrain.credentials import actions, queries
    from digicantrain.credentials.models import IssueRequest
    from digicantrain.learning.models import Cohort

    cohort = row_named(Cohort, "course run", key=chosen.cohort)
    due = queries.earned_and_not_issued(cohort)
    with tqdm(total=len(due), unit="credentials", delay=2, disable=None) as bar:
        issued = actions.issue_each(due, done=bar.update)
    say(f"{issued} credentials issued in {cohort}.")
    waiting = IssueRequest.objects.filter(enrolment__cohort=cohort, state="waiting").count()
    if waiting:
        say(f"{waiting} wait until a registrar approves them.")
    return 0


def keys(chosen: argparse.Namespace) -> int:
    """List, make, rotate, publish, check or export an issuer's keys, or take in its seal."""
    start()
    from digicantrain.people.models import Organisation

    organisation = row_named(Organisation, "organisation", slug=chosen.organisation)
    return {
        "list": _list_keys,
        "make": _make_key,
        "rotate": _rotate_key,
        "publish": _publish_keys,
        "check": _check_keys,
        "export": _export_issuer,
        "seal": _seal,
    }[chosen.what](organisation, chosen)


def _list_keys(organisation: Any, _chosen: argparse.Namespace) -> int:
    from digicantrain.credentials import issuers

    for key in organisation.issuer_keys.all():
        words = issuers.WORDS[issuers.state_of(key)]
        say(f"{key.verification_method}\n    {key.keeper}, made {key.created_at:%Y-%m-%d}, {words}")
    if not organisation.issuer_keys.exists():
        say(f"{organisation} has no key yet; the first is made with the first credential.")
    for seal in organisation.seal_keys.all():
        made = "made here, not qualified" if seal.is_self_made else "from an authority"
        state = f"retired {seal.retired_at:%Y-%m-%d}" if seal.retired_at else "seals"
        say(f"Seal, {made}\n    valid until {seal.valid_until:%Y-%m-%d}, {state}")
    return 0


def _seal(organisation: Any, chosen: argparse.Namespace) -> int:
    from django.utils import timezone

    from digicantrain.credentials import seals

    now = timezone.now()
    if chosen.pem is None:
        row = seals.make_seal(organisation, by=None, now=now)
        words = "a certificate made here, which says that it is not qualified"
    else:
        secret = chosen.password_file.read_bytes().strip() if chosen.password_file else None
        row = seals.load_seal(
            organisation, pem=chosen.pem.read_bytes(), password=secret, by=None, now=now
        )
        words = f"the certificate in {chosen.pem.name}"
    say(f"{organisation} seals with {words}, until {row.valid_until:%Y-%m-%d}.")
    return 0


def _make_key(organisation: Any, chosen: argparse.Namespace) -> int:
    from django.utils import timezone

    from digicantrain.credentials import actions

    first = not organisation.issuer_keys.exists()
    key = actions.make_key(
        organisation, by=None, now=timezone.now(), keeper=chosen.keeper, signs=first
    )
    then = "signs from now on" if first else "is published; `digicantrain keys rotate` uses it"
    say(f"{key.verification_method} {then}.")
    return 0


def _rotate_key(organisation: Any, chosen: argparse.Namespace) -> int:
    from django.utils import timezone

    from digicantrain.credentials import actions

    key = actions.replace_key(organisation, by=None, now=timezone.now(), keeper=chosen.keeper)
    say(f"{organisation} signs with {key.verification_method} from now on.")
    return 0


def _publish_keys(organisation: Any, chosen: argparse.Namespace) -> int:
    from digicantrain.credentials import issuers

    documents = issuers.published(organisation)
    if chosen.out is None:
        for text in documents.values():
            say(text.decode().rstrip())
        return 0
    names = {f"{did.replace(':', '_')}.json": text for did, text in documents.items()}
    return _write_new(chosen.out, names)


def _check_keys(organisation: Any, _chosen: argparse.Namespace) -> int:
    from django.utils import timezone

    from digicantrain.credentials import issuers, seals

    found = [*issuers.faults(organisation), *seals.faults(organisation, now=timezone.now())]
    for fault in found:
        say(fault)
    say(f"{organisation.issuer_keys.count()} keys, {len(found)} faults.")
    return 1 if found else 0


def _export_issuer(organisation: Any, chosen: argparse.Namespace) -> int:
    from django.utils import timezone

    from digicantrain.credentials import issuers

    if chosen.out is None:
        raise ValueError("Name the folder to write to: --out DIR.")
    return _write_new(chosen.out, issuers.left_behind(organisation, now=timezone.now()))


def _write_new(folder: Path, files: Mapping[str, str | bytes]) -> int:
    """Write files into an empty or a new folder."""
    from digicantrain.programme.files import write_folder

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ValueError(f"{folder} is not empty; name an empty or a new folder.")
    write_folder(folder, files=files)
    say(f"{len(files)} files written to {folder}.")
    return 0


def verify(chosen: argparse.Namespace) -> int:
    """Check a credential from a file or one of our own links."""
    start()
    from django.utils import timezone

    from digicantrain.credentials import checking

    try:
        verdict = checking.verify_file_or_link(chosen.what, now=timezone.now())
    except (ValueError, OSError) as error:
        sys.stderr.write(f"digicantrain verify: {error}\n")
        return 2
    say(verdict.sentence())
    return 0 if verdict.is_valid else 1


def report(chosen: argparse.Namespace) -> int:
    """Compute a study and write its report."""
    start()
    from digicantrain.evaluation import actions
    from digicantrain.evaluation.models import Study
    from digicantrain.web.evaluate.report import as_html, as_json

    study = row_named(Study, "study", slug=chosen.study)
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


def evaluate(chosen: argparse.Namespace) -> int:
    """Run a plan of analyses on a file of data, without a database."""
    from digicantrain import plans

    if chosen.list or chosen.example:
        say(plans.example(chosen.example) if chosen.example else plans.listed())
        return 0
    outputs = [path for path in (chosen.out, chosen.html) if path]
    if chosen.plan is None or not (outputs or chosen.charts):
        sys.stderr.write("digicantrain evaluate: give --plan, and --out, --html or --charts.\n")
        return 2
    plans.check_paths(outputs, inputs=[chosen.plan, chosen.data])
    plans.check_folder(chosen.charts)
    faults, document = plans.evaluate(chosen.plan, data=chosen.data)
    for fault in faults:
        say(fault)
    if document is None:
        raise ValueError(f"{len(faults)} to mend; nothing was computed and no file was written.")
    texts = plans.texts_of(document, out=chosen.out, html=chosen.html, charts=chosen.charts)
    plans.check_paths(list(texts), inputs=[chosen.plan, chosen.data])
    plans.write(texts, folder=chosen.charts)
    say(f"{plans.summary(document)} {plans.written_to(outputs, texts, folder=chosen.charts)}")
    return 0


def check_trail(chosen: argparse.Namespace) -> int:
    """Walk the audit trail."""
    start()
    from digicantrain.people.actions import faults_of_trail
    from digicantrain.people.models import AuditEntry
    from digicantrain.people.queries import head_of_trail
    from digicantrain.people.trail import TrailHead

    noted = TrailHead.read(chosen.head) if chosen.head else None
    faults = list(faults_of_trail(noted))
    for fault in faults:
        say(f"entry {fault.sequence}: {fault.why}")
    say(f"{AuditEntry.objects.count()} entries, {len(faults)} faults.")
    say(f"Head: {head_of_trail()}")
    return 1 if faults else 0


def make_record_key(chosen: argparse.Namespace) -> int:
    """Make a key of the record store."""
    start()
    from django.utils import timezone

    from digicantrain.people.models import Organisation
    from digicantrain.records import keys

    organisation = row_named(Organisation, "organisation", slug=chosen.organisation)
    wanted = keys.Wanted(
        chosen.name,
        chosen.scope,
        last_day=chosen.expires,
        requests_a_minute=chosen.requests,
        statements_a_minute=chosen.statements,
    )
    _say_secret(keys.make(organisation, wanted=wanted, by=None, now=timezone.now()))
    return 0


def list_record_keys(chosen: argparse.Namespace) -> int:
    """List the keys of a record store."""
    start()
    from django.utils import timezone

    from digicantrain.people.models import Organisation

    organisation = row_named(Organisation, "organisation", slug=chosen.organisation)
    now = timezone.now()
    for key in organisation.record_keys.all():
        used = f"last used {key.last_used_at:%Y-%m-%d}" if key.last_used_at else "never used"
        state = "works" if key.is_open(now) else "works no more"
        say(f"{key.client_id}  {key.name}\n    {key.scopes}; {used}; {state}")
    if not organisation.record_keys.exists():
        say(f"{organisation} has no key yet. Make one: digicantrain records key make --help")
    return 0


def rotate_record_key(chosen: argparse.Namespace) -> int:
    """Give a key of the record store a new secret."""
    start()
    from django.utils import timezone

    from digicantrain.records import keys

    overlap = keys.AT_ONCE if chosen.at_once else keys.OVERLAP
    key = _record_key(chosen.client)
    _say_secret(keys.rotate(key, by=None, now=timezone.now(), overlap=overlap))
    return 0


def revoke_record_key(chosen: argparse.Namespace) -> int:
    """End a key of the record store."""
    start()
    from django.utils import timezone

    from digicantrain.records import keys

    key = keys.revoke(_record_key(chosen.client), by=None, now=timezone.now())
    say(f"{key.client_id} is revoked. What it stored stays.")
    return 0


def _record_key(client: str) -> Any:
    from digicantrain.records.models import Key

    return row_named(Key, "key", client_id=client)


def _say_secret(opened: Any) -> None:
    from django.conf import settings

    say(f"Endpoint: {settings.ORIGIN}/xapi/")
    say(f"User:     {opened.key.client_id}")
    say(f"Password: {opened.secret}")
    say("The password is shown this once; only its digest is kept.")
    if opened.key.old_until:
        say(f"The previous one works until {opened.key.old_until:%Y-%m-%d %H:%M} UTC.")


def messages(chosen: argparse.Namespace) -> int:
    """Extract, compile or check the interface's words."""
    from digicantrain import messages as catalogue

    return catalogue.run(chosen.what, say=say)


def row_named(model: Any, name: str, **wanted: str) -> Any:
    """Return the one row that is named, or say which names there are."""
    from django.core.exceptions import ValidationError

    (field, value), *_ = wanted.items()
    try:
        found = model.objects.filter(**wanted).first()
    except (ValueError, TypeError, ValidationError):
        found = None
    if found is None:
        there = [str(key) for key in model.objects.values_list(field, flat=True)[:10]]
        known = f"There are: {', '.join(there)}." if there else f"There is no {name} yet."
        raise ValueError(f"There is no {name} {value!r}. {known}")
    return found
