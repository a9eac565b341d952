"""One's own credits: hours or ECTS with their formula, CME only where it was granted."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from digicantrain.credentials import actions, queries
from digicantrain.credentials.certificates import link_of
from digicantrain.credentials.models import Credential
from digicantrain.learning.enums import EnrolmentState
from digicantrain.web.access import person_of


@login_required
@require_safe
def transcript(request: HttpRequest) -> HttpResponse:
    """Show what was earned, and what is being made."""
    person = person_of(request)
    rows = [_row(credential, person.profession) for credential in queries.transcript(person)]
    being_made = (
        person.enrolments.filter(state=EnrolmentState.COMPLETED, credential=None)
        .exclude(version__data__credit=None)
        .select_related("version")
    )
    context = {"rows": rows, "being_made": being_made, "menu_item": "credits"}
    return render(request, "learner/credits.html", context)


def _row(credential: Credential, profession: str) -> dict[str, Any]:
    return {
        "credential": credential,
        "state": _state(credential),
        "link": link_of(credential),
        "grants": queries.grants_for(credential, profession=profession) if profession else [],
    }


def _state(credential: Credential) -> str:
    if credential.revoked_at:
        return "withdrawn"
    if credential.expires_at and credential.expires_at < timezone.now():
        return "expired"
    return "expires" if credential.expires_at else "earned"


@login_required
@require_POST
def share(request: HttpRequest, key: UUID) -> HttpResponse:
    """Let the public page show the name, or not."""
    row = get_object_or_404(Credential, key=key, person=person_of(request))
    actions.show_name(row, shown=request.POST.get("show_name") == "yes")
    messages.success(request, _("Saved."))
    return redirect("learner:credits")
