"""Checking a credential: no account, no tracking, the answer in plain words first."""

from collections.abc import Mapping
from datetime import UTC, date
from typing import Any

import orjson
from django import forms
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from digicantrain.core.credentials.moments import read_stamp
from digicantrain.core.credentials.verification import Cause, Report, Verdict
from digicantrain.credentials import checking, paths, queries
from digicantrain.credentials.certificates import link_of
from digicantrain.credentials.models import Credential, PathCertificate
from digicantrain.web.public.paths import context_of
from digicantrain.web.public.said import ADVICE, ADVICE_ON, LATER, endorsements_in, spoken
from digicantrain.web.throttle import at_most
from digicantrain.web.verdicts import CAUSES, HEADINGS

TIMES = 60
LONGEST = 1_000_000
TOO_LONG = gettext_lazy(
    "The text is longer than a million characters. Choose its file instead of pasting it."
)


class VerifyForm(forms.Form):
    """A link, a pasted text or a file."""

    text = forms.CharField(
        label=gettext_lazy("Paste the link or the text of the credential"),
        required=False,
        max_length=LONGEST,
        error_messages={"max_length": TOO_LONG},
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )
    file = forms.FileField(
        label=gettext_lazy("Or choose its file"),
        help_text=gettext_lazy(
            "The certificate (PDF), the badge (PNG or SVG) or the signed credential (JSON or JWT); "
            "at most 10 megabytes."
        ),
        required=False,
    )

    def __init__(self, *args: Any, is_too_large: bool = False, **named: Any) -> None:
        super().__init__(*args, **named)
        self._is_too_large = is_too_large

    def clean_file(self) -> Any:
        """Refuse a file that is larger than any that is read."""
        file = self.cleaned_data.get("file")
        if file and (file.size or 0) > checking.LARGEST_FILE:
            raise forms.ValidationError(_("The file is larger than 10 megabytes."))
        return file

    def clean(self) -> dict[str, Any]:
        """One of the two must be there."""
        data = super().clean() or {}
        if self._is_too_large:
            raise forms.ValidationError({"text": TOO_LONG})
        if not self.errors and not data.get("text") and not data.get("file"):
            raise forms.ValidationError(_("Paste a link or a credential, or choose a file."))
        return data

    def content(self) -> bytes | str:
        """Return what was handed in."""
        file = self.cleaned_data.get("file")
        if file:
            data: bytes = file.read()
            return data
        return str(self.cleaned_data["text"])


def _form(request: HttpRequest) -> VerifyForm:
    """Return the form with what was handed in; what is too much for it is not read."""
    if request.method != "POST":
        return VerifyForm()
    try:
        return VerifyForm(request.POST, request.FILES)
    except RequestDataTooBig:
        return VerifyForm({}, is_too_large=True)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@at_most(TIMES)
def verify(request: HttpRequest) -> HttpResponse:
    """Take a link, a text or a file, and say what it is.

    It changes nothing and knows nobody, so it needs no token, and no cookie for one.
    """
    form = _form(request)
    if not form.is_valid():
        return render(request, "public/verify.html", {"form": form})
    content = form.content()
    if isinstance(content, str) and queries.is_link(content):
        token = queries.token_of(content)
        if token and queries.by_token(token):
            return redirect("public:credential", token=token)
        if queries.path_by_token(token):
            return redirect("public:path-certificate", token=token)
        form.add_error("text", _("No credential of this platform stands behind this link."))
        return render(request, "public/verify.html", {"form": form})
    judged = checking.judge(content, now=timezone.now())
    path = _path_in(judged.report)
    if path is not None:
        context = {**context_of(path, by_link=False), "only_inside": _only_inside(judged)}
        return render(request, "public/path_certificate.html", context)
    return render(request, "public/credential.html", {**_context(judged), "by_link": False})


def _path_in(report: Report) -> PathCertificate | None:
    """Return our own path certificate, where these are the very words that were signed."""
    if not report.is_ours or not (report.is_authentic or report.cause is Cause.EMBEDDED):
        return None
    row = paths.by_document(report.document)
    same = row is not None and orjson.loads(row.document) == report.document
    return row if same else None


def _found(token: str) -> Credential:
    row = queries.by_token(token)
    if row is None:
        raise Http404
    return row


def _context(judged: checking.Judged) -> dict[str, Any]:
    report, row = judged.report, judged.credential
    document = report.document or {}
    proved = report.is_authentic
    elements = (row.elements if row else _elements(document)) if proved else {}
    endorsement = _endorsement(report)
    # one of ours that is no credential of a module: a record of several
    is_record = report.is_ours and not elements and not endorsement
    said_in, rows = spoken(row) if row and proved else ("", [])
    return {
        "verdict": judged.verdict.value,
        "heading": HEADINGS[judged.verdict],
        "cause": CAUSES[report.cause] if report.cause else "",
        "detail": report.detail,
        "advice": _advice(report),
        "credential": row,
        "elements": elements,
        "rows": rows,
        "said_in": said_in,
        "other": _other(judged) if proved and (is_record or not report.is_ours) else None,
        "inner": [_inside(one) for one in report.inner],
        "endorsements": endorsements_in(report),
        "endorsement": endorsement,
        "begins": _day(document, "validFrom", "issuanceDate"),
        "ends": _day(document, "validUntil", "expirationDate"),
        "only_inside": _only_inside(judged),
        "checked_at": timezone.now(),
    }


def _only_inside(judged: checking.Judged) -> str:
    """Say of a file with words of its own that these were not checked."""
    return str(checking.INSIDE) if judged.is_inside else ""


def _advice(report: Report) -> str:
    if report.verdict is Verdict.NOT_CHECKED and report.cause is Cause.STATUS:
        return str(LATER)
    if report.cause in ADVICE_ON:
        return str(ADVICE_ON[report.cause])
    return str(ADVICE.get(report.verdict, ""))


def _other(judged: checking.Judged) -> dict[str, Any]:
    """Return what a credential of another issuer, or a record of ours, says, and who that is."""
    address, name = judged.issuer
    return {
        "is_ours": judged.report.is_ours,
        "issuer": address,
        "issuer_name": name,
        **checking.details(judged.report.document or {}),
    }


def _endorsement(report: Report) -> dict[str, Any] | None:
    """Return what an endorsement of ours says, where one is handed in by itself."""
    document = report.document if report.is_authentic and report.is_ours else None
    comment = checking.comment_of(document or {})
    return (
        {"who": checking.issuer_named(document or {})[1], "comment": comment} if comment else None
    )


def _inside(report: Report) -> dict[str, Any]:
    """Return a line on a credential inside another one."""
    known = report.document if report.is_authentic else None
    return {
        "title": checking.details(known or {})["title"],
        "heading": HEADINGS[report.verdict],
        "cause": CAUSES[report.cause] if report.cause else "",
    }


def _day(document: Mapping[str, Any], *names: str) -> date | None:
    """Return the day, in UTC as in the document, of the first of these moments that it names."""
    moments = (read_stamp(document.get(name)) for name in names)
    moment = next(filter(None, moments), None)
    return moment.astimezone(UTC).date() if moment else None


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
    judged = checking.judge_own(row, now=timezone.now())
    context = {**_context(judged), "by_link": True, "link": link_of(row)}
    return render(request, "public/credential.html", context)
