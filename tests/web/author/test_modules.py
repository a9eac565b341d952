"""Modules for their designers: what is promised, what is kept, what is withdrawn."""

import pytest

from digicantrain.assessment.models import Item
from digicantrain.people.enums import Role
from digicantrain.people.models import AuditEntry, Membership
from digicantrain.programme.models import Module, ModuleVersion

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer(organisation, farah):
    """Farah reviews the programme: she reads and changes nothing."""
    Membership.objects.create(person=farah, organisation=organisation, role=Role.REVIEWER)
    return farah


@pytest.fixture
def bank(programme):
    """The bank of X1, as far as nobody has stored it yet."""
    version = ModuleVersion.objects.get(module__code="X1")
    for number, outcome in enumerate(["O1"] * 4 + ["O2"] * 3, start=1):
        Item.objects.get_or_create(
            version=version,
            key=f"b{number}",
            defaults={
                "use": "bank", "kind": "choice", "outcome": outcome, "difficulty": "apply",
                "words": {"en": {"stem": f"b{number}: Which line do you read first?"}},
            },
        )  # fmt: skip


def page(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return response


def test_eleni_sees_status_and_gaps_of_her_modules(client, eleni, programme):
    client.force_login(eleni)

    rows = {row["module"].code: row for row in page(client, "/author/").context["rows"]}

    assert rows["X1"]["status"] == "Written in part"
    assert (rows["X1"]["kept"].written, rows["X1"]["kept"].units) == (2, 2)
    assert rows["X2"]["status"] == "Outline"
    assert [str(gap) for gap in rows["X2"]["kept"].gaps] == [
        "O1 is promised but not taught",
        "O1 is promised but not assessed",
    ]


def test_a_gap_opens_when_the_step_that_teaches_is_not_written(client, eleni, bank):
    version = ModuleVersion.objects.get(module__code="X1")
    version.steps.filter(kind__in=("case", "page")).update(written=False)
    client.force_login(eleni)

    rows = {row["module"].code: row for row in page(client, "/author/").context["rows"]}
    html = page(client, "/author/modules/X1/").content.decode()

    assert [str(gap) for gap in rows["X1"]["kept"].gaps] == ["O2 is promised but not taught"]
    assert "is taught by no written step" in html


@pytest.mark.parametrize(
    ("query", "codes"),
    [("?status=outline", ["X2"]), ("?text=x1", ["X1"]), ("?text=reading", ["X1"]), ("?text=q", []),
     ("?status=nonsense", ["X1", "X2"]), ("?page=99", ["X1", "X2"])],
)  # fmt: skip
def test_the_list_is_narrowed(client, eleni, programme, query, codes):
    client.force_login(eleni)

    assert [r["module"].code for r in page(client, f"/author/{query}").context["rows"]] == codes


def test_the_list_asks_no_more_of_the_database_when_it_grows(
    client, eleni, programme, django_assert_max_num_queries
):
    client.force_login(eleni)
    with django_assert_max_num_queries(12):
        client.get("/author/?status=outline")
    with django_assert_max_num_queries(12):
        client.get("/author/")


def test_the_thread_of_an_outcome_can_be_walked(client, eleni, bank):
    client.force_login(eleni)

    response = page(client, "/author/modules/X1/")

    first, second = response.context["threads"]
    html = response.content.decode()
    assert [row.code for row in first.competences] == ["D4.1"]
    assert [step.code for step in first.steps] == ["first-look", "small-check"]
    assert len(first.questions) == 4
    assert [step.code for step in second.steps] == ["trial", "note"]
    assert [step.code for step in second.cases] == ["graded-call"]
    assert 'href="#step-first-look"' in html
    assert 'id="step-first-look"' in html
    assert 'href="#O1"' in html
    assert 'id="O1"' in html
    assert "Nothing: each outcome is taught by a written step and assessed." in html


def test_the_hours_add_up_with_their_formula(client, eleni, programme):
    client.force_login(eleni)

    html = " ".join(page(client, "/author/modules/X1/").content.decode().split())

    assert "1620 minutes are 27 hours, as planned: 1 ECTS = 27 h" in html
    assert "50 min of them are written and can be learned now" in html


def test_an_outline_says_that_nothing_is_written(client, eleni, programme):
    client.force_login(eleni)

    html = page(client, "/author/modules/X2/").content.decode()

    assert "Nothing is written yet, so nothing is kept." in html


def test_pages_speak_finnish(client, eleni, programme):
    client.force_login(eleni)

    assert "Raporttien lukeminen" in page(client, "/fi/author/modules/X1/").content.decode()


@pytest.mark.parametrize("who", ["aino", "ben", "chiara", "rita"])
def test_who_designs_nothing_is_refused(client, request, programme, who):
    client.force_login(request.getfixturevalue(who))

    for address in ("/author/", "/author/modules/X1/", "/author/modules/X1/withdraw/"):
        assert client.get(address).status_code == 403
    assert client.post("/author/modules/X1/offer-again/").status_code == 403


def test_a_designer_of_another_provider_finds_no_such_module(
    client, dario, other_organisation, programme
):
    """Threat 3: another provider's design is as absent as one that never was."""
    Membership.objects.create(person=dario, organisation=other_organisation, role=Role.DESIGNER)
    client.force_login(dario)

    for code in ("X1", "Q9"):
        assert client.get(f"/author/modules/{code}/").status_code == 404
        assert client.post(f"/author/modules/{code}/withdraw/", {"reason": "x"}).status_code == 404
    assert page(client, "/author/").context["rows"] == []
    assert Module.objects.get(code="X1").withdrawn_at is None


def test_a_stranger_is_asked_to_sign_in(client, programme):
    assert "/account/login/" in client.get("/author/modules/X1/").headers["Location"]


def test_eleni_withdraws_a_module_with_a_reason_and_offers_it_again(client, eleni, programme):
    client.force_login(eleni)
    confirm = page(client, "/author/modules/X2/withdraw/").content.decode()

    done = client.post(
        "/author/modules/X2/withdraw/", {"reason": "A figure is wrong."}, follow=True
    )

    module = Module.objects.get(code="X2")
    assert "nobody can enrol in it" in confirm
    assert module.withdrawn_reason == {"en": "A figure is wrong."}
    assert "A figure is wrong." in done.content.decode()
    assert AuditEntry.objects.filter(action="module-withdrawn").count() == 1
    assert client.get("/author/modules/X2/withdraw/").status_code == 302
    client.post("/author/modules/X2/offer-again/")
    module.refresh_from_db()
    assert module.withdrawn_at is None


def test_a_withdrawal_without_a_reason_is_not_taken(client, eleni, programme):
    client.force_login(eleni)

    response = client.post("/author/modules/X2/withdraw/", {"reason": " "})

    assert "Error:" in response.content.decode().split("</title>")[0]
    assert Module.objects.get(code="X2").withdrawn_at is None


def test_nothing_is_withdrawn_by_a_link(client, eleni, programme):
    """Threat 14: a GET changes nothing."""
    client.force_login(eleni)

    client.get("/author/modules/X2/withdraw/?reason=x")
    response = client.get("/author/modules/X2/offer-again/")

    assert response.status_code == 405
    assert Module.objects.get(code="X2").withdrawn_at is None


def test_a_reviewer_reads_and_may_not_withdraw(client, reviewer, programme):
    client.force_login(reviewer)

    html = page(client, "/author/modules/X2/").content.decode()

    assert "Withdraw this module" not in html
    assert client.post("/author/modules/X2/withdraw/", {"reason": "x"}).status_code == 403
    assert Module.objects.get(code="X2").withdrawn_at is None


def test_a_reason_is_shown_as_text(client, eleni, programme):
    """Threat 20: markup in a reason stays inert."""
    client.force_login(eleni)

    client.post("/author/modules/X2/withdraw/", {"reason": "<img src=x onerror=alert(1)>"})

    assert "&lt;img src=x" in client.get("/author/modules/X2/").content.decode()
