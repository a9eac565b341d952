"""Pages of words, and the form to report an error."""

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from digicantrain.learning import actions
from digicantrain.people import privacy as register
from digicantrain.people.models import Organisation, Person


class ReportForm(forms.Form):
    """What is wrong, and on which page."""

    text = forms.CharField(
        label=gettext_lazy("What is wrong?"),
        help_text=gettext_lazy("Never write about a real patient here."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2_000,
    )
    address = forms.CharField(label=gettext_lazy("On which page?"), max_length=300, required=False)


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """Help."""
    return render(request, "public/help.html")


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement."""
    return render(request, "public/accessibility.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """The privacy notice; what is held comes from the register of the apps."""
    return render(request, "public/privacy.html", {"holdings": register.registered()})


@require_safe
@cache_control(public=True, max_age=86_400)
def logo(request: HttpRequest, slug: str) -> FileResponse:
    """Hand over a provider's logo: the picture that was drawn again when it was uploaded."""
    del request
    row = get_object_or_404(Organisation.objects.exclude(logo=""), slug=slug)
    try:
        return FileResponse(row.logo.open("rb"), content_type="image/png")
    except FileNotFoundError:
        raise Http404 from None


@require_http_methods(["GET", "HEAD", "POST"])
def report_error(request: HttpRequest) -> HttpResponse:
    """Take a report of something wrong on a page."""
    form = ReportForm(request.POST or None, initial={"address": request.GET.get("at", "")[:300]})
    if request.method == "POST" and form.is_valid():
        person = request.user if isinstance(request.user, Person) else None
        actions.report_error(
            text=form.cleaned_data["text"], address=form.cleaned_data["address"], person=person
        )
        messages.success(request, _("Thank you. Somebody will look at it."))
        return redirect("public:report-error")
    return render(request, "public/report.html", {"form": form})
