"""Bakes a credential into a picture and takes it out again, whichever kind of picture it is."""

from typing import Final

from digicantrain.core.credentials import png, svg
from digicantrain.core.credentials.png import ImageError

MARKS: Final = (png.MAGIC, b"<svg", b"<?xml", b"\xef\xbb\xbf<svg", b"\xef\xbb\xbf<?xml")

__all__ = ["ImageError", "bake", "is_image", "unbake"]


def is_image(data: bytes) -> bool:
    """Return whether a file begins as a PNG or an SVG."""
    return data.startswith(png.MAGIC) or data.lstrip()[:8].startswith(MARKS[1:])


def bake(image: bytes, credential: str) -> bytes:
    """Return the picture with a credential (JSON or a token) in it.

    Raises:
        ImageError: the picture is not sound, or it holds a credential already.
    """
    kind = png if image.startswith(png.MAGIC) else svg
    made: bytes = kind.bake(image, credential)
    return made


def unbake(image: bytes) -> str:
    """Return the credential that a picture holds, JSON or a token; it is not judged.

    Raises:
        ImageError: the picture is not sound, or does not hold one credential.
    """
    kind = png if image.startswith(png.MAGIC) else svg
    found: str | None = kind.unbake(image)
    if found is None:
        raise ImageError("The picture holds no Open Badges 3.0 credential.")
    return found
