"""A copy of the code in a folder of the test's own, so that a rule can be broken in it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SRC = ROOT / "src" / "digicantrain"
BIN = Path(sys.executable).parent


def copied(target: Path) -> Path:
    """Copy every module of the package, and nothing else; return the copied package."""
    package = target / "digicantrain"
    for path in SRC.rglob("*.py"):
        copy = package / path.relative_to(SRC)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    shutil.copyfile(ROOT / "pyproject.toml", target / "pyproject.toml")
    return package


def add(package: Path, module: str, code: str) -> None:
    """Append code to a module of the copy, which may be new."""
    path = package / module
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(f"\n{code}\n")


def ran(*command: str | Path, folder: Path, said: str = "") -> subprocess.CompletedProcess[str]:
    """Run one of the gate's tools in a folder, on the copy that lies there."""
    return subprocess.run(  # noqa: S603 - our own tools
        [str(part) for part in command],
        cwd=folder,
        input=said,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200", "NO_COLOR": "1"},
    )
