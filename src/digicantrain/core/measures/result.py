"""The one shape of every result: a number that may be shown, or a reason why there is none."""

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from digicantrain import __version__


class Reason(StrEnum):
    """Why there is no number; the value is the code that stands in files."""

    TOO_FEW = "n-too-small"
    NO_VARIANCE = "zero-variance"
    ALL_MISSING = "all-missing"
    TOO_FEW_ITEMS = "too-few-items"
    NOT_FINITE = "not-finite"
    HIDDEN = "small-cell"

    @property
    def words(self) -> str:
        """The reason as a sentence."""
        return {
            Reason.TOO_FEW: "not computed: fewer than 5 complete answers",
            Reason.NO_VARIANCE: "not computed: everybody answered alike",
            Reason.ALL_MISSING: "not computed: no answers",
            Reason.TOO_FEW_ITEMS: "not computed: fewer than two items",
            Reason.NOT_FINITE: "not computed: the data hold values too large to compute with",
            Reason.HIDDEN: "hidden: the group is too small to be shown",
        }[self]


@dataclass(frozen=True)
class Interval:
    """A confidence interval, `level` as a share (0.95)."""

    low: float
    high: float
    level: float = 0.95


@dataclass(frozen=True)
class Effect:
    """An effect size with its name and interval."""

    name: str
    value: float
    interval: Interval | None = None


@dataclass(frozen=True)
class Result:
    """A statistic: `value` with `n`, interval, effect size and details, or a `reason`.

    `details` holds further figures by name (test statistics, degrees of freedom, p, means).
    """

    method: str
    source: str
    n: int
    value: float | None = None
    interval: Interval | None = None
    effect: Effect | None = None
    details: dict[str, float] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    reason: Reason | None = None
    software: str = f"digicantrain {__version__}"

    def to_json(self) -> dict[str, Any]:
        """Return plain values for a file."""
        return {**asdict(self), "reason": self.reason.value if self.reason else None}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Result":
        """Return the result that `to_json` wrote."""
        effect = data["effect"]
        if effect is not None:
            inner = effect["interval"]
            effect = Effect(effect["name"], effect["value"], Interval(**inner) if inner else None)
        return cls(
            **{
                **data,
                "interval": Interval(**data["interval"]) if data["interval"] else None,
                "effect": effect,
                "reason": Reason(data["reason"]) if data["reason"] else None,
                "warnings": tuple(data["warnings"]),
            }
        )
