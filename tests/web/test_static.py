"""Every static file that a template names is there."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

TEMPLATES = Path(__file__).resolve().parents[2] / "src" / "digicantrain" / "web" / "templates"
NAMED = sorted(
    {
        name
        for path in TEMPLATES.rglob("*.html")
        for name in re.findall(r'{% static "([^"]+)" %}', path.read_text(encoding="utf-8"))
    }
)


@pytest.mark.parametrize("name", NAMED)
def test_a_named_file_is_found(name):
    assert finders.find(name)


def test_templates_name_files():
    assert len(NAMED) >= 4
