"""Makes the demo ready: database, files, programme, cast, pilot; a second time changes nothing."""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from tqdm import tqdm

from digicantrain.demo import cast, claims, pilot
from digicantrain.people.models import Organisation
from digicantrain.programme.actions import import_programme

Say = Callable[[str], None]


def prepare(say: Say) -> None:
    """Bring the demo to the state in which it can be served."""
    for folder in (settings.VAR, settings.OUTBOX, settings.MEDIA_ROOT):
        folder.mkdir(parents=True, exist_ok=True)
    with alone(say):
        say("Database ...")
        call_command("migrate", verbosity=0)
        collect(say)
        organisation = cast.organisation()
        say("Programme ...")
        say(f"  {import_programme(settings.CONTENT, organisation=organisation)}")
        fill(organisation, say=say)
    connection.close()


@contextmanager
def alone(say: Say) -> Iterator[None]:
    """Keep a second demo on the same folder waiting until the first is ready."""
    with (settings.VAR / "preparing").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another demo prepares this folder; waiting for it ...")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def collect(say: Say) -> None:
    """Gather the static files when any of them is newer than the last gathering."""
    built = settings.BASE_DIR / "web" / "static"
    mark = settings.STATIC_ROOT / ".gathered"
    newest = max((path.stat().st_mtime for path in built.rglob("*")), default=0.0)
    if mark.exists() and mark.stat().st_mtime > newest:
        return
    say("Static files ...")
    call_command("collectstatic", verbosity=0, interactive=False)
    mark.touch()
    getattr(staticfiles_storage, "load_manifest", lambda: None)()


def fill(organisation: Organisation, *, say: Say) -> None:
    """Invent people and a pilot, once, whole or not at all."""
    if organisation.cohorts.exists():
        return
    say("Inventing a pilot: 5 sites, 3 countries, 120 learners ...")
    now = timezone.now()
    with transaction.atomic():
        sites = cast.sites(organisation)
        people = cast.people(organisation, sites=sites)
        pilot.open_runs(organisation, sites=sites, people=people, now=now)
        claims.send(organisation, person=people["farah"], now=now)
        study = pilot.study(organisation, now=now)
        with tqdm(total=pilot.LEARNERS, unit="learners", delay=2, disable=None) as bar:
            pilot.run(study, now=now, progress=bar.update)
    pilot.issue_and_analyse(study)
