"""What is wrong in a file: where, what, and how to mend it."""

from collections.abc import Iterable
from typing import NamedTuple


class Problem(NamedTuple):
    """One fault; `line` counts from 1."""

    file: str
    line: int
    what: str
    mend: str


class ContentErrors(ValueError):  # noqa: N818 - it holds many
    """A programme is refused whole, with all its problems."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__(f"{len(self.problems)} problems in the programme's files.")


def format_problem(problem: Problem) -> str:
    """Return a problem as one line for a terminal, whatever a file is called."""
    line = f"{problem.file}:{problem.line}: {problem.what} {problem.mend}"
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in line)
