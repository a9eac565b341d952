"""Agents and groups: exactly one identifier, and members that are agents."""

from digicantrain.core.xapi.identity import IDENTIFIERS
from digicantrain.core.xapi.shapes import (
    Check,
    Fault,
    Section,
    array,
    form,
    iri,
    one_of,
    shape,
    wrong,
)
from digicantrain.core.xapi.values import LONGEST_NAME, is_mbox, is_mbox_sha1sum, is_name, is_uri


def _name(section: Section, what: str) -> Check:
    return form(section, is_name, f"{what} is a string of at most {LONGEST_NAME:,} characters")


account = shape(
    Section.ACCOUNT,
    "an account",
    {
        "homePage": iri(Section.ACCOUNT, "the homePage of an account"),
        "name": _name(Section.ACCOUNT, "the name of an account"),
    },
    ("homePage", "name"),
)
_IDENTIFYING: dict[str, Check] = {
    "mbox": form(
        Section.IDENTIFIER, is_mbox, "an mbox is mailto: and one e-mail address, as mailto:a@b.org"
    ),
    "mbox_sha1sum": form(
        Section.IDENTIFIER, is_mbox_sha1sum, "an mbox_sha1sum is a SHA-1 in 40 hex digits"
    ),
    "openid": form(Section.IDENTIFIER, is_uri, "an openid is an absolute URI, with its scheme"),
    "account": account,
}
_agent_fields = shape(
    Section.AGENT,
    "an Agent",
    {
        "objectType": one_of(Section.AGENT, ("Agent",), "the objectType of an Agent"),
        "name": _name(Section.AGENT, "the name of an Agent"),
        **_IDENTIFYING,
    },
)


def _identifiers(value: object) -> int:
    return sum(map(value.__contains__, IDENTIFIERS)) if isinstance(value, dict) else 0


def agent(value: object) -> None:
    """Check an Agent (xAPI 1.0.3, Data 2.4.2.1): exactly one identifier."""
    if isinstance(value, dict) and value.get("objectType") == "Group":
        raise Fault(Section.AGENT, "is a Group; only an Agent may stand here")
    _agent_fields(value)
    if _identifiers(value) != 1:
        raise Fault(Section.AGENT, _count(value, "an Agent has exactly one"))


_group_fields = shape(
    Section.GROUP,
    "a Group",
    {
        "objectType": one_of(Section.GROUP, ("Group",), "the objectType of a Group"),
        "name": _name(Section.GROUP, "the name of a Group"),
        "member": array(Section.GROUP, agent, "the member property of a Group"),
        **_IDENTIFYING,
    },
    ("objectType",),
)


def group(value: object) -> None:
    """Check a Group (xAPI 1.0.3, Data 2.4.2.2): one identifier, or members and none."""
    _group_fields(value)
    found = _identifiers(value)
    if found > 1:
        raise Fault(Section.GROUP, _count(value, "a Group has at most one"))
    if not found and isinstance(value, dict) and not value.get("member"):
        raise Fault(Section.GROUP, "has neither an identifier nor a member; give it one of them")


def actor(value: object) -> None:
    """Check an Agent or a Group, told apart by their objectType."""
    kind = value.get("objectType", "Agent") if isinstance(value, dict) else "Agent"
    if kind == "Group":
        group(value)
    elif kind == "Agent":
        agent(value)
    else:
        fault = wrong(kind, Section.AGENT, "the objectType of an actor is Agent or Group")
        fault.steps.append("objectType")
        raise fault


def identified(value: object) -> None:
    """Check an Agent or an identified Group: whom one can ask for."""
    actor(value)
    if not _identifiers(value):
        raise Fault(Section.GROUP, "is an anonymous Group; only one with an identifier is found")


def authority(value: object) -> None:
    """Check who vouches: an Agent, or an anonymous Group of two for OAuth (Data 2.4.9)."""
    actor(value)
    if not isinstance(value, dict) or value.get("objectType") != "Group":
        return
    if _identifiers(value):
        raise Fault(Section.AUTHORITY, "is an identified Group; an authority's Group is anonymous")
    members = len(value["member"])
    if members != 2:
        raise Fault(Section.AUTHORITY, f"has {members} in member; an authority's Group has two")


def _count(value: object, rule: str) -> str:
    found = [name for name in IDENTIFIERS if isinstance(value, dict) and name in value]
    return f"has {' and '.join(found) or 'no identifier'}; {rule} of {', '.join(IDENTIFIERS)}"
