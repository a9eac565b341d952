"""One-click sign-in for the cast of the demo; its address exists in demo mode only."""

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from digicantrain.people.models import Person

JOBS = {
    "aino": "learns: a nurse",
    "farah": "learns: a receptionist",
    "ben": "teaches in Turku",
    "chiara": "evaluates the pilot",
    "dario": "teaches in Athens",
    "eleni": "designs the programme",
    "rita": "is the registrar",
    "onni": "administers the platform",
}


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """List the cast; sign in as one of them."""
    if not settings.DEMO:
        raise Http404
    wanted = request.POST.get("next") or request.GET.get("next", "")
    if request.method == "POST":
        number = request.POST.get("person", "")
        known = int(number) if number.isdecimal() and len(number) < 10 else 0
        person = get_object_or_404(Person, is_demo=True, is_superuser=False, pk=known)
        login(request, person, backend="django.contrib.auth.backends.ModelBackend")
        safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
        return redirect(wanted if wanted and safe else "learner:home")
    cast = [
        {"person": person, "job": JOBS.get(person.email.split("@")[0], "")}
        for person in Person.objects.filter(is_demo=True).order_by("pk")
    ]
    return render(request, "accounts/demo.html", {"cast": cast, "next": wanted})
