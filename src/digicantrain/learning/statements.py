"""What a learner does, told to the record store as core.xapi.profile says."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.conf import settings

from digicantrain.base.localised import pick
from digicantrain.core.xapi.events import (
    Activity,
    ActivityType,
    Event,
    Extension,
    Result,
    Verb,
    statement,
)
from digicantrain.learning.activities import kind_of
from digicantrain.learning.models import Enrolment
from digicantrain.people.models import Organisation
from digicantrain.programme.models import ModuleVersion, Programme, Step
from digicantrain.records.actions import append, append_all


@dataclass(frozen=True)
class Subject:
    """What something was done to: an activity, what it stands in, and how she met it there."""

    activity: Activity
    # the nearest first
    parents: tuple[Activity, ...]
    language: str = ""
    extensions: Mapping[Extension, Any] = field(default_factory=dict)

    def inner(self, activity: Activity, *, language: str = "") -> "Subject":
        """Return something inside it."""
        parents = (self.activity, *self.parents)
        return replace(self, activity=activity, parents=parents, language=language or self.language)

    def on_attempt(self, number: int) -> "Subject":
        """Say which attempt it belongs to."""
        return replace(self, extensions={**self.extensions, Extension.ATTEMPT: number})


def programme(row: Programme) -> Activity:
    """Return a programme."""
    return Activity(f"{settings.ORIGIN}/activities/{row.slug}", ActivityType.PROGRAMME)


def course(version: ModuleVersion) -> Subject:
    """Return a version of a module, which is what she learns."""
    whole = programme(version.module.programme)
    path = f"{version.module.code}/{version.number}"
    return Subject(whole.below(ActivityType.COURSE, path, name=version.title), (whole,))


def lesson(enrolment: Enrolment, step: Step) -> Subject:
    """Return a step of the version that she learns, in the language in which she meets it."""
    around = course(enrolment.version)
    kind = kind_of(step).told_as(step)
    activity = around.activity.below(kind, f"steps/{step.code}", name=step.title)
    return around.inner(activity, language=pick(step.title).language)


@dataclass(frozen=True)
class Deed:
    """What somebody did in an enrolment; if not said otherwise, to the course."""

    verb: Verb
    about: Subject | None = None
    result: Result | None = None


def tell(
    enrolment: Enrolment,
    verb: Verb,
    *,
    about: Subject | None = None,
    now: datetime,
    result: Result | None = None,
) -> None:
    """Append a statement about an enrolment; if not said otherwise it is about the course."""
    event = _event(enrolment, Deed(verb, about, result), now=now)
    append(organisation=enrolment.cohort.organisation, statement=_written(event))


def tell_deeds(enrolment: Enrolment, deeds: Iterable[Deed], *, now: datetime) -> None:
    """Append one statement for each of what was done at once in an enrolment, in that order."""
    events = [_event(enrolment, deed, now=now) for deed in deeds]
    if events:
        tell_events(events, organisation=enrolment.cohort.organisation)


def tell_all(enrolments: Iterable[Enrolment], verb: Verb, *, now: datetime) -> None:
    """Append one statement about the course for each of many enrolments of one provider."""
    rows = list(enrolments)
    if rows:
        tell_events(
            [_event(row, Deed(verb), now=now) for row in rows],
            organisation=rows[0].cohort.organisation,
        )


def tell_events(events: Iterable[Event], *, organisation: Organisation) -> None:
    """Append one statement for each event to the store of an organisation, all or none."""
    append_all(organisation=organisation, statements=[_written(one) for one in events])


def _event(enrolment: Enrolment, deed: Deed, *, now: datetime) -> Event:
    about = deed.about or course(enrolment.version)
    return Event(
        actor=enrolment.person.pseudonym.key,
        verb=deed.verb,
        activity=about.activity,
        at=now,
        registration=enrolment.key,
        result=deed.result,
        parents=about.parents,
        language=about.language,
        revision=str(enrolment.version.number),
        extensions=about.extensions,
    )


def _written(event: Event) -> dict[str, Any]:
    return statement(event, key=uuid.uuid4(), origin=settings.ORIGIN)
