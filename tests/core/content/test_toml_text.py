"""TOML with lines: the line of each key and value is the one on which it stands."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digicantrain.core.content.toml_text import TomlFaultError, read

TEXT = '''\
a = """x""\\"y"""" # not a key: b = 1
"b c".d = [ 1, # one
  { x = 1, y.z = [[1],
  [2]] } , ]

[[t]]
k = \'\'\'
[not a header]
foo\'\'\'
  [t.u]
v = 1979-05-27T07:32:00Z
[[t]]
[[t.w]]
q = -inf
'''


def paths(value, path=()):
    """Yield the path of each value."""
    if path:
        yield path
    rows = dict(enumerate(value)) if isinstance(value, list) else value
    for key, inner in rows.items() if isinstance(rows, dict) else ():
        yield from paths(inner, (*path, key))


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("a",), 1),
        (("b c", "d"), 2),
        (("b c", "d", 1, "x"), 3),
        (("b c", "d", 1, "y", "z", 1), 4),
        (("t", 0), 6),
        (("t", 0, "k"), 7),
        (("t", 0, "u"), 10),
        (("t", 0, "u", "v"), 11),
        (("t", 1), 12),
        (("t", 1, "w", 0, "q"), 14),
        (("t", 1, "w", 0, "missing"), 13),
        (("nothing", "of", "this"), 1),
    ],
)
def test_the_line_of_a_key(path, line):
    assert read(TEXT).line(path) == line


def test_the_words_of_a_long_text_begin_on_the_line_after_its_key():
    assert read(TEXT).text_line(("t", 0, "k")) == 8
    assert read(TEXT).text_line(("a",)) == 1


@pytest.mark.parametrize(
    ("text", "line"),
    [("a = 1\nb = \n", 2), ("a = 1\na = 2\n", 2), ('a = 1\nb = "x\n', 2), ("[", 1)],
)
def test_what_is_not_toml_is_refused_with_its_line(text, line):
    with pytest.raises(TomlFaultError) as refused:
        read(text)

    assert refused.value.line == line


@pytest.mark.parametrize("text", ["a = " + "[" * 5_000 + "]" * 5_000, "a = " + "9" * 9_000])
def test_values_that_no_machine_can_hold_are_refused(text):
    with pytest.raises(TomlFaultError):
        read(text)


KEYS = st.text("ab-_1 .\"'é#=[]", max_size=4)
SCALARS = st.one_of(
    st.integers(-99, 99), st.booleans(), st.text("xy \"'\\\n#]}[=é", max_size=6), st.dates()
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3)
)


def quoted(text):
    """Write a string as TOML does."""
    signs = {"\\": "\\\\", '"': '\\"', "\n": "\\n"}
    return '"' + "".join(signs.get(sign, sign) for sign in text) + '"'


def written(value):
    """Write a value as TOML does, on one line."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, list):
        return f"[{', '.join(map(written, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{quoted(k)} = {written(v)}' for k, v in value.items())}}}"
    return str(value)


@given(st.dictionaries(KEYS, VALUES, max_size=5), st.booleans())
def test_every_key_and_value_of_any_file_has_its_line(table, as_rows):
    header = "[[rows]]\n" if as_rows else ""
    text = header + "".join(f"{quoted(key)} = {written(value)}\n" for key, value in table.items())
    values = {"rows": [table]} if as_rows else table

    document = read(text)

    assert document.values == values
    assert set(paths(values)) <= document.lines.keys()
    for number, key in enumerate(table):
        path = ("rows", 0, key) if as_rows else (key,)
        assert document.line(path) == number + (2 if as_rows else 1)


def line_of_refusal(text):
    """Return the line for which a text is refused, or nothing."""
    try:
        read(text)
    except TomlFaultError as refused:
        return refused.line
    return None


@given(st.text("ab=[]{}\"'\\\n#.,1 ", max_size=40))
def test_any_text_is_read_or_refused_at_one_of_its_lines(text):
    line = line_of_refusal(text)

    if line is None:
        document = read(text)
        assert document.values == tomllib.loads(text)
        assert set(paths(document.values)) <= document.lines.keys()
    else:
        assert 1 <= line <= text.count("\n") + 1
