"""An answer that was sent after the session had ended waits here until its sender signs in.

It is kept in the session of the browser that sent it, offered once to whoever signs in there, and
only if the page it was sent to is her own. Nothing is saved without her pressing the button.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

KEY = "kept_answer"
LONGEST = 20_000
FOR = timedelta(hours=12)
PAGES = frozenset({"step", "question", "check"})
NOT_KEPT = frozenset({"csrfmiddlewaretoken", "kept"})


@dataclass(frozen=True)
class Kept:
    """What was sent, and to which page."""

    page: str
    place: dict[str, Any]
    fields: list[tuple[str, str]]

    @property
    def url(self) -> str:
        """The address it was sent to, in the language that is spoken now."""
        return reverse(f"learner:{self.page}", kwargs=self.place)

    def value(self, name: str) -> str:
        """Return what was sent in a field."""
        return next((value for key, value in self.fields if key == name), "")


def keep(request: HttpRequest) -> bool:
    """Keep what an anonymous visitor sent to a step; return whether it was kept."""
    match = request.resolver_match
    if match is None or match.url_name not in PAGES:
        return False
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in NOT_KEPT
    ]
    if sum(len(name) + len(value) for name, value in fields) > LONGEST:
        return False
    request.session[KEY] = {
        "page": match.url_name,
        "place": {name: str(value) for name, value in match.kwargs.items()},
        "fields": fields,
        "at": timezone.now().isoformat(),
    }
    return True


def offered(request: HttpRequest) -> Kept | None:
    """Return what waits in this session, unless it is too old."""
    stored = request.session.get(KEY)
    if not stored:
        return None
    if datetime.fromisoformat(stored["at"]) + FOR < timezone.now():
        forget(request)
        return None
    fields = [(name, value) for name, value in stored["fields"]]
    return Kept(stored["page"], stored["place"], fields)


def forget(request: HttpRequest) -> None:
    """Drop what waits."""
    request.session.pop(KEY, None)
