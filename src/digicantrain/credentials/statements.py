"""What was earned, told to the record store of whoever issued it.

Neither key nor link of a credential stands there: it names its holder, and a statement outlives
her account under a pseudonym that must lead to nobody. A withdrawal is no act of the learner's and
is not told: whether a credential stands, its status list says.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from digicantrain.core.credentials.award import Achievement
from digicantrain.core.xapi.events import Activity, ActivityType, Event, Verb
from digicantrain.credentials.achievements import urn
from digicantrain.credentials.models import PathCertificate
from digicantrain.learning.models import Enrolment
from digicantrain.learning.statements import course, programme, tell_events
from digicantrain.people.models import Organisation, Person
from digicantrain.people.queries import key_of
from digicantrain.programme.models import ModuleVersion


def tell_earned(
    achievement: Achievement,
    *,
    version: ModuleVersion,
    to: Sequence[tuple[Person, Enrolment | None]],
    organisation: Organisation,
    now: datetime,
) -> None:
    """Append that each of these people earned an achievement, in an enrolment or without one."""
    within = course(version)
    badge = _badge(achievement.urn, {achievement.language: achievement.title})
    events = [
        Event(
            actor=person.pseudonym.key,
            verb=Verb.EARNED,
            activity=badge,
            at=now,
            registration=_registration(enrolment),
            parents=(within.activity, *within.parents),
            revision=str(version.number),
        )
        for person, enrolment in to
    ]
    if events:
        tell_events(events, organisation=organisation)


def tell_path(row: PathCertificate, *, to: Person) -> None:
    """Append that somebody earned the certificate of a path."""
    event = Event(
        actor=key_of(to),
        verb=Verb.EARNED,
        activity=_badge(urn(row.programme.slug, "path", row.path), row.title),
        at=row.issued_at,
        parents=(programme(row.programme),),
        revision=row.programme.version,
    )
    tell_events([event], organisation=row.organisation)


def _badge(iri: str, name: dict[str, str]) -> Activity:
    return Activity(iri, ActivityType.BADGE, name)


def _registration(enrolment: Enrolment | None) -> UUID | None:
    return enrolment.key if enrolment else None
