"""The formats in which statements are handed out: `ids` and `canonical`; `exact` is as stored.

xAPI 1.0.3 Communication 2.1.3 and 2.0 section 4.1.6.1, parameter `format`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from digicantrain.core.xapi.identity import IDENTIFIERS
from digicantrain.core.xapi.media import best

FORMATS: Final = ("exact", "ids", "canonical")
COMPONENTS: Final = ("choices", "scale", "source", "target", "steps")
_ACTORS: Final = ("actor", "authority")
_CONTEXT_ACTORS: Final = ("instructor", "team")
_CONTEXT_LISTS: Final = {"contextAgents": "agent", "contextGroups": "group"}
Json = dict[str, Any]


def as_ids(statement: Mapping[str, Any]) -> Json:
    """Leave of agents, groups, activities and verbs only what identifies them.

    The members of a group that has no identifier of its own are what identifies it, so they stay.
    """
    return _walked(statement, _Bare())


@dataclass(frozen=True)
class Wording:
    """What a store says of things in its own words, and the languages the reader wants.

    `definitions` by the address of an activity, `displays` by that of a verb; what is not there is
    told as the statement tells it. `languages` are the ranges of `media.languages`.
    """

    definitions: Mapping[str, Json] = field(default_factory=dict)
    displays: Mapping[str, Json] = field(default_factory=dict)
    languages: Sequence[str] = ()
    # a page names the same activities again and again
    _chosen: dict[str, Json] = field(default_factory=dict)

    def actor(self, value: Json) -> Json:
        """Return an agent or group as it was sent."""
        return value

    def verb(self, value: Json) -> Json:
        """Return a verb with its display in one language."""
        display = self.displays.get(value.get("id", "")) or value.get("display")
        return {**value, "display": self.one(display)} if display else value

    def activity(self, value: Json) -> Json:
        """Return an activity with the store's definition of it, in one language."""
        key = value.get("id", "")
        if key not in self.definitions:
            sent = value.get("definition")
            return {**value, "definition": self._definition(sent)} if sent else value
        if key not in self._chosen:
            self._chosen[key] = self._definition(self.definitions[key])
        return {**value, "definition": self._chosen[key]}

    def attachment(self, value: Json) -> Json:
        """Return an attachment described in one language."""
        return self._in_one_language(value, ("display", "description"))

    def one(self, texts: Any) -> Any:
        """Return a language map with its best entry only."""
        if not isinstance(texts, Mapping):
            return texts
        chosen = best(tuple(texts), self.languages)
        return {} if chosen is None else {chosen: texts[chosen]}

    def _definition(self, definition: Json) -> Json:
        told = self._in_one_language(definition, ("name", "description"))
        for key in COMPONENTS:
            if isinstance(told.get(key), list):
                told[key] = [self._in_one_language(part, ("description",)) for part in told[key]]
        return told

    def _in_one_language(self, value: Json, keys: Sequence[str]) -> Json:
        return {**value, **{key: self.one(value[key]) for key in keys if key in value}}


def as_canonical(statement: Mapping[str, Any], *, wording: Wording) -> Json:
    """Tell a statement in the store's words, each text in the one language that serves best."""
    return _walked(statement, wording)


@dataclass(frozen=True)
class Addresses:
    """The addresses of the activities and verbs that stand in statements, in order.

    Of activities also how often: one may stand in a statement ten thousand times.
    """

    activities: Counter[str] = field(default_factory=Counter)
    verbs: dict[str, None] = field(default_factory=dict)

    @classmethod
    def of(cls, statements: Iterable[Mapping[str, Any]]) -> "Addresses":
        """Gather them."""
        met = cls()
        for statement in statements:
            _walked(statement, met)
        return met

    def actor(self, value: Json) -> Json:
        """Pass an agent or group by."""
        return value

    def verb(self, value: Json) -> Json:
        """Note a verb."""
        self.verbs[value["id"]] = None
        return value

    def activity(self, value: Json) -> Json:
        """Note an activity."""
        self.activities[value["id"]] += 1
        return value

    def attachment(self, value: Json) -> Json:
        """Pass an attachment by."""
        return value


@dataclass(frozen=True)
class _Bare:
    """Leaves what identifies."""

    def actor(self, value: Json) -> Json:
        kept: Json = {key: value[key] for key in ("objectType", *IDENTIFIERS) if key in value}
        if "member" in value and not any(key in value for key in IDENTIFIERS):
            kept["member"] = [self.actor(member) for member in value["member"]]
        return kept

    def verb(self, value: Json) -> Json:
        return {"id": value["id"]} if "id" in value else value

    activity = verb

    def attachment(self, value: Json) -> Json:
        return value


_Told = _Bare | Wording | Addresses


def _walked(statement: Mapping[str, Any], told: _Told) -> Json:
    """Return a statement or sub-statement with each of its things told another way."""
    found = dict(statement)
    for key in _ACTORS:
        if key in found:
            found[key] = told.actor(found[key])
    if "verb" in found:
        found["verb"] = told.verb(found["verb"])
    if "object" in found:
        found["object"] = _object(found["object"], told)
    if "context" in found:
        found["context"] = _context(found["context"], told)
    if "attachments" in found:
        found["attachments"] = [told.attachment(value) for value in found["attachments"]]
    return found


def _object(value: Json, told: _Told) -> Json:
    match value.get("objectType", "Activity"):
        case "Activity":
            return told.activity(value)
        case "Agent" | "Group":
            return told.actor(value)
        case "SubStatement":
            return _walked(value, told)
    return value


def _context(context: Json, told: _Told) -> Json:
    found = dict(context)
    for key in _CONTEXT_ACTORS:
        if key in found:
            found[key] = told.actor(found[key])
    for key, inner in _CONTEXT_LISTS.items():
        if key in found:
            found[key] = [{**entry, inner: told.actor(entry[inner])} for entry in found[key]]
    if "contextActivities" in found:
        found["contextActivities"] = {
            key: [told.activity(value) for value in _listed(values)]
            for key, values in found["contextActivities"].items()
        }
    return found


def _listed(values: Any) -> list[Json]:
    """Return activities as a list: a single one may stand without (xAPI 1.0.3 Data 2.4.6.2)."""
    return values if isinstance(values, list) else [values]
