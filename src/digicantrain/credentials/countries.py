"""Names of countries."""

from django.utils.translation import get_language, to_locale

from digicantrain.core.lazy import lazily

babel = lazily("babel")  # only a certificate names a country


def country_name(code: str) -> str:
    """Return a country's name in the language now active, or an empty string."""
    locale = babel.Locale.parse(to_locale(get_language() or "en"))
    return str(locale.territories.get(code) or "")


def country_of(code: str) -> str:
    """Return a country's name in the language now active, with its code."""
    name = country_name(code)
    return f"{name} ({code})" if name else code
