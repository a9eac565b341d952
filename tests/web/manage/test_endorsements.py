"""The pages for endorsements: ask, answer, decline, take back, withdraw; and who is refused."""

import pytest

from digicantrain.credentials import endorsing
from digicantrain.credentials.models import Endorsement
from tests.credentials import stacked
from tests.credentials.stacked import SAID, registrar_of

pytestmark = pytest.mark.django_db
HOME = "/manage/endorsements/"


@pytest.fixture
def otto(other_organisation):
    """Otto keeps the register of the other organisation."""
    return registrar_of(other_organisation)


@pytest.fixture
def question(enrolment, other_organisation, rita):
    return stacked.asked(enrolment.version, other_organisation, by=rita)


def page_of(row):
    return f"{HOME}{row.key}/"


def post(client, address, **data):
    return client.post(address, data, follow=True).content.decode()


def ask(client, enrolment, endorser, **changes):
    programme = enrolment.version.module.programme
    data = {"what": f"{programme.organisation_id}/X1", "endorser": endorser.pk, "message": "Hi."}
    return post(client, f"{HOME}ask/", **(data | changes))


@pytest.mark.parametrize("name", ["aino", "ben", "chiara", "dario", "eleni", "farah"])
def test_who_keeps_no_register_is_refused(client, question, request, name):
    client.force_login(request.getfixturevalue(name))

    for address in (HOME, f"{HOME}ask/", page_of(question), f"{page_of(question)}withdraw/"):
        assert client.get(address).status_code == 403, address
    assert client.post(page_of(question), {"act": "sign"}).status_code == 403
    assert client.post(f"{page_of(question)}take-back/").status_code == 403
    assert Endorsement.objects.get().state == "asked"


def test_a_third_organisations_registrar_finds_nothing(client, question, db):
    from digicantrain.people.models import Organisation

    third = Organisation.objects.create(slug="third", name={"en": "Third"}, country="EE")
    client.force_login(registrar_of(third, "Tiina Third"))

    assert client.get(page_of(question)).status_code == 404
    assert str(question.key) not in client.get(HOME).content.decode()


def test_rita_asks_and_reads_it_in_the_list(client, enrolment, rita, other_organisation):
    client.force_login(rita)

    text = ask(client, enrolment, other_organisation)

    assert "They were asked." in text
    assert "Elsewhere Academy" in text
    row = Endorsement.objects.get()
    assert (row.version, row.endorser) == (enrolment.version, other_organisation)


def test_rita_asks_for_the_organisation_itself(client, enrolment, rita, other_organisation):
    client.force_login(rita)

    ask(client, enrolment, other_organisation, what="itself/turku")

    assert Endorsement.objects.get().version is None


def test_her_own_organisation_is_not_among_those_to_ask(client, enrolment, rita, organisation):
    client.force_login(rita)

    text = ask(client, enrolment, organisation)

    assert "Error:" in text
    assert Endorsement.objects.count() == 0


@pytest.mark.parametrize("what", ["", "9999/X1", "itself/elsewhere", "x"])
def test_what_is_not_hers_cannot_be_asked_for(client, enrolment, rita, other_organisation, what):
    client.force_login(rita)

    assert "Error:" in ask(client, enrolment, other_organisation, what=what)
    assert Endorsement.objects.count() == 0


def test_asked_twice_it_says_so_and_nothing_is_written(
    client, question, enrolment, rita, other_organisation
):
    client.force_login(rita)

    assert "was asked before" in ask(client, enrolment, other_organisation)
    assert Endorsement.objects.count() == 1


def test_otto_reads_it_once_more_and_signs(client, question, otto):
    client.force_login(otto)
    address = page_of(question)

    once_more = post(client, address, act="check", statement=SAID, language="en")
    assert "Read it once more before you sign" in once_more
    assert Endorsement.objects.get().state == "asked"

    signed = post(client, address, act="sign", statement=SAID, language="en")
    assert "Signed. What is issued from now on carries it." in signed
    assert Endorsement.objects.get().statement == SAID


def test_he_goes_back_and_his_words_are_still_there(client, question, otto):
    client.force_login(otto)

    text = post(client, page_of(question), act="back", statement=SAID, language="fi")

    assert SAID in text
    assert 'value="fi" selected' in text


@pytest.mark.parametrize(
    "data",
    [
        {"statement": "", "language": "en"},
        {"statement": "x" * 2_001, "language": "en"},
        {"statement": SAID, "language": "xx"},
        {"statement": "a\x00b", "language": "en"},
    ],
)
@pytest.mark.parametrize("act", ["check", "sign"])
def test_what_cannot_be_said_is_refused_in_words(client, question, otto, act, data):
    client.force_login(otto)

    text = post(client, page_of(question), act=act, **data)

    assert "Error:" in text
    assert Endorsement.objects.get().state == "asked"


def test_who_asked_cannot_answer_by_the_form(client, question, rita):
    client.force_login(rita)

    text = post(client, page_of(question), act="sign", statement=SAID, language="en")

    assert "Only who keeps the register of Elsewhere Academy can do this." in text
    assert Endorsement.objects.get().state == "asked"


def test_otto_declines_with_a_reason_that_rita_reads(client, question, otto, rita):
    client.force_login(otto)
    post(client, page_of(question), **{"act": "decline", "no-reason": "Too early."})

    client.force_login(rita)
    assert "Too early." in client.get(page_of(question)).content.decode()


def test_rita_takes_her_question_back(client, question, rita):
    client.force_login(rita)

    assert "taken back" in post(client, f"{page_of(question)}take-back/")
    assert Endorsement.objects.count() == 0


def test_otto_withdraws_with_a_reason(client, question, otto, rita):
    from django.utils import timezone

    row = endorsing.give(question, statement=SAID, language="en", by=otto, now=timezone.now())
    client.force_login(rita)
    assert "nothing here that you can withdraw" in client.get(
        f"{page_of(row)}withdraw/"
    ).content.decode()  # fmt: skip
    refused = post(client, f"{page_of(row)}withdraw/", reason="Mine.")
    assert "Only who keeps the register" in refused

    client.force_login(otto)
    post(client, f"{page_of(row)}withdraw/", reason="We left the field.")

    row.refresh_from_db()
    assert (row.state, row.revoked_reason) == ("withdrawn", "We left the field.")


def test_the_public_page_of_the_module_shows_who_endorses_it(client, question, otto):
    from django.utils import timezone

    assert "Who endorses it" not in client.get("/modules/X1/").content.decode()
    row = endorsing.give(question, statement=SAID, language="en", by=otto, now=timezone.now())

    text = client.get("/modules/X1/").content.decode()
    assert SAID in text
    assert "Elsewhere Academy" in text

    endorsing.withdraw(row, reason="x", by=otto, now=timezone.now())
    assert SAID not in client.get("/modules/X1/").content.decode()


def test_the_list_is_narrowed_and_handed_over_as_a_table(client, question, otto, rita):
    client.force_login(otto)
    assert "Waits for you" in client.get(f"{HOME}?side=given&state=asked").content.decode()
    assert "No endorsement matches" in client.get(f"{HOME}?state=stands").content.decode()

    client.force_login(rita)
    table = client.get(f"{HOME}?as=csv").content.decode()
    assert "Elsewhere Academy,Turku Training,X1,asked" in table


def test_threat_24_a_statement_is_no_formula_in_the_table(client, question, otto):
    from django.utils import timezone

    words = '=HYPERLINK("https://evil.example")'
    endorsing.give(question, statement=words, language="en", by=otto, now=timezone.now())
    client.force_login(otto)

    table = client.get(f"{HOME}?as=csv").content.decode()

    assert "'=HYPERLINK" in table


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_no_more_when_it_is_longer(
    client, enrolment, rita, rows, django_assert_num_queries
):
    from digicantrain.people.models import Organisation

    for number in range(rows):
        endorser = Organisation.objects.create(
            slug=f"e{number}", name={"en": f"E{number}"}, country="EE"
        )
        stacked.asked(enrolment.version, endorser, by=rita)
    client.force_login(rita)
    client.get(HOME)

    # session, person, role, own organisations, count of rows, rows, organisations, menu
    with django_assert_num_queries(8):
        client.get(HOME)
