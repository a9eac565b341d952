"""Credit arithmetic: minutes, hours, ECTS; each figure with its formula.

ECTS: 25 to 30 hours a credit, ECTS Users' Guide 2015, doi:10.2766/87192. Below one whole credit a
certificate is a badge and states hours only. CME is another clock and is never computed from these.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

MINUTES = Decimal(60)


class CreditError(ValueError):
    """Figures of credit do not fit together."""


@dataclass(frozen=True)
class Workload:
    """Minutes of learning, with the provider's hours for one credit."""

    minutes: int
    hours_per_ects: Decimal

    def __post_init__(self) -> None:
        if not Decimal(25) <= self.hours_per_ects <= Decimal(30):
            raise CreditError(
                f"One ECTS credit is 25 to 30 hours; {self.hours_per_ects} was given."
            )
        if self.minutes < 0:
            raise CreditError("Minutes of learning cannot be negative.")

    @property
    def hours(self) -> Decimal:
        """Hours, to one decimal place."""
        return (Decimal(self.minutes) / MINUTES).quantize(Decimal("0.1"), ROUND_HALF_UP)

    @property
    def whole_ects(self) -> int:
        """Whole credits that these minutes make up."""
        return int(Decimal(self.minutes) / MINUTES / self.hours_per_ects)

    @property
    def hours_and_minutes(self) -> tuple[int, int]:
        """Hours and the minutes left over."""
        return divmod(self.minutes, 60)


def workload(minutes: Iterable[int], *, hours_per_ects: Decimal) -> Workload:
    """Add up activities."""
    return Workload(sum(minutes), hours_per_ects)


def minutes_of(ects: Decimal, *, hours_per_ects: Decimal) -> Decimal:
    """Return the minutes that a number of credits stands for: ects x hours x 60."""
    return ects * hours_per_ects * MINUTES


def formula(ects: Decimal, *, hours_per_ects: Decimal) -> str:
    """Return the formula of a number of credits, for example `1 ECTS = 27 h`."""
    hours = (ects * hours_per_ects).normalize()
    return f"{ects.normalize():f} ECTS = {hours:f} h"


@dataclass(frozen=True)
class Claim:
    """What one credential counts in one currency, by the activities that it rests on."""

    currency: str
    amounts: Mapping[str, Decimal]


def totals(claims: Iterable[Claim]) -> dict[str, Decimal]:
    """Return the sum in each currency; an activity counts once in it, with its largest amount.

    So a unit's badge and the module that holds the unit, a module taken twice, or hours that were
    recognised and later studied, are never counted double. Currencies are never added up.

    >>> badge = Claim("hours", {"N1/u1": Decimal(1)})
    >>> module = Claim("hours", {"N1/u1": Decimal(1), "N1/u2": Decimal(2)})
    >>> totals([badge, module, Claim("ECTS", {"N1": Decimal(1)})])
    {'hours': Decimal('3'), 'ECTS': Decimal('1')}
    """
    counted: dict[str, dict[str, Decimal]] = {}
    for claim in claims:
        known = counted.setdefault(claim.currency, {})
        for activity, amount in claim.amounts.items():
            if amount < 0:
                raise CreditError("An amount of credit cannot be negative.")
            known[activity] = max(amount, known.get(activity, Decimal(0)))
    return {currency: sum(known.values(), Decimal(0)) for currency, known in counted.items()}
