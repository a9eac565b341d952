"""The walls that import-linter cannot see."""

import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command

from digicantrain.people import privacy
from digicantrain.people.models import Person

ROOT = Path(__file__).resolve().parent.parent
SRC = ROOT / "src" / "digicantrain"
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


def links():
    """Yield (from label, field, to label) of each foreign key and many-to-many of our models."""
    for label in LEVEL:
        for model in apps.get_app_config(label).get_models():
            for field in model._meta.get_fields():
                if field.is_relation and field.concrete and field.related_model:
                    yield label, field, field.related_model._meta.app_label


def rises(here, there):
    """Whether a link from one app to another goes up or sideways."""
    return here != there and there not in OUTSIDE and LEVEL[there] >= LEVEL[here]


def test_foreign_keys_point_down_the_stack():
    wrong = [f"{field}" for here, field, there in links() if rises(here, there)]

    assert wrong == []


def test_a_link_that_points_up_would_be_seen():
    assert rises("people", "learning")
    assert rises("credentials", "evaluation")
    assert not rises("learning", "people")


def test_core_imports_without_django():
    modules = [
        ".".join(("digicantrain", *path.relative_to(SRC).with_suffix("").parts))
        for path in sorted((SRC / "core").rglob("*.py"))
    ]
    code = (
        "import importlib, sys\n"
        f"for name in {modules!r}:\n    importlib.import_module(name.removesuffix('.__init__'))\n"
        "found = sorted(m for m in sys.modules if m.split('.')[0] == 'django')\n"
        "assert not found, found\n"
    )

    done = subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr


def test_every_link_to_a_person_is_in_the_privacy_register():
    holders = {here for here, field, _ in links() if field.related_model is Person}

    assert holders <= {entry.app for entry in privacy.registered()}


@pytest.mark.django_db
def test_no_migration_is_outstanding():
    call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())


def test_at_most_eight_signals():
    declared = [
        line
        for path in SRC.rglob("signals.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if "= Signal(" in line
    ]

    assert len(declared) <= 8


def test_names_that_say_nothing_are_not_used():
    vague = {"utils", "helpers", "common", "manager", "service", "misc"}

    assert [p for p in SRC.rglob("*.py") if set(p.stem.split("_")) & vague] == []


def test_base_stays_small():
    assert len(list((SRC / "base").glob("*.py"))) <= 11


def test_a_web_process_starts_without_what_only_analyses_need():
    """numpy and scipy cost each process memory; they wait for the first result."""
    code = (
        "import warnings; warnings.simplefilter('ignore')\n"
        "import sys\n"
        "import digicantrain.wsgi\n"
        "heavy = {'numpy.linalg', 'scipy', 'babel', 'openbadgeslib', 'ninja', 'tqdm'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )

    done = subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
