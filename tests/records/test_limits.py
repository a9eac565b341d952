"""What a key may ask and bring in a minute."""

import time_machine

from digicantrain.records import limits
from digicantrain.records.keys import Access

AT = "2026-11-26T12:00:42Z"


def access(key_id=1):
    return Access(
        organisation_id=1,
        key_id=key_id,
        client_id="key",
        name="Key",
        scopes=frozenset(),
        requests_a_minute=2,
        statements_a_minute=100,
    )


@time_machine.travel(AT, tick=False)
def test_requests_of_a_minute_are_counted_a_key():
    assert [limits.is_over(access()) for _time in range(3)] == [None, None, 18]
    assert limits.is_over(access(2)) is None


def test_the_next_minute_begins_anew():
    with time_machine.travel(AT, tick=False) as clock:
        for _time in range(3):
            limits.is_over(access())
        clock.shift(18)

        assert limits.is_over(access()) is None


@time_machine.travel(AT, tick=False)
def test_a_batch_is_taken_while_anything_is_left():
    found = [limits.is_over(access(), statements=number) for number in (99, 500, 1)]

    assert found == [None, None, 18]
    assert limits.is_over(access()) is None  # statements are no requests
