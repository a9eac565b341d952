"""Each fault of a programme is found: its file, its line, what, and how to mend it."""

import pytest

from digicantrain.core.content import check, format_problem

M, U, ITEMS, CASE = (
    "modules/X1/module.toml",
    "modules/X1/u1/unit.toml",
    "modules/X1/items/u1.toml",
    "modules/X1/cases/call.toml",
)
PAGE = "modules/X1/u1/first-look.en.md"

# path, what stands there, what stands there instead, the line that is named holds, what is said
FAULTS = {
    "vague verb": (M, 'verb = "read"', 'verb = "Understand"', "Understand", "cannot be observed"),
    "vague verb: be aware": (M, 'verb = "read"', 'verb = "be aware of"', "be aware", "observed"),
    "vague words": (
        "modules/X1/module.en.toml",
        "read a report",
        "know a report",
        "know a",
        "cannot be observed",
    ),
    "minutes missing": (U, "minutes = 8\n", "", "[[steps]]", "`minutes` is missing"),
    "minutes zero": (U, "minutes = 8", "minutes = 0", "minutes = 0", "out of bounds"),
    "step over 10 minutes": (U, "minutes = 10", "minutes = 12", "minutes = 12", "at most 10"),
    "workload too small": (M, "minutes = 1570", "minutes = 1000", "[[workload]]", "1050 minutes"),
    "workload of a unit": (M, "minutes = 30\n", "minutes = 31\n", "minutes = 31", "take 30"),
    "unit counted nowhere": (M, 'units = ["u1"]\n', "", "[[workload]]", "u1 is counted in 0"),
    "unknown unit in workload": (M, 'units = ["u1"]', 'units = ["u7"]', '["u7"]', "no unit u7"),
    "unknown unit": (M, '["u1", "final"]\n\n', '["u1", "final", "u3"]\n\n', "u3", "no unit u3"),
    "unit not named": (
        M,
        'units = ["u1", "final"]\n\n[[o',
        'units = ["final"]\n\n[[o',
        None,
        "u1 is not",
    ),
    "promised, not assessed": (
        M,
        'assesses = ["O1", "O2"]',
        'assesses = ["O1"]',
        "[[outcomes]]",
        "O2 is promised but not assessed",
    ),
    "promised, not in the blueprint": (
        M,
        'outcome = "O1"\ndifficulty = "apply"',
        'outcome = "O2"\ndifficulty = "apply"',
        "[[outcomes]]",
        "O1 is promised but not assessed",
    ),
    "promised, not taught": (
        M,
        'units = ["u1"]\nserves = ["O1", "O2"]',
        'units = ["u1"]\nserves = ["O1"]',
        "[[outcomes]]",
        "O2 is promised but not taught",
    ),
    "unknown outcome": (U, 'serves = ["O1"]', 'serves = ["O9"]', '"O9"', "O9 is no outcome"),
    "outcome the unit does not name": (
        U,
        'outcomes = ["O1", "O2"]',
        'outcomes = ["O1"]',
        'serves = ["O2"]',
        "does not say that it",
    ),
    "unknown competence": (M, '["D4.1"]', '["D9.9"]', "D9.9", "no competence"),
    "unknown prerequisite": (
        M,
        "prerequisites = []",
        'prerequisites = ["Q1"]',
        "Q1",
        "cannot come before",
    ),
    "circle of prerequisites": (
        M,
        "prerequisites = []",
        'prerequisites = ["X2"]',
        "prerequisites",
        "comes before itself",
    ),
    "blueprint larger than the bank": (M, "count = 2", "count = 9", "count = 9", "the bank has 4"),
    "micro-credential of a part": (M, '"badge"', '"micro-credential"', "micro", "whole module"),
    "wrong status": (M, 'status = "partial"', 'status = "outline"', "outline", "2 of 2 units"),
    "unknown key": (M, "eqf = 6", "eqf = 6\ncolour = 1", "colour", "`colour` is unknown"),
    "wrong type": (M, "eqf = 6", 'eqf = "6"', "eqf", "cannot be `eqf`"),
    "validity in words": (
        M,
        'supervision = "unsupervised"',
        'supervision = "unsupervised"\nvalid_months = "24"',
        'valid_months = "24"',
        "`valid_months` must be a whole number.",
    ),
    "validity below nothing": (
        M,
        'supervision = "unsupervised"',
        'supervision = "unsupervised"\nvalid_months = -1',
        "valid_months = -1",
        "`valid_months` is out of bounds.",
    ),
    "validity of a lifetime": (
        M,
        'supervision = "unsupervised"',
        'supervision = "unsupervised"\nvalid_months = 241',
        "valid_months = 241",
        "`valid_months` is out of bounds.",
    ),
    "validity of half a month": (
        M,
        'supervision = "unsupervised"',
        'supervision = "unsupervised"\nvalid_months = 0.5',
        "valid_months = 0.5",
        "`valid_months` must be a whole number.",
    ),
    "ects as a number": (M, 'ects = "1"', "ects = 1", "ects = 1", "number of credits"),
    "not TOML": (M, "eqf = 6", "eqf = = 6", "eqf = = 6", "not TOML"),
    "twice the same key": (M, "eqf = 6", "eqf = 6\neqf = 7", "eqf = 7", "not TOML"),
    "language without its file": (M, '["en", "fi"]', '["en", "fi", "et"]', "", "missing in et"),
    "file without its language": (
        M,
        '["en", "fi"]',
        '["en"]',
        None,
        "does not say that it exists in fi",
    ),
    "missing words": (
        "modules/X1/module.fi.toml",
        'O2 = "valita kanavan"\n',
        "",
        "[outcomes]",
        "“O2” are missing in fi",
    ),
    "words for nothing": (
        "modules/X1/module.fi.toml",
        "O2 =",
        'O3 = "x"\nO2 =',
        "O3",
        "“O3” has words",
    ),
    "unknown document": (U, '["rule"]', '["law"]', "law", "no document law"),
    "unknown case": (U, 'case = "call"', 'case = "talk"', "talk", "no case talk"),
    "unknown item": (U, '["p1", "p2"]', '["p1", "p9"]', "p9", "no practice item p9"),
    "graded item in practice": (U, '["p1", "p2"]', '["p1", "b1"]', "b1", "no practice item b1"),
    "quiz that shows nothing": (U, 'items = ["p1", "p2"]\n', "", "[[steps]]", "does not say what"),
    "page with a case": (U, 'kind = "page"', 'kind = "page"\ncase = "call"', "case", "no `case`"),
    "unknown form": (
        "modules/X1/final/unit.toml",
        "course-feedback",
        "other",
        "other",
        "no form other",
    ),
    "unknown item in a text": (PAGE, "question: q1", "question: q9", "q9", "no practice item q9"),
    "question inside a sentence": (
        PAGE,
        "{{ question: q1 }}",
        "a {{ question: q1 }}",
        "q1",
        "no question",
    ),
    "unknown picture": (PAGE, "climb.svg", "fall.svg", "fall.svg", "no picture fall.svg"),
    "picture without alternative": (
        PAGE,
        "![A line that climbs: the report grew worse in two days.]",
        "![ ]",
        "![ ]",
        "no text alternative",
    ),
    "unknown source": (PAGE, "@sample-source", "@other", "[@other]", "source other is unknown"),
    "broken citation": (PAGE, "[@sample-source]", "[@a, b]", "[@a, b]", "no citation"),
    "broken link": (PAGE, "says how much", "[says](unit-two) how", "unit-two", "leads nowhere"),
    "HTML": (PAGE, "A tick", "<b>A</b> tick", "<b>A", "holds HTML"),
    "a block of HTML": (PAGE, "A tick", "<div>\n\nA tick", "<div>", "holds HTML"),
    "heading too high": (PAGE, "## What to know", "# What to know", "# What", "too high"),
    "heading too deep": (PAGE, "## What to know", "#### What to know", "#### What", "too deep"),
    "unknown passage": (PAGE, "::: moment", "::: drama", "::: drama", "sets nothing apart"),
    "feedback missing": (
        "modules/X1/items/u1.en.toml",
        'b = "No: a colour is a floor."\n',
        "",
        "[q1.feedback]",
        "no feedback for option b",
    ),
    "option without words": (
        "modules/X1/items/u1.en.toml",
        'b = "The colour"\n',
        "",
        "[q1.options]",
        "“b” are missing",
    ),
    "answer not among options": (
        ITEMS,
        'answer = "a"',
        'answer = "e"',
        "answer",
        "“e” is no option",
    ),
    "no answer": (ITEMS, 'answer = "a"\n', "", "[[items]]", "no best answer"),
    "two options": (ITEMS, '["a", "b", "c"]', '["a", "b"]', '["a", "b"]', "has 2 options"),
    "item twice": (ITEMS, 'id = "p1"', 'id = "b1"', None, "stands in"),
    "read on nowhere": (
        "modules/X1/items/u1.en.toml",
        'read = "first-look"',
        'read = "last-look"',
        "last",
        "no step",
    ),
    "bank item without a scene": (
        "modules/X1/items/bank.en.toml",
        'scenario = "A line of **Ilze** stands here."\n',
        "",
        "[b1]",
        "b1 has no scenario",
    ),
    "unreachable state": (CASE, 'next = "S3"', 'next = "S2"', "[states.S3]", "No path reaches S3"),
    "unreachable ending": (CASE, 'next = "C"', 'next = "B"', "[endings.C]", "No path reaches C"),
    "choice into nothing": (CASE, 'next = "C"', 'next = "Z"', 'next = "Z"', "“Z” is nowhere"),
    "two endings": (CASE, '[endings.C]\nquality = "poor"\n', "", "", "2 endings"),
    "unknown start": (CASE, 'start = "S1"', 'start = "S7"', "S7", "is no state"),
    "score out of scale": (CASE, "score = 2", "score = 5", "score = 5", "cannot be `score`"),
    "state without words": (
        "modules/X1/cases/call.en.toml",
        'text = "It is late."\n',
        "",
        "[states.S3]",
        "`text` is missing",
    ),
    "path of other credits": (
        "paths.toml",
        'ects = "2"',
        'ects = "3"',
        "ects",
        "its modules have 2",
    ),
    "path of unknown modules": ("paths.toml", '"X2"]', '"X9"]', "X9", "names X9"),
    "unknown domain": ("competences.toml", 'domain = "D4"', 'domain = "D5"', "D5", "no domain D5"),
    "programme without a module's folder": (
        "programme.toml",
        '"X2"]',
        '"X2", "X3"]',
        "X3",
        "no module X3",
    ),
    "module not in the programme": ("programme.toml", ', "X2"', "", None, "X2 is not part of"),
    "hours of no credit": ("programme.toml", "= 27", "= 31", "31", "out of bounds"),
    "scale without words": (
        "forms/course-feedback.en.toml",
        '3 = "somewhat"\n',
        "",
        "[scale]",
        "“3” are missing",
    ),
}


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_a_fault_is_found_where_it_stands(name, change):
    path, old, new, marker, said = FAULTS[name]
    files = change(path, old, new)

    problems = [problem for problem in check(files) if said in problem.what]

    assert problems, format_problem(check(files)[0]) if check(files) else "nothing was found"
    assert all(problem.mend for problem in problems)
    lines = [files[p.file].split("\n")[p.line - 1] for p in problems if p.file == path]
    assert marker is None or any(marker in line for line in lines), lines


def test_the_sample_has_no_fault(files):
    assert check(files) == []


def test_all_faults_are_found_together_whatever_else_is_wrong(files):
    """One broken file, one wrong type and one unknown key hide nothing in the same module."""
    broken = {
        **files,
        M: files[M].replace("eqf = 6", "eqf = 9\ncolour = 1").replace('"read"', '"know"'),
        U: files[U].replace("minutes = 10", "minutes = 11"),
        CASE: files[CASE].replace('next = "C"', 'next = "Z"'),
        "modules/X1/items/bank.en.toml": "[b1\n",
        PAGE: files[PAGE] + "\n<b>x</b>\n",
    }

    said = " ".join(problem.what for problem in check(broken))

    for part in ("`eqf`", "`colour`", "“know”", "at most 10", "“Z” is nowhere", "not TOML", "HTML"):
        assert part in said


def test_a_source_that_nothing_cites_is_a_fault(files):
    files["sources.toml"] += files["sources.toml"].replace("sample-source", "unused")

    (problem,) = check(files)

    assert (problem.file, problem.line) == ("sources.toml", 12)
    assert problem.what == "The source unused is cited nowhere."


@pytest.mark.parametrize(
    "path", ["readme.txt", "modules/X1/notes.md", "modules/x1/module.toml", "../sources.toml",
             "modules/X1/u1/first-look.md", "programme.toml\n"],
)  # fmt: skip
def test_a_file_without_a_place_is_a_fault(files, path):
    problems = check({**files, path: "x"})

    assert [(p.file, p.what) for p in problems] == [
        (path, "This file has no place in a programme.")
    ]


@pytest.mark.parametrize(
    "path", ["programme.toml", "competences.toml", "paths.toml", "sources.toml"]
)
def test_a_missing_file_is_a_fault(files, path):
    del files[path]

    assert (path, "The file is missing.") in [(p.file, p.what) for p in check(files)]


@pytest.mark.parametrize(
    "path",
    ["modules/X1/module.fi.toml", "modules/X1/u1/unit.fi.toml", "modules/X1/items/u1.fi.toml",
     "modules/X1/cases/call.fi.toml", "modules/X1/documents/rule.fi.md",
     "modules/X1/u1/first-look.fi.md", "programme.en.toml", "forms/course-feedback.en.toml"],
)  # fmt: skip
def test_a_missing_language_is_a_fault(files, path):
    del files[path]

    assert f"missing in {path.split('.')[1]}" in " ".join(p.what for p in check(files))


@pytest.mark.parametrize("bad", ["a\ud800b", "a\0b", "\ufeffa = 1"])
def test_bytes_that_are_not_plain_utf8_are_a_fault(files, bad):
    files["programme.toml"] = bad
    files[PAGE] = bad

    lines = [(p.file, p.line) for p in check(files)]

    assert ("programme.toml", 1) in lines
    assert (PAGE, 1) in lines


@pytest.mark.parametrize(
    ("drawing", "said"),
    [
        ("<svg", "not well-formed"),
        ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">\n<script/></svg>', "<script>"),
        (
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">\n<g onload="x"/></svg>',
            "onload",
        ),
    ],
)
def test_a_picture_with_forbidden_parts_is_a_fault(files, drawing, said):
    """Threat 21: an SVG that can act or load is refused, at its line."""
    files["modules/X1/pictures/climb.svg"] = drawing

    (problem,) = check(files)

    assert said in problem.what
    assert problem.line == drawing.count("\n") + 1


def test_a_dead_end_is_found_where_no_choice_leads_out(change):
    files = change(CASE, 'next = "S3"', 'next = "S4"')
    files[CASE] += '\n[states.S4]\n[[states.S4.choices]]\nid = "a"\nnext = "S4"\nscore = 0\n'

    assert "S4 is a dead end." in [problem.what for problem in check(files)]


def test_a_credit_needs_a_unit_that_assesses(change):
    files = change(M, 'kind = "badge"\nunits = ["u1", "final"]', 'kind = "badge"\nunits = ["u1"]')

    (problem,) = check(files)

    assert problem.what == "What is earned lacks an element: type of assessment."


def test_a_practice_question_that_no_step_asks_is_a_fault(change):
    files = change(U, '["p1", "p2"]', '["p1"]')

    assert [problem.what for problem in check(files)] == ["No step asks the question p2."]


def test_a_problem_reads_as_one_line(change):
    (problem,) = check(change(U, "minutes = 10", "minutes = 10\ncolour = 1"))

    assert format_problem(problem).startswith(
        "modules/X1/u1/unit.toml:23: The key `colour` is unknown. Known here: assessed, case,"
    )


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("modules/x1/module.toml", "modules/X1/module.toml"),
        ("Modules/X1/U1/unit.toml", "modules/X1/u1/unit.toml"),
        ("Programme.toml", "programme.toml"),
    ],
)
def test_a_name_in_the_wrong_case_is_told_the_right_one(files, path, name):
    (problem,) = check({**files, path: files["programme.toml"]})

    assert problem.file == path
    assert problem.mend == f"Small and capital letters differ: call it {name}."


@pytest.mark.parametrize("path", [M, PAGE, U, "modules/X1/module.en.toml", ITEMS, CASE])
def test_a_file_that_cannot_be_read_is_the_one_fault(files, path):
    """What would follow from it is not told as well."""
    files[path] += "\udcff"

    (problem,) = check(files)

    assert (problem.file, problem.line) == (path, files[path].count("\n") + 1)
    assert problem.what == "The file is not plain UTF-8."


def test_a_file_that_is_empty_lacks_its_keys_and_brings_no_other_fault(files):
    files[U] = ""

    assert {(problem.file, problem.line) for problem in check(files)} == {(U, 1)}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('kind = "badge"', "the key stands twice"),
        ("[assessment]", "the table stands twice"),
        ("colour = red", "words without quotation marks"),
        ("colour", "Expected '=' after a key"),
        ('colour = "C:\\x"', "must be written twice"),
        ('colour = "red', "a line ends inside quotation marks"),
    ],
)
def test_what_is_not_toml_is_said_in_plain_words_at_its_line(files, line, said):
    end = files[M].count("\n") + 1
    files[M] += f"{line}\n"

    (problem,) = [found for found in check(files) if found.file == M]

    assert said in problem.what
    assert problem.line == end


def test_a_long_step_may_stand_with_a_reason(change):
    files = change(U, "minutes = 10", 'minutes = 12\nreason = "A call cannot be cut."')
    files[M] = files[M].replace("minutes = 30\n", "minutes = 32\n").replace("1570", "1568")

    assert check(files) == []


def test_the_hours_of_the_provider_decide_whether_the_workload_adds_up(change):
    found = check(change("programme.toml", "= 27", "= 28"))

    assert {(p.file, p.what) for p in found if "1620 minutes" in p.what}
    assert {p.file for p in found} == {M, "modules/X2/module.toml"}


def test_a_name_that_breaks_the_line_still_reads_as_one_line(files):
    (problem,) = check({**files, "modules/X1/a\nb\udcff.md": "x"})

    assert format_problem(problem).startswith("modules/X1/a\\nb\\udcff.md:1: This file has no")


@pytest.mark.parametrize(
    ("key", "element"),
    [
        ("outcomes", "learning outcomes"),
        ("workload", "notional workload"),
        ("eqf", "level (EQF) and what it rests on"),
        ("eqf_basis", "level (EQF) and what it rests on"),
        ("assessment", "type of assessment"),
    ],
)
def test_an_element_that_is_not_said_is_called_by_its_name(files, key, element):
    """The recommendation's own names, as the publish gate uses them."""
    text = files[M].replace(f"\n{key} = ", f"\n{key}_ = ")
    text = text.replace(f"[[{key}]]", f"[[{key}_]]").replace(f"[{key}]", f"[{key}_]")
    text = text.replace(f"[[{key}.", f"[[{key}_.")

    said = [problem.what for problem in check({**files, M: text})]

    assert f"What is earned lacks an element: {element}." in said
