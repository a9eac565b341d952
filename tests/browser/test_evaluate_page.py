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


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_and_nothing_is_asked_of_a_host(chromium, report, scheme, width):
    page = chromium.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    asked = []
    page.on("request", lambda request: asked.append(request.url))

    page.goto(report.as_uri())

    assert violations(page) == []
    assert asked == [report.as_uri()]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.close()


SIZES = """() => [...document.querySelectorAll('.chart svg')]
  .filter(svg => svg.checkVisibility())
  .map(svg => [svg.classList[0], 14 * svg.clientWidth / svg.viewBox.baseVal.width])"""


@pytest.mark.parametrize(
    ("width", "media", "shown"),
    [
        (320, "screen", "c-narrow"),
        (736, "screen", "c-narrow"),
        (768, "screen", "c-wide"),
        (718, "print", "c-wide"),
    ],
)
def test_one_drawing_of_each_chart_is_shown_and_its_words_can_be_read(
    chromium, report, width, media, shown
):
    page = chromium.new_page(viewport={"width": width, "height": 900})
    page.emulate_media(media=media)

    page.goto(report.as_uri())

    found = page.evaluate(SIZES)
    assert len(found) == page.locator("figure.chart").count() > 10
    assert {css for css, _size in found} == {shown}
    assert min(size for _css, size in found) >= 12
    page.close()
