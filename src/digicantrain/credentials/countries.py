"""Names of countries."""

from django.utils.translation import get_language, to_locale

from digicantrain.core.lazy import lazily

babel = lazily("babel")  # only a certificate names a country
# two letters of CLDR that are unknown, made up for tests, or several countries
_NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})


def country_name(code: str) -> str:
    """Return a country's name in the language now active, or an empty string."""
    locale = babel.Locale.parse(to_locale(get_language() or "en"))
    return str(locale.territories.get(code) or "")


def is_country(code: str) -> bool:
    """Return whether two letters are a country's; an unknown one and groups of them are none."""
    return len(code) == 2 and code not in _NO_COUNTRIES and bool(country_name(code))


def country_of(code: str) -> str:
    """Return a country's name in the language now active, with its code."""
    name = country_name(code)
    return f"{name} ({code})" if name else code
