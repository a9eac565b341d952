"""The command line: `digicantrain COMMAND`."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digicantrain import __version__, commands, record_commands
from digicantrain.core.xapi.scopes import OFFERED

if TYPE_CHECKING:
    # argparse gives its kind no other name
    Subparsers = argparse._SubParsersAction[Any]  # noqa: SLF001 - as above

EPILOG = """\
examples:
  digicantrain demo                                  everything, invented, on this machine
  digicantrain check content/                        is the programme complete?
  digicantrain migrate                               then create-organisation, import-programme
  digicantrain serve & digicantrain worker           the two programs that must run

`digicantrain COMMAND --help` has more. Exit codes: 0 done, 1 something was found or refused,
2 called wrongly. Settings come from the environment; docs/run/settings.md lists them.
"""

Run = Callable[[argparse.Namespace], int]


class Parser(argparse.ArgumentParser):
    """A parser whose text stands as it is written."""

    def __init__(self, **kwargs: object) -> None:
        kwargs.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(**kwargs)  # type: ignore[arg-type]


def parser() -> argparse.ArgumentParser:
    """Return the parser with every command and its options."""
    top = Parser(
        prog="digicantrain",
        description="Design, run, credit and evaluate digital-skills training in cancer care.",
        epilog=EPILOG,
    )
    top.add_argument("--version", action="version", version=f"digicantrain {__version__}")
    sub = top.add_subparsers(dest="command", metavar="COMMAND", required=True)

    add = _adder(sub)
    for fill in (_running, _programme, _people, _credits, _proofs, _records):
        fill(add)
    return top


Add = Callable[..., argparse.ArgumentParser]


def _adder(sub: "Subparsers", before: str = "") -> Add:
    """Return what adds a command; `before` are the words of the group that it belongs to."""

    def add(name: str, run: Run | None, text: str, *examples: str) -> argparse.ArgumentParser:
        short = text.split(".", maxsplit=1)[0]
        call = f"  digicantrain {before}{name}"
        shown = "".join(f"{call} {example}".rstrip() + "\n" for example in examples)
        command: argparse.ArgumentParser = sub.add_parser(
            name, help=short, description=text, epilog=f"examples:\n{shown or f'  {name}'}"
        )
        if run is not None:
            command.set_defaults(run=run)
        return command

    return add


def _running(add: Add) -> None:
    demo = add(
        "demo",
        commands.demo,
        "Make a database, load the programme, invent a pilot and serve it on this machine.\n"
        "Everything in it is invented. Run it again to go on where it was; Ctrl-C stops it.",
        "",
        "--port 8010",
    )
    demo.add_argument(
        "--port", type=_port, default=os.environ.get("PORT", "8000"), help="default: PORT, or 8000"
    )
    serve = add(
        "serve",
        commands.serve,
        "Serve the pages with gunicorn, until stopped.\n"
        "Put a proxy with TLS before it. Background work needs `digicantrain worker` beside it.",
        "--port 8000",
        "--host 0.0.0.0 --workers 4",
    )
    serve.add_argument("--port", type=_port, default=8000, help="default 8000")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on")
    serve.add_argument("--workers", type=_count, default=2, help="processes; default 2")
    add(
        "worker",
        commands.worker,
        "Run background work until stopped: issuing, reports, mail.\n"
        "Several may run at once; one that is killed loses nothing.",
        "",
    )
    add(
        "migrate",
        commands.migrate,
        "Bring the database and the static files to this version.\n"
        "Run it once before the first start and after each upgrade; repeating it changes nothing.",
        "",
    )


def _programme(add: Add) -> None:
    check = add(
        "check",
        commands.check,
        "Check a folder of programme files. Needs no database.\n"
        "Each fault comes as FILE:LINE with what is wrong and how to mend it.",
        "content/",
    )
    check.add_argument("folder", type=_folder, metavar="DIR")
    load = add(
        "import-programme",
        commands.import_programme,
        "Load a folder of programme files. A faulty programme is refused whole.\n"
        "What has not changed is left alone; who began an old version stays on it.",
        "content/ --organisation turku",
    )
    load.add_argument("folder", type=_folder, metavar="DIR")
    load.add_argument("--organisation", required=True, help="short name of the provider")
    export = add(
        "export-programme",
        commands.export_programme,
        "Write a programme back to files, byte for byte as it came.",
        "digital-cancer-care copy/",
    )
    export.add_argument("programme", help="identifier of the programme")
    export.add_argument("folder", type=Path, metavar="DIR", help="an empty or new folder")
    words = add(
        "messages",
        commands.messages,
        "Work with the catalogues of the interface's words.",
        "extract",
        "compile",
        "check",
    )
    words.add_argument("what", choices=("extract", "compile", "check"))


def _people(add: Add) -> None:
    found = add(
        "create-organisation",
        commands.create_organisation,
        "Make a provider with its first administrator. Repeating it adds what is missing.\n"
        "The administrator gets no password: she signs in by a code sent to her address.",
        'turku --name "Turku Training" --country FI --administrator onni@turku.example'
        ' --quality "Internal quality assurance"',
    )
    found.add_argument("slug", metavar="SLUG", help="short name: a-z, 0-9 and hyphens")
    found.add_argument("--name", required=True, help="name as people read it")
    found.add_argument("--country", required=True, help="two capital letters, for example FI")
    found.add_argument("--language", default="en", help="language of the name; default en")
    found.add_argument("--administrator", required=True, metavar="EMAIL")
    found.add_argument(
        "--quality", default="", help="how quality is assured, as each certificate says it"
    )
    enrol = add(
        "enrol",
        commands.enrol,
        "Enrol the people of a CSV file in a course run, all of them or none.\n"
        "Without --write nothing is changed and the file is only checked.\n"
        "Columns: email, name; optional language, profession, country.",
        "people.csv --cohort KEY",
        "people.csv --cohort KEY --write",
    )
    enrol.add_argument("file", type=_file, metavar="CSV")
    enrol.add_argument("--cohort", required=True, help="key of the course run")
    enrol.add_argument("--write", action="store_true", help="enrol, after the check found nothing")


def _credits(add: Add) -> None:
    issue = add(
        "issue",
        commands.issue,
        "Issue what is earned in a course run and not issued yet. Safe to repeat.",
        "--cohort KEY",
    )
    issue.add_argument("--cohort", required=True, help="key of the course run")
    keys = add(
        "keys",
        commands.keys,
        "An issuer's signing keys: list, make, rotate, publish, check, export; its seal.\n"
        "  list     each key, and what it is used for\n"
        "  make     make a key and publish it; it signs nothing before `rotate`\n"
        "  rotate   sign with the key that waits, or with a new one; what older ones signed "
        "still verifies\n"
        "  publish  print the DID documents, or write them to a folder\n"
        "  check    let each key sign and confirm it; exit code 1 if one cannot\n"
        "  export   write what must stay on the web for years when the issuer ceases\n"
        "  seal     take in the key and certificates that an authority gave for seals on PDF and\n"
        "           European credentials; without --pem make one to try with, not qualified",
        "list --organisation turku",
        "make --organisation turku --keeper pkcs11",
        "rotate --organisation turku",
        "export --organisation turku --out turku-issuer/",
        "seal --organisation turku --pem seal.pem --password-file seal.password",
    )
    keys.add_argument(
        "what", choices=("list", "make", "rotate", "publish", "check", "export", "seal")
    )
    keys.add_argument("--organisation", required=True, help="short name of the provider")
    keys.add_argument(
        "--keeper",
        choices=("software", "pkcs11"),
        default="software",
        help="where a new key is kept: the database, encrypted, or a hardware token",
    )
    keys.add_argument("--out", type=Path, metavar="DIR", help="an empty or new folder")
    keys.add_argument(
        "--pem", type=Path, metavar="FILE", help="private key and certificates, its own first"
    )
    keys.add_argument(
        "--password-file", type=Path, metavar="FILE", help="what the key in it is locked with"
    )
    verify = add(
        "verify",
        commands.verify,
        "Check a credential: its signature, status and expiry.\n"
        "Exit code 0 only if it is valid, 1 if it is not, 2 if there is nothing to check.",
        "credential.json",
        "certificate.pdf",
        "https://learn.example.org/c/TOKEN/",
    )
    verify.add_argument(
        "what",
        metavar="FILE|URL",
        help="a file (JSON or the certificate in PDF), or the link of a credential issued here",
    )


def _proofs(add: Add) -> None:
    report = add(
        "report",
        commands.report,
        "Compute a study's results and write them as one HTML page.",
        "demo-pilot",
        "demo-pilot --json --out results.json",
    )
    report.add_argument("study", metavar="STUDY", help="short name of the study")
    report.add_argument("--out", type=Path, help="file to write; default STUDY-report.html")
    report.add_argument("--json", action="store_true", help="write JSON instead of HTML")
    evaluate = add(
        "evaluate",
        commands.evaluate,
        "Run a plan of analyses on a CSV file. Needs no database.\n"
        "Each fault of the plan and the data comes with its place and how to mend it.\n"
        "The same files give the same result, to the byte.",
        "--plan plan.json --data answers.csv --html results.html",
        "--plan plan.json --data answers.csv --charts figures/",
        "--list",
        "--example paired_change",
    )
    evaluate.add_argument("--plan", type=Path, help="a JSON file: which analyses")
    evaluate.add_argument("--data", type=Path, help="a CSV file in UTF-8 with a header line")
    evaluate.add_argument("--out", type=Path, metavar="FILE", help="write the results as JSON")
    evaluate.add_argument("--html", type=Path, metavar="FILE", help="write them as one HTML page")
    evaluate.add_argument(
        "--charts", type=Path, metavar="FOLDER", help="write each chart as an SVG file"
    )
    evaluate.add_argument("--list", action="store_true", help="print all methods and arguments")
    evaluate.add_argument("--example", metavar="METHOD", help="print a plan that uses a method")
    trail = add(
        "check-trail",
        commands.check_trail,
        "Check the hash chain of the audit trail. Prints its head: keep it on another machine.\n"
        "With a head kept from an earlier day it also finds an end that was cut off.",
        "",
        "--head 812:3f9a...",
    )
    trail.add_argument("--head", metavar="NUMBER:HASH", help="the head that an earlier day printed")


def _records(add: Add) -> None:
    group = add(
        "records",
        None,
        "The record store of a provider: keys for the programs that send to it or read from it,\n"
        "how long it keeps what, exports, erasing somebody, partitions.",
        "key make --organisation turku --name 'Ward tablets' --scope statements/write",
        "export --organisation turku --format jsonl --output turku.jsonl",
    )
    inner = group.add_subparsers(dest="what", metavar="WHAT", required=True)
    act = _adder(inner, "records ")
    for fill in (_record_keys, _record_export, _record_forget, _record_rules):
        fill(act)


def _record_export(act: Add) -> None:
    export = act(
        "export",
        record_commands.export,
        "Write every statement of a store, oldest first, in constant memory.\n"
        "A file stands there only when it is whole; on standard output the exit code tells.",
        "--organisation turku --format csv --output turku.csv",
        "--organisation turku --format jsonl | zstd > turku.jsonl.zst",
    )
    export.add_argument("--organisation", required=True, help="short name of the provider")
    export.add_argument(
        "--format", required=True, choices=("csv", "jsonl"), help="a row or a JSON line for each"
    )
    export.add_argument("--output", type=Path, metavar="FILE", help="default: standard output")


def _record_forget(act: Add) -> None:
    forget = act(
        "forget",
        record_commands.forget,
        "Erase who somebody is from a store; the statements stay under a pseudonym.\n"
        "Without --yes it says how much that concerns, and changes nothing.",
        "--organisation turku --mbox maija@ward.example",
        "--organisation turku --account https://lms.example.org maija --yes",
    )
    forget.add_argument("--organisation", required=True, help="short name of the provider")
    who = forget.add_mutually_exclusive_group(required=True)
    who.add_argument("--mbox", metavar="ADDRESS", help="a mail address, found hashed as well")
    who.add_argument("--account", nargs=2, metavar=("HOME", "NAME"), help="home page and name")
    who.add_argument("--mbox-sha1sum", metavar="SHA1", help="SHA-1 of a mail address")
    who.add_argument("--openid", metavar="URI", help="an OpenID")
    forget.add_argument("--yes", action="store_true", help="do it")


def _record_rules(act: Add) -> None:
    retention = act(
        "retention",
        record_commands.retention,
        "Say for how many months a store keeps what, or set it; the worker removes by night.",
        "--organisation turku",
        "--organisation turku --statements 24 --documents ever",
    )
    retention.add_argument("--organisation", required=True, help="short name of the provider")
    for what in ("statements", "documents"):
        retention.add_argument(
            f"--{what}", type=_months, metavar="MONTHS", help="1 to 1200, or ever"
        )
    partition = act(
        "partition",
        record_commands.partition,
        "Part all stores by month on PostgreSQL, for many millions of statements.\n"
        "Without --yes it says how long nobody can use them, and changes nothing.",
        "",
        "--yes",
    )
    partition.add_argument("--yes", action="store_true", help="do it")


def _record_keys(add: Add) -> None:
    group = add(
        "key",
        None,
        "Keys of record providers: make, list, rotate, revoke.",
        "make --organisation turku --name 'Ward tablets' --scope statements/write",
    )
    inner = group.add_subparsers(dest="act", metavar="ACT", required=True)
    act = _adder(inner, "records key ")
    make = act(
        "make",
        commands.make_record_key,
        "Make a key and print its secret, this once.",
        "--organisation turku --name 'Ward tablets' --scope statements/write --scope state",
        "--organisation turku --name Dashboard --scope all/read --expires 2027-06-30",
    )
    make.add_argument("--organisation", required=True, help="short name of the provider")
    make.add_argument("--name", required=True, help="which program uses it, and where")
    make.add_argument(
        "--scope",
        required=True,
        action="append",
        choices=OFFERED,
        help="what it may do; may be given several times",
    )
    make.add_argument("--expires", type=_day, metavar="DATE", help="its last day, YYYY-MM-DD (UTC)")
    make.add_argument("--requests", type=_number, help="requests a minute at most")
    make.add_argument("--statements", type=_number, help="statements a minute at most")
    listed = act(
        "list",
        commands.list_record_keys,
        "List a provider's keys: what each may do, and when it was last used.",
        "--organisation turku",
    )
    listed.add_argument("--organisation", required=True, help="short name of the provider")
    rotate = act(
        "rotate",
        commands.rotate_record_key,
        "Give a key a new secret and print it, this once. Its tokens end at once.\n"
        "The previous secret works for 24 more hours, unless --at-once ends it.",
        "key-7f3k-9q2m-4xtb",
        "key-7f3k-9q2m-4xtb --at-once",
    )
    rotate.add_argument("client", metavar="CLIENT", help="the key's client, as `list` prints it")
    rotate.add_argument("--at-once", action="store_true", help="end the previous secret now")
    revoke = act(
        "revoke",
        commands.revoke_record_key,
        "End a key and its tokens. What it stored stays.",
        "key-7f3k-9q2m-4xtb",
    )
    revoke.add_argument("client", metavar="CLIENT", help="the key's client, as `list` prints it")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write it as 2027-06-30.") from None


def _number(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= 1_000_000_000:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to 1000000000.")
    return int(text)


def _months(text: str) -> int:
    """Return a number of months, 0 for ever."""
    if text == "ever":
        return record_commands.EVER
    if not (text.isascii() and text.isdecimal()) or not 1 <= int(text) <= 1_200:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to 1200, and not ever.")
    return int(text)


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"{text!r} is no port; write a number from 1 to 65535.")
    return int(text)


def _count(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= 64:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to 64.")
    return int(text)


def _folder(text: str) -> Path:
    if not Path(text).is_dir():
        raise argparse.ArgumentTypeError(f"{text} is not a folder.")
    return Path(text)


def _file(text: str) -> Path:
    if not Path(text).is_file():
        raise argparse.ArgumentTypeError(f"{text} is not a file.")
    return Path(text)


def refusals() -> tuple[type[Exception], ...]:
    """Return the errors that end a command with a sentence; most commands raise none."""
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415 - only when needed
    from django.db import DatabaseError  # noqa: PLC0415 - as above

    return ValueError, OSError, DatabaseError, ImproperlyConfigured


def sentence(error: Exception) -> str:
    """Say in a sentence what went wrong and what to do."""
    from django.db import DatabaseError  # noqa: PLC0415 - as above

    if isinstance(error, DatabaseError):
        from digicantrain.base.database import meaning  # noqa: PLC0415 - only where there is one

        return meaning(error)
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename or 'A file'} cannot be used: {error.strerror.lower()}."
    return str(error)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        # a terminal that cannot show a sign shows its number; it is no reason to stop
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    chosen = parser().parse_args(arguments)
    try:
        code: int = chosen.run(chosen)
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 1
    except refusals() as error:
        if os.environ.get("DIGICANTRAIN_LOG") == "DEBUG":
            raise
        print(f"digicantrain {chosen.command}: {sentence(error)}", file=sys.stderr)
        return 1
    return code


if __name__ == "__main__":
    sys.exit(main())
