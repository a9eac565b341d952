"""A rule set of an accreditor that is invented, and what it granted."""

from datetime import date
from decimal import Decimal

import pytest

RULE = """
id = "sample"
version = "2026"
accreditor = "Sample accreditor"
source = "https://example.org/rules"
read_on = 2026-11-23
unit = "CME points"
per_hour = "2"
professions = ["nurse"]
only_attended = true
after_feedback = true
shows_conflicts = true
sentences = ["accreditation"]
"""
SENTENCE = "Granted by the sample accreditor under number REF-7."


@pytest.fixture
def cme_rules(tmp_path, settings):
    """The provider's own folder of rule sets, with the sample in it."""
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "sample.toml").write_text(RULE, encoding="utf-8")
    settings.CME_RULES = str(folder)
    return folder


def granted(version, **fields):
    """Return a grant for a version under the sample rule set."""
    from digicantrain.credentials.models import CmeGrant

    return CmeGrant.objects.create(
        **{
            "version": version,
            "accreditor": "Sample accreditor",
            "profession": "nurse",
            "points": Decimal("1.50"),
            "unit": "CME points",
            "reference": "REF-7",
            "source": "https://example.org/register/7",
            "valid_from": date(2020, 1, 1),
            "valid_until": date(2099, 1, 1),
            "rule": "sample",
            "sentences": {"accreditation": SENTENCE},
        }
        | fields
    )
