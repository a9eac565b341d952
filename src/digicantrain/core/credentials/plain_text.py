"""Text that every form can hold: what XML, JSON-LD and PDF all allow."""

import re
from typing import Final

# XML 1.0 allows these; DEL is taken out as well, since programs write it in N-Quads in two ways.
_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\x7e\x80-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# what turns the writing round, and what nobody sees
_UNSEEN: Final = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
# Persian and the scripts of India spell with joiners; beside other letters they only hide
_JOINERS: Final = re.compile("(?<![\u0600-\u0dff])[\u200c\u200d]|[\u200c\u200d](?![\u0600-\u0dff])")


def plain(text: str) -> str:
    """Return a text without control characters, lone surrogates and non-characters.

    >>> plain("a\\x07b")
    'ab'
    """
    return _FORBIDDEN.sub("", text)


def one_line(text: str) -> str:
    """Return a text, as a person's name, in one line and without signs that nobody sees.

    >>> one_line("Aino\\n \\u202eVirtanen\\u200b")
    'Aino Virtanen'
    """
    return " ".join(plain(_JOINERS.sub("", _UNSEEN.sub("", " ".join(text.split())))).split())
