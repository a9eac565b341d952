"""Threat 36: what a credential names is opened only where that is harmless."""

import gzip
import itertools

import pytest

from digicantrain.credentials.fetching import Fetcher, FetchError, one_at_a_time
from tests.credentials.https import HOST, PUBLIC, running

URL = f"https://{HOST}/status/1"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with running(tmp_path_factory.mktemp("tls"), HOST) as site:
        yield site


@pytest.fixture(autouse=True)
def nothing_asked(site):
    site.asked.clear()
    site.connected.clear()
    site.pages.clear()


def fetcher(site, *addresses, **options):
    found = list(addresses or [PUBLIC])
    return Fetcher(resolve=lambda *_: found, connect=site.connect, trust=site.trust, **options)


def test_what_stands_at_a_public_address_is_read(site):
    site.serve("/status/1", b"list")

    assert fetcher(site).fetch(URL) == b"list"
    assert site.connected == [PUBLIC]


PRIVATE = [
    "127.0.0.1", "127.8.8.8", "0.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "192.0.0.1", "198.18.0.1", "224.0.0.1", "239.1.1.1", "240.0.0.1",
    "255.255.255.255", "192.0.2.1", "::", "::1", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1",
    "fd12::1", "ff02::1", "2001:db8::1", "::ffff:127.0.0.1", "::ffff:93.184.215.14", "::127.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b::5db8:d70e", "2002:7f00:1::", "2001:0:7f00:1::",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_threat_36_a_name_that_leads_inside_is_not_connected_to(site, address):
    with pytest.raises(FetchError, match="not public"):
        fetcher(site, address).fetch(URL)

    assert site.connected == []


@pytest.mark.parametrize("order", [(PUBLIC, "10.0.0.1"), ("10.0.0.1", PUBLIC)])
def test_threat_36_one_private_address_among_several_spoils_all(site, order):
    with pytest.raises(FetchError, match="not public"):
        fetcher(site, *order).fetch(URL)

    assert site.connected == []


@pytest.mark.parametrize("address", ["", "not an address", "127.1", "2130706433", "0177.0.0.1"])
def test_threat_36_what_is_no_address_in_its_one_spelling_is_refused(site, address):
    with pytest.raises(FetchError, match="no address"):
        fetcher(site, address).fetch(URL)


def test_threat_36_a_name_that_changes_is_looked_up_once(site):
    """DNS rebinding: what was looked at is what is connected to."""
    answers = iter([[PUBLIC], ["127.0.0.1"], ["127.0.0.1"]])
    site.serve("/status/1", b"list")
    changing = Fetcher(resolve=lambda *_: next(answers), connect=site.connect, trust=site.trust)

    assert changing.fetch(URL) == b"list"
    assert site.connected == [PUBLIC]


@pytest.mark.parametrize(
    "url",
    [
        "http://issuer.example/", "ftp://issuer.example/", "file:///etc/passwd", "gopher://x.example",
        "//issuer.example/", "issuer.example", "", "https://", "https:///path", "https://localhost/",
        "https://127.0.0.1/", "https://[::1]/", "https://2130706433/", "https://0x7f000001/",
        "https://0177.0.0.1/", "https://127.1/", "https://0x7f.0.0.0x1/", "https://1.2.3.0x4/",
        "https://user@issuer.example/", "https://user:pass@issuer.example/",
        "https://issuer.example:22/", "https://issuer.example:99999/", "https://issuer.example:x/",
        "https://issuer.example\\@127.0.0.1/", "https://issuer.example/\r\nX: y", "https://é.example/",
        "https://issuer.example/ x", "https://issuer.example/" + "x" * 2_000, "https://a..example/",
        "data:text/plain,x", "javascript:alert(1)",
    ],
)  # fmt: skip
def test_threat_36_addresses_of_another_form_are_not_even_looked_up(site, url):
    asked = []
    curious = Fetcher(resolve=lambda *where: asked.extend(where), connect=site.connect)

    with pytest.raises(FetchError, match=r"^(The address|Only https)"):
        curious.fetch(url)
    assert asked == []
    assert site.connected == []


@pytest.mark.parametrize(
    "to", ["https://127.0.0.1/", "https://issuer.example/other", "http://issuer.example/"]
)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_threat_36_nothing_is_followed(site, status, to):
    site.serve("/status/1", b"", status=status, Location=to)

    with pytest.raises(FetchError, match="nothing is followed"):
        fetcher(site).fetch(URL)
    assert [path for path, _headers in site.asked] == ["/status/1"]


def test_threat_36_nobody_is_greeted_with_a_secret(site):
    site.serve("/status/1?a=b", b"list", Set_Cookie="id=1")
    both = fetcher(site)

    both.fetch(f"{URL}?a=b")
    both.fetch(f"{URL}?a=b")

    for _path, headers in site.asked:
        assert set(headers) == {"Host", "Accept", "Accept-Encoding", "User-Agent", "Connection"}
        assert headers["Host"] == HOST


def test_threat_36_a_certificate_of_another_name_is_refused(site):
    with pytest.raises(FetchError, match="does not answer"):
        fetcher(site).fetch("https://other.example/status/1")

    assert site.asked == []


def test_threat_36_a_certificate_that_nobody_vouches_for_is_refused(site):
    with pytest.raises(FetchError, match="does not answer"):
        Fetcher(resolve=lambda *_: [PUBLIC], connect=site.connect).fetch(URL)


@pytest.mark.parametrize("declared", [True, False])
def test_threat_36_an_answer_over_a_megabyte_is_not_read_to_its_end(site, declared):
    sent = []

    def page(handler):
        handler.send_response(200)
        if declared:
            handler.send_header("Content-Length", "50000000")
        else:
            handler.send_header("Connection", "close")
        handler.end_headers()
        for _ in range(800):
            handler.wfile.write(b"0" * 65_536)
            sent.append(65_536)

    site.pages["/status/1"] = page

    with pytest.raises(FetchError, match="longer than a megabyte"):
        fetcher(site).fetch(URL)
    assert sum(sent) < 20_000_000


def test_threat_36_a_packed_bomb_is_cut_off(site):
    site.serve("/status/1", gzip.compress(b"0" * 20_000_000, 1, mtime=0), Content_Encoding="gzip")

    with pytest.raises(FetchError, match="longer than a megabyte"):
        fetcher(site).fetch(URL)


def test_a_packed_answer_is_unpacked(site):
    site.serve("/status/1", gzip.compress(b"list" * 1_000, mtime=0), Content_Encoding="gzip")

    assert fetcher(site).fetch(URL) == b"list" * 1_000


@pytest.mark.parametrize("coding", ["br", "deflate", "gzip, gzip", "x"])
def test_other_packings_are_refused(site, coding):
    site.serve("/status/1", b"list", Content_Encoding=coding)

    with pytest.raises(FetchError, match="packed"):
        fetcher(site).fetch(URL)


@pytest.mark.parametrize("body", [b"not packed", gzip.compress(b"list" * 500, mtime=0)[:-9], b""])
def test_a_packed_answer_that_is_none_is_refused(site, body):
    site.serve("/status/1", body, Content_Encoding="gzip")

    with pytest.raises(FetchError):
        fetcher(site).fetch(URL)


@pytest.mark.parametrize("where", ["head", "body"])
def test_threat_36_an_answer_that_drips_ends_with_the_time(site, where):
    """Each piece comes in time, all of them never would: the clock goes on at each look."""
    seconds = itertools.count()

    def page(handler):
        if where == "body":
            handler.send_response(200)
            handler.end_headers()
        else:
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        for _ in range(60_000):
            handler.wfile.write(b"x")

    site.pages["/status/1"] = page

    with pytest.raises(FetchError, match="takes too long"):
        fetcher(site, now=lambda: next(seconds)).fetch(URL)
    assert next(seconds) < 12


@pytest.mark.parametrize("status", [204, 400, 401, 404, 500, 503])
def test_any_other_answer_is_none(site, status):
    site.serve("/status/1", b"list", status=status)

    with pytest.raises(FetchError, match=str(status)):
        fetcher(site).fetch(URL)


def test_a_host_that_nobody_knows_is_said_so(monkeypatch):
    def unknown(*_args, **_named):
        raise OSError

    monkeypatch.setattr("socket.getaddrinfo", unknown)

    with pytest.raises(FetchError, match="is not known"):
        Fetcher().fetch(URL)


def test_threat_36_one_address_is_opened_at_a_time(site, tmp_path):
    """Slow addresses of others hold up one another, and not the pages of this platform."""
    site.serve("/status/1", b"list")
    once = fetcher(site, turn=lambda: one_at_a_time(tmp_path, wait=0))

    assert once.fetch(URL) == b"list"
    with one_at_a_time(tmp_path, wait=0), pytest.raises(FetchError, match="Other addresses"):
        once.fetch(URL)
    assert once.fetch(URL) == b"list"
