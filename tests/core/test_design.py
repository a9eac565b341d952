"""A module's design: what is promised is taught and assessed, or it is a gap."""

from typing import Any

from digicantrain.core.design import Design, said


def test_a_design_without_gaps():
    assert Design(("O1",), frozenset({"O1", "O2"}), frozenset({"O1"})).gaps() == []


def test_gaps_are_named_by_outcome():
    design = Design(("O1", "O2", "O3"), frozenset({"O1"}), frozenset({"O2"}))

    assert [str(gap) for gap in design.gaps()] == [
        "O1 is promised but not assessed",
        "O2 is promised but not taught",
        "O3 is promised but not taught",
        "O3 is promised but not assessed",
    ]


def test_words_are_found_in_the_languages_that_have_them():
    words: Any = {
        "en": {"steps": {"a": "One"}},
        "fi": {"steps": {}},
        "et": {"steps": "x"},
        "sv": {},
    }

    assert said(words, "steps", "a") == {"en": "One"}
    assert said(words, "steps") == {"et": "x"}
