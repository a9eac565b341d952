"""Checking a credential: no account, no tracking, the answer in plain words first."""

from datetime import datetime
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from digicantrain.core.credentials.moments import read_utc
from digicantrain.core.credentials.verification import Cause, Verdict
from digicantrain.credentials import queries
from digicantrain.credentials.certificates import link_of, rows_of, sealed_certificate_of
from digicantrain.credentials.models import Credential
from digicantrain.web.throttle import at_most

TIMES = 60
LONGEST = 1_000_000

HEADINGS = {
    Verdict.VALID: gettext_lazy("This credential is valid"),
    Verdict.EXPIRED: gettext_lazy("This credential has expired"),
    Verdict.NOT_YET_VALID: gettext_lazy("This credential is not valid yet"),
    Verdict.WITHDRAWN: gettext_lazy("This credential was withdrawn"),
    Verdict.ALTERED: gettext_lazy("This is not valid: it was altered or is not signed rightly"),
    Verdict.NOT_OURS: gettext_lazy("This was not issued here"),
    Verdict.UNREADABLE: gettext_lazy("This is not a credential that can be read"),
    Verdict.NOT_CHECKED: gettext_lazy("This cannot be checked just now"),
}
ADVICE = {
    Verdict.EXPIRED: gettext_lazy(
        "It was genuine and in force until then. Whether that is enough for you is yours to decide."
    ),
    Verdict.NOT_YET_VALID: gettext_lazy("It is genuine. Check it again from that day on."),
    Verdict.WITHDRAWN: gettext_lazy("Do not rely on it: the issuer took back what it said."),
    Verdict.ALTERED: gettext_lazy(
        "Do not rely on it. Ask the holder for the link of the credential and check that."
    ),
    Verdict.NOT_OURS: gettext_lazy(
        "Only what was issued on this platform can be checked here. It says nothing about what "
        "others issued: ask the issuer who is named in it."
    ),
    Verdict.UNREADABLE: gettext_lazy(
        "Perhaps a part is missing. Hand in the whole file, or ask the holder for the link."
    ),
    Verdict.NOT_CHECKED: gettext_lazy(
        "It is signed by its issuer, but whether it was withdrawn cannot be seen. Try again later."
    ),
}
CAUSES = {
    Cause.NOT_JSON: gettext_lazy("It is not JSON, or a part is missing."),
    Cause.TOO_LARGE: gettext_lazy("It is too large or nested too deeply."),
    Cause.NOT_A_BADGE: gettext_lazy("It is not an Open Badges 3.0 credential."),
    Cause.UNKNOWN_ISSUER: gettext_lazy("Its issuer is not known on this platform."),
    Cause.NO_PROOF: gettext_lazy("It is not signed."),
    Cause.SEVERAL_PROOFS: gettext_lazy("It carries more than one signature."),
    Cause.OTHER_PROOF: gettext_lazy("Its signature is of another kind."),
    Cause.OTHER_KEY: gettext_lazy("It is signed with a key that is not the issuer's."),
    Cause.RETIRED_KEY: gettext_lazy("It is signed with a key after that was retired."),
    Cause.UNKNOWN_CONTEXT: gettext_lazy("It uses a vocabulary that is not known here."),
    Cause.UNSIGNED_PART: gettext_lazy("A part of it is not covered by the signature."),
    Cause.SIGNATURE: gettext_lazy("Its content is not what was signed."),
    Cause.NO_DATE: gettext_lazy("Its dates cannot be read."),
    Cause.STATUS: gettext_lazy("Its status list cannot be relied on."),
    Cause.WITHDRAWN: gettext_lazy("The issuer withdrew it."),
    Cause.NOT_YET: gettext_lazy("It begins later."),
    Cause.EXPIRED: gettext_lazy("Its time is over."),
}


class VerifyForm(forms.Form):
    """A link, a pasted text or a file."""

    text = forms.CharField(
        label=gettext_lazy("Paste the link or the text of the credential"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )
    file = forms.FileField(
        label=gettext_lazy("Or choose its file"),
        help_text=gettext_lazy("The certificate (PDF) or the signed credential (JSON)."),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """One of the two must be there."""
        data = super().clean() or {}
        if not data.get("text") and not data.get("file"):
            raise forms.ValidationError(_("Paste a link or a credential, or choose a file."))
        return data

    def content(self) -> bytes | str:
        """Return what was handed in, at most a little more than is read."""
        file = self.cleaned_data.get("file")
        if file:
            data: bytes = file.read(LONGEST + 1)
            return data
        return str(self.cleaned_data["text"])


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@at_most(TIMES)
def verify(request: HttpRequest) -> HttpResponse:
    """Take a link, a text or a file, and say what it is."""
    posted = request.method == "POST"
    form = VerifyForm(request.POST if posted else None, request.FILES if posted else None)
    if not posted or not form.is_valid():
        return render(request, "public/verify.html", {"form": form})
    content = form.content()
    if isinstance(content, str) and content.strip().startswith(("http://", "https://", "/")):
        token = queries.token_of(content)
        if token and queries.by_token(token):
            return redirect("public:credential", token=token)
        form.add_error("text", _("No credential of this platform stands behind this link."))
        return render(request, "public/verify.html", {"form": form})
    judged = queries.judge(content, now=timezone.now())
    return render(request, "public/credential.html", {**_context(judged), "by_link": False})


def _found(token: str) -> Credential:
    row = queries.by_token(token)
    if row is None:
        raise Http404
    return row


def _context(judged: queries.Judged) -> dict[str, Any]:
    document = judged.report.document or {}
    row = judged.credential
    elements = row.elements if row else _elements(document)
    return {
        "verdict": judged.verdict.value,
        "heading": HEADINGS[judged.verdict],
        "cause": CAUSES[judged.report.cause] if judged.report.cause else "",
        "advice": ADVICE.get(judged.verdict, ""),
        "credential": row,
        "elements": elements if judged.report.is_authentic else {},
        "rows": rows_of(row) if row and judged.report.is_authentic else [],
        "begins": _moment(document, "validFrom"),
        "ends": _moment(document, "validUntil"),
        "checked_at": timezone.now(),
    }


def _moment(document: Any, name: str) -> datetime | None:
    return read_utc(document.get(name)) if isinstance(document, dict) else None


def _elements(document: Any) -> dict[str, Any]:
    subject = document.get("credentialSubject") if isinstance(document, dict) else None
    found = subject.get("microCredential") if isinstance(subject, dict) else None
    return found if isinstance(found, dict) else {}


@never_cache
@require_safe
@at_most(TIMES)
def credential(request: HttpRequest, token: str) -> HttpResponse:
    """Check a credential by its share link."""
    row = _found(token)
    judged = queries.judge_own(row, now=timezone.now())
    context = {**_context(judged), "by_link": True, "link": link_of(row)}
    return render(request, "public/credential.html", context)


@never_cache
@require_safe
@at_most(TIMES)
def credential_json(request: HttpRequest, token: str) -> HttpResponse:
    """Hand over the signed credential."""
    del request
    row = _found(token)
    if not row.document:
        raise Http404
    return HttpResponse(
        row.document,
        content_type="application/vc+ld+json",
        headers={"Content-Disposition": 'attachment; filename="credential.json"'},
    )


@never_cache
@require_safe
@at_most(TIMES)
def certificate(request: HttpRequest, token: str) -> HttpResponse:
    """Hand over the certificate; the name is on it where its holder shows it, or for herself."""
    row = _found(token)
    own = request.user.is_authenticated and row.person_id == request.user.pk
    if row.revoked_at is not None or not row.document:
        raise Http404
    holder = row.holder_name if own or row.show_name else ""
    data = sealed_certificate_of(row, holder=holder, now=timezone.now())
    return HttpResponse(
        data,
        content_type="application/pdf",
        headers={"Content-Disposition": 'attachment; filename="certificate.pdf"'},
    )
