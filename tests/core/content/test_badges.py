"""Badges of units in a module's files: each fault is named with its line."""

import pytest

from digicantrain.core.content import check, parse

M, EN, FI = (f"modules/X1/module{end}.toml" for end in ("", ".en", ".fi"))
ROW = '[[credit.badges]]\nid = "practice"\nunits = ["u1"]\n'
WORDS = '[credit.badges.practice]\ntitle = "T"\ncriteria = "C"\n'


@pytest.fixture
def badge(files):
    """Return the sample with a badge for its first unit."""

    def made(row=ROW, words=WORDS):
        table = "\n".join(["", row])
        said = {path: _inside_credit(files[path], words) for path in (EN, FI)}
        return {**files, M: files[M] + table, **said}

    return made


def _inside_credit(text, words):
    """Put tables behind [credit], which may stand anywhere in a file."""
    return f"{text}\n{words}"


def test_a_badge_is_read_with_its_words_in_each_language(badge):
    assert check(badge()) == []

    design = parse(badge())
    (module,) = [one for one in design.modules if one.code == "X1"]
    assert module.data["credit"]["badges"] == [
        {"id": "practice", "units": ["u1"],
         "title": {"en": "T", "fi": "T"}, "criteria": {"en": "C", "fi": "C"}}
    ]  # fmt: skip
    assert set(module.data["credit"]["title"]) == {"en", "fi"}


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (ROW.replace('["u1"]', '["u9"]'), "The credit does not count the unit u9."),
        (ROW.replace('["u1"]', "[]"), "The badge practice names no unit."),
        (ROW.replace('["u1"]', '["u1", "final"]'), "The badge practice is the whole credit."),
        (ROW + ROW.replace("practice", "second"), "The unit u1 stands in two badges."),
        (ROW + ROW.replace('["u1"]', '["final"]'), "“practice” stands twice."),
        (ROW + "colour = 1\n", "The key `colour` is unknown."),
        ('[[credit.badges]]\nid = "practice"\n', "`units` is missing."),
    ],
)
def test_each_fault_is_named_at_its_line(badge, row, says):
    files = badge(row, WORDS + WORDS.replace("practice", "second") if "second" in row else WORDS)

    found = [problem for problem in check(files) if problem.what == says]

    assert found, check(files)
    assert found[0].file == M
    assert found[0].line > files[M].count("\n", 0, files[M].index("[[credit.badges]]"))


def test_a_badge_without_a_check_of_its_own_is_refused(badge):
    files = badge()
    unit = files["modules/X1/u1/unit.toml"]
    for kind in ('kind = "quiz"', 'kind = "case"'):
        unit = unit.replace(kind, 'kind = "page"')
    files["modules/X1/u1/unit.toml"] = unit

    assert "The badge practice rests on no check." in [problem.what for problem in check(files)]


def test_a_badge_of_a_whole_credit_or_more_is_refused(badge):
    files = badge()
    files["modules/X1/u1/unit.toml"] = files["modules/X1/u1/unit.toml"].replace(
        "minutes = 8", 'minutes = 600\nreason = "Long."', 1
    ).replace("minutes = 10", 'minutes = 600\nreason = "Long."', 1).replace(
        "minutes = 7", 'minutes = 600\nreason = "Long."', 1
    )  # fmt: skip

    found = [problem.what for problem in check(files)]
    assert any(what.startswith("The badge practice takes 1805 minutes") for what in found), found


def test_words_without_a_badge_and_a_badge_without_words_are_faults(badge):
    stray = badge(row="")
    bare = badge(words="")

    assert "“practice” has words but stands nowhere else." in [p.what for p in check(stray)]
    assert "The words of “practice” are missing in fi." in [p.what for p in check(bare)]
