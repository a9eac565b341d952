"""A programme's folder: read as path -> text, and written back as it came."""

from collections.abc import Mapping
from pathlib import Path

MAX_BYTES = 1_000_000


class FolderError(ValueError):
    """The folder cannot be read; the sentence says why."""


def read_folder(folder: Path) -> dict[str, str]:
    """Return path -> text of every file; hidden files and links are left out."""
    if not folder.is_dir():
        raise FolderError(f"{folder} is not a folder.")
    files: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or not path.is_file() or name.startswith(".") or "/." in name:
            continue
        files[name] = _text(path, name)
    return files


def _text(path: Path, name: str) -> str:
    if path.stat().st_size > MAX_BYTES:
        raise FolderError(f"{name} is larger than {MAX_BYTES:,} bytes. Split it.")
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        raise FolderError(f"{name} is not UTF-8. Save it again as UTF-8.") from None


def write_folder(folder: Path, *, files: Mapping[str, str]) -> None:
    """Write files back, byte for byte."""
    for name, text in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode())
