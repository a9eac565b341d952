"""How sign-in behaves here: where it leads, what its mails say, how its secrets are kept."""

from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as current
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from digicantrain.base import secrets
from digicantrain.people.models import Person


def own_site() -> SimpleNamespace:
    """Return this platform as mails name it: never as the request's Host header does."""
    return SimpleNamespace(name="DigiCanTrain", domain=urlsplit(settings.ORIGIN).netloc)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Lead a person to her own language; write mails in our name."""

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Return where she wanted to go, or her home; signing in by passkey asks only here."""
        wanted = request.POST.get(REDIRECT_FIELD_NAME, "")
        if self.is_safe_url(wanted):
            return wanted
        language = getattr(request.user, "language", "en")
        codes = [code for code, _name in settings.LANGUAGES]
        with translation.override(language if language in codes else "en"):
            return str(reverse("learner:home"))

    def is_safe_url(self, url: str) -> bool:
        """Lead on to a path of this site only."""
        return (url or "").startswith("/") and bool(super().is_safe_url(url))

    def format_email_subject(self, subject: str) -> str:
        """Return the subject as it stands in our templates."""
        return f"{own_site().name}: {subject}"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail whose links begin with the configured origin."""
        request = current.request
        asked = request.build_absolute_uri("/")
        ours = {
            name: f"{settings.ORIGIN}/{value.removeprefix(asked)}"
            for name, value in context.items()
            if isinstance(value, str) and value.startswith(asked)
        }
        super().send_mail(template_prefix, email, {**context, **ours, "current_site": own_site()})


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Keep the secrets of second steps encrypted, and name things in our words."""

    def encrypt(self, text: str) -> str:
        """Return a secret as the database may see it."""
        return secrets.close(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Return a secret in the clear."""
        return secrets.open_text(encrypted_text)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Name the platform to the device; the id is the host that the browser sees."""
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return {**entity, "name": own_site().name}

    def generate_authenticator_name(self, user: Person, type: Any) -> str:  # noqa: A002 - allauth's own name
        """Name a new passkey by its number."""
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return _("Passkey %(number)d") % {"number": number}
