"""What the demo would have sent by mail."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from digicantrain.base.outbox import letters
from digicantrain.web.listing import Listing
from digicantrain.web.manage.forms import LetterFilter

MOST = 500


@login_required
@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """List the newest mails; the page exists in the demo only."""
    if not settings.DEMO:
        raise Http404
    form = LetterFilter(request.GET)
    text = form.cleaned_data["text"].lower() if form.is_valid() else ""
    listing = Listing(request, columns={}, first="")
    found = [
        letter
        for letter in letters(settings.OUTBOX, limit=MOST)
        if text in f"{letter.to} {letter.subject}".lower()
    ]
    context = {"page": listing.page(found), "listing": listing, "form": form, "narrowed": text}
    return render(request, "manage/outbox.html", context)
