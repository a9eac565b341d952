"""Coming in: a new person by an invitation, somebody enrolled by her site, an ended session."""

import re

import pytest

from digicantrain.assessment.models import Response
from digicantrain.learning import actions, roster
from digicantrain.learning.enums import EnrolledBy
from digicantrain.learning.models import Answer, Enrolment
from digicantrain.people.models import Person

pytestmark = pytest.mark.django_db(transaction=True)
WORD = "a long and quiet sentence"


def press(page, words):
    """Press the button or link with these words."""
    page.locator(f"main button:has-text('{words}'), main a:has-text('{words}')").first.click()


def code_of(mail):
    """Return the code that stands on a line of its own in a mail."""
    return re.search(r"^([A-Z0-9]{4,8}(?:-[A-Z0-9]{3,4})?)$", mail.body, re.MULTILINE).group(1)


@pytest.mark.parametrize("javascript", [True, False])
def test_a_new_person_comes_by_invitation_signs_up_and_is_enrolled(
    visit, cohort, mailoutbox, javascript
):
    page = visit(width=360, javascript=javascript)
    page.goto(f"/learn/join/{cohort.invitation}/")
    press(page, "Make an account")
    page.fill("#id_name", "Ilze Ozola")
    page.fill("#id_email", "Ilze@example.org")
    page.fill("#id_password1", WORD)
    page.fill("#id_password2", WORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/confirm-email/**")

    page.fill("input[name=code]", code_of(mailoutbox[0]))
    page.locator("main form button[type=submit]").first.click()

    page.wait_for_url(f"**/learn/join/{cohort.invitation}/")
    press(page, "Enrol")
    page.wait_for_url(re.compile(r"/learn/[0-9a-f-]{36}/$"))
    row = Enrolment.objects.select_related("person").get()
    assert (row.person.email, row.person.name) == ("ilze@example.org", "Ilze Ozola")
    assert row.how == EnrolledBy.INVITATION
    assert "Begin" in page.locator("main").inner_text()


@pytest.fixture
def verified(aino):
    """Aino, whose address was verified: she signs in by her password."""
    from allauth.account.models import EmailAddress

    EmailAddress.objects.create(user=aino, email=aino.email, verified=True, primary=True)
    return aino


def test_who_has_an_account_signs_in_and_comes_back_to_the_invitation(visit, cohort, verified):
    page = visit(width=360)
    page.goto(f"/learn/join/{cohort.invitation}/")
    press(page, "Sign in")
    sign_in_again(page, verified)

    page.wait_for_url(f"**/learn/join/{cohort.invitation}/")
    press(page, "Enrol")
    page.wait_for_url(re.compile(r"/learn/[0-9a-f-]{36}/$"))
    assert Enrolment.objects.get().person == verified


def test_who_was_enrolled_by_csv_comes_in_by_the_link_of_her_mail(visit, cohort, mailoutbox):
    roster.enrol_all(roster.read(b"email,name\neve@example.org,Eve Aho\n", cohort=cohort), by=None)
    link = re.search(r"http://[^/\s]+(/account/login/code/\S*)", mailoutbox[0].body).group(1)

    page = visit(width=360)
    page.goto(link)
    page.fill("input[name=email]", "eve@example.org")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/login/code/confirm/**")
    page.fill("input[name=code]", code_of(mailoutbox[1]))
    page.locator("main form button[type=submit]").first.click()

    page.wait_for_url(f"**/learn/{Enrolment.objects.get().key}/")
    assert "Begin" in page.locator("main").inner_text()


def test_who_was_enrolled_by_csv_can_set_a_password(visit, cohort, mailoutbox):
    roster.enrol_all(roster.read(b"email,name\neve@example.org,Eve Aho\n", cohort=cohort), by=None)
    page = visit(width=360)
    page.goto("/account/password/reset/")
    page.fill("input[name=email]", "eve@example.org")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/reset/done/**")

    link = re.search(r"http://[^/\s]+(/\S*/password/reset/key/\S+|/account/password/\S+key\S+)",
                     mailoutbox[1].body).group(1)  # fmt: skip
    page.goto(link)
    page.fill("#id_password1", WORD)
    page.fill("#id_password2", WORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/done/**")

    assert Person.objects.get(email="eve@example.org").check_password(WORD)


@pytest.fixture
def open_test(visit, sign_in, cohort, aino):
    """A page of Aino's with the first question of her test."""
    row = actions.enrol(cohort, person=aino, how=EnrolledBy.SELF)
    page = sign_in(visit(width=360), aino)
    page.goto(f"/learn/{row.key}/test/")
    press(page, "Begin the test")
    page.locator(".govuk-radios__label").first.wait_for()
    return page


def sign_in_again(page, person):
    """Fill in the form that an ended session leads to."""
    page.wait_for_url("**/account/login/**")
    page.fill("#id_login", person.email)
    page.fill("#id_password", "correct horse battery")
    page.locator("main form button[type=submit]").first.click()


def test_threat_45_a_session_that_ends_mid_test_loses_no_answer(open_test, verified):
    page = open_test
    page.context.clear_cookies(name="sessionid")

    page.locator(".govuk-radios__label", has_text="The colour").click()
    sign_in_again(page, verified)

    page.wait_for_url("**/learn/kept/")
    assert "The colour" in page.locator("blockquote").inner_text()
    press(page, "Send my answer")
    page.wait_for_url("**/test/2/")
    assert Response.objects.get().option == "b"


def test_threat_45_a_text_is_kept_without_javascript_too(visit, sign_in, cohort, verified):
    row = actions.enrol(cohort, person=verified, how=EnrolledBy.SELF)
    page = sign_in(visit(width=360, javascript=False), verified)
    page.goto(f"/learn/{row.key}/note/")
    page.fill("#answer-n1", "Rang at ten.")
    page.context.clear_cookies(name="sessionid")

    press(page, "Save my text")
    sign_in_again(page, verified)
    press(page, "Send my answer")

    assert page.locator("#answer-n1").input_value() == "Rang at ten."
    assert Answer.objects.get().value == "Rang at ten."


def test_threat_45_without_a_network_the_page_says_that_nothing_was_saved(open_test):
    page = open_test
    page.context.set_offline(True)

    page.locator(".govuk-radios__label", has_text="The colour").click()
    page.locator("#saved", has_text="Not saved").wait_for()
    page.context.set_offline(False)
    page.locator(".govuk-radios__label", has_text="The clock").click()
    page.locator("#saved", has_text=re.compile(r"^Saved")).wait_for()

    assert Response.objects.get().option == "c"
