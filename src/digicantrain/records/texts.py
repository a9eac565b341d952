"""The texts of stored statements, never more of them at once than fit well into memory.

A statement may be as large as a request. So the small ones come with the rows that find them, and
each large one is asked for when its turn comes.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.db import models
from django.db.models import Case, F, Func, When
from django.db.models.lookups import LessThanOrEqual

from digicantrain.records.models import Statement

SMALL: Final = 20_000


class Size(Func):
    """How large a text is: its bytes on PostgreSQL, which has them at hand; else its letters."""

    function = "OCTET_LENGTH"
    arity = 1
    output_field = models.IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Older SQLite files know of letters only."""
        return self.as_sql(compiler, connection, function="LENGTH", **context)


LIGHT: Final = Case(When(LessThanOrEqual(Size("text"), SMALL), then=F("text")))


def together(rows: Iterable[tuple[int, str | None]], *, most: int) -> Iterator[dict[int, str]]:
    """Yield texts by their ids, in order, as many at a time as have `most` letters, or one.

    `rows` are pairs of an id and a text or None, as `values_list("pk", LIGHT)` gives them.
    """
    held: dict[int, str] = {}
    size = 0
    for number, light in rows:
        text = light
        if text is None:
            text = Statement.objects.values_list("text", flat=True).get(pk=number)
        if held and size + len(text) > most:
            yield held
            held, size = {}, 0
        held[number] = text
        size += len(text)
    if held:
        yield held
