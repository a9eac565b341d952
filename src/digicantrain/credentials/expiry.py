"""When credentials end, which ones were renewed, and what somebody does to renew one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from digicantrain.core.validity import ends_at
from digicantrain.credentials.models import Credential
from digicantrain.learning.enums import EnrolmentState
from digicantrain.learning.models import Cohort, Enrolment
from digicantrain.programme.models import ModuleVersion

# from so many days before its end on, a page says how a credential is renewed
SOON: Final = timedelta(days=90)


def months_of(version: ModuleVersion) -> int:
    """Return for how many months what is earned in a version is valid; 0: it does not expire."""
    return int((version.data.get("credit") or {}).get("valid_months", 0))


def end_of(version: ModuleVersion, *, issued_at: datetime) -> datetime | None:
    """Return when what is earned in a version ends, if it is issued at a moment."""
    return ends_at(issued_at, months=months_of(version))


# --- renewed ---


def not_renewed(rows: QuerySet[Credential]) -> QuerySet[Credential]:
    """Leave out what its holder earned again: a later one of the module stands and lasts longer.

    A unit's badge is renewed by the micro-credential of the whole module too, not the other way.
    """
    newer = Credential.objects.filter(
        Q(expires_at=None) | Q(expires_at__gt=OuterRef("expires_at")),
        Q(kind=OuterRef("kind"), badge=OuterRef("badge"))
        | Q(kind=Credential.Kind.MICRO_CREDENTIAL),
        person=OuterRef("person"),
        version__module=OuterRef("version__module"),
        issued_at__gt=OuterRef("issued_at"),
        revoked_at=None,
        suspended_at=None,
    )
    return rows.exclude(Exists(newer))


def renewals(rows: Iterable[Credential], *, now: datetime) -> dict[int, Credential]:
    """Return for each credential of one person that was renewed the one that is current now."""
    newest_first = sorted(rows, key=lambda row: row.issued_at, reverse=True)
    found: dict[int, Credential] = {}
    for row in newest_first:
        newer = next((one for one in newest_first if _renews(one, row, now)), None)
        if newer is not None:
            found[row.pk] = newer
    return found


def _renews(newer: Credential, row: Credential, now: datetime) -> bool:
    same = newer.version.module_id == row.version.module_id
    alike = (newer.kind, newer.badge) == (row.kind, row.badge)
    whole = alike or newer.kind == Credential.Kind.MICRO_CREDENTIAL
    stands = newer.state_at(now) in {"earned", "expires"}
    return (
        same
        and whole
        and stands
        and newer.issued_at > row.issued_at
        and row.expires_at is not None
        and (newer.expires_at is None or newer.expires_at > row.expires_at)
        and row.revoked_at is None
    )


# --- how to renew ---


@dataclass(frozen=True)
class Way:
    """What renews a credential: a course she is in, one that she can join, or asking somebody."""

    kind: Literal["continue", "join", "ask"]
    link: str = ""
    title: str = ""
    contact: str = ""


def ways_to_renew(rows: Sequence[Credential], *, now: datetime) -> dict[int, Way]:
    """Return for each credential of one person what she does to renew it, in two queries."""
    if not rows:
        return {}
    modules = {row.version.module_id for row in rows}
    mine = list(
        Enrolment.objects.filter(person=rows[0].person_id, cohort__module__in=modules)
        .exclude(state=EnrolmentState.LEFT)
        .select_related("cohort")
        .defer("cohort__invitation")
        .order_by("-created_at", "pk")
    )
    runs = list(
        Cohort.objects.filter(
            module__in=modules,
            module__withdrawn_at=None,
            module__current__isnull=False,
            open_to_all=True,
            ends_on__gte=now.astimezone(UTC).date(),
        )
        .exclude(module__current__data__credit=None)
        .exclude(pk__in=[row.cohort_id for row in mine])
        .order_by("starts_on", "pk")
    )
    return {row.pk: _way(row, mine, runs) for row in rows}


def _way(row: Credential, mine: Sequence[Enrolment], runs: Sequence[Cohort]) -> Way:
    module = row.version.module_id
    for enrolment in mine:
        again = enrolment.cohort.module_id == module and enrolment.pk != row.enrolment_id
        if again and enrolment.state in {EnrolmentState.ACTIVE, EnrolmentState.WAITING}:
            link = reverse("learner:module", args=[enrolment.key])
            return Way("continue", link, enrolment.cohort.title)
    open_now = [one for one in runs if one.module_id == module]
    spoken = [one for one in open_now if one.language == row.language]
    if open_now:
        run = (spoken or open_now)[0]
        return Way("join", reverse("learner:enrol", args=[run.key]), run.title)
    return Way("ask", contact=row.organisation.contact_email)
