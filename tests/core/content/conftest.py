"""The sample programme as files, and ways to break it."""

from pathlib import Path

import pytest

from digicantrain.programme.files import read_folder

SAMPLE = Path(__file__).resolve().parents[2] / "sample"


@pytest.fixture
def files():
    """The files of the sample: path -> text."""
    return read_folder(SAMPLE)


@pytest.fixture
def change(files):
    """Return the sample with one text replaced, which must stand there."""

    def changed(path, old, new):
        assert old in files[path], f"{old!r} does not stand in {path}"
        return {**files, path: files[path].replace(old, new, 1)}

    return changed
