"""What accreditors granted: added and ended, never changed, since certificates are made from it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from digicantrain.credentials.models import CmeGrant, Credential
from digicantrain.learning.models import Enrolment
from digicantrain.people.actions import record
from digicantrain.people.models import Organisation, Person
from digicantrain.programme.models import ModuleVersion


class GrantError(ValueError):
    """A grant cannot be added or ended so; the sentence says why."""


def of_organisations(organisations: Sequence[Organisation]) -> QuerySet[CmeGrant]:
    """Return the grants for modules of organisations."""
    return CmeGrant.objects.filter(
        version__module__programme__organisation__in=organisations
    ).select_related("version__module__programme__organisation")


def versions_of(organisations: Sequence[Organisation]) -> QuerySet[ModuleVersion]:
    """Return the versions of modules for which a grant can be entered, those offered now first.

    Something can be earned in them, and they are offered now or were begun by somebody.
    """
    rows = ModuleVersion.objects.filter(
        Q(current_of__isnull=False) | Q(pk__in=Enrolment.objects.values("version")),
        module__programme__organisation__in=organisations,
        module__withdrawn_at=None,
    )
    earning = rows.exclude(data__credit=None).select_related("module", "current_of")
    return earning.defer("data").order_by("module__order", "module", "-number")


def add(grant: CmeGrant, *, by: Person | None) -> CmeGrant:
    """Enter a grant.

    Raises:
        GrantError: another one of the same accreditor holds at the same time.
    """
    with transaction.atomic():
        version = ModuleVersion.objects.select_for_update(of=("self",)).get(pk=grant.version_id)
        other = _others(grant).first()
        if other is not None:
            raise GrantError(
                _(
                    "%(accreditor)s has granted this already from %(first)s to %(last)s "
                    "(%(reference)s). End that one first, or choose other days."
                )
                % {
                    "accreditor": other.accreditor,
                    "first": date_format(other.valid_from, "DATE_FORMAT"),
                    "last": date_format(other.valid_until, "DATE_FORMAT"),
                    "reference": other.reference,
                }
            )
        grant.save()
        _note(grant, "cme-grant-added", by=by, version=version.number)
    return grant


def _others(grant: CmeGrant) -> QuerySet[CmeGrant]:
    """Return the grants that hold beside a new one: for the same, in the same time."""
    return CmeGrant.objects.filter(
        version=grant.version_id,
        profession=grant.profession,
        accreditor__iexact=grant.accreditor,
        country=grant.country,
        valid_from__lte=grant.valid_until,
        valid_until__gte=grant.valid_from,
    ).order_by("valid_from")


def resting_on(grant: CmeGrant) -> QuerySet[Credential]:
    """Return the credentials whose holders can have a CME certificate under a grant."""
    return Credential.objects.annotate(day=TruncDate("issued_at", tzinfo=UTC)).filter(
        version=grant.version_id,
        revoked_at=None,
        person__profession=grant.profession,
        day__gte=grant.valid_from,
        day__lte=grant.valid_until,
    )


def earliest_end(grant: CmeGrant) -> date:
    """Return the earliest last day that takes no certificate from anybody.

    Where nothing rests on a grant it can be taken back: it ends before it began.
    """
    last: date | None = resting_on(grant).aggregate(last=Max("day"))["last"]
    return last or grant.valid_from - timedelta(days=1)


def end(grant: CmeGrant, *, last_day: date, by: Person | None) -> CmeGrant:
    """Let a grant hold to an earlier day than was granted; what rests on it stays.

    Raises:
        GrantError: it ends by then already, or a certificate would be taken away.
    """
    with transaction.atomic():
        row = CmeGrant.objects.select_for_update(of=("self",)).get(pk=grant.pk)
        earliest = earliest_end(row)
        if last_day >= row.valid_until:
            words = _("It ends on %(day)s. Choose an earlier day.")
            raise GrantError(words % {"day": date_format(row.valid_until, "DATE_FORMAT")})
        if last_day < earliest:
            raise GrantError(_too_early(row, earliest))
        before, row.valid_until = row.valid_until, last_day
        row.save(update_fields=["valid_until"])
        _note(row, "cme-grant-ended", by=by, before=str(before), until=str(last_day))
    return row


def _too_early(grant: CmeGrant, earliest: date) -> str:
    day = {"day": date_format(earliest, "DATE_FORMAT")}
    if earliest < grant.valid_from:
        return _("It has not begun by then. %(day)s takes it back altogether.") % day
    return _("A certificate of %(day)s rests on it. End it on that day or later.") % day


def _note(grant: CmeGrant, action: str, *, by: Person | None, **data: object) -> None:
    module = grant.version.module
    record(
        action,
        actor=by,
        subject=f"cme-grant:{grant.pk}",
        data={
            "organisation": module.programme.organisation.slug,
            "module": module.code,
            "profession": grant.profession,
            "rule": grant.rule,
            **data,
        },
    )


def state_on(grant: CmeGrant, day: date) -> str:
    """Return holds, begins, ended or taken-back."""
    if grant.valid_until < grant.valid_from:
        return "taken-back"
    if day < grant.valid_from:
        return "begins"
    return "holds" if day <= grant.valid_until else "ended"


def today(now: datetime) -> date:
    """Return the day in UTC, by which the day of issue is told too."""
    return now.astimezone(UTC).date()
