"""What one body says of another, or of what another awards: an Open Badges EndorsementCredential.

It is signed with the endorser's own key as a compact JWS, so that it stands in other credentials
as one text (`endorsementJwt`): a proof inside another's proof would be slow and easily broken.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from digicantrain.core.credentials import badge, jwt
from digicantrain.core.credentials.award import AwardingBody
from digicantrain.core.credentials.contexts import OPEN_BADGES_3, VC_2
from digicantrain.core.credentials.data_model import issuer_of, types_of
from digicantrain.core.credentials.keys import Signer
from digicantrain.core.credentials.moments import utc
from digicantrain.core.credentials.status import StatusEntry
from digicantrain.core.credentials.verdicts import Doubt

CONTEXTS: Final = (VC_2, OPEN_BADGES_3)
TYPE: Final = "EndorsementCredential"
LONGEST: Final = 2_000
MOST: Final = 8  # more are neither carried by a credential nor looked at in one
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class EndorsementError(ValueError):
    """What cannot be said as an endorsement; the sentence says why."""


@dataclass(frozen=True)
class Statement:
    """What a body says; `subject` is the identifier of what it speaks of."""

    id: str
    name: str
    subject: str
    comment: str
    body: AwardingBody
    issued_at: datetime
    status: StatusEntry


def document_of(statement: Statement) -> dict[str, Any]:
    """Return the EndorsementCredential, to be signed as a token.

    Raises:
        EndorsementError: nothing is said, too much, or of the body itself.
    """
    _require_sound(statement)
    return {
        "@context": list(CONTEXTS),
        "id": statement.id,
        "type": ["VerifiableCredential", TYPE],
        "name": statement.name,
        "issuer": badge.profile_of(statement.body),
        "validFrom": utc(statement.issued_at),
        "credentialSubject": {
            "id": statement.subject,
            "type": ["EndorsementSubject"],
            "endorsementComment": statement.comment,
        },
        "credentialStatus": statement.status.as_object(),
    }


def signed(statement: Statement, *, signer: Signer) -> str:
    """Return the endorsement as a compact JWS, in the profile of Open Badges 3.0.

    Raises:
        EndorsementError: it cannot be said, or the key is not the endorser's.
    """
    if signer.verification_method.partition("#")[0] != statement.body.id:
        raise EndorsementError("Only the endorser itself can sign what it says.")
    return jwt.in_open_badges_profile(document_of(statement), signer=signer)


def _require_sound(statement: Statement) -> None:
    if not statement.comment.strip():
        raise EndorsementError("The endorsement says nothing.")
    if len(statement.comment) > LONGEST:
        raise EndorsementError(f"An endorsement has at most {LONGEST:,} characters.")
    if _CONTROL.search(statement.comment):
        raise EndorsementError("The statement holds a character that cannot be written.")
    if statement.subject == statement.body.id:
        raise EndorsementError("Nobody endorses itself.")


# --- those that a credential carries ---


@dataclass(frozen=True)
class Carried:
    """An endorsement as a credential carries it, and of what it may speak from there."""

    place: str
    what: object
    subjects: frozenset[str]


def carried_by(document: Mapping[str, Any]) -> Iterator[Carried]:
    """Yield the endorsements in a credential: of its achievement, of its issuer, of itself."""
    subject = document.get("credentialSubject")
    achievement = subject.get("achievement") if isinstance(subject, Mapping) else None
    places = (
        ("achievement", achievement, [achievement]),
        ("issuer", document.get("issuer"), [document.get("issuer")]),
        ("credential", document, [document, achievement, document.get("issuer")]),
    )
    for place, holder, about in places:
        names = frozenset(name for one in about if (name := _identifier(one)))
        for member in ("endorsementJwt", "endorsement"):
            value = holder.get(member, []) if isinstance(holder, Mapping) else []
            for one in value if isinstance(value, list) else [value]:
                yield Carried(place, one, names)


def _identifier(value: object) -> str:
    found = value.get("id") if isinstance(value, Mapping) else value
    return found if isinstance(found, str) else ""


def doubt_of(
    endorsement: Mapping[str, Any] | None, carried: Carried, *, issuer: str
) -> Doubt | None:
    """Return why an endorsement, be it genuine, says nothing for the credential it stands in."""
    if endorsement is None or TYPE not in types_of(endorsement):
        return Doubt.NOT_ONE
    if _identifier(endorsement.get("credentialSubject")) not in carried.subjects:
        return Doubt.OF_ANOTHER
    return Doubt.OWN if issuer_of(endorsement) == issuer else None
