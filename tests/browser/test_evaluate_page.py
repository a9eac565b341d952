"""The page that `digicantrain evaluate --html` writes, opened from the disk."""

import json

import pytest

from digicantrain.core.measures import methods
from digicantrain.core.measures.page import page_of
from digicantrain.core.measures.plan import read_plan, run_plan
from tests.browser.conftest import violations
from tests.core.measures import examples


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """A page with every method's example, a reason and hidden groups."""
    steps = [dict(m.example) for m in methods.known().values() if not m.repeated]
    steps.append({**steps[0], "name": "Hidden", "by": "person"})
    steps.append({**steps[0], "name": "Nobody", "where": {"site": "nowhere"}})
    plan = json.dumps({"title": "Pilot", "data": {"missing": ["NA"]}, "analyses": steps})
    path = tmp_path_factory.mktemp("report") / "result.html"
    text = page_of(run_plan(read_plan(plan, data=examples.people())))
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_and_nothing_is_asked_of_a_host(chromium, report, width):
    page = chromium.new_page(viewport={"width": width, "height": 900}, color_scheme="light")
    asked = []
    page.on("request", lambda request: asked.append(request.url))

    page.goto(report.as_uri())

    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page, rules=["color-contrast"]) == []
    assert asked == [report.as_uri()]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.close()
