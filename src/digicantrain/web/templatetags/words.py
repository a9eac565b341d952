"""Words in several languages, in templates."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from digicantrain.base.localised import LocalisedText, pick
from digicantrain.core.credentials.plain_text import one_line

register = template.Library()


@register.filter
def words(value: LocalisedText | None) -> SafeString:
    """Show words in the reader's language; in another one they are marked with `lang`."""
    shown = pick(value)
    if not shown.fallback or shown.language == (get_language() or "en"):
        return format_html("{}", shown.text)
    return format_html('<span lang="{}">{}</span>', shown.language, shown.text)


@register.filter
def plain(value: LocalisedText | None) -> str:
    """Return the words only, for titles and attributes."""
    return pick(value).text


register.filter("one_line", one_line)


@register.simple_tag
def not_yet_translated(value: LocalisedText | None, *others: object) -> SafeString:
    """Say so, once, where words or anything else here is shown in another language."""
    if not pick(value).fallback and not any(others):
        return SafeString("")
    return format_html('<span class="untranslated">{}</span>', gettext("not yet translated"))
