"""`digicantrain report`: what it writes, and what it says when it cannot."""

import json

import pytest

from digicantrain.__main__ import main
from digicantrain.evaluation.models import AnalysisRun
from digicantrain.people.models import AuditEntry
from tests.evaluation import pilot

pytestmark = pytest.mark.django_db


@pytest.fixture
def study(cohort):
    row = pilot.study(cohort, is_demo=True)
    pilot.fill(row, cohort, pairs=6)
    return row


def test_the_report_is_one_page(study, tmp_path, capsys):
    out = tmp_path / "x.html"

    assert main(["report", "pilot", "--out", str(out)]) == 0

    assert f"Written to {out}" in capsys.readouterr().out
    html = out.read_text(encoding="utf-8")
    assert html.startswith("<!doctype html>")
    assert "invented data" in html
    assert AuditEntry.objects.get(action="results-exported").actor is None


def test_the_same_data_gives_the_same_bytes(study, tmp_path):
    for name in ("one.html", "two.html", "one.json", "two.json"):
        kind = ["--json"] if name.endswith("json") else []
        assert main(["report", "pilot", "--out", str(tmp_path / name), *kind]) == 0

    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
    assert AnalysisRun.objects.count() == 1


def test_json_tells_study_instrument_plan_and_figures(study, tmp_path):
    out = tmp_path / "x.json"
    main(["report", "pilot", "--json", "--out", str(out)])

    told = json.loads(out.read_text(encoding="utf-8"))

    assert told["study"]["invented"] is True
    assert told["study"]["instrument"]["validated"] is False
    assert told["study"]["plan"]["primary_domain"] == "D4"
    assert told["result"]["change"][0]["paired"]["n"] == 6
    assert len(told["data_hash"]) == 64


def test_a_study_that_is_not_there_is_a_sentence_and_one(db, tmp_path, capsys):
    assert main(["report", "nothing", "--out", str(tmp_path / "x.html")]) == 1

    assert "There is no study 'nothing'." in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_file_that_cannot_be_written_is_a_sentence_and_one(study, tmp_path, capsys):
    out = tmp_path / "missing" / "x.html"

    assert main(["report", "pilot", "--out", str(out)]) == 1

    assert f"{out} cannot be written" in capsys.readouterr().err
    assert not AuditEntry.objects.filter(action="results-exported").exists()


def test_called_wrongly_it_answers_two(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["report"])

    assert stopped.value.code == 2
