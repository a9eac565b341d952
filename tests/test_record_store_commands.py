"""`digicantrain records export`, `forget`, `retention`, `partition` as an operator meets them."""

import json

import pytest
from django.db import connection

from digicantrain.__main__ import main
from digicantrain.people.models import AuditEntry
from digicantrain.records import exporting, partitions
from digicantrain.records.models import Agent, Retention
from tests.records.told import MAIJA, OSKAR, kept, put, told

pytestmark = pytest.mark.django_db
TURKU = ["--organisation", "turku"]
FORGET = ["records", "forget", *TURKU]
RETENTION = ["records", "retention", *TURKU]


def export(kind="jsonl", *more):
    return main(["records", "export", *TURKU, "--format", kind, *more])


def test_an_export_goes_to_standard_output(organisation, other_organisation, capsysbinary):
    keys = put(organisation, told(), told(OSKAR))
    put(other_organisation, told())

    assert export() == 0

    lines = capsysbinary.readouterr().out.splitlines()
    assert [json.loads(line)["id"] for line in lines] == [str(key) for key in keys]
    entry = AuditEntry.objects.get(action="records-exported")
    assert (entry.actor, entry.data) == (None, {"format": "jsonl"})


def test_a_file_is_for_its_owner_and_takes_the_place_of_another(organisation, tmp_path):
    put(organisation, told())
    path = tmp_path / "turku.csv"
    path.write_text("of yesterday")

    assert export("csv", "--output", str(path)) == 0

    assert path.read_bytes().startswith(b"\xef\xbb\xbfid,stored,")
    assert len(path.read_bytes().splitlines()) == 2
    assert path.stat().st_mode & 0o077 == 0
    assert list(tmp_path.iterdir()) == [path]


def test_a_fault_on_the_way_leaves_what_was_there(organisation, tmp_path, monkeypatch, capsys):
    def lines(_organisation, *, kind):
        yield kind * 99_999
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(exporting, "as_lines", lines)
    path = tmp_path / "turku.csv"
    path.write_text("of yesterday")

    assert export("csv", "--output", str(path)) == 1

    assert "no space left on device" in capsys.readouterr().err
    assert path.read_text() == "of yesterday"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("who", "actor"),
    [
        (["--mbox", "maija@ward.example"], MAIJA),
        (["--account", "https://ward.example", "oskar"], OSKAR),
        (["--mbox-sha1sum", "AB" * 20], {"mbox_sha1sum": "ab" * 20}),
        (["--openid", "https://id.example/x"], {"openid": "https://id.example/x"}),
    ],
)
def test_somebody_is_forgotten_with_yes_only(organisation, capsys, who, actor):
    (key,) = put(organisation, told(actor))

    assert main([*FORGET, *who]) == 1
    assert (
        "would stay under a pseudonym: 1; documents that would be deleted: 0."
        in capsys.readouterr().out
    )
    assert kept(organisation, key)["actor"].items() >= actor.items()
    assert main([*FORGET, *who, "--yes"]) == 0
    assert "Statements under a pseudonym now: 1;" in capsys.readouterr().out
    assert kept(organisation, key)["actor"]["account"]["homePage"] == "http://127.0.0.1:8000"
    assert "maija" not in str(AuditEntry.objects.get(action="record-agent-erased").data)


def test_a_rule_is_printed_set_and_set_back(organisation, capsys):
    assert main(RETENTION) == 0
    assert capsys.readouterr().out == "Statements: kept for ever\nDocuments:  kept for ever\n"
    assert not Retention.objects.exists()

    assert main([*RETENTION, "--statements", "24"]) == 0
    assert main([*RETENTION, "--documents", "12"]) == 0
    assert "Statements: kept for 24 months\n" in capsys.readouterr().out
    assert main([*RETENTION, "--statements", "ever"]) == 0
    rule = Retention.objects.get()
    assert (rule.statement_months, rule.document_months) == (None, 12)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no partitions.")
def test_the_store_is_parted_with_yes_only(organisation, capsys):
    put(organisation, told())

    assert main(["records", "partition"]) == 1
    assert "nobody can read or write them" in capsys.readouterr().out
    assert not partitions.is_partitioned()
    assert main(["records", "partition", "--yes"]) == 0
    assert partitions.is_partitioned()
    partitions.remembered.cache_clear()
    assert main(["records", "partition", "--yes"]) == 1
    assert "partitioned already" in capsys.readouterr().err


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has partitions.")
def test_sqlite_has_no_partitions(db, capsys):
    assert main(["records", "partition", "--yes"]) == 1
    assert "Only PostgreSQL has partitions" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["records", "export", *TURKU], "--format"),
        (["records", "export", *TURKU, "--format", "xlsx"], "invalid choice: 'xlsx'"),
        (FORGET, "one of the arguments --mbox --account"),
        ([*FORGET, "--mbox", "a@b.example", "--openid", "https://x"], "not allowed with"),
        ([*FORGET, "--account", "https://x.example"], "expected 2 arguments"),
        ([*RETENTION, "--statements", "0"], "'0' is no number from 1 to 1200, and not ever."),
        ([*RETENTION, "--documents", "never"], "'never' is no number"),
    ],
)
def test_a_wrong_call_ends_with_2(capsys, arguments, said):
    with pytest.raises(SystemExit) as ended:
        main(arguments)

    assert ended.value.code == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["records", "export", "--organisation", "x", "--format", "csv"], "no organisation 'x'"),
        (["records", "retention", "--organisation", "x"], "There is no organisation 'x'"),
        ([*FORGET, "--mbox", "maija", "--yes"], "This is no mail address."),
        ([*FORGET, "--mbox", "nobody@ward.example", "--yes"], "Nobody in this store is known so."),
        ([*FORGET, "--account", "ward", "x", "--yes"], "An account has a home page"),
        ([*FORGET, "--account", "http://127.0.0.1:8000", "ward", "--yes"], "pseudonyms already"),
    ],
)
def test_what_cannot_be_ends_with_1(organisation, capsys, arguments, said):
    put(organisation, told())

    assert main(arguments) == 1

    assert said in capsys.readouterr().err
    assert Agent.objects.filter(identifier__contains="maija").exists()


def test_a_folder_that_is_not_there_is_named(organisation, capsys, tmp_path):
    assert export("csv", "--output", str(tmp_path / "no" / "x.csv")) == 1
    assert "cannot be used: no such file or directory" in capsys.readouterr().err


def test_a_folder_or_device_is_not_replaced(organisation, capsys, tmp_path):
    (tmp_path / "x.csv").mkdir()

    assert export("csv", "--output", str(tmp_path / "x.csv")) == 1
    assert "x.csv is no file. Without --output" in capsys.readouterr().err
