"""However a programme's files are broken, the answer is a list of problems, never a traceback."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digicantrain.core.content import ContentErrors, check, parse
from digicantrain.programme.files import read_folder
from tests.core.content.conftest import SAMPLE

FILES = read_folder(SAMPLE)
LINES = sorted({line for text in FILES.values() for line in text.split("\n")})
BITS = st.sampled_from(
    ['"', "[", "]", "{", "= ", "\n", "#", "1", "true", '"""', "'", "é", "\ud800", "\0", ":::", "-",
     "{{ question: x }}", "[@x]", "![](a.svg)", "<b>", "\\", "|", "```", "O1", "inf", "2020-01-01"]
)  # fmt: skip
VALUES = st.sampled_from(
    ["1", '"x"', "[1]", '["O1"]', "true", "{a=1}", "[[1]]", "2020-01-01", "1.5", '""', '[{a="b"}]']
)


@st.composite
def broken_files(draw):
    """The sample's files with a few things done to them."""
    files = dict(FILES)
    for _ in range(draw(st.integers(1, 4))):
        path = draw(st.sampled_from(sorted(files)))
        files[path] = draw(damage(files[path]))
    if draw(st.booleans()):
        del files[draw(st.sampled_from(sorted(files)))]
    return files


@st.composite
def damage(draw, text):
    """A text with a piece put in, a piece taken out, a line or a value exchanged."""
    lines = text.split("\n")
    at = draw(st.integers(0, len(lines) - 1))
    how = draw(st.sampled_from(["bit", "line", "value", "cut", "empty", "other"]))
    if how == "bit":
        place = draw(st.integers(0, len(lines[at])))
        lines[at] = lines[at][:place] + draw(BITS) + lines[at][place:]
    elif how == "line":
        lines[at] = draw(st.sampled_from(LINES))
    elif how == "value":
        lines[at] = lines[at].split("=")[0] + "= " + draw(VALUES)
    elif how == "cut":
        del lines[at : at + draw(st.integers(1, 5))]
    elif how == "other":
        return FILES[draw(st.sampled_from(sorted(FILES)))]
    return "" if how == "empty" else "\n".join(lines)


@settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow])
@given(broken_files())
def test_a_broken_programme_is_refused_with_problems_that_name_a_line(files):
    problems = check(files)

    for problem in problems:
        assert 1 <= problem.line <= files.get(problem.file, "").count("\n") + 1
        assert problem.what
        assert problem.mend
    if problems:
        with pytest.raises(ContentErrors) as refused:
            parse(files)
        assert refused.value.problems == problems
    else:
        assert parse(files).modules


@settings(deadline=None, max_examples=50)
@given(st.dictionaries(st.sampled_from([*FILES, "x", "modules/X9/module.toml"]), st.text()))
def test_files_of_any_text_are_answered(files):
    assert check(files)
