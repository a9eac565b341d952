"""Where the next page goes on: a signed text that carries the whole query."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.core import signing

from digicantrain.api.xapi.answers import Refusal

_SALT: Final = "xapi-more"
LONGEST: Final = 20_000


@dataclass(frozen=True)
class Cursor:
    """The parameters of the first page, and after which statement the next one begins."""

    given: Mapping[str, str]
    after: int

    def written(self, *, store: int) -> str:
        """Return the text for the key of one store; it is of no use to that of another."""
        value = {"q": dict(self.given), "a": self.after, "s": store}
        return signing.dumps(value, salt=_SALT, compress=True)


def read(text: str, *, store: int) -> Cursor:
    """Return what a text carries; one that was changed, or is another store's, is refused."""
    try:
        value = signing.loads(text, salt=_SALT) if len(text) <= LONGEST else {}
    except signing.BadSignature:
        value = {}
    if value.get("s") != store:
        raise Refusal(400, "This address of more statements is none that was handed out to you.")
    return Cursor(value["q"], value["a"])
