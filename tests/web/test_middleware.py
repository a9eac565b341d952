"""Behind a proxy each visitor keeps an address of her own."""

import pytest
from django.http import HttpResponse

from digicantrain.web.middleware import BehindProxyMiddleware


@pytest.mark.parametrize(
    ("said", "taken"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("10.9.9.9, 203.0.113.7", "203.0.113.7"),
        ("forged,  2001:db8::1", "2001:db8::1"),
        ("", "127.0.0.1"),
    ],
)
def test_the_address_is_the_one_our_proxy_saw(rf, said, taken):
    """Threat 13: what a client writes into the header itself stands before it, and counts not."""
    request = rf.get("/", headers={"X-Forwarded-For": said})

    BehindProxyMiddleware(lambda _request: HttpResponse())(request)

    assert request.META["REMOTE_ADDR"] == taken


def test_without_a_proxy_the_header_is_not_believed(client, db, settings):
    assert not any("BehindProxy" in name for name in settings.MIDDLEWARE)
