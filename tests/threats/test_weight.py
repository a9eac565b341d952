"""No page loads what only analyses need: numpy and scipy cost each web process memory and seconds.

Every address is asked by who may, in a fresh interpreter, on a copy of the database.
"""

import json
import os
import sqlite3
import subprocess
import sys

import pytest
from django.db import connection
from django.urls import reverse

from digicantrain.evaluation import actions
from digicantrain.web.evaluate.tables import TABLES
from tests.evaluation import pilot
from tests.threats.test_walk import TABLE

# This world has neither: a logo, and a key under the address of the other process.
ABSENT = ("did.json", "logo.png", "vc-api/revocation", "vc-api/suspension", "/cme/1.pdf")
HEAVY = {"numpy.linalg", "scipy", "pandas", "statsmodels", "altair", "tqdm"}
VISIT = """
import json, sys, warnings
warnings.simplefilter("ignore")
import django
django.setup()
from django.test import Client
from digicantrain.people.models import Person
answers = {}
for email, addresses in json.load(sys.stdin).items():
    client = Client()
    client.force_login(Person.objects.get(email=email))
    for address in addresses:
        answer = client.get(address)
        b"".join(answer)
        answers[f"{email} {address}"] = answer.status_code
json.dump({"answers": answers, "loaded": sorted(sys.modules)}, sys.stdout)
"""


@pytest.fixture
def copied(world, tmp_path):
    """The world with results of twelve people, in a file that another process can open."""
    if connection.vendor != "sqlite":
        pytest.skip("another process cannot see this transaction")
    pilot.fill(world.study, world.cohort, pairs=12)
    actions.analyse(world.study)
    file = tmp_path / "copy.sqlite3"
    connection.ensure_connection()
    with sqlite3.connect(file) as copy:
        copy.executescript("\n".join(connection.connection.iterdump()))
    copy.close()
    return file


def addresses(world):
    """Return who asks for what: each address that answers a GET, asked by who may."""
    found = {}
    for name, page in TABLE.items():
        if page.method == "get" and page.kind != "absent" and page.may:
            person = world.people[page.may[0]]
            found.setdefault(person.email, []).append(page.address(name, world))
    results = [
        reverse("evaluate:table-csv", kwargs={"slug": world.study.slug, "table": table})
        for table in TABLES
    ]
    found["chiara@example.org"] += results
    return {email: list(dict.fromkeys(asked)) for email, asked in found.items()}


@pytest.mark.django_db
def test_no_page_loads_what_only_analyses_need(world, copied):
    wanted = addresses(world)

    done = subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-c", VISIT],
        input=json.dumps(wanted),
        env=os.environ | {"DIGICANTRAIN_DATABASE": f"sqlite:///{copied}"},
        capture_output=True,
        text=True,
        check=True,
    )

    found = json.loads(done.stdout)
    assert len(found["answers"]) == sum(map(len, wanted.values()))
    refused = {k for k, status in found["answers"].items() if status not in {200, 302, 304}}
    assert all(address.endswith(ABSENT) for address in refused), refused
    assert HEAVY & set(found["loaded"]) == set()
