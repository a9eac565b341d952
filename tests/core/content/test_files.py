"""The page on the files of a programme names every key that a file can have."""

from pathlib import Path

import pytest

from digicantrain.core.content.files import (
    AUDIENCES,
    DIFFICULTIES,
    LEVELS,
    METHODS,
    SHAPES,
    WORKLOAD_TYPES,
)
from digicantrain.core.markup import CALLOUTS
from digicantrain.core.svg import CLASSES, TAGS

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "author" / "files.md").read_text(encoding="utf-8")
KEYS = sorted({key for kinds in SHAPES.values() for kind in kinds for key in kind.keys})


@pytest.mark.parametrize("key", KEYS)
def test_every_key_is_described(key):
    assert f"`{key}`" in PAGE or f"[{key}" in PAGE or f".{key}]" in PAGE


def test_there_are_keys_to_describe():
    assert {"hours_per_ects", "variants", "pass_mark", "elsewhere"} <= set(KEYS)


@pytest.mark.parametrize(
    "word", [*LEVELS, *AUDIENCES, *DIFFICULTIES, *WORKLOAD_TYPES, *METHODS, *CALLOUTS]
)
def test_every_value_to_choose_from_is_described(word):
    assert word in PAGE


@pytest.mark.parametrize("word", sorted({*CLASSES, *TAGS}))
def test_what_a_picture_may_hold_is_described(word):
    assert word in PAGE
