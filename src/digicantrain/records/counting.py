"""Daily counts, carried on from where they ended: no page ever counts the whole store.

Statements that retention removes later stay counted: a count names nobody.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Count, F, QuerySet, Sum

from digicantrain.people.models import Organisation
from digicantrain.records import clock
from digicantrain.records.models import Counted, DailyCount, Statement
from digicantrain.records.rules import first_id

MOST_TAIL = 10_000


@dataclass(frozen=True)
class Day:
    """How many statements came on a day."""

    day: date
    statements: int


@dataclass(frozen=True)
class Tally:
    """What came on the last days; `more` says that today's number is not the whole yet."""

    days: list[Day]
    more: bool

    @property
    def statements(self) -> int:
        """All of these days together."""
        return sum(day.statements for day in self.days)


def carry_on(organisation: Organisation) -> int:
    """Add what came since the last time to the daily counts; return how many statements.

    It goes as far as every statement is certain to be seen, so none is missed and none counted
    twice, whoever stores meanwhile.
    """
    through = first_id(clock.microseconds(clock.consistent_through()) + 1)
    with transaction.atomic():
        mark, _made = Counted.objects.select_for_update().get_or_create(organisation=organisation)
        rows = Statement.objects.filter(
            organisation=organisation, id__gte=mark.through, id__lt=through
        )
        added = 0
        while (first := rows.order_by("id").only("id").first()) is not None:
            day = first.stored.date()
            end = clock.first_of(day + timedelta(days=1))
            added += _add(organisation, day=day, rows=rows.filter(id__lt=end))
            rows = rows.filter(id__gte=end)
        if through > mark.through:
            mark.through = through
            mark.save(update_fields=["through"])
    return added


def _add(organisation: Organisation, *, day: date, rows: QuerySet[Statement]) -> int:
    counts = dict(rows.order_by().values_list("verb_id").annotate(Count("id")))
    for verb, number in counts.items():
        row, made = DailyCount.objects.get_or_create(
            organisation=organisation, day=day, verb_id=verb, defaults={"statements": number}
        )
        if not made:
            DailyCount.objects.filter(pk=row.pk).update(statements=F("statements") + number)
    return sum(counts.values())


def tally(organisation: Organisation, *, days: int, today: date) -> Tally:
    """Return how many statements came on each of the last days, the newest day first.

    The rest since the daily counts ended is counted as far as ten thousand rows.
    """
    since = today - timedelta(days=days - 1)
    rows = DailyCount.objects.filter(organisation=organisation, day__gte=since)
    found = Counter(dict(rows.values_list("day").annotate(Sum("statements"))))
    mark = Counted.objects.filter(organisation=organisation).first()
    start = max(mark.through if mark else 0, clock.first_of(since))
    tail = Statement.objects.filter(organisation=organisation, id__gte=start).order_by("id")
    rest = list(tail.only("id")[: MOST_TAIL + 1])
    found.update(row.stored.date() for row in rest[:MOST_TAIL])
    each = [today - timedelta(days=number) for number in range(days)]
    return Tally([Day(day, found[day]) for day in each], len(rest) > MOST_TAIL)
