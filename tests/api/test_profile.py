"""The published profile of our statements."""

import pytest

from digicantrain.core.xapi.profile import Profile


def test_anybody_reads_the_profile(client, settings):
    response = client.get("/xapi/profile")

    assert response["Content-Type"] == "application/ld+json"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response.json() == Profile(settings.ORIGIN).document()


@pytest.mark.parametrize(
    ("term", "status"),
    [
        ("v1", 200),
        ("extensions/attempt", 200),
        ("templates/left", 200),
        ("v0", 404),
        ("x/../v1", 404),
    ],
)
def test_each_of_its_words_leads_there(client, db, term, status):
    assert client.get(f"/xapi/profile/{term}").status_code == status


def test_no_database_is_asked(client, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        client.get("/xapi/profile")
