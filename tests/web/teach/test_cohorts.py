"""Course runs, for those who may see them."""

import pytest

from digicantrain.learning.models import Cohort, Enrolment
from digicantrain.people.models import AuditEntry, Person

pytestmark = pytest.mark.django_db
CSV = "email,name,profession\nann@example.org,Ann Aho,nurse\nbo@example.org,Bo Berg,\n"


def upload(client, cohort, text):
    from django.core.files.uploadedfile import SimpleUploadedFile

    data = text.encode() if isinstance(text, str) else text
    return client.post(
        f"/teach/runs/{cohort.key}/enrol/", {"file": SimpleUploadedFile("people.csv", data)}
    )


def kept(response):
    return response.context["kept"]


def test_ben_sees_the_runs_of_his_site(client, ben, cohort):
    client.force_login(ben)

    assert "Autumn run" in client.get("/teach/").content.decode()


def test_dario_of_another_provider_finds_no_such_run(client, dario, cohort):
    """Threat 3: roster, export and enrolment of another trainer's run are absent."""
    client.force_login(dario)

    assert "Autumn run" not in client.get("/teach/").content.decode()
    for tail in ("", "edit/", "participants.csv", "enrol/"):
        assert client.get(f"/teach/runs/{cohort.key}/{tail}").status_code == 404
    assert client.post(f"/teach/runs/{cohort.key}/enrol/confirm/").status_code == 404


def test_aino_who_learns_may_not_teach(client, aino, cohort):
    client.force_login(aino)

    assert client.get("/teach/").status_code == 403
    assert client.get(f"/teach/runs/{cohort.key}/").status_code == 403


def test_a_stranger_is_asked_to_sign_in(client, cohort):
    response = client.get(f"/teach/runs/{cohort.key}/")

    assert response.status_code == 302
    assert "/account/login/" in response.headers["Location"]


def test_ben_opens_a_run_at_his_site_only(client, ben, cohort, second_site):
    client.force_login(ben)
    form = {
        "module": cohort.module_id, "site": cohort.site_id, "title": "Winter run",
        "language": "en", "starts_on": "2026-12-01", "ends_on": "2027-02-28", "seats": 5,
    }  # fmt: skip

    refused = client.post("/teach/runs/new/", {**form, "site": second_site.pk})
    opened = client.post("/teach/runs/new/", form)

    assert refused.status_code == 200
    assert opened.status_code == 302
    assert Cohort.objects.get(title="Winter run").organisation == cohort.organisation
    assert AuditEntry.objects.filter(action="cohort-opened").count() == 1


def test_a_run_cannot_end_before_it_starts(client, ben, cohort):
    client.force_login(ben)
    form = {
        "module": cohort.module_id, "site": cohort.site_id, "title": "Backwards",
        "language": "en", "starts_on": "2026-12-01", "ends_on": "2026-11-01", "seats": 5,
    }  # fmt: skip

    html = client.post("/teach/runs/new/", form).content.decode()

    assert "The last day comes before the first" in html
    assert "There is a problem" in html


def test_a_file_is_looked_at_before_anything_is_written(client, ben, cohort):
    client.force_login(ben)

    response = upload(client, cohort, CSV)

    assert "2 people: 2 new accounts, 2 enrolments" in response.content.decode()
    assert Person.objects.filter(email="ann@example.org").count() == 0


def test_confirming_enrols_and_doing_it_twice_enrols_nobody_twice(client, ben, cohort):
    """Threat 42 in its kind: a double press."""
    client.force_login(ben)
    signed = kept(upload(client, cohort, CSV))

    for _ in range(2):
        client.post(f"/teach/runs/{cohort.key}/enrol/confirm/", {"kept": signed})

    assert Enrolment.objects.filter(cohort=cohort).count() == 2
    assert Person.objects.get(email="ann@example.org").profession == "nurse"
    assert not Person.objects.get(email="ann@example.org").has_usable_password()


def test_faults_are_shown_by_line_and_field_and_nothing_is_written(client, ben, cohort):
    client.force_login(ben)
    text = (
        "email,name,profession,language\n"
        "not-an-address,Ann,,\n"
        "bo@example.org,,wizard,xx\n"
        "BO@example.org,Bo,,\n"
        "аnn@example.org,Cyrillic,,\n"
    )

    html = upload(client, cohort, text).content.decode()

    for words in (
        "is not an e-mail address", "The name is empty", "is not one of nurse",
        "is not one of the languages", "The same address stands in line 3",
        "letters outside a to z",
    ):  # fmt: skip
        assert words in html
    assert Enrolment.objects.filter(cohort=cohort).count() == 0


def test_a_file_in_another_encoding_is_refused_in_a_sentence(client, ben, cohort):
    """Threat 33: Latin-1."""
    client.force_login(ben)

    html = upload(client, cohort, "email,name\na@b.fi,Äijä\n".encode("latin-1")).content.decode()

    assert "Line 2 is not UTF-8" in html


def test_a_check_of_another_run_or_person_cannot_be_confirmed(client, ben, admin, cohort):
    client.force_login(admin)
    foreign = kept(upload(client, cohort, CSV))
    client.force_login(ben)

    client.post(f"/teach/runs/{cohort.key}/enrol/confirm/", {"kept": foreign})
    client.post(f"/teach/runs/{cohort.key}/enrol/confirm/", {"kept": "forged"})

    assert Enrolment.objects.filter(cohort=cohort).count() == 0


def test_a_full_run_puts_people_on_the_waiting_list(client, ben, cohort):
    cohort.seats = 1
    cohort.save()
    client.force_login(ben)

    signed = kept(upload(client, cohort, CSV))
    client.post(f"/teach/runs/{cohort.key}/enrol/confirm/", {"kept": signed})

    assert sorted(Enrolment.objects.values_list("state", flat=True)) == ["active", "waiting"]


def test_names_are_inert_in_page_and_csv(client, ben, cohort):
    """Threats 20 and 24: a script and a formula as a name."""
    client.force_login(ben)
    text = 'email,name\na@example.org,<script>alert(1)</script>\nb@example.org,"=1+1"\n'
    client.post(
        f"/teach/runs/{cohort.key}/enrol/confirm/", {"kept": kept(upload(client, cohort, text))}
    )

    page = client.get(f"/teach/runs/{cohort.key}/").content.decode()
    csv = client.get(f"/teach/runs/{cohort.key}/participants.csv").content.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    assert "'=1+1" in csv


def test_participants_ask_no_more_of_the_database_when_they_grow(
    client, ben, cohort, django_assert_max_num_queries
):
    client.force_login(ben)
    rows = "".join(f"p{i}@example.org,Person {i}\n" for i in range(60))
    signed = kept(upload(client, cohort, "email,name\n" + rows))
    client.get(f"/teach/runs/{cohort.key}/")
    with django_assert_max_num_queries(12):
        client.get(f"/teach/runs/{cohort.key}/")

    client.post(f"/teach/runs/{cohort.key}/enrol/confirm/", {"kept": signed})

    client.get(f"/teach/runs/{cohort.key}/")
    with django_assert_max_num_queries(12):
        client.get(f"/teach/runs/{cohort.key}/")


def test_more_people_than_one_request_can_take_are_refused_at_the_check(
    client, ben, cohort, monkeypatch
):
    from digicantrain.web.teach import enrolling

    monkeypatch.setattr(enrolling, "MOST_AT_ONCE", 1)
    client.force_login(ben)

    html = upload(client, cohort, CSV).content.decode()

    assert "The file has 2 people; at most 1 are enrolled at once. Split it." in html
    assert "Enrol 2 people" not in html


def test_a_run_that_ended_since_the_check_enrols_nobody_and_says_so(client, ben, cohort):
    client.force_login(ben)
    signed = kept(upload(client, cohort, CSV))
    Cohort.objects.update(starts_on="2020-01-01", ends_on="2020-01-02")

    response = client.post(
        f"/teach/runs/{cohort.key}/enrol/confirm/", {"kept": signed}, follow=True
    )

    assert "This course is over." in response.content.decode()
    assert "This course is over." in upload(client, cohort, CSV).content.decode()
    assert not Enrolment.objects.exists()
