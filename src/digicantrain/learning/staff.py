"""What trainers, coordinators and designers do with course runs and reports."""

from typing import NamedTuple

from django.db import transaction
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from digicantrain.learning.actions import fill_seats
from digicantrain.learning.enums import EnrolmentState, StepState
from digicantrain.learning.models import Cohort, Enrolment, ErrorReport, Notice, StepProgress
from digicantrain.people.actions import record
from digicantrain.people.models import Organisation, Person, Site
from digicantrain.programme.models import Step


class Seats(NamedTuple):
    """How many seats are taken, and how many people wait."""

    taken: int
    waiting: int


def cohorts_with_counts(
    sites: QuerySet[Site], *, text: str = "", when: str = ""
) -> QuerySet[Cohort]:
    """Return the course runs at sites with how many are active, waiting, completed.

    `text` stands in the run's title, its module's code or its site's name; `when` is now, ahead,
    over, or empty for all.
    """
    today = timezone.localdate()
    times = {
        "now": Q(starts_on__lte=today, ends_on__gte=today),
        "ahead": Q(starts_on__gt=today),
        "over": Q(ends_on__lt=today),
    }
    named = Q(title__icontains=text) | Q(module__code__iexact=text) | Q(site__name__icontains=text)

    def count(state: EnrolmentState) -> Count:
        return Count("enrolments", filter=Q(enrolments__state=state))

    return (
        Cohort.objects.filter(named, times.get(when, Q()), site__in=sites)
        .select_related("module", "site")
        .annotate(
            active=count(EnrolmentState.ACTIVE),
            waiting=count(EnrolmentState.WAITING),
            completed=count(EnrolmentState.COMPLETED),
        )
        .order_by("-starts_on", "-pk")
    )


def participants(cohort: Cohort, *, name: str, state: str) -> QuerySet[Enrolment]:
    """Return who is in a course run, with the number of steps done."""
    # counted beside each row that is shown, so that counting the rows counts no steps
    done = (
        StepProgress.objects.filter(enrolment=OuterRef("pk"), state=StepState.DONE)
        .order_by()
        .values("enrolment")
        .annotate(n=Count("pk"))
        .values("n")
    )
    rows = (
        cohort.enrolments.select_related("person")
        .annotate(done=Coalesce(Subquery(done), 0))
        .order_by("person__name", "pk")
    )
    if name:
        rows = rows.filter(person__name__icontains=name)
    return rows.filter(state=state) if state else rows


def written_steps(cohort: Cohort) -> int:
    """Return how many steps the module has now."""
    return Step.objects.filter(version=cohort.module.current_id, written=True).count()


def seats(cohort: Cohort) -> Seats:
    """Return how full a course run is, in one query."""
    counts = dict(
        cohort.enrolments.values_list("state").annotate(n=Count("pk")).values_list("state", "n")
    )
    taken = counts.get(EnrolmentState.ACTIVE, 0) + counts.get(EnrolmentState.COMPLETED, 0)
    return Seats(taken, counts.get(EnrolmentState.WAITING, 0))


def open_cohort(cohort: Cohort, *, by: Person | None) -> Cohort:
    """Open a course run; it belongs to the organisation of its site."""
    with transaction.atomic():
        cohort.organisation = cohort.site.organisation
        cohort.save()
        record("cohort-opened", actor=by, subject=f"cohort:{cohort.key}")
    return cohort


def change_cohort(cohort: Cohort, *, by: Person | None) -> Cohort:
    """Save a changed course run; people move up when it has more seats."""
    with transaction.atomic():
        cohort.organisation = cohort.site.organisation
        cohort.save()
        record("cohort-changed", actor=by, subject=f"cohort:{cohort.key}")
        fill_seats(cohort, now=timezone.now())
    return cohort


def error_reports(
    organisations: list[Organisation], *, text: str = "", state: str = ""
) -> QuerySet[ErrorReport]:
    """Return the reports on organisations' modules and on pages of no module, open ones first."""
    own = Q(version__module__programme__organisation__in=organisations) | Q(version=None)
    rows = ErrorReport.objects.filter(own)
    if text:
        rows = rows.filter(Q(text__icontains=text) | Q(address__icontains=text))
    if state:
        rows = rows.filter(state=state)
    return rows.select_related("version__module", "step").order_by("-state", "-at")


def answer_report(report: ErrorReport, *, reply: str, by: Person | None) -> None:
    """Close a report; who reported it is told what was done."""
    with transaction.atomic():
        report.reply, report.state = reply, ErrorReport.State.CLOSED
        report.save(update_fields=["reply", "state"])
        record("report-answered", actor=by, subject=f"report:{report.pk}")
        if report.person_id:
            Notice.objects.create(
                person_id=report.person_id,
                kind="report-answered",
                data={"reply": reply, "address": report.address},
            )
