"""How long a credential is valid: calendar months from the day of issue, to the end of a day.

A moment that ends with a day in UTC is on the same day for everybody who reads the signed document.
"""

import calendar
from datetime import UTC, date, datetime, time

MOST_MONTHS = 240
_LAST_SECOND = time(23, 59, 59, tzinfo=UTC)


def months_later(day: date, months: int) -> date:
    """Return the day of the same number so many months later, or the last one of a shorter month.

    >>> months_later(date(2027, 1, 31), 1)
    datetime.date(2027, 2, 28)
    >>> months_later(date(2028, 2, 29), 12)
    datetime.date(2029, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def ends_at(issued_at: datetime, *, months: int) -> datetime | None:
    """Return the last second in which something is valid for so many months; None: it has no end.

    >>> ends_at(datetime(2027, 3, 5, 9, 30, tzinfo=UTC), months=24)
    datetime.datetime(2029, 3, 5, 23, 59, 59, tzinfo=datetime.timezone.utc)
    """
    if not months:
        return None
    day = months_later(issued_at.astimezone(UTC).date(), months)
    return datetime.combine(day, _LAST_SECOND)
