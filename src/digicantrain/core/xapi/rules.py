"""The rules of statements, of xAPI 1.0.3 (part Data) and of 2.0 (IEEE 9274.1.1).

Each refusal is one sentence with the JSON path and the section of the rule, for a developer of a
record provider. What a specification only recommends is not asked for, but what it recommends to
refuse (unknown properties) or lets a store refuse (components of another kind of interaction) is.
"""

from typing import Any

from digicantrain.core.xapi import parts
from digicantrain.core.xapi.actors import actor, agent, authority, group, identified
from digicantrain.core.xapi.errors import StatementError
from digicantrain.core.xapi.facts import VOIDED
from digicantrain.core.xapi.identity import IDENTIFIERS
from digicantrain.core.xapi.objects import activity, statement_ref
from digicantrain.core.xapi.paths import path_of, shown
from digicantrain.core.xapi.shapes import Check, Fault, Section, form, one_of, run, shape, wrong
from digicantrain.core.xapi.values import is_timestamp, is_uuid
from digicantrain.core.xapi.versions import Version


def check(statement: object, *, version: Version, path: str = "$") -> None:
    """Refuse a statement that breaks a rule of this version of xAPI.

    `statement` is a decoded JSON value, `path` how its place is written in a refusal.

    Raises StatementError.
    """
    run(_STATEMENT[version], statement, version=version, path=path)


def check_actor(value: object, *, version: Version, path: str = "$") -> None:
    """Refuse what is no Agent and no identified Group, as the parameter `agent` of a request.

    Raises StatementError.
    """
    run(identified, value, version=version, path=path)


def check_agent(value: object, *, version: Version, path: str = "$") -> None:
    """Refuse what is no Agent: groups too.

    Raises StatementError.
    """
    run(agent, value, version=version, path=path)


def check_batch(value: object, *, version: Version) -> list[dict[str, Any]]:
    """Return the statements of a body, one or a list of them, when each keeps the rules.

    An id may stand in a batch once (xAPI 1.0.3, Communication 2.1.2). An empty list holds none.

    Raises StatementError, with the path of the first statement that breaks a rule.
    """
    if not isinstance(value, list):
        check(value, version=version)
        return [value] if isinstance(value, dict) else []
    seen: set[str] = set()
    for place, statement in enumerate(value):
        check(statement, version=version, path=f"$[{place}]")
        key = statement.get("id", "").lower()
        if key and key in seen:
            path = path_of("$", [place, "id"])
            raise StatementError(
                f"{path} is {shown(statement['id'])}, as that of a statement before it;"
                " each statement of a batch has its own id.",
                path=path,
            )
        seen.add(key)
    return value


def _time(section: Section, what: str, version: Version) -> Check:
    form_of = "RFC 3339, with its zone" if version is Version.V2 else "ISO 8601, with date and time"
    return form(
        section,
        lambda text: is_timestamp(text, version=version),
        f"{what} is a time of {form_of}, as 2026-11-20T12:00:00.000Z; an offset of -00:00 is none",
    )


def _object_of(what: str, kinds: dict[str, Check]) -> Check:
    rule = f"the objectType of {what} is {' or '.join(kinds)}"

    def check_object(value: object) -> None:
        if type(value) is not dict:
            raise wrong(value, Section.OBJECT, f"{what} is an object")
        kind = value.get("objectType", "Activity")
        if type(kind) is not str or kind not in kinds:
            fault = wrong(kind, Section.OBJECT, rule)
            fault.steps.append("objectType")
            raise fault
        if "id" not in value and kind == "Activity" and not value.keys().isdisjoint(IDENTIFIERS):
            raise Fault(Section.OBJECT, "lacks objectType, which an Agent or Group has here")
        kinds[kind](value)

    return check_object


def _together(value: dict[str, Any]) -> None:
    """Check the rules that join the parts of a statement."""
    kind = value["object"].get("objectType", "Activity")
    if value["verb"]["id"] == VOIDED and kind != "StatementRef":
        raise Fault(
            Section.VOIDING, f"is of {kind}; what is voided is named by a StatementRef", "object"
        )
    context = value.get("context")
    if context and kind != "Activity":
        for name in ("revision", "platform"):
            if name in context:
                raise Fault(
                    Section.CONTEXT,
                    f"stands with an object of {kind}; it is used with an Activity only",
                    name,
                    "context",
                )


def _whole(fields: Check) -> Check:
    def check_whole(value: object) -> None:
        fields(value)
        if isinstance(value, dict):
            _together(value)

    return check_whole


_OBJECTS: dict[str, Check] = {
    "Activity": activity,
    "Agent": agent,
    "Group": group,
    "StatementRef": statement_ref,
}


def _properties(version: Version, an_object: Check) -> dict[str, Check]:
    return {
        "actor": actor,
        "verb": parts.verb,
        "object": an_object,
        "result": parts.result,
        "context": parts.context[version],
        "timestamp": _time(Section.TIMESTAMP, "a timestamp", version),
        "attachments": parts.attachments,
    }


_VERSIONS = {
    Version.V1: "the version of a statement is 1.0 or 1.0.x",
    Version.V2: "the version of a statement is 2.0, 2.0.x, 1.0 or 1.0.x",
}
_NEEDS = ("actor", "verb", "object")


def _sub_statement(version: Version) -> Check:
    return _whole(
        shape(
            Section.OBJECT_STATEMENT,
            "a SubStatement",
            {
                "objectType": one_of(
                    Section.OBJECT_STATEMENT, ("SubStatement",), "the objectType of a SubStatement"
                ),
                **_properties(version, _object_of("a SubStatement's object", _OBJECTS)),
            },
            _NEEDS,
        )
    )


def _statement(version: Version) -> Check:
    objects = {**_OBJECTS, "SubStatement": _sub_statement(version)}
    return _whole(
        shape(
            Section.STATEMENT,
            "a statement",
            {
                "id": form(Section.ID, is_uuid, "the id of a statement is a UUID"),
                **_properties(version, _object_of("a statement's object", objects)),
                "stored": _time(Section.STORED, "stored", version),
                "authority": authority,
                "version": form(
                    Section.VERSION,
                    version.takes,
                    _VERSIONS[version],
                ),
            },
            _NEEDS,
        )
    )


_STATEMENT = {version: _statement(version) for version in Version}
