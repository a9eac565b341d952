"""The registrar's pages: look a credential up, withdraw it."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from digicantrain.credentials import actions, queries
from digicantrain.people.enums import Role
from digicantrain.web.access import organisations, person_of, roles_required

KEEPING = (Role.REGISTRAR, Role.ADMINISTRATOR)


class WithdrawForm(forms.Form):
    """Why a credential is withdrawn; its page says it to everybody."""

    reason = forms.CharField(
        label=gettext_lazy("Reason, shown to everybody who checks"),
        help_text=gettext_lazy("Name no other person, and nothing about health."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@roles_required(*KEEPING)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """List what was issued."""
    name = request.GET.get("name", "")[:100]
    rows = queries.of_organisations(organisations(request, *KEEPING), name=name)
    page = Paginator(rows, 25).get_page(request.GET.get("page"))
    context = {"page": page, "name": name, "query": urlencode({"name": name}) if name else ""}
    return render(request, "manage/credentials.html", context)


@roles_required(*KEEPING)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask once more and for a reason, then withdraw."""
    own = queries.of_organisations(organisations(request, *KEEPING))
    row = get_object_or_404(own, key=key)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.revoke(
            row, reason=form.cleaned_data["reason"], by=person_of(request), now=timezone.now()
        )
        messages.success(request, _("Withdrawn. Its page says so from now on."))
        return redirect("manage:credentials")
    return render(request, "manage/withdraw_credential.html", {"row": row, "form": form})
