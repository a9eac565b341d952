"""A programme's folder: read as path -> text, and written back as it came."""

from collections.abc import Mapping
from pathlib import Path

from digicantrain.core.content.folder import MOST_CHARACTERS

# A character takes at most four bytes: what is longer has too many characters in any case.
MOST_BYTES = 4 * MOST_CHARACTERS + 1


class FolderError(ValueError):
    """The folder cannot be read; the sentence says why."""


def read_folder(folder: Path) -> dict[str, str]:
    """Return path -> text of every file; hidden files and links are left out.

    What is not UTF-8 comes as lone surrogates, so that the check can name the file and the line.
    """
    if not folder.is_dir():
        raise FolderError(f"{folder} is not a folder.")
    files: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or not path.is_file() or name.startswith(".") or "/." in name:
            continue
        with path.open("rb") as file:
            files[name] = file.read(MOST_BYTES).decode("utf-8", errors="surrogateescape")
    return files


def write_folder(folder: Path, *, files: Mapping[str, str | bytes]) -> None:
    """Write files back, byte for byte."""
    for name, text in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode() if isinstance(text, str) else text)
