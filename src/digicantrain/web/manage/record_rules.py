"""How long the record store keeps what, and who is erased from it: each asked once more."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from digicantrain.people.models import Organisation
from digicantrain.records import erasing
from digicantrain.records import retention as keeping
from digicantrain.records.erasing import Forgotten
from digicantrain.web.access import person_of, roles_required
from digicantrain.web.manage.record_forms import EraseForm, RetentionForm
from digicantrain.web.manage.record_store import STEWARDS
from digicantrain.web.manage.record_words import up_to
from digicantrain.web.manage.views import organisation_for


@roles_required(*STEWARDS)
@require_http_methods(["GET", "HEAD", "POST"])
def retention(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for how long what is kept; say how much would go; set it when that is confirmed."""
    row = organisation_for(request, slug, roles=STEWARDS)
    rule = keeping.rule_of(row)
    now = {"statements": rule.statement_months, "documents": rule.document_months}
    # two empty fields are an answer too
    form = RetentionForm(request.POST if request.method == "POST" else None, initial=now)
    if request.method == "POST" and form.is_valid() and "change" not in request.POST:
        if request.POST.get("confirm") == "yes":
            keeping.keep_for(row, **form.cleaned_data, by=person_of(request))
            messages.success(request, _("Saved. What is too old goes in the night."))
            return redirect("manage:record-retention", slug=slug)
        return render(request, "manage/record_retention_check.html", _would_go(row, form))
    context = {"organisation": row, "form": form, "rule": rule}
    return render(request, "manage/record_retention.html", context)


def _would_go(row: Organisation, form: RetentionForm) -> dict[str, object]:
    gone = keeping.would_go(row, **form.cleaned_data, now=timezone.now())
    return {
        "organisation": row,
        "form": form,
        "wanted": form.cleaned_data,
        "gone": gone,
        "statements": up_to(gone.statements, keeping.COUNTED),
        "documents": up_to(gone.documents, keeping.COUNTED),
    }


@roles_required(*STEWARDS)
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask who it is; say how much that concerns; erase when it is confirmed.

    Who it is stands in the body of each request: in no address, no log and no entry of the trail.
    """
    row = organisation_for(request, slug, roles=STEWARDS)
    form = EraseForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and "change" not in request.POST:
        found = erasing.concerned(row, form.cleaned_data["identifiers"])
        if not found.agents:
            form.add_error(None, _("Nobody in this store is known so. Nothing was changed."))
        elif request.POST.get("confirm") == "yes":
            done = erasing.forget(row, form.cleaned_data["identifiers"], by=person_of(request))
            messages.success(request, _told(done))
            return redirect("manage:record-erase", slug=slug)
        else:
            return render(request, "manage/record_erase_check.html", _concerned(row, form, found))
    return render(request, "manage/record_erase.html", {"organisation": row, "form": form})


def _told(done: Forgotten) -> str:
    return _(
        "Erased. Statements that stand under a pseudonym now: %(statements)s. Documents deleted: "
        "%(documents)s."
    ) % {
        "statements": up_to(done.statements, done.statements),
        "documents": up_to(done.documents, done.documents),
    }


def _concerned(row: Organisation, form: EraseForm, found: Forgotten) -> dict[str, object]:
    return {
        "organisation": row,
        "form": form,
        "agents": found.agents,
        "statements": up_to(found.statements, erasing.COUNTED),
        "documents": up_to(found.documents, erasing.COUNTED),
    }
