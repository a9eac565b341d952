"""The methods in words: for a terminal, and for the documents, which a test holds against it."""

import json
from collections.abc import Iterator
from typing import Any

from digicantrain.core.measures.methods import families
from digicantrain.core.measures.methods.method import Argument, Method

HEADINGS = {
    "reliability": "Reliability",
    "items": "Item analysis",
    "rasch": "Rasch model",
    "irt": "Item response models",
    "dif": "Differential item functioning",
    "cfa": "Confirmatory factor analysis",
    "change": "Change",
    "groups": "Groups and waves",
    "covariance": "Analysis of variance and covariance",
    "mixed": "Mixed models",
    "regression": "Regression",
    "missing": "Missing answers",
    "agreement": "Agreement",
    "proportions": "Shares and tables",
    "baseline": "Baseline",
    "power": "Power and sample size",
    "multiplicity": "Many tests",
    "flow": "Participant flow",
    "cells": "Small cells",
}


def as_text() -> str:
    """Return all methods with their arguments, by family, for a terminal."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    for family, methods in families().items():
        yield HEADINGS.get(family, family)
        for method in methods:
            yield f"  {described(method)}".replace("\n", "\n  ")
        yield ""


def described(method: Method) -> str:
    """Return a method with its arguments, a line each."""
    width = max(len(argument.name) for argument in method.arguments)
    lines = [f"{method.name}: {method.text}"]
    lines += [f"  {one.name:<{width}}  {_argument(one)}" for one in method.arguments]
    return "\n".join(lines)


def _argument(argument: Argument) -> str:
    if argument.required:
        return f"{argument.wanted}: {argument.text}"
    default = argument.default
    if default is None or default == ():
        return f"{argument.wanted}, may be left out: {argument.text}"
    return f"{argument.wanted}, else {json.dumps(default)}: {argument.text}"


def example_of(method: Method) -> dict[str, Any]:
    """Return a plan with the example of a method."""
    plan: dict[str, Any] = {"title": method.text}
    if any(argument.kind.is_of_data and argument.name in method.example
           for argument in method.arguments):  # fmt: skip
        plan["data"] = {"id": "person", "missing": ["NA"]}
        if method.repeated:
            plan["data"]["repeated"] = True
    plan["analyses"] = [dict(method.example)]
    return plan


def written_example(method: Method) -> str:
    """Return the example plan of a method as the text of a file."""
    return json.dumps(example_of(method), indent=2, ensure_ascii=False)


def as_markdown() -> str:
    """Return all methods with arguments and examples, by family, for the documents."""
    return "\n".join(_markdown())


def _markdown() -> Iterator[str]:
    for family, methods in families().items():
        yield f"## {HEADINGS.get(family, family)}\n"
        yield f"Definitions, assumptions, sources: [{family}.md]({family}.md).\n"
        for method in methods:
            yield f"### `{method.name}`\n"
            yield f"```text\n{described(method)}\n```\n"
            yield f"```json\n{json.dumps(dict(method.example), ensure_ascii=False)}\n```\n"
