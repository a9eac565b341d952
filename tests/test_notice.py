"""NOTICE names each package whose licence asks for it, as it is installed here."""

import re
import tomllib
from importlib import metadata

import pytest
from packaging.requirements import Requirement

from tests.house import ROOT, SRC

NOTICE = (ROOT / "NOTICE").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
KINDS = {
    "LGPL": re.compile(r"\bLGPL|Lesser General Public"),
    "GPL": re.compile(r"\bA?GPL|(?<!Lesser )General Public|Affero|\bEUPL|\bSSPL"),
    "MPL": re.compile(r"\bMPL|Mozilla"),
}
SECTIONS = {
    "LGPL": "Packages under the GNU Lesser General Public License",
    "MPL": "Packages with parts under the Mozilla Public License",
    "tools": "Tools of the gate only",
}


def said(section):
    """Return the packages that a section of NOTICE lists."""
    block = NOTICE.split(SECTIONS[section], 1)[1].split("\n\n", 1)[0]
    lines = re.findall(r"^- ([a-z0-9, -]+?)(?::| \()", block, re.MULTILINE)
    return {name.strip() for line in lines for name in line.split(",")}


def needed(requirements):
    """Return the names of all packages that requirements bring in, by what is installed."""
    found, todo = set(), [(Requirement(text), "") for text in requirements]
    while todo:
        wanted, extra = todo.pop()
        if wanted.marker and not wanted.marker.evaluate({"extra": extra}):
            continue
        for given in ("", *sorted(wanted.extras)):
            if (wanted.name.lower(), given) not in found:
                found.add((wanted.name.lower(), given))
                rows = metadata.distribution(wanted.name).requires or []
                todo += [(Requirement(row), given) for row in rows]
    return {name for name, _extra in found}


def licence(name):
    """Return what an installed package says of its licence; a whole text is cut to its title."""
    about = metadata.distribution(name).metadata
    classes = [row for row in about.get_all("Classifier") or [] if row.startswith("License")]
    named = about.get_all("License-Expression") or about.get_all("License") or []
    return " ".join((*(text[:100] for text in named), *classes))


def kinds(name):
    """Return which of the licences that want naming a package has."""
    return {kind for kind, pattern in KINDS.items() if pattern.search(licence(name))}


def under(kind, names):
    """Return the packages under a licence."""
    return {name for name in names if kind in kinds(name)}


@pytest.fixture(scope="module")
def product():
    """All packages that run with the product."""
    return needed(PROJECT["dependencies"])


@pytest.mark.parametrize("kind", ["LGPL", "MPL"])
def test_each_package_of_the_product_is_named_under_its_licence(product, kind):
    assert said(kind) == under(kind, product)


def test_nothing_under_the_gpl_runs_with_the_product(product):
    assert under("GPL", product) == set()


def test_every_package_of_the_product_says_its_licence(product):
    assert {name for name in product if not licence(name).strip()} == set()


def test_the_tools_of_the_gate_are_named_too(product):
    tools = needed(PROJECT["optional-dependencies"]["dev"]) - product

    assert said("tools") == {name for name in tools if kinds(name)}


def test_no_tool_of_the_gate_is_imported_by_the_product():
    code = "\n".join(path.read_text(encoding="utf-8") for path in SRC.rglob("*.py"))

    for tool in said("tools"):
        assert not re.search(rf"^\s*(import|from) {tool}\b", code, re.MULTILINE)


def test_a_licence_that_wants_naming_is_seen():
    assert KINDS["GPL"].search("GPL-3.0-or-later")
    assert not KINDS["GPL"].search("LGPL-3.0-only")
    assert not KINDS["GPL"].search("GNU Lesser General Public License v3 (LGPLv3)")
