"""What is done when a credential changes its standing, and what was done with it so far."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from digicantrain.credentials import letters
from digicantrain.credentials.models import Change, Credential, StatusList
from digicantrain.learning.models import Notice
from digicantrain.people.actions import record
from digicantrain.people.models import AuditEntry, Person, Pseudonym

ISSUED: Final = "credential-issued"
NO_REASONS: Final[Mapping[int, str]] = {}


@dataclass(frozen=True)
class Act:
    """One thing that was done with a credential; `by` is a name, for those who may read names.

    Without an actor the platform did it by itself; an actor without a name was erased since.
    """

    action: str
    at: datetime
    actor: UUID | None
    by: str = ""
    reason: str = ""


def tell(
    row: Credential, kind: Change.Kind, *, reason: str, by: Person | None, now: datetime
) -> Change:
    """Have the lists signed anew, write down who and why, and tell the holder.

    The caller holds the transaction and the lock on the row.
    """
    StatusList.objects.filter(pk=row.status_list_id).update(changed_at=now)
    name = f"credential-{kind.value}"
    entry = record(
        name,
        actor=by,
        subject=f"credential:{row.key}",
        data={"organisation": row.organisation.slug},
    )
    change = Change.objects.create(credential=row, kind=kind, reason=reason, entry=entry)
    if row.person_id:
        Notice.objects.create(
            person_id=row.person_id,
            kind=name,
            data={"title": row.title, "token": row.token, "reason": reason},
        )
        if kind == Change.Kind.WITHDRAWN:
            letters.send_withdrawn.enqueue(row.pk)
        else:
            letters.send_changed.enqueue(change.pk)
    return change


def history_of(row: Credential) -> list[Act]:
    """Return everything that was done with a credential, first to last, with names and reasons."""
    reasons = dict(row.changes.values_list("entry_id", "reason"))
    acts = _explained(acts_on(f"credential:{row.key}", reasons=reasons), row)
    if any(act.action == ISSUED for act in acts):
        return acts
    return [Act(ISSUED, row.issued_at, None), *acts]


def _explained(acts: Sequence[Act], row: Credential) -> list[Act]:
    """Add the reason that the credential itself still shows, where none is kept with the act."""
    shown = {
        "credential-withdrawn": row.revoked_reason,
        "credential-suspended": row.suspended_reason,
    }
    told = []
    for act in reversed(acts):
        last = shown.pop(act.action, "")
        told.append(replace(act, reason=act.reason or last))
    return told[::-1]


def acts_on(subject: str, *, reasons: Mapping[int, str] = NO_REASONS) -> list[Act]:
    """Return what the trail tells of something, first to last, with the names of who did it."""
    entries = list(AuditEntry.objects.filter(subject=subject).order_by("sequence"))
    names = _names_of(entries)
    return [
        Act(
            one.action,
            one.at,
            one.actor,
            names.get(one.actor, "") if one.actor else "",
            reasons.get(one.pk, ""),
        )
        for one in entries
    ]


def _names_of(entries: Sequence[AuditEntry]) -> dict[UUID, str]:
    keys = {entry.actor for entry in entries if entry.actor}
    rows = Pseudonym.objects.filter(key__in=keys).select_related("person")
    return {row.key: str(row.person) for row in rows}
