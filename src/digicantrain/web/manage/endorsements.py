"""Endorsements: ask another organisation, answer one that asks, take back what was said."""

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from digicantrain.base.localised import pick
from digicantrain.core.credentials.endorsement import LONGEST
from digicantrain.credentials import endorsed, endorsing
from digicantrain.credentials.endorsing import KEEPING
from digicantrain.credentials.models import Endorsement
from digicantrain.people.models import Organisation
from digicantrain.programme import queries as programme
from digicantrain.web.access import person_of, roles_required
from digicantrain.web.listing import Listing, csv_file, first_rows

COLUMNS = {"endorser": "endorser__slug", "asked": "asked_at", "asker": "organisation__slug"}
HEADER = ("endorser", "endorsed", "module", "state", "asked", "given", "withdrawn", "statement")
STATES = {
    "asked": gettext_lazy("Waits for an answer"),
    "stands": gettext_lazy("Stands"),
    "declined": gettext_lazy("Declined"),
    "withdrawn": gettext_lazy("Withdrawn"),
}
WHERE = {
    "asked": Q(declined_at=None, issued_at=None),
    "stands": Q(issued_at__isnull=False, revoked_at=None),
    "declined": Q(declined_at__isnull=False),
    "withdrawn": Q(revoked_at__isnull=False),
}
ITSELF = "itself"


class EndorsementFilter(forms.Form):
    """Narrows the list of endorsements."""

    side = forms.ChoiceField(
        label=gettext_lazy("Whose"),
        required=False,
        choices=[
            ("", gettext_lazy("All")),
            ("given", gettext_lazy("Asked of us")),
            ("received", gettext_lazy("Asked by us")),
        ],
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[("", gettext_lazy("All")), *STATES.items()],
    )


class AskForm(forms.Form):
    """What is to be endorsed, and by whom."""

    what = forms.ChoiceField(
        label=gettext_lazy("What shall be endorsed?"),
        help_text=gettext_lazy(
            "A module is endorsed as it is now; a changed one is asked for anew."
        ),
    )
    endorser = forms.ModelChoiceField(
        label=gettext_lazy("Who shall endorse it?"),
        queryset=Organisation.objects.none(),
        empty_label=gettext_lazy("Choose"),
    )
    message = forms.CharField(
        label=gettext_lazy("Your message to them"),
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, own: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own = {row.slug: row for row in own}
        found = programme.modules_of(own).filter(withdrawn_at=None)
        self.modules = {f"{row.programme.organisation_id}/{row.code}": row for row in found}
        modules = [
            (name, f"{row.code} {pick(row.current.title).text}" if row.current else row.code)
            for name, row in self.modules.items()
        ]
        itself = [
            (f"{ITSELF}/{slug}", _("%s itself") % pick(row.name).text)
            for slug, row in self.own.items()
        ]
        self.fields["what"].choices = [*modules, *itself]  # type: ignore[attr-defined]
        who = self.fields["endorser"]
        who.queryset = Organisation.objects.exclude(pk__in=[row.pk for row in own])  # type: ignore[attr-defined]
        who.label_from_instance = lambda row: pick(row.name).text  # type: ignore[attr-defined]

    def asked(self) -> dict[str, Any]:
        """Return who asks, and for which version of a module if it is one."""
        name = self.cleaned_data["what"]
        module = self.modules.get(name)
        if module is None:
            return {"organisation": self.own[name.removeprefix(f"{ITSELF}/")], "version": None}
        return {"organisation": module.programme.organisation, "version": module.current}


class AnswerForm(forms.Form):
    """What the endorser says."""

    statement = forms.CharField(
        label=gettext_lazy("What do you say of it?"),
        help_text=gettext_lazy(
            "Everybody who checks a credential of it reads this. Say what you looked at and what "
            "you vouch for. Name no person."
        ),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of your statement"), choices=settings.LANGUAGES
    )

    @property
    def tongue(self) -> str:
        """The language that was chosen, in its own name."""
        return dict(settings.LANGUAGES).get(self.cleaned_data.get("language", ""), "")


class ReasonForm(forms.Form):
    """Why nothing is said, or not any more."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("The other organisation reads it; name no person."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def _own(request: HttpRequest) -> list[Organisation]:
    """Return the organisations whose register was given to the person herself."""
    held = person_of(request).memberships.filter(role__in=KEEPING, site=None)
    return list(Organisation.objects.filter(pk__in=held.values("organisation")))


def _found(request: HttpRequest, key: UUID) -> tuple[Endorsement, list[Organisation]]:
    own = _own(request)
    rows: QuerySet[Endorsement] = endorsed.of_organisations(own)
    return get_object_or_404(rows, key=key), own


@roles_required(*KEEPING)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """List what was asked of us and by us."""
    form, own = EndorsementFilter(request.GET), _own(request)
    wanted = form.cleaned_data if form.is_valid() else {}
    rows = endorsed.of_organisations(own)
    if wanted.get("side"):
        side = "endorser__in" if wanted["side"] == "given" else "organisation__in"
        rows = rows.filter(**{side: own})
    if wanted.get("state"):
        rows = rows.filter(WHERE[wanted["state"]])
    lists = Listing(request, columns=COLUMNS, first="-asked")
    ordered = lists.ordered(rows)
    if lists.wants_csv:
        return csv_file("endorsements", header=HEADER, rows=map(_line, first_rows(ordered)))
    page = lists.page(ordered)
    context = {
        "page": page,
        "rows": [(row, STATES[row.state], row.endorser in own) for row in page],
        "listing": lists,
        "form": form,
        "narrowed": any(wanted.values()),
        "may_ask": bool(own) and Organisation.objects.count() > 1,
    }
    return render(request, "manage/endorsements.html", context)


def _line(row: Endorsement) -> list[object]:
    days = (row.asked_at, row.issued_at, row.revoked_at)
    return [
        pick(row.endorser.name).text,
        pick(row.organisation.name).text,
        row.version.module.code if row.version else "",
        row.state,
        *(day.date().isoformat() if day else "" for day in days),
        row.statement,
    ]


@roles_required(*KEEPING)
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Ask another organisation to endorse a module, or one's own organisation."""
    form = AskForm(request.POST or None, own=_own(request))
    if request.method == "POST" and form.is_valid():
        try:
            endorsing.ask(
                **form.asked(),
                endorser=form.cleaned_data["endorser"],
                message=form.cleaned_data["message"],
                by=person_of(request),
                now=timezone.now(),
            )
        except ValueError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("They were asked. Their answer will stand here."))
            return redirect("manage:endorsements")
    return render(request, "manage/ask_endorsement.html", {"form": form})


@roles_required(*KEEPING)
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show an endorsement; who was asked answers here, and reads it once more before signing."""
    row, own = _found(request, key)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    answer = AnswerForm(
        request.POST if act in {"check", "sign", "back"} else None,
        initial={"language": (get_language() or "en").split("-")[0]},
    )
    refusal = ReasonForm(request.POST if act == "decline" else None, prefix="no")
    fault = ""
    try:
        if act == "sign" and answer.is_valid():
            return _signed(request, row, answer)
        if act == "decline" and refusal.is_valid():
            return _declined(request, row, refusal)
    except ValueError as error:
        fault = str(error)
    forms_of = {"answer": answer, "refusal": refusal, "fault": fault}
    shown = _shown(row, own) | {"checking": act == "check" and answer.is_valid()}
    return render(request, "manage/endorsement.html", {**shown, **forms_of})


def _shown(row: Endorsement, own: list[Organisation]) -> dict[str, Any]:
    return {
        "row": row,
        "state": STATES[row.state],
        "is_endorser": row.endorser in own,
        "is_asker": row.organisation in own,
    }


def _signed(request: HttpRequest, row: Endorsement, answer: AnswerForm) -> HttpResponse:
    endorsing.give(row, **answer.cleaned_data, by=person_of(request), now=timezone.now())
    messages.success(request, _("Signed. What is issued from now on carries it."))
    return redirect("manage:endorsement", key=row.key)


def _declined(request: HttpRequest, row: Endorsement, refusal: ReasonForm) -> HttpResponse:
    reason = refusal.cleaned_data["reason"]
    endorsing.decline(row, reason=reason, by=person_of(request), now=timezone.now())
    messages.success(request, _("Declined. They read your reason."))
    return redirect("manage:endorsements")


@roles_required(*KEEPING)
@require_POST
def take_back(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take a question back that nobody answered yet."""
    row, _own_ones = _found(request, key)
    try:
        endorsing.take_back(row, by=person_of(request))
    except ValueError as error:
        messages.error(request, str(error))
        return redirect("manage:endorsement", key=key)
    messages.success(request, _("The question was taken back."))
    return redirect("manage:endorsements")


@roles_required(*KEEPING)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask once more and for a reason, then take back what was said."""
    row, own = _found(request, key)
    form, fault = ReasonForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            endorsing.withdraw(row, reason=reason, by=person_of(request), now=timezone.now())
        except ValueError as error:
            fault = str(error)
        else:
            messages.success(request, _("Withdrawn. Every credential that carries it says so."))
            return redirect("manage:endorsement", key=key)
    context = {"row": row, "form": form, "fault": fault, "is_endorser": row.endorser in own}
    return render(request, "manage/withdraw_endorsement.html", context)
