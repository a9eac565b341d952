"""The profile that our statements follow: published as JSON-LD, and kept by what we tell.

xAPI Profiles 1.0: https://w3id.org/xapi/profiles#1.0. Everything stands in `vocabulary` and
`templates`; a profile belongs to the platform at one origin, below which its words have their
addresses.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from digicantrain.core.xapi.templates import Presence, Rule, Template, templates
from digicantrain.core.xapi.vocabulary import (
    ActivityType,
    Extension,
    profile_iri,
    version_iri,
)

CONTEXT = "https://w3id.org/xapi/profiles/context"
CONFORMS_TO = "https://w3id.org/xapi/profiles#1.0"
# raised with VERSION whenever a template or a word changes
MADE = "2026-11-26T00:00:00Z"
NAME = {"en": "DigiCanTrain learning records", "fi": "DigiCanTrainin oppimismerkinnät"}
MEANING = {
    "en": "What a learner does on a DigiCanTrain platform: enrolments, pages, questions, branching "
    "cases, tests, feedback forms and credentials. Actors are pseudonymous accounts; nothing that "
    "somebody wrote in her own words and no answer to a study is told."
}
WITHOUT_A_RUN = ("earned-in-course", "earned-path")

_PART = re.compile(r"\.([A-Za-z]+)|\['([^']+)'\]|(\[\*\])")


@dataclass(frozen=True)
class Profile:
    """The profile of the platform at `origin`, which is written as "https://host"."""

    origin: str

    @property
    def templates(self) -> tuple[Template, ...]:
        """All templates, with the rules that are the same for all."""
        return _templates(self.origin)

    def matching(self, statement: Mapping[str, Any]) -> list[Template]:
        """Return the templates that speak of a statement: its determining properties are theirs."""
        return [one for one in self.templates if _speaks_of(one, statement, self.origin)]

    def faults(self, statement: Mapping[str, Any]) -> list[str]:
        """Return what keeps a statement from following the profile, each in a sentence.

        `contextActivities` hold arrays. Stricter than a reader of profiles (part three, 2.1): what
        no template speaks of is a fault, for all that we tell has one.
        """
        found = self.matching(statement)
        if not found:
            return [f"No template speaks of a statement with {_told(statement)}."]
        said = (
            f"{one.key}: {sentence}"
            for one in found
            for rule in one.rules
            for sentence in _broken(rule, statement)
        )
        return list(said)

    def document(self) -> dict[str, Any]:
        """Return the profile as JSON-LD (part two, 6.0)."""
        return {
            "@context": CONTEXT,
            "id": profile_iri(self.origin),
            "type": "Profile",
            "conformsTo": CONFORMS_TO,
            "prefLabel": NAME,
            "definition": MEANING,
            "versions": [{"id": version_iri(self.origin), "generatedAtTime": MADE}],
            "author": {"type": "Organization", "name": "DigiCanTrain"},
            "concepts": [*self._types(), *self._extensions()],
            "templates": [self._template(one) for one in self.templates],
            "patterns": list(self._patterns()),
        }

    def text(self) -> str:
        """Return the document as it is published and kept in docs/."""
        return json.dumps(self.document(), indent=2, ensure_ascii=False) + "\n"

    def addresses(self) -> set[str]:
        """Return the addresses below the origin at which the profile answers."""
        found = self.document()
        parts = ("versions", "concepts", "templates", "patterns")
        return {found["id"], *(one["id"] for part in parts for one in found[part])}

    def _types(self) -> Iterator[dict[str, Any]]:
        for kind in ActivityType:
            if kind.is_ours:
                yield {
                    "id": kind.iri(self.origin),
                    "type": "ActivityType",
                    "inScheme": version_iri(self.origin),
                    "prefLabel": {"en": str(kind)},
                    "definition": {"en": kind.meaning},
                }

    def _extensions(self) -> Iterator[dict[str, Any]]:
        for one in Extension:
            yield {
                "id": one.iri(self.origin),
                "type": one.value.place.value,
                "inScheme": version_iri(self.origin),
                "prefLabel": one.value.name,
                "definition": {"en": one.value.meaning},
                "inlineSchema": json.dumps(one.value.schema),
            }

    def _template(self, one: Template) -> dict[str, Any]:
        written: dict[str, Any] = {
            "id": self._named("templates", one.key),
            "type": "StatementTemplate",
            "inScheme": version_iri(self.origin),
            "prefLabel": {"en": one.name},
            "definition": {"en": one.meaning},
            "verb": one.verb.iri,
        }
        if one.about:
            written["objectActivityType"] = one.about.iri(self.origin)
        if one.parent:
            written["contextParentActivityType"] = [one.parent.iri(self.origin)]
        return {**written, "rules": [rule.as_json() for rule in one.rules]}

    def _patterns(self) -> Iterator[dict[str, Any]]:
        """Yield the patterns: who names a profile follows one of them (part two, 9.0)."""
        keys = [one.key for one in self.templates]
        told = {"oneOrMore": self._named("patterns", "event")}
        yield self._pattern(
            "course-run", "Course run", "All that is told in one enrolment, in any order.", told
        )
        yield self._pattern("event", "Event", "Any one event of a course run.", {
            "alternates": [self._named("templates", key) for key in keys if key != "earned-path"]
        }, primary=False)  # fmt: skip
        for key in WITHOUT_A_RUN:
            yield self._pattern(
                key, "Award", "A credential that belongs to no enrolment stands alone.",
                {"sequence": [self._named("templates", key)]},
            )  # fmt: skip

    def _pattern(
        self, key: str, name: str, meaning: str, told: dict[str, Any], *, primary: bool = True
    ) -> dict[str, Any]:
        return {
            "id": self._named("patterns", key),
            "type": "Pattern",
            **({"primary": True} if primary else {}),
            "inScheme": version_iri(self.origin),
            "prefLabel": {"en": name},
            "definition": {"en": meaning},
            **told,
        }

    def _named(self, kind: str, key: str) -> str:
        return f"{profile_iri(self.origin)}/{kind}/{key}"


@lru_cache(maxsize=4)
def _templates(origin: str) -> tuple[Template, ...]:
    return templates(origin)


def values_at(statement: object, location: str) -> list[Any]:
    """Return the values at a JSONPath of those that rules here are written in.

    >>> values_at({"a": [{"b": 1}, {"b": 2}]}, "$.a[*].b")
    [1, 2]
    """
    found = [statement]
    for name, quoted, star in _PART.findall(location):
        found = list(_step(found, name or quoted, every=bool(star)))
    return found


def _step(values: list[Any], name: str, *, every: bool) -> Iterator[Any]:
    for value in values:
        if every and isinstance(value, list):
            yield from value
        elif not every and isinstance(value, Mapping) and name in value:
            yield value[name]


def _speaks_of(template: Template, statement: Mapping[str, Any], origin: str) -> bool:
    asked = [("$.verb.id", template.verb.iri)]
    if template.about:
        asked.append(("$.object.definition.type", template.about.iri(origin)))
    if template.parent:
        parents = "$.context.contextActivities.parent[*].definition.type"
        asked.append((parents, template.parent.iri(origin)))
    return all(wanted in values_at(statement, location) for location, wanted in asked)


def _broken(rule: Rule, statement: Mapping[str, Any]) -> Iterator[str]:
    found = values_at(statement, rule.location)
    if rule.presence is Presence.EXCLUDED:
        if found:
            yield f"{rule.location} is there and must not be."
        return
    if not found:
        if rule.presence is Presence.INCLUDED:
            yield f"{rule.location} is missing."
        return
    if rule.any and not any(_is_in(value, rule.any) for value in found):
        yield f"{rule.location} is none of {_listed(rule.any)}."
    if rule.all and not all(_is_in(value, rule.all) for value in found):
        yield f"{rule.location} is something else than {_listed(rule.all)}."


def _is_in(value: object, wanted: tuple[Any, ...]) -> bool:
    """Whether a value is one of those; 1 is not true here."""
    return any(type(value) is type(one) and value == one for one in wanted)


def _listed(values: tuple[Any, ...]) -> str:
    return ", ".join(json.dumps(value) for value in values)


def _told(statement: Mapping[str, Any]) -> str:
    parts = {
        "verb": "$.verb.id",
        "object type": "$.object.definition.type",
        "parent type": "$.context.contextActivities.parent[*].definition.type",
    }
    return ", ".join(
        f"{name} {next(iter(values_at(statement, location)), 'none')}"
        for name, location in parts.items()
    )
