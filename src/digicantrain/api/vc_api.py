"""The VC-API of the W3C Credentials Community Group: sign, check, set a status, over HTTP.

It is off until the operator gives the hash of a token, and for machines of integrators and
conformance suites: it signs with a key of its own, never with an organisation's.
"""

import hashlib
import hmac
import uuid
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Final

from django.conf import settings
from django.http import Http404, HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from digicantrain.core.credentials import contexts, data_model, integrity, jws, strict_json
from digicantrain.core.credentials.contexts import DATA_INTEGRITY_2, VC_1, VC_2
from digicantrain.core.credentials.linked_data import LinkedDataError, canonical, require_terms
from digicantrain.core.credentials.proof import TYPE
from digicantrain.core.credentials.verification import (
    Cause,
    Report,
    Rules,
    Verdict,
    judge_presentation,
    judge_under,
)
from digicantrain.credentials import checking, trials
from digicantrain.credentials.signatures import holds

_BEARER: Final = "Bearer "
_MODEL: Final = "https://www.w3.org/TR/vc-data-model#"
_SECURITY: Final = "https://w3id.org/security#"
_STATUS: Final = "https://www.w3.org/ns/credentials/status-list#"
_PROBLEMS: Final = {
    Cause.NOT_JSON: f"{_MODEL}PARSING_ERROR",
    Cause.NO_CREDENTIAL: f"{_MODEL}PARSING_ERROR",
    Cause.TOO_LARGE: f"{_MODEL}PARSING_ERROR",
    Cause.NOT_A_CREDENTIAL: f"{_MODEL}MALFORMED_VALUE_ERROR",
    Cause.EUROPEAN: f"{_MODEL}MALFORMED_VALUE_ERROR",
    Cause.MALFORMED: f"{_MODEL}MALFORMED_VALUE_ERROR",
    Cause.NO_DATE: f"{_MODEL}MALFORMED_VALUE_ERROR",
    Cause.NOT_YET: f"{_MODEL}RANGE_ERROR",
    Cause.EXPIRED: f"{_MODEL}RANGE_ERROR",
    Cause.UNSIGNED_PART: f"{_SECURITY}DATA_LOSS_DETECTION_ERROR",
    Cause.PRESENTATION: f"{_SECURITY}INVALID_CHALLENGE_ERROR",
    Cause.UNKNOWN_ISSUER: f"{_SECURITY}INVALID_VERIFICATION_METHOD",
    Cause.NO_KEYS: f"{_SECURITY}INVALID_VERIFICATION_METHOD",
    Cause.STATUS: f"{_STATUS}STATUS_VERIFICATION_ERROR",
    Cause.WITHDRAWN: f"{_STATUS}STATUS_VERIFICATION_ERROR",
    Cause.SUSPENDED: f"{_STATUS}STATUS_VERIFICATION_ERROR",
}
_OTHERWISE: Final = f"{_SECURITY}PROOF_VERIFICATION_ERROR"
Answer = Callable[[HttpRequest, dict[str, Any]], JsonResponse]


class RequestError(ValueError):
    """A request that cannot be answered; the sentence says why."""


def _machine(answer: Answer) -> Callable[[HttpRequest], JsonResponse]:
    """Let only those in who have the token, and read what they send."""

    @csrf_exempt
    @require_POST
    @wraps(answer)
    def answered(request: HttpRequest) -> JsonResponse:
        if not settings.VC_API_TOKEN:
            raise Http404
        if not _has_token(request):
            return JsonResponse(
                {"error": "Send the token of the VC-API."},
                status=401,
                headers={"WWW-Authenticate": 'Bearer realm="VC-API"'},
            )
        try:
            return answer(request, _body(request))
        except strict_json.TooLargeError as error:
            return _refused(f"{_MODEL}PARSING_ERROR", str(error), status=413)
        except (RequestError, strict_json.JSONError, trials.TrialError) as error:
            return _refused(f"{_MODEL}PARSING_ERROR", str(error))
        except data_model.MalformedError as error:
            return _refused(f"{_MODEL}MALFORMED_VALUE_ERROR", str(error))
        except LinkedDataError as error:
            return _refused(f"{_SECURITY}DATA_LOSS_DETECTION_ERROR", str(error))

    return answered


def _has_token(request: HttpRequest) -> bool:
    """Compare hashes in a time that tells nothing."""
    told = request.headers.get("Authorization", "")
    token = told.removeprefix(_BEARER) if told.startswith(_BEARER) else ""
    found = hashlib.sha256(token.encode()).hexdigest()
    return hmac.compare_digest(found, settings.VC_API_TOKEN) and bool(token)


def _body(request: HttpRequest) -> dict[str, Any]:
    length = request.headers.get("Content-Length", "0")
    if not length.isdigit() or int(length) > strict_json.MAX_BYTES:
        raise strict_json.TooLargeError("Send at most 1,000,000 bytes.")
    return strict_json.read(request.body)


def _object(body: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = body.get(name)
    if not isinstance(value, dict):
        raise RequestError(f"{name} must be an object.")
    return value


def _options(body: Mapping[str, Any]) -> dict[str, Any]:
    return _object({"options": {}, **body}, "options")


def _refused(kind: str, detail: str, *, status: int = 400) -> JsonResponse:
    """Answer with a problem (RFC 9457) as the VC-API and the data model name them."""
    title = kind.rpartition("#")[2]
    problem = {"type": kind, "title": title, "detail": detail, "status": status}
    return JsonResponse(
        {"verified": False, "checks": [], "warnings": [], "errors": [detail],
         "problemDetails": [problem]},
        status=status,
    )  # fmt: skip


# --- issuing ---


@_machine
def issue(_request: HttpRequest, body: dict[str, Any]) -> JsonResponse:
    """Sign a credential of the VC-API's own issuer, as a proof inside it or as a JWT around it."""
    credential, options = _object(body, "credential"), _options(body)
    how = _how(options)
    if data_model.issuer_of(credential) != trials.did():
        raise RequestError(f"issuer must be {trials.did()}: this key signs for nobody else.")
    if "proof" in credential:
        raise RequestError("The credential carries a proof already.")
    data_model.require_credential(credential)
    credential = _with_contexts(credential)
    require_terms(credential, contexts.load_or_example)
    canonical(credential, contexts.load_or_example)
    credential = _with_status(credential, options)
    return JsonResponse({"verifiableCredential": _secured(credential, how)}, status=201)


def _how(options: Mapping[str, Any]) -> str:
    """Return how to sign: `options.type`, and `options.cryptosuite` for a proof."""
    how = options.get("type", TYPE)
    suite = options.get("cryptosuite", integrity.EDDSA)
    if how == TYPE and suite == integrity.EDDSA:
        return TYPE
    if how in ("vc+jwt", "application/vc+jwt"):
        return "vc+jwt"
    raise RequestError("options ask for a signature of a kind that is not made here.")


def _with_contexts(credential: dict[str, Any]) -> dict[str, Any]:
    """Add the terms of a proof where the base context, that of 2019, has none."""
    named = credential["@context"]
    if named[0] != VC_1 or DATA_INTEGRITY_2 in named:
        return credential
    return {**credential, "@context": [VC_1, DATA_INTEGRITY_2, *named[1:]]}


def _with_status(credential: dict[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    wanted = trials.purposes_in(options)
    if not wanted:
        return credential
    name = str(credential.get("id", uuid.uuid4().urn))
    entries = trials.entries_for(name, wanted)
    value = entries if len(entries) > 1 else entries[0]
    return {**credential, "id": name, "credentialStatus": value}


def _secured(credential: dict[str, Any], how: str) -> dict[str, Any]:
    signer = trials.signer()
    if how == TYPE:
        return integrity.signed(
            credential, signer=signer, created=timezone.now(), load=contexts.load_or_example
        )
    text = jws.signed(credential, signer=signer, algorithm="EdDSA", kind=how)
    return {
        "@context": VC_2,
        "id": f"data:application/{how},{text}",
        "type": data_model.ENVELOPED,
    }


@_machine
def set_status(_request: HttpRequest, body: dict[str, Any]) -> JsonResponse:
    """Set or lift a status of a credential that was issued here."""
    name = body.get("credentialId")
    wanted = body.get("credentialStatus")
    if not isinstance(name, str):
        raise RequestError("credentialId must be a text.")
    for entry in wanted if isinstance(wanted, list) else [wanted]:
        if not isinstance(entry, dict) or not isinstance(entry.get("status", True), bool):
            raise RequestError("credentialStatus must say a purpose and a status.")
        trials.set_status(
            name,
            purpose=str(entry.get("statusPurpose", "")),
            value=entry.get("status", True),
            now=timezone.now(),
        )
    return JsonResponse({})


# --- checking ---


@_machine
def verify(_request: HttpRequest, body: dict[str, Any]) -> JsonResponse:
    """Check a credential, whoever issued it."""
    credential, options = _object(body, "verifiableCredential"), _options(body)
    checks = options.get("checks", ["proof", "credentialStatus"])
    if not isinstance(checks, list):
        raise RequestError("checks must be a list.")
    rules = _rules(with_status="credentialStatus" in checks)
    judged = checking.judged(judge_under(credential, rules))
    return _answered(judged.report, checks=checks)


@_machine
def verify_presentation(_request: HttpRequest, body: dict[str, Any]) -> JsonResponse:
    """Check a presentation: its holder's signature, and each credential in it."""
    presentation, options = _object(body, "verifiablePresentation"), _options(body)
    asked = {name: options.get(name) for name in ("challenge", "domain")}
    if not all(value is None or isinstance(value, str) for value in asked.values()):
        raise RequestError("challenge and domain must be texts.")
    judging = judge_presentation(presentation, _rules(with_status=True), **asked)
    return _answered(checking.judged(judging).report, checks=["proof", "credentialStatus"])


def _rules(*, with_status: bool) -> Rules:
    return Rules(
        timezone.now(),
        holds=holds,
        examples=True,
        inline_contexts=True,
        several_proofs=True,
        with_status=with_status,
    )


def _answered(report: Report, *, checks: Any) -> JsonResponse:
    if not report.stands:
        cause = report.cause or Cause.SIGNATURE
        detail = f"{report.verdict.value}: {report.detail or cause.value}"
        return _refused(_PROBLEMS.get(cause, _OTHERWISE), detail)
    known = report.verdict is Verdict.VALID
    warnings = [] if known else ["The issuer is not known on this platform."]
    return JsonResponse(
        {"verified": True, "checks": checks, "warnings": warnings, "errors": [],
         "problemDetails": []}
    )  # fmt: skip
