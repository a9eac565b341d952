"""The second pair of eyes: what waits, and who may say yes or no to it."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from digicantrain.credentials import letters, tasks
from digicantrain.credentials.asking import How, State
from digicantrain.credentials.models import IssueRequest
from digicantrain.learning.models import Enrolment, Notice
from digicantrain.people.actions import record_all
from digicantrain.people.models import Organisation, Person


class Decided(NamedTuple):
    """How many were decided, and how many were left as they are."""

    done: int
    left: int


def of_organisations(
    organisations: Collection[Organisation], *, name: str = "", state: str = "", how: str = ""
) -> QuerySet[IssueRequest]:
    """Return the requests of organisations, for their registrars."""
    rows = IssueRequest.objects.filter(organisation__in=organisations).select_related(
        "organisation", "person", "version__module", "asked_by", "decided_by", "credential"
    )
    rows = rows.defer("credential__document", "credential__elements")
    if state:
        rows = rows.filter(state=state)
    if how:
        rows = rows.filter(how=how)
    if name:
        rows = rows.filter(Q(person__name__icontains=name) | Q(holder_name__icontains=name))
    return rows


def under_way(organisations: Collection[Organisation]) -> tuple[int, int]:
    """Return how many of those that are being issued now are issued, and how many these are.

    What was asked for or approved in one go counts as one piece of work, also after a reload.
    """
    rows = IssueRequest.objects.filter(organisation__in=organisations, fault="")
    rows = rows.annotate(begun=Coalesce("decided_at", "asked_at"))
    moments = rows.filter(state=State.APPROVED).order_by().values("begun").distinct()
    counted = rows.filter(begun__in=moments, state__in=(State.APPROVED, State.ISSUED)).aggregate(
        all=Count("pk"), done=Count("pk", filter=Q(state=State.ISSUED))
    )
    return counted["done"], counted["all"]


def refusals_of(enrolments: Collection[Enrolment]) -> dict[int, str]:
    """Return why what was earned in enrolments was not confirmed, by enrolment."""
    if not enrolments:
        return {}
    rows = IssueRequest.objects.filter(
        enrolment__in=enrolments, how=How.COMPLETION, state=State.REFUSED
    )
    return {key: why for key, why in rows.values_list("enrolment", "refusal") if key}


def why_not(row: IssueRequest, *, by: Person) -> str:
    """Return why somebody may not approve a request, or nothing; her own never."""
    if row.person_id == by.pk:
        return _("This is for you: another registrar decides.")
    if row.state != State.WAITING:
        return _("This was decided already.")
    if row.asked_by_id == by.pk and row.organisation.four_eyes:
        return _("You asked for this: another registrar approves it.")
    return ""


def may_refuse(row: IssueRequest, *, by: Person) -> bool:
    """Whether somebody may refuse a request, or take back her own; never what is for herself."""
    return row.person_id != by.pk and row.state in IssueRequest.OPEN


def approve(
    keys: Iterable[UUID], *, organisations: Collection[Organisation], by: Person, now: datetime
) -> Decided:
    """Say yes; what is approved is issued in the background, what she may not approve is left."""
    with transaction.atomic():
        rows = _locked(keys, organisations)
        chosen = [row for row in rows if not why_not(row, by=by)]
        _decide(chosen, state=State.APPROVED, by=by, now=now)
        _note("credential-approved", chosen, by=by)
        tasks.fulfil_later([row.pk for row in chosen])
    return Decided(len(chosen), len(rows) - len(chosen))


def refuse(
    keys: Iterable[UUID],
    *,
    organisations: Collection[Organisation],
    reason: str,
    by: Person,
    now: datetime,
) -> Decided:
    """Say no with a reason: it is told to the learner who earned it, or to whoever asked."""
    with transaction.atomic():
        rows = _locked(keys, organisations)
        chosen = [row for row in rows if may_refuse(row, by=by)]
        for row in chosen:
            row.refusal = reason
        _decide(chosen, state=State.REFUSED, by=by, now=now)
        _note("credential-refused", chosen, by=by)
        _tell_refused(chosen, by=by)
    return Decided(len(chosen), len(rows) - len(chosen))


def ask_again(row: IssueRequest, *, by: Person, now: datetime) -> bool:
    """Let what was refused wait once more: then it is another registrar's to approve."""
    with transaction.atomic():
        locked = IssueRequest.objects.select_for_update(of=("self",)).select_related(
            "organisation", "version"
        ).get(pk=row.pk)  # fmt: skip
        if locked.state != State.REFUSED or locked.person_id in {None, by.pk}:
            return False
        locked.refusal, locked.fault, locked.asked_by, locked.asked_at = "", "", by, now
        locked.state, locked.decided_by, locked.decided_at = State.WAITING, None, None
        locked.save()
        _note("credential-asked-for-again", [locked], by=by)
    return True


def _locked(keys: Iterable[UUID], organisations: Collection[Organisation]) -> list[IssueRequest]:
    rows = IssueRequest.objects.select_for_update(of=("self",)).select_related(
        "organisation", "version"
    )
    return list(rows.filter(key__in=list(keys), organisation__in=organisations).order_by("pk"))


def _decide(rows: list[IssueRequest], *, state: str, by: Person, now: datetime) -> None:
    for row in rows:
        row.state, row.decided_by, row.decided_at, row.fault = state, by, now, ""
    fields = ["state", "decided_by", "decided_at", "fault", "refusal"]
    IssueRequest.objects.bulk_update(rows, fields, batch_size=500)


def _note(action: str, rows: Iterable[IssueRequest], *, by: Person) -> None:
    acts = [
        (f"request:{row.key}", {"organisation": row.organisation.slug, "how": row.how})
        for row in rows
    ]
    if acts:
        record_all(action, actor=by, acts=acts)


def _tell_refused(rows: Iterable[IssueRequest], *, by: Person) -> None:
    """Tell the learner of what she earned here; of all else whoever asked, unless she refused."""
    notices = []
    for row in rows:
        earned = row.how == How.COMPLETION
        whom = row.person_id if earned else row.asked_by_id
        if whom in {None, by.pk}:
            continue
        notices.append(
            Notice(
                person_id=whom or 0,
                kind="credential-not-confirmed" if earned else "issue-refused",
                data={"title": row.version.title, "reason": row.refusal},
            )
        )
        if earned:
            letters.send_not_confirmed.enqueue(row.pk)
    Notice.objects.bulk_create(notices)
