"""Pieces of pages: drawings, tags of state, minutes in words."""

from datetime import date, datetime
from functools import lru_cache
from typing import Any

import segno
from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from digicantrain.credentials.achievements import basis_words
from digicantrain.programme.models import ModuleVersion
from digicantrain.web import drawings
from digicantrain.web.listing import Listing

register = template.Library()

# A drawing is the same for the same numbers and words: it is drawn once and kept.
kept = lru_cache(maxsize=512, typed=True)
register.simple_tag(kept(drawings.mark), name="mark")
register.simple_tag(kept(drawings.landscape), name="landscape")
register.simple_tag(kept(drawings.walk), name="walk")
register.simple_tag(kept(drawings.dots), name="dots")
register.simple_tag(kept(drawings.way_station), name="way_station")
register.simple_tag(kept(drawings.door), name="door")
register.simple_tag(drawings.trail_line, name="trail_line")
register.simple_tag(drawings.trail_bend, name="trail_bend")
register.simple_tag(drawings.fells, name="fells")
register.simple_tag(drawings.lost, name="lost")
register.simple_tag(drawings.share, name="share")
register.simple_tag(drawings.share_key, name="share_key")
register.simple_tag(drawings.way_bend, name="way_bend")
register.simple_tag(drawings.arrow, name="arrow")
register.simple_tag(drawings.globe, name="globe")


kept_seal = kept(drawings.seal)


@register.simple_tag
def seal(number: Any, text: str, out: bool = False) -> SafeString:  # noqa: FBT001, FBT002 - a template's call
    """Draw the seal of a credential."""
    return kept_seal(str(number), text=text, out=bool(out))


@register.inclusion_tag("components/heading.html")
def heading(listing: Listing, column: str, text: str, numeric: bool = False) -> dict[str, Any]:  # noqa: FBT001, FBT002 - a template's call
    """Show the head of a column that sorts its table."""
    return {
        "text": text,
        "numeric": numeric,
        "state": listing.state_of(column),
        "link": listing.link_of(column),
    }


@register.filter
def level(version: ModuleVersion) -> str:
    """Return a module's level and what it rests on: EQF 6 (self-assessed)."""
    return f"EQF {version.eqf} ({basis_words(version)})"


@register.filter
def minutes(value: int) -> str:
    """Return minutes in words: 8 min, 3 h 55 min."""
    hours, rest = divmod(int(value or 0), 60)
    if not hours:
        return _("%(minutes)d min") % {"minutes": rest}
    if not rest:
        return _("%(hours)d h") % {"hours": hours}
    return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest}


@register.filter
def moment(value: datetime | None) -> str:
    """Return a day and an hour that can stand before a full stop: Nov. 27, 2026, 15:04."""
    if value is None:
        return ""
    here = timezone.localtime(value)
    return f"{date_format(here, 'DATE_FORMAT')}, {date_format(here, 'H:i')}"


@register.filter
def day(value: str) -> str:
    """Return a day that was written down as 2027-03-05, in words."""
    return date_format(date.fromisoformat(value), "DATE_FORMAT")


@register.simple_tag
def qr(text: str) -> SafeString:
    """Draw a QR code as markup of our own: a `data:` picture would be blocked by the policy."""
    code = segno.make(text, micro=False)
    return mark_safe(  # noqa: S308 - segno writes paths only
        code.svg_inline(scale=5, border=2, omitsize=True, svgclass="qr__code", lineclass="qr__line")
    )
