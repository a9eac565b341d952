"""A learner walks every written step of the real content, on a phone.

Outside the gate (`make walk`): it takes minutes, and what it finds is mostly the content's.
"""

import tomllib
from collections import deque
from html import unescape

import pytest

from digicantrain.assessment.models import Attempt, Item
from digicantrain.learning.actions import enrol
from digicantrain.learning.enums import EnrolledBy
from digicantrain.learning.models import StepProgress
from digicantrain.learning.queries import part_of
from digicantrain.people.models import Person
from tests.browser.conftest import ROOT
from tests.learning import course

pytestmark = [pytest.mark.walk, pytest.mark.django_db(transaction=True)]
CONTENT = ROOT / "content"
# Both kinds of pictures: files, and drawings that stand in the page.
PICTURES = """() => [
  ...[...document.querySelectorAll('main img')]
    .filter(one => !one.complete || !one.naturalWidth || !one.alt)
    .map(one => 'picture: ' + (one.currentSrc || one.outerHTML.slice(0, 80))),
  ...[...document.querySelectorAll('main .prose svg')]
    .filter(one => one.getAttribute('role') !== 'img' || !one.getAttribute('aria-label'))
    .map(one => 'drawing without words: ' + one.outerHTML.slice(0, 80)),
]"""
LISTEN = (
    "addEventListener('securitypolicyviolation', e => console.error('policy: ' + e.blockedURI))"
)
OPEN_ALL = "() => document.querySelectorAll('details').forEach(one => { one.open = true })"


def written_modules():
    """Return the codes of the modules of which any unit is written."""
    found = set()
    for file in CONTENT.glob("modules/*/*/unit.toml"):
        if tomllib.loads(file.read_text(encoding="utf-8"))["status"] == "written":
            found.add(file.parts[-3])
    return sorted(found)


class Walk:
    """A page in a browser, and what went wrong on the way."""

    def __init__(self, page):
        self.page = page
        self.faults = []
        self.seen = 0
        page.add_init_script(LISTEN)
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self._note(f"script: {error}"))
        page.on("response", self._answered)

    def _note(self, fault):
        self.faults.append((self.page.url.split("/learn/")[-1], fault))

    def _hear(self, message):
        if message.type in {"error", "warning"}:
            self._note(f"console: {message.text}")

    def _answered(self, response):
        if response.status >= 400:
            self._note(f"{response.status}: {response.url}")

    def go(self, address):
        """Open a page and look at it."""
        self.page.goto(address)
        self.look()

    def press(self, selector):
        """Press something that leads to a page, and look at that."""
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()
        self.look()

    def look(self):
        """Note what is wrong on the page as it stands, with all that folds out folded out."""
        self.seen += 1
        self.page.wait_for_load_state("load")
        self.page.evaluate(OPEN_ALL)
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        if wide > 360:
            self._note(f"{wide} px wide")
        for fault in self.page.evaluate(PICTURES):
            self._note(fault)

    def has(self, words, what):
        """Note what is not said on the page."""
        if _plain(words) not in _plain(self.page.locator("main").inner_text()):
            self._note(f"{what} cannot be read")


def _plain(text):
    return "".join(unescape(text).split())


@pytest.fixture
def content_version(organisation):
    """The current version of a module of the real content: `content_version("N1")`."""
    from digicantrain.programme import actions
    from digicantrain.programme.models import Module

    actions.import_programme(CONTENT, organisation=organisation)
    return lambda code: Module.objects.select_related("current").get(code=code).current


@pytest.fixture
def run_of(turku_site):
    """A course run of a module."""
    return lambda version: course.cohort(version, seats=1_000)


def answer_each(walk, items, *, addresses):
    """Answer each practice question, and read what is said to each of its answers."""
    for item, address in zip(items, addresses, strict=True):
        walk.go(address)
        words = item.words["en"]
        if item.kind == "text":
            walk.page.fill(f"#answer-{item.key}", "A short note.")
        else:
            walk.page.locator(f"label[for='answer-{item.key}-{item.options[-1]}']").click()
        walk.press(f"#q-{item.key} form button[type=submit]")
        for option in item.options:
            walk.has(words["feedback"][option], f"feedback {item.key}.{option}")


def walk_page(walk, step, address):
    """Read a page, answer its questions, go on."""
    keys = [block["question"] for block in step.body["en"] if "question" in block]
    found = {item.key: item for item in Item.objects.filter(version=step.version, key__in=keys)}
    answer_each(walk, [found[key] for key in keys], addresses=[address] * len(keys))
    walk.go(address)
    walk.press("main form.actions button")


def walk_practice(walk, step, address):
    """Answer a practice quiz to its end."""
    keys = step.data["items"]
    found = {item.key: item for item in Item.objects.filter(version=step.version, key__in=keys)}
    pages = [f"{address}{number}/" for number in range(1, len(keys) + 1)]
    answer_each(walk, [found[key] for key in keys], addresses=pages)
    walk.go(address)
    walk.press("main form.actions button")


def walk_test(walk, step, address):
    """Take the test with the best answers of the bank."""
    walk.go(address)
    walk.press("main form.actions button")
    attempt = Attempt.objects.get(step=step)
    for number, drawn in enumerate(attempt.drawn, 1):
        walk.go(f"{address}{number}/")
        best = Item.objects.get(pk=drawn["item"]).answer
        walk.page.locator(f"label[for='answer-{best}']").click()
        walk.page.locator("#saved", has_text="Saved").wait_for()
        walk.press("main button.next-button")
    walk.go(f"{address}check/")
    walk.press("main form.actions button")
    walk.has("You have passed", "the result")
    for drawn in attempt.drawn:
        item = Item.objects.get(pk=drawn["item"])
        for option in item.options:
            walk.has(item.words["en"]["feedback"][option], f"feedback {item.key}.{option}")


def walk_feedback(walk, step, address):
    """Fill in the course feedback form."""
    walk.go(address)
    for group in walk.page.locator("main fieldset").all():
        group.locator("label").last.click()
    for text in walk.page.locator("main textarea").all():
        text.fill("A short note.")
    walk.press("main button.next-button")
    walk.go(address)
    walk.has("You have filled in this form.", "thanks")


def paths_of(design):
    """Return paths from the start to an ending that take every choice of every state."""
    left = {
        (state, row["id"]): row["next"]
        for state, one in design["states"].items()
        for row in one["choices"]
    }
    ways = dict(left)
    while left:
        made, here = [], design["start"]
        for state, choice in _to_any(design["start"], left, ways):
            made.append((state, choice))
            here = ways[state, choice]
        while here in design["states"]:
            rows = [row["id"] for row in design["states"][here]["choices"]]
            fresh = [row for row in rows if (here, row) in left and (here, row) not in made]
            # without a fresh choice: the first step on a shortest way to an ending
            choice = fresh[0] if fresh else _to_ending(design, here, ways)
            made.append((here, choice))
            here = ways[here, choice]
        for one in made:
            left.pop(one, None)
        yield made, here


def _search(start, ways, found):
    """Return the shortest way of choices from a state to where `found` says yes."""
    todo, seen = deque([(start, ())]), {start}
    while todo:
        here, way = todo.popleft()
        if found(here):
            return way
        for (state, choice), after in ways.items():
            if state == here and after not in seen:
                seen.add(after)
                todo.append((after, (*way, (state, choice))))
    raise AssertionError(f"Nothing is reached from {start}.")


def _to_any(start, left, ways):
    states = {state for state, _choice in left}
    return _search(start, ways, lambda here: here in states)


def _to_ending(design, here, ways):
    return _search(here, ways, lambda one: one in design["endings"])[0][1]


def play(walk, design, words, *, made, ending, address):
    """Take a path of a case and read its ending."""
    walk.go(address)
    for state, choice in made:
        assert walk.page.locator("input[name=state]").get_attribute("value") == state
        walk.press(f"main .choices button[value='{choice}']")
    walk.has(words["endings"][ending]["title"], f"ending {ending}")
    for row in design["debrief"]:
        walk.has(words["debrief"][row["id"]]["expert"], f"debrief {row['id']}")


def walk_case(walk, step, address):
    """Play a case for practice by every choice, to every ending."""
    case = part_of(step.version_id, "cases", step.data["case"])
    endings = set()
    for made, ending in paths_of(case["design"]):
        play(walk, case["design"], case["words"]["en"], made=made, ending=ending, address=address)
        walk.press("main .actions form button")
        endings.add(ending)
    assert endings == set(case["design"]["endings"])


def walk_assessed_case(new_walk, cohort, step):
    """Play a case that counts by every choice: each path by somebody new, as it is played once."""
    case = part_of(step.version_id, "cases", step.data["case"])
    endings, walks = set(), []
    for number, (made, ending) in enumerate(paths_of(case["design"])):
        person = Person.objects.create_user(f"{step.code}-{number}@example.org", name="A Player")
        row = enrol(cohort, person=person, how=EnrolledBy.SELF)
        walk = new_walk(person)
        address = f"/learn/{row.key}/{step.code}/"
        play(walk, case["design"], case["words"]["en"], made=made, ending=ending, address=address)
        endings.add(ending)
        walks.append(walk)
    assert endings == set(case["design"]["endings"])
    return walks


WALKS = {
    "page": walk_page, "practice": walk_practice, "test": walk_test,
    "feedback": walk_feedback, "case": walk_case,
}  # fmt: skip


def kind_of(step):
    """Return how a step is walked."""
    if step.kind == "quiz":
        return "test" if step.data.get("draw") else "practice"
    return "assessed" if step.data.get("assessed") else step.kind


@pytest.mark.parametrize("code", written_modules())
def test_every_written_step_of_a_module_can_be_walked(
    code, visit, sign_in, content_version, run_of, aino
):
    version = content_version(code)
    cohort = run_of(version)
    row = enrol(cohort, person=aino, how=EnrolledBy.SELF)

    def new_walk(person):
        return Walk(sign_in(visit(width=360), person))

    walk = new_walk(aino)
    walks = [walk]
    walk.go(f"/learn/{row.key}/")
    for step in version.steps.filter(written=True).order_by("unit__order", "order"):
        address = f"/learn/{row.key}/{step.code}/"
        if kind_of(step) == "assessed":
            walks += walk_assessed_case(new_walk, cohort, step)
            case = part_of(version.pk, "cases", step.data["case"])
            made, ending = next(paths_of(case["design"]))
            words = case["words"]["en"]
            play(walk, case["design"], words, made=made, ending=ending, address=address)
        else:
            WALKS[kind_of(step)](walk, step, address)
    walk.go(f"/learn/{row.key}/")

    done = StepProgress.objects.filter(enrolment=row, state="done").count()
    assert done == version.steps.filter(written=True).count()
    assert [fault for one in walks for fault in one.faults] == []


def test_there_is_something_to_walk():
    assert "N1" in written_modules()


def test_the_walk_sees_what_it_is_there_to_see(visit, db):
    walk = Walk(visit(width=360))
    walk.page.goto("/help/")
    walk.page.evaluate(
        """() => {
          document.querySelector('main').insertAdjacentHTML('beforeend',
            '<img src="/nothing.png"><div class="prose"><svg></svg></div>' +
            '<pre>' + 'wide'.repeat(200) + '</pre><p style="color: red">x</p>')
        }"""
    )
    walk.page.wait_for_load_state("networkidle")
    walk.look()
    walk.has("words that are not there", "a sentence")

    found = " ".join(fault for _page, fault in walk.faults)
    for what in ("404", "px wide", "picture:", "drawing without words", "policy", "a sentence"):
        assert what in found, what
