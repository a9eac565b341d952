"""Bodies that are too large, cut, or in pieces (threat 39)."""

from io import BytesIO

import pytest
from django.core.handlers.wsgi import WSGIRequest

from digicantrain.api.xapi import bodies
from digicantrain.api.xapi.answers import Refusal

MOST = 200_000


class Counted(BytesIO):
    """A stream that tells the largest piece that was asked of it."""

    largest = 0

    def read(self, size=-1):
        assert size is not None
        assert size >= 0
        self.largest = max(self.largest, size)
        return super().read(size)


def request(raw, **meta):
    stream = Counted(raw)
    told = {"REQUEST_METHOD": "POST", "wsgi.input": stream, **meta}
    return WSGIRequest(told), stream


@pytest.fixture(autouse=True)
def small(settings):
    settings.RECORDS_BODY = MOST


def test_a_body_is_read_whole():
    made, _stream = request(b"a" * 1_000, CONTENT_LENGTH="1000")

    assert bodies.whole(made) == b"a" * 1_000


def test_threat_39_a_body_too_large_is_never_in_memory():
    made, stream = request(b"a" * 3_000_000, CONTENT_LENGTH="3000000")

    with pytest.raises(Refusal) as caught:
        bodies.whole(made)

    assert caught.value.status == 413
    assert stream.largest <= bodies.PIECE


def test_threat_39_a_body_of_a_told_length_beyond_all_is_not_read_at_all():
    made, stream = request(b"a" * 1_000, CONTENT_LENGTH="9" * 15)

    with pytest.raises(Refusal, match="more than 200,000 bytes"):
        bodies.whole(made)

    assert stream.largest == 0


def test_threat_39_a_body_in_chunks_is_read_until_it_is_too_large():
    known = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
    made, _stream = request(b"a" * MOST, **known)
    assert len(bodies.whole(made)) == MOST

    made, stream = request(b"a" * 3_000_000, **known)
    with pytest.raises(Refusal) as caught:
        bodies.whole(made)

    assert caught.value.status == 413
    assert stream.largest <= bodies.PIECE


class Broken:
    """A server's reader that comes upon a chunk that is none."""

    def read(self, _size):
        raise LookupError("chunk of size b'zz'")


def test_threat_39_chunks_that_are_none_are_the_senders_fault():
    asked, _stream = request(b"", HTTP_TRANSFER_ENCODING="chunked")
    asked.META |= {"wsgi.input": Broken(), "wsgi.input_terminated": True}

    with pytest.raises(Refusal, match="chunks that cannot be read") as refused:
        bodies.whole(asked)
    assert refused.value.status == 400


@pytest.mark.parametrize(
    ("meta", "status"),
    [
        ({"HTTP_TRANSFER_ENCODING": "chunked"}, 411),
        ({"CONTENT_LENGTH": "-1"}, 400),
        ({"CONTENT_LENGTH": "one"}, 400),
        ({"CONTENT_LENGTH": "1000"}, 400),
    ],
)
def test_a_body_whose_length_is_a_lie_is_refused(meta, status):
    made, _stream = request(b"a" * 10, **meta)

    with pytest.raises(Refusal) as caught:
        bodies.whole(made)

    assert caught.value.status == status


@pytest.mark.django_db
@pytest.mark.parametrize("body", [[{}] * 1_001, "a" * (MOST + 1)])
def test_threat_39_a_batch_too_large_is_refused(turku, body):
    response = turku.post(body)

    assert response.status_code == 413
    assert "at a time" in response.json()["error"]
