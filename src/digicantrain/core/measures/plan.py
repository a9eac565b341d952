"""A plan: which analyses of which columns; read, checked, run on data, written as a document.

A plan is a JSON object: `title`, `data` (id, missing, repeated, smallest_group, where) and
`analyses`, each with `method`, its arguments, and optional `name`, `where`, `by`. Reading and
running are pure: texts come in, a document goes out, the same for the same texts.
"""

import hashlib
import json
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from digicantrain import __version__
from digicantrain.core.measures.cells import suppress
from digicantrain.core.measures.checking import Context, Fault, column, faults_of, is_number, shown
from digicantrain.core.measures.frame import DataError, Frame, read_frame
from digicantrain.core.measures.hiding import hidden_result, without_few
from digicantrain.core.measures.methods import Method, find, known, nearest
from digicantrain.core.measures.methods.method import Kind
from digicantrain.core.measures.model_matrix import factor
from digicantrain.core.measures.people import People
from digicantrain.core.measures.result import Reason, Result
from digicantrain.core.measures.selection import faults_of_where, rows_of

FORMAT = "digicantrain-evaluation-1"
KEYS = ("title", "data", "analyses")
DATA_KEYS = ("id", "missing", "repeated", "smallest_group", "where")
STEP_KEYS = ("name", "method", "where", "by")
SMALLEST_GROUP = 5
NO_DATA = Frame({}, ())

__all__ = ["Fault", "Plan", "PlanError", "Step", "read_plan", "run_plan", "written"]


class PlanError(ValueError):
    """A plan or its data cannot be used; `faults` are all that was found."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


@dataclass(frozen=True)
class Options:
    """What a plan says of its data.

    `id` is the column of persons, who may stand in several rows only if `repeated`; what tells of
    fewer than `smallest_group` people is hidden, and nothing is where it is 1.
    """

    id: str | None = None
    missing: tuple[str, ...] = ()
    repeated: bool = False
    smallest_group: int = SMALLEST_GROUP
    where: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """One analysis: a method with all its arguments, on the rows that `where` keeps, `by` group."""

    place: str
    name: str
    method: Method
    arguments: Mapping[str, Any]
    where: Mapping[str, Any]
    by: str | None


@dataclass(frozen=True)
class Plan:
    """A plan that was found without fault for its data."""

    title: str
    steps: tuple[Step, ...]
    options: Options
    data: Frame
    plan_sha256: str
    data_sha256: str | None


def read_plan(plan: str, *, data: str | None = None) -> Plan:
    """Read a plan and its data.

    Args:
        plan: the JSON text of the plan.
        data: the CSV text of the data; None for a plan that needs none.

    Raises:
        PlanError: with all faults of the plan and its data, each with its place and how to mend it.
    """
    written_plan = _parse(plan)
    reader = _Reader(written_plan, data)
    if reader.faults:
        raise PlanError(tuple(dict.fromkeys(reader.faults)))
    return Plan(
        title=written_plan.get("title", ""),
        steps=tuple(reader.steps),
        options=reader.options,
        data=NO_DATA if reader.frame is None else reader.frame,
        plan_sha256=_sha256(plan),
        data_sha256=None if data is None else _sha256(data),
    )


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


# --- reading ---


def _parse(text: str) -> dict[str, Any]:
    try:
        found = json.loads(
            text.removeprefix("\ufeff"),
            object_pairs_hook=_without_doubles,
            parse_constant=_refuse_constant,
        )
        json.dumps(found, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        place = f"plan, line {error.lineno}, column {error.colno}"
        text = f"this is no JSON: {error.msg}. Check commas, quotes and brackets before it."
        raise PlanError([Fault(place, text)]) from None
    except UnicodeEncodeError:
        raise PlanError(
            [Fault("plan", "it holds half a character (\\ud800 to \\udfff).")]
        ) from None
    except RecursionError:
        raise PlanError([Fault("plan", "its objects stand too deep in one another.")]) from None
    except ValueError as error:
        raise PlanError([Fault("plan", f"{error}")]) from None
    if not isinstance(found, dict):
        raise PlanError([Fault("plan", "it must be an object: { ... } with 'analyses'.")])
    return found


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _value in pairs]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"{name!r} stands twice in one object. Take one out.")
    return dict(pairs)


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON. Write a number, or take it out.")


class _Reader:
    """Reads a parsed plan and its data; gathers faults rather than stopping at the first."""

    def __init__(self, plan: Mapping[str, Any], data: str | None) -> None:
        self.faults: list[Fault] = []
        self.steps: list[Step] = []
        self.frame: Frame | None = None
        self._has_data = data is not None
        self._unknown_keys("plan", plan, KEYS)
        if not isinstance(plan.get("title", ""), str):
            self._add("plan, title", f"must be a text, not {shown(plan['title'])}.")
        self.options = self._read_options(plan.get("data", {}))
        if data is not None:
            self._read_data(data)
        self._read_steps(plan.get("analyses"))

    def _add(self, place: str, text: str) -> None:
        self.faults.append(Fault(place, text))

    def _unknown_keys(self, place: str, given: Mapping[str, Any], keys: Sequence[str]) -> None:
        for name in given:
            if name not in keys:
                close = nearest(name, keys) or f" There are: {', '.join(keys)}."
                self._add(place, f"there is no {name[:80]!r} here.{close}")

    # options and data

    def _read_options(self, given: Any) -> Options:
        if not isinstance(given, dict):
            self._add("plan, data", f"must be an object, not {shown(given)}.")
            return Options()
        self._unknown_keys("plan, data", given, DATA_KEYS)
        before = len(self.faults)
        smallest = given.get("smallest_group", SMALLEST_GROUP)
        if isinstance(smallest, bool) or not isinstance(smallest, int) or smallest < 1:
            self._add("plan, data, smallest_group", "must be a whole number above zero.")
        if not isinstance(given.get("repeated", False), bool):
            self._add("plan, data, repeated", "must be true or false.")
        codes = given.get("missing", [])
        if not isinstance(codes, list) or not all(_is_code(code) for code in codes):
            self._add("plan, data, missing", 'must be a list of texts or numbers, like ["NA", -9].')
        if len(self.faults) > before:
            return Options()
        codes = tuple(code if isinstance(code, str) else f"{code:.15g}" for code in codes)
        id_column = given.get("id")
        repeated = given.get("repeated", False)
        return Options(id_column, codes, repeated, smallest, given.get("where", {}))

    def _read_data(self, text: str) -> None:
        try:
            self.frame = read_frame(text, missing=self.options.missing)
        except DataError as error:
            self._add("data", str(error))
            return
        self._check_ids(self.frame)
        where = Context("plan, data, where", self.frame)
        found = list(faults_of_where(self.options.where, context=where))
        self.faults += found
        if not found and self.options.where:
            self.frame = self.frame.where(rows_of(self.options.where, data=self.frame))

    def _check_ids(self, frame: Frame) -> None:
        name = self.options.id
        if name is None:
            return
        found = list(column(name, Context("plan, data, id", frame)))
        self.faults += found
        if found:
            return
        first: dict[str, int] = {}
        for line, label in zip(frame.lines, frame.labels(name), strict=True):
            if label is None:
                self._add("data", f"Line {line}, column {name!r}: the id is missing.")
                return
            if label in first and not self.options.repeated:
                self._add(
                    "data",
                    f"Line {line}, column {name!r}: {label[:40]!r} stands in line {first[label]} "
                    'already. Take one out, or say "repeated": true in the plan\'s data.',
                )
                return
            first.setdefault(label, line)

    # analyses

    def _read_steps(self, given: Any) -> None:
        if not isinstance(given, list) or not given:
            self._add("plan, analyses", "must be a list of at least one analysis.")
            return
        names: list[str] = []
        for number, one in enumerate(given, 1):
            if not isinstance(one, dict):
                self._add(f"analysis {number}", f"must be an object, not {shown(one)}.")
                continue
            self._read_step(number, one, names)

    def _read_step(self, number: int, given: Mapping[str, Any], names: list[str]) -> None:
        place, name = self._name(number, given, names)
        earlier = tuple(names)
        names.append(name)
        wanted = given.get("method")
        method = find(wanted) if isinstance(wanted, str) else None
        if method is None:
            text = (
                f"there is no method {shown(wanted)}.{nearest(wanted, known())}"
                if isinstance(wanted, str)
                else "has no 'method'. `digicantrain evaluate --list` names them."
            )
            self._add(place, text)
            return
        before = len(self.faults)
        where, by = self._rows(place, given)
        data = self._frame(where) if len(self.faults) == before else self.frame
        arguments = self._arguments(place, given, method, Context(place, data, earlier=earlier))
        if len(self.faults) > before:
            return
        for argument, text in method.objections(arguments):
            self._add(f"{place}, {argument}", text)
        self.steps.append(Step(place, name, method, arguments, where, by))

    def _name(self, number: int, given: Mapping[str, Any], names: Sequence[str]) -> tuple[str, str]:
        name = given.get("name")
        if name is None:
            method = str(given.get("method", "analysis"))[:80]
            name = method if method not in names else f"{method} ({number})"
        elif not isinstance(name, str) or not name.strip():
            self._add(f"analysis {number}, name", f"must be a text, not {shown(name)}.")
            name = f"analysis {number}"
        place = f"analysis {number} ({name[:60]})"
        if name in names:
            self._add(f"{place}, name", "stands twice. Give each analysis a name of its own.")
        return place, name

    def _rows(self, place: str, given: Mapping[str, Any]) -> tuple[dict[str, Any], str | None]:
        where, by = given.get("where", {}), given.get("by")
        self.faults += faults_of_where(where, context=Context(f"{place}, where", self.frame))
        if by is not None:
            self.faults += column(by, Context(f"{place}, by", self.frame))
        if (where or by is not None) and not self._has_data:
            self._add(place, "'where' and 'by' need data; there are none.")
        return where, by

    def _frame(self, where: Mapping[str, Any]) -> Frame | None:
        if self.frame is None or not where:
            return self.frame
        return self.frame.where(rows_of(where, data=self.frame))

    def _arguments(
        self, place: str, given: Mapping[str, Any], method: Method, context: Context
    ) -> dict[str, Any]:
        names = tuple(argument.name for argument in method.arguments)
        self._unknown_keys(place, given, (*STEP_KEYS, *names))
        labels = given.get("factors", ())
        labels = frozenset(map(str, labels)) if isinstance(labels, list) else frozenset()
        found: dict[str, Any] = {}
        for argument in method.arguments:
            value = given.get(argument.name)
            at = Context(f"{place}, {argument.name}", context.data, labels, context.earlier)
            if value is None:
                found[argument.name] = argument.default
                if argument.required:
                    self.faults.append(at.fault(f"is missing: {argument.wanted}."))
                continue
            if argument.kind.is_of_data and not self._has_data:
                self.faults.append(at.fault("names columns, but there are no data."))
                continue
            self.faults += faults_of(argument, value, context=at)
            found[argument.name] = value
        return found


def _is_code(value: Any) -> bool:
    return isinstance(value, str) or is_number(value)


# --- running ---

Progress = Callable[[str], object]


def run_plan(plan: Plan, *, progress: Progress | None = None) -> dict[str, Any]:
    """Run a plan and return the document of its results, as plain values for a file.

    Args:
        plan: as `read_plan` returned it.
        progress: called with the name of each analysis when it is done.

    Raises:
        PlanError: data that a method must refuse; nothing is returned then.
    """
    runner = _Runner(plan)
    analyses = []
    for step in plan.steps:
        analyses.append(runner.run(step))
        if progress:
            progress(step.name)
    if runner.faults:
        raise PlanError(runner.faults)
    return {
        "format": FORMAT,
        "title": plan.title,
        "software": f"digicantrain {__version__}",
        "plan_sha256": plan.plan_sha256,
        "data_sha256": plan.data_sha256,
        "rows": len(plan.data),
        "smallest_group": plan.options.smallest_group,
        "analyses": analyses,
    }


def written(document: Mapping[str, Any]) -> str:
    """Return a document as the text of a file: the same for the same document, to the byte."""
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


class _Runner:
    """Runs the analyses of a plan in their order and keeps what later ones ask for."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self.faults: list[Fault] = []
        self._found: dict[str, dict[str | None, Result]] = {}

    def run(self, step: Step) -> dict[str, Any]:
        """Return an analysis with its results as plain values."""
        data = self._plan.data
        if step.where:
            data = data.where(rows_of(step.where, data=data))
        groups = [(None, data)] if step.by is None else self._split(step, data)
        results = []
        self._found[step.name] = {}
        for group, part in groups:
            for result in self._results(step, group, part):
                self._found[step.name].setdefault(group, result)
                results.append({"group": group, **result.to_json()})
        return {
            "name": step.name,
            "method": step.method.name,
            "text": step.method.text,
            "arguments": dict(step.arguments),
            "where": dict(step.where),
            "by": step.by,
            "results": results,
        }

    def _results(self, step: Step, group: str | None, data: Frame | None) -> Iterator[Result]:
        if data is None:
            yield hidden_result(step.method.text, "")
            return
        people = self._all if data is self._plan.data else self._people(data)
        given = {**self._with_results(step, group)}
        if "smallest" in given:
            given["smallest"] = max(given["smallest"] or 1, people.smallest_count)
        try:
            found = step.method.run(data, given)
        except ValueError as error:
            if isinstance(error, np.linalg.LinAlgError):
                raise
            where = f", {step.by} {group!r}" if group is not None else ""
            self.faults.append(Fault(f"{step.place}{where}", str(error)))
            return
        for result in [found] if isinstance(found, Result) else found:
            yield _for_readers(guarded(result), step.method, given, people)

    @cached_property
    def _all(self) -> People:
        """The people of all rows, whom most analyses are about: told apart once."""
        return self._people(self._plan.data)

    def _people(self, data: Frame) -> People:
        options = self._plan.options
        return People(data, id_column=options.id, smallest=options.smallest_group)

    def _with_results(self, step: Step, group: str | None) -> Mapping[str, Any]:
        """Put the results of earlier analyses in the place of their names."""
        given = dict(step.arguments)
        for argument in step.method.arguments:
            if argument.kind is Kind.ANALYSES and given[argument.name] is not None:
                names = given[argument.name]
                given[argument.name] = [one for name in names for one in self._of(name, group)]
        return given

    def _of(self, name: str, group: str | None) -> Iterator[tuple[str, Result]]:
        """Yield an earlier analysis' result: of the same group, or of all its groups."""
        found = self._found.get(name, {})
        if group in found:
            yield name, found[group]
            return
        for other, result in found.items():
            yield name if other is None else f"{name}, {other}", result

    def _split(self, step: Step, data: Frame) -> list[tuple[str | None, Frame | None]]:
        """Return the rows of each group; none for a group that is too small to be shown.

        Who has no label is a group too, whose figures would follow from those of the others.
        """
        labels = factor(data.labels(step.by or ""))
        ids = data.labels(self._plan.options.id) if self._plan.options.id else range(len(data))
        people = Counter(code for code, _id in {*zip(labels.codes.tolist(), ids, strict=True)})
        counts = [people[code] for code in (*range(len(labels.levels)), -1)]
        cells = suppress(counts, smallest=self._plan.options.smallest_group)[:-1]
        return [
            (level, None if cell.hidden else data.where(labels.codes == code))
            for code, (level, cell) in enumerate(zip(labels.levels, cells, strict=True))
        ]


def _for_readers(
    result: Result, method: Method, given: Mapping[str, Any], people: People
) -> Result:
    """Return a result of which nothing tells of few people."""
    used = list(method.columns_in(given))
    if not method.of_people or not used:
        return result
    if people.are_few:
        return hidden_result(result.method, result.source)
    wanted = given.get("groups")
    small = result.reason is None and people.small_class(
        method.classes(people.data, given), used=() if method.fills_gaps else used, wanted=wanted
    )
    if small:
        why = f"A group of {small} has too few people. Leave it out, or put groups together."
        return hidden_result(result.method, result.source, why=why)
    dropped = [
        table
        for table, column in method.rows_of(given).items()
        if people.small_class([(column,)], used=used)
    ]
    return without_few(result, told=method.told, smallest=people.smallest_count, dropped=dropped)


def guarded(result: Result) -> Result:
    """Return the result, or a reason where a figure of it is not finite."""
    if all(math.isfinite(value) for value in figures_of(result)):
        return result
    return Result(result.method, result.source, n=result.n, reason=Reason.NOT_FINITE)


def figures_of(result: Result) -> Iterator[float]:
    """Yield every figure of a result that is no whole number."""
    intervals = [result.interval, result.effect.interval if result.effect else None]
    values: list[Any] = [result.value, result.effect.value if result.effect else None]
    values += [limit for one in intervals if one for limit in (one.low, one.high)]
    values += result.details.values()
    values += [value for table in result.tables for row in table.rows for value in row]
    yield from (value for value in values if isinstance(value, float))
