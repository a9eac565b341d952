"""A sound programme becomes a design: plain values, and words that are safe to show."""

import json
from decimal import Decimal

import pytest

from digicantrain.core.content import ContentErrors, parse


def module(files, code="X1"):
    return next(row for row in parse(files).modules if row.code == code)


def step(files, code):
    return next(s for unit in module(files).units for s in unit.steps if s.id == code)


def test_a_programme_is_read_whole(files):
    design = parse(files)

    assert (design.id, design.hours_per_ects) == ("sample", Decimal(27))
    assert [row.code for row in design.modules] == ["X1", "X2"]
    assert design.paths[0].ects == Decimal(2)
    assert design.words["en"]["notice"] == "Education, not medical advice."


def test_a_programme_with_faults_is_refused_with_all_of_them(change):
    with pytest.raises(ContentErrors) as refused:
        parse(change("programme.toml", "= 27", "= 99"))

    assert [problem.file for problem in refused.value.problems] == ["programme.toml"]
    assert str(refused.value) == "1 problems in the programme's files."


def test_a_page_is_blocks_of_html_and_places_of_questions(files):
    blocks = step(files, "first-look").body["en"]

    assert [next(iter(block)) for block in blocks] == ["html", "question", "html", "html"]
    assert blocks[0]["html"].startswith('<div class="callout callout--moment">')
    assert blocks[1] == {"question": "q1"}
    assert '<a class="cite" href="#source-1">1</a>' in blocks[2]["html"]
    assert '<svg class="picture__drawing" viewBox="0 0 120 60" role="img"' in blocks[2]["html"]
    assert blocks[3]["html"] == (
        '<ol class="sources"><li id="source-1">Written for the tests. A source that stands in no '
        'library. <a href="https://example.org/source" rel="noopener">https://example.org/source'
        "</a></li></ol>"
    )


def test_one_source_cited_twice_is_one_note(change):
    files = change(
        "modules/X1/u1/first-look.en.md", "[@sample-source]", "[@sample-source] x [@sample-source]"
    )

    html = step(files, "first-look").body["en"][2]["html"]

    assert html.count('href="#source-1"') == 2


def test_emphasis_falls_away_where_words_are_shown_without_formatting(change):
    files = change(
        "modules/X1/items/u1.en.toml", '"No: a colour', '"No: *a* <colour> & [@sample-source]'
    )
    files["modules/X1/items/u1.en.toml"] = files["modules/X1/items/u1.en.toml"].replace(
        "<colour>", "colour"
    )

    item = next(row for row in module(files).items if row.key == "q1")

    assert item.words["en"]["feedback"]["b"] == "No: a colour & (Written for the tests) is a floor."
    assert item.words["en"]["scenario"] == "<p>A line of <strong>Ilze</strong> stands here.</p>"
    assert item.words["en"]["hint"] == ""


def test_a_case_keeps_its_machine_and_its_words_rendered(files):
    case = module(files).data["cases"]["call"]

    assert case["design"]["start"] == "S1"
    assert case["words"]["en"]["who"] == "<p>Nikos, 68. <em>Tired.</em></p>"
    assert case["words"]["en"]["states"]["S1"]["choices"] == {"a": "Ring", "b": "Send advice"}


def test_the_clock_of_a_state_is_said_in_the_language_or_as_the_case_has_it(change):
    files = change(
        "modules/X1/cases/call.fi.toml", 'text = "On myöhä."', 'text = "On myöhä."\nclock = "ilta"'
    )

    words = module(files).data["cases"]["call"]["words"]

    assert words["fi"]["states"]["S3"]["clock"] == "ilta"
    assert words["en"]["states"]["S3"]["clock"] == "13:50"


def test_a_document_has_its_first_heading_as_title(files):
    document = module(files).data["documents"]["rule"]["en"]

    assert document["title"] == "Rule 1 (invented, for the tests)"
    assert document["html"] == "<p>Words can raise a level, never lower it.</p>"


def test_all_that_a_version_keeps_can_be_written_as_json(files):
    for row in parse(files).modules:
        assert json.loads(json.dumps(row.data)) == row.data


def test_a_picture_may_be_named_without_its_ending(change):
    files = change("modules/X1/u1/first-look.en.md", "(climb.svg ", "(climb ")

    assert 'viewBox="0 0 120 60"' in step(files, "first-look").body["en"][2]["html"]


def test_a_picture_in_a_language_is_preferred(files):
    drawing = files["modules/X1/pictures/climb.svg"]
    files["modules/X1/pictures/climb.fi.svg"] = drawing.replace("M5 55", "M6 55")

    html = {lang: blocks[2]["html"] for lang, blocks in step(files, "first-look").body.items()}

    assert "M5 55" in html["en"]
    assert "M6 55" in html["fi"]


@pytest.mark.parametrize(
    ("edit", "is_new"),
    [
        (("modules/X1/u1/first-look.en.md", "A tick", "Each tick"), True),
        (("modules/X1/module.toml", 'code = "X1"', '# a remark\ncode = "X1"'), True),
        (("sources.toml", "stands in no", "is in no"), True),
        (("forms/course-feedback.en.toml", "somewhat", "so so"), True),
        (("programme.en.toml", "Sample", "A sample"), False),
        (("modules/X2/module.en.toml", "Planning", "To plan"), False),
    ],
)
def test_a_digest_changes_with_what_the_module_shows_and_with_nothing_else(
    files, change, edit, is_new
):
    assert (module(files).digest != module(change(*edit)).digest) is is_new
