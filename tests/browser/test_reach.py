"""Pages can be reached and read: by keyboard, magnified, in forced colours, on paper."""

import pytest

database = pytest.mark.django_db(transaction=True)
pytestmark = database
# WCAG 1.4.12: what a reader may set without losing anything
SPACING = """* { line-height: 1.5 !important; letter-spacing: .12em !important;
word-spacing: .16em !important } p { margin-bottom: 2em !important }"""
TWICE_AS_LARGE = "html { font-size: 200% !important }"
PUBLIC = [
    "/",
    "/modules/",
    "/modules/X1/",
    "/paths/nurse/",
    "/help/",
    "/accessibility/",
    "/verify/",
]
ADOPT = """css => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css);
document.adoptedStyleSheets = [sheet] }"""
TOO_WIDE = "document.documentElement.scrollWidth > innerWidth"


def too_wide(page, paths, *styles):
    """Return the addresses that scroll sideways in one of the styles, in both languages."""
    found = []
    for address in [prefix + path for prefix in ("", "/fi") for path in paths]:
        page.goto(address)
        for css in styles:
            page.evaluate(ADOPT, css)
            if page.evaluate(TOO_WIDE):
                found.append((address, css))
    return found


def test_nothing_scrolls_sideways_at_320_pixels(visit, cohort):
    """A window of 1280 pixels at 400 % is 320 pixels wide."""
    assert too_wide(visit(width=320), PUBLIC, "", SPACING) == []


def test_letters_twice_as_large_fit(visit, cohort):
    assert too_wide(visit(width=1280), PUBLIC, TWICE_AS_LARGE) == []
    assert too_wide(visit(width=360), ["/", "/modules/X1/"], TWICE_AS_LARGE) == []


def test_a_learners_pages_fit_at_320_pixels(visit, sign_in, enrolment):
    page = sign_in(visit(width=320), enrolment.person)
    home = f"/learn/{enrolment.key}"
    paths = ["/learn/", f"{home}/", f"{home}/first-look/", f"{home}/test/", "/learn/credits/"]

    assert too_wide(page, paths, "", SPACING) == []


def test_staff_pages_fit_at_320_pixels(visit, sign_in, enrolment, ben, admin, eleni):
    run = enrolment.cohort.key
    slug = enrolment.cohort.organisation.slug
    found = []
    for person, paths in (
        (ben, ["/teach/", f"/teach/runs/{run}/", f"/teach/runs/{run}/enrol/"]),
        (admin, ["/manage/", "/manage/trail/", f"/manage/o/{slug}/roles/"]),
        (eleni, ["/author/", "/author/modules/X1/"]),
    ):
        found += too_wide(sign_in(visit(width=320), person), paths, SPACING)

    assert found == []


def rings(page, steps):
    """Press Tab and return what had the focus without a ring of 2 pixels or more around it."""
    bare = []
    for _ in range(steps):
        page.keyboard.press("Tab")
        shown = page.evaluate(
            """() => { const at = document.activeElement;
            if (!at || at === document.body) return null;
            const seen = [at, at.nextElementSibling].filter(Boolean).flatMap(
              one => [getComputedStyle(one), getComputedStyle(one, '::before')]);
            const ring = seen.some(s => s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2
              && !/, 0\\)$|transparent/.test(s.outlineColor));
            return [ring, at.outerHTML.slice(0, 120)] }"""
        )
        if shown and not shown[0]:
            bare.append(shown[1])
    return bare


@pytest.mark.parametrize("dark", [False, True])
def test_whatever_has_the_focus_shows_it(visit, cohort, dark):
    page = visit(width=1280, dark=dark)
    for path in ("/", "/modules/", "/report/", "/account/login/"):
        page.goto(path)

        assert rings(page, 22) == [], path


def test_the_first_stop_leads_past_the_menu(visit, cohort):
    page = visit(width=1280)
    page.goto("/modules/")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "govuk-skip-link"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_the_menu_of_a_phone_opens_by_keyboard(visit, cohort):
    page = visit(width=360)
    page.goto("/help/")
    link = page.locator("#navigation a", has_text="Modules")
    assert not link.is_visible()

    page.locator(".govuk-service-navigation__toggle").focus()
    page.keyboard.press("Enter")

    assert link.is_visible()
    assert (
        page.locator(".govuk-service-navigation__toggle").get_attribute("aria-expanded") == "true"
    )


def test_the_menu_of_a_phone_stands_open_without_javascript(visit, cohort):
    page = visit(width=360, javascript=False)
    page.goto("/help/")

    assert page.locator("#navigation a", has_text="Modules").is_visible()
    assert not page.locator(".govuk-service-navigation__toggle").is_visible()


def test_the_menu_of_a_phone_opens_by_itself_when_its_script_does_not_come(visit, cohort):
    page = visit(width=360)
    page.route("**/built/site*.js", lambda route: route.abort())
    page.goto("/help/")
    link = page.locator("#navigation a", has_text="Modules")
    assert not link.is_visible()

    link.wait_for(state="visible", timeout=10_000)


@pytest.mark.parametrize("javascript", [True, False])
def test_a_stranger_finds_her_language_on_a_phone(visit, cohort, javascript):
    page = visit(width=360, javascript=javascript)
    page.goto("/fi/help/")
    door = page.locator(".head__language summary")
    assert door.inner_text().split() == ["Kieli", "Suomi"]
    assert door.locator("svg").is_visible()

    door.focus()
    page.keyboard.press("Enter")
    page.locator(".head__language").get_by_role("link", name="English").click()

    assert page.locator("html").get_attribute("lang") == "en"


def test_touch_targets_are_large_enough(visit, sign_in, enrolment):
    """44 pixels for what is pressed on its own; links in running text are as high as their line."""
    page = sign_in(visit(width=360), enrolment.person)
    small = {}
    for path in ("/learn/", f"/learn/{enrolment.key}/test/", "/learn/credits/", "/help/"):
        page.goto(path)
        small[path] = page.evaluate(
            """() => [...document.querySelectorAll('button, summary, .govuk-button, select, '
            + 'input:not([type=hidden]), .foot__links a, .tongues a, .brand')]
            .filter(e => e.offsetParent && e.getBoundingClientRect().height < 43.5)
            .map(e => e.outerHTML.slice(0, 80))"""
        )

    assert all(found == [] for found in small.values()), small


def test_forced_colours_keep_edges_and_marks(visit, sign_in, enrolment):
    page = sign_in(visit(width=360, forced_colors="active"), enrolment.person)
    page.goto("/learn/")

    button = page.locator(".next-button").first
    edge = button.evaluate("e => getComputedStyle(e).borderTopWidth")
    path = page.locator(".scene .path").first.evaluate("e => getComputedStyle(e).stroke")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")

    assert float(edge.removesuffix("px")) >= 1
    assert path != ground


def test_nothing_moves(visit, cohort):
    page = visit(width=1280, reduced_motion="reduce")
    page.goto("/")

    assert page.evaluate("document.getAnimations().length") == 0


def test_paper_gets_words_without_menus(visit, cohort):
    page = visit(width=1280)
    page.goto("/modules/X1/")
    page.emulate_media(media="print")

    for part in (".head", ".foot", ".govuk-back-link", ".next-button"):
        assert not page.locator(part).first.is_visible(), part
    assert page.locator("h1").is_visible()
