"""Small things that every page owes the eye."""

import re
from pathlib import Path

import pytest

import digicantrain.web

STYLES = Path(digicantrain.web.__file__).parent / "assets" / "scss"


@pytest.mark.django_db
def test_neither_field_of_the_check_is_called_optional_since_one_is_needed(client):
    html = client.get("/verify/").content.decode()

    assert "(optional)" not in html


def test_a_word_above_a_heading_stands_close_to_it():
    """The rule comes after those that give headings room, and weighs more."""
    text = (STYLES / "_page.scss").read_text(encoding="utf-8")

    close = text.index("main .eyebrow + :is(h1, h2, h3) { margin-top: 0; }")
    assert close > max(found.start() for found in re.finditer(r"\+ \.govuk-heading-m", text))
