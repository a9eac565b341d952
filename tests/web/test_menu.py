"""The menu: one place is marked as the one where a person stands."""

import re

import pytest

pytestmark = pytest.mark.django_db
MARKED = re.compile(r'href="([^"]+)"[^>]*aria-current="true"')


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
