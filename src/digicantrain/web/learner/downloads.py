"""One's own credentials as files: for a wallet, a university, an employer, an accreditor."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from digicantrain.core.credentials.award import IncompleteError
from digicantrain.core.credentials.elm import EuropeanFormError
from digicantrain.core.credentials.european_lists import UnknownEntryError
from digicantrain.core.credentials.tellings import Learner
from digicantrain.credentials import cme, european, transcripts
from digicantrain.credentials.models import Credential
from digicantrain.people.models import Person
from digicantrain.web.access import person_of

NOT_MADE = (EuropeanFormError, UnknownEntryError, IncompleteError)


def _own(request: HttpRequest, key: UUID) -> tuple[Credential, Person]:
    """Return a person's own credential that stands; any other is absent."""
    person = person_of(request)
    rows = Credential.objects.select_related(
        "organisation", "version__module", "record", "status_list"
    )
    row = get_object_or_404(rows, key=key, person=person, revoked_at=None, suspended_at=None)
    if not row.document:
        raise Http404
    return row, person


def _name(row: Credential) -> str:
    return slugify(f"{row.version.module.code}-{row.issued_at:%Y-%m-%d}")


def _file(content: bytes, *, name: str, kind: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=kind,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@login_required
@never_cache
@require_safe
def european_upload(request: HttpRequest, key: UUID) -> HttpResponse:
    """Hand over the European Digital Credential, unsealed, for the Commission's issuer."""
    row, person = _own(request, key)
    try:
        content = european.upload_of(row, name=row.holder_name, email=person.email)
    except NOT_MADE:
        raise Http404 from None
    return _file(
        content, name=f"european-credential-upload-{_name(row)}.json", kind="application/ld+json"
    )


@login_required
@never_cache
@require_safe
def european_sealed(request: HttpRequest, key: UUID) -> HttpResponse:
    """Hand over the European Digital Credential as the organisation seals it."""
    row, _person = _own(request, key)
    try:
        content = european.sealed_of(row, name=row.holder_name, now=timezone.now())
    except NOT_MADE:
        raise Http404 from None
    return _file(
        content, name=f"european-credential-{_name(row)}.jsonld", kind="application/jose+json"
    )


@login_required
@never_cache
@require_safe
def elmo(request: HttpRequest, key: UUID) -> HttpResponse:
    """Hand over ELMO 1.7 XML, for a university."""
    row, person = _own(request, key)
    learner = Learner(row.holder_name, person.email, person.family_name)
    try:
        content = european.elmo_of([row], learner=learner, now=timezone.now())
    except ValueError:
        raise Http404 from None
    return _file(content, name=f"elmo-{_name(row)}.xml", kind="application/xml")


@login_required
@never_cache
@require_safe
def cme_certificate(request: HttpRequest, key: UUID, grant: int) -> HttpResponse:
    """Hand over a CME certificate, where an accreditor granted it and all it asks for holds."""
    row, person = _own(request, key)
    counted = cme.counted_for([row], profession=person.profession).get(row.pk, [])
    found = next((one for one in counted if one.grant.pk == grant), None)
    if found is None:
        raise Http404
    content = cme.sealed_certificate_of(row, found, holder=row.holder_name, now=timezone.now())
    return _file(content, name=f"cme-{_name(row)}.pdf", kind="application/pdf")


@login_required
@never_cache
@require_safe
def transcript_csv(request: HttpRequest) -> HttpResponse:
    """Hand over the transcript as a table, one line a credential and grant."""
    lines = transcripts.lines_of(person_of(request), now=timezone.now())
    return _file(transcripts.as_csv(lines), name="transcript.csv", kind="text/csv; charset=utf-8")


@login_required
@never_cache
@require_safe
def transcript_json(request: HttpRequest) -> HttpResponse:
    """Hand over the transcript for programs."""
    person, now = person_of(request), timezone.now()
    lines = transcripts.lines_of(person, now=now)
    content = transcripts.as_json(person, lines, now=now)
    return _file(content, name="transcript.json", kind="application/json")
