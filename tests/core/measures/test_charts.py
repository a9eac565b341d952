"""Charts draw what the results say, where the axis says it."""

import math
from itertools import pairwise

import pytest

from digicantrain.core.measures.charts.change import CAUSE, change_chart, effect_chart
from digicantrain.core.measures.charts.curves import item_curves
from digicantrain.core.measures.charts.flow import flow_chart
from digicantrain.core.measures.charts.forest import forest_plot
from digicantrain.core.measures.charts.gaps import Pattern, missing_chart, shown_patterns
from digicantrain.core.measures.charts.quadrants import quadrant_chart
from digicantrain.core.measures.charts.scales import Scale, ratio_ticks, room_for, ticks
from digicantrain.core.measures.charts.wording import lines_of, listed, told, width_of
from digicantrain.core.measures.charts.wright import Bar, joined, spread, wright_map
from digicantrain.core.measures.flow import ShownStage, participant_flow
from digicantrain.core.measures.result import Reason, Result, Table
from tests.core.measures import drawn
from tests.core.measures.drawn import Drawn

NEAR = 0.15


# --- scales and words ---


@pytest.mark.parametrize(
    ("scale", "value"),
    [
        (Scale(0, 10, 100, 300), 5),
        (Scale(-10, 10, 300, 100), 0),
        (Scale(-1.7e308, 1.7e308, 100, 300), 0),
        (Scale(0.01, 100, 100, 300, is_log=True), 1),
        (Scale(1e-300, 1e300, 100, 300, is_log=True), 1),
    ],
)
def test_the_middle_of_a_scale_is_drawn_in_the_middle(scale, value):
    assert scale(value) == pytest.approx(200)
    assert {scale(scale.low), scale(scale.high)} == {100, 300}


@pytest.mark.parametrize(
    ("ends", "texts"),
    [
        ((0, 10), ["0", "2", "4", "6", "8", "10"]),
        ((-0.31, 0.52), ["−0.2", "0.0", "0.2", "0.4"]),
        ((2.95, 3.11), ["2.95", "3.00", "3.05", "3.10"]),
        ((0, 4_000_000), ["0", "1000000", "2000000", "3000000", "4000000"]),
        ((-1.7e308, 1.7e308), ["−1×10³⁰⁸", "0", "1×10³⁰⁸"]),
    ],
)
def test_ticks_stand_at_round_numbers(ends, texts):
    assert [tick.text for tick in ticks(*ends)] == texts


def test_ticks_of_ratios_stand_at_one_and_its_multiples():
    assert [tick.text for tick in ratio_ticks(0.3, 6)] == ["0.5", "1", "2", "5"]
    assert [tick.text for tick in ratio_ticks(0.005, 300)] == ["0.01", "0.1", "1", "10", "100"]
    assert [tick.value for tick in ratio_ticks(0.95, 1.2)] == [0.95, 1.0, 1.05, 1.1, 1.15, 1.2]


@pytest.mark.parametrize("values", [[3.0], [3.0, 3.0], [0.0, -0.0], [1e-320], [1e15, 1e15 + 1]])
def test_equal_values_stand_in_the_middle_of_a_scale_that_is_wide_enough(values):
    scale = Scale(*room_for(values), 0, 100)

    assert scale(values[0]) == pytest.approx(50, abs=1)
    assert len(ticks(scale.low, scale.high)) > 1


def test_numbers_have_a_true_minus_and_none_before_nothing():
    assert [told(value) for value in (-0.0, -0.004, -1.5, 4e-4, 1e-300, -12345.6, 1e308)] == [
        "0.00", "−0.004", "−1.50", "0.0004", "1×10⁻³⁰⁰", "−12346", "1×10³⁰⁸",
    ]  # fmt: skip


def test_a_long_name_is_cut_in_its_middle_so_that_its_end_tells_it_from_others():
    found = lines_of(f"{drawn.LONG} 3", room=150)

    assert len(found) == 2
    assert found[-1].endswith(" 3")
    assert all(width_of(line) <= 150 for line in found)


def test_many_names_are_the_first_and_how_many_more():
    assert listed(["a"]) == "a"
    assert listed(["a", "b"]) == "a and b"
    assert listed(list("abcdef")) == "a, b, c and 3 more"


# --- change ---


def test_means_change_and_the_ends_of_its_interval_stand_where_the_axes_say():
    found = Drawn(change_chart(drawn.change(0.5, 0.25, 0.75, before=3.0, after=3.5)).svg)

    means, changes = found.scales()
    before, after = (float(found.all("circle", css)[-1]["cx"]) for css in ("c-open", "c-full"))
    assert before == pytest.approx(means(3.0), abs=NEAR)
    assert after == pytest.approx(means(3.5), abs=NEAR)
    x, y, is_full = found.squares()[-1]
    assert (x, is_full) == (pytest.approx(changes(0.5), abs=NEAR), True)
    line = next(
        e for e in found.all("line", "c-line") if e["y1"] == e["y2"] and means(3.6) < float(e["x1"])
    )
    assert float(line["y1"]) == pytest.approx(y, abs=NEAR)
    assert float(line["x1"]) == pytest.approx(changes(0.25), abs=NEAR)
    assert float(line["x2"]) == pytest.approx(changes(0.75), abs=NEAR)
    assert found.word("0.50 [0.25, 0.75]").anchor == "end"


def test_the_sentence_of_a_change_is_of_its_numbers_and_names_no_cause():
    chart = change_chart(drawn.change(-0.5, -0.75, -0.25, before=3.5, after=3.0))

    assert chart.sentence == (
        "The mean of the 40 people measured twice fell by 0.50, from 3.50 to 3.00; the 95 % "
        f"interval of the change, −0.75 to −0.25, leaves out zero. {CAUSE}"
    )


def test_groups_stand_under_each_other_and_a_hidden_one_is_a_word():
    groups = {
        "North": drawn.change(0.5, 0.25, 0.75),
        "East": drawn.change(reason=Reason.HIDDEN),
        "South": drawn.change(0.1, -0.1, 0.3),
        "West": drawn.change(reason=Reason.TOO_FEW),
    }

    chart = change_chart(groups)

    found = Drawn(chart.svg)
    assert [is_full for _x, y, is_full in found.squares() if y > 60] == [True, False]
    rows = [found.word(name).y for name in groups]
    assert rows == sorted(rows)
    assert found.word("hidden").y == found.word("East").y
    assert found.word("not computed").y == found.word("West").y
    assert "1 rose, the 95 % interval lying above zero: North (0.50)" in chart.sentence
    assert "for 1 the 95 % interval holds zero: South (0.10)" in chart.sentence
    assert "1 group is hidden" in chart.sentence
    assert chart.table.row("East")["reason"] == Reason.HIDDEN.words
    assert chart.table.row("East")["n"] == 0


def test_items_in_one_unit_stand_under_each_other_by_their_own_name():
    items = {"calls": drawn.change(0.5, 0.25, 0.75), "records": drawn.change(0.1, -0.1, 0.3)}

    chart = change_chart(items, of="item")

    assert chart.sentence.startswith("Of 2 items, 1 rose")
    assert chart.table.columns[0] == "item"


def test_a_mean_that_did_not_change_is_said_not_to_have_changed():
    assert "did not change; the 95 %" in change_chart(drawn.change(-0.0, -0.2, 0.2)).sentence


def test_nothing_is_drawn_where_all_is_hidden():
    assert change_chart(drawn.change(reason=Reason.HIDDEN)) is None
    assert change_chart({"a": drawn.change(reason=Reason.HIDDEN)}) is None


def test_effect_sizes_of_several_changes_share_one_scale():
    found = Drawn(effect_chart({"a": drawn.change(1.0, 0.5, 1.5), "b": drawn.change(0, -1, 1)}).svg)

    (scale,) = found.scales()
    marks = [(x, full) for x, y, full in found.squares() if y > 60]
    assert marks == [
        (pytest.approx(scale(1.0), abs=NEAR), True),
        (pytest.approx(scale(0.0), abs=NEAR), False),
    ]


def test_an_interval_far_wider_than_the_others_ends_in_arrows_and_leaves_them_room():
    rows = {f"e{i}": drawn.change(0.3, 0.1, 0.5) for i in range(5)}

    found = Drawn(effect_chart({**rows, "wide": drawn.change(0.3, -90, 90)}).svg)

    lines = [e for e in found.all("line", "c-line") if e["y1"] == e["y2"]]
    lengths = [float(e["x2"]) - float(e["x1"]) for e in lines]
    assert lengths[-1] == max(lengths)
    assert lengths[0] > lengths[-1] / 5
    assert len(found.all("path", "c-line")) == 2


# --- flow ---

FLOW = drawn.flow(
    ("invited", 100, 0, None), ("came", 80, 20, "declined"), ("stayed", 50, 30, "left")
)


def test_bars_are_as_long_as_people_and_the_lost_follow_hatched():
    found = Drawn(flow_chart(FLOW).svg)

    bars = [e for e in found.all("rect", "c-full") if e["height"] == "16"]
    lost = [e for e in found.all("rect", "c-hatch") if e["height"] == "16"]
    full = float(bars[0]["width"])
    assert [float(e["width"]) / full for e in bars] == pytest.approx([1, 0.8, 0.5], abs=0.001)
    assert [float(e["width"]) / full for e in lost] == pytest.approx([0.2, 0.3], abs=0.001)
    for bar, gone in zip(bars[1:], lost, strict=True):
        assert float(bar["x"]) + float(bar["width"]) == pytest.approx(float(gone["x"]), abs=NEAR)
    assert len(found.all("path", "c-hatch")) == 3


def test_the_sentence_of_a_flow_says_how_many_stayed_and_where_most_were_lost():
    assert flow_chart(FLOW).sentence == (
        "Of 100 people at “invited”, 50 (50 %) reached “stayed”. "
        "Most were lost before “stayed”: 30, left."
    )


def test_a_hidden_number_has_no_bar_and_no_loss_beside_it_tells_of_it():
    stages = (
        ShownStage("invited", 100, None),
        ShownStage("came", None, None),
        ShownStage("stayed", 60, 13),
    )

    chart = flow_chart(stages)

    found = Drawn(chart.svg)
    assert [e["width"] for e in found.all("rect", "c-full") if e["height"] == "16"][2:] == []
    assert found.all("rect", "c-hatch") == []
    assert found.word("hidden").y == found.word("came").y
    assert "13" not in chart.svg.split("<style>")[0]
    assert "1 number is hidden" in chart.sentence
    assert chart.table.row("came")["n"] == "hidden"


def test_a_hidden_number_of_a_result_is_hidden_whatever_is_said_beside_it():
    chart = flow_chart(
        drawn.flow(("a", 90, 0, None), ("b", None, 4, "left"), ("c", 70, 16, "left"))
    )

    assert not any("lost" in word.text for word in Drawn(chart.svg).words if word.y > 30)
    assert chart.wide.body.count('height="16"') == 2


def test_a_flow_of_python_is_drawn_like_one_of_a_plan():
    people = [{"a": True, "b": n < 6} for n in range(9)]

    chart = flow_chart(participant_flow(people, stages=[("a", ""), ("b", "left")]))

    assert "3 lost: left" in [word.text for word in Drawn(chart.svg).words]
    assert flow_chart(drawn.flow()) is None
    assert flow_chart([ShownStage("a", None, None)]) is None


# --- the Wright map ---

ABILITIES = [-3.0, -1.5, -0.5, 0.5, 1.5, 3.0]
ITEMS = [("dose", -1.0), ("route", 0.0), ("record", 1.0)]


def people(*counts):
    return list(zip(ABILITIES, counts, strict=True))


def test_people_and_items_stand_on_one_scale_more_able_and_harder_up():
    found = Drawn(wright_map(drawn.rasch(ITEMS, people(5, 10, 20, 20, 10, 5))).svg)

    numbers = {drawn.figure(w.text): w.y - 5 for w in found.words if w.css == "c-soft"}
    place = drawn.straight(sorted((y, v) for v, y in numbers.items() if v is not None))
    items = [y for _x, y, _full in found.squares()]
    assert items == pytest.approx([place(1.0), place(0.0), place(-1.0)], abs=NEAR)
    bars = [float(e["y"]) + 6 for e in found.all("rect", "c-full")]
    assert bars == pytest.approx([place(a) for a in ABILITIES], abs=NEAR)
    widths = [float(e["width"]) for e in found.all("rect", "c-full")]
    assert widths[1] / widths[2] == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize(
    "counts", [(2, 4, 20, 9, 3, 1), (1, 1, 1, 1, 1, 0), (4, 0, 4, 0, 4, 0), (9, 9, 9, 9, 9, 4)]
)
def test_no_bar_tells_of_fewer_than_five_people_and_all_are_in_one(counts):
    chart = wright_map(drawn.rasch(ITEMS, people(*counts)))

    found = chart.table.column("people")
    assert min(found) >= 5
    assert sum(found) == sum(counts)
    words = [drawn.figure(w.text) for w in Drawn(chart.svg).words if w.css == "c-ink"]
    assert [n for n in words if n is not None] == found
    assert "Hatched bars join neighbouring scores." in chart.sentence
    assert "No bar tells of fewer than 5 people." in chart.sentence


def test_fewer_than_five_people_leave_no_trace_in_the_map():
    none = wright_map(drawn.rasch(ITEMS, people(0, 0, 0, 0, 0, 0)))
    few = wright_map(drawn.rasch(ITEMS, people(0, 0, 0, 0, 2, 2)))

    assert few.wide == none.wide
    assert few.sentence == none.sentence
    assert "hidden" in few.svg
    assert few.table.rows == ()


def test_a_larger_smallest_group_is_kept():
    chart = wright_map(drawn.rasch(ITEMS, people(5, 10, 20, 20, 10, 5)), smallest=10)

    assert min(chart.table.column("people")) >= 10


def test_bars_are_joined_also_where_they_would_be_drawn_over_each_other():
    scores = [Bar((n, n), 50, n / 10, (n / 10, n / 10)) for n in range(10)]

    found = joined(scores, smallest=5, least_way=0.25)

    assert sum(one.people for one in found) == 500
    assert all(b.ability - a.ability >= 0.2 for a, b in pairwise(found))


def test_names_are_moved_apart_as_little_as_can_be():
    assert spread([10, 100], gap=18, ends=(0, 200)) == [10, 100]
    assert spread([50, 50, 50], gap=18, ends=(0, 200)) == [32, 50, 68]
    assert spread([190, 195, 199], gap=18, ends=(0, 200)) == [164, 182, 200]


def test_two_hundred_items_are_marks_without_names_that_do_not_lie_on_each_other():
    items = [(f"item {n}", math.sin(n)) for n in range(200)]

    chart = wright_map(drawn.rasch(items, people(5, 10, 20, 20, 10, 5)))

    marks = [(x, y) for x, y, _full in Drawn(chart.svg).squares()]
    assert len(set(marks)) == 200
    assert "too many to be named" in chart.sentence
    assert "item 7<" not in chart.svg


# --- curves ---


def test_a_curve_crosses_one_half_at_the_difficulty_and_ends_where_the_model_says():
    found = Drawn(item_curves(drawn.two_parameters(("a", 2.0, 1.0), ("b", 0.5, -1.0))).svg)

    (ability,) = found.scales()
    half = found.word("0.5").y - 5
    top, bottom = found.word("1").y - 5, found.word("0").y - 5
    mark = found.all("circle", "c-open")[0]
    assert float(mark["cx"]) == pytest.approx(ability(1.0), abs=NEAR)
    assert float(mark["cy"]) == pytest.approx(half, abs=NEAR)
    first = drawn.coordinates(found.all("path", "c-line")[0]["d"])
    for theta, (_x, y) in ((-4, first[0]), (4, first[-1])):
        chance = 1 / (1 + math.exp(-2.0 * (theta - 1.0)))
        assert y == pytest.approx(bottom + chance * (top - bottom), abs=NEAR)


def test_curves_are_told_apart_by_dashes_and_marks():
    items = [(f"item {n}", 1.0, n / 2 - 1) for n in range(6)]

    found = Drawn(item_curves(drawn.two_parameters(*items)).svg)

    assert (
        len({e.get("stroke-dasharray") for e in found.all("path", "c-line") if "C" in e["d"]}) == 6
    )


@pytest.mark.parametrize("count", [7, 24, 25, 200])
def test_many_items_have_a_curve_each(count):
    items = [(f"item {n}", 1 + n / count, math.sin(n)) for n in range(count)]

    chart = item_curves(drawn.two_parameters(*items))

    paths = [e for css in ("c-line", "c-grid") for e in Drawn(chart.svg).all("path", css)]
    assert sum("C" in e["d"] for e in paths) == count
    assert len(chart.wide.body) < 200_000


def test_the_sentence_of_curves_names_extremes_and_those_that_fall():
    chart = item_curves(drawn.two_parameters(("a", 2.0, 1.0), ("b", -0.5, -1.0), ("c", 1.0, 70.0)))

    assert "at −1.00 for the easiest item (b) and at 70.00 for the hardest (c)" in chart.sentence
    assert "from −0.50 (b, which tells least of ability) to 2.00 (a, most)" in chart.sentence
    assert "Falling curves ask for a look at the key: b." in chart.sentence
    assert "Beyond the axis: c." in chart.sentence


def test_a_rasch_model_has_parallel_curves():
    chart = item_curves(drawn.rasch(ITEMS, people(5, 10, 20, 20, 10, 5)))

    assert "same slope" in chart.sentence
    assert "logits" in chart.svg


# --- quadrants ---


def test_skills_stand_on_the_side_of_the_cuts_that_their_quadrant_names():
    result = drawn.skills(("a", 4.0, 2.0), ("b", 4.5, 4.0), ("c", 2.0, 2.5), ("d", 2.5, 3.5))

    found = Drawn(quadrant_chart(result).svg)

    (across,) = found.scales()
    upright, level = (e for e in found.all("line", "c-axis"))
    x, y = float(upright["x1"]), float(level["y1"])
    assert x == pytest.approx(across(3.0), abs=NEAR)
    inside = [mark for mark in found.squares() if mark[0] < 410]
    (square,) = [mark for mark in inside if mark[2]]
    (diamond,) = [mark for mark in inside if not mark[2]]
    assert square[0] == pytest.approx(across(2.0), abs=NEAR)
    assert square[0] < x
    assert square[1] < y
    assert (diamond[0] > x, diamond[1] > y) == (True, True)


def test_the_number_of_a_mark_beside_a_line_stands_on_its_other_side():
    result = drawn.skills(("a", 4.0, 2.9), ("b", 2.0, 5.0), ("c", 2.0, 1.0))

    found = Drawn(quadrant_chart(result).svg)

    number = next(w for w in found.words if (w.text, w.css) == ("1", "c-ink") and w.x < 410)
    (square,) = [mark for mark in found.squares() if mark[2] and mark[0] < 410]
    assert (number.anchor, number.x) == ("end", pytest.approx(square[0] - 9, abs=NEAR))


def test_the_sentence_of_quadrants_names_what_to_concentrate_on_and_who_is_left_out():
    result = drawn.skills(("a", 4.0, 2.0), ("b", 4.5, 4.0))
    table = result.table("skills")
    more = Table("skills", table.columns, (*table.rows, ("few", None, None, None, 3, 3, None)))

    chart = quadrant_chart(Result("m", "s", 40, details=result.details, tables=(more,)))

    assert "to concentrate on: a." in chart.sentence
    assert "most for a (4.00 against 2.00)" in chart.sentence
    assert "1 skill has too few answers." in chart.sentence


# --- forest plots ---


def test_ratios_stand_on_a_logarithmic_axis_and_the_intercept_does_not():
    result = drawn.ratios(
        ("(Intercept)", 9.0, 3.0, 27.0), ("a", 2.0, 1.25, 3.2), ("b", 0.5, 0.2, 1.25)
    )

    found = Drawn(forest_plot(result).svg)

    numbers = [
        (w.x, math.log(float(w.text))) for w in found.words if w.text in {"0.2", "0.5", "1", "2"}
    ]
    place = drawn.straight(sorted(numbers))
    marks = [mark for mark in found.squares() if mark[1] > 60]
    assert [x for x, _y, _full in marks] == pytest.approx(
        [place(math.log(2)), place(math.log(0.5))], abs=0.3
    )
    assert [full for *_place, full in marks] == [True, False]
    assert float(found.all("line", "c-axis")[0]["x1"]) == pytest.approx(place(0.0), abs=0.3)
    assert not [word for word in found.words if "Intercept" in word.text]


def test_the_sentence_of_a_forest_says_on_which_side_each_interval_lies():
    result = drawn.coefficients(
        ("a", 2.0, 1.0, 3.0), ("b", -1.0, -1.5, -0.5), ("c", 0.1, -1.0, 1.2)
    )

    assert forest_plot(result).sentence.startswith(
        "Of 3 terms, the interval lies above 0 for 1: a (2.00); below 0 for 1: b (−1.00); "
        "1 interval holds 0. Each is an association"
    )


def test_the_level_and_the_unit_that_were_asked_for_stand_in_the_chart():
    chart = forest_plot(drawn.coefficients(("a", 2.0, 1.0, 3.0)), level=0.9, axis="log odds")

    assert chart.title == "Coefficients with 90 % interval"
    assert Drawn(chart.svg).word("log odds")


def test_standardised_differences_stand_between_their_dashed_lines():
    columns = ("variable", "smd", "test")
    rows = (("age", 0.05, "t"), ("site", 0.3, "chi"), ("few", None, "n-too-small"))

    chart = forest_plot(Result("m", "s", 90, tables=(Table("differences", columns, rows),)))

    found = Drawn(chart.svg)
    (scale,) = found.scales()
    dashed = [e for e in found.all("line", "c-axis") if e.get("stroke-dasharray")]
    assert [float(e["x1"]) for e in dashed] == pytest.approx([scale(-0.1), scale(0.1)], abs=NEAR)
    assert "1 differ" not in chart.sentence or "most does site (0.30)" in chart.sentence
    assert "1 variable has no number." in chart.sentence


def test_of_two_hundred_items_the_farthest_are_drawn_and_the_sentence_says_so():
    rows = [(f"item {n}", 1 + n / 100, 1.0, 9.0) for n in range(200)]

    chart = forest_plot(drawn.ratios(*rows))

    assert chart.wide.body.count("item ") == 60
    assert "item 199<" in chart.wide.body
    assert "Drawn are the 60 of 200 terms farthest from 1; the table has all." in chart.sentence
    assert len(chart.table.rows) == 200


# --- missing answers ---


def test_shares_are_bars_and_patterns_are_full_and_open_dots():
    result = drawn.missing(["a", "b"], [0.1, 0.4], [("11", 110), ("10", 70), ("01", 20)])

    found = Drawn(missing_chart(result).svg)

    first, second = (float(e["width"]) for e in found.all("rect", "c-full"))
    assert second / first == pytest.approx(4, abs=0.02)
    dots = found.all("circle", "c-full"), found.all("circle", "c-open")
    rows = sorted({e["cy"] for e in dots[0] if float(e["cy"]) > 30}, key=float)
    heads = {w.text: w.x for w in found.words if w.css == "c-bold"}
    answered = {(float(e["cx"]), rows.index(e["cy"])) for e in dots[0] if e["cy"] in rows}
    gone = {(float(e["cx"]), rows.index(e["cy"])) for e in dots[1] if e["cy"] in rows}
    assert answered == {(heads["110"], 0), (heads["110"], 1), (heads["70"], 0), (heads["20"], 1)}
    assert gone == {(heads["70"], 1), (heads["20"], 0)}


@pytest.mark.parametrize(
    ("counts", "kept", "rest"),
    [
        ([50, 20, 9], [50, 20, 9], 0),
        ([50, 20, 3], [50], 23),
        ([50, 20, 4, 2], [50, 20], 6),
        ([3, 1], [], 4),
    ],
)
def test_patterns_of_a_few_people_are_put_together_and_do_not_follow_from_the_rest(
    counts, kept, rest
):
    patterns = [Pattern(f"{n:03b}", count) for n, count in enumerate(counts)]

    shown, others = shown_patterns(patterns, most=8, smallest=5)

    assert ([one.people for one in shown], others) == (kept, rest)


def test_the_sentence_of_gaps_says_who_answered_all_and_where_most_are_missing():
    result = drawn.missing(["a", "b"], [0.1, 0.4], [("11", 110), ("10", 70), ("01", 20)])

    assert missing_chart(result).sentence == (
        "90 of 200 people (45 %) answered all 2 columns. Most gaps are in b: 80 (40 %). "
        "Why answers are missing cannot be seen here."
    )
