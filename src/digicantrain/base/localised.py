"""Words in several languages, kept as one JSON object: {"en": "...", "fi": "..."}."""

from typing import Any, NamedTuple

from django.db import models
from django.utils.translation import get_language

LocalisedText = dict[str, str]


class Shown(NamedTuple):
    """What is shown: the words, their language, and whether that is not the one asked for."""

    text: str
    language: str
    fallback: bool

    def __str__(self) -> str:
        return self.text


def pick(words: LocalisedText | None, *, language: str | None = None) -> Shown:
    """Return the words in the language asked for, else in English, else in any."""
    wanted = (language or get_language() or "en").split("-")[0]
    if not words:
        return Shown("", wanted, fallback=False)
    if words.get(wanted):
        return Shown(words[wanted], wanted, fallback=False)
    other = "en" if words.get("en") else next(iter(words))
    return Shown(words[other], other, fallback=True)


class LocalisedField(models.JSONField):
    """A JSON field that holds LocalisedText; empty means no words in any language."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", dict)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)
