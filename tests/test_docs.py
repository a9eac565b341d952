"""The documents name every setting, command and role, and their examples run."""

import doctest
import re
from pathlib import Path

import pytest

from digicantrain.__main__ import parser
from digicantrain.people.enums import Role

ROOT = Path(__file__).resolve().parent.parent
DOCS = "\n".join(p.read_text(encoding="utf-8") for p in sorted((ROOT / "docs").rglob("*.md")))
SETTINGS = (ROOT / "src" / "digicantrain" / "settings.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(set(re.findall(r'"(DIGICANTRAIN_[A-Z_]+)"', SETTINGS))))
def test_every_setting_is_described(name):
    assert f"`{name}`" in DOCS


def commands():
    return next(a for a in parser()._actions if a.dest == "command").choices


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_command_is_described_and_helps(name):
    assert f"`digicantrain {name}" in DOCS
    assert len(commands()[name].description) > 20


@pytest.mark.parametrize("role", Role.values)
def test_every_role_is_described(role):
    assert f"`{role}`" in DOCS


def name_of(page):
    return page.name


@pytest.mark.parametrize("page", sorted((ROOT / "docs" / "evaluate").rglob("*.md")), ids=name_of)
def test_examples_of_the_evaluation_guide_run(page):
    done = doctest.testfile(
        str(page), module_relative=False, verbose=False, optionflags=doctest.IGNORE_EXCEPTION_DETAIL
    )

    assert done.attempted > 0
    assert done.failed == 0


def test_links_between_documents_lead_somewhere():
    broken = []
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        targets = re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
        broken += [
            f"{page.name}: {target}"
            for target in targets
            if "." in target and not (page.parent / target).exists()
        ]

    assert broken == []
