"""axe finds nothing on any page template, in English and Finnish, light and dark."""

import pytest
from django.utils import timezone

from digicantrain.assessment import actions as testing
from digicantrain.assessment.models import Item
from digicantrain.credentials import actions as credentials
from digicantrain.evaluation import actions as studies
from digicantrain.evaluation.models import Instrument, Study, Wave
from digicantrain.learning.actions import complete_step, report_error
from digicantrain.learning.models import Notice
from digicantrain.programme.models import Step
from tests.browser.conftest import violations

pytestmark = pytest.mark.django_db(transaction=True)
SCHEMES = [("", False), ("/fi", True), ("", True), ("/fi", False)]


def check(page, paths):
    """Return what axe finds on each path, in both languages and schemes, and pages too wide."""
    found = {}
    for prefix, dark in SCHEMES:
        page.emulate_media(color_scheme="dark" if dark else "light")
        for path in paths:
            page.goto(prefix + path)
            wrong = violations(page)
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                wrong.append(("wider than the window", []))
            if wrong:
                found[f"{prefix}{path} {'dark' if dark else 'light'}"] = wrong
    return found


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
def study(cohort):
    """A study with its results computed."""
    row = Study.objects.create(
        organisation=cohort.organisation,
        slug="pilot",
        title={"en": "Does it help?"},
        lawful_basis="consent",
        ethics_reference="none",
        contact="research@turku.example",
        retention_until=timezone.localdate(),
        instrument=Instrument.objects.get(slug="self-assessment"),
    )
    for order, key in enumerate((Wave.Key.PRE, Wave.Key.POST)):
        Wave.objects.create(study=row, key=key, order=order)
    row.cohorts.add(cohort)
    return row


@pytest.mark.parametrize("width", [360, 1280])
def test_public_pages(visit, width, cohort):
    paths = [
        "/", "/modules/", "/modules/X1/", "/paths/nurse/", "/help/", "/accessibility/",
        "/privacy/", "/report/", "/verify/", "/nothing-here/", "/account/login/",
        "/account/signup/", "/account/password/reset/", "/account/login/code/",
        f"/learn/join/{cohort.invitation}/",
    ]  # fmt: skip

    assert check(visit(width=width), paths) == {}


def test_learner_pages(visit, sign_in, enrolment, study):
    page = sign_in(visit(width=360), enrolment.person)
    home = f"/learn/{enrolment.key}"
    Notice.objects.create(person=enrolment.person, kind="seat-free")
    paths = ["/learn/", f"{home}/", "/learn/credits/", "/learn/studies/pilot/", "/account/"]
    paths += ["/my-data/", "/my-data/erase/", "/account/2fa/", "/account/2fa/webauthn/add/"]
    paths += [f"{home}/leave/", f"{home}/first-look/report/"]
    paths += [f"{home}/{code}/" for code in steps_of(enrolment)]

    assert check(page, paths) == {}


def test_test_result_and_credential_pages(visit, sign_in, enrolment, study):
    now = timezone.now()
    home = f"/learn/{enrolment.key}"
    page = sign_in(visit(width=360), enrolment.person)
    testing.begin(enrolment, step=steps_of(enrolment)["test"], now=now)
    under_way = check(page, [f"{home}/test/1/", f"{home}/test/check/"])
    attempt = pass_test(enrolment, now)
    for step in Step.objects.filter(version=enrolment.version).exclude(code="test"):
        complete_step(enrolment, step=step, now=now)
    credential = credentials.issue_for(enrolment, now=now)
    paths = [f"{home}/test/result/{attempt.number}/", f"{home}/", "/learn/credits/"]
    paths += [f"/c/{credential.token}/", f"{home}/feedback/", f"{home}/test/"]
    done = check(page, paths)
    credentials.revoke(credential, reason="A mistake", by=None, now=now)

    assert under_way == {}
    assert done == {}
    assert check(page, [f"/c/{credential.token}/"]) == {}


def test_staff_pages(visit, sign_in, enrolment, study, ben, admin, chiara, eleni, rita):
    studies.analyse(study)
    report = report_error("A typo", address="/modules/X1/", person=enrolment.person)
    organisation = enrolment.cohort.organisation.slug
    run = f"/teach/runs/{enrolment.cohort.key}"
    own = {
        ben: ["/teach/", "/teach/runs/new/", f"{run}/", f"{run}/edit/", f"{run}/enrol/"],
        admin: [
            "/manage/",
            "/manage/trail/",
            *(f"/manage/o/{organisation}/{t}" for t in ("", "sites/", "signatories/", "roles/")),
        ],
        eleni: [
            "/author/",
            "/author/modules/X1/",
            "/author/modules/X1/withdraw/",
            "/manage/reports/",
            f"/manage/reports/{report.pk}/",
        ],
        rita: ["/manage/credentials/"],
        chiara: [
            "/evaluate/",
            *(f"/evaluate/{tail}" for tail in ("new/", "pilot/", "pilot/edit/", "pilot/freeze/")),
        ],
    }

    found = {}
    for person, paths in own.items():
        found |= check(sign_in(visit(width=1280), person), paths)

    assert found == {}
