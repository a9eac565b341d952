"""The parts of a statement besides who and what: verb, result, context and attachments."""

from digicantrain.core.xapi.actors import actor, agent, group
from digicantrain.core.xapi.objects import activity, statement_ref
from digicantrain.core.xapi.shapes import (
    Check,
    Fault,
    Section,
    array,
    extensions,
    flag,
    form,
    iri,
    language_map,
    number,
    one_of,
    shape,
    text,
    wrong,
)
from digicantrain.core.xapi.values import (
    is_content_type,
    is_duration,
    is_language_tag,
    is_sha2,
    is_uuid,
)
from digicantrain.core.xapi.versions import Version

SIGNATURE = "http://adlnet.gov/expapi/attachments/signature"

verb = shape(
    Section.VERB,
    "a verb",
    {"id": iri(Section.VERB, "the id of a verb"), "display": language_map},
    ("id",),
)

_score_fields = shape(
    Section.SCORE,
    "a score",
    {name: number(Section.SCORE, f"{name} of a score") for name in ("scaled", "raw", "min", "max")},
)


def _score(value: object) -> None:
    _score_fields(value)
    if not isinstance(value, dict):
        return
    scaled = value.get("scaled", 0)
    if not -1 <= scaled <= 1:
        raise _step("scaled", scaled, "a scaled score lies between -1 and 1")
    least, greatest = value.get("min"), value.get("max")
    if least is not None and greatest is not None and least >= greatest:
        raise _step("min", least, f"min is less than max, which is {greatest}")
    _raw(value.get("raw"), least, greatest)


def _raw(raw: float | None, least: float | None, greatest: float | None) -> None:
    if raw is None:
        return
    if least is not None and raw < least:
        raise _step("raw", raw, f"a raw score is not less than min, which is {least}")
    if greatest is not None and raw > greatest:
        raise _step("raw", raw, f"a raw score is not greater than max, which is {greatest}")


def _step(name: str, value: object, rule: str) -> Fault:
    fault = wrong(value, Section.SCORE, rule)
    fault.steps.append(name)
    return fault


result = shape(
    Section.RESULT,
    "a result",
    {
        "score": _score,
        "success": flag(Section.RESULT, "success"),
        "completion": flag(Section.RESULT, "completion"),
        "response": text(Section.RESULT, "a response is a string"),
        "duration": form(
            Section.RESULT, is_duration, "a duration is one of ISO 8601, as PT1H30M or P4W"
        ),
        "extensions": extensions,
    },
)

_activities = array(Section.CONTEXT_ACTIVITIES, activity, "a kind of contextActivities")


def _one_or_more(value: object) -> None:
    (activity if isinstance(value, dict) else _activities)(value)


_context_activities = shape(
    Section.CONTEXT_ACTIVITIES,
    "contextActivities",
    dict.fromkeys(("parent", "grouping", "category", "other"), _one_or_more),
)
_types_list = array(
    Section.CONTEXT, iri(Section.CONTEXT, "a relevant type"), "a list of relevantTypes"
)


def _relevant_types(value: object) -> None:
    _types_list(value)
    if not value:
        raise Fault(Section.CONTEXT, "is empty; leave relevantTypes out where there are none")


def _company(kind: str, key: str, who: Check) -> Check:
    item = shape(
        Section.CONTEXT,
        f"a {kind}",
        {
            "objectType": one_of(Section.CONTEXT, (kind,), f"the objectType of a {kind}"),
            key: who,
            "relevantTypes": _relevant_types,
        },
        ("objectType", key),
    )
    return array(Section.CONTEXT, item, f"{kind}s")


_context_of_both: dict[str, Check] = {
    "registration": form(Section.CONTEXT, is_uuid, "a registration is a UUID"),
    "instructor": actor,
    "team": group,
    "contextActivities": _context_activities,
    "revision": text(Section.CONTEXT, "a revision is a string"),
    "platform": text(Section.CONTEXT, "a platform is a string"),
    "language": form(
        Section.CONTEXT, is_language_tag, "a language is a tag of RFC 5646, as fi or en-GB"
    ),
    "statement": statement_ref,
    "extensions": extensions,
}
context: dict[Version, Check] = {
    Version.V1: shape(Section.CONTEXT, "a context of xAPI 1.0.3", _context_of_both),
    Version.V2: shape(
        Section.CONTEXT,
        "a context",
        {
            **_context_of_both,
            "contextAgents": _company("contextAgent", "agent", agent),
            "contextGroups": _company("contextGroup", "group", group),
        },
    ),
}


def _length(value: object) -> None:
    if type(value) is not int or value < 0:
        raise wrong(value, Section.ATTACHMENTS, "a length is a whole number of bytes")


_attachment_fields = shape(
    Section.ATTACHMENTS,
    "an attachment",
    {
        "usageType": iri(Section.ATTACHMENTS, "a usageType"),
        "display": language_map,
        "description": language_map,
        "contentType": form(
            Section.ATTACHMENTS, is_content_type, "a contentType is a media type, as text/plain"
        ),
        "length": _length,
        "sha2": form(
            Section.ATTACHMENTS, is_sha2, "a sha2 is the SHA-2 hash of the data in hex digits"
        ),
        "fileUrl": iri(Section.ATTACHMENTS, "a fileUrl"),
    },
    ("usageType", "display", "contentType", "length", "sha2"),
)


def _attachment(value: object) -> None:
    _attachment_fields(value)
    if not isinstance(value, dict) or value["usageType"] != SIGNATURE:
        return
    if value["contentType"] != "application/octet-stream":
        raise Fault(
            Section.SIGNATURE,
            "is a signature of another type; its contentType is application/octet-stream",
            "contentType",
        )


attachments = array(Section.ATTACHMENTS, _attachment, "attachments")
