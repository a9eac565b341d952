"""The registrar's pages: look a credential up, withdraw it."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from digicantrain.base.localised import pick
from digicantrain.credentials import actions, deciding, queries, register
from digicantrain.credentials.certificates import link_of
from digicantrain.credentials.models import Credential
from digicantrain.people.enums import Role
from digicantrain.web.access import organisations, person_of, roles_required
from digicantrain.web.listing import Listing, csv_file, first_rows

KEEPING = (Role.REGISTRAR, Role.ADMINISTRATOR)
COLUMNS = {
    "name": "holder_name",
    "credential": "version__module__code",
    "issued": "issued_at",
    "state": "revoked_at",
}
HEADER = (
    "name", "module", "title", "issued", "withdrawn", "reason", "link", "state", "suspended",
    "expires",
)  # fmt: skip


class WithdrawForm(forms.Form):
    """Why a credential is withdrawn; its page says it to everybody."""

    reason = forms.CharField(
        label=gettext_lazy("Reason, shown to everybody who checks"),
        help_text=gettext_lazy("Name no other person, and nothing about health."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CredentialFilter(forms.Form):
    """Narrows the list of credentials."""

    name = forms.CharField(
        label=gettext_lazy("Holder's name or e-mail address, or module"),
        required=False,
        max_length=100,
    )
    state = forms.ChoiceField(
        required=False,
        choices=[("", gettext_lazy("All")), *register.STATES.items()],
        widget=forms.HiddenInput,
    )


@roles_required(*KEEPING)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """List what was issued."""
    form = CredentialFilter(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    now, state = timezone.now(), wanted.get("state", "")
    own = queries.of_organisations(organisations(request, *KEEPING))
    found = register.matching(own, wanted.get("name", ""))
    lists = Listing(request, columns=COLUMNS, first="-issued")
    rows = lists.ordered(register.with_replaced(register.in_state(found, state, now=now)))
    if lists.wants_csv:
        return csv_file("credentials", header=HEADER, rows=map(_line, first_rows(rows)))
    context = {
        "page": lists.page(rows),
        "listing": lists,
        "form": form,
        "narrowed": any(wanted.values()),
        "states": _states(register.counts(found, now=now)),
        "state": state,
        "words": wanted.get("name", ""),
        **issuing(request),
    }
    return render(request, "manage/credentials.html", context)


def _states(counted: dict[str, int]) -> list[tuple[str, object, int]]:
    """Return what the list can be narrowed to: the word in the address, its name, how many."""
    each = [(state, name, counted[state]) for state, name in register.STATES.items()]
    return [("", _("All"), sum(counted.values())), *each]


def issuing(request: HttpRequest) -> dict[str, object]:
    """Return whether the person may issue too, and how much waits for a registrar's yes."""
    own = organisations(request, Role.REGISTRAR)
    waiting = deciding.of_organisations(own, state="waiting").count() if own else 0
    return {"may_issue": bool(own), "to_approve": waiting}


def _line(row: Credential) -> list[object]:
    withdrawn = row.revoked_at.date().isoformat() if row.revoked_at else ""
    return [
        row.holder_name,
        row.version.module.code,
        pick(row.title).text,
        row.issued_at.date().isoformat(),
        withdrawn,
        row.revoked_reason,
        link_of(row),
        "replaced" if row.was_replaced else row.state,  # type: ignore[attr-defined]
        row.suspended_at.date().isoformat() if row.suspended_at else "",
        row.expires_on.isoformat() if row.expires_on else "",
    ]


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
