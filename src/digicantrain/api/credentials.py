"""What machines ask about credentials: the issuer's keys, the status lists, a verdict."""

import hashlib
import logging
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from digicantrain.base.rate import is_over
from digicantrain.core.credentials.keys import did_document, did_web
from digicantrain.core.credentials.status import REVOCATION
from digicantrain.core.credentials.verification import Endorsed
from digicantrain.credentials import checking, lists, queries, trials
from digicantrain.credentials.models import StatusList
from digicantrain.people.models import Organisation

logger = logging.getLogger(__name__)

LONGEST = 1_000_000
TIMES = 60
OPEN = {"Access-Control-Allow-Origin": "*"}


@require_safe
def did(_request: HttpRequest, slug: str) -> JsonResponse:
    """Publish an organisation's keys, old ones too, under the DID of this address."""
    get_object_or_404(Organisation, slug=slug)
    name = did_web(settings.ORIGIN, path=f"o/{slug}")
    found = queries.keys_of(name)
    if not found:
        raise Http404
    return JsonResponse(did_document(name, keys=found), headers=OPEN)


@require_safe
def status_list(request: HttpRequest, key: UUID, purpose: str = REVOCATION) -> HttpResponse:
    """Publish a status list as it stands this moment."""
    row = get_object_or_404(StatusList.objects.select_related("organisation"), key=key)
    try:
        body = lists.signed_list(row, now=timezone.now(), purpose=purpose)
    except ValueError:
        logger.exception("A status list cannot be signed")
        return JsonResponse(
            {"error": "The status list cannot be signed now. Ask the issuer."}, status=503
        )
    return _published(request, body)


@require_safe
def trial_list(request: HttpRequest, purpose: str) -> HttpResponse:
    """Publish a status list of the issuer of the VC-API."""
    if not settings.VC_API_TOKEN or purpose not in trials.PURPOSES:
        raise Http404
    return _published(request, trials.signed_list(purpose, now=timezone.now()))


def _published(request: HttpRequest, body: bytes) -> HttpResponse:
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers={"ETag": tag})
    return HttpResponse(
        body,
        content_type="application/vc+ld+json",
        headers={"ETag": tag, "Cache-Control": "no-cache", **OPEN},
    )


@csrf_exempt
@require_POST
def verify(request: HttpRequest) -> JsonResponse:
    """Judge a credential that is posted as JSON; no session is used."""
    if is_over(request, what="api-verify", times=TIMES):
        return JsonResponse(
            {"error": f"At most {TIMES} questions a minute from one address; wait a minute."},
            status=429,
        )
    length = request.headers.get("Content-Length", "0")
    if not length.isdigit() or int(length) > LONGEST:
        return JsonResponse({"error": "Send at most 1,000,000 bytes of JSON."}, status=413)
    judged = checking.judge(request.body, now=timezone.now())
    report = judged.report
    did_of, name = judged.issuer
    return JsonResponse(
        {
            "verdict": judged.verdict.value,
            "cause": report.cause.value if report.cause else None,
            "detail": report.detail or None,
            "issuer": {"id": did_of, "name": name, "known": report.is_ours} if did_of else None,
            "endorsements": [_endorsement(one) for one in report.endorsements],
        }
    )


def _endorsement(one: Endorsed) -> dict[str, object]:
    """Return an endorsement with its own verdict; the credential's does not rest on it."""
    report = one.report
    document = (report.document or {}) if report.is_authentic else {}
    did_of, name = checking.issuer_named(document)
    return {
        "of": one.place,
        "stands": one.stands,
        "verdict": report.verdict.value,
        "cause": report.cause.value if report.cause else None,
        "doubt": one.doubt.value if one.doubt else None,
        "endorser": {"id": did_of, "name": name, "known": report.is_ours} if did_of else None,
        "comment": checking.comment_of(document) or None,
    }
