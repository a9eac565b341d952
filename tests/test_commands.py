"""The command line as an operator meets it: what it says, and its exit codes."""

import os
import queue
import signal
import sqlite3
import subprocess
import sys
import threading

import pytest
from django.db import OperationalError, ProgrammingError

from digicantrain import commands
from digicantrain.__main__ import main, parser
from digicantrain.base import database
from digicantrain.demo import seed
from digicantrain.people.models import AuditEntry, Organisation, Person
from digicantrain.programme.models import Programme
from tests.house import ROOT

SAMPLE = str(ROOT / "tests" / "sample")
COMMANDS = next(a for a in parser()._actions if a.dest == "command").choices
FOUND = ["create-organisation", "turku", "--name", "Turku Training", "--country", "FI"]


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_says_what_it_does_and_shows_a_call(name, capsys):
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])

    said = capsys.readouterr().out
    assert ended.value.code == 0
    assert f"examples:\n  digicantrain {name}" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "COMMAND"),
        (["dance"], "invalid choice"),
        (["check", "nowhere"], "nowhere is not a folder."),
        (["check", str(ROOT / "README.md")], "README.md is not a folder."),
        (["import-programme", "nowhere", "--organisation", "turku"], "nowhere is not a folder."),
        (["import-programme", SAMPLE], "--organisation"),
        (["enrol", "nobody.csv", "--cohort", "x"], "nobody.csv is not a file."),
        (["issue"], "--cohort"),
        (["serve", "--port", "99999"], "'99999' is no port"),
        (["demo", "--port", "eight"], "'eight' is no port"),
        (["serve", "--workers", "0"], "is no number from 1 to 64"),
    ],
)
def test_a_wrong_call_ends_with_2(arguments, said, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments)

    assert ended.value.code == 2
    assert said in capsys.readouterr().err


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["import-programme", SAMPLE, "--organisation", "nobody"], "no organisation 'nobody'"),
        (["export-programme", "nothing", "new"], "no programme called 'nothing'"),
        (["enrol", str(ROOT / "README.md"), "--cohort", "x"], "no course run 'x'"),
        (["issue", "--cohort", "x"], "no course run 'x'"),
        (["report", "nothing"], "no study 'nothing'"),
    ],
)
def test_what_is_not_there_is_named_and_ends_with_1(arguments, said, capsys):
    assert main(arguments) == 1

    error = capsys.readouterr().err
    assert said in error
    assert error.startswith(f"digicantrain {arguments[0]}: ")
    assert error.count("\n") == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("nothing.json", "nothing.json is neither a file nor the link of a credential."),
        ("https://elsewhere.example/c/1", "No credential of this platform"),
    ],
)
def test_verify_with_nothing_to_check_ends_with_2(what, said, capsys):
    """1 is kept for a credential that was checked and is not valid."""
    assert main(["verify", what]) == 2

    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_a_provider_is_founded_with_its_administrator(db, capsys):
    for _ in range(2):
        assert main([*FOUND, "--administrator", "Onni@Turku.example"]) == 0

    onni = Person.objects.get(email="onni@turku.example")
    assert Organisation.objects.get().name == {"en": "Turku Training"}
    assert onni.has_perm("people.manage_organisation", Organisation.objects.get())
    assert not onni.has_usable_password()
    assert AuditEntry.objects.filter(action="organisation-founded").count() == 1


def test_without_quality_assurance_nothing_is_published_and_the_command_mends_it(db, capsys):
    founded = [*FOUND, "--administrator", "onni@turku.example"]
    load = ["import-programme", SAMPLE, "--organisation", "turku"]
    assert main(founded) == 0

    assert main(load) == 1
    assert "X1: What can be earned lacks an element: type of quality" in capsys.readouterr().err
    assert not Programme.objects.exists()

    assert main([*founded, "--quality", "Internal"]) == main(load) == 0
    assert Organisation.objects.get().quality_assurance == {"en": "Internal"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([*FOUND, "--administrator", "onni"], "'onni': Enter a valid email"),
        ([*FOUND[:-1], "fi", "--administrator", "o@t.example"], "two capital letters"),
        ([*FOUND[:-1], "XX", "--administrator", "o@t.example"], "XX is no country."),
        ([*FOUND[:-1], "ZZ", "--administrator", "o@t.example"], "ZZ is no country."),
        ([*FOUND[:3], " ", *FOUND[4:], "--administrator", "o@t.example"], "The name is empty."),
        (
            ["create-organisation", "a b", *FOUND[2:], "--administrator", "o@t.example"],
            "slug 'a b'",
        ),
    ],
)
def test_a_provider_that_cannot_be_is_refused_whole(arguments, said, db, capsys):
    assert main(arguments) == 1

    assert said in capsys.readouterr().err
    assert not Organisation.objects.exists()
    assert not Person.objects.exists()


def test_a_programme_is_imported_and_exported(organisation, tmp_path, capsys):
    out = tmp_path / "out"

    assert main(["import-programme", SAMPLE, "--organisation", "turku"]) == 0
    assert main(["export-programme", "sample", str(out)]) == 0

    assert "sample: new versions of X1, X2." in capsys.readouterr().out
    assert (out / "programme.toml").read_bytes() == (
        ROOT / "tests" / "sample" / "programme.toml"
    ).read_bytes()
    assert main(["export-programme", "sample", str(out)]) == 1


def test_a_folder_without_a_programme_is_refused_with_all_its_faults(
    organisation, tmp_path, capsys
):
    assert main(["import-programme", str(tmp_path), "--organisation", "turku"]) == 1

    said = capsys.readouterr()
    assert "programme.toml:1: The file is missing. Write it." in said.out
    assert "sources.toml:1: The file is missing. Write it." in said.out
    assert said.err.endswith("Nothing was imported: 4 problems. Mend and run it again.\n")
    assert not Programme.objects.exists()


def test_people_are_enrolled_only_when_asked_to(cohort, tmp_path, capsys):
    people = tmp_path / "people.csv"
    people.write_text("email,name\nnew@example.org,New Person\n", encoding="utf-8")
    call = ["enrol", str(people), "--cohort", str(cohort.key)]

    assert main(call) == 0
    assert "dry run" in capsys.readouterr().out
    assert cohort.enrolments.count() == 0
    assert main([*call, "--write"]) == 0
    assert cohort.enrolments.count() == 1


def test_a_file_with_faults_enrols_nobody(cohort, tmp_path, capsys):
    people = tmp_path / "people.csv"
    people.write_text("email,name\nnew@example.org,New\nnobody,Other\n", encoding="utf-8")

    assert main(["enrol", str(people), "--cohort", str(cohort.key), "--write"]) == 1

    said = capsys.readouterr()
    assert f"{people}:3: email:" in said.out
    assert said.err == "digicantrain enrol: 1 fault; nobody was enrolled.\n"
    assert cohort.enrolments.count() == 0


def test_nothing_is_issued_where_nothing_is_earned(enrolment, capsys):
    assert main(["issue", "--cohort", str(enrolment.cohort.key)]) == 0

    assert capsys.readouterr().out.startswith("0 credentials issued")


def test_issue_says_what_waits_for_a_second_person(enrolment, capsys):
    from tests.credentials.asked import four_eyes
    from tests.credentials.earned import earn

    four_eyes(enrolment.cohort.organisation)
    earn(enrolment)

    assert main(["issue", "--cohort", str(enrolment.cohort.key)]) == 0
    said = capsys.readouterr().out
    assert "0 credentials issued" in said
    assert "1 wait until a registrar approves them." in said


def test_a_file_that_is_no_credential_is_not_valid(db, capsys):
    assert main(["verify", str(ROOT / "README.md")]) == 1

    assert capsys.readouterr().out.startswith("Not a credential that can be read.")


def test_migrating_again_changes_nothing(db, capsys, settings, tmp_path):
    settings.VAR = tmp_path / "var"
    settings.STATIC_ROOT = tmp_path / "static"

    assert main(["migrate"]) == 0

    said = capsys.readouterr().out
    assert "No migrations to apply." in said
    assert "static files copied" in said


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OperationalError("no such table: people_person"), "digicantrain migrate"),
        (
            ProgrammingError('relation "people_person" does not exist\nLINE 1'),
            "digicantrain migrate",
        ),
        (OperationalError("unable to open database file"), "let this user write to it"),
        (OperationalError("database is locked"), "Another program holds the database"),
        (OperationalError("attempt to write a readonly database"), "cannot be written"),
        (OperationalError('connection failed: to "127.0.0.1"\nrefused'), "does not answer"),
        (OperationalError("disk full\nmore"), "refused this: disk full"),
        (PermissionError(13, "Permission denied", "/srv/x"), "/srv/x cannot be used: permission"),
    ],
)
def test_an_error_of_the_machine_is_one_sentence(error, said, db, capsys, monkeypatch):
    def fail(_chosen):
        raise error

    monkeypatch.setattr(commands, "worker", fail)

    assert main(["worker"]) == 1
    printed = capsys.readouterr().err
    assert said in printed
    assert printed.count("\n") == 1


def test_a_stopped_command_leaves_no_traceback(capsys, monkeypatch):
    def stop(_chosen):
        raise KeyboardInterrupt

    monkeypatch.setattr(commands, "check", stop)

    assert main(["check", SAMPLE]) == 1
    assert capsys.readouterr().err == "\nStopped.\n"


def test_a_database_that_waits_for_a_migration_is_refused(db, monkeypatch, capsys):
    monkeypatch.setattr(
        "django.db.migrations.executor.MigrationExecutor.migration_plan", lambda *_: ["one"]
    )

    assert main(["check-trail"]) == 1
    assert capsys.readouterr().err == f"digicantrain check-trail: {database.NOT_CURRENT}\n"


def outside(*arguments, **environment):
    """Run a command as its own program, as an operator's shell does."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("DIGICANTRAIN_")}
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "digicantrain", *arguments],
        env={**clean, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({}, "DIGICANTRAIN_SECRET_KEY is not set."),
        ({"DIGICANTRAIN_MODE": "party"}, "DIGICANTRAIN_MODE is 'party'; it must be one of"),
        ({"DIGICANTRAIN_DATABASE": "mysql://x"}, "DIGICANTRAIN_DATABASE begins with 'mysql'"),
        ({"DIGICANTRAIN_DATABASE": "postgresql://h:x/d"}, "names a port that is no number"),
        ({"DIGICANTRAIN_WORKER_LEASE": "long"}, "must be a whole number"),
        ({"DIGICANTRAIN_SECRET_KEY_FILE": "/none"}, "names /none, which is not a file"),
        ({"DIGICANTRAIN_DATABASE": "postgresql://h@127.0.0.1:1/d"}, "does not answer"),
        ({"DIGICANTRAIN_DATABASE": "sqlite:////none/x"}, "/none/x cannot be opened"),
    ],
)
def test_a_setting_that_cannot_be_used_stops_the_start(environment, said):
    mode = {} if environment == {} else {"DIGICANTRAIN_MODE": "demo"}

    done = outside("worker", **{**mode, **environment})

    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_that_cannot_be_used_is_named(tmp_path):
    (tmp_path / "var").write_text("a file stands here", encoding="utf-8")

    done = outside("migrate", DIGICANTRAIN_MODE="demo", DIGICANTRAIN_VAR=str(tmp_path / "var"))

    assert done.returncode == 1
    assert f"{tmp_path / 'var'} cannot be used: file exists." in done.stderr


def test_a_database_that_was_never_migrated_is_refused(tmp_path):
    empty = tmp_path / "empty"
    sqlite3.connect(empty).close()

    done = outside(
        "check-trail", DIGICANTRAIN_MODE="demo", DIGICANTRAIN_DATABASE=f"sqlite:///{empty}"
    )

    assert done.returncode == 1
    assert done.stderr == f"digicantrain check-trail: {database.NOT_CURRENT}\n"


def test_the_report_of_nothing_is_not_written(db, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert main(["report", "nothing", "--json"]) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def own_signals():
    """Put back the handlers that a command sets."""
    numbers = (signal.SIGINT, signal.SIGTERM)
    kept = [signal.getsignal(number) for number in numbers]
    yield
    for number, handler in zip(numbers, kept, strict=True):
        signal.signal(number, handler)


def test_the_demo_prepares_then_says_where_it_runs(own_signals, monkeypatch, capsys):
    for name in ("MODE", "ORIGIN", "PORT"):
        monkeypatch.setenv(f"DIGICANTRAIN_{name}", os.environ.get(f"DIGICANTRAIN_{name}", "test"))
    monkeypatch.setattr("digicantrain.demo.seed.prepare", lambda say: say("Prepared."))
    monkeypatch.setattr("digicantrain.base.supervisor.Supervisor.run", lambda _self: 0)

    assert main(["demo", "--port", "8179"]) == 0

    said = capsys.readouterr().out
    assert said.startswith("Prepared.")
    assert "http://127.0.0.1:8179/account/demo/" in said


def test_a_demo_that_is_stopped_while_it_prepares_ends_quietly(own_signals, monkeypatch, capsys):
    for name in ("MODE", "ORIGIN", "PORT"):
        monkeypatch.setenv(f"DIGICANTRAIN_{name}", os.environ.get(f"DIGICANTRAIN_{name}", "test"))
    monkeypatch.setattr(
        "digicantrain.demo.seed.prepare", lambda _say: signal.raise_signal(signal.SIGTERM)
    )

    assert main(["demo", "--port", "8179"]) == 1
    assert capsys.readouterr().err == "\nStopped.\n"


def test_a_second_demo_on_one_folder_waits_for_the_first(settings, tmp_path):
    settings.VAR = tmp_path
    said: queue.Queue[str] = queue.Queue()

    def second():
        with seed.alone(said.put):
            said.put("second")

    with seed.alone(said.put):
        thread = threading.Thread(target=second)
        thread.start()
        assert said.get(timeout=60).startswith("Another demo prepares this folder")
        said.put("first")
    thread.join(timeout=60)

    assert [said.get(timeout=60), said.get(timeout=60)] == ["first", "second"]


def test_serving_hands_over_to_gunicorn(db, monkeypatch):
    given = []
    monkeypatch.setattr(os, "execv", lambda _path, arguments: given.extend(arguments))

    main(["serve", "--port", "8179", "--workers", "3"])

    assert "127.0.0.1:8179" in given
    assert given[given.index("--workers") + 1] == "3"


def test_the_worker_works_until_it_is_told_to_stop(db, own_signals, monkeypatch):
    heard = []

    def work(_name, *, stop):
        signal.raise_signal(signal.SIGTERM)
        heard.append(stop.is_set())

    monkeypatch.setattr("digicantrain.base.jobs.work", work)

    assert main(["worker"]) == 0
    assert heard == [True]


def test_a_terminal_that_lacks_a_sign_still_gets_the_line(tmp_path):
    (tmp_path / "ä.txt").write_text("", encoding="utf-8")

    done = outside("check", str(tmp_path), PYTHONIOENCODING="ascii")

    assert done.returncode == 1
    assert "\\xe4.txt:1: This file has no place in a programme." in done.stdout
