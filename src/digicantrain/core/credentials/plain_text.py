"""Text that every form can hold: what XML, JSON-LD and PDF all allow."""

import re
from typing import Final

# XML 1.0 allows these; DEL is taken out as well, since programs write it in N-Quads in two ways.
_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\x7e\x80-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def plain(text: str) -> str:
    """Return a text without control characters, lone surrogates and non-characters.

    >>> plain("a\\x07b")
    'ab'
    """
    return _FORBIDDEN.sub("", text)
