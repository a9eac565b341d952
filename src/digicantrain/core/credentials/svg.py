"""A credential baked into an SVG: an element of Open Badges 3.0, section 5.3.2.

A foreign picture is only read for its credential, by a parser that knows no entities and no
document type; it is never shown. A picture that is baked may hold shapes and nothing that acts.
"""

import re
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from digicantrain.core.credentials.png import MAX_BYTES, MAX_TEXT, ImageError

NAMESPACE: Final = "https://purl.imsglobal.org/ob/v3p0"
SVG: Final = "http://www.w3.org/2000/svg"
XLINK: Final = "http://www.w3.org/1999/xlink"
MAX_ELEMENTS: Final = 20_000
MAX_DEPTH: Final = 100

_CREDENTIAL: Final = f"{{{NAMESPACE}}}credential"
_START: Final = re.compile(r'(?:<\?xml [^<>]*\?>\s*)?<svg(?:\s+[\w:.-]+="[^"<]*")*(?=>)')
_JWS: Final = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_SHAPES: Final = frozenset(
    f"{{{SVG}}}{name}"
    for name in (
        "svg", "title", "desc", "g", "defs", "symbol", "use", "clipPath", "path", "circle",
        "ellipse", "rect", "line", "polyline", "polygon", "text", "tspan",
    )
)  # fmt: skip
_ATTRIBUTES: Final = frozenset((
    "id", "class", "viewBox", "width", "height", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy",
    "r", "rx", "ry", "d", "points", "transform", "role", "lang", "aria-label", "aria-labelledby",
    "fill", "fill-rule", "fill-opacity", "stroke", "stroke-width", "stroke-linecap",
    "stroke-linejoin", "stroke-miterlimit", "stroke-opacity", "stroke-dasharray",
    "stroke-dashoffset", "opacity", "clip-path", "clip-rule", "overflow", "preserveAspectRatio",
    "font-family", "font-size", "font-weight", "text-anchor",
    "{http://www.w3.org/XML/1998/namespace}lang",
))  # fmt: skip
_INSIDE: Final = re.compile(r"url\(#[\w.-]+\)|(?!.*url).*", re.DOTALL | re.IGNORECASE)


def bake(image: bytes, credential: str) -> bytes:
    """Return the picture with a credential as its first element: JSON in the body, a token as
    the attribute `verify`.

    Raises:
        ImageError: it is no sound SVG of plain shapes, or holds a credential already.
    """
    root = _parsed(image)
    if next(root.iter(_CREDENTIAL), None) is not None:
        raise ImageError("The picture holds a credential already.")
    _require_plain(root)
    if len(credential.encode()) > MAX_TEXT:
        raise ImageError("The credential is too long for a picture.")
    text = image.decode()
    start = _START.match(text)
    if start is None:
        raise ImageError("The picture does not begin with its own element.")
    rest = text[start.end() + 1 :]
    return f'{start[0]} xmlns:openbadges="{NAMESPACE}">{_element(credential)}{rest}'.encode()


def unbake(image: bytes) -> str | None:
    """Return the credential in a picture, or none.

    Raises:
        ImageError: it is no sound SVG, or it holds more than one credential, or none that is one.
    """
    found = list(_parsed(image).iter(_CREDENTIAL))
    if not found:
        return None
    if len(found) > 1:
        raise ImageError("The picture holds more than one credential.")
    token, text = found[0].get("verify"), (found[0].text or "").strip()
    if len(found[0]) or (token is None) == (text == ""):
        raise ImageError("The credential in the picture is damaged.")
    return text if token is None else token.strip()


def _parsed(image: bytes) -> Element:
    if len(image) > MAX_BYTES:
        raise ImageError(f"The picture is larger than {MAX_BYTES:,} bytes.")
    if image.count(b"<") > 2 * MAX_ELEMENTS:
        raise ImageError("The picture has too many parts.")
    try:
        root: Element = fromstring(image, forbid_dtd=True)
    except DefusedXmlException:
        raise ImageError("The picture declares a document type or entities.") from None
    except (ParseError, ValueError, LookupError):
        raise ImageError("The picture is not an SVG, or a part of it is missing.") from None
    if root.tag != f"{{{SVG}}}svg":
        raise ImageError("The picture is not an SVG.")
    _require_shallow(root)
    return root


def _require_shallow(root: Element) -> None:
    level = [root]
    for _depth in range(MAX_DEPTH):
        level = [child for element in level for child in element]
        if not level:
            return
    raise ImageError("The picture is nested too deeply.")


def _require_plain(root: Element) -> None:
    """Refuse scripts, foreign objects, styles, and whatever points out of the picture."""
    for element in root.iter():
        if element.tag not in _SHAPES:
            raise ImageError("The picture holds something else than shapes.")
        for name, value in element.attrib.items():
            if name in (f"{{{XLINK}}}href", "href"):
                allowed = element.tag.endswith("}use") and value.startswith("#")
            else:
                allowed = name in _ATTRIBUTES and _INSIDE.fullmatch(value) is not None
            if not allowed:
                raise ImageError("The picture holds something else than shapes.")


def _element(credential: str) -> str:
    if _JWS.fullmatch(credential):
        return f'<openbadges:credential verify="{credential}"></openbadges:credential>'
    return f"<openbadges:credential><![CDATA[{_json(credential)}]]></openbadges:credential>"


def _json(text: str) -> str:
    """Return JSON in which nothing ends CDATA early and every letter may stand in XML.

    Between the quotes of JSON these stand as escapes, and elsewhere in it they cannot stand.
    """
    text = text.replace("]]>", "]]\\u003e")
    return text.replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff")
