"""Each rule of the gate is broken once, in a copy: a rule that cannot fail keeps nothing."""

import json
import tomllib

import pytest

from tests.house import BIN, ROOT, add, copied, ran

SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
NAMES = {row["id"]: row["name"] for row in SETTINGS["importlinter"]["contracts"]}


def imports(folder):
    """Return what import-linter says of the copy."""
    return ran(BIN / "lint-imports", "--no-logo", "--no-cache", folder=folder)


# contract, the module that breaks it, what is added there
BROKEN_IMPORTS = {
    "upward": ("layers", "programme/queries.py", "import digicantrain.learning.models"),
    "upward inside a function": (
        "layers",
        "people/rules.py",
        "def late() -> None:\n    from digicantrain.learning import models",
    ),
    "beside": ("layers", "records/queries.py", "import digicantrain.programme.models"),
    "credentials beside evaluation": (
        "layers",
        "credentials/queries.py",
        "from digicantrain.evaluation import models as beside",
    ),
    "a face beside a face": ("layers", "api/health.py", "import digicantrain.web.charts"),
    "core upon base": ("layers", "core/credits.py", "from digicantrain.base import env"),
    "core with Django": ("core-is-pure", "core/credits.py", "import django.utils.timezone"),
    "core with Django inside a function": (
        "core-is-pure",
        "core/xapi/events.py",
        "def late() -> None:\n    from django.conf import settings",
    ),
    "core with a socket": ("core-is-pure", "core/measures/flow.py", "import socket"),
    "core with a process": ("core-is-pure", "core/svg.py", "from subprocess import run"),
    "core with the web": ("core-is-pure", "core/markup.py", "import httpx"),
    "core with a database": ("core-is-pure", "core/tables.py", "import sqlite3"),
    "research that writes records": (
        "research-is-not-told",
        "evaluation/actions.py",
        "import digicantrain.records.actions",
    ),
    "research that tells inside a function": (
        "research-is-not-told",
        "evaluation/actions.py",
        "def late() -> None:\n    from digicantrain.learning.statements import tell as told",
    ),
    "reads that write": (
        "inside-an-app",
        "people/queries.py",
        "import digicantrain.people.actions",
    ),
    "a model that reads": (
        "inside-an-app",
        "learning/models.py",
        "def late() -> None:\n    from digicantrain.learning import queries",
    ),
    "a rule that loads models": (
        "inside-an-app",
        "people/rules.py",
        "def late() -> None:\n    from digicantrain.people import models",
    ),
    "an act that knows its receivers": (
        "inside-an-app",
        "assessment/actions.py",
        "def late() -> None:\n    from digicantrain.assessment import receivers",
    ),
    "a knot between two rooms": (
        "no-knots",
        "web/public/pages.py",
        "import digicantrain.web.author.forms",
    ),
    "a knot inside core": (
        "no-knots",
        "core/markup.py",
        "def late() -> None:\n    from digicantrain.core.content import render",
    ),
}


@pytest.mark.parametrize("name", BROKEN_IMPORTS)
def test_an_import_that_breaks_a_contract_is_named(name, tmp_path):
    contract, module, code = BROKEN_IMPORTS[name]
    add(copied(tmp_path), module, code)

    done = imports(tmp_path)

    assert done.returncode == 1, done.stdout + done.stderr
    assert f"{NAMES[contract]} BROKEN" in done.stdout


def test_each_contract_is_broken_above():
    assert {row[0] for row in BROKEN_IMPORTS.values()} == set(NAMES)


def test_an_unbroken_copy_keeps_all_contracts(tmp_path):
    """Else the copies above would fail for a reason of their own."""
    copied(tmp_path)

    done = imports(tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(NAMES)} kept, 0 broken" in done.stdout


def test_a_package_that_no_layer_names_is_refused(tmp_path):
    add(copied(tmp_path), "lti/__init__.py", '"""A new face."""')

    done = imports(tmp_path)

    assert done.returncode == 1
    assert "digicantrain.lti" in done.stdout


# rule, code that breaks it
BROKEN_CODE = {
    "A": ("A001", "id = 3"),
    "B": ("B006", "def f(x: list[int] = []) -> None: ..."),
    "BLE": ("BLE001", "try:\n    f()\nexcept Exception:\n    pass"),
    "C4": ("C401", "set(x for x in y)"),
    "C90": (
        "C901",
        "def f(x: int) -> int:\n"
        + "".join(f"    if x == {n}:\n        x += 1\n" for n in range(9)),
    ),
    "DJ": (
        "DJ008",
        "from django.db import models\n\n\nclass A(models.Model):\n    a = models.TextField()",
    ),
    "DTZ": ("DTZ005", "import datetime\n\ndatetime.datetime.now()"),
    "E": ("E501", "x = '" + "x" * 100 + "'"),
    "F": ("F401", "import os"),
    "FBT": ("FBT001", "def f(x: bool) -> None: ..."),
    "FURB": ("FURB105", 'print("")'),
    "I": ("I001", "import sys\nimport os"),
    "INT": ("INT001", '_(f"{x}")'),
    "N": ("N801", "class a_b: ..."),
    "PERF": (
        "PERF401",
        "def f(y):\n    r = []\n    for x in y:\n        r.append(x + 1)\n    return r",
    ),
    "PIE": ("PIE790", 'def f() -> None:\n    """Say."""\n    pass'),
    "PL": ("PLR0913", "def f(a, b, c, d, e, g): ..."),
    "PT": (
        "PT006",
        'import pytest\n\n\n@pytest.mark.parametrize("a,b", [(1, 2)])\ndef test_a(a, b): ...',
    ),
    "PTH": ("PTH123", "open('a')"),
    "RET": ("RET505", "def f(x):\n    if x:\n        return 1\n    else:\n        return 2"),
    "RUF": ("RUF100", "x = 1  # noqa: F401"),
    "S": ("S608", 'f"SELECT * FROM a WHERE b = {x}"'),
    "SIM": ("SIM102", "if a:\n    if b:\n        c()"),
    "SLF": ("SLF001", "a._b"),
    "T20": ("T201", "print(1)"),
    "TC": ("TC005", "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    pass"),
    "TID": ("TID252", "from . import a"),
    "TRY": ("TRY002", "raise Exception"),
    "UP": ("UP006", "from typing import List\n\nx: List[int]"),
    "W": ("W291", "x = 1 "),
}
ALSO_BROKEN = {
    "31 statements": ("PLR0915", "def f() -> None:\n" + "    a()\n" * 31),
    "a parent's relative import": ("TID252", "from ..people import models"),
    "a global": ("PLW0603", "X = 1\n\n\ndef f() -> None:\n    global X\n    X = 2"),
}


def found_by_ruff(code, folder):
    """Return the rules that ruff finds broken in code of the package."""
    done = ran(
        *(BIN / "ruff", "check", "--no-cache", "--output-format", "json"),
        *("--config", ROOT / "pyproject.toml", "--stdin-filename", "src/digicantrain/new.py", "-"),
        folder=folder,
        said=f"{code}\n",
    )
    assert done.returncode == 1, done.stderr
    return {row["code"] for row in json.loads(done.stdout)}


def test_each_family_of_ruff_is_broken_below():
    assert set(BROKEN_CODE) == set(SETTINGS["ruff"]["lint"]["select"])


@pytest.mark.parametrize(("rule", "code"), [*BROKEN_CODE.values(), *ALSO_BROKEN.values()])
def test_code_that_breaks_a_rule_is_named(rule, code, tmp_path):
    assert rule in found_by_ruff(code, tmp_path)


def test_code_laid_out_otherwise_is_refused(tmp_path):
    done = ran(BIN / "ruff", "format", "--check", "-", folder=tmp_path, said="x = {'a':1}")

    assert done.returncode == 1


def test_code_without_types_is_refused(tmp_path):
    bad = tmp_path / "bad.py"
    bad.write_text("def f(x):\n    return x\n", encoding="utf-8")

    done = ran(BIN / "mypy", bad, folder=ROOT)

    assert done.returncode == 1, done.stderr
    assert "Function is missing a type annotation" in done.stdout


@pytest.mark.parametrize(
    ("template", "rule"),
    [
        ("<div><p>{{ x }}</div>", "H025"),
        ('<a href="/x">y</a>', "D018"),
        ("<p id='a'>x</p>", "H008"),
    ],
)
def test_a_template_with_a_fault_is_refused(template, rule, tmp_path):
    (tmp_path / "bad.html").write_text(template, encoding="utf-8")

    done = ran(
        *(BIN / "djlint", "--lint", "--configuration", ROOT / "pyproject.toml", "bad.html"),
        folder=tmp_path,
    )

    assert done.returncode == 1, done.stdout + done.stderr
    assert rule in done.stdout


def test_the_gate_runs_every_tool():
    planned = ran("make", "-n", "lint", folder=ROOT).stdout

    for tool in ("ruff check", "ruff format --check", "mypy src", "lint-imports", "djlint"):
        assert tool in planned
