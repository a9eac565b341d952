"""Why nothing may be issued to somebody: what she holds, and what was asked for already.

Each answer is one sentence. Many people are asked about at once, with one query for each question.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from digicantrain.credentials.models import Credential, IssueRequest
from digicantrain.people.models import Person

Pair = tuple[int, int]


class Obstacle(NamedTuple):
    """One sentence; `is_there` says that what is wanted is there, or on its way."""

    text: str
    is_there: bool = False


class HeldError(ValueError):
    """She has it already, or had it withdrawn: another one is not issued beside it."""


@contextmanager
def one_writer() -> Iterator[None]:
    """Write in one transaction; what the database holds apart is said in a sentence.

    Raises:
        HeldError: somebody else wrote the same at this very moment; nothing was written.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        raise HeldError(
            _("Somebody else issued or asked for the same at this moment. Look once more.")
        ) from None


def lock_people(people: Iterable[int]) -> list[Person]:
    """Lock people, in the order that every other locker keeps: nobody else issues to them now."""
    rows = Person.objects.select_for_update(no_key=True).filter(pk__in=list(people))
    return list(rows.select_related(None).order_by("pk"))


def held_by(people: Collection[int], *, versions: Collection[int]) -> dict[Pair, Obstacle]:
    """Return, by person and version, why what she holds leaves no room for another one.

    What was replaced or has expired does not stand in the way.
    """
    rows = Credential.objects.filter(
        person__in=people, version__in=versions, badge="", replaced_by=None
    ).values("person", "version", "revoked_at", "suspended_at", "expires_at")
    found = {(row["person"], row["version"]): _obstacle(row) for row in rows.order_by("-pk")}
    return {pair: obstacle for pair, obstacle in found.items() if obstacle}


def _obstacle(row: Mapping[str, Any]) -> Obstacle | None:
    if row["revoked_at"] is not None:
        return Obstacle(
            _(
                "The credential of this person for this version was withdrawn. "
                "Issue it again from its own page."
            )
        )
    if row["suspended_at"] is not None:
        return Obstacle(
            _(
                "The credential of this person for this version is suspended. "
                "Let that one stand again instead."
            )
        )
    if row["expires_at"] is not None and row["expires_at"] < timezone.now():
        return None
    return Obstacle(
        _("This person already holds a valid credential for this version of the module."),
        is_there=True,
    )


def asked_for(people: Collection[int], *, versions: Collection[int]) -> set[Pair]:
    """Return the people and versions for which a request is open."""
    rows = IssueRequest.objects.filter(
        person__in=people, version__in=versions, state__in=IssueRequest.OPEN
    )
    return {
        (person, version)
        for person, version in rows.values_list("person", "version")
        if person is not None
    }
