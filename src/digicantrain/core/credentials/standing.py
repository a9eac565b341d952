"""Whether a credential stands: in force, neither withdrawn nor suspended by its issuer."""

from typing import Any, Final

from digicantrain.core.credentials.data_model import (
    MalformedError,
    Period,
    issuer_of,
    period_of,
    require_credential,
    types_of,
)
from digicantrain.core.credentials.securing import (
    Asking,
    Issuer,
    Secured,
    issuer,
    read,
    require_signed,
)
from digicantrain.core.credentials.status import (
    REVOCATION,
    StatusEntry,
    StatusError,
    entries_of,
    is_withdrawn,
)
from digicantrain.core.credentials.verdicts import (
    Cause,
    Refused,
    Rules,
    Standing,
    Verdict,
    WantNewest,
    WantStatusList,
)

# these hold others, each with a status of its own
_HOLDERS: Final = frozenset({"ClrCredential", "EndorsementCredential"})


def require_begun(secured: Secured, rules: Rules) -> None:
    """Refuse a credential that begins later.

    Raises:
        Refused: as said, or its dates cannot be read.
    """
    for moment in (_period(secured).begins, secured.moment("nbf")):
        if moment is not None and rules.now < moment:
            raise Refused(Verdict.NOT_YET_VALID, Cause.NOT_YET)


def require_not_over(secured: Secured, rules: Rules) -> None:
    """Refuse a credential whose time is over.

    Raises:
        Refused: as said, or its dates cannot be read.
    """
    for moment in (_period(secured).ends, secured.moment("exp")):
        if moment is not None and rules.now > moment:
            raise Refused(Verdict.EXPIRED, Cause.EXPIRED)


def _period(secured: Secured) -> Period:
    try:
        return period_of(secured.document)
    except MalformedError as error:
        raise Refused(Verdict.UNREADABLE, Cause.NO_DATE, str(error)) from None


def require_standing(document: dict[str, Any], signer: Issuer, rules: Rules) -> Asking:
    """Refuse a credential that is withdrawn or suspended, or of which that cannot be known.

    Raises:
        Refused: as said; what was withdrawn is told before what is suspended.
    """
    try:
        entries = entries_of(document)
    except StatusError as error:
        raise Refused(Verdict.NOT_CHECKED, Cause.STATUS, str(error)) from None
    if not entries and signer.is_ours and not _HOLDERS & set(map(str, types_of(document))):
        raise Refused(Verdict.NOT_CHECKED, Cause.STATUS, "The credential names no status list.")
    found = Standing(withdrawn=False)
    for entry in entries:
        told = yield from _standing(entry, signer, rules)
        found = Standing(
            found.withdrawn or told.withdrawn,
            found.suspended or told.suspended,
            found.replaced or told.replaced,
        )
    if found.replaced:
        raise Refused(Verdict.REPLACED, Cause.REPLACED)
    if found.withdrawn:
        raise Refused(Verdict.WITHDRAWN, Cause.WITHDRAWN)
    if found.suspended:
        raise Refused(Verdict.SUSPENDED, Cause.SUSPENDED)


def _standing(entry: StatusEntry, signer: Issuer, rules: Rules) -> Asking:
    answer = yield WantStatusList(entry.url, entry.index, signer.did, signer.is_ours)
    if isinstance(answer, Standing):
        return answer
    if not isinstance(answer, str | bytes):
        raise Refused(Verdict.NOT_CHECKED, Cause.STATUS, "The status list cannot be had.")
    try:
        is_set = yield from _is_set(answer, entry, signer, rules)
    except (Refused, StatusError, MalformedError) as error:
        raise Refused(Verdict.NOT_CHECKED, Cause.STATUS, str(error)) from None
    revokes = entry.purpose == REVOCATION
    return Standing(withdrawn=is_set and revokes, suspended=is_set and not revokes)


def _is_set(text: str | bytes, entry: StatusEntry, signer: Issuer, rules: Rules) -> Asking:
    """Return an entry's bit in a list that the credential's own issuer must have signed.

    A list that was shown before it is followed by a newer one: an old one is not relied on.
    """
    secured = read(text)
    listed = secured.document
    require_credential(listed)
    if "BitstringStatusListCredential" not in types_of(listed):
        raise StatusError("This is no status list.")
    if issuer_of(listed) != signer.did:
        raise StatusError("The status list is another issuer's.")
    owner = yield from issuer(signer.did)
    yield from require_signed(secured, owner, rules)
    require_begun(secured, rules)
    require_not_over(secured, rules)
    made_at = _period(secured).begins
    if made_at is not None:
        is_newest = yield WantNewest(entry.url, signer.did, made_at)
        if is_newest is not True:
            raise StatusError("A newer status list was seen before.")
    return is_withdrawn(listed, entry)
