"""Activities and references to statements: what a statement may be about."""

from digicantrain.core.xapi.shapes import (
    Check,
    Fault,
    Section,
    array,
    extensions,
    form,
    iri,
    language_map,
    one_of,
    shape,
    text,
)
from digicantrain.core.xapi.values import is_uuid

# Which lists of components each kind of interaction may have (xAPI 1.0.3, Data 2.4.4.1).
INTERACTIONS: dict[str, tuple[str, ...]] = {
    "true-false": (),
    "choice": ("choices",),
    "fill-in": (),
    "long-fill-in": (),
    "matching": ("source", "target"),
    "performance": ("steps",),
    "sequencing": ("choices",),
    "likert": ("scale",),
    "numeric": (),
    "other": (),
}
_COMPONENT_LISTS = ("choices", "scale", "source", "target", "steps")
_OF_INTERACTIONS = ("correctResponsesPattern", *_COMPONENT_LISTS)

_component = shape(
    Section.ACTIVITY,
    "an interaction component",
    {
        "id": text(Section.ACTIVITY, "the id of an interaction component is a string"),
        "description": language_map,
    },
    ("id",),
)
_component_list = array(Section.ACTIVITY, _component, "a list of interaction components")


def _components(value: object) -> None:
    _component_list(value)
    ids = [found["id"] for found in value] if isinstance(value, list) else []
    if len({*ids}) < len(ids):
        raise Fault(Section.ACTIVITY, "holds an id twice; components of one list differ in id")


_definition_properties: dict[str, Check] = {
    "name": language_map,
    "description": language_map,
    "type": iri(Section.ACTIVITY, "the type of an activity"),
    "moreInfo": iri(Section.ACTIVITY, "the moreInfo of an activity"),
    "extensions": extensions,
    "interactionType": one_of(Section.ACTIVITY, INTERACTIONS, "an interactionType"),
    "correctResponsesPattern": array(
        Section.ACTIVITY,
        text(Section.ACTIVITY, "a correct response is a string"),
        "a correctResponsesPattern",
    ),
    **dict.fromkeys(_COMPONENT_LISTS, _components),
}
_definition_fields = shape(Section.ACTIVITY, "an activity definition", _definition_properties)


def _definition(value: object) -> None:
    _definition_fields(value)
    if isinstance(value, dict) and not value.keys().isdisjoint(_OF_INTERACTIONS):
        _interaction(value)


def _interaction(value: dict[str, object]) -> None:
    kind = value.get("interactionType")
    if not isinstance(kind, str):
        raise Fault(
            Section.ACTIVITY,
            "lacks interactionType, which a definition with answers or components has",
        )
    for name in _COMPONENT_LISTS:
        if name in value and name not in INTERACTIONS[kind]:
            raise Fault(Section.ACTIVITY, f"does not belong to an interaction of {kind}", name)


activity = shape(
    Section.ACTIVITY,
    "an Activity",
    {
        "objectType": one_of(Section.ACTIVITY, ("Activity",), "the objectType of an Activity"),
        "id": iri(Section.ACTIVITY, "the id of an Activity"),
        "definition": _definition,
    },
    ("id",),
)
statement_ref = shape(
    Section.OBJECT_STATEMENT,
    "a StatementRef",
    {
        "objectType": one_of(
            Section.OBJECT_STATEMENT, ("StatementRef",), "the objectType of a StatementRef"
        ),
        "id": form(Section.OBJECT_STATEMENT, is_uuid, "the id of a StatementRef is a UUID"),
    },
    ("objectType", "id"),
)
