"""The interface's catalogues: complete where we say so, and true to their source."""

import re

import pytest

from digicantrain import messages

PLACES = re.compile(r"%\(\w+\)[sd]|\{\w+\}|%[sd]")


@pytest.mark.parametrize("language", messages.COMPLETE)
def test_a_complete_language_lacks_nothing(language):
    assert messages.missing(language) == []


def test_every_language_has_a_catalogue_that_can_be_read():
    assert {path.parts[-3] for path in messages._paths()} == {"fi", "et", "es", "ro", "el"}


@pytest.mark.parametrize("path", messages._paths(), ids=lambda path: path.parts[-3])
def test_places_for_values_are_the_same_in_a_translation(path):
    wrong = []
    for message in messages._read(path):
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        wanted = set(PLACES.findall(" ".join(ids)))
        wrong += [text for text in strings if text and set(PLACES.findall(text)) != wanted]

    assert [text for text in wrong if "Content-Type" not in text] == []
