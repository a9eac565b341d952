"""Pictures of authors: SVG reduced to drawing, so that nothing in it can act or load."""

import re
from collections.abc import Iterator

from lxml import etree

from digicantrain.core.markup import escape

NAMESPACE = "{http://www.w3.org/2000/svg}"
TAGS = {
    "svg", "g", "path", "line", "polyline", "polygon", "rect", "circle", "ellipse", "text",
    "tspan", "title", "desc",
}  # fmt: skip
ATTRIBUTES = {
    "viewBox", "transform", "class", "d", "x", "y", "x1", "y1", "x2", "y2", "dx", "dy", "cx",
    "cy", "r", "rx", "ry", "width", "height", "points", "text-anchor", "font-size",
    "font-weight", "dominant-baseline",
}  # fmt: skip
CLASSES = {
    "pen", "pen-soft", "path", "path--ahead", "fill-sheet", "fill-mist", "fill-spruce",
    "fill-amber", "fill-rowan", "ink", "ink-soft", "on-spruce",
}  # fmt: skip
# These name a picture for readers of the file; on the page the text alternative does that.
SILENT = frozenset({"title", "desc"})
MAX_CHARACTERS = 200_000
WIDEST, SMALLEST_TEXT = 640, 14
VIEW_BOX = re.compile(r"\s*-?[\d.]+[\s,]+-?[\d.]+[\s,]+(\d+(?:\.\d+)?)[\s,]+\d+(?:\.\d+)?\s*")
NUMBER = re.compile(r"\d+(\.\d+)?")


class SvgError(ValueError):
    """The picture cannot be used; `line` says where."""

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


def parse(text: str) -> etree._Element:
    """Return the root of a picture that holds only what may be drawn.

    Raises:
        SvgError: the text is not SVG, too large, or holds anything else.
    """
    if len(text) > MAX_CHARACTERS:
        raise SvgError(f"The picture has more than {MAX_CHARACTERS:,} characters.")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise SvgError("The picture declares a document type or an entity.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(text.encode(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise SvgError("The picture is not well-formed SVG.", _line(error)) from None
    for element in root.iter():
        _check(element)
    box = VIEW_BOX.fullmatch(root.attrib.get("viewBox", ""))
    if root.tag != f"{NAMESPACE}svg" or box is None:
        raise SvgError("The picture must be an <svg> with a viewBox of four numbers.")
    if float(box.group(1)) > WIDEST:
        raise SvgError(f"The viewBox is wider than {WIDEST}: a phone could not show it.")
    return root


def _line(error: Exception) -> int:
    return int(getattr(error, "lineno", None) or 1)


def _check(element: etree._Element) -> None:
    line = element.sourceline or 1
    if not isinstance(element.tag, str):
        if element.tag is etree.Comment:
            return
        raise SvgError("The picture holds a processing instruction or an entity.", line)
    name = element.tag.removeprefix(NAMESPACE)
    if name not in TAGS:
        raise SvgError(f"The picture holds <{name}>, which is not allowed.", line)
    for key, value in element.attrib.items():
        if str(key) not in ATTRIBUTES:
            raise SvgError(f"<{name}> has the attribute {key}, which is not allowed.", line)
        if key == "class" and not set(str(value).split()) <= CLASSES:
            raise SvgError(f"<{name}> has a class that is not allowed: {value}.", line)
        if key == "font-size" and not _can_be_read(str(value)):
            raise SvgError(f"The text is smaller than {SMALLEST_TEXT}, or no number.", line)


def _can_be_read(size: str) -> bool:
    return NUMBER.fullmatch(size) is not None and float(size) >= SMALLEST_TEXT


def inline(text: str, *, alternative: str) -> str:
    """Return a picture as markup to stand inside a page, named by its text alternative."""
    root = parse(text)
    parts = "".join(_markup(child) for child in root)
    return (
        f'<svg class="picture__drawing" viewBox="{escape(root.attrib["viewBox"])}" role="img" '
        f'aria-label="{escape(alternative)}">{parts}</svg>'
    )


def _markup(element: etree._Element) -> str:
    if not isinstance(element.tag, str):
        return escape(element.tail or "")
    name = element.tag.removeprefix(NAMESPACE)
    tail = escape(element.tail or "")
    if name in SILENT:
        return tail
    attributes = "".join(_attributes(element))
    inner = escape(element.text or "") + "".join(_markup(child) for child in element)
    return f"<{name}{attributes}>{inner}</{name}>{tail}"


def _attributes(element: etree._Element) -> Iterator[str]:
    for key, value in element.attrib.items():
        yield f' {key}="{escape(str(value))}"'
