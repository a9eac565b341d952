"""The command line: `digicantrain COMMAND`."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from digicantrain import __version__, commands

EPILOG = """\
Exit codes: 0 done, 1 done but something was found or refused, 2 called wrongly.
Settings come from the environment; docs/run/settings.md lists them.
"""


def parser() -> argparse.ArgumentParser:
    """Return the parser with every command and its options."""
    top = argparse.ArgumentParser(
        prog="digicantrain",
        description="Design, run, credit and evaluate digital-skills training in cancer care.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"digicantrain {__version__}")
    sub = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, build in (
        ("demo", _demo),
        ("serve", _serve),
        ("worker", _worker),
        ("migrate", _migrate),
        ("check", _check),
        ("import-programme", _import),
        ("export-programme", _export),
        ("enrol", _enrol),
        ("issue", _issue),
        ("verify", _verify),
        ("report", _report),
        ("check-trail", _trail),
        ("messages", _messages),
    ):
        build(sub.add_parser, name)
    return top


def _add(make, name: str, run, text: str) -> argparse.ArgumentParser:  # type: ignore[no-untyped-def]
    command: argparse.ArgumentParser = make(
        name, help=text.split(".", maxsplit=1)[0], description=text
    )
    command.set_defaults(run=run)
    return command


def _demo(make, name: str) -> None:  # type: ignore[no-untyped-def]
    command = _add(
        make,
        name,
        commands.demo,
        "Make a database, load the programme, invent a pilot and serve it all on this machine. "
        "Everything in it is invented. Run it again to go on where it was.",
    )
    command.add_argument(
        "--port", type=int, default=int(os.environ.get("PORT", "8000")), help="default 8000"
    )


def _serve(make, name: str) -> None:  # type: ignore[no-untyped-def]
    command = _add(make, name, commands.serve, "Serve the pages with gunicorn.")
    command.add_argument("--port", type=int, default=8000)
    command.add_argument("--host", default="127.0.0.1")
    command.add_argument("--workers", type=int, default=2)


def _worker(make, name: str) -> None:  # type: ignore[no-untyped-def]
    _add(
        make,
        name,
        commands.worker,
        "Run background work: issuing, reports, mail. Several may run at once; one that is "
        "killed loses nothing.",
    )


def _migrate(make, name: str) -> None:  # type: ignore[no-untyped-def]
    _add(make, name, commands.migrate, "Bring the database to this version.")


def _check(make, name: str) -> None:  # type: ignore[no-untyped-def]
    command = _add(
        make,
        name,
        commands.check,
        "Check a folder of programme files. Names each fault with its file, its line and how to "
        "mend it. Needs no database.",
    )
    command.add_argument("folder", type=Path)


def _import(make, name: str) -> None:  # type: ignore[no-untyped-def]
    command = _add(
        make,
        name,
        commands.import_programme,
        "Load a folder of programme files. A faulty programme is refused whole; what has not "
        "changed is left alone.",
    )
    command.add_argument("folder", type=Path)
    command.add_argument("--organisation", required=True, help="short name of the provider")


def _export(make, name: str) -> None:  # type: ignore[no-untyped-def]
    command = _add(
        make, name, commands.export_programme, "Write a programme back to files, as it came."
    )
    command.add_argument("programme", help="identifier of the programme")
    command.add_argument("folder", type=Path, help="an empty or new folder")


def _enrol(make, name: str) -> None:  # type: ignore[no-untyped-def]
    command = _add(
        make,
        name,
        commands.enrol,
        "Enrol the people of a CSV file in a course run. Without --write nothing is changed and "
        "the file is only checked. Columns: email, name; optional language, profession, country.",
    )
    command.add_argument("file", type=Path)
    command.add_argument("--cohort", required=True, help="key of the course run")
    command.add_argument(
        "--write", action="store_true", help="enrol, after the check found nothing"
    )


def _issue(make, name: str) -> None:  # type: ignore[no-untyped-def]
    command = _add(
        make,
        name,
        commands.issue,
        "Issue what is earned in a course run and not issued yet. Safe to repeat.",
    )
    command.add_argument("--cohort", required=True, help="key of the course run")


def _verify(make, name: str) -> None:  # type: ignore[no-untyped-def]
    command = _add(
        make,
        name,
        commands.verify,
        "Check a credential: its signature, status and expiry. Exit code 0 only if it is valid.",
    )
    command.add_argument("what", help="a JSON file, or the link of a credential issued here")


def _report(make, name: str) -> None:  # type: ignore[no-untyped-def]
    command = _add(
        make, name, commands.report, "Compute a study's results and write them as one HTML page."
    )
    command.add_argument("study", help="short name of the study")
    command.add_argument("--out", type=Path, help="file to write; default STUDY-report.html")
    command.add_argument("--json", action="store_true", help="write JSON instead of HTML")


def _trail(make, name: str) -> None:  # type: ignore[no-untyped-def]
    _add(make, name, commands.check_trail, "Check the hash chain of the audit trail.")


def _messages(make, name: str) -> None:  # type: ignore[no-untyped-def]
    command = _add(
        make, name, commands.messages, "Work with the catalogues of the interface's words."
    )
    command.add_argument("what", choices=("extract", "compile", "check"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    chosen = parser().parse_args(arguments)
    try:
        code: int = chosen.run(chosen)
    except (ValueError, OSError) as error:
        print(f"digicantrain {chosen.command}: {error}", file=sys.stderr)
        return 1
    return code


if __name__ == "__main__":
    sys.exit(main())
