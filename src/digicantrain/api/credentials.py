"""What machines ask about credentials: the issuer's keys, the status lists, a verdict."""

import hashlib
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from digicantrain.core.credentials.keys import did_document
from digicantrain.credentials import lists, queries
from digicantrain.credentials.models import StatusList
from digicantrain.people.models import Organisation

LONGEST = 1_000_000


@require_safe
def did(_request: HttpRequest, slug: str) -> JsonResponse:
    """Publish an organisation's keys, old ones too."""
    organisation = get_object_or_404(Organisation, slug=slug)
    key = organisation.issuer_keys.first()
    if key is None or not key.did.startswith("did:web:"):
        raise Http404
    return JsonResponse(did_document(key.did, keys=queries.keys_of(key.did)))


@require_safe
def status_list(request: HttpRequest, key: UUID) -> HttpResponse:
    """Publish a status list as it stands this moment."""
    row = get_object_or_404(StatusList.objects.select_related("organisation"), key=key)
    body = lists.signed_list(row)
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers={"ETag": tag})
    return HttpResponse(
        body,
        content_type="application/vc+ld+json",
        headers={"ETag": tag, "Cache-Control": "no-cache", "Access-Control-Allow-Origin": "*"},
    )


@csrf_exempt
@require_POST
def verify(request: HttpRequest) -> JsonResponse:
    """Judge a credential that is posted as JSON; no session is used."""
    length = request.headers.get("Content-Length", "0")
    if not length.isdigit() or int(length) > LONGEST:
        return JsonResponse({"error": "Send at most 1,000,000 bytes of JSON."}, status=413)
    judged = queries.judge(request.body, now=timezone.now())
    cause = judged.report.cause
    answer = {"verdict": judged.verdict.value, "cause": cause.value if cause else None}
    return JsonResponse(answer)
