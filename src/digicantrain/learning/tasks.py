"""Mails that need not hold up a page."""

from django.db import transaction
from django_tasks import task

from digicantrain.base import mail
from digicantrain.base.localised import pick
from digicantrain.learning.enums import EnrolmentState
from digicantrain.learning.models import Enrolment
from digicantrain.people.models import Person
from digicantrain.programme.models import Module


@task()
def send_seat_free(enrolment_pk: int) -> int:
    """Write to somebody who moved up from the waiting list; she may have left meanwhile."""
    row = (
        Enrolment.objects.select_related("person", "cohort")
        .filter(pk=enrolment_pk, state=EnrolmentState.ACTIVE)
        .first()
    )
    if row is None:
        return 0
    mail.send(
        "seat_free",
        to=row.person.email,
        language=row.person.language,
        context={
            "name": row.person.first_name,
            "cohort": row.cohort.title,
            "enrolment": row.key,
        },
    )
    return 1


@task()
def announce(enrolments: list[int]) -> int:
    """Put a mail in the queue for each of many people who were enrolled, all or none."""
    with transaction.atomic():
        for pk in enrolments:
            send_enrolled.enqueue(pk)
    return len(enrolments)


@task()
def send_enrolled(enrolment_pk: int) -> int:
    """Write to somebody whom her site enrolled: where to go and how to sign in."""
    row = (
        Enrolment.objects.select_related("person", "cohort__organisation", "version__module")
        .defer("version__data")
        .filter(pk=enrolment_pk, state__in=(EnrolmentState.ACTIVE, EnrolmentState.WAITING))
        .first()
    )
    if row is None:
        return 0
    language = row.person.language
    mail.send(
        "enrolled",
        to=row.person.email,
        language=language,
        context={
            "name": row.person.first_name,
            "cohort": row.cohort,
            "provider": pick(row.cohort.organisation.name, language=language).text,
            "title": pick(row.version.title, language=language).text,
            "waiting": row.state == EnrolmentState.WAITING,
            "enrolment": row.key,
            "password": row.person.has_usable_password(),
        },
    )
    return 1


@task()
def send_withdrawn(person_pk: int, module_pk: int) -> int:
    """Write to somebody who learned a module that was withdrawn; she may be erased meanwhile."""
    person = Person.objects.filter(pk=person_pk).first()
    if person is None:
        return 0
    module = Module.objects.select_related("current").get(pk=module_pk)
    title = module.current.title if module.current else {}
    mail.send(
        "module_withdrawn",
        to=person.email,
        language=person.language,
        context={
            "name": person.first_name,
            "code": module.code,
            "title": pick(title, language=person.language).text,
            "reason": pick(module.withdrawn_reason, language=person.language).text,
        },
    )
    return 1
