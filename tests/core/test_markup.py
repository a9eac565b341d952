"""Markdown of authors: safe whatever went in, and read by line."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digicantrain.core import markup


def html(source):
    return markup.html(
        source, cite=lambda key: f"[{key}]", draw=lambda name, _a: f"<svg>{name}</svg>"
    )


def faults(source):
    return [(fault.line, fault.what) for fault in markup.read(source).faults]


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)>",
        '<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>',
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,AAAA)",
        '[x](https://a.b "\\" onmouseover=alert(1)")',
        "![x](y.svg \"<img src=x onerror=alert(1)>\")",
        "::: reveal <img src=x onerror=alert(1)>\na\n:::",
        "`<iframe srcdoc='<script>alert(1)</script>'>`",
        "[@x\" onload=alert(1)]",
    ],
)  # fmt: skip
def test_nothing_that_acts_comes_through(attack):
    """Threat 19: script, handlers, styles and odd schemes stay text."""
    for source in (attack, f"a\n\n{attack}\n", f"| h |\n|---|\n| {attack} |", f"- {attack}"):
        made = html(source)
        tags = re.findall(r"<[^>]*>", made)
        assert not [tag for tag in tags if re.search(r"script|onerror|onload|srcdoc|data:", tag)]
        assert not [
            tag for tag in tags if re.search(r"<[^>]*\son\w+=", re.sub('"[^"]*"', '""', tag))
        ]


@given(st.text("<>&\"'`*_[]()!:{}|#-@\n abijx/.=", max_size=60))
def test_only_allowed_tags_come_out_of_any_text(source):
    made = html(source)

    allowed = markup.TAGS | {"sup", "svg", "figure", "figcaption"}
    assert set(re.findall(r"</?([a-z0-9]+)", made)) <= allowed
    markup.read(source)
    markup.read_line(source)
    markup.plain(source)


def test_citations_and_pictures_are_put_in_last_and_cannot_be_forged():
    made = html('a [@one], `[@two]` and "⟦0⟧"\n\n![A *b*](c.svg "D < E")')

    assert made == (
        '<p>a [one], <code>[@two]</code> and "⟦0⟧"</p>\n'
        '<figure class="picture"><svg>c.svg</svg><figcaption>D &lt; E</figcaption></figure>'
    )


def test_a_text_alternative_is_said_without_formatting():
    (picture,) = markup.read("\n![A *line* [@x] that `climbs`](c.svg)").pictures

    assert picture == markup.Picture("c.svg", "A line  that climbs", "", 2)


def test_a_table_names_its_heads_and_can_be_scrolled_by_keys():
    plain = html("| a | b |\n|:--|--:|\n| 1 | 2 |")
    rows = html("| | b |\n|---|---|\n| x | 2 |")

    assert plain.startswith('<div class="table-frame" tabindex="0"><table class="govuk-table">')
    assert '<th scope="col">a</th>' in plain
    assert "<td>1</td>" in plain
    assert '<th scope="row">x</th>' in rows
    assert '<th scope="col"></th>' not in rows


@pytest.mark.parametrize("name", markup.CALLOUTS)
def test_a_passage_is_set_apart(name):
    assert html(f"::: {name}\n*a*\n:::") == (
        f'<div class="callout callout--{name}">\n<p><em>a</em></p>\n</div>'
    )


def test_a_passage_is_folded_away_behind_its_title():
    assert html("::: reveal More *about* it\na\n:::") == (
        '<details class="reveal"><summary>More about it</summary><div>\n<p>a</p>\n</div></details>'
    )


def test_questions_cut_a_text_into_pieces():
    text = markup.read("before\n\n{{ question: q-1 }}\n\nafter [@x]")

    assert [kind for kind, _ in text.pieces] == ["markdown", "question", "markdown"]
    assert text.questions == [("q-1", 3)]
    assert text.cited == [("x", 5)]


APART = (5, "This sets nothing apart; no question may stand inside.")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a\nb <i>c</i>", (2, "The text holds HTML.")),
        ("a\n\n<div>\nx\n</div>", (3, "The text holds HTML.")),
        ("a\n\n# b", (3, "The heading is too high.")),
        ("## a\n\n#### b", (3, "The heading is too deep.")),
        ("a ![b](c.svg)", (1, "A picture stands inside a sentence.")),
        ("![](c.svg)", (1, "c.svg has no text alternative.")),
        ("a\n[b](c)", (2, "The link “c” leads nowhere.")),
        ("a [@b c]", (1, "This is no citation.")),
        ("a {{ question }}", (1, "This is no question.")),
        ("[a](b c)", (1, "This is no link.")),
        ("::: note\na\n\n{{ question: b }}\n:::", APART),
        ("::: reveal\na\n:::", (1, "The passage has no title.")),
        ("| a |\n|---|\n| b |\n| [@c d] |", (4, "This is no citation.")),
    ],
)  # fmt: skip
def test_a_fault_is_found_at_its_line(source, expected):
    assert expected in faults(source)


def test_a_sound_text_has_no_fault():
    assert (
        faults("## a\n\n[b](https://c.d) <https://e.f> 1 < 2 [@g].\n\n### h\n\n![i](j.svg)\n") == []
    )


def test_a_line_is_shown_without_formatting():
    said = markup.plain("*a* **b** `c` [@d] & 1 < 2\n\nnew", cite=lambda key: f"({key})")

    assert said == "a b c (d) & 1 < 2\n\nnew"


def test_a_line_has_neither_links_nor_html():
    whats = [fault.what for fault in markup.read_line("<b>a</b> [c](https://d.e)").faults]

    assert "The text holds HTML." in whats
    assert "This text is shown without pictures and links." in whats
