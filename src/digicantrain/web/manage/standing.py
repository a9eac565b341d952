"""A credential's whole history, and the pages that suspend it and let it stand again."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from digicantrain.credentials import actions, changes, queries
from digicantrain.credentials.changes import Act
from digicantrain.credentials.models import Credential
from digicantrain.people.enums import Role
from digicantrain.web.access import organisations, person_of, roles_required
from digicantrain.web.manage.credentials import KEEPING

ACTS: dict[str, Any] = {
    "credential-issued": gettext_lazy("Issued"),
    "credential-withdrawn": gettext_lazy("Withdrawn"),
    "credential-suspended": gettext_lazy("Suspended"),
    "credential-reinstated": gettext_lazy("Reinstated"),
    "credential-replaced": gettext_lazy("Replaced"),
    "credential-reminded": gettext_lazy("Holder reminded that it ends"),
}
LONGEST_REASON = 500


def reason_field(label: Any) -> forms.CharField:
    """Return the field for a reason in somebody's own words."""
    return forms.CharField(
        label=label,
        help_text=gettext_lazy("Name no other person, and nothing about health."),
        max_length=LONGEST_REASON,
        error_messages={"required": gettext_lazy("Say why: the holder is told.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SuspendForm(forms.Form):
    """Why a credential is suspended; its page says it to everybody."""

    reason = reason_field(gettext_lazy("Reason, shown to everybody who checks"))


class ReinstateForm(forms.Form):
    """Why a credential stands again."""

    reason = reason_field(gettext_lazy("Reason, told to the holder and kept in the history"))


def _own(request: HttpRequest, key: UUID) -> Credential:
    """Return a credential of an organisation whose register the person keeps, or nothing."""
    rows = queries.of_organisations(organisations(request, *KEEPING))
    return get_object_or_404(rows.select_related("person", "replaces"), key=key)


@roles_required(*KEEPING)
@require_safe
def history(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show what was done with a credential, by whom and why."""
    row = _own(request, key)
    context = {
        "row": row,
        "replaced_by": Credential.objects.filter(replaces=row).only("key").first(),
        "acts": _told(changes.history_of(row)),
        "may_change": row.revoked_at is None,
        "may_correct": bool(row.person_id and organisations(request, Role.REGISTRAR)),
    }
    return render(request, "manage/credential.html", context)


def _told(acts: Sequence[Act]) -> list[dict[str, object]]:
    """Return the acts in words; an act that is not known here is told by its own name."""
    return [
        {
            "what": ACTS.get(act.action, act.action),
            "at": act.at,
            "who": who(act),
            "why": act.reason,
        }
        for act in acts
    ]


def who(act: Act) -> str:
    """Return who did something, by name."""
    if act.actor is None:
        return _("The platform, by itself")
    return act.by or _("Somebody whose account was erased")


@roles_required(*KEEPING)
@require_http_methods(["GET", "HEAD", "POST"])
def suspend(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask once more and for a reason, then suspend."""
    row = _own(request, key)
    if row.revoked_at or row.suspended_at:
        return _as_it_is(request, row)
    said = _("Suspended. Its page says so from now on.")
    return _change(request, row, SuspendForm(request.POST or None), (actions.suspend, said))


@roles_required(*KEEPING)
@require_http_methods(["GET", "HEAD", "POST"])
def reinstate(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask once more and for a reason, then let it stand again."""
    row = _own(request, key)
    if row.revoked_at or not row.suspended_at:
        return _as_it_is(request, row)
    said = _("Reinstated. It stands again from now on.")
    return _change(request, row, ReinstateForm(request.POST or None), (actions.reinstate, said))


def _as_it_is(request: HttpRequest, row: Credential) -> HttpResponse:
    """Somebody else may have been faster: nothing is changed, and the history says why."""
    messages.error(request, _("Nothing was changed: see below how it stands now."))
    return redirect("manage:credential", key=row.key)


def _change(
    request: HttpRequest,
    row: Credential,
    form: forms.Form,
    act: tuple[Callable[..., Credential], str],
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        change, said = act
        change(row, reason=form.cleaned_data["reason"], by=person_of(request), now=timezone.now())
        messages.success(request, said)
        return redirect("manage:credential", key=row.key)
    lifts = isinstance(form, ReinstateForm)
    return render(
        request, "manage/suspend_credential.html", {"row": row, "form": form, "lifts": lifts}
    )
