"""What the platform holds on me: see it, take it along, have it erased."""

import orjson
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from digicantrain.evaluation import queries as studies
from digicantrain.people import actions, privacy
from digicantrain.people.models import ErasureReceipt
from digicantrain.web.access import person_of
from digicantrain.web.mydata.forms import EraseForm


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what each part of the platform holds."""
    context = {
        "holdings": privacy.registered(),
        "studies": studies.studies_with(person_of(request)),
    }
    return render(request, "mydata/home.html", context)


@login_required
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """Hand over everything as one JSON file."""
    data = actions.export_person(person_of(request))
    body = orjson.dumps(data, option=orjson.OPT_INDENT_2, default=str)
    return HttpResponse(
        body,
        content_type="application/json",
        headers={"Content-Disposition": 'attachment; filename="my-data.json"'},
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest) -> HttpResponse:
    """Ask once more, then erase and give a receipt."""
    person = person_of(request)
    form = EraseForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        receipt = actions.erase_person(person, by=person)
        logout(request)
        return redirect("mydata:receipt", reference=receipt.reference)
    return render(request, "mydata/erase.html", {"form": form})


@require_safe
def receipt(request: HttpRequest, reference: str) -> HttpResponse:
    """Show a receipt; it names nobody, so its address is enough."""
    row = get_object_or_404(ErasureReceipt, reference=reference)
    return render(request, "mydata/receipt.html", {"receipt": row})
