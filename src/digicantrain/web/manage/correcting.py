"""The registrar corrects one holder's credential, or issues again what was withdrawn."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from digicantrain.credentials import correcting, queries
from digicantrain.credentials.by_hand import RefusedError
from digicantrain.credentials.models import Credential
from digicantrain.people.models import Person
from digicantrain.web.access import organisations, person_of, roles_required
from digicantrain.web.manage.issuing import ISSUING, said_of, shown
from digicantrain.web.manage.issuing_forms import CorrectForm


@roles_required(*ISSUING)
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask what was wrong, show what would be signed instead, then replace it."""
    row, person = _found(request, key), person_of(request)
    form = CorrectForm(request.POST or None, credential=row)
    context: dict[str, Any] = {"credential": row, "form": form, "refused": _refused(row, person)}
    if request.method != "POST" or not form.is_valid() or "change" in request.POST:
        return render(request, "manage/issue_correct.html", context)
    try:
        if request.POST.get("confirm") == "yes":
            made = correcting.ask(row, wanted=form.wanted(), by=person, now=timezone.now())
            said_of(request, made)
            return redirect("manage:credentials")
        draft = correcting.draft(row, wanted=form.wanted(), by=person)
        correcting.require_sensible(draft, row)
    except ValueError as error:
        form.add_error(None, str(error))
        return render(request, "manage/issue_correct.html", context)
    context |= {"row": draft, "preview": shown(draft)}
    return render(request, "manage/issue_check.html", context)


def _found(request: HttpRequest, key: UUID) -> Credential:
    own = queries.of_organisations(organisations(request, *ISSUING))
    found = own.select_related(
        "organisation", "person", "record", "request",
        "version__module__current", "version__module__programme__organisation",
    )  # fmt: skip
    return get_object_or_404(found, key=key)


def _refused(row: Credential, person: Person) -> str:
    try:
        correcting.require_correctable(row, by=person)
    except RefusedError as error:
        return str(error)
    return ""
