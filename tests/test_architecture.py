"""The walls that import-linter cannot see, each shown once to fail."""

import subprocess
import sys
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models
from django.test.utils import isolate_apps

from digicantrain.learning.models import Cohort
from digicantrain.people import privacy
from digicantrain.people.models import Organisation, Person
from tests.house import SRC, add, copied, ran

LEVEL = {
    "people": 3,
    "programme": 4,
    "records": 4,
    "learning": 5,
    "assessment": 6,
    "credentials": 7,
    "evaluation": 7,
}
OUTSIDE = {"auth", "contenttypes"}
VAGUE = {"utils", "helpers", "common", "manager", "service", "misc"}


def our_models():
    """Return each model of our apps."""
    return [model for label in LEVEL for model in apps.get_app_config(label).get_models()]


def links(found):
    """Return (from label, field, to label) of each foreign key and many-to-many of models."""
    return [
        (model._meta.app_label, field, field.related_model._meta.app_label)
        for model in found
        for field in model._meta.get_fields()
        if field.is_relation and field.concrete and field.related_model
    ]


def rises(here, there):
    """Whether a link from one app to another goes up or sideways."""
    return here != there and there not in OUTSIDE and LEVEL[there] >= LEVEL[here]


def risen(found):
    """Return the links of models that point up the stack."""
    return [f"{field}" for here, field, there in links(found) if rises(here, there)]


def unregistered(found, entries):
    """Return the apps whose models link to a person and that are not in the privacy register."""
    holders = {here for here, field, _ in links(found) if field.related_model is Person}
    return holders - {entry.app for entry in entries}


def vague(package):
    """Return the modules whose names say nothing."""
    return [path for path in package.rglob("*.py") if set(path.stem.split("_")) & VAGUE]


def signals(package):
    """Return the lines that declare a signal."""
    return [
        line
        for path in package.rglob("signals.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if "= Signal(" in line
    ]


def core_alone(folder, package):
    """Import all of core in a fresh interpreter, which must not have met Django."""
    names = [
        ".".join(("digicantrain", *path.relative_to(package).with_suffix("").parts))
        for path in sorted((package / "core").rglob("*.py"))
    ]
    code = (
        "import importlib, sys\n"
        f"for name in {names!r}:\n    importlib.import_module(name.removesuffix('.__init__'))\n"
        "found = sorted(m for m in sys.modules if m.split('.')[0] == 'django')\n"
        "assert not found, found\n"
    )
    return ran(sys.executable, "-c", code, folder=folder)


def test_foreign_keys_point_down_the_stack():
    assert risen(our_models()) == []


@isolate_apps("digicantrain.people", "digicantrain.evaluation")
def test_a_link_that_points_up_or_beside_is_seen():
    class Upward(models.Model):  # noqa: DJ008 - never shown
        cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="+")

        class Meta:
            app_label = "people"

    class Downward(models.Model):  # noqa: DJ008 - never shown
        people = models.ManyToManyField(Person, related_name="+")
        organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")

        class Meta:
            app_label = "evaluation"

    assert risen([Upward, Downward]) == ["people.Upward.cohort"]
    assert rises("credentials", "evaluation")
    assert rises("programme", "records")


def test_core_imports_without_django():
    done = core_alone(SRC.parent, SRC)

    assert done.returncode == 0, done.stderr


def test_a_core_that_imports_django_is_seen(tmp_path):
    package = copied(tmp_path)
    add(package, "core/credits.py", "import django.utils.timezone")

    done = core_alone(tmp_path, package)

    assert done.returncode == 1
    assert "AssertionError: ['django'" in done.stderr


def test_every_link_to_a_person_is_in_the_privacy_register():
    assert unregistered(our_models(), privacy.registered()) == set()


def test_a_link_to_a_person_that_no_entry_covers_is_seen():
    entries = [entry for entry in privacy.registered() if entry.app != "learning"]

    assert unregistered(our_models(), entries) == {"learning"}


@pytest.mark.django_db
def test_no_migration_is_outstanding():
    call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())


def test_an_outstanding_migration_is_seen(tmp_path):
    package = copied(tmp_path)
    path = package / "people" / "models.py"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("max_length=200", "max_length=201", 1), encoding="utf-8")

    done = ran(
        *(sys.executable, "-m", "django", "makemigrations", "--check", "--dry-run"),
        folder=tmp_path,
    )

    assert done.returncode == 1, done.stderr
    assert "Alter field name on person" in done.stdout


def test_at_most_eight_signals(tmp_path):
    assert len(signals(SRC)) <= 8
    add(tmp_path, "learning/signals.py", "one = Signal()\ntwo = Signal()")
    assert len(signals(tmp_path)) == 2


def test_names_that_say_nothing_are_not_used(tmp_path):
    assert vague(SRC) == []
    add(tmp_path, "people/mail_helpers.py", "")
    assert [path.name for path in vague(tmp_path)] == ["mail_helpers.py"]


def test_base_stays_small():
    assert len(list((SRC / "base").glob("*.py"))) <= 11


def test_a_web_process_starts_without_what_only_analyses_need():
    """numpy and scipy cost each process memory; they wait for the first result."""
    code = (
        "import warnings; warnings.simplefilter('ignore')\n"
        "import sys\n"
        "import digicantrain.wsgi\n"
        "heavy = {'numpy.linalg', 'scipy', 'babel.core', 'openbadgeslib', 'ninja', 'tqdm'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )

    done = subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
