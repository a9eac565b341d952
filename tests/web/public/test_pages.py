"""Pages that are open to all."""

import re

import pytest

from digicantrain.learning.models import ErrorReport

pytestmark = pytest.mark.django_db
PAGES = [
    "/", "/modules/", "/modules/?audience=nurse&open=yes", "/modules/X1/", "/modules/X2/",
    "/paths/nurse/", "/help/", "/accessibility/", "/privacy/", "/report/",
]  # fmt: skip


@pytest.mark.parametrize("prefix", ["", "/fi"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_stands_in_both_languages_without_inline_style_or_script(
    client, cohort, prefix, path
):
    response = client.get(prefix + path)
    html = response.content.decode()

    assert response.status_code == 200
    assert f'<html lang="{"fi" if prefix else "en"}"' in html
    assert 'style="' not in html
    assert "<script>" not in html
    assert not re.search(r'(src|href)="(https?:)?//(?!doi\.org|example\.org|www\.)', html)
    assert "default-src 'self'" in response.headers["Content-Security-Policy"]


def test_an_outline_says_that_it_is_one(client, programme):
    assert "Outline: designed, not yet written" in client.get("/modules/X2/").content.decode()


def test_a_badge_says_that_it_is_below_a_credit(client, programme):
    html = client.get("/modules/X1/").content.decode()

    assert "A badge of 50 min: below one whole ECTS credit" in html
    assert "Practice at work is not yet part of it." in html


def test_the_workload_adds_up_on_the_page(client, programme):
    html = client.get("/modules/X1/").content.decode()

    assert "27 h" in html
    assert "1 ECTS = 27 h" in html


@pytest.mark.parametrize("path", ["/modules/ZZ/", "/paths/nobody/", "/nothing/"])
def test_what_is_not_there_gets_a_page_that_helps(client, programme, path):
    response = client.get(path)

    assert response.status_code == 404
    assert "There is nothing here" in response.content.decode()


def test_unknown_filters_show_everything(client, programme):
    """Threat 23: a value outside the list is not looked up anywhere."""
    html = client.get("/modules/?audience=%27%20OR%201=1--").content.decode()

    assert "X1" in html
    assert "X2" in html


def test_the_catalogue_asks_no_more_of_the_database_when_it_grows(
    client, programme, django_assert_num_queries
):
    client.get("/modules/")
    with django_assert_num_queries(3):
        client.get("/modules/")


def test_anybody_can_report_an_error(client, programme):
    response = client.post("/report/", {"text": "A <b>typo</b>", "address": "/modules/X1/"})

    assert response.status_code == 302
    assert ErrorReport.objects.get().text == "A <b>typo</b>"


def test_a_form_without_its_token_is_refused_in_words(programme):
    """Threat 14: a POST without the session's own token."""
    from django.test import Client

    response = Client(enforce_csrf_checks=True).post("/report/", {"text": "x"})

    assert response.status_code == 403
    assert "This form has waited too long" in response.content.decode()
    assert ErrorReport.objects.count() == 0


def test_a_forged_host_is_refused(client):
    """Threat 16."""
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400
