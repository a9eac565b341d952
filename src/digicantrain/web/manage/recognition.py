"""Claims of prior learning, from the registrar's side: what waits, a claim, its decision."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from digicantrain.base.localised import pick
from digicantrain.core.recognition import Ruling
from digicantrain.credentials import recognition
from digicantrain.credentials import recognition_queries as reads
from digicantrain.credentials.models import ClaimedUnit, Evidence, RecognitionClaim
from digicantrain.credentials.recognition import Decision, RecognitionError
from digicantrain.people.enums import Role
from digicantrain.web.access import organisations, person_of, roles_required
from digicantrain.web.evidence import handed_over, shown
from digicantrain.web.listing import Listing, csv_file, first_rows

COLUMNS = {"name": "person__name", "module": "enrolment__version__module__code", "since": "since"}
HEADER = ("name", "module", "units", "sent", "days", "state", "claim")


class ClaimFilter(forms.Form):
    """Narrows the list of claims."""

    name = forms.CharField(label=gettext_lazy("Learner's name"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[("", gettext_lazy("Waiting")), ("all", gettext_lazy("All"))],
    )


class DecisionForm(forms.Form):
    """What is decided on each unit, and why; the learner reads the reasons."""

    def __init__(self, *args: Any, units: list[ClaimedUnit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = units
        for unit in units:
            title = pick(unit.title).text
            self.fields[f"ruling_{unit.pk}"] = forms.ChoiceField(
                label=title,
                choices=ClaimedUnit.Ruled.choices,
                widget=forms.RadioSelect,
                error_messages={
                    "required": _("Decide on “%(unit)s”.") % {"unit": title},
                },
            )
            self.fields[f"reason_{unit.pk}"] = forms.CharField(
                label=_("Reason, for “%(unit)s”") % {"unit": title},
                help_text=_("The learner reads it. Name no other person, and nothing of health."),
                max_length=2_000,
                widget=forms.Textarea(attrs={"rows": 3}),
                error_messages={
                    "required": _("Give a reason for “%(unit)s”.") % {"unit": title},
                },
            )

    def of_units(self) -> list[tuple[ClaimedUnit, forms.BoundField, forms.BoundField]]:
        """Return each unit with its two fields."""
        return [(u, self[f"ruling_{u.pk}"], self[f"reason_{u.pk}"]) for u in self.units]

    def decisions(self) -> dict[str, Decision]:
        """Return what was decided."""
        data = self.cleaned_data
        return {
            u.unit: Decision(Ruling(data[f"ruling_{u.pk}"]), data[f"reason_{u.pk}"])
            for u in self.units
        }

    def accepted(self) -> list[ClaimedUnit]:
        """Return the units that are to be recognised."""
        return [u for u in self.units if self.decisions()[u.unit].ruling is Ruling.ACCEPTED]


def _own(request: HttpRequest) -> QuerySet[RecognitionClaim]:
    return reads.claims_for(organisations(request, Role.REGISTRAR), waiting=False)


@roles_required(Role.REGISTRAR)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """List the claims that wait, the oldest first."""
    form = ClaimFilter(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    found = reads.claims_for(
        organisations(request, Role.REGISTRAR),
        name=wanted.get("name", ""),
        waiting=wanted.get("state", "") != "all",
    )
    lists = Listing(request, columns=COLUMNS, first="since")
    rows = lists.ordered(found)
    now = timezone.now()
    if lists.wants_csv:
        lines = (_line(row, now) for row in first_rows(rows))
        return csv_file("recognition", header=HEADER, rows=lines)
    page = lists.page(rows)
    context = {
        "page": page,
        "rows": [(row, _days(row, now), _is_late(row, now)) for row in page],
        "listing": lists,
        "form": form,
        "narrowed": bool(wanted.get("name")),
    }
    return render(request, "manage/recognition.html", context)


def _days(row: RecognitionClaim, now: datetime) -> int | None:
    """Return how many days a claim has waited, while it waits."""
    return (now - row.waits_since).days if row.waits_since else None


def _is_late(row: RecognitionClaim, now: datetime) -> bool:
    due_by = recognition.due_by(row)
    return due_by is not None and due_by < now


def _line(row: RecognitionClaim, now: datetime) -> list[object]:
    days = _days(row, now)
    return [
        row.person.name,
        row.enrolment.version.module.code,
        row.n,  # type: ignore[attr-defined]
        row.submitted_at.date().isoformat() if row.submitted_at else "",
        "" if days is None else days,
        row.get_stage_display(),
        str(row.key),
    ]


@roles_required(Role.REGISTRAR)
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show a claim with its evidence; decide on each unit, asked once more before it counts."""
    row = get_object_or_404(_own(request), key=key)
    obstacle = recognition.why_not_decide(row, by=person_of(request))
    units = recognition.to_decide(row) if obstacle is None else []
    form = DecisionForm(request.POST or None, units=units)
    if request.method == "POST":
        if obstacle is not None:
            messages.error(request, str(recognition.SENTENCES[obstacle]))
            return redirect("manage:claim", key=key)
        if form.is_valid() and "change" not in request.POST:
            return _decided(request, row, form)
    return _page(request, row, form)


def _page(request: HttpRequest, row: RecognitionClaim, form: DecisionForm) -> HttpResponse:
    obstacle = recognition.why_not_decide(row, by=person_of(request))
    units = list(row.units.all())
    minutes = sum(unit.minutes for unit in units)
    context = {
        "claim": row,
        "form": form,
        "units": units,
        "minutes": minutes,
        "tells_less": minutes > row.hours * 60,
        "twice": recognition.why_not_accept(row, form.units) if form.units else None,
        "evidence": shown(reads.evidence_of(row), also_for=reads.used_elsewhere(row)),
        "obstacle": recognition.SENTENCES[obstacle] if obstacle and row.state.waits else "",
        "due_by": recognition.due_by(row),
    }
    return render(request, "manage/claim.html", context)


def _decided(request: HttpRequest, row: RecognitionClaim, form: DecisionForm) -> HttpResponse:
    """Show the decision once more; write it down when it is confirmed."""
    twice = recognition.why_not_accept(row, form.accepted())
    if twice is not None:
        form.add_error(None, str(recognition.SENTENCES[twice]))
        return _page(request, row, form)
    if request.POST.get("sure") != "yes":
        return render(request, "manage/claim_check.html", {"claim": row, "form": form})
    try:
        recognition.decide(
            row, decisions=form.decisions(), by=person_of(request), now=timezone.now()
        )
    except RecognitionError as error:
        messages.error(request, str(error))
        return redirect("manage:claim", key=row.key)
    messages.success(request, _("Decided. The learner gets a mail with your reasons."))
    return redirect("manage:recognition")


@roles_required(Role.REGISTRAR)
@require_safe
def evidence_file(request: HttpRequest, key: UUID) -> HttpResponse:
    """Hand over a file of a claim to who may decide claims of that provider."""
    rows = Evidence.objects.filter(claim__in=_own(request).values("pk"))
    return handed_over(get_object_or_404(rows.select_related("content"), key=key))
