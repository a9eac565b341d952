"""The registrar's pages for path certificates: which stand, which hold a part that fell."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from digicantrain.base.localised import pick
from digicantrain.credentials import paths, register
from digicantrain.credentials.models import Credential, PathCertificate
from digicantrain.credentials.path_sheets import link_of
from digicantrain.web.access import organisations, person_of, roles_required
from digicantrain.web.listing import Listing, csv_file, first_rows
from digicantrain.web.manage.credentials import KEEPING, WithdrawForm

COLUMNS = {"name": "holder_name", "path": "path", "issued": "issued_at", "state": "revoked_at"}
HEADER = ("name", "path", "title", "issued", "withdrawn", "reason", "a_part_fell", "link")


class PathFilter(forms.Form):
    """Narrows the list of path certificates."""

    name = forms.CharField(label=gettext_lazy("Holder's name"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[
            ("", gettext_lazy("All")),
            ("valid", register.STATES["valid"]),
            ("withdrawn", register.STATES["withdrawn"]),
        ],
    )


def _own(request: HttpRequest) -> QuerySet[PathCertificate]:
    """Return the path certificates of the organisations whose register the person keeps."""
    fell = Credential.objects.filter(
        Q(revoked_at__isnull=False) | Q(suspended_at__isnull=False)
        | Q(expires_at__lt=timezone.now()),
        path_certificates=OuterRef("pk"),
    )  # fmt: skip
    rows = PathCertificate.objects.filter(organisation__in=organisations(request, *KEEPING))
    return rows.select_related("organisation").defer("document").annotate(part_fell=Exists(fell))


@roles_required(*KEEPING)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """List the path certificates that were issued."""
    form = PathFilter(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    rows = _own(request)
    if wanted.get("name"):
        rows = rows.filter(holder_name__icontains=wanted["name"].replace("\0", ""))
    if wanted.get("state") in {"valid", "withdrawn"}:
        rows = rows.filter(revoked_at__isnull=wanted["state"] == "valid")
    lists = Listing(request, columns=COLUMNS, first="-issued")
    ordered = lists.ordered(rows)
    if lists.wants_csv:
        lines = map(_line, first_rows(ordered))
        return csv_file("path-certificates", header=HEADER, rows=lines)
    context = {
        "page": lists.page(ordered),
        "listing": lists,
        "form": form,
        "narrowed": any(wanted.values()),
    }
    return render(request, "manage/path_certificates.html", context)


def _line(row: PathCertificate) -> list[object]:
    return [
        row.holder_name,
        row.path,
        pick(row.title).text,
        row.issued_at.date().isoformat(),
        row.revoked_at.date().isoformat() if row.revoked_at else "",
        row.revoked_reason,
        "yes" if getattr(row, "part_fell", False) else "no",
        link_of(row),
    ]


@roles_required(*KEEPING)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask once more and for a reason, then withdraw."""
    row = get_object_or_404(_own(request), key=key)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        paths.withdraw(row, reason=reason, by=person_of(request), now=timezone.now())
        messages.success(request, _("Withdrawn. Its page says so from now on."))
        return redirect("manage:path-certificates")
    return render(request, "manage/withdraw_path.html", {"row": row, "form": form})
