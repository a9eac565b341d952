"""The studies that measures.py measures: seeded data as CSV files, and what is computed of them."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from digicantrain.core import measures

Floats = npt.NDArray[np.float64]
Figures = dict[str, float]

SEED = 2026
PEOPLE, ITEMS, SITES, MONTHS = 10_000, 40, 50, 4
FACTORS = {f"f{f}": [f"x{i}" for i in range(6 * f - 5, 6 * f + 1)] for f in (1, 2, 3)}
IMPUTATIONS, ROUNDS = 20, 5
PRE = [f"pre{i}" for i in range(1, ITEMS + 1)]
POST = [f"post{i}" for i in range(1, ITEMS + 1)]


# --- data ---


def write_all(folder: Path) -> None:
    """Write every file of data, the same each time."""
    random = np.random.default_rng(SEED)
    _write_waves(folder, random)
    _write(folder / "rasch.csv", _right_answers(PEOPLE, ITEMS, random))
    _write(folder / "gaps.csv", _with_gaps(_related(1_000, 40, random), random))
    scales = _scales(1_000, random)
    _write(folder / "scales.csv", scales)
    _write(folder / "scales_gaps.csv", _with_gaps(scales, random))
    _write_months(folder, random)


def _write_waves(folder: Path, random: np.random.Generator) -> None:
    """Write two waves of a questionnaire: a row a person, and a row a person and wave."""
    level = random.normal(size=(PEOPLE, 1)) + 0.3 * random.normal(size=(SITES, 1))[_sites()]
    loading = random.uniform(0.4, 0.8, ITEMS)
    waves = [
        np.clip(np.round(3 + shift + loading * level + random.normal(size=(PEOPLE, ITEMS))), 1, 5)
        for shift in (0.0, 0.15)
    ]
    wide = {"person": range(1, PEOPLE + 1), "site": _sites() + 1}
    for names, wave in zip((PRE, POST), waves, strict=True):
        wide |= dict(zip(names, wave.T, strict=True))
    _write(folder / "wide.csv", wide)
    rows = {
        "person": [*wide["person"]] * 2,
        "site": [*wide["site"]] * 2,
        "wave": np.repeat([0, 1], PEOPLE),
        "score": np.concatenate([wave.mean(axis=1) for wave in waves]),
    }
    _write(folder / "long.csv", rows)


def _sites() -> npt.NDArray[np.int64]:
    return np.arange(PEOPLE) % SITES


def _write_months(folder: Path, random: np.random.Generator) -> None:
    """Write a score and a pass or fail of 2,000 people in each of some months."""
    people = np.repeat(np.arange(2_000), MONTHS)
    month = np.tile(np.arange(MONTHS), 2_000)
    start, slope = random.normal(size=2_000), 0.3 * random.normal(size=2_000)
    score = start[people] + (0.4 + slope[people]) * month + random.normal(size=len(people))
    passed = score + random.normal(size=len(people)) > 1
    columns = {"person": people + 1, "month": month, "score": score, "passed": passed.astype(int)}
    _write(folder / "months.csv", columns)


def _right_answers(n: int, k: int, random: np.random.Generator) -> dict[str, Any]:
    ability, difficulty = random.normal(size=(n, 1)), np.linspace(-1.5, 1.5, k)
    slope = random.uniform(0.8, 1.4, k)
    chance = 1 / (1 + np.exp(-slope * (ability - difficulty)))
    return _numbered((random.random((n, k)) < chance).astype(int))


def _related(n: int, k: int, random: np.random.Generator) -> dict[str, Any]:
    return _numbered(random.normal(size=(n, k)) + random.normal(size=(n, 1)))


def _scales(n: int, random: np.random.Generator) -> dict[str, Any]:
    common = random.normal(size=(n, 1))
    parts = [common + random.normal(size=(n, 1)) + random.normal(size=(n, 6)) for _ in FACTORS]
    return _numbered(np.hstack(parts))


def _numbered(table: npt.NDArray[Any]) -> dict[str, Any]:
    return {f"x{number}": column for number, column in enumerate(table.T, 1)}


def _with_gaps(columns: Mapping[str, Any], random: np.random.Generator) -> dict[str, Any]:
    """Return columns of which a tenth of the cells is missing."""
    return {
        name: np.where(random.random(len(values)) < 0.1, np.nan, values)
        for name, values in columns.items()
    }


def _write(path: Path, columns: Mapping[str, Any]) -> None:
    cells = [[_cell(value) for value in values] for values in columns.values()]
    lines = [",".join(columns), *map(",".join, zip(*cells, strict=True))]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _cell(value: float) -> str:
    return "" if value != value else f"{value:.15g}"  # noqa: PLR0124 - NaN differs from itself


# --- plans ---


def plans() -> dict[str, str]:
    """Return the plans of the pipeline by the name of the file of data they are for."""
    changes = [
        {"name": f"change {one}", "method": "paired_change", "before": one, "after": other}
        for one, other in zip(PRE, POST, strict=True)
    ]
    scale = [{"method": name, "items": PRE} for name in ("cronbach_alpha", "omega_total")]
    mixed = {
        "method": "linear_mixed_model",
        "outcome": "score",
        "fixed": ["wave"],
        "random": [{"group": "person"}],
    }
    wide = {"data": {"id": "person"}, "analyses": [*scale, *changes]}
    long = {"data": {"id": "person", "repeated": True}, "analyses": [mixed]}
    return {"wide": json.dumps(wide), "long": json.dumps(long)}


# --- what is computed ---


@dataclass(frozen=True)
class Studies:
    """The data in memory, and a function for each step that R has too."""

    folder: Path
    frames: dict[str, measures.Frame]

    @classmethod
    def of(cls, folder: Path) -> "Studies":
        """Read what the single statistics need."""
        names = ("long", "months", "rasch", "gaps", "scales", "scales_gaps")
        return cls(folder, {name: measures.read_frame(cls._text(folder, name)) for name in names})

    @staticmethod
    def _text(folder: Path, name: str) -> str:
        return (folder / f"{name}.csv").read_text(encoding="utf-8")

    def step(self, name: str) -> Callable[[], Figures]:
        """Return a step by the name that it has in R."""
        return getattr(self, name)  # type: ignore[no-any-return]

    def _columns(self, name: str) -> dict[str, Floats]:
        frame = self.frames[name]
        return {column: frame.numbers(column) for column in frame.columns}

    def _table(self, name: str) -> Floats:
        return self.frames[name].table(list(self.frames[name].columns))

    def pipeline(self) -> Figures:
        """Read, alpha, omega, 40 paired tests, mixed model: by functions."""
        frame = measures.read_frame(self._text(self.folder, "wide"))
        pre, post = frame.table(PRE), frame.table(POST)
        changes = [measures.paired_change(*pair) for pair in zip(pre.T, post.T, strict=True)]
        variables = {
            "person": measures.factor([*frame.labels("person")] * 2),
            "wave": np.repeat([0.0, 1.0], len(frame)),
            "score": np.concatenate([pre.mean(axis=1), post.mean(axis=1)]),
        }
        model = measures.MixedModel("score", ("wave",), (measures.RandomTerm("person"),))
        return {
            "alpha": _value(measures.cronbach_alpha(pre)),
            "omega": _value(measures.omega_total(pre)),
            **dict(_changes(changes)),
            **_effects(measures.linear_mixed_model(variables, model=model), with_df=True),
        }

    def pipeline_of_files(self) -> Figures:
        """Do the same by two plans, each with its file, up to the text of the results."""
        found = []
        for name, plan in plans().items():
            read = measures.read_plan(plan, data=self._text(self.folder, name))
            document = measures.run_plan(read)
            measures.written(document)
            results = [one for analysis in document["analyses"] for one in analysis["results"]]
            found += [
                measures.Result.from_json({k: v for k, v in one.items() if k != "group"})
                for one in results
            ]
        alpha, omega, *changes, mixed = found
        return {
            "alpha": _value(alpha),
            "omega": _value(omega),
            **dict(_changes(changes)),
            **_effects(mixed, with_df=True),
        }

    def nested(self) -> Figures:
        """Mixed model: person within site, two waves."""
        frame = self.frames["long"]
        variables = {
            "person": measures.factor(frame.labels("person")),
            "site": measures.factor(frame.labels("site")),
            **{name: frame.numbers(name) for name in ("wave", "score")},
        }
        random = (measures.RandomTerm("site"), measures.RandomTerm("person"))
        model = measures.MixedModel("score", ("wave",), random)
        return _effects(measures.linear_mixed_model(variables, model=model))

    def slopes(self) -> Figures:
        """Mixed model: intercept and slope of each person."""
        frame = self.frames["months"]
        variables = {
            "person": measures.factor(frame.labels("person")),
            **{name: frame.numbers(name) for name in ("month", "score")},
        }
        random = (measures.RandomTerm("person", ("month",)),)
        model = measures.MixedModel("score", ("month",), random)
        row = measures.linear_mixed_model(variables, model=model).table("fixed").row("month")
        return {"month": row["estimate"], "se": row["se"]}  # type: ignore[dict-item]

    def rasch(self) -> Figures:
        """Rasch model by conditional maximum likelihood."""
        return _rasch(self._table("rasch"))

    def two_parameters(self) -> Figures:
        """2PL model by marginal maximum likelihood."""
        found = measures.item_response_model(self._table("rasch"))
        return {"log_likelihood": found.details["log_likelihood"]}  # type: ignore[dict-item]

    def imputation(self) -> Figures:
        """Impute by predictive mean matching, a regression in each data set, pooled."""
        columns = self._columns("gaps")
        imputed = measures.impute(columns, m=IMPUTATIONS, rounds=ROUNDS, seed=1)
        model = measures.RegressionModel("x1", ("x2", "x3", "x4"))
        table = measures.pooled_regression(imputed, model=model).table("pooled")
        return {
            **_numbered_from("b", table.column("estimate"), 0),
            **_numbered_from("se", table.column("se"), 0),
        }

    def cfa_ml(self) -> Figures:
        """Three factors by maximum likelihood."""
        return self._factors("scales", "ml")

    def cfa_mlr(self) -> Figures:
        """Three factors, robust errors and test."""
        return self._factors("scales", "mlr")

    def cfa_fiml(self) -> Figures:
        """Three factors with gaps."""
        return self._factors("scales_gaps", "fiml")

    def _factors(self, name: str, estimator: Any) -> Figures:
        found = measures.confirmatory_factor_analysis(
            self._columns(name), factors=FACTORS, estimator=estimator
        )
        wanted = ["chisq", "cfi", "tli", "rmsea", "srmr"]
        wanted += ["chisq_scaled"] if estimator == "mlr" else []
        table = found.table("loadings")
        free = [row for row in table.rows if row[table.columns.index("se")] is not None]
        place = {name: table.columns.index(name) for name in ("loading", "se")}
        return {
            **{figure: found.details[figure] for figure in wanted},  # type: ignore[dict-item]
            **_numbered_from("loading", [row[place["loading"]] for row in free], 1),
            **_numbered_from("se", [row[place["se"]] for row in free], 1),
        }

    def gee(self) -> Figures:
        """Pass or fail by month, exchangeable within people."""
        frame = self.frames["months"]
        variables = {
            "person": measures.factor(frame.labels("person")),
            **{name: frame.numbers(name) for name in ("month", "passed")},
        }
        model = measures.RegressionModel("passed", ("month",))
        table = measures.estimating_equations(
            variables, model=model, cluster="person", family="binomial"
        ).table("coefficients")
        return {
            **_numbered_from("b", table.column("estimate"), 0),
            **_numbered_from("se", table.column("se"), 0),
        }


def _value(result: measures.Result) -> float:
    assert result.value is not None, result.reason  # noqa: S101 - a benchmark of nothing
    return result.value


def _changes(changes: Sequence[measures.Result]) -> Iterator[tuple[str, float]]:
    for number, one in enumerate(changes, 1):
        plain = one.to_json()
        yield f"mean{number}", plain["value"]
        yield f"low{number}", plain["interval"]["low"]
        yield f"high{number}", plain["interval"]["high"]
        yield f"t{number}", plain["details"]["t"]
        yield f"g_low{number}", plain["effect"]["interval"]["low"]
        yield f"g_high{number}", plain["effect"]["interval"]["high"]


def _effects(result: measures.Result, *, with_df: bool = False) -> Figures:
    row = result.table("fixed").row("wave")
    found: dict[str, Any] = {"wave": row["estimate"], "se": row["se"]}
    found |= {f"variance_{one[0]}": one[3] for one in result.table("random").rows}
    return found | {"df": row["df"]} if with_df else found


def _rasch(answers: Floats) -> Figures:
    found = measures.rasch_model(answers)
    return {
        **_numbered_from("difficulty", found.table("items").column("difficulty"), 1),
        "log_likelihood": found.details["log_likelihood"],  # type: ignore[dict-item]
    }


def _numbered_from(name: str, values: Sequence[Any], first: int) -> Figures:
    return {f"{name}{number}": float(value) for number, value in enumerate(values, first)}
