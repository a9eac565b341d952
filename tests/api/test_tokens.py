"""Tokens for keys of the record store, and who gets none (threats 13 and 39)."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from allauth.idp.oidc.models import Client, Token

from digicantrain.records import keys, limits
from digicantrain.records.keys import holder
from tests.records.keyed import header, made

pytestmark = pytest.mark.django_db
ADDRESS = "/oauth/token"
FORM = "application/x-www-form-urlencoded"
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def opened(organisation):
    return made(organisation, "statements/write", "statements/read")


def ask(client, opened, *, secret="", address=ADDRESS, **more):
    """Ask for a token by HTTP Basic."""
    body = "&".join(f"{name}={value}" for name, value in more.items())
    return client.post(
        address,
        body or "grant_type=client_credentials",
        content_type=FORM,
        headers={"Authorization": header(opened, secret=secret)},
    )


def token_of(response):
    assert response.status_code == 200, response.content
    return f"Bearer {response.json()['access_token']}"


def test_a_token_opens_what_its_key_opens(client, organisation, opened):
    response = ask(client, opened)

    access = holder(token_of(response))
    told = response.json()
    assert (access.organisation_id, access.client_id) == (organisation.pk, opened.key.client_id)
    assert access.scopes == {"statements/write", "statements/read", "statements/read/mine"}
    assert (told["token_type"], told["expires_in"]) == ("Bearer", 3600)
    assert told["scope"].split() == ["statements/write", "statements/read"]
    assert "refresh_token" not in told
    assert response["Cache-Control"] == "no-store"


def test_a_token_may_be_asked_for_less(client, organisation):
    opened = made(organisation, "all")

    access = holder(
        token_of(ask(client, opened, grant_type="client_credentials", scope="statements/write"))
    )

    assert access.scopes == {"statements/write"}


def test_the_secret_may_stand_in_the_body(client, opened):
    body = {
        "grant_type": "client_credentials",
        "client_id": opened.key.client_id,
        "client_secret": opened.secret,
    }
    response = client.post(ADDRESS, "&".join(map("=".join, body.items())), content_type=FORM)

    assert holder(token_of(response))


def test_a_token_is_checked_in_two_queries(client, opened, django_assert_num_queries):
    sent = token_of(ask(client, opened))
    holder(sent)

    with django_assert_num_queries(2):
        holder(sent)


def test_threat_39_a_token_may_not_be_asked_for_more(client, opened):
    response = ask(client, opened, grant_type="client_credentials", scope="statements/write all")

    assert (response.status_code, response.json()["error"]) == (400, "invalid_scope")
    assert not Token.objects.exists()


def test_threat_39_a_token_ends_with_its_hour_its_key_and_its_secret(client, organisation, noon):
    hourly, rotated, revoked = (made(organisation, name=name) for name in ("h", "r", "x"))
    expiring = made(organisation, name="e", last_day=date(2026, 11, 26))
    sent = {one: token_of(ask(client, one)) for one in (hourly, rotated, revoked)}
    assert all(map(holder, sent.values()))

    keys.rotate(rotated.key, by=None, now=NOW)
    keys.revoke(revoked.key, by=None, now=NOW)
    assert holder(sent[rotated]) is None
    assert holder(sent[revoked]) is None
    assert not Client.objects.filter(pk=revoked.key.client_id).exists()
    noon.shift(timedelta(hours=1))
    assert holder(sent[hourly]) is None
    noon.move_to(datetime(2026, 11, 26, 23, 59, tzinfo=UTC))
    last = token_of(ask(client, expiring))
    noon.shift(timedelta(minutes=1))
    assert holder(last) is None
    assert ask(client, expiring).status_code == 401


def test_both_secrets_get_a_token_while_both_hold(client, opened, noon):
    new = keys.rotate(opened.key, by=None, now=NOW)

    assert ask(client, opened).status_code == 200
    assert ask(client, new).status_code == 200
    noon.shift(timedelta(days=1))
    assert ask(client, opened).status_code == 401
    assert Token.objects.count() == 2  # the next answer to this key takes away what expired
    assert ask(client, new).status_code == 200
    assert Token.objects.count() == 1


def test_threat_13_39_unknown_wrong_and_revoked_are_told_the_same(client, organisation, opened):
    revoked = made(organisation, name="Revoked")
    keys.revoke(revoked.key, by=None, now=NOW)
    absent = opened._replace(key=type(opened.key)(client_id="key-aaaa-bbbb-cccc"))

    answers = {
        (response.status_code, response.content, response["WWW-Authenticate"])
        for response in (
            ask(client, opened, secret="wrong"),
            ask(client, absent),
            ask(client, revoked),
        )
    }
    assert len(answers) == 1
    assert answers.pop()[0] == 401


def test_threat_13_wrong_secrets_are_slowed_and_the_right_one_is_not(client, opened):
    for _time in range(limits.WRONG_A_MINUTE):
        assert ask(client, opened, secret="wrong").status_code == 401

    response = ask(client, opened, secret="wrong")
    assert (response.status_code, response["Retry-After"]) == (429, "60")
    assert ask(client, opened).status_code == 200


def test_tokens_are_not_given_without_end(client, opened, monkeypatch):
    monkeypatch.setattr("digicantrain.api.tokens.TOKENS_A_MINUTE", 1)

    assert [ask(client, opened).status_code for _time in range(2)] == [200, 429]


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"address": f"{ADDRESS}?client_secret=x"}, "invalid_request"),
        ({"grant_type": "authorization_code", "code": "x"}, "unsupported_grant_type"),
        ({"grant_type": "password", "username": "x"}, "unsupported_grant_type"),
        ({"grant_type": "urn:ietf:params:oauth:grant-type:device_code"}, "unsupported_grant_type"),
        ({"scope": "all"}, "unsupported_grant_type"),
        ({"grant_type": "client_credentials", "resource": "//"}, "invalid_target"),
    ],
)
def test_threat_39_nothing_but_client_credentials(client, opened, more, error):
    response = ask(client, opened, **more)

    assert (response.status_code, response.json()["error"]) == (400, error)


def test_no_page_of_the_other_flows_is_there(client):
    for address in ("/identity/o/authorize", "/oauth/authorize", "/oauth/clients"):
        assert client.get(address).status_code == 404
    assert client.get(ADDRESS).status_code == 405


def test_programs_are_told_where_tokens_are_given(client):
    told = client.get("/.well-known/oauth-authorization-server").json()

    assert told["token_endpoint"] == "http://127.0.0.1:8000/oauth/token"
    assert told["grant_types_supported"] == ["client_credentials"]
    assert "statements/read/mine" in told["scopes_supported"]
