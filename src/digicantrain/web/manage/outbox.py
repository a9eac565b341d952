"""What the demo would have sent by mail."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from digicantrain.base.outbox import letters


@login_required
@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """List the newest mails; the page exists in the demo only."""
    if not settings.DEMO:
        raise Http404
    return render(request, "manage/outbox.html", {"letters": letters(settings.OUTBOX)})
