"""What a store looks for in a statement: who and what it is about, and where people are named.

All functions here take statements that `rules.check` has let pass.
"""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from digicantrain.core.xapi.identity import identifier

VOIDED = "http://adlnet.gov/expapi/verbs/voided"
Json = dict[str, Any]
Place = tuple[Any, Any]


@dataclass(slots=True)
class Facts:
    """What is indexed of one statement.

    `who` are the identifiers that the filter `agent` finds it by: the actor's, those of the actor's
    members, and the object's if that is an agent or a group (xAPI 1.0.3, Communication 2.1.3).
    `agents` and `activities` are those of the filters `related_agents` and `related_activities`,
    without the authority. `activities` carries each one's definition, or None.
    """

    verb: str
    display: Json | None
    who: list[str] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    activity: str | None = None
    activities: dict[str, Json | None] = field(default_factory=dict)
    registration: UUID | None = None
    refers_to: UUID | None = None
    attachments: list[Json] = field(default_factory=list)
    # how often activities are named, each time counted
    mentions: int = 0

    @property
    def voids(self) -> UUID | None:
        """The statement that this one makes void."""
        return self.refers_to if self.verb == VOIDED else None


def facts(statement: Json) -> Facts:
    """Return what is indexed of a statement."""
    verb = statement["verb"]
    found = Facts(verb["id"], verb.get("display"))
    found.who = _identifiers(statement["actor"])
    found.agents.update(found.who)
    target = statement["object"]
    _object(found, target)
    kind = target.get("objectType", "Activity")
    if kind == "Activity":
        found.activity = target["id"]
    elif kind == "StatementRef":
        found.refers_to = UUID(target["id"])
    elif kind != "SubStatement":
        found.who = [*dict.fromkeys([*found.who, *_identifiers(target)])]
    _around(found, statement)
    registration = statement.get("context", {}).get("registration")
    if registration:
        found.registration = UUID(registration)
    return found


def arrange(statement: Json) -> None:
    """Make each context activity that stands alone a list of one, in place.

    A store returns lists (xAPI 1.0.3, Data 2.4.6.2).
    """
    for context in (statement.get("context"), statement["object"].get("context")):
        by_kind = (context or {}).get("contextActivities", {})
        for kind, activities in by_kind.items():
            if not isinstance(activities, list):
                by_kind[kind] = [activities]


def _around(found: Facts, statement: Json) -> None:
    context = statement.get("context")
    if context:
        _context(found, context)
    if "attachments" in statement:
        found.attachments += statement["attachments"]


def _object(found: Facts, target: Json) -> None:
    kind = target.get("objectType", "Activity")
    if kind == "Activity":
        _activity(found, target)
    elif kind in {"Agent", "Group"}:
        found.agents.update(_identifiers(target))
    elif kind == "SubStatement":
        found.agents.update(_identifiers(target["actor"]))
        _object(found, target["object"])
        _around(found, target)


def _activity(found: Facts, activity: Json) -> None:
    iri = activity["id"]
    found.mentions += 1
    definition = activity.get("definition")
    if definition or iri not in found.activities:
        found.activities[iri] = definition


def _context(found: Facts, context: Json) -> None:
    for activities in context.get("contextActivities", {}).values():
        for activity in activities if isinstance(activities, list) else (activities,):
            _activity(found, activity)
    for key in ("instructor", "team"):
        if key in context:
            found.agents.update(_identifiers(context[key]))
    for each in context.get("contextAgents", ()):
        found.agents.update(_identifiers(each["agent"]))
    for each in context.get("contextGroups", ()):
        found.agents.update(_identifiers(each["group"]))


def _identifiers(agent: Json) -> list[str]:
    """Return the identifier of an agent or group, and those of the group's members."""
    own = identifier(agent)
    members = (identifier(member) for member in agent.get("member", ()))
    return [*dict.fromkeys(one for one in (own, *members) if one)]


def places(statement: Json) -> list[Place]:
    """Return where a statement names agents: pairs of a container and a key into it.

    Each agent, and each member of a group, stands at one such place; groups themselves and the
    authority do not.
    """
    found: list[Place] = []
    _agent_at(found, statement, "actor")
    _object_at(found, statement)
    if "context" in statement:
        _context_at(found, statement["context"])
    return found


def _agent_at(found: list[Place], holder: Json, key: str) -> None:
    agent = holder[key]
    if agent.get("objectType") != "Group":
        found.append((holder, key))
    elif "member" in agent:
        members = agent["member"]
        found += [(members, place) for place in range(len(members))]


def _object_at(found: list[Place], statement: Json) -> None:
    kind = statement["object"].get("objectType", "Activity")
    if kind in {"Agent", "Group"}:
        _agent_at(found, statement, "object")
    elif kind == "SubStatement":
        inner = statement["object"]
        _agent_at(found, inner, "actor")
        _object_at(found, inner)
        if "context" in inner:
            _context_at(found, inner["context"])


def _context_at(found: list[Place], context: Json) -> None:
    for key in ("instructor", "team"):
        if key in context:
            _agent_at(found, context, key)
    for each in context.get("contextAgents", ()):
        _agent_at(found, each, "agent")
    for each in context.get("contextGroups", ()):
        _agent_at(found, each, "group")
