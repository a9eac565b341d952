"""axe finds nothing on any page template, in English and Finnish, light and dark."""

import re
import time
from importlib import import_module
from pathlib import Path

import pytest
from django.template import Engine
from django.template.loader import get_template
from django.test.signals import template_rendered
from django.utils import timezone, translation

import digicantrain.web
from digicantrain.assessment import actions as testing
from digicantrain.assessment.models import Item
from digicantrain.credentials import actions as credentials
from digicantrain.credentials import recognition
from digicantrain.credentials.models import Credential, IssuingRun
from digicantrain.evaluation import actions as studies
from digicantrain.learning import actions as learning
from digicantrain.learning.actions import complete_step, report_error
from digicantrain.learning.enums import EnrolledBy
from digicantrain.learning.models import Notice
from digicantrain.people.actions import grant_role
from digicantrain.programme.models import Module, Step
from tests.browser import pages
from tests.browser.conftest import violations
from tests.browser.test_passkey import add_passkey, come_in
from tests.credentials import stacked
from tests.credentials.asked import ask, four_eyes
from tests.credentials.claims import decided, with_evidence
from tests.credentials.granted import granted
from tests.evaluation import pilot
from tests.records import keyed

TEMPLATES = Path(digicantrain.web.__file__).parent / "templates"
EXTENDS = re.compile(r'{%\s*extends\s+"([^"]+)"')
LANGUAGES = [("", "light", "dark"), ("/fi", "dark", "light")]
LONG = "a long enough password"
database = pytest.mark.django_db(transaction=True)


@pytest.fixture
def rendered():
    """The names of the templates that the live server has rendered; clear it before a visit."""
    names = set()

    def note(template, **_rest):
        names.add(template.name)

    template_rendered.connect(note, weak=False)
    yield names
    template_rendered.disconnect(note)


@pytest.fixture
def check(rendered):
    """Return what is wrong on the pages of a list: axe's findings, width, another template.

    Each is looked at in a narrow window twice: in English and light, in Finnish and dark. Where
    `wide` is asked for, the window is then made wide on the English one.
    """

    def act(page, visits, *, wide=False, **places):
        return {
            f"{language or '/en'} {path}": wrong
            for language, scheme, _other in LANGUAGES
            for template, path in visits
            if (
                wrong := look(page, language + path.format(**places), template, scheme)
                + (look_wide(page) if wide and not language else [])
            )
        }

    def look(page, address, template, scheme):
        rendered.clear()
        page.emulate_media(color_scheme=scheme)
        page.goto(address)
        shown = [] if template in rendered else [("shows another page", sorted(rendered))]
        return shown + wrong_now(page)

    def look_wide(page):
        narrow = page.viewport_size
        page.set_viewport_size({"width": 1280, "height": 900})
        found = [("in a wide window", *one) for one in wrong_now(page)]
        page.set_viewport_size(narrow)
        return found

    return act


def wrong_now(page):
    """Return axe's findings as the page is shown now, and whether it is wider than the window."""
    found = violations(page)
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append(("wider than the window", []))
    return found


def all_wrong(page, other):
    """Return what is wrong now, and the contrast in the other scheme."""
    found = wrong_now(page)
    page.emulate_media(color_scheme=other)
    return found + violations(page, rules=["color-contrast"])


def parents():
    """Return the template that each of our templates extends."""
    found = {}
    for path in TEMPLATES.rglob("*.html"):
        match = EXTENDS.search(path.read_text(encoding="utf-8"))
        if match:
            found[path.relative_to(TEMPLATES).as_posix()] = match.group(1)
    return found


def page_templates():
    """Return the templates that are pages: they stand on base.html and nothing stands on them."""
    above = parents()
    return {
        name
        for name in above
        if name not in above.values() and not name.startswith("allauth/") and stands_on_base(name)
    } | {"errors/500.html"}


def stands_on_base(name):
    """Whether a template, ours or allauth's, comes down from base.html."""
    while name != "base.html":
        match = EXTENDS.search(Engine.get_default().get_template(name).source)
        if match is None:
            return False
        name = match.group(1)
    return True


def test_every_page_template_has_a_visit():
    visited = {template for visits in pages.ALL for template, _path in visits}

    assert page_templates() - visited == set(), "add a line to tests/browser/pages.py"


def test_no_visit_names_a_template_that_is_gone():
    for visits in pages.ALL:
        for template, _path in visits:
            assert get_template(template)


def steps_of(enrolment):
    return {step.code: step for step in Step.objects.filter(version=enrolment.version)}


def pass_test(enrolment, now):
    """Answer every scene with the best option and hand in."""
    step = steps_of(enrolment)["test"]
    attempt = testing.begin(enrolment, step=step, now=now)
    for number, drawn in enumerate(attempt.drawn, 1):
        best = Item.objects.get(pk=drawn["item"]).answer
        testing.respond(enrolment, attempt=attempt, number=number, option=best, now=now)
    return testing.hand_in(enrolment, attempt=attempt, now=now)


@pytest.fixture
def known_address(aino):
    """Aino's address is confirmed: only then may she change how she signs in."""
    from allauth.account.models import EmailAddress

    return EmailAddress.objects.create(user=aino, email=aino.email, verified=True, primary=True)


def session_of(page, settings):
    """Return the session that a page's browser shows by its cookie."""
    cookies = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
    store = import_module(settings.SESSION_ENGINE).SessionStore
    return store(session_key=cookies[settings.SESSION_COOKIE_NAME])


def proved_just_now(session, person):
    """Note in the session that she has just proved who she is."""
    session["account_authentication_methods"] = [
        {"method": "password", "at": time.time(), "reauthenticated": True}
    ]
    session["account_authentication_methods_user"] = str(person.pk)
    session.save()


@pytest.fixture
def study(cohort):
    """A study of the autumn run."""
    return pilot.study(cohort)


@pytest.fixture
def demo(settings):
    """The pages that exist in the demo only."""
    from django.urls import clear_url_caches, path

    from digicantrain.web.accounts import demo, urls

    settings.DEMO = True
    addition = path("demo/", demo.sign_in, name="demo-sign-in")
    missing = not any(getattr(p, "name", "") == "demo-sign-in" for p in urls.urlpatterns)
    if missing:
        urls.urlpatterns.append(addition)
        clear_url_caches()
    yield
    if missing:
        urls.urlpatterns.remove(addition)
        clear_url_caches()


@database
def test_a_strangers_pages(visit, check, demo, cohort):
    places = {"invitation": cohort.invitation, "too_many": "&".join(["a"] * 1_001)}

    found = check(visit(width=360), pages.A_STRANGER, wide=True, **places)

    assert found == {}


@database
def test_a_code_by_mail(visit, check, aino):
    page = visit(width=360)
    page.goto("/account/login/code/")
    page.locator("main input[name=email]").fill(aino.email)
    page.locator("main form button[type=submit]").first.click()

    assert check(page, pages.AFTER_ASKING_FOR_A_CODE) == {}


@database
def test_aino_begins(visit, sign_in, check, enrolment, study):
    page = sign_in(visit(width=360), enrolment.person)
    Notice.objects.create(person=enrolment.person, kind="seat-free")

    assert check(page, pages.AINO_BEGINS, key=enrolment.key) == {}


@database
def test_aino_in_her_account(visit, sign_in, check, settings, aino, known_address):
    page = sign_in(visit(width=360), aino)
    proved_just_now(session_of(page, settings), aino)

    assert check(page, pages.AINO_IN_HER_ACCOUNT) == {}


@database
def test_aino_has_no_password(visit, sign_in, check, settings, aino, known_address):
    """Like all who were enrolled by a file."""
    aino.set_unusable_password()
    aino.save()
    page = sign_in(visit(width=360), aino)
    proved_just_now(session_of(page, settings), aino)

    assert check(page, pages.AINO_WITHOUT_A_PASSWORD) == {}


@database
def test_who_has_just_signed_up(visit, check, cohort):
    page = visit(width=360)
    page.goto("/account/signup/")
    for name, value in {
        "email": "new@turku.example", "name": "Nea", "password1": LONG, "password2": LONG
    }.items():  # fmt: skip
        page.fill(f"main [name={name}]", value)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/account/confirm-email/")

    assert check(page, pages.AFTER_SIGNING_UP) == {}


@database
def test_aino_with_a_passkey(visit, check, device, aino, known_address):
    page = visit(width=360)
    device(page)
    come_in(page, aino)
    add_passkey(page)

    assert check(page, pages.AINO_WITH_A_PASSKEY) == {}


@pytest.fixture
def second_step(aino, known_address):
    """Aino's code generator, and her codes on paper."""
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(aino, generate_totp_secret())
    RecoveryCodes.activate(aino)


@pytest.fixture
def passkey(aino):
    """A passkey by name only: it cannot open anything."""
    from allauth.mfa.models import Authenticator

    return Authenticator.objects.create(
        user=aino, type=Authenticator.Type.WEBAUTHN, data={"name": "Key", "credential": {}}
    )


@database
def test_aino_with_a_second_step(visit, sign_in, check, settings, aino, second_step, passkey):
    page = sign_in(visit(width=360), aino)
    proved_just_now(session_of(page, settings), aino)

    assert check(page, pages.AINO_WITH_A_SECOND_STEP, passkey=passkey.pk) == {}


@database
def test_the_second_step_at_the_door(visit, check, aino, second_step):
    page = visit(width=360)
    page.goto("/account/login/")
    page.locator("main input[name=login]").fill(aino.email)
    page.locator("main input[name=password]").fill("correct horse battery")
    page.keyboard.press("Enter")
    page.wait_for_url("**/2fa/authenticate/**")

    assert check(page, pages.AFTER_THE_PASSWORD) == {}


@database
def test_aino_under_way(visit, sign_in, check, enrolment, study):
    page = sign_in(visit(width=360), enrolment.person)
    home, now = f"/learn/{enrolment.key}", timezone.now()
    for key in ("p1", "p2"):
        page.goto(f"{home}/small-check/")
        page.locator(f"label[for='answer-{key}-a']").click()
        page.locator("main button:has-text('Answer')").click()
        page.locator("main a:has-text('Go on'), main button:has-text('Go on')").first.click()
    page.goto(f"{home}/trial/")
    page.get_by_role("button", name="Ring").click()
    page.get_by_role("button", name="Ask for him").click()
    testing.begin(enrolment, step=steps_of(enrolment)["test"], now=now)
    participant = studies.participant_for(enrolment.person, study=study, enrolment=enrolment)
    scopes = {"research": True, "linkage": False, "quotes": False}
    studies.decide_consent(participant, scopes=scopes, day=timezone.localdate())

    assert check(page, pages.AINO_UNDER_WAY, key=enrolment.key) == {}


@database
def test_aino_has_an_answer_kept(visit, sign_in, check, settings, enrolment):
    page = sign_in(visit(width=360), enrolment.person)
    session = session_of(page, settings)
    session["kept_answer"] = {
        "page": "step",
        "place": {"key": str(enrolment.key), "step": "note"},
        "fields": [["act", "note"], ["item", "n1"], ["text", "Rang at ten."]],
        "at": timezone.now().isoformat(),
    }
    session.save()

    assert check(page, pages.AINO_HAS_AN_ANSWER_KEPT) == {}


@database
def test_aino_has_done_it_all(visit, sign_in, check, enrolment, study, other_organisation, rita):
    now = timezone.now()
    stacked.endorsed(enrolment.version, other_organisation, by=rita)
    page = sign_in(visit(width=360), enrolment.person)
    pass_test(enrolment, now)
    for step in Step.objects.filter(version=enrolment.version).exclude(code="test"):
        complete_step(enrolment, step=step, now=now)
    credential = credentials.issue_for(enrolment, now=now)
    certificate = stacked.completed(enrolment.cohort, enrolment.person)
    participant = studies.participant_for(enrolment.person, study=study, enrolment=enrolment)
    scopes = {"research": True, "linkage": False, "quotes": False}
    studies.decide_consent(participant, scopes=scopes, day=timezone.localdate())
    for wave in study.waves.all():
        studies.save_answers(participant, wave=wave, values={"c1": "3"}, day=timezone.localdate())
    places = {"key": enrolment.key, "token": credential.token, "credential": credential.key}
    places |= {"path": certificate.token}
    valid = check(page, pages.AINO_HAS_DONE_IT_ALL, **places)
    credentials.revoke(credential, reason="A mistake", by=None, now=now)

    assert valid == {}
    assert check(page, pages.WITHDRAWN, **places) == {}


@database
def test_farah_waits_and_leaves(visit, sign_in, check, farah, enrolment):
    cohort = enrolment.cohort
    cohort.seats = 1
    cohort.save()
    row = learning.enrol(cohort, person=farah, how=EnrolledBy.SELF)
    page = sign_in(visit(width=360), farah)
    waiting = check(page, pages.FARAH_WAITS, key=row.key)
    learning.leave(row, now=timezone.now())

    assert waiting == {}
    assert check(page, pages.FARAH_HAS_LEFT, key=row.key) == {}


@database
def test_ben_teaches(visit, sign_in, check, enrolment, ben):
    page = sign_in(visit(width=360), ben)

    assert check(page, pages.BEN_TEACHES, wide=True, run=enrolment.cohort.key) == {}


@database
def test_onni_administers(visit, sign_in, check, demo, cohort, ben, admin):
    version = cohort.module.current
    page = sign_in(visit(width=360), admin)
    places = {
        "provider": cohort.organisation.slug,
        "role": ben.memberships.get().pk,
        "grant": granted(version).pk,
        "version": version.pk,
        "client": keyed.rotated(cohort.organisation).client_id,
    }

    assert check(page, pages.ONNI_ADMINISTERS, wide=True, **places) == {}


@database
def test_eleni_designs(visit, sign_in, check, enrolment, eleni):
    report = report_error("A typo", address="/modules/X1/", person=enrolment.person)
    page = sign_in(visit(width=360), eleni)

    assert check(page, pages.ELENI_DESIGNS, wide=True, report=report.pk) == {}


@database
def test_rita_keeps_the_register(visit, sign_in, check, enrolment, farah, rita, admin):
    now = timezone.now()
    pass_test(enrolment, now)
    for step in Step.objects.filter(version=enrolment.version).exclude(code="test"):
        complete_step(enrolment, step=step, now=now)
    credential = credentials.issue_for(enrolment, now=now)
    issuing = IssuingRun.objects.create(cohort=enrolment.cohort, total=2)
    page = sign_in(visit(width=360), rita)
    four_eyes(enrolment.cohort.organisation)
    asked = ask(farah, Module.objects.get(code="X1").current, by=admin)
    places = {"credential": credential.key, "asked": asked.key, "issuing": issuing.key}

    assert check(page, pages.RITA_KEEPS_THE_REGISTER, wide=True, **places) == {}


@database
def test_rita_keeps_paths_and_asks_for_endorsements(
    visit, sign_in, check, enrolment, rita, other_organisation
):
    certificate = stacked.completed(enrolment.cohort, enrolment.person)
    stacked.with_badge(enrolment.version)
    given = stacked.endorsed(enrolment.version, other_organisation, by=rita)
    page = sign_in(visit(width=360), rita)
    places = {"path": certificate.key, "endorsement": given.key}

    assert check(page, pages.RITA_KEEPS_PATHS, wide=True, **places) == {}


@database
@pytest.mark.parametrize("javascript", [True, False])
def test_rita_issues_by_hand_and_another_one_approves(
    visit, sign_in, cohort, farah, rita, admin, javascript
):
    four_eyes(cohort.organisation)
    grant_role(admin, role="registrar", organisation=cohort.organisation)
    page = sign_in(visit(width=360, javascript=javascript), rita)
    page.goto("/manage/credentials/issue/")
    page.get_by_label("Module").select_option(index=1)
    page.get_by_label("E-mail address").fill(farah.email)
    page.get_by_label("Evidence").fill("Oral examination, Dr Laaksonen, 3 November 2026")
    page.get_by_label("Somebody supervised it").check()
    page.get_by_role("button", name="See what is signed").click()
    found = all_wrong(page, "dark") if javascript else []
    page.get_by_role("button", name="Ask for it").click()

    other = sign_in(visit(width=360, javascript=javascript), admin)
    other.goto("/manage/credentials/requests/")
    other.get_by_role("checkbox").check()
    other.get_by_role("button", name="Approve the chosen").click()
    found += all_wrong(other, "dark") if javascript else []
    other.get_by_role("button", name="Approve 1").click()
    assert "1 was approved" in other.content()
    assert found == []
    assert Credential.objects.get().person == farah


@pytest.fixture
def claim(enrolment):
    """A claim of prior learning with a file, a badge and a statement, not sent yet."""
    return with_evidence(enrolment)


@database
def test_aino_writes_a_claim_and_reads_the_decision(visit, sign_in, check, claim, rita):
    page = sign_in(visit(width=360), claim.person)
    places = {"key": claim.enrolment.key, "claim": claim.key}
    written = check(page, pages.AINO_WRITES_A_CLAIM, wide=True, **places)
    recognition.submit(claim, now=timezone.now())
    decided(claim, rita, u2="refused")

    assert written == {}
    assert check(page, pages.AINO_READS_A_DECISION, wide=True, **places) == {}


@database
def test_rita_decides_a_claim(visit, sign_in, check, rendered, claim, rita):
    page = sign_in(visit(width=360), rita)
    row = recognition.submit(claim, now=timezone.now())

    assert check(page, pages.RITA_DECIDES_A_CLAIM, wide=True, claim=row.key) == {}
    page.goto(f"/manage/recognition/{row.key}/")
    for unit in row.units.all():
        page.locator(f"[name=ruling_{unit.pk}][value=accepted]").check(force=True)
        page.locator(f"[name=reason_{unit.pk}]").fill("You showed it.")
    page.get_by_role("button", name="Check my decision").click()
    page.wait_for_load_state()
    assert "manage/claim_check.html" in rendered
    assert all_wrong(page, "dark") == []
    page.get_by_role("button", name="Yes, decide so").click()
    page.wait_for_url("**/manage/recognition/")
    assert row.units.filter(is_recognised=True).count() == 2


@database
def test_otto_endorses(visit, sign_in, check, enrolment, organisation, other_organisation, rita):
    otto = stacked.registrar_of(other_organisation)
    given = stacked.endorsed(enrolment.version, other_organisation, by=rita, giver=otto)
    question = stacked.asked(None, other_organisation, by=rita, organisation=organisation)
    page = sign_in(visit(width=360), otto)
    places = {"endorsement": given.key, "question": question.key}

    assert check(page, pages.OTTO_ENDORSES, **places) == {}


@database
def test_chiara_evaluates(visit, sign_in, check, study, chiara):
    studies.analyse(study)
    page = sign_in(visit(width=360), chiara)

    assert check(page, pages.CHIARA_EVALUATES, wide=True) == {}


def without_token(page, address):
    """Send the form of a page without its token."""
    page.goto(address)
    page.evaluate("document.querySelector('main [name=csrfmiddlewaretoken]').remove()")
    page.locator("main form button[type=submit]").first.click()


@database
@pytest.mark.parametrize(("language", "scheme", "other"), LANGUAGES)
def test_a_form_that_has_waited_too_long(visit, rendered, programme, language, scheme, other):
    page = visit(width=360, dark=scheme == "dark")

    without_token(page, f"{language}/report/")

    assert "errors/csrf.html" in rendered
    assert all_wrong(page, other) == []


@database
@pytest.mark.parametrize(("language", "scheme", "other"), LANGUAGES)
def test_asking_too_often(visit, rendered, client, within_a_minute, language, scheme, other):
    page = visit(width=360, dark=scheme == "dark")
    page.goto(f"{language}/verify/")
    for _ in range(61):
        client.post("/verify/", {"text": "x"})

    page.locator("main form button[type=submit]").first.click()

    assert "errors/429.html" in rendered
    assert all_wrong(page, other) == []


@database
@pytest.mark.parametrize(("language", "scheme", "other"), LANGUAGES)
def test_a_fault_of_ours(visit, language, scheme, other, rf):
    from digicantrain.web.errors import server_error

    page = visit(width=360, dark=scheme == "dark")
    with translation.override(language.strip("/") or "en"):
        body = server_error(rf.get("/")).content.decode()
    page.route("**/broken/", lambda route: route.fulfill(body=body, content_type="text/html"))

    page.goto("/broken/")

    assert all_wrong(page, other) == []


@database
def test_erasing_an_account(visit, check, rendered, aino):
    from digicantrain.people.actions import erase_person

    receipt = erase_person(aino, by=aino)

    visits = [("mydata/receipt.html", f"/my-data/receipt/{receipt.reference}/")]
    assert check(visit(width=360), visits) == {}
