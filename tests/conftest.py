"""Settings for the tests, and the cast of people who act in them."""

import gc
import os
import tempfile
from contextlib import contextmanager, nullcontext
from datetime import date, timedelta
from pathlib import Path
from unittest import mock

import django
import hypothesis
import pytest

from tests import database, keys

# What is loaded stays: nothing of it needs to be looked through for garbage again and again.
gc.set_threshold(200_000, 20, 20)

# How long an example takes says how busy the machine is, not whether the code is right.
hypothesis.settings.register_profile(
    "gate", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("gate")

ROOT = Path(__file__).resolve().parent.parent
os.environ["DIGICANTRAIN_MODE"] = "test"
os.environ["DIGICANTRAIN_VAR"] = tempfile.mkdtemp(prefix="digicantrain-test-")
os.environ["DIGICANTRAIN_CONTENT"] = str(ROOT / "content")
os.environ["DIGICANTRAIN_DATABASE"] = os.environ.get(
    "DIGICANTRAIN_TEST_DATABASE", "sqlite:///:memory:"
)
os.environ["DJANGO_SETTINGS_MODULE"] = "digicantrain.settings"
# Playwright runs an event loop in the test's thread; the ORM is still only used from there.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
(Path(os.environ["DIGICANTRAIN_VAR"]) / "static").mkdir()
django.setup()
gc.freeze()


@pytest.fixture(autouse=True)
def quick_settings(settings, tmp_path):
    """Cheap password hashing, mail in memory, files in a folder of the test's own."""
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher",
        "digicantrain.records.secrets.KeySecretHasher",
    ]
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.OUTBOX = tmp_path / "outbox"


@pytest.fixture(autouse=True)
def empty_cache():
    """Begin and end with an empty cache: throttles count from zero."""
    from django.core.cache import cache

    from digicantrain.records import interning

    cache.clear()
    interning.forget()
    yield
    cache.clear()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings):
    """Migrate once for all workers and runs, not once for each."""
    database.migrate_once()


@pytest.fixture
def within_a_minute(monkeypatch):
    """Let what is counted by the minute be counted in one, whatever the clock says."""
    from types import SimpleNamespace

    from django.utils import timezone

    from digicantrain.base import rate

    moment = timezone.now()
    monkeypatch.setattr(rate, "timezone", SimpleNamespace(now=lambda: moment))


@pytest.fixture(autouse=True)
def first_keys():
    """Begin with the first key again."""
    keys.Drawn.number = 0


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Return the triggers that the migrations made; let keys be drawn, not generated.

    On SQLite a test with real transactions is cleaned by DELETE, which they refuse, so there they
    are taken away; PostgreSQL is cleaned by TRUNCATE.
    """
    from django.db import connection

    from digicantrain.base import append_only
    from digicantrain.credentials import actions

    mock.patch.object(actions, "Ed25519PrivateKey", keys.Drawn).start()
    with django_db_blocker.unblock():
        made = append_only.guards(connection)
        if connection.vendor == "sqlite":
            for table in {name.rpartition("_no_")[0] for name in made}:
                append_only.unguard(connection, table)
    return made


def _organisation(slug, **fields):
    from digicantrain.people.models import Organisation

    return Organisation.objects.create(
        slug=slug,
        country=fields.pop("country", "FI"),
        contact_email=f"training@{slug}.example",
        quality_assurance={"en": "Internal quality assurance of the provider"},
        **fields,
    )


def _person(name, **fields):
    from digicantrain.people.models import Person

    first = name.split()[0].lower()
    return Person.objects.create_user(
        f"{first}@example.org", "correct horse battery", name=name, **fields
    )


def _role(person, role, organisation, site=None):
    from digicantrain.people import actions

    actions.grant_role(person, role=role, organisation=organisation, site=site)


@pytest.fixture
def organisation(db):
    """The provider in Turku."""
    return _organisation("turku", name={"en": "Turku Training", "fi": "Turun koulutus"})


@pytest.fixture
def other_organisation(db):
    """A provider somewhere else."""
    return _organisation("elsewhere", name={"en": "Elsewhere Academy"}, country="EE")


@pytest.fixture
def turku_site(organisation):
    """A ward in Turku."""
    from digicantrain.people.models import Site

    return Site.objects.create(
        organisation=organisation, slug="ward", name="Turku ward", city="Turku", country="FI"
    )


@pytest.fixture
def second_site(organisation):
    """Another site of the same provider."""
    from digicantrain.people.models import Site

    return Site.objects.create(
        organisation=organisation, slug="salo", name="Salo clinic", city="Salo", country="FI"
    )


@pytest.fixture
def other_site(other_organisation):
    """A site of the other provider."""
    from digicantrain.people.models import Site

    return Site.objects.create(
        organisation=other_organisation, slug="tartu", name="Tartu unit", country="EE"
    )


@pytest.fixture
def aino(db):
    """Aino, a nurse, learns at a Turku ward."""
    return _person("Aino Virtanen", profession="nurse", country="FI")


@pytest.fixture
def ben(turku_site):
    """Ben teaches at her site."""
    person = _person("Ben Carter")
    _role(person, "trainer", turku_site.organisation, turku_site)
    return person


@pytest.fixture
def chiara(organisation):
    """Chiara runs the pilot and its evaluation."""
    person = _person("Chiara Rossi")
    _role(person, "evaluator", organisation)
    return person


@pytest.fixture
def dario(other_site):
    """Dario is a trainer at another site, of another provider."""
    person = _person("Dario Conti")
    _role(person, "trainer", other_site.organisation, other_site)
    return person


@pytest.fixture
def eleni(organisation):
    """Eleni designs the programme."""
    person = _person("Eleni Pappa")
    _role(person, "designer", organisation)
    return person


@pytest.fixture
def farah(db):
    """Farah is a non-clinical receptionist."""
    return _person("Farah Aziz", profession="non-clinical")


@pytest.fixture
def rita(organisation):
    """Rita is the registrar."""
    person = _person("Rita Salo")
    _role(person, "registrar", organisation)
    return person


@pytest.fixture
def sonja(organisation):
    """Sonja is the second registrar."""
    person = _person("Sonja Niemi")
    _role(person, "registrar", organisation)
    return person


@pytest.fixture
def admin(organisation):
    """Onni administers the provider's platform."""
    person = _person("Onni Laine")
    _role(person, "administrator", organisation)
    return person


@pytest.fixture(scope="session")
def sample_design():
    """The small programme of tests/sample, read once."""
    from digicantrain.core import content
    from digicantrain.programme.files import read_folder

    return content.parse(read_folder(ROOT / "tests" / "sample"))


@pytest.fixture(scope="session")
def through_the_gate():
    """Let the sample through the publish gate unseen once it has passed: it is always the same."""
    from digicantrain.credentials import gate

    passed = []

    @contextmanager
    def open_if_passed():
        with mock.patch.object(gate, "require_publishable") if passed else nullcontext():
            yield
        passed.append(True)

    return open_if_passed


@pytest.fixture
def programme(organisation, sample_design, through_the_gate):
    """The small programme of tests/sample, imported."""
    from digicantrain.programme import actions
    from digicantrain.programme.models import Programme

    with through_the_gate():
        actions.import_design(sample_design, organisation=organisation)
    return Programme.objects.get()


@pytest.fixture
def cohort(programme, turku_site):
    """A course run of the sample's written module at the Turku ward."""
    from digicantrain.learning.models import Cohort

    module = programme.modules.get(code="X1")
    return Cohort.objects.create(
        organisation=turku_site.organisation,
        site=turku_site,
        module=module,
        title="Autumn run",
        starts_on=date(2026, 9, 1),
        ends_on=date(2026, 9, 1) + timedelta(days=3650),
    )


@pytest.fixture
def enrolment(cohort, aino):
    """Aino in the autumn run."""
    from digicantrain.learning import actions
    from digicantrain.learning.enums import EnrolledBy

    return actions.enrol(cohort, person=aino, how=EnrolledBy.SELF)
