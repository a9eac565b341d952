"""`digicantrain evaluate`: files in, files out, and one sentence where that fails."""

import json
import subprocess
import sys
from typing import Any
from xml.etree import ElementTree

import pytest

from digicantrain import plans
from digicantrain.__main__ import main
from tests.core.measures import examples

PLAN: dict[str, Any] = {
    "title": "Pilot",
    "data": {"id": "person", "missing": ["NA"]},
    "analyses": [
        {"name": "Change", "method": "paired_change", "before": "pre", "after": "post"},
        {"name": "Nobody", "method": "cronbach_alpha", "items": ["q1", "q2"],
         "where": {"site": "nowhere"}},
    ],
}  # fmt: skip


@pytest.fixture
def files(tmp_path):
    """A folder with a plan and its data."""
    (tmp_path / "plan.json").write_text(json.dumps(PLAN), encoding="utf-8")
    (tmp_path / "data.csv").write_text(examples.people(), encoding="utf-8")
    return tmp_path


def evaluate(folder, *more, plan="plan.json", data="data.csv"):
    inputs = ["--plan", str(folder / plan), "--data", str(folder / data)]
    return main(["evaluate", *inputs, *more])


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_results_are_written_and_reasons_are_results(files, capsys):
    code = evaluate(files, "--out", str(files / "r.json"), "--html", str(files / "r.html"))

    assert code == 0
    assert (
        "2 analyses, 2 results, 1 of them a reason instead of a number." in capsys.readouterr().out
    )
    document = json.loads((files / "r.json").read_text(encoding="utf-8"))
    assert [one["name"] for one in document["analyses"]] == ["Change", "Nobody"]
    assert "<h1>Pilot</h1>" in (files / "r.html").read_text(encoding="utf-8")
    assert names(files) == ["data.csv", "plan.json", "r.html", "r.json"]


def test_two_runs_are_the_same_to_the_byte(files):
    for name in ("one", "two"):
        evaluate(files, "--out", str(files / f"{name}.json"), "--html", str(files / f"{name}.html"))

    assert (files / "one.json").read_bytes() == (files / "two.json").read_bytes()
    assert (files / "one.html").read_bytes() == (files / "two.html").read_bytes()


def test_faults_are_listed_with_file_and_place_and_nothing_is_written(files, capsys):
    wrong = {"analyses": [{"method": "paired_chance"}], "titel": ""}
    (files / "plan.json").write_text(json.dumps(wrong), encoding="utf-8")
    (files / "data.csv").write_text("a,b\n1\n", encoding="utf-8")

    code = evaluate(files, "--out", str(files / "r.json"))

    said = capsys.readouterr()
    assert code == 1
    assert said.out.splitlines() == [
        f"{files / 'plan.json'}: there is no 'titel' here. Did you mean 'title'?",
        f"{files / 'data.csv'}: Line 2 has 1 cells, the first line has 2. Export the file again.",
        f"{files / 'plan.json'}: analysis 1 (paired_chance): there is no method 'paired_chance'. "
        "Did you mean 'paired_change'?",
    ]
    assert "3 to mend; nothing was computed and no file was written." in said.err
    assert not (files / "r.json").exists()


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"\xff\xfep\x00r\x00e\x00", "line 1 is not in UTF-8"),
        (
            examples.people().encode().replace(b"North", b"P\xf6yty\xe4", 1),
            "line 4 is not in UTF-8",
        ),
        (b"", "The file is empty"),
    ],
)
def test_a_file_that_is_no_text_is_one_sentence(files, raw, words, capsys):
    (files / "data.csv").write_bytes(raw)

    code = evaluate(files, "--out", str(files / "r.json"))

    said = capsys.readouterr()
    assert code == 1
    assert words in said.out + said.err
    assert "Traceback" not in said.err


def test_a_byte_order_mark_does_no_harm(files):
    (files / "data.csv").write_bytes(b"\xef\xbb\xbf" + examples.people().encode())

    assert evaluate(files, "--out", str(files / "r.json")) == 0


@pytest.mark.parametrize(
    ("more", "plan", "words"),
    [
        (["--out", "none/r.json"], "plan.json", "none/r.json cannot be written: No such file"),
        (["--out", "."], "plan.json", " is a folder or a device; name a file."),
        (["--out", "data.csv"], "plan.json", "data.csv is read; write the results to another file"),
        (["--out", "r", "--html", "r"], "plan.json", "--out and --html name the same file"),
        (["--out", "r"], "no.json", "no.json cannot be read: No such file or directory."),
        (["--out", "r"], ".", " cannot be read: Is a directory."),
    ],
)
def test_a_file_that_cannot_be_read_or_written_is_one_sentence(files, more, plan, words, capsys):
    paths = [one if one.startswith("--") else str(files / one) for one in more]

    code = evaluate(files, *paths, plan=plan)

    said = capsys.readouterr()
    assert code == 1
    assert words in said.err
    assert len(said.err.splitlines()) == 1
    assert names(files) == ["data.csv", "plan.json"]


def test_where_one_file_cannot_be_written_neither_is(files):
    code = evaluate(files, "--out", str(files / "r.json"), "--html", str(files / "none" / "r.html"))

    assert code == 1
    assert names(files) == ["data.csv", "plan.json"]


CHARTS = ["0-all-effects.svg", "1-change-change.svg", "2-use-change.svg", "3-flow-flow.svg"]


@pytest.fixture
def drawn(files):
    """A folder with a plan of results that can be drawn, and one that cannot."""
    change = PLAN["analyses"][0]
    stages = {"method": "participant_flow", "stages": list(examples.STAGES)}
    steps = [
        change,
        {**change, "name": "Use", "after": "later"},
        {**stages, "name": "../../Flow"},
        PLAN["analyses"][1],
    ]
    plan = {**PLAN, "analyses": steps}
    (files / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    return files


def test_each_chart_is_a_file_of_its_own_and_two_runs_are_the_same(drawn, capsys):
    for name in ("one", "two"):
        assert evaluate(drawn, "--charts", str(drawn / name), "--out", str(drawn / "r.json")) == 0

    assert (
        f"Written to {drawn / 'r.json'} and {drawn / 'two'} (4 charts)." in capsys.readouterr().out
    )
    assert names(drawn / "one") == names(drawn / "two") == CHARTS
    for name in CHARTS:
        text = (drawn / "one" / name).read_bytes()
        assert text == (drawn / "two" / name).read_bytes()
        assert ElementTree.fromstring(text).tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314 - our own
    assert b"<title" in text
    assert b">../../Flow: Participant flow</title>" in text


def test_charts_may_be_all_that_is_wanted_and_a_folder_without_any_is_not_made(drawn, capsys):
    assert evaluate(drawn, "--charts", str(drawn / "figures")) == 0
    (drawn / "plan.json").write_text(
        json.dumps({**PLAN, "analyses": PLAN["analyses"][1:]}), encoding="utf-8"
    )
    assert evaluate(drawn, "--charts", str(drawn / "none")) == 0

    assert "No result can be drawn." in capsys.readouterr().out
    assert names(drawn) == ["data.csv", "figures", "plan.json"]


@pytest.mark.parametrize(
    ("folder", "words"),
    [
        ("data.csv", "data.csv is no folder; name another."),
        ("data.csv/in", "data.csv/in cannot be written: Not a directory."),
        ("no/figures", "no/figures cannot be written: No such file or directory."),
    ],
)
def test_a_folder_of_charts_that_cannot_be_written_is_one_sentence(drawn, folder, words, capsys):
    code = evaluate(drawn, "--charts", str(drawn / folder), "--html", str(drawn / "r.html"))

    said = capsys.readouterr()
    assert code == 1
    assert words in said.err
    assert len(said.err.splitlines()) == 1
    assert names(drawn) == ["data.csv", "plan.json"]


def test_where_one_chart_cannot_be_written_none_is(drawn, capsys):
    (drawn / "figures" / CHARTS[2]).mkdir(parents=True)

    code = evaluate(drawn, "--charts", str(drawn / "figures"), "--out", str(drawn / "r.json"))

    assert code == 1
    assert "is a folder or a device; name a file." in capsys.readouterr().err
    assert names(drawn / "figures") == [CHARTS[2]]
    assert not (drawn / "r.json").exists()


def test_a_new_folder_is_gone_again_where_something_cannot_be_written(drawn):
    code = evaluate(
        drawn, "--charts", str(drawn / "figures"), "--out", str(drawn / "none" / "r.json")
    )

    assert code == 1
    assert names(drawn) == ["data.csv", "plan.json"]


def test_a_chart_never_takes_the_place_of_what_is_read_or_of_results(drawn, capsys):
    (drawn / "figures").mkdir()
    (drawn / "plan.json").rename(drawn / "figures" / CHARTS[1])

    where = ["--charts", str(drawn / "figures")]
    read = evaluate(drawn, *where, plan=f"figures/{CHARTS[1]}")
    (drawn / "figures" / CHARTS[1]).rename(drawn / "plan.json")
    out = evaluate(drawn, *where, "--out", str(drawn / "figures" / CHARTS[3]))

    said = capsys.readouterr().err
    assert (read, out) == (1, 1)
    assert f"{CHARTS[1]} is read; write the results to another file." in said
    assert f"{CHARTS[3]} is a chart; give --out and --html other names." in said
    assert names(drawn / "figures") == []


def test_a_call_without_plan_or_output_is_wrong(files, capsys):
    assert main(["evaluate"]) == 2
    assert evaluate(files) == 2
    assert "give --plan, and --out, --html or --charts." in capsys.readouterr().err


def test_methods_are_listed_and_an_example_can_be_run(files, capsys):
    assert main(["evaluate", "--list"]) == 0
    listed = capsys.readouterr().out
    assert main(["evaluate", "--example", "omega_total"]) == 0
    (files / "plan.json").write_text(capsys.readouterr().out, encoding="utf-8")

    assert "omega_total: McDonald's omega total" in listed
    assert evaluate(files, "--out", str(files / "r.json")) == 0


def test_an_unknown_example_names_the_nearest(capsys):
    assert main(["evaluate", "--example", "omega_totl"]) == 1
    assert "Did you mean 'omega_total'?" in capsys.readouterr().err


def test_a_plan_of_power_needs_no_data(tmp_path):
    (tmp_path / "plan.json").write_text(plans.example("plan_sample"), encoding="utf-8")

    code = main(
        ["evaluate", "--plan", str(tmp_path / "plan.json"), "--out", str(tmp_path / "r.json")]
    )

    assert code == 0


def test_the_command_loads_neither_django_nor_more_of_scipy_than_it_needs(files):
    code = (
        "import sys; from digicantrain.__main__ import main;"
        f"main(['evaluate', '--plan', {str(files / 'plan.json')!r},"
        f" '--data', {str(files / 'data.csv')!r}, '--out', {str(files / 'r.json')!r}]);"
        "heavy = {'digicantrain.settings', 'django', 'scipy.stats', 'scipy.optimize'};"
        "print(sorted(heavy & set(sys.modules)))"
    )

    done = subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert done.stdout.splitlines()[-1] == "[]"
    assert "Warning" not in done.stderr


def test_long_runs_show_how_far_they_are(capfd):
    with plans.Progress(3, delay=0) as progress:
        for name in ("one", "two", "three"):
            progress(name)

    assert "3/3" in capfd.readouterr().err


def test_short_runs_show_no_progress(capfd):
    with plans.Progress(2, delay=60) as progress:
        progress("one")
        progress("two")

    assert capfd.readouterr().err == ""
