"""How sign-in behaves here."""

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Lead a person to her own language after sign-in."""

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        language = getattr(request.user, "language", "en")
        codes = [code for code, _name in settings.LANGUAGES]
        with translation.override(language if language in codes else "en"):
            return str(reverse("learner:home"))
