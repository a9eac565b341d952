"""Power and sample size in a plan; no data is needed."""

import math
from collections.abc import Callable
from functools import partial
from typing import cast

from digicantrain.core.measures.frame import Frame
from digicantrain.core.measures.methods.method import (
    Argument,
    Arguments,
    Kind,
    Method,
    Objections,
    choice,
    optional,
)
from digicantrain.core.measures.power import (
    SOURCE,
    Design,
    Test,
    detectable_effect,
    plan_sample,
    power_of_anova,
    power_of_chi_square,
    power_of_correlation,
    power_of_proportions,
    power_of_t_test,
    power_of_unequal_groups,
    sample_size,
)
from digicantrain.core.measures.result import Result

MOST_PEOPLE = 10_000_000
N = Argument("n", Kind.COUNT, "people (in each group)", most=MOST_PEOPLE)
D = Argument("d", Kind.NUMBER, "the standardised difference")
R = Argument("r", Kind.NUMBER, "the correlation")
F = Argument("f", Kind.NUMBER, "Cohen's f")
W = Argument("w", Kind.NUMBER, "Cohen's w")
P1 = Argument("p1", Kind.SHARE, "the share in one group")
P2 = Argument("p2", Kind.SHARE, "the share in the other group")
GROUPS = Argument("groups", Kind.COUNT, "how many groups", most=1000)
DF = Argument("df", Kind.COUNT, "degrees of freedom", most=100_000)
SIDES = choice("sides", "of the test", "two", "one")
ALPHA = optional("alpha", Kind.SHARE, "level of the test", default=0.05)
POWER = optional("power", Kind.SHARE, "the power that is wanted", default=0.8)
T_TEST = choice("test", "which t test", "two-sample", "paired", "one-sample")
LARGEST = 100.0
SMALLEST_ALPHA, LARGEST_ALPHA, LARGEST_POWER = 1e-9, 0.5, 0.999999
# what each test is told by, beside n and alpha, and the smallest n that makes sense
EFFECTS = {
    "two-sample": ("d",),
    "paired": ("d",),
    "one-sample": ("d",),
    "proportions": ("p1", "p2"),
    "anova": ("f", "groups"),
    "correlation": ("r",),
    "chi-square": ("w", "df"),
}
EFFECT_ARGUMENTS = tuple(
    optional(one.name, one.kind, one.text, most=one.most)
    for one in (D, P1, P2, F, GROUPS, R, W, DF)
)


def _power(test: str, given: Arguments) -> Callable[..., float]:
    """Return the power of a test as a function of what is not fixed yet."""
    alpha, sides = given["alpha"], given.get("sides", "two")
    functions: dict[str, Callable[..., float]] = {
        "proportions": partial(power_of_proportions, sides=sides),
        "anova": power_of_anova,
        "correlation": partial(power_of_correlation, sides=sides),
        "chi-square": power_of_chi_square,
    }
    found = functions.get(test) or partial(power_of_t_test, test=cast("Test", test), sides=sides)
    return partial(found, alpha=alpha)


def _told(test: str, given: Arguments) -> str:
    shown = ", ".join(f"{name} = {given[name]:g}" for name in EFFECTS[test])
    return f"{shown}, alpha {given['alpha']:g}"


def _of(test: str) -> Callable[[Frame, Arguments], Result]:
    """Return the run of a method that gives the power of a test."""

    def run(_data: Frame, given: Arguments) -> Result:
        which = given.get("test", test)
        effect = {name: given[name] for name in EFFECTS[which]}
        power = _power(which, given)(n=given["n"], **effect)
        method = f"Power of a test ({which}), {_told(which, given)}"
        return Result(method, SOURCE, n=given["n"], value=power)

    return run


def _unequal(_data: Frame, given: Arguments) -> Result:
    power = power_of_unequal_groups(
        n1=given["n1"],
        n2=given["n2"],
        d=given["d"],
        sides=given["sides"],
        alpha=given["alpha"],
    )
    method = f"Power of a t test of unequal groups, d = {given['d']:g}, alpha {given['alpha']:g}"
    return Result(method, SOURCE, n=given["n1"] + given["n2"], value=power)


def _sample_size(_data: Frame, given: Arguments) -> Result:
    test = given["test"]
    effect = {name: given[name] for name in EFFECTS[test]}
    power = partial(_power(test, given), **effect)
    smallest = 4.0 if test == "correlation" else 2.0
    n = sample_size(lambda people: power(n=people), power=given["power"], smallest=smallest)
    method = f"Sample size ({test}) at power {given['power']:g}, {_told(test, given)}"
    whole = math.ceil(n - 1e-9)
    return Result(method, SOURCE, n=whole, value=float(whole), details={"n_unrounded": n})


def _detectable(_data: Frame, given: Arguments) -> Result:
    test = given["test"]
    unknown, *others = EFFECTS[test]
    fixed = {name: given[name] for name in others} | {"n": given["n"]}
    power = _power(test, given)
    limit = 1 - 1e-9 if unknown == "r" else LARGEST

    def at(effect: float) -> float:
        return power(**{unknown: min(effect, limit)}, **fixed)

    effect = detectable_effect(at, power=given["power"])
    told = ", ".join(f"{name} = {value:g}" for name, value in fixed.items())
    method = f"Smallest {unknown} found ({test}) at power {given['power']:g}, {told}"
    return Result(method, SOURCE, n=given["n"], value=effect)


def _plan(_data: Frame, given: Arguments) -> Result:
    design = Design(given["cluster_size"], given["icc"], given["attrition"])
    return plan_sample(d=given["d"], test=given["test"], power=given["power"], design=design)


def _objections(given: Arguments) -> Objections:
    yield from _objections_to_effects(given, EFFECTS.get(given.get("test") or "", ()))


def _objections_to_detectable(given: Arguments) -> Objections:
    wanted = EFFECTS[given["test"]][1:]
    for name in EFFECTS[given["test"]][:1]:
        if given[name] is not None:
            yield name, "is what is looked for; take it out."
    yield from _objections_to_effects(given, wanted)


def _objections_to_effects(given: Arguments, needed: tuple[str, ...]) -> Objections:
    for name in needed:
        if given[name] is None:
            yield name, f"is needed for the test {given['test']!r}."
    yield from _out_of_range(given)


def _out_of_range(given: Arguments) -> Objections:
    limits = {"d": LARGEST, "f": LARGEST, "w": LARGEST, "r": 1 - 1e-9}
    for name, most in limits.items():
        value = given.get(name)
        if value is not None and not 0 < abs(value) <= most:
            yield name, f"must be other than 0 and at most {most:g} in size, not {value:g}."
    if not SMALLEST_ALPHA <= given.get("alpha", 0.05) <= LARGEST_ALPHA:
        yield "alpha", f"must be from {SMALLEST_ALPHA:g} to {LARGEST_ALPHA:g}, like 0.05."
    if given.get("power", 0.8) > LARGEST_POWER:
        yield "power", f"must be at most {LARGEST_POWER:g}, like 0.8."
    if given.get("groups") == 1:
        yield "groups", "must be two or more."
    if given.get("p1") is not None and given.get("p1") == given.get("p2"):
        yield "p2", "must differ from 'p1': no difference cannot be found."


def _objections_to_plan(given: Arguments) -> Objections:
    yield from _out_of_range(given)
    for name in ("icc", "attrition"):
        if not 0 <= given[name] <= 1 or (name == "attrition" and given[name] == 1):
            yield name, f"must be between 0 and 1, not {given[name]:g}."
    if not 1 <= given["cluster_size"] <= MOST_PEOPLE:
        yield "cluster_size", "must be 1 or more people, at most ten million."


def _method(test: str, name: str, text: str, *arguments: Argument, **example: object) -> Method:
    sided = () if test in {"anova", "chi-square"} else (SIDES,)
    return Method(
        name,
        text,
        (N, *arguments, *sided, ALPHA),
        _of(test),
        example={"method": name, **example},
        objections=_out_of_range,
    )


METHODS = (
    _method("two-sample", "power_of_t_test", "Power of a t test", D, T_TEST, n=64, d=0.5),
    Method(
        "power_of_unequal_groups",
        "Power of a t test between two groups of unequal size",
        (
            Argument("n1", Kind.COUNT, "people in one group", most=MOST_PEOPLE),
            Argument("n2", Kind.COUNT, "people in the other", most=MOST_PEOPLE),
            D,
            SIDES,
            ALPHA,
        ),
        _unequal,
        example={"method": "power_of_unequal_groups", "n1": 40, "n2": 90, "d": 0.5},
        objections=_out_of_range,
    ),
    _method(
        "proportions",
        "power_of_proportions",
        "Power to tell two shares apart, n in each group",
        *(P1, P2),
        n=100,
        p1=0.4,
        p2=0.6,
    ),
    _method(
        "anova",
        "power_of_anova",
        "Power of a one-way analysis of variance, n in each group",
        *(F, GROUPS),
        n=30,
        f=0.25,
        groups=4,
    ),
    _method(
        "correlation",
        "power_of_correlation",
        "Power to tell a correlation from nothing",
        R,
        n=85,
        r=0.3,
    ),
    _method(
        "chi-square",
        "power_of_chi_square",
        "Power of a chi-square test, n in all",
        *(W, DF),
        n=150,
        w=0.3,
        df=3,
    ),
    Method(
        "sample_size",
        "How many people a test needs (in each group), without clusters or drop-out",
        (choice("test", "which test", *EFFECTS), *EFFECT_ARGUMENTS, SIDES, ALPHA, POWER),
        _sample_size,
        example={"method": "sample_size", "test": "proportions", "p1": 0.4, "p2": 0.6},
        objections=_objections,
    ),
    Method(
        "detectable_effect",
        "The smallest effect that n people (in each group) let a test find",
        (
            N,
            choice("test", "which test", *(test for test in EFFECTS if test != "proportions")),
            *EFFECT_ARGUMENTS,
            SIDES,
            ALPHA,
            POWER,
        ),
        _detectable,
        example={"method": "detectable_effect", "test": "anova", "n": 30, "groups": 4},
        objections=_objections_to_detectable,
    ),
    Method(
        "plan_sample",
        "How many people to recruit for a difference, with clusters and drop-out",
        (
            D,
            T_TEST,
            POWER,
            optional("cluster_size", Kind.NUMBER, "people a cluster", default=1),
            optional("icc", Kind.NUMBER, "correlation of people in one cluster", default=0),
            optional("attrition", Kind.NUMBER, "the share of people lost", default=0),
        ),
        _plan,
        example={
            "method": "plan_sample",
            "d": 0.4,
            "cluster_size": 12,
            "icc": 0.05,
            "attrition": 0.2,
        },
        objections=_objections_to_plan,
    ),
)
