"""The administrator's pages for the record store's keys: made, rotated, revoked."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from digicantrain.people.enums import Role
from digicantrain.people.queries import name_of
from digicantrain.records import keys
from digicantrain.records.keys import KeyRefusedError, Opened
from digicantrain.records.models import Key
from digicantrain.web.access import person_of, roles_required
from digicantrain.web.listing import Listing, csv_file, first_rows
from digicantrain.web.manage.record_key_forms import WORDS, KeyFilter, KeyForm, RotateForm
from digicantrain.web.manage.views import organisation_for

COLUMNS = {"name": "name", "made": "made_at", "used": "last_used_at"}
HEADER = ("name", "client", "scopes", "made", "last_used", "last_day", "state")
STATES = {
    "works": gettext_lazy("Works"),
    "expired": gettext_lazy("Expired"),
    "revoked": gettext_lazy("Revoked"),
}


def _state(key: Key, now: datetime) -> str:
    if key.revoked_at is not None:
        return "revoked"
    return "expired" if key.has_expired(now.date()) else "works"


def _told(key: Key, now: datetime) -> dict[str, Any]:
    state = _state(key, now)
    return {
        "key": key,
        "state": state,
        "state_words": STATES[state],
        "scopes": [WORDS[scope].short for scope in key.scope_list],
        "takes_old": key.takes_old(now),
    }


def _found(request: HttpRequest, slug: str, client: str) -> Key:
    """Return a key of an organisation that the person administers; all others are absent."""
    row = organisation_for(request, slug)
    return get_object_or_404(row.record_keys.select_related("organisation"), client_id=client)


@roles_required(Role.ADMINISTRATOR)
@require_safe
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """List the keys of an organisation's store."""
    row, now = organisation_for(request, slug), timezone.now()
    form = KeyFilter(request.GET)
    shows_all = form.is_valid() and form.cleaned_data["which"] == "all"
    found = row.record_keys.all()
    if not shows_all:
        open_still = Q(last_day=None) | Q(last_day__gte=now.date())
        found = found.filter(open_still, revoked_at=None)
    lists = Listing(request, columns=COLUMNS, first="name")
    ordered = lists.ordered(found)
    if lists.wants_csv:
        lines = (_line(key, now) for key in first_rows(ordered))
        return csv_file("record-keys", header=HEADER, rows=lines)
    page = lists.page(ordered)
    context = {
        "organisation": row,
        "page": page,
        "rows": [_told(key, now) for key in page],
        "listing": lists,
        "form": form,
        "shows_all": shows_all,
    }
    return render(request, "manage/record_keys.html", context)


def _line(key: Key, now: datetime) -> list[object]:
    return [
        key.name,
        key.client_id,
        key.scopes,
        key.made_at.isoformat(),
        key.last_used_at.isoformat() if key.last_used_at else "",
        key.last_day.isoformat() if key.last_day else "",
        _state(key, now),
    ]


@roles_required(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask what a key is for, make it, and show its secret this once."""
    row = organisation_for(request, slug)
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            opened = keys.make(row, wanted=form.wanted(), by=person_of(request), now=timezone.now())
        except KeyRefusedError as error:
            form.add_error(None, str(error))
        else:
            return _secret_shown(request, opened)
    return render(request, "manage/new_record_key.html", {"organisation": row, "form": form})


@roles_required(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, slug: str, client: str) -> HttpResponse:
    """Show a key; give it a new secret, which is shown this once."""
    key, now = _found(request, slug, client), timezone.now()
    form = RotateForm(request.POST or None, initial={"seen": _seen(key)})
    if request.method == "POST" and form.is_valid():
        opened = _rotated(request, key, form)
        if opened is not None:
            return _secret_shown(request, opened)
    context = {
        "key": key,
        "told": _told(key, now),
        "organisation": key.organisation,
        "form": form,
        "made_by": _maker(key),
    }
    return render(request, "manage/record_key.html", context)


def _seen(key: Key) -> str:
    return key.rotated_at.isoformat() if key.rotated_at else ""


def _rotated(request: HttpRequest, key: Key, form: RotateForm) -> Opened | None:
    if form.cleaned_data["seen"] != _seen(key):
        form.add_error(
            None,
            _(
                "This key got a new secret already, after this page was opened. Nothing was "
                "changed. Open the page anew if it shall get another one."
            ),
        )
        return None
    by, now = person_of(request), timezone.now()
    try:
        return keys.rotate(key, by=by, now=now, overlap=form.span)
    except KeyRefusedError as error:
        form.add_error(None, str(error))
        return None


def _maker(key: Key) -> str:
    """Return who made it; the pseudonym of an erased person leads to nobody."""
    if key.made_by is None:
        return _("the operator, by command")
    return name_of(key.made_by) or _("Somebody whose account was erased")


def _secret_shown(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Show a secret: in this answer alone, which no browser may store (see middleware)."""
    key, now = opened.key, timezone.now()
    context = {
        **_told(key, now),
        "organisation": key.organisation,
        "secret": opened.secret,
        "endpoint": f"{settings.ORIGIN}/xapi/",
        "token_endpoint": f"{settings.ORIGIN}{reverse('api:oauth-token')}",
    }
    return render(request, "manage/record_key_secret.html", context)


@roles_required(Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, slug: str, client: str) -> HttpResponse:
    """Ask once more, then end a key."""
    key = _found(request, slug, client)
    if request.method == "POST":
        try:
            keys.revoke(key, by=person_of(request), now=timezone.now())
        except KeyRefusedError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Revoked. Its secret and its tokens open nothing now."))
        return redirect("manage:record-key", slug=slug, client=client)
    context = {**_told(key, timezone.now()), "organisation": key.organisation}
    return render(request, "manage/revoke_record_key.html", context)
