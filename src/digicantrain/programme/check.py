"""Checks a programme's files without Django: `python -m digicantrain.programme.check content/`."""

import sys
from collections.abc import Sequence
from pathlib import Path

from digicantrain.core import content
from digicantrain.programme.files import FolderError, read_folder

CALLED_WRONGLY = 2


def main(arguments: Sequence[str]) -> int:
    """Print all problems of a folder; return 1 if there are any, 2 if called wrongly."""
    if len(arguments) != 1:
        sys.stderr.write("Name one folder: python -m digicantrain.programme.check content/\n")
        return CALLED_WRONGLY
    try:
        problems = content.check(read_folder(Path(arguments[0])))
    except FolderError as error:
        sys.stderr.write(f"{error}\n")
        return CALLED_WRONGLY
    for problem in problems:
        sys.stdout.write(f"{content.format_problem(problem)}\n")
    found = {0: "No problem", 1: "1 problem"}.get(len(problems), f"{len(problems)} problems")
    sys.stdout.write(f"{found} found.\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
