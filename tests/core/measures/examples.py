"""Small invented data files in which every method's example plan finds its columns."""

import csv
import io

import numpy as np

PEOPLE = 60
SITES = ("North", "South", "West")
STAGES = ("invited", "consented", "started", "completed")


def written(rows):
    """Return rows (the first is the header) as CSV."""
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator="\n").writerows(rows)
    return file.getvalue()


def people(seed=7):
    """Return a CSV of people: a questionnaire, a test, waves, raters, flow."""
    random = np.random.default_rng(seed)
    rows = [_header()]
    rows += [_person(random, number) for number in range(1, PEOPLE + 1)]
    return written(rows)


def _header():
    return [
        "person", "site", "arm", *(f"q{i}" for i in range(1, 8)), *(f"k{i}" for i in range(1, 7)),
        *(f"c{i}" for i in range(1, 5)), "pre", "post", "later", "rater1", "rater2", "rater3",
        "recommend", "dropped_out", *STAGES,
    ]  # fmt: skip


def _person(random, number):
    use, care = random.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]])
    scale = [_answer(trait + random.normal(0, 0.8)) for trait in (use, use, use, care, care, care)]
    turned = 6 - _answer(use + random.normal(0, 0.8))
    test = [int(random.random() < 1 / (1 + np.exp(i / 2 - 1.5 - use))) for i in range(6)]
    choices = [right if random.random() < 0.6 else random.choice(list("abc")) for right in "abca"]
    arm = ("online", "usual")[number % 2]
    pre = round(4 + use / 2 + random.normal(0, 0.5), 1)
    post = round(pre + (0.8 if arm == "online" else 0.3) + random.normal(0, 0.5), 1)
    later = round(post + random.normal(-0.1, 0.5), 1) if random.random() < 0.85 else "NA"
    rating = _answer(care)
    raters = [min(5, max(1, rating + int(random.integers(-1, 2)))) for _ in range(3)]
    reached = int(random.integers(1, 5))
    return [
        number, SITES[number % 3], arm, *scale, turned, *test, *choices,
        min(pre, 7), min(post, 7), later, *raters, int(random.integers(3, 11)),
        int(random.random() < 0.3), *(int(place < reached) for place in range(4)),
    ]  # fmt: skip


def _answer(value):
    return int(np.clip(round(3 + value), 1, 5))


def visits(seed=11):
    """Return a CSV of observations: three months of each person."""
    random = np.random.default_rng(seed)
    site_effects = dict(zip(SITES, (0.5, -0.2, -0.3), strict=True))
    rows: list[list[object]] = [["person", "site", "arm", "month", "score"]]
    for number in range(1, PEOPLE + 1):
        site, arm, level = SITES[number % 3], ("online", "usual")[number % 2], random.normal()
        for month in (0, 3, 6):
            gain = 0.15 * month * (arm == "online")
            score = 5 + level + site_effects[site] + gain + random.normal(0, 0.6)
            rows.append([number, site, arm, month, round(score, 2)])
    return written(rows)


def data_for(method):
    """Return the data that a method's example is about."""
    return visits() if method.repeated else people()
