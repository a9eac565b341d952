"""The picture of a badge, drawn by ourselves as SVG and PNG, and what is baked into it."""

import hashlib
import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal
from xml.sax.saxutils import escape

import typst
from django.utils import translation
from django.utils.translation import gettext as _

from digicantrain.core.credentials import baking
from digicantrain.core.credentials.svg import SVG, XLINK
from digicantrain.credentials.certificates import plain
from digicantrain.credentials.models import Credential

TEMPLATE: Final = Path(__file__).resolve().parent / "files" / "badge.typ"
PPI: Final = 144  # twice the size of the drawing: 1,024 pixels
KEPT: Final = 64
_NOT_XML: Final = re.compile("[\ufffe\uffff]")
_START: Final = re.compile(rb"<svg [^<>]*>")


def png_of(credential: Credential) -> bytes:
    """Return the picture of a credential as PNG."""
    return _drawn(_data(credential), "png")


def svg_of(credential: Credential) -> bytes:
    """Return the picture of a credential as SVG; its words are drawn, and said for who listens."""
    data = _data(credential)
    words = json.loads(data)
    said = ", ".join([words["title"], words["kind"], words["body"], words["line"]])
    start = (
        f'<svg xmlns="{SVG}" xmlns:xlink="{XLINK}" viewBox="0 0 512 512" width="512" height="512" '
        f'role="img" xml:lang="{words["language"]}" aria-label={_quoted(said)}>'
    )
    return _START.sub(lambda _found: start.encode(), _drawn(data, "svg"), count=1)


def baked(picture: bytes, text: str) -> bytes:
    """Return a picture with a credential, JSON or a token, in it."""
    return baking.bake(picture, text)


def _quoted(text: str) -> str:
    return '"{}"'.format(escape(_NOT_XML.sub("", text), {'"': "&quot;"}))


def _data(credential: Credential) -> str:
    """Return what the template is given, as JSON."""
    elements = credential.elements
    with translation.override(credential.language):
        words = {
            "title": elements["microCredentialTitle"],
            "kind": credential.get_kind_display(),
            "body": elements["awardingBody"],
            "line": _("EQF %(level)s · %(year)s")
            % {"level": elements["eqfLevel"], "year": credential.issued_at.year},
            "code": credential.version.module.code,
        }
    data: dict[str, Any] = {
        **{name: plain(value) for name, value in words.items()},
        "language": credential.language,
        "colour": credential.organisation.colour,
        "seed": list(hashlib.sha256(str(credential.key).encode()).digest()),
    }
    return json.dumps(data, ensure_ascii=False)


@lru_cache(maxsize=KEPT)
def _drawn(data: str, kind: Literal["svg", "png"]) -> bytes:
    return typst.compile(
        TEMPLATE.read_bytes(),
        sys_inputs={"data": data},
        ignore_system_fonts=True,
        format=kind,
        ppi=PPI if kind == "png" else None,
    )
