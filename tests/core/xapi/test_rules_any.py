"""Any JSON: a statement that is built right passes, and nothing else than a refusal is raised."""

import contextlib
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from digicantrain.core.xapi.errors import StatementError
from digicantrain.core.xapi.rules import check, check_batch
from digicantrain.core.xapi.versions import Version
from tests.core.xapi.sample import AINO, BEN, FULL, ID, LESSON, REF, TEAM, about, defined

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
JSON: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)
LANGUAGE_MAPS = st.dictionaries(st.sampled_from(["fi", "en-GB", "zh-Hant"]), st.text(max_size=9))
EXTENSIONS = st.dictionaries(st.just("https://a.example/ext"), JSON, max_size=1)
TIMES = st.datetimes().map(lambda time: f"{time.isoformat()}Z")
IDS = st.uuids().map(str)
ACTORS = st.sampled_from([AINO, BEN, TEAM])
ACTIVITIES: st.SearchStrategy[Any] = st.fixed_dictionaries(
    {"id": st.sampled_from([LESSON["id"], "urn:a:b"])},
    optional={
        "objectType": st.just("Activity"),
        "definition": st.fixed_dictionaries(
            {}, optional={"name": LANGUAGE_MAPS, "extensions": EXTENSIONS}
        ),
    },
)
STATEMENTS: st.SearchStrategy[Any] = st.fixed_dictionaries(
    {
        "actor": ACTORS,
        "verb": st.fixed_dictionaries(
            {"id": st.just("urn:a:b")}, optional={"display": LANGUAGE_MAPS}
        ),
        "object": ACTIVITIES | ACTORS.map(lambda one: {"objectType": "Agent"} | one) | st.just(REF),
    },
    optional={
        "id": IDS,
        "timestamp": TIMES,
        "result": st.fixed_dictionaries(
            {}, optional={"success": st.booleans(), "response": st.text(), "extensions": EXTENSIONS}
        ),
        "context": st.fixed_dictionaries(
            {}, optional={"registration": IDS, "instructor": ACTORS, "extensions": EXTENSIONS}
        ),
    },
)


@settings(max_examples=30)
@given(STATEMENTS, st.sampled_from(Version))
def test_a_statement_that_is_built_right_passes(statement, version):
    assert check_batch([statement, FULL], version=version) == [statement, FULL]


def _places(value):
    """Return each container of a statement with each of its keys."""
    if not isinstance(value, dict | list):
        return []
    keys = list(value) if isinstance(value, dict) else range(len(value))
    return [(value, key) for key in keys] + [at for key in keys for at in _places(value[key])]


SEEDS = [
    FULL,
    about(context=FULL["context"]),
    defined(interactionType="choice", choices=[{"id": ID}], correctResponsesPattern=["a"]),
]


@given(st.sampled_from(SEEDS), st.data(), JSON, st.sampled_from(Version))
def test_any_json_at_any_place_is_taken_or_refused_threat_39(seed, data, value, version):
    statement = json.loads(json.dumps(seed))
    container, key = data.draw(st.sampled_from(_places(statement)))
    container[key] = value

    with contextlib.suppress(StatementError):
        check(statement, version=version)


@given(JSON, st.sampled_from(Version))
def test_any_json_is_refused_with_a_sentence_threat_39(value, version):
    with contextlib.suppress(StatementError):
        assert check_batch(value, version=version) == []
