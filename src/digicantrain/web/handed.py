"""A file that was looked at travels in the form that confirms it, signed, so nothing is stored."""

import base64
import zlib

from django.conf import settings
from django.core import signing
from django.utils.translation import gettext as _

from digicantrain.core.tables import TableError
from digicantrain.people.models import Person

HALF_AN_HOUR = 1_800
ROOM_FOR_THE_REST = 10_000


def kept(data: bytes, *, by: Person, place: str) -> str:
    """Return a file as a signed text, for one person and one place.

    Raises:
        TableError: it is too large to travel so.
    """
    packed = base64.b64encode(zlib.compress(data)).decode()
    text = signing.dumps([by.pk, place, packed], salt="handed")
    if len(text) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE - ROOM_FOR_THE_REST:
        raise TableError(_("The file is too large to be confirmed in one go. Split it."))
    return text


def taken(text: str, *, by: Person, place: str) -> bytes | None:
    """Return the file that was looked at; nothing if that is too long ago or was somebody else."""
    try:
        person, where, packed = signing.loads(text, salt="handed", max_age=HALF_AN_HOUR)
    except signing.BadSignature:
        return None
    if (person, where) != (by.pk, place):
        return None
    return zlib.decompress(base64.b64decode(packed))
