"""Reads the reference data that may stand beside the checkout; they are never part of it."""

import json
from pathlib import Path

import pytest

from digicantrain.core.measures.frame import read_frame

DATA = Path(__file__).resolve().parents[4] / "shared" / "data" / "statistics"
present = pytest.mark.skipif(
    not DATA.is_dir(), reason="The reference data does not stand beside this checkout."
)


def frame(name, *, missing=("",)):
    """Return a data file."""
    return read_frame((DATA / name).read_text(encoding="utf-8"), missing=missing)


def expected(name):
    """Return what R found."""
    return json.loads((DATA / name).read_text(encoding="utf-8"))
