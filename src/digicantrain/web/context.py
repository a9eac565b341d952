"""What every page knows: languages of this very page, the menu, the provider."""

from typing import Any, NamedTuple

from django.conf import settings
from django.core.cache import cache
from django.db.models.signals import post_save
from django.http import HttpRequest
from django.urls import reverse, translate_url
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from digicantrain.people.enums import Role
from digicantrain.people.models import Organisation


class Tongue(NamedTuple):
    """A language of the interface, in its own name, and this page in it."""

    code: str
    name: str
    url: str
    here: bool


class MenuItem(NamedTuple):
    """A place in the menu."""

    text: str
    url: str
    here: bool


PROVIDER = "provider"
TEACHING = {Role.TRAINER, Role.SITE_COORDINATOR, Role.COORDINATOR, Role.ADMINISTRATOR}
AUTHORING = {Role.DESIGNER, Role.ADMINISTRATOR, Role.REVIEWER, Role.TRANSLATOR}
EVALUATING = {Role.EVALUATOR}
MANAGING = {
    Role.ACCREDITATION_OFFICER,
    Role.ADMINISTRATOR,
    Role.REGISTRAR,
    Role.DATA_PROTECTION_OFFICER,
    Role.DESIGNER,
    Role.SITE_COORDINATOR,
}


def site(request: HttpRequest) -> dict[str, Any]:
    """Return what base.html shows; lazily, so that a fragment pays nothing for it."""
    return {
        "portal": {
            "origin": settings.ORIGIN,
            "demo": settings.DEMO,
            "languages": SimpleLazyObject(lambda: tongues(request)),
            "menu": SimpleLazyObject(lambda: menu(request)),
            "provider": SimpleLazyObject(provider),
        }
    }


def provider() -> Organisation | None:
    """Return the provider whose name, logo and colour stand in head and foot.

    It is looked up once a minute.
    """
    found: Organisation | None = cache.get_or_set(PROVIDER, _provider, 60)
    return found


def _provider() -> Organisation | None:
    return Organisation.objects.only("name", "contact_email", "slug", "logo", "colour").first()


def _forget_provider(**_signal: object) -> None:
    """Let who changed the provider see it at once."""
    cache.delete(PROVIDER)


post_save.connect(_forget_provider, sender=Organisation)


def tongues(request: HttpRequest) -> list[Tongue]:
    """Return this page in each language; place and question stay the same."""
    here = (get_language() or "en").split("-")[0]
    path = request.get_full_path()
    found = []
    for code, name in settings.LANGUAGES:
        found.append(Tongue(code, name, translate_url(path, code), code == here))
    return found


def menu(request: HttpRequest) -> list[MenuItem]:
    """Return the menu of a stranger, or of a person and her roles."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        places = [
            (_("Start"), "public:home"),
            (_("Modules"), "public:catalogue"),
            (_("Check a credential"), "public:verify"),
            (_("Sign in"), "account_login"),
        ]
    else:
        places = _own_places(request)
    items = [(text, reverse(name)) for text, name in places]
    start = reverse("public:home")
    found = [
        url
        for _text, url in items
        if request.path == url or (url != start and request.path.startswith(url))
    ]
    here = max(found, key=len, default=None)
    return [MenuItem(text, url, url == here) for text, url in items]


def _own_places(request: HttpRequest) -> list[tuple[str, str]]:
    user: Any = request.user
    roles = set(user.memberships.values_list("role", flat=True))
    if user.is_superuser:
        roles = set(Role)
    places = [(_("My learning"), "learner:home"), (_("Modules"), "public:catalogue")]
    places.append((_("My credits"), "learner:credits"))
    for text, name, needed in (
        (_("Teach"), "teach:home", TEACHING),
        (_("Design"), "author:home", AUTHORING),
        (_("Studies"), "evaluate:home", EVALUATING),
        (_("Manage"), "manage:home", MANAGING),
    ):
        if roles & needed:
            places.append((text, name))
    places.append((user.first_name, "accounts:home"))
    return places
