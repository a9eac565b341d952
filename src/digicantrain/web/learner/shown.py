"""Content as a reader sees it: in her language, else in another one that is said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.translation import get_language

from digicantrain.assessment.models import Item


class Entry(NamedTuple):
    """Something that exists in several languages, in one of them."""

    value: Any
    language: str
    fallback: bool


def entry(mapping: Mapping[str, Any] | None) -> Entry:
    """Return what is there in the reader's language, else in English, else in any."""
    wanted = (get_language() or "en").split("-")[0]
    if not mapping:
        return Entry({}, wanted, fallback=False)
    if wanted in mapping:
        return Entry(mapping[wanted], wanted, fallback=False)
    other = "en" if "en" in mapping else next(iter(mapping))
    return Entry(mapping[other], other, fallback=True)


@dataclass(frozen=True)
class Option:
    """One answer to choose; its feedback is there only when it may be seen."""

    key: str
    text: str
    chosen: bool
    best: bool | None = None
    feedback: str = ""


@dataclass(frozen=True)
class QuestionShown:
    """A question on a page. While it is not answered it holds neither feedback nor the best."""

    key: str
    kind: str
    words: Mapping[str, Any]
    language: str
    fallback: bool
    options: tuple[Option, ...]
    answer: str
    document: str = ""

    @property
    def field(self) -> str:
        """The id of its place on a page."""
        return f"q-{self.key}"

    @property
    def chosen(self) -> Option | None:
        """The option that was chosen."""
        return next((option for option in self.options if option.chosen), None)

    @property
    def others(self) -> tuple[Option, ...]:
        """The options that were not chosen and whose feedback may be seen."""
        return tuple(option for option in self.options if not option.chosen and option.feedback)

    @property
    def is_text(self) -> bool:
        """Whether it asks for the learner's own words."""
        return self.kind == "text"


class Reveal(NamedTuple):
    """What may be seen of the answers: the feedback of the chosen one, and of the others."""

    chosen: bool = False
    others: bool = False


HIDDEN = Reveal()
ALL = Reveal(chosen=True, others=True)


def question(
    item: Item, *, answer: str, reveal: Reveal, order: Sequence[str] | None = None
) -> QuestionShown:
    """Show an item; what `reveal` does not allow is not even in the page's source."""
    words = entry(item.words)
    value: dict[str, Any] = {
        key: words.value.get(key, "") for key in ("scenario", "stem", "hint", "read")
    }
    if answer and reveal.chosen:
        value["example"] = words.value.get("example", "")
    return QuestionShown(
        key=item.key,
        kind=item.kind,
        words=value,
        language=words.language,
        fallback=words.fallback,
        options=tuple(
            _option(item, key, words.value, answer=answer, reveal=reveal)
            for key in (order or item.options)
        ),
        answer=answer,
        document=item.document,
    )


def _option(
    item: Item, key: str, words: Mapping[str, Any], *, answer: str, reveal: Reveal
) -> Option:
    chosen = key == answer
    seen = reveal.chosen if chosen else reveal.others
    return Option(
        key=key,
        text=words.get("options", {}).get(key, ""),
        chosen=chosen,
        best=key == item.answer if seen else None,
        feedback=words.get("feedback", {}).get(key, "") if seen else "",
    )
