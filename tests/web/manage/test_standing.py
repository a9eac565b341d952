"""A credential's history, and who may suspend it and let it stand again."""

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from digicantrain.core.credentials.verification import Verdict
from digicantrain.credentials import actions, checking, letters
from digicantrain.credentials.models import Change, Credential
from digicantrain.learning.actions import enrol
from digicantrain.learning.enums import EnrolledBy
from digicantrain.learning.models import Notice
from digicantrain.people.actions import erase_person, grant_role
from digicantrain.people.models import AuditEntry
from tests.credentials.states import expired, replaced

pytestmark = pytest.mark.django_db
PAGES = ("", "suspend/", "reinstate/")


@pytest.fixture
def credential(enrolment):
    from tests.credentials.earned import issued

    return issued(enrolment)


def address(credential, page=""):
    return f"/manage/credentials/{credential.key}/{page}"


def suspend(credential, by=None, reason="Being looked into."):
    return actions.suspend(credential, reason=reason, by=by, now=timezone.now())


@pytest.mark.parametrize("name", ["aino", "ben", "chiara", "eleni", "farah"])
@pytest.mark.parametrize("page", PAGES)
def test_who_is_no_registrar_is_refused(client, credential, request, name, page):
    client.force_login(request.getfixturevalue(name))

    assert client.get(address(credential, page)).status_code == 403
    assert client.post(address(credential, page), {"reason": "Mine"}).status_code == 403
    assert Credential.objects.get().suspended_at is None


@pytest.mark.parametrize("page", PAGES)
def test_threat_06_darios_registrar_finds_nothing_of_turkus(
    client, credential, dario, other_organisation, page
):
    grant_role(dario, role="registrar", organisation=other_organisation)
    client.force_login(dario)

    assert client.get(address(credential, page)).status_code == 404
    posted = client.post(address(credential, page), {"reason": "Mine"})
    assert posted.status_code == (404 if page else 405)
    assert not Change.objects.exists()


def test_a_registrar_of_one_site_does_not_keep_the_whole_register(
    client, credential, ben, turku_site
):
    grant_role(ben, role="registrar", organisation=turku_site.organisation, site=turku_site)
    client.force_login(ben)

    assert client.get(address(credential)).status_code == 404


def test_rita_suspends_and_everybody_sees_it_at_once(client, credential, rita):
    client.force_login(rita)

    html = client.post(
        address(credential, "suspend/"), {"reason": "Being looked into."}, follow=True
    ).content.decode()

    assert "Suspended. Its page says so from now on." in html
    public = Client().get(f"/c/{credential.token}/").content.decode()
    assert "This credential is suspended" in public
    assert "Being looked into." in public
    judged = checking.judge(credential.document, now=timezone.now())
    assert judged.verdict is Verdict.SUSPENDED


def test_rita_reinstates_and_it_is_valid_again(client, credential, rita):
    suspend(credential, rita)
    client.force_login(rita)

    html = client.post(
        address(credential, "reinstate/"), {"reason": "It was right."}, follow=True
    ).content.decode()

    assert "Reinstated. It stands again from now on." in html
    assert "This credential is valid" in Client().get(f"/c/{credential.token}/").content.decode()


def test_the_history_names_who_did_what_and_why(client, credential, rita, admin):
    suspend(credential, rita, "First question.")
    actions.reinstate(credential, reason="Answered.", by=admin, now=timezone.now())
    actions.revoke(credential, reason="Found out later.", by=rita, now=timezone.now())
    client.force_login(rita)

    html = client.get(address(credential)).content.decode()

    rows = html.partition("<tbody")[2]
    told = [
        "Issued", "The platform, by itself", "Suspended", "Rita Salo", "First question.",
        "Reinstated", "Onni Laine", "Answered.", "Withdrawn", "Rita Salo", "Found out later.",
    ]  # fmt: skip
    places = []
    for words in told:
        places.append(rows.index(words, places[-1] if places else 0))
    assert places == sorted(places)


def test_in_the_trail_stand_pseudonyms_and_no_reason(credential, rita):
    suspend(credential, rita, "A question about Aino Virtanen.")

    entry = AuditEntry.objects.get(action="credential-suspended")
    assert entry.actor == rita.pseudonym.key
    assert entry.data == {"organisation": "turku"}


def test_who_was_erased_since_has_no_name_in_the_history(client, credential, rita, admin):
    suspend(credential, admin)
    erase_person(admin, by=None)
    client.force_login(rita)

    html = client.get(address(credential)).content.decode()

    assert "Somebody whose account was erased" in html
    assert "Onni" not in html


def test_replacements_are_linked_both_ways(client, credential, rita):
    replaced(credential)
    newer = Credential.objects.get(replaces=credential)
    client.force_login(rita)

    assert address(newer) in client.get(address(credential)).content.decode()
    assert address(credential) in client.get(address(newer)).content.decode()


def test_what_was_withdrawn_is_neither_suspended_nor_reinstated(client, credential, rita):
    actions.revoke(credential, reason="Final.", by=rita, now=timezone.now())
    client.force_login(rita)

    for page in ("suspend/", "reinstate/"):
        for ask in (client.get, client.post):
            html = ask(address(credential, page), {"reason": "Again"}, follow=True)
            assert "Nothing was changed" in html.content.decode()
    assert Change.objects.count() == 1


def test_pressing_twice_suspends_once(client, credential, rita):
    client.force_login(rita)

    for reason in ("First", "Second"):
        client.post(address(credential, "suspend/"), {"reason": reason})

    assert Credential.objects.get().suspended_reason == "First"
    assert Change.objects.count() == 1


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
@pytest.mark.parametrize("page", ["suspend/", "reinstate/"])
def test_without_a_reason_nothing_changes(client, credential, rita, page, reason):
    if page == "reinstate/":
        suspend(credential)
    before = Change.objects.count()
    client.force_login(rita)

    html = client.post(address(credential, page), {"reason": reason}).content.decode()

    assert "There is a problem" in html
    assert Change.objects.count() == before


# --- what the holder is told ---


def told(credential, reason):
    """Suspend and reinstate, and return the two mails."""
    suspend(credential, reason=reason)
    actions.reinstate(credential, reason="All is well.", by=None, now=timezone.now())
    mail.outbox.clear()
    for change in Change.objects.all():
        letters.send_changed.call(change.pk)
    return mail.outbox


def test_aino_is_told_by_mail_why_even_if_it_was_reinstated_meanwhile(credential):
    suspended, reinstated = told(credential, "A question.")

    assert "A question." in suspended.body
    assert "All is well." in reinstated.body
    assert f"/c/{credential.token}/" in reinstated.body


def test_the_mail_is_in_her_language(credential, aino):
    aino.language = "fi"
    aino.save()

    suspended, reinstated = told(credential, "Kysymys.")

    assert "Keskeytetty" in suspended.subject or "keskeytetty" in suspended.subject
    assert "/fi/c/" in reinstated.body


def test_suspended_twice_is_told_in_two_mails(credential):
    told(credential, "First")
    names = {letter.extra_headers["Message-ID"] for letter in told(credential, "Second")}

    assert len(names) == 4


def test_aino_finds_notices_with_the_reasons(client, credential, aino):
    told(credential, "A question.")
    client.force_login(aino)

    html = client.get("/learn/").content.decode()

    assert "A credential of yours is suspended:" in html
    assert "A credential of yours stands again:" in html
    assert "All is well." in html
    kinds = Notice.objects.filter(person=aino).values_list("kind", flat=True)
    assert {"credential-suspended", "credential-reinstated"} <= set(kinds)


def test_who_was_erased_gets_no_mail(credential, aino):
    suspend(credential)
    change = Change.objects.get()
    erase_person(aino, by=None)
    mail.outbox.clear()

    assert letters.send_changed.call(change.pk) == 0
    assert mail.outbox == []


# --- the list ---


@pytest.fixture
def five(cohort, aino, farah, ben, chiara):
    """One credential in each state but replaced, and a replaced one with the one in its place."""
    from tests.credentials.earned import issued

    people = {"valid": aino, "suspended": farah, "withdrawn": ben, "expired": chiara}
    rows = {
        state: issued(enrol(cohort, person=person, how=EnrolledBy.SELF))
        for state, person in people.items()
    }
    suspend(rows["suspended"])
    actions.revoke(rows["withdrawn"], reason="A mistake", by=None, now=timezone.now())
    expired(rows["expired"])
    return rows


def test_the_list_counts_each_state(client, five, rita):
    client.force_login(rita)

    shown = client.get("/manage/credentials/").context["states"]

    assert {code: number for code, _name, number in shown} == {
        "": 4, "valid": 1, "suspended": 1, "withdrawn": 1, "expired": 1, "replaced": 0,
    }  # fmt: skip


@pytest.mark.parametrize("state", ["valid", "suspended", "withdrawn", "expired"])
def test_the_list_shows_one_state(client, five, rita, state):
    client.force_login(rita)

    response = client.get("/manage/credentials/", {"state": state})

    assert [row.pk for row in response.context["page"]] == [five[state].pk]
    assert 'aria-current="true"' in response.content.decode()


def test_a_replaced_one_is_not_counted_as_withdrawn(client, credential, rita):
    replaced(credential)
    client.force_login(rita)

    page = client.get("/manage/credentials/", {"state": "replaced"})

    assert [row.pk for row in page.context["page"]] == [credential.pk]
    counted = {code: number for code, _name, number in page.context["states"]}
    assert (counted["replaced"], counted["withdrawn"], counted["valid"]) == (1, 0, 1)


@pytest.mark.parametrize(
    ("words", "number"),
    [("farah@example", 1), ("FARAH", 1), ("x1", 4), ("Reading reports", 4), ("X2", 0), ("zz", 0)],
)
def test_the_list_is_searched_by_name_address_module_and_title(client, five, rita, words, number):
    client.force_login(rita)

    response = client.get("/manage/credentials/", {"name": words})

    assert len(response.context["page"]) == number
    assert response.context["states"][0][2] == number


def test_a_state_that_is_none_shows_all(client, five, rita):
    client.force_login(rita)

    assert len(client.get("/manage/credentials/?state=nonsense").context["page"]) == 4


def test_the_csv_says_each_state(client, five, rita):
    client.force_login(rita)

    text = client.get("/manage/credentials/?as=csv").content.decode("utf-8-sig")

    assert all(f",{state}," in text for state in ("suspended", "withdrawn", "expired"))


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_history_asks_no_more_when_it_grows(
    client, credential, rita, django_assert_num_queries, how_many
):
    for _number in range(how_many):
        suspend(credential, rita)
        actions.reinstate(credential, reason="Well.", by=rita, now=timezone.now())
    client.force_login(rita)
    client.get(address(credential))

    with django_assert_num_queries(11):
        client.get(address(credential))


def test_what_was_withdrawn_while_it_was_suspended_is_not_told_to_stand_again(credential):
    suspend(credential)
    actions.revoke(credential, reason="Found out.", by=None, now=timezone.now())
    actions.reinstate(credential, reason="No.", by=None, now=timezone.now())

    assert not Change.objects.filter(kind=Change.Kind.REINSTATED).exists()


def test_what_stood_before_reasons_were_kept_still_shows_its_reason(client, credential, rita):
    actions.revoke(credential, reason="An old mistake.", by=rita, now=timezone.now())
    Change.objects.all().delete()
    client.force_login(rita)

    rows = client.get(address(credential)).content.decode().partition("<tbody")[2]

    assert "An old mistake." in rows


def test_neither_the_holder_nor_the_public_reads_who_did_it(client, credential, rita, aino):
    suspend(credential, rita, "A question.")
    client.force_login(aino)

    for page in (f"/c/{credential.token}/", "/learn/credits/", "/learn/"):
        html = client.get(page).content.decode()
        assert "A question." in html
        assert "Rita" not in html


def test_the_page_that_withdraws_leads_back_and_in_finnish_does_not_read_as_cancel(
    client, credential, rita
):
    client.force_login(rita)
    back = f'<a class="govuk-back-link" href="/fi{address(credential)}">'

    html = client.get(f"/fi{address(credential)}withdraw/").content.decode()

    assert back in html
    assert "Mitätöi se" in html
    assert "Peru" not in html


def test_rita_corrects_from_the_credentials_page_and_onni_who_may_not_is_not_led_there(
    client, credential, rita, admin
):
    wanted = f'href="{address(credential, "correct/")}"'

    client.force_login(rita)
    assert wanted in client.get(address(credential)).content.decode()
    client.force_login(admin)
    assert wanted not in client.get(address(credential)).content.decode()
