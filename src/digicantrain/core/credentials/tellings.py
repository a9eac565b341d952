"""One award told in several languages: what the bilingual forms are made from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from digicantrain.core.credentials.award import Award
from digicantrain.core.credentials.plain_text import one_line, plain

Words = dict[str, str]


@dataclass(frozen=True)
class Learner:
    """Who holds the credential; the address stands only where the form is sent by it.

    `family` is the part of the name that is the family name, where the learner said so.
    """

    name: str
    email: str = ""
    family: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", one_line(self.name))
        object.__setattr__(self, "family", one_line(self.family))


@dataclass(frozen=True)
class Phrases:
    """Sentences of the form's own, in one language."""

    passed: str
    check: str
    entitled: str
    learning: str


@dataclass(frozen=True)
class Telling:
    """An award in one language, with a picture (PNG) of the certificate in it."""

    award: Award
    phrases: Phrases
    country: str = ""
    picture: bytes = b""

    @property
    def language(self) -> str:
        """Its language: two letters."""
        return self.award.achievement.language


def words_of(tellings: Sequence[Telling], say: Callable[[Telling], str]) -> Words:
    """Return language -> text, of those languages in which something is said."""
    told = {telling.language: plain(say(telling)) for telling in tellings}
    return {language: text for language, text in told.items() if text.strip()}
