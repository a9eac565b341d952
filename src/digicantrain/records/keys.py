"""Keys of record providers: made, rotated and revoked; and whose key a request carries.

A secret is returned once, by `make` or `rotate`, and stands nowhere afterwards.
"""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

from allauth.idp.oidc.models import Client, Token
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from digicantrain.core.xapi import scopes
from digicantrain.core.xapi.identity import account_agent
from digicantrain.core.xapi.scopes import Scope
from digicantrain.people.actions import record
from digicantrain.people.models import Organisation, Person
from digicantrain.people.queries import key_of
from digicantrain.records.models import Key
from digicantrain.records.rules import CLIENT_ID

OVERLAP: Final = timedelta(hours=24)
AT_ONCE: Final = timedelta(0)
_HOUR: Final = timedelta(hours=1)
# no 0, 1, l, o: what looks alike is read wrongly on the telephone
_LETTERS: Final = "abcdefghijkmnpqrstuvwxyz23456789"
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{40,200}")
_LONGEST_HEADER: Final = 1_000
_NOBODYS: Final = Key(digest="0" * 64)
# Every request asks this: written out it costs a quarter of what it does when composed each time.
_BY_CLIENT: Final = "SELECT * FROM records_key WHERE client_id = %s"
_HELD: Final = f"{_BY_CLIENT} FOR UPDATE"


class KeyRefusedError(ValueError):
    """A key cannot be made or changed so; the sentence says why and what to do."""


@dataclass(frozen=True)
class Wanted:
    """What a new key is to be; without limits of its own it has those of the settings."""

    name: str
    scopes: Iterable[str]
    last_day: date | None = None
    requests_a_minute: int | None = None
    statements_a_minute: int | None = None


class Opened(NamedTuple):
    """A key and its new secret, to be shown once."""

    key: Key
    secret: str


@dataclass(frozen=True)
class Access:
    """Who asks, and what it may: `scopes` has all that the granted ones include."""

    organisation_id: int
    key_id: int
    client_id: str
    name: str
    scopes: frozenset[Scope]
    requests_a_minute: int
    statements_a_minute: int

    def may(self, scope: Scope | str) -> bool:
        """Whether it holds a scope, or one that includes it."""
        return scope in self.scopes

    @property
    def authority(self) -> dict[str, Any]:
        """The agent that stands as `authority` in what it stores (xAPI 1.0.3, 2.4.9)."""
        return account_agent(settings.ORIGIN, self.client_id)


# --- made, rotated, revoked ---


def make(organisation: Organisation, *, wanted: Wanted, by: Person | None, now: datetime) -> Opened:
    """Make a key, and its client at the OAuth server.

    Raises:
        KeyRefusedError: its name, its scopes or its last day cannot be taken.
        ScopeError: a word is no scope.
    """
    granted = scopes.ordered(scopes.read(wanted.scopes))
    secret = _new_secret()
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        name = _checked(organisation, wanted, granted=granted, today=now.date())
        key = Key.objects.create(
            organisation=organisation,
            name=name,
            client_id=_new_client_id(),
            digest=digest_of(secret),
            scopes=" ".join(granted),
            requests_a_minute=wanted.requests_a_minute,
            statements_a_minute=wanted.statements_a_minute,
            made_at=now,
            made_by=key_of(by) if by else None,
            last_day=wanted.last_day,
        )
        _register_client(key)
        _note(key, "record-key-made", by=by, scopes=key.scopes)
    return Opened(key, secret)


def rotate(key: Key, *, by: Person | None, now: datetime, overlap: timedelta = OVERLAP) -> Opened:
    """Give a key a new secret; the previous one works for the overlap, tokens end at once.

    Raises:
        KeyRefusedError: it is revoked or expired.
    """
    secret = _new_secret()
    with transaction.atomic():
        row = _locked(key)
        if not row.is_open(now):
            raise KeyRefusedError(_("This key works no more. Make a new one instead."))
        row.old_digest = row.digest if overlap else ""
        row.old_until = now + overlap if overlap else None
        row.digest, row.rotated_at = digest_of(secret), now
        row.save(update_fields=["digest", "old_digest", "old_until", "rotated_at"])
        Token.objects.filter(client_id=row.client_id).delete()
        until = row.old_until.isoformat() if row.old_until else ""
        _note(row, "record-key-rotated", by=by, old_until=until)
    return Opened(row, secret)


def revoke(key: Key, *, by: Person | None, now: datetime) -> Key:
    """End a key and all its tokens; what it stored stays.

    Raises:
        KeyRefusedError: it is revoked already.
    """
    with transaction.atomic():
        row = _locked(key)
        if row.revoked_at is not None:
            raise KeyRefusedError(_("This key was revoked already. There is nothing left to do."))
        row.revoked_at, row.old_until = now, None
        row.digest = row.old_digest = ""
        row.save(update_fields=["revoked_at", "digest", "old_digest", "old_until"])
        Client.objects.filter(pk=row.client_id).delete()
        _note(row, "record-key-revoked", by=by)
    return row


def _checked(
    organisation: Organisation, wanted: Wanted, *, granted: list[Scope], today: date
) -> str:
    """Return the name, tidied; the organisation's row is locked, so it stays free."""
    name = " ".join(wanted.name.split())
    if not name or len(name) > 100:
        raise KeyRefusedError(_("Give the key a name of 1 to 100 characters."))
    if not granted:
        raise KeyRefusedError(_("Choose at least one thing that the key may do."))
    if wanted.last_day is not None and wanted.last_day < today:
        raise KeyRefusedError(_("The last day is over already. Choose a later one, or none."))
    if organisation.record_keys.filter(name=name, revoked_at=None).exists():
        raise KeyRefusedError(
            _("There is a key called %s already. Choose another name, or revoke that one first.")
            % name
        )
    return name


def _locked(key: Key) -> Key:
    return Key.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=key.pk)


def _register_client(key: Key) -> None:
    """Make the key known at the OAuth server, for client credentials alone."""
    client = Client(
        pk=key.client_id,
        name=key.name,
        secret=f"record-key${key.client_id}",
        grant_types=Client.GrantType.CLIENT_CREDENTIALS,
        response_types="",
    )
    client.set_scopes([*scopes.ordered(scopes.included(key.scope_list))])
    client.set_default_scopes([*key.scope_list])
    client.save(force_insert=True)


def _note(key: Key, action: str, *, by: Person | None, **data: str) -> None:
    subject = f"organisation:{key.organisation.slug}"
    record(action, actor=by, subject=subject, data={"key": key.client_id, **data})


def _new_secret() -> str:
    return secrets.token_urlsafe(32)


def _new_client_id() -> str:
    drawn = "".join(secrets.choice(_LETTERS) for _place in range(12))
    return f"key-{drawn[:4]}-{drawn[4:8]}-{drawn[8:]}"


def digest_of(secret: str) -> str:
    """Return what is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


# --- whose key is it? ---


def holder(authorization: str) -> Access | None:
    """Return who sent an `Authorization` header: HTTP Basic with a key, or Bearer with a token.

    One query for a key, two for a token, and one more once an hour. Whatever is wrong has the same
    answer, nothing: a malformed header, an unknown, revoked or expired key, another secret.
    """
    scheme, _space, rest = authorization.partition(" ")
    if scheme.lower() == "basic":
        return _by_secret(rest.strip())
    if scheme.lower() == "bearer":
        return _by_token(rest.strip())
    return None


def opened_by(client_id: str, secret: str, *, held: bool = False) -> Key | None:
    """Return the key that a client and its secret open; a wrong one takes as long as none.

    With `held` its row is locked until the transaction ends.
    """
    now = timezone.now()
    key = _known(client_id, held=held) if CLIENT_ID.fullmatch(client_id) else None
    fits = _fits(key or _NOBODYS, digest_of(secret), now=now)
    return key if key and fits and key.is_open(now) else None


def _known(client_id: str, *, held: bool = False) -> Key | None:
    can_hold = held and connection.features.has_select_for_update
    found = Key.objects.raw(_HELD if can_hold else _BY_CLIENT, [client_id])
    return next(iter(found), None)


def pair_of(encoded: str) -> tuple[str, str] | None:
    """Return user and password of HTTP Basic (RFC 7617), or nothing if it is malformed."""
    if len(encoded) > _LONGEST_HEADER:
        return None
    try:
        text = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    user, colon, password = text.partition(":")
    return (user, password) if colon else None


def _by_secret(encoded: str) -> Access | None:
    pair = pair_of(encoded)
    key = opened_by(*pair) if pair else None
    return _access(key, granted=key.scope_list) if key else None


def _by_token(value: str) -> Access | None:
    if not _TOKEN.fullmatch(value):
        return None
    token = Token.objects.lookup(Token.Type.ACCESS_TOKEN, value)
    key = _known(token.client_id) if token else None
    if token is None or key is None or not key.is_open(timezone.now()):
        return None
    return _access(key, granted=scopes.read(token.get_scopes()))


def _fits(key: Key, digest: str, *, now: datetime) -> bool:
    """Compare in a time that tells nothing, with the old secret too."""
    is_new = hmac.compare_digest(digest, key.digest)
    is_old = hmac.compare_digest(digest, key.old_digest) and key.takes_old(now)
    return is_new or is_old


def _access(key: Key, *, granted: Iterable[Scope]) -> Access:
    _note_use(key)
    return Access(
        organisation_id=key.organisation_id,
        key_id=key.pk,
        client_id=key.client_id,
        name=key.name,
        scopes=scopes.included(granted),
        requests_a_minute=key.most_requests,
        statements_a_minute=key.most_statements,
    )


def _note_use(key: Key) -> None:
    """Write that it is in use, once an hour: reading must not cost a write each time."""
    now, last = timezone.now(), key.last_used_at
    if last is None or now - last >= _HOUR:
        Key.objects.filter(pk=key.pk, last_used_at=last).update(last_used_at=now)
