"""One's own credits: hours or ECTS with their formula, CME only where it was granted."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from digicantrain.credentials import (
    actions,
    deciding,
    downloads,
    european,
    expiry,
    paths,
    seals,
    stacks,
    transcripts,
)
from digicantrain.credentials.certificates import can_be_drawn
from digicantrain.credentials.expiry import Way
from digicantrain.credentials.models import Credential, PathCertificate
from digicantrain.credentials.path_sheets import link_of
from digicantrain.credentials.transcripts import Line, state_words
from digicantrain.learning.enums import EnrolmentState
from digicantrain.people.models import Organisation, Person
from digicantrain.web.access import person_of

STANDS = frozenset({"earned", "expires", "expired"})


@login_required
@require_safe
def transcript(request: HttpRequest) -> HttpResponse:
    """Show what was earned, what it adds up to, and what is being checked."""
    person, now = person_of(request), timezone.now()
    lines = transcripts.lines_of(person, now=now)
    certificates = list(paths.of_person(person, now=now))
    held = [line.credential for line in lines]
    ways = _ways(lines, now=now)
    context = {
        "rows": [
            {
                "line": line,
                "credential": line.credential,
                "state": line.state,
                "stands": line.state in STANDS,
                "state_words": state_words(line),
                "link": line.link,
                "counted": line.counted,
                "renewed_by": line.renewed_by,
                "way": ways.get(line.credential.pk),
            }
            # a module before the badges of its units, which it includes
            for line in sorted(lines, key=lambda line: bool(line.credential.badge))
        ],
        "sums": _sums(lines),
        "records": _records(lines, certificates),
        "certificates": [
            {"row": row, "link": link_of(row), "fell": _fell(row)} for row in certificates
        ],
        "modules": stacks.modules_of(person, held, now=now),
        "paths": stacks.paths_of(held, certificates, now=now),
        "being_checked": _being_checked(person),
        "menu_item": "credits",
    }
    return render(request, "learner/credits.html", context)


def _fell(row: Any) -> bool:
    """Whether a path certificate, or a module in it, does not stand."""
    return row.revoked_at is not None or row.standing < row.modules


def _ways(lines: Sequence[Line], *, now: datetime) -> dict[int, Way]:
    """Return how each is renewed that has ended or ends soon, and was not renewed yet."""
    ending = [
        line.credential
        for line in lines
        if line.state in {"expires", "expired"}
        and not line.renewed_by
        and line.credential.expires_at
        and line.credential.expires_at < now + expiry.SOON
    ]
    return expiry.ways_to_renew(ending, now=now)


def _being_checked(person: Person) -> list[dict[str, Any]]:
    """Return what is done and not issued yet: within minutes, or when somebody confirms it."""
    done = person.enrolments.filter(state=EnrolmentState.COMPLETED, credential=None)
    rows = [
        row
        for row in done.select_related("version", "cohort__organisation")
        if row.version.data.get("credit")
    ]
    refusals = deciding.refusals_of(rows)
    return [
        {
            "enrolment": row,
            "waits": row.cohort.organisation.four_eyes,
            "refusal": refusals.get(row.pk, ""),
            "contact": row.cohort.organisation.contact_email,
        }
        for row in rows
    ]


def _records(
    lines: Sequence[Line], certificates: Sequence[PathCertificate]
) -> list[dict[str, Any]]:
    """Return each provider of what stands, with the paths that it completes.

    A path with a certificate of its own is not offered a second time.
    """
    standing = [line.credential for line in lines if line.counts]
    certified = {(row.programme_id, row.path) for row in certificates if row.revoked_at is None}
    providers = {row.organisation_id: row.organisation for row in standing}
    return [
        {
            "slug": provider.slug,
            "name": provider.name,
            "paths": [
                path
                for path in downloads.paths_of(
                    [row for row in standing if row.organisation_id == provider.pk]
                )
                if (path.programme_id, path.code) not in certified
            ],
        }
        for provider in providers.values()
    ]


@login_required
@require_safe
def forms(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show every form in which a credential can be had, and what each is for."""
    person, now = person_of(request), timezone.now()
    lines = transcripts.lines_of(person, now=now)
    line = next((line for line in lines if line.credential.key == key), None)
    row = get_object_or_404(Credential, key=key, person=person)
    context = {
        "row": row,
        "line": line,
        "standing": row.state in STANDS and bool(row.document),
        "european": european.is_offered(row),
        "seal": seals.usable_seal(row.organisation, now=now),
        "name_is_drawn": can_be_drawn(row.holder_name),
        "menu_item": "credits",
    }
    return render(request, "learner/forms.html", context)


def _sums(lines: Sequence[Line]) -> list[tuple[str, str]]:
    """Return what counts now, each currency by itself: they do not add up to one another."""
    sums = transcripts.sums_of(lines)
    minutes, ects = int(sums.get(transcripts.HOURS, 0)), sums.get(transcripts.ECTS, Decimal(0))
    hours = _("%(hours)d h %(minutes)d min") % {"hours": minutes // 60, "minutes": minutes % 60}
    cme = sorted(transcripts.cme_of(sums).items())
    return [
        (_("Hours"), hours),
        ("ECTS", _plain(ects) if ects else _("none: nothing here is a whole credit")),
        *(("CME", f"{_plain(number)} {unit}") for unit, number in cme),
    ]


def _plain(number: Decimal) -> str:
    return number_format(number.normalize(), use_l10n=True)


@login_required
@require_POST
def share(request: HttpRequest, key: UUID) -> HttpResponse:
    """Let the public page show the name, or not."""
    row = get_object_or_404(Credential, key=key, person=person_of(request))
    actions.show_name(row, shown=request.POST.get("show_name") == "yes")
    messages.success(request, _("Saved."))
    return redirect("learner:credits")


@login_required
@require_POST
def share_path(request: HttpRequest, key: UUID) -> HttpResponse:
    """Let the public page of a path certificate show the name, or not."""
    row = get_object_or_404(PathCertificate, key=key, person=person_of(request))
    paths.show_name(row, shown=request.POST.get("show_name") == "yes")
    messages.success(request, _("Saved."))
    return redirect("learner:credits")


@login_required
@require_safe
def record(request: HttpRequest, slug: str, code: str = "") -> HttpResponse:
    """Hand over what was earned from a provider, or a path of it, as one signed file."""
    person = person_of(request)
    provider = get_object_or_404(Organisation, slug=slug)
    path = downloads.path_of(person, provider, code=code) if code else None
    if code and path is None:
        raise Http404
    try:
        data = downloads.record_of(person, provider, now=timezone.now(), path=path)
    except downloads.NotToBeHadError as error:
        raise Http404 from error
    return HttpResponse(
        data,
        content_type="application/vc+ld+json",
        headers={"Content-Disposition": f'attachment; filename="{code or "transcript"}.json"'},
    )
