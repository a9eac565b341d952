"""`digicantrain records key` as an operator meets it."""

import re

import pytest

from digicantrain.__main__ import main
from digicantrain.records.keys import holder
from digicantrain.records.models import Key
from tests.records.keyed import basic, header, made

pytestmark = pytest.mark.django_db
MAKE = ["records", "key", "make", "--organisation", "turku", "--name", "Ward tablets"]


def opened_by(said):
    """Return whom the user and password open that a command has printed."""
    found = dict(re.findall(r"^(\w+): +(\S+)$", said, re.MULTILINE))
    return holder(basic(found["User"], found["Password"]))


def test_a_key_is_made_and_its_secret_printed(organisation, capsys):
    limits = ["--requests", "5", "--statements", "7", "--expires", "2099-06-30"]
    assert main([*MAKE, "--scope", "state", "--scope", "statements/write", *limits]) == 0

    said = capsys.readouterr().out
    access, key = opened_by(said), Key.objects.get()
    assert access.organisation_id == organisation.pk
    assert key.scopes == "statements/write state"
    assert (access.requests_a_minute, access.statements_a_minute) == (5, 7)
    assert f"{key.last_day}" == "2099-06-30"
    assert "http://127.0.0.1:8000/xapi/" in said


def test_keys_are_listed(organisation, other_organisation, capsys):
    assert main(["records", "key", "list", "--organisation", "turku"]) == 0
    assert "has no key yet" in capsys.readouterr().out
    opened, other = made(organisation), made(other_organisation)

    main(["records", "key", "list", "--organisation", "turku"])

    said = capsys.readouterr().out
    assert f"{opened.key.client_id}  Ward tablets\n    statements/write; never used; works" in said
    assert other.key.client_id not in said


@pytest.mark.parametrize(("more", "still"), [([], True), (["--at-once"], False)])
def test_a_key_is_rotated(organisation, capsys, more, still):
    opened = made(organisation)

    assert main(["records", "key", "rotate", opened.key.client_id, *more]) == 0

    said = capsys.readouterr().out
    assert opened_by(said)
    assert ("The previous one works until" in said) is still
    assert (holder(header(opened)) is not None) is still


def test_a_key_is_revoked(organisation, capsys):
    opened = made(organisation)

    assert main(["records", "key", "revoke", opened.key.client_id]) == 0
    assert holder(header(opened)) is None
    assert main(["records", "key", "revoke", opened.key.client_id]) == 1
    assert "revoked already" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["records"], "WHAT"),
        (["records", "key"], "ACT"),
        ([*MAKE, "--scope", "define"], "invalid choice: 'define'"),
        ([*MAKE, "--scope", "all", "--expires", "soon"], "'soon' is no day"),
        ([*MAKE, "--scope", "all", "--requests", "0"], "is no number from 1"),
    ],
)
def test_a_wrong_call_ends_with_2(capsys, arguments, said):
    with pytest.raises(SystemExit) as ended:
        main(arguments)

    assert ended.value.code == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([*MAKE, "--scope", "all", "--expires", "2020-01-01"], "over already"),
        (["records", "key", "list", "--organisation", "x"], "There is no organisation 'x'"),
        (["records", "key", "revoke", "key-x"], "There is no key 'key-x'"),
    ],
)
def test_what_cannot_be_ends_with_1(organisation, capsys, arguments, said):
    assert main(arguments) == 1
    assert said in capsys.readouterr().err
    assert not Key.objects.exists()
