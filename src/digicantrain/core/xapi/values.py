"""Single values of xAPI: what an address, a language, a time, a duration may look like.

Used for statements and, as xAPI 1.0.3, Data 2.2 wants it, for the parameters of requests alike.
"""

import re
from datetime import UTC, datetime, timedelta

from digicantrain.core.xapi.versions import Version

# What is longer stands in no request line, so nobody could ever ask for it.
LONGEST_IRI = 4_000
LONGEST_NAME = 1_000
# RFC 3987, without spaces and the signs that turn the direction of writing (its section 4.1).
_BEYOND_ASCII = (
    "\u00a1-\u167f\u1681-\u1fff\u200b-\u200d\u2010-\u2027\u2030-\u205e\u2060-\u2fff\u3001-\ud7ff"
    "\uf900-\ufdcf\ufdf0-\uffef\U00010000-\U000efffd"
)
_SIGNS = rf"(?:[A-Za-z0-9._~!$&'()*+,;=:@/?{_BEYOND_ASCII}-]++|%[0-9A-Fa-f]{{2}})"
_IP_HOST = r"//(?:[^\[\]/?#\s]*@)?\[[0-9A-Fa-f:.]+\]"
_HOSTLESS = r"[Hh][Tt][Tt][Pp][Ss]?:(?!//[^/?#:])"
_IRI = re.compile(
    rf"(?!{_HOSTLESS})[A-Za-z][A-Za-z0-9+.-]*:"
    rf"(?:{_SIGNS}+|{_IP_HOST}{_SIGNS}*)(?:\#{_SIGNS}*)?"
).fullmatch

_LANGUAGE = re.compile(
    r"""(?:
        (?:[a-z]{2,3}(?:-[a-z]{3}){0,3} | [a-z]{4,8})  # language
        (?:-[a-z]{4})?                                 # script
        (?:-(?:[a-z]{2} | [0-9]{3}))?                  # region
        (?P<variants>(?:-(?:[a-z0-9]{5,8} | [0-9][a-z0-9]{3}))*)
        (?P<extensions>(?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*)
        (?:-x(?:-[a-z0-9]{1,8})+)?
      | x(?:-[a-z0-9]{1,8})+
      | en-gb-oed | i-(?:ami|bnn|default|enochian|hak|klingon|lux|mingo|navajo|pwn|tao|tay|tsu)
      | sgn-(?:be-fr|be-nl|ch-de) | art-lojban | cel-gaulish | no-bok | no-nyn
      | zh-(?:guoyu|hakka|min|min-nan|xiang)
    )""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
).fullmatch
_USUAL_LANGUAGE = re.compile(r"[a-z]{2}(?:-[A-Z]{2})?").fullmatch

_RFC_3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?"
    r"(?:[Zz]|(?!-00:00)[+-][0-9]{2}:[0-9]{2})"
).fullmatch
_ISO_8601 = re.compile(
    r"(?:[0-9]{4}-(?:[0-9]{2}-[0-9]{2}|W[0-9]{2}-[0-9])"
    r"T[0-9]{2}(?::[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?)?"
    r"|[0-9]{4}(?:[0-9]{4}|W[0-9]{3})T[0-9]{2}(?:[0-9]{2}(?:[0-9]{2}(?:[.,][0-9]+)?)?)?)"
    r"(?:Z|(?!-00(?::?00)?$)[+-][0-9]{2}(?::?[0-9]{2})?)?"
).fullmatch
_LEAP_SECOND = re.compile(r"(T[0-9]{2}:?[0-9]{2}:?)60").search

_DURATION = re.compile(
    r"P(?!$)(?!.*[.,][0-9]+[A-Z].)"  # only the last part may have a fraction
    r"(?:[0-9]+(?:[.,][0-9]+)?W"
    r"|(?:[0-9]+(?:[.,][0-9]+)?Y)?(?:[0-9]+(?:[.,][0-9]+)?M)?(?:[0-9]+(?:[.,][0-9]+)?D)?"
    r"(?:T(?=[0-9])(?:[0-9]+(?:[.,][0-9]+)?H)?(?:[0-9]+(?:[.,][0-9]+)?M)?"
    r"(?:[0-9]+(?:[.,][0-9]+)?S)?)?)"
).fullmatch
_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}").fullmatch
_MBOX = re.compile(
    r"""mailto:[^\s\x00-\x1f\x7f"(),/:;<>?@\[\\\]^`{|}#]+"""
    r"""@[^\s\x00-\x2c/:;<=>?@\[\\\]^_`{|}\x7f.]+(?:\.[^\s\x00-\x2c/:;<=>?@\[\\\]^_`{|}\x7f.]+)*"""
).fullmatch
_SHA1 = re.compile(r"[0-9A-Fa-f]{40}").fullmatch
_SHA2 = re.compile(r"[0-9A-Fa-f]{64}|[0-9A-Fa-f]{96}|[0-9A-Fa-f]{128}|[0-9A-Fa-f]{56}").fullmatch
_WORD = r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"
_CONTENT_TYPE = re.compile(
    rf"""{_WORD}/{_WORD}(?:[ \t]*;[ \t]*{_WORD}=(?:{_WORD}|"(?:[^"\\\r\n]|\\.)*"))*;?"""
).fullmatch


def is_iri(text: str) -> bool:
    """Say whether this is an absolute IRI: a scheme, and characters that RFC 3987 allows.

    xAPI 1.0.3, Data 4.3 and 2.2 (no IRI without a scheme); an http address has a host.
    """
    return len(text) <= LONGEST_IRI and _IRI(text) is not None


def is_uri(text: str) -> bool:
    """Say whether this is an absolute URI (RFC 3986): an IRI in ASCII."""
    return text.isascii() and is_iri(text)


def is_language_tag(text: str) -> bool:
    """Say whether this is a well-formed language tag (RFC 5646, 2.2.9; xAPI 1.0.3, Data 4.2).

    Well-formed: parts of the right lengths in the right order, no variant and no extension twice.
    Whether a language of that name exists is not asked.
    """
    if _USUAL_LANGUAGE(text):
        return True
    match = _LANGUAGE(text)
    if match is None:
        return False
    parts = (match["variants"] or "").lower().split("-")[1:]
    singletons = re.findall(r"-([0-9a-z])(?=-)", (match["extensions"] or "").lower())
    return len({*parts}) == len(parts) and len({*singletons}) == len(singletons)


def is_timestamp(text: str, *, version: Version = Version.V1) -> bool:
    """Say whether this is a time as `moment` reads it."""
    try:
        moment(text, version=version)
    except ValueError:
        return False
    return True


def moment(text: str, *, version: Version = Version.V1) -> datetime:
    """Return the time that a timestamp names, in UTC, to the microsecond.

    1.0.3 wants a date and time of ISO 8601, and takes one without a zone, which is read as UTC
    here; 2.0 wants RFC 3339, and so a zone (xAPI 1.0.3, Data 4.5; IEEE 9274.1.1, 4.2.7). An offset
    of -00:00 says in RFC 3339 that the zone is not known, and is refused. A leap second is read as
    the first of the next day.

    Raises ValueError, with a sentence.
    """
    of_rfc_3339 = _RFC_3339(text) is not None
    try:
        if of_rfc_3339 or (version is Version.V1 and _ISO_8601(text) is not None):
            return _read(text.upper())
    except (ValueError, OverflowError):  # a day, an hour or a year that there is not
        pass
    raise ValueError(f"{text[:40]!r} is no time; write one as 2026-11-20T12:00:00.000Z.")


def _read(text: str) -> datetime:
    leap = _LEAP_SECOND(text)
    if leap is not None:
        text = f"{text[: leap.start()]}{leap[1]}59{text[leap.end() :]}"
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        found = found.replace(tzinfo=UTC)
    found = found.astimezone(UTC)
    return found if leap is None else _after(found)


def _after(second: datetime) -> datetime:
    """Return the second after 23:59:59 UTC, the only one after which a leap second comes."""
    if (second.hour, second.minute) != (23, 59):
        raise ValueError("a leap second stands at the end of a day")
    return second + timedelta(seconds=1)


def is_duration(text: str) -> bool:
    """Say whether this is a duration with designators, as PT1H30M or P4W (xAPI 1.0.3, Data 4.6).

    Weeks stand alone, and only the smallest part has a fraction (ISO 8601:2004, 4.4.3.2).
    """
    return _DURATION(text) is not None


def is_uuid(text: str) -> bool:
    """Say whether this is a UUID in standard string form, of any variant (xAPI 1.0.3, Data 4.4)."""
    return _UUID(text) is not None


def is_mbox(text: str) -> bool:
    """Say whether this is mailto: and one e-mail address (xAPI 1.0.3, Data 2.4.2.3)."""
    return len(text) <= LONGEST_NAME and _MBOX(text) is not None


def is_name(text: str) -> bool:
    """Say whether this may name somebody: a text that is no book.

    xAPI has no bound. But a name is told again in each statement of a page, and a heavy one would
    make a page of them too large for anybody.
    """
    return len(text) <= LONGEST_NAME


def is_mbox_sha1sum(text: str) -> bool:
    """Say whether this is a SHA-1 in 40 hex digits (xAPI 1.0.3, Data 2.4.2.3)."""
    return _SHA1(text) is not None


def is_sha2(text: str) -> bool:
    """Say whether this is a SHA-2 in 56, 64, 96 or 128 hex digits (xAPI 1.0.3, Data 2.4.11)."""
    return _SHA2(text) is not None


def is_content_type(text: str) -> bool:
    """Say whether this is an Internet media type with its parameters (RFC 2045, 5.1)."""
    return _CONTENT_TYPE(text) is not None
