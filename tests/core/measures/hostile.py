"""Hostile data files: each turns the example files into what real or ill-meant data can be.

A transformation gets rows (the first is the header) and returns rows, or text.
"""

import csv
import io
import json

from tests.core.measures import examples

NUMBERS = {
    *(f"q{i}" for i in range(1, 8)), *(f"k{i}" for i in range(1, 7)), "pre", "post", "later",
    "rater1", "rater2", "rater3", "recommend", "dropped_out", "score", "month", *examples.STAGES,
}  # fmt: skip
TEST = {f"k{i}" for i in range(1, 7)}
SCORES = {"pre", "post", "later", "score", *(f"q{i}" for i in range(1, 8))}


def rows_of(text):
    """Return a CSV as rows."""
    return list(csv.reader(io.StringIO(text, newline="")))


def each_cell(change, columns=NUMBERS):
    """Return the transformation that changes each cell of some columns by (row number, cell)."""

    def transform(rows):
        header, *body = rows
        return [
            header,
            *(
                [
                    change(number, cell) if name in columns else cell
                    for name, cell in zip(header, row, strict=True)
                ]
                for number, row in enumerate(body)
            ),
        ]

    return transform


def set_column(**values):
    """Return the transformation that sets columns from (row number, row as a dict)."""

    def transform(rows):
        header, *body = rows
        found = [header]
        for number, row in enumerate(body):
            cells = dict(zip(header, row, strict=True))
            new = {n: str(f(number, cells)) for n, f in values.items() if n in cells}
            found.append(list({**cells, **new}.values()))
        return found

    return transform


def first(count):
    """Return the transformation that keeps the first rows."""
    return lambda rows: rows[: count + 1]


def as_text(change):
    """Return the transformation that changes the text of the file."""
    return lambda rows: change(examples.written(rows))


def same(name):
    """Return the value of another column."""
    return lambda _number, row: row[name]


def answered_by(few):
    """Return a value that only the first few people have."""
    return lambda number, _row: "3" if number < few else "NA"


def with_columns(rows):
    """Return rows with ten thousand columns more."""
    more = [f"x{i}" for i in range(10_000)]
    return [[*rows[0], *more], *([*row, *["1"] * 10_000] for row in rows[1:7])]


def unclosed_quote(text):
    """Return a text in which a quote is opened and never closed."""
    lines = text.split("\n")
    lines[5] = f'"{lines[5]}'
    return "\n".join(lines)


def ragged(rows):
    """Return rows of which one is short and one long."""
    return [*rows[:4], rows[4][:-2], [*rows[5], "1"], *rows[6:]]


STEPS = {f"k{i}": (lambda n, _row, i=i: int(n % 7 >= i)) for i in range(1, 7)}

FILES = {
    "constants": each_cell(lambda _n, _c: "1"),
    "constant scores, test as it is": each_cell(lambda _n, _c: "3", SCORES),
    "all missing": each_cell(lambda _n, _c: ""),
    "everything missing but the id": lambda rows: [
        rows[0], *([row[0], *[""] * (len(row) - 1)] for row in rows[1:])
    ],
    "header only": first(0),
    "one row": first(1),
    "two rows": first(2),
    "four rows": first(4),
    "five rows": first(5),
    "six rows": first(6),
    "eight rows": first(8),
    "empty file": lambda _rows: "",
    "blank lines": lambda _rows: "\n\n\n",
    "duplicated ids": lambda rows: [*rows, rows[-1]],
    "an id is missing": lambda rows: [*rows, ["", *rows[-1][1:]]],
    "text in numbers": each_cell(lambda n, c: "lots" if n == 3 else c),
    "1e308 and -1e308": each_cell(lambda n, _c: "1e308" if n % 2 else "-1e308"),
    "1e308 among others": each_cell(lambda n, c: "1e308" if n == 3 else c, SCORES),
    "1e200": each_cell(lambda n, c: f"{(n * 7) % 5}e200", SCORES),
    "1e154": each_cell(lambda n, c: f"{(n * 7) % 5}e154", SCORES),
    "1e100 among others": each_cell(lambda n, c: "1e100" if n == 3 else c, SCORES),
    "1e-200": each_cell(lambda n, c: f"{(n * 7) % 5}e-200", SCORES),
    "denormal": each_cell(lambda n, c: f"{(n * 7) % 5}e-320", SCORES),
    "last bits": each_cell(lambda n, _c: "1e15" if n % 3 else "1000000000000001", SCORES),
    "nearly constant": each_cell(lambda n, _c: "3.0000000000000004" if n % 2 else "3", SCORES),
    "words for infinity": each_cell(lambda n, c: "inf" if n == 2 else c),
    "words for nothing": each_cell(lambda n, c: "NaN" if n == 2 else c),
    "1e400": each_cell(lambda n, c: "1e400" if n == 2 else c),
    "1_000": each_cell(lambda n, c: "1_0" if n == 2 else c),
    "all in one group": set_column(arm=lambda *_: "usual", site=lambda *_: "North"),
    "a group of one": set_column(
        arm=lambda n, _r: "online" if n == 0 else "usual",
        site=lambda n, _r: "West" if n == 0 else "North",
    ),
    "groups of two": set_column(arm=lambda n, _r: n // 2, site=lambda n, _r: n // 2),
    "an empty group": set_column(
        arm=lambda n, r: r["arm"], post=lambda n, r: r["post"] if r["arm"] == "usual" else "",
        score=lambda n, r: r["score"] if r["arm"] == "usual" else "",
        pre=lambda n, r: r["pre"] if r["site"] == "West" else "",
    ),
    "no group known": set_column(arm=lambda *_: "", site=lambda *_: ""),
    "everybody a group": set_column(arm=lambda n, _r: f"g{n}", site=lambda n, _r: f"s{n}"),
    "one person only": set_column(person=lambda *_: "1"),
    "everybody alike": lambda rows: [
        rows[0], *([str(n), *rows[1][1:]] for n in range(len(rows) - 1))
    ],
    "one month": set_column(month=lambda *_: "3"),
    "perfectly correlated": set_column(
        **{f"q{i}": same("q1") for i in range(2, 7)}, q7=lambda n, r: 6 - int(r["q1"]),
        post=same("pre"), later=same("pre"), rater2=same("rater1"), rater3=same("rater1"),
    ),
    "shifted by one": set_column(
        post=lambda n, r: float(r["pre"]) + 1, later=lambda n, r: float(r["pre"]) + 2,
        rater2=lambda n, r: int(r["rater1"]) + 1, rater3=lambda n, r: int(r["rater1"]) + 2,
    ),
    "negatively correlated": set_column(
        q2=lambda n, r: 6 - int(r["q1"]), q5=lambda n, r: 6 - int(r["q4"]),
        post=lambda n, r: -float(r["pre"]), rater2=lambda n, r: 6 - int(r["rater1"]),
    ),
    "rank-deficient": set_column(
        q6=lambda n, r: int(r["q1"]) + int(r["q2"]), q3=lambda n, r: int(r["q1"]) - int(r["q2"]),
        later=lambda n, r: float(r["pre"]) + float(r["post"]),
        site=same("arm"), month=lambda n, r: r["person"],
    ),
    "complete separation": set_column(
        dropped_out=lambda n, r: int(r["arm"] == "online"), **STEPS
    ),
    "quasi-complete separation": set_column(
        dropped_out=lambda n, r: int(r["arm"] == "online" and n % 3 == 0),
        k1=lambda n, r: r["k2"], k3=lambda n, r: 1 - int(r["k2"]),
    ),
    "separation by a number": set_column(dropped_out=lambda n, r: int(float(r["pre"]) > 4)),
    "everybody dropped out": set_column(dropped_out=lambda *_: 1),
    "everybody right": each_cell(lambda _n, _c: "1", TEST),
    "everybody wrong": each_cell(lambda _n, _c: "0", TEST),
    "an item all right": set_column(k1=lambda *_: 1),
    "two items that tell apart": set_column(
        **{f"k{i}": (lambda n, _r, i=i: int((n + i) % 2)) for i in range(1, 7)}
    ),
    "nobody answered two items": set_column(
        k1=lambda n, r: r["k1"] if n % 2 else "", k2=lambda n, r: "" if n % 2 else r["k2"],
        k3=lambda *_: "", k4=lambda *_: "", k5=lambda *_: "", k6=lambda *_: "",
    ),
    "answers of 2": each_cell(lambda n, c: "2" if n == 3 else c, TEST),
    "answers of 0.5": each_cell(lambda n, c: "0.5" if n == 3 else c, TEST),
    "negative counts": each_cell(lambda n, c: f"-{n}"),
    "ties everywhere": each_cell(lambda n, _c: str(n % 2), SCORES | {"recommend"}),
    "one differs": each_cell(lambda n, _c: str(int(n == 0)), NUMBERS),
    "recommend beyond 10": set_column(recommend=lambda n, _r: n),
    "non-convergent noise": each_cell(lambda n, c: str((n * n * 31 + n * 17) % 11)),
    "unknown columns": lambda rows: [[f"{name}_x" for name in rows[0]], *rows[1:]],
    "doubled column": lambda rows: [[*rows[0][:-1], rows[0][0]], *rows[1:]],
    "unnamed column": lambda rows: [[*rows[0][:-1], ""], *rows[1:]],
    "wrong separators": as_text(lambda text: text.replace(",", "|")),
    "decimal commas": as_text(lambda text: text.replace(",", ";").replace(".", ",")),
    "byte order mark": as_text(lambda text: f"\ufeff{text}"),
    "line ends of old": as_text(lambda text: text.replace("\n", "\r")),
    "quotes unclosed": as_text(unclosed_quote),
    "a quote inside": as_text(lambda text: text.replace("North", 'No"rth', 1)),
    "NUL": as_text(lambda text: text.replace("North", "No\0rth", 1)),
    "ten thousand columns": with_columns,
    "very long cell": set_column(site=lambda n, r: "x" * 200_000 if n == 1 else r["site"]),
    "long cells": set_column(site=lambda n, r: r["site"] * 2_000, c1=lambda n, r: "a" * 5_000),
    "ragged rows": ragged,
    "strange labels": set_column(
        site=lambda n, r: ["<script>alert(1)</script>", "\u202eabc", "a\nb", "=1+1", "🦊"][n % 5],
        arm=lambda n, r: ["(Intercept)", "a:b"][n % 2], c1=lambda n, _r: ["a", "&amp;"][n % 2],
    ),
    "a wave is missing": set_column(
        post=lambda *_: "NA", score=lambda n, r: "" if r["month"] == "3" else r["score"],
        q3=lambda *_: "", rater2=lambda *_: "", c2=lambda *_: "",
    ),
    "three in a wave": set_column(
        post=answered_by(3), q3=answered_by(3), rater2=answered_by(3), recommend=answered_by(3),
        score=answered_by(3), later=answered_by(3),
    ),
    "no pair is complete": set_column(
        pre=lambda n, r: r["pre"] if n % 2 else "", post=lambda n, r: "" if n % 2 else r["post"],
        q1=lambda n, r: r["q1"] if n % 2 else "", q2=lambda n, r: "" if n % 2 else r["q2"],
        rater1=lambda n, r: r["rater1"] if n % 2 else "",
        rater2=lambda n, r: "" if n % 2 else r["rater2"],
        q4=lambda n, r: r["q4"] if n % 2 else "", q5=lambda n, r: "" if n % 2 else r["q5"],
    ),
    "half missing at random": each_cell(lambda n, c: "" if (n * 37 + len(c) * 3) % 5 < 2 else c),
    "everything at the top": each_cell(lambda _n, _c: "7", {"pre", "post", "later"}),
    "beyond the top": each_cell(lambda n, c: "9" if n == 1 else c, {"pre", "post", "later"}),
}  # fmt: skip


def file(name, text):
    """Return a hostile file made from an example file."""
    found = FILES[name](rows_of(text))
    return found if isinstance(found, str) else examples.written(found)


def columns_of(text, method):
    """Return the cells of the columns that a method's example names, by column."""
    header, *body = rows_of(text)
    named = json.dumps(method.example)
    return {
        name: [row[place] for row in body]
        for place, name in enumerate(header)
        if f'"{name}' in named or f'{name}"' in named
    }


def touches(text, example, method):
    """Return whether a hostile file differs from the example file in what a method looks at."""
    try:
        return columns_of(text, method) != columns_of(example, method)
    except (IndexError, StopIteration, ValueError, csv.Error):
        return True
