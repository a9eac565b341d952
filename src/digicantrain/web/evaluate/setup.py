"""Setting up a study, changing it until its plan is frozen, and freezing it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from digicantrain.evaluation import actions, queries
from digicantrain.people.enums import Role
from digicantrain.people.models import Organisation
from digicantrain.web.access import organisations, person_of, roles_required
from digicantrain.web.evaluate.forms import StudyForm
from digicantrain.web.evaluate.views import study_for


def _organisation(request: HttpRequest) -> Organisation:
    """Return the organisation named in the address, or the first in which she evaluates."""
    own = organisations(request, Role.EVALUATOR)
    wanted = request.GET.get("of")
    if not wanted:
        return own[0]
    pks = [row.pk for row in own]
    return get_object_or_404(Organisation, pk__in=pks, slug=wanted)


@roles_required(Role.EVALUATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Set up a study."""
    form = StudyForm(request.POST or None, organisation=_organisation(request))
    if request.method == "POST" and form.is_valid():
        row = form.save()
        actions.set_up(row, cohorts=form.cleaned_data["cohorts"], by=person_of(request))
        messages.success(
            request, _("The study is set up. Freeze its plan before the first answer.")
        )
        return redirect("evaluate:study", slug=row.slug)
    return render(request, "evaluate/study_form.html", {"form": form, "study": None})


@roles_required(Role.EVALUATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Change a study; a frozen one, or one with answers, stays as it is."""
    row = study_for(request, slug)
    if row.frozen_at or queries.has_answers(row):
        sentence = _(
            "The plan is frozen or answers have come: the study cannot be changed any more."
        )
        messages.error(request, sentence)
        return redirect("evaluate:study", slug=slug)
    form = StudyForm(request.POST or None, organisation=row.organisation, instance=row)
    if request.method == "POST" and form.is_valid():
        actions.set_up(
            form.save(),
            cohorts=form.cleaned_data["cohorts"],
            by=person_of(request),
            action="study-changed",
        )
        messages.success(request, _("Saved."))
        return redirect("evaluate:study", slug=slug)
    return render(request, "evaluate/study_form.html", {"form": form, "study": row})


@roles_required(Role.EVALUATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def freeze(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask once more, then freeze the analysis plan."""
    row = study_for(request, slug)
    if row.frozen_at:
        return redirect("evaluate:study", slug=slug)
    if request.method == "POST":
        actions.freeze_plan(row, by=person_of(request), now=timezone.now())
        messages.success(request, _("The plan is frozen."))
        return redirect("evaluate:study", slug=slug)
    return render(request, "evaluate/freeze.html", {"study": row})
