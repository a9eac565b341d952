"""Recognition of prior learning, from the learner's side: claim, evidence, appeal."""

from typing import Any, Final
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from digicantrain.base.localised import pick
from digicantrain.base.rate import is_over
from digicantrain.core import recognition as rules
from digicantrain.credentials import recognition
from digicantrain.credentials import recognition_queries as reads
from digicantrain.credentials.models import Evidence, RecognitionClaim
from digicantrain.credentials.recognition import RecognitionError
from digicantrain.credentials.recognition_evidence import (
    EvidenceError,
    read_credential,
    read_file,
)
from digicantrain.learning.enums import EnrolmentState
from digicantrain.learning.models import Enrolment
from digicantrain.web.access import person_of
from digicantrain.web.evidence import handed_over, shown
from digicantrain.web.learner.places import learner_page, own_enrolment
from digicantrain.web.learner.recognition_forms import (
    AppealForm,
    ClaimForm,
    CredentialForm,
    FileForm,
    StatementForm,
)

TIMES: Final = 60


def _own(request: HttpRequest, key: UUID) -> RecognitionClaim:
    """Return one's own claim; that of another person is as absent as none."""
    return get_object_or_404(reads.claims_of(person_of(request)), key=key)


def _units(enrolment: Enrolment) -> list[dict[str, Any]]:
    """Return each unit that counts with what stands in the way of claiming it."""
    return [
        {
            "code": stand.code,
            "title": title,
            "minutes": stand.minutes,
            "obstacle": stand.obstacle,
        }
        for stand, title in reads.stands_of(enrolment)
        if stand.counts and stand.minutes
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@learner_page
def start(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show what can be claimed in a module and what was claimed; begin a claim."""
    enrolment = own_enrolment(request, key)
    if not EnrolmentState(enrolment.state).may_learn:
        return redirect("learner:module", key=key)
    claims = reads.claims_of(person_of(request)).filter(
        enrolment__cohort__module=enrolment.cohort.module_id
    )
    context = {"enrolment": enrolment, "version": enrolment.version, "claims": claims}
    return _claim_page(request, enrolment, None, context)


@require_http_methods(["GET", "HEAD", "POST"])
@learner_page
def change(request: HttpRequest, key: UUID) -> HttpResponse:
    """Change units and words of a claim that was not sent yet."""
    claim = _own(request, key)
    if not claim.state.may_be_changed:
        return redirect("learner:claim", key=key)
    enrolment = claim.enrolment
    context = {"enrolment": enrolment, "version": enrolment.version, "claim": claim}
    return _claim_page(request, enrolment, claim, context)


def _claim_page(
    request: HttpRequest,
    enrolment: Enrolment,
    claim: RecognitionClaim | None,
    context: dict[str, Any],
) -> HttpResponse:
    units = _units(enrolment)
    own = set(claim.units.values_list("unit", flat=True)) if claim else set()
    open_units = [u for u in units if u["obstacle"] is None or u["code"] in own]
    form = ClaimForm(
        request.POST or None,
        units=[(u["code"], pick(u["title"]).text) for u in open_units],
        initial=ClaimForm.initial_of(claim) if claim else None,
    )
    if request.method == "POST" and form.is_valid():
        try:
            row = _save(enrolment, claim, form)
        except RecognitionError as error:
            form.add_error(None, str(error))
        else:
            return redirect("learner:claim", key=row.key)
    chosen = form["units"].value() or []
    for unit in open_units:
        unit["checked"] = unit["code"] in chosen
    closed = [u for u in units if u not in open_units]
    return render(
        request,
        "learner/recognition.html",
        {**context, "form": form, "open_units": open_units, "closed_units": closed},
    )


def _save(
    enrolment: Enrolment, claim: RecognitionClaim | None, form: ClaimForm
) -> RecognitionClaim:
    units = form.cleaned_data["units"]
    if claim is not None:
        return recognition.change(claim, units=units, told=form.told())
    return recognition.begin(enrolment, units=units, told=form.told(), now=timezone.now())


@require_safe
@learner_page
def claim(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show a claim: where it stands, what happens next and by when."""
    row = _own(request, key)
    return render(request, "learner/claim.html", _context(row))


def _context(row: RecognitionClaim) -> dict[str, Any]:
    units, ends = list(row.units.all()), recognition.appeal_ends(row)
    why = rules.why_not_appeal(
        row.state, rulings=[unit.ruling for unit in units], now=timezone.now(), ends=ends
    )
    return {
        "claim": row,
        "enrolment": row.enrolment,
        "version": row.enrolment.version,
        "units": units,
        "evidence": shown(reads.evidence_of(row)),
        "due_by": recognition.due_by(row),
        "appeal_ends": ends,
        "may_appeal": why is None,
        "keep_days": settings.EVIDENCE_DAYS,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@learner_page
def add_evidence(request: HttpRequest, key: UUID, kind: str) -> HttpResponse:
    """Take a piece of evidence for a claim that was not sent yet."""
    row = _own(request, key)
    if kind not in Evidence.Kind.values:
        raise Http404
    if not row.state.may_be_changed:
        return redirect("learner:claim", key=key)
    posted, form = request.method == "POST", _evidence_form(request, kind)
    if posted and is_over(request, what="evidence", times=TIMES):
        form.add_error(None, _("That was too often. Wait a minute, then try again."))
    elif posted and form.is_valid():
        try:
            evidence, data = _evidence_of(request, form)
            recognition.add_evidence(row, evidence, data=data, now=timezone.now())
        except (EvidenceError, RecognitionError) as error:
            form.add_error("file" if "file" in request.FILES else None, str(error))
        else:
            messages.success(request, _("Added. Add more, or send your claim."))
            return redirect("learner:claim", key=key)
    context = {"claim": row, "kind": kind, "form": form}
    return render(request, "learner/claim_evidence.html", context)


def _evidence_form(request: HttpRequest, kind: str) -> forms.Form:
    """Return the form for one kind of evidence."""
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    if kind == Evidence.Kind.CREDENTIAL:
        return CredentialForm(data, files, person=person_of(request))
    return FileForm(data, files) if kind == Evidence.Kind.FILE else StatementForm(data)


def _evidence_of(request: HttpRequest, form: forms.Form) -> tuple[Evidence, bytes]:
    """Return what was handed in as evidence, not saved, with its bytes."""
    if isinstance(form, FileForm):
        uploaded = form.cleaned_data["file"]
        file = read_file(uploaded.read(), name=uploaded.name)
        return recognition.file_evidence(file), file.data
    if isinstance(form, CredentialForm):
        return read_credential(form.content(), person=person_of(request), now=timezone.now())
    return Evidence(kind=Evidence.Kind.STATEMENT, **form.cleaned_data), b""


def _own_evidence(request: HttpRequest, key: UUID) -> Evidence:
    rows = Evidence.objects.filter(claim__person=person_of(request))
    return get_object_or_404(rows.select_related("claim", "content"), key=key)


@require_POST
@learner_page
def remove_evidence(request: HttpRequest, key: UUID) -> HttpResponse:
    """Remove a piece of evidence from a claim that was not sent yet."""
    row = _own_evidence(request, key)
    try:
        recognition.remove_evidence(row)
    except RecognitionError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Removed."))
    return redirect("learner:claim", key=row.claim.key)


@require_safe
@learner_page
def evidence_file(request: HttpRequest, key: UUID) -> HttpResponse:
    """Hand over a file that one handed in oneself."""
    return handed_over(_own_evidence(request, key))


@require_POST
@learner_page
def send(request: HttpRequest, key: UUID) -> HttpResponse:
    """Send a claim to the registrars."""
    row = _own(request, key)
    try:
        recognition.submit(row, now=timezone.now())
    except RecognitionError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Sent. You get a mail when it is decided."))
    return redirect("learner:claim", key=key)


@require_http_methods(["GET", "HEAD", "POST"])
@learner_page
def take_back(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask once more, then delete what was not sent, or take back what is not decided."""
    row = _own(request, key)
    is_draft = row.state.may_be_changed
    if not is_draft and not row.state.may_be_withdrawn:
        return redirect("learner:claim", key=key)
    if request.method == "POST":
        return _taken_back(request, row, is_draft=is_draft)
    context = {"claim": row, "is_draft": is_draft, "version": row.enrolment.version}
    return render(request, "learner/claim_take_back.html", context)


def _taken_back(request: HttpRequest, row: RecognitionClaim, *, is_draft: bool) -> HttpResponse:
    try:
        if is_draft:
            recognition.discard(row)
        else:
            recognition.take_back(row, now=timezone.now())
    except RecognitionError as error:
        messages.error(request, str(error))
        return redirect("learner:claim", key=row.key)
    messages.success(request, _("Done. The evidence was deleted."))
    return redirect("learner:recognition", key=row.enrolment.key)


@require_http_methods(["GET", "HEAD", "POST"])
@learner_page
def appeal(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask for another decision on what was refused, by another person."""
    row = _own(request, key)
    context = _context(row)
    if not context["may_appeal"]:
        return redirect("learner:claim", key=key)
    form = AppealForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            recognition.appeal(row, words=form.cleaned_data["words"], now=timezone.now())
        except RecognitionError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Your appeal was sent. Another person decides it."))
        return redirect("learner:claim", key=key)
    return render(request, "learner/claim_appeal.html", {**context, "form": form})
