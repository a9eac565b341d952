"""The sample programme in a folder of the test's own, so that it can be changed."""

import shutil
from pathlib import Path

import pytest

SAMPLE = Path(__file__).resolve().parents[1] / "sample"


@pytest.fixture
def folder(tmp_path):
    """A copy of the sample."""
    return Path(shutil.copytree(SAMPLE, tmp_path / "content"))


@pytest.fixture
def edit(folder):
    """Replace a text that stands in one of the copy's files."""

    def edited(path, old, new):
        file = folder / path
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")

    return edited
