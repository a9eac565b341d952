"""Status lists of other issuers: withdrawn, suspended, and lists that are not to be relied on."""

import gzip
import json
from datetime import timedelta

import pytest

from digicantrain.core.credentials.public_keys import encode
from digicantrain.core.credentials.status import (
    SIZE,
    StatusEntry,
    StatusError,
    StatusList,
    entries_of,
)
from digicantrain.core.credentials.verification import Cause, Verdict
from tests.core.credentials import others
from tests.core.credentials.conftest import NOW
from tests.core.credentials.others import LIST, Web, as_jwt, badge, badge_jwt, proved

GENUINE = (Verdict.GENUINE, Cause.OTHER_ISSUER)
NOT_CHECKED = (Verdict.NOT_CHECKED, Cause.STATUS)
HELD = f"{LIST}/held"
KEY = others.key()
REVOKES, SUSPENDS = StatusEntry(LIST, 77), StatusEntry(HELD, 78, "suspension")


def listed(*places, key=KEY, **fields):
    row = {"url": LIST, "issuer": key.did, "changed_at": NOW - timedelta(hours=1)} | fields
    return StatusList(**row, withdrawn=frozenset(places)).as_document()


def held(*places):
    return proved(listed(*places, url=HELD, purpose="suspension"), KEY)


def credential(*entries):
    value = [entry.as_object() if isinstance(entry, StatusEntry) else entry for entry in entries]
    return badge_jwt(KEY, credentialStatus=value[0] if len(value) == 1 else value)


def judged(what, pages, **rules):
    report = Web(pages, **rules).judge(what)
    return report.verdict, report.cause


@pytest.mark.parametrize(
    ("revoked", "suspended", "outcome"),
    [
        ((), (), GENUINE),
        ((78,), (77,), GENUINE),
        ((77,), (), (Verdict.WITHDRAWN, Cause.WITHDRAWN)),
        ((), (78,), (Verdict.SUSPENDED, Cause.SUSPENDED)),
        ((77,), (78,), (Verdict.WITHDRAWN, Cause.WITHDRAWN)),
    ],
)
def test_each_of_several_entries_counts_and_the_worse_is_told(revoked, suspended, outcome):
    pages = {LIST: proved(listed(*revoked), KEY), HELD: held(*suspended)}

    assert judged(credential(REVOKES, SUSPENDS), pages) == outcome
    assert judged(credential(SUSPENDS, REVOKES), pages) == outcome


def test_one_list_of_two_that_cannot_be_had_makes_it_not_checked():
    assert judged(credential(REVOKES, SUSPENDS), {LIST: proved(listed(), KEY)}) == NOT_CHECKED


def test_without_a_status_nothing_is_asked():
    web = Web()

    assert web.judge(badge_jwt(KEY)).stands
    assert len(web.asked) == 1


def test_a_list_may_be_a_jwt():
    pages = {LIST: as_jwt(listed(77), KEY, typ="vc+jwt")}

    assert judged(credential(REVOKES), pages) == (Verdict.WITHDRAWN, Cause.WITHDRAWN)


def test_a_list_may_serve_several_purposes():
    both = listed(77, purpose=["revocation", "suspension"])

    assert judged(credential(REVOKES), {LIST: proved(both, KEY)})[0] is Verdict.WITHDRAWN


OTHER = others.key(seed=8)
SHORT = listed(size=128)
BOMB = "u" + encode(gzip.compress(b"0" * 17_000_000, 1))
FORGED = {
    "another issuer's": lambda: proved(listed(key=OTHER), OTHER),
    "signed by another": lambda: proved(listed(), OTHER),
    "unsigned": listed,
    "over": lambda: proved(listed(ends_at=NOW - timedelta(seconds=1)), KEY),
    "of the future": lambda: proved(listed(changed_at=NOW + timedelta(seconds=1)), KEY),
    "at another address": lambda: proved(listed(url=HELD), KEY),
    "of another purpose": lambda: proved(listed(purpose="suspension"), KEY),
    "short": lambda: proved(SHORT, KEY),
    "a badge": lambda: proved(badge(KEY), KEY),
    "no bits": lambda: proved(with_bits("uAAAA"), KEY),
    "a bomb": lambda: proved(with_bits(BOMB), KEY),
    "nothing": lambda: None,
    "nonsense": lambda: "<html>",
}


def with_bits(text):
    document = listed()
    document["credentialSubject"]["encodedList"] = text
    return document


@pytest.mark.parametrize("how", FORGED)
def test_a_list_that_is_not_to_be_relied_on_makes_it_not_checked(how):
    assert judged(credential(REVOKES), {LIST: FORGED[how]()}) == NOT_CHECKED


def test_a_list_that_was_shown_before_a_newer_one_is_not_relied_on():
    """Replayed: the old list does not have what was withdrawn since, and is well signed."""
    old = proved(listed(changed_at=NOW - timedelta(hours=2)), KEY)
    new = proved(listed(77, changed_at=NOW - timedelta(hours=1)), KEY)
    web, what = Web({LIST: old}), credential(REVOKES)

    assert web.judge(what).stands
    web.pages[LIST] = new
    assert web.judge(what).verdict is Verdict.WITHDRAWN
    web.pages[LIST] = old
    report = web.judge(what)
    assert (report.verdict, report.cause) == NOT_CHECKED


@pytest.mark.parametrize("index", [76, 78, 0, SIZE - 1])
def test_a_swapped_index_in_a_proof_is_noticed(index):
    document = proved(badge(KEY, credentialStatus=REVOKES.as_object()), KEY)
    document["credentialStatus"]["statusListIndex"] = str(index)

    assert judged(document, {LIST: proved(listed(77), KEY)}) == (Verdict.ALTERED, Cause.SIGNATURE)


def test_an_index_beyond_the_list_is_not_checked():
    far = StatusEntry(LIST, SIZE)

    assert judged(credential(far), {LIST: proved(listed(), KEY)}) == NOT_CHECKED


# --- entries ---

TWO_BITS = {
    **REVOKES.as_object(),
    "statusSize": 2,
    "statusMessage": [{"status": f"0x{n}", "message": "x"} for n in range(4)],
}


@pytest.mark.parametrize(("places", "verdict"), [((154,), Verdict.WITHDRAWN),
                                                ((155,), Verdict.WITHDRAWN),
                                                ((77, 153, 156), Verdict.GENUINE)])  # fmt: skip
def test_an_entry_of_two_bits_reads_both(places, verdict):
    wide = proved(listed(*places, size=2 * SIZE), KEY)

    assert judged(credential(TWO_BITS), {LIST: wide})[0] is verdict
    assert judged(credential(TWO_BITS), {LIST: proved(listed(*places), KEY)}) == NOT_CHECKED


@pytest.mark.parametrize("purpose", ["message", "refresh"])
def test_an_entry_that_only_tells_is_not_asked_for(purpose):
    web = Web()

    assert web.judge(credential(StatusEntry(LIST, 1, purpose))).stands
    assert len(web.asked) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"type": "StatusList2021Entry"}, {"type": None},
        {"type": ["BitstringStatusListEntry", "x"]},
        {"statusPurpose": "unknown"}, {"statusPurpose": 7}, {"statusListIndex": 77},
        {"statusListIndex": "-1"}, {"statusListIndex": "077"}, {"statusListIndex": "7.0"},
        {"statusListIndex": "٧"}, {"statusListIndex": "9" * 30}, {"statusListCredential": "x"},
        {"statusListCredential": None},
        {"statusSize": 0}, {"statusSize": "1"}, {"statusSize": True},
        {"statusSize": 2}, {"statusSize": 9}, {"id": LIST},
        {"statusSize": 2, "statusMessage": [{"status": "0x0", "message": "x"}] * 3},
        {"statusSize": 2, "statusMessage": [7] * 4}, {"statusMessage": "x"},
    ],
)  # fmt: skip
def test_an_entry_that_breaks_a_rule_makes_it_not_checked(change):
    entry = {**REVOKES.as_object(), **change}

    with pytest.raises(StatusError):
        entries_of({"credentialStatus": entry})
    assert judged(credential(entry), {LIST: proved(listed(), KEY)}) == NOT_CHECKED


def test_only_a_few_lists_are_asked_for():
    entries = [StatusEntry(f"{LIST}/{n}", n) for n in range(7)]

    assert judged(credential(*entries), {}) == NOT_CHECKED


def test_a_list_on_a_list_is_not_followed():
    """A list whose own status stands in a list, and so on, would never end."""
    document = {**listed(), "credentialStatus": REVOKES.as_object()}
    web = Web({LIST: proved(document, KEY)})

    assert web.judge(credential(REVOKES)).stands
    assert [w.url for w in web.asked if hasattr(w, "index")] == [LIST]
    assert json.dumps(document)
