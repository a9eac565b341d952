"""Lists: sorted by a link from a fixed set of columns, a page at a time, or whole as CSV."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from digicantrain.core.tables import MAX_ROWS, write_csv

ON_A_PAGE = 20


@dataclass(frozen=True)
class Listing:
    """How a list is asked for: the columns that may sort it, and the first order.

    A column's name stands in the address; what it sorts by in the database stands only here.
    """

    request: HttpRequest
    columns: Mapping[str, str]
    first: str

    @property
    def sort(self) -> str:
        """The order that was asked for, if it is one of ours; a minus turns it round."""
        wanted = self.request.GET.get("sort", "")
        return wanted if wanted.removeprefix("-") in self.columns else self.first

    @property
    def wants_csv(self) -> bool:
        """Whether the whole list is wanted as a file."""
        return self.request.GET.get("as") == "csv"

    @property
    def query(self) -> str:
        """Filter and order, for the links to other pages."""
        return self._query_without("page", "as")

    @property
    def csv_link(self) -> str:
        """The address of the same list as a file."""
        return f"?{'&'.join(part for part in (self.query, 'as=csv') if part)}"

    def state_of(self, column: str) -> str:
        """Return how a column sorts now, in ARIA's words; nothing where it does not."""
        if self.sort.removeprefix("-") != column:
            return ""
        return "descending" if self.sort.startswith("-") else "ascending"

    def link_of(self, column: str) -> str:
        """Return the address that sorts by a column, or turns it round."""
        turned = f"-{column}" if self.state_of(column) == "ascending" else column
        rest = self._query_without("page", "as", "sort")
        return f"?{'&'.join(part for part in (rest, f'sort={turned}') if part)}"

    def ordered(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows in the order that was asked for; equal ones stay in one order."""
        down = "-" if self.sort.startswith("-") else ""
        return rows.order_by(f"{down}{self.columns[self.sort.removeprefix('-')]}", f"{down}pk")

    def page(self, rows: QuerySet[Any] | Sequence[Any], *, size: int = ON_A_PAGE) -> Page[Any]:
        """Return the page that was asked for; one that is not there is the nearest."""
        return Paginator(rows, size).get_page(self.request.GET.get("page"))

    def _query_without(self, *names: str) -> str:
        query = self.request.GET.copy()
        for name in names:
            query.pop(name, None)
        return query.urlencode()


def csv_file(name: str, *, header: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """Hand a table over for a spreadsheet; the mark at its head tells Excel that it is UTF-8."""
    return HttpResponse(
        write_csv(header, rows=rows).encode("utf-8-sig"),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


def first_rows(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Return as many rows as a file may hold."""
    return rows[:MAX_ROWS]
