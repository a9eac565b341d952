"""What holds for every chart: sound XML, names, bytes, hostile labels, room, no colour alone."""

import hashlib
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from functools import wraps
from itertools import combinations

import pytest

from digicantrain.core.measures.charts import drawing
from digicantrain.core.measures.charts.change import change_chart, effect_chart
from digicantrain.core.measures.charts.curves import item_curves
from digicantrain.core.measures.charts.flow import flow_chart
from digicantrain.core.measures.charts.forest import forest_plot
from digicantrain.core.measures.charts.gaps import missing_chart
from digicantrain.core.measures.charts.quadrants import quadrant_chart
from digicantrain.core.measures.charts.wording import SIZE, clean, width_of
from digicantrain.core.measures.charts.wright import wright_map
from digicantrain.core.measures.figures import FIGURES, charts_of
from digicantrain.core.measures.methods import described, find
from digicantrain.core.measures.plan import read_plan, run_plan
from digicantrain.core.measures.result import Reason, Result
from tests.core.measures import drawn, examples
from tests.core.measures.drawn import HOSTILE, LABELS, SVG, Drawn

PEOPLE = [(-3.0, 5), (-1.5, 10), (-0.5, 20), (0.5, 2), (1.5, 10), (3.0, 5)]
HUGE = drawn.change(1e308, -1.7e308, 1.7e308, -1e308, 1e308)
TINY = drawn.change(1e-310, -1e-310, 2e-310, -0.0, 5e-324)


def named(labels):
    """Return a chart of each kind with labels."""
    unique = {f"{label}{' ' * n}": n for n, label in enumerate(labels)}
    rows = [(name, 0.5 + n / 10, 0.1, 2.0 + n) for name, n in unique.items()]
    items = [(name, n / 5) for name, n in unique.items()]
    shares = [n / 20 for n in range(len(unique))]
    patterns = [("1" * len(unique), 100), ("0" * len(unique), 20)]
    changes = {name: drawn.change(0.1 * n, -0.1, 0.4 + n) for name, n in unique.items()}
    return {
        "change": change_chart(changes),
        "effects": effect_chart(changes),
        "flow": flow_chart(drawn.flow(*((name, 90 - n, n, name) for name, n in unique.items()))),
        "wright-map": wright_map(drawn.rasch(items, PEOPLE)),
        "curves": item_curves(drawn.two_parameters(*((n, 1.0 + b, b) for n, b in items))),
        "some-curves": item_curves(drawn.two_parameters(*((n, 1.0, b) for n, b in items[:6]))),
        "quadrants": quadrant_chart(drawn.skills(*((name, 2 + b, 4 - b) for name, b in items))),
        "coefficients": forest_plot(drawn.coefficients(*rows)),
        "ratios": forest_plot(drawn.ratios(*rows)),
        "missing": missing_chart(drawn.missing(list(unique), shares, patterns)),
    }


def numbered():
    """Return charts of numbers that are hard to draw."""
    many = [f"item {n}" for n in range(200)]
    return {
        "one": change_chart(drawn.change()),
        "huge": change_chart({"huge": HUGE, "small": drawn.change()}),
        "tiny": change_chart({"tiny": TINY}),
        "nothing": change_chart(drawn.change(-0.0, -0.0, 0.0, -0.0, 0.0)),
        "offset": change_chart(drawn.change(1.0, 0.5, 1.5, 1e15, 1e15 + 1)),
        "effects": effect_chart({"huge": HUGE, "tiny": TINY, "wide": drawn.change(0, -9e99, 9e99)}),
        "sites": change_chart({f"site {n}": drawn.change() for n in range(200)}),
        "endless ratio": forest_plot(
            drawn.ratios(("a", 1e200, 0.0, 1e304), ("b", 0.0, 0.0, 0.0), ("c", 2.0, 1.0, 4.0))
        ),
        "one ratio": forest_plot(drawn.ratios(("a", 1.0, 1.0, 1.0))),
        "steep": item_curves(
            drawn.two_parameters(("flat", 0.0, 0.0), ("step", 1e300, 1.0), ("far", 0.1, -1e308))
        ),
        "200 curves": item_curves(drawn.two_parameters(*((m, 1.0, 0.3) for m in many))),
        "200 items": wright_map(drawn.rasch([(m, 0.0) for m in many], PEOPLE)),
        "40 items": wright_map(drawn.rasch([(m, 0.0) for m in many[:40]], PEOPLE)),
        "one item": wright_map(drawn.rasch([("a", 1e308)], PEOPLE)),
        "same skills": quadrant_chart(drawn.skills(*((m, 3.0, 3.0) for m in many[:9]))),
        "200 skills": quadrant_chart(drawn.skills(*((m, n / 50, 3.0) for n, m in enumerate(many)))),
        "200 gaps": missing_chart(drawn.missing(many, [0.5] * 200, [("1" * 200, 9_000_000)])),
        "no gap": missing_chart(drawn.missing(["a"], [0.0], [("1", 200)])),
        "nobody left": flow_chart(drawn.flow(("a", 9_999_999, 0, ""), ("b", 0, 9_999_999, "left"))),
    }  # fmt: skip


CHARTS = {
    **{f"{kind} of odd names": chart for kind, chart in named(LABELS).items()},
    **{f"{kind} of plain names": chart for kind, chart in named(list("abcdefgh")).items()},
    **numbered(),
}


def every_chart(check):
    """Return a test that makes a check of each chart; one test, since there are many."""

    @wraps(check, assigned=("__name__", "__qualname__", "__doc__", "__module__"))
    def test():
        for name, chart in CHARTS.items():
            try:
                check(chart)
            except AssertionError as error:
                error.add_note(f"in the chart {name!r}")
                raise

    del test.__wrapped__
    return test


def pictures(chart):
    """Return both pictures of a chart, each with what stands in it."""
    for picture in (chart.wide, chart.narrow):
        yield picture, Drawn(f'<svg xmlns="{SVG[1:-1]}">{picture.body}</svg>')


@every_chart
def test_a_file_is_sound_xml_with_a_name_and_a_description(chart):
    root = Drawn(chart.svg).root

    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert (title.text, description.text) == (clean(chart.title), clean(chart.sentence))
    assert chart.sentence.endswith(".")
    assert chart.table.rows or "hidden" in chart.svg


@every_chart
def test_labels_are_words_and_nothing_else(chart):
    tags = {element.tag.removeprefix(SVG) for element in Drawn(chart.svg).root.iter()}

    assert tags <= {"svg", "title", "desc", "style", "rect", "line", "path", "circle", "text"}
    for text in (chart.svg, chart.figure("a")):
        assert "<script" not in text
        assert not re.search(r"url\(|href=|\son\w+=|@import", text)


@every_chart
def test_coordinates_are_finite_and_rounded(chart):
    for picture, found in pictures(chart):
        assert not re.search(r"nan|inf\b|e[+-]\d", re.sub(r">[^<]*<", "><", picture.body))
        for element in found.root.iter():
            for name in ("x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "width", "height"):
                value = element.get(name, "0")
                assert re.fullmatch(r"-?\d+(\.\d)?", value), (name, value)
                assert value != "-0"


def box_of(word, share=1.0):
    """Return the box a text stands in: left, top, right, bottom."""
    wide = width_of(word.text) * share
    left = word.x - {"start": 0, "middle": wide / 2, "end": wide}[word.anchor]
    return left, word.y - 11, left + wide, word.y + 1


@every_chart
def test_every_word_stands_inside_the_picture(chart):
    for picture, found in pictures(chart):
        for word in found.words:
            left, top, right, bottom = box_of(word)
            assert left >= -1, word
            assert right <= picture.width + 1, word
            assert top >= 0, word
            assert bottom <= picture.height + 1, word


@every_chart
def test_no_word_stands_on_another(chart):
    for _picture, found in pictures(chart):
        boxes = [(word, box_of(word, 0.9)) for word in found.words if word.text]
        for (one, a), (other, b) in combinations(boxes, 2):
            across = min(a[2], b[2]) - max(a[0], b[0])
            down = min(a[3], b[3]) - max(a[1], b[1])
            assert min(across, down) <= 1 or is_crowd(chart, one, other), (one, other)


def is_crowd(chart, one, other):
    """Whether two numbers of skills that have the same place are in each other's way."""
    return chart.kind == "quadrants" and one.text.isdigit() and other.text.isdigit()


@every_chart
def test_a_figure_has_both_pictures_named_and_its_sentence(chart):
    html = chart.figure("a1-c")

    ids = re.findall(r' id="([^"]+)"', html)
    assert ids == ["a1-c-c-wide", "a1-c-c-narrow", "a1-c-d"]
    assert re.findall(r'aria-(?:labelledby|describedby)="([^"]+)"', html) == [
        *(ids[0], ids[2], ids[1], ids[2]),
    ]
    assert html.count('role="img"') == 2
    assert "xmlns" not in html


@every_chart
def test_no_sentence_names_a_cause(chart):
    said = f"{chart.title} {chart.sentence}".lower()

    assert not re.search(r"\b(because|caused by|due to|led to|thanks to|improved|worked)\b", said)


# --- colour and size ---


def test_alone_a_chart_has_no_colour_at_all():
    colours = re.findall(r"(?:fill|stroke):(#\w+|none|[a-z]+)", drawing.STYLE_ALONE)

    assert set(colours) <= {"#000", "#fff", "#333", "#ccc", "#767676", "none"}
    assert not re.search(r'(fill|stroke)="', "".join(chart.svg for chart in CHARTS.values()))


def test_what_differs_in_meaning_differs_in_shape_or_filling():
    shapes = {
        drawing.marker(shape, 9, 9, is_full=full) for shape in drawing.SHAPES for full in (0, 1)
    }
    bars = drawing.bar(0, 0, size=(40, 9), css="c-full"), drawing.hatched(0, 0, size=(40, 9))

    assert len(shapes) == 2 * len(drawing.SHAPES) - 1  # a cross has no inside
    assert len(set(drawing.DASHES)) == len(drawing.DASHES) == len(drawing.SHAPES)
    assert bars[1].count("M") > 5


def test_words_are_twelve_pixels_also_on_the_narrowest_screen():
    """At 320 px the page leaves 288 for a picture of 328."""
    assert SIZE * 288 / drawing.NARROW >= 12
    assert set(re.findall(r"font-size:(\d+)px", drawing.STYLE_ALONE + drawing.STYLE_PAGE)) == {"14"}


# --- bytes ---


def digest(charts):
    """Return what tells whether charts are the same to the byte."""
    text = "".join(f"{chart.svg}{chart.figure('a')}{chart.table}" for chart in charts)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


FRESH = """
import sys
from tests.core.measures.test_charts_safe import CHARTS, digest
print(digest(CHARTS.values()))
"""


def test_equal_results_give_equal_bytes_also_in_another_process():
    env = {**os.environ, "PYTHONHASHSEED": "4711"}
    again = [*named(LABELS).values(), *named(list("abcdefgh")).values(), *numbered().values()]

    done = subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-c", FRESH], capture_output=True, text=True, check=True, env=env
    )

    assert digest(again) == digest(CHARTS.values()) == done.stdout.strip()


def test_charts_need_neither_numpy_nor_scipy_nor_django():
    code = (
        "import sys; from digicantrain.core.measures import charts_of, page_of;"
        "print([x for x in ('numpy', 'scipy', 'django') if x in sys.modules])"
    )

    done = subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"


# --- methods ---


@pytest.mark.parametrize("method", FIGURES)
def test_each_method_that_is_registered_is_drawn_also_after_its_way_through_a_file(method):
    known = find(method)
    wanted = described.example_of(known)
    wanted["data"] = {**wanted.get("data", {}), "smallest_group": 1}
    plan = read_plan(json.dumps(wanted), data=examples.data_for(known))
    analysis = run_plan(plan)["analyses"][0]
    (written,) = json.loads(json.dumps(analysis["results"]))
    result = Result.from_json({key: value for key, value in written.items() if key != "group"})

    charts = charts_of(result, method=method, arguments=analysis["arguments"])

    assert len(charts) == len(FIGURES[method])
    assert all(re.search(r"\d", chart.sentence) for chart in charts)


KNOWN = {
    "paired_change": drawn.change(),
    "participant_flow": drawn.flow(("a", 90, 0, None), ("b", 70, 20, "left")),
    "rasch_model": drawn.rasch([("a", -1.0), ("b", 1.0)], PEOPLE),
    "item_response_model": drawn.two_parameters(("a", 1.0, 0.5)),
    "importance_performance": drawn.skills(("a", 4.0, 2.0)),
    "linear_regression": drawn.coefficients(("a", 1.0, 0.5, 1.5)),
    "logistic_regression": drawn.ratios(("a", 2.0, 1.5, 2.5)),
    "missing_patterns": drawn.missing(["a"], [0.5], [("1", 100), ("0", 100)]),
}


@pytest.mark.parametrize("method", KNOWN)
def test_a_result_with_a_reason_draws_nothing_whatever_else_it_holds(method):
    assert charts_of(KNOWN[method], method=method)
    for reason in Reason:
        assert charts_of(replace(KNOWN[method], reason=reason), method=method) == ()


def test_a_result_without_the_tables_it_should_have_draws_nothing():
    for method in FIGURES:
        assert charts_of(Result("m", "s", n=9), method=method) == ()


def test_a_method_without_a_chart_has_none():
    assert charts_of(Result("m", "s", n=9, value=0.8), method="cronbach_alpha") == ()


def test_a_hostile_label_reads_as_it_is_written():
    words = [word.text for word in Drawn(named([HOSTILE, "b"])["coefficients"].svg).words]

    assert any(word.startswith("</title><script>") for word in words)
    assert "\u202e" not in "".join(words)
