"""The menu: one place is marked as the one where a person stands."""

import re

import pytest

from digicantrain.people.actions import grant_role
from digicantrain.people.enums import Role

pytestmark = pytest.mark.django_db
MARKED = re.compile(r'href="([^"]+)"[^>]*aria-current="true"')


def test_an_accreditation_officer_finds_her_pages_in_the_menu(client, aino, organisation):
    client.force_login(aino)
    assert 'href="/manage/"' not in client.get("/learn/").content.decode()

    grant_role(aino, role=Role.ACCREDITATION_OFFICER, organisation=organisation)

    assert 'href="/manage/"' in client.get("/learn/").content.decode()


@pytest.mark.parametrize(
    ("address", "marked"),
    [
        ("/learn/", ["/learn/"]),
        ("/learn/credits/", ["/learn/credits/"]),
        ("/modules/", ["/modules/"]),
        ("/help/", []),
    ],
)
def test_the_nearest_place_alone_is_marked(client, aino, address, marked):
    client.force_login(aino)

    assert MARKED.findall(client.get(address).content.decode()) == marked
