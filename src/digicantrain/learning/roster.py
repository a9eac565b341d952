"""A CSV file of people becomes enrolments: first looked at, then written whole or not at all."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from digicantrain.core.tables import Fault, Row, Table, read_csv
from digicantrain.learning import actions, tasks
from digicantrain.learning.enums import EnrolledBy, EnrolmentState
from digicantrain.learning.models import Cohort, Enrolment
from digicantrain.people.actions import record
from digicantrain.people.enums import Profession
from digicantrain.people.models import People, Person, Pseudonym

REQUIRED = ("email", "name")
OPTIONAL = ("language", "profession", "country")
COUNTRY = re.compile(r"^[A-Z]{2}$")


@dataclass(frozen=True)
class Wanted:
    """One person to enrol."""

    line: int
    email: str
    name: str
    language: str
    profession: str
    country: str


@dataclass
class Plan:
    """What the file would do: its faults, whom it would make, whom it would enrol."""

    cohort: Cohort
    rows: list[Wanted] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    new_people: int = 0
    already: int = 0
    waiting: int = 0

    def summary(self) -> str:
        """Say in a sentence what enrolling would do."""
        enrolled = len(self.rows) - self.already
        return _(
            "%(rows)d people: %(new)d new accounts, %(enrolled)d enrolments, "
            "%(waiting)d of them on the waiting list, %(already)d already enrolled."
        ) % {
            "rows": len(self.rows),
            "new": self.new_people,
            "enrolled": enrolled,
            "waiting": self.waiting,
            "already": self.already,
        }


@dataclass(frozen=True)
class Report:
    """What enrolling did."""

    new_people: int
    enrolled: int
    waiting: int
    already: int

    def __str__(self) -> str:
        return _(
            "Done: %(new)d new accounts, %(enrolled)d enrolled, %(waiting)d on the waiting list, "
            "%(already)d were enrolled before."
        ) % {
            "new": self.new_people,
            "enrolled": self.enrolled,
            "waiting": self.waiting,
            "already": self.already,
        }


def read(data: bytes, *, cohort: Cohort) -> Plan:
    """Look at a file without writing anything.

    Raises:
        TableError: the file as a whole cannot be read.
        EnrolmentError: nobody can join this course run any more.
    """
    actions.version_to_begin(cohort, now=timezone.now())
    table = read_csv(data, required=REQUIRED, optional=OPTIONAL)
    plan = Plan(cohort=cohort, faults=list(table.faults), ignored=table.ignored)
    _take_rows(table, plan=plan)
    _count(plan)
    return plan


def _take_rows(table: Table, *, plan: Plan) -> None:
    seen: dict[str, int] = {}
    for row in table.rows:
        faults = list(_faults_of(row))
        email = People.normalize_email(row.cells["email"])
        if email in seen:
            faults.append(
                Fault(row.line, "email", _("The same address stands in line %d.") % seen[email])
            )
        seen.setdefault(email, row.line)
        plan.faults += faults
        if not faults:
            plan.rows.append(_wanted(row, cohort=plan.cohort))


def _wanted(row: Row, *, cohort: Cohort) -> Wanted:
    return Wanted(
        line=row.line,
        email=People.normalize_email(row.cells["email"]),
        name=row.cells["name"],
        language=row.cells.get("language", "") or cohort.language,
        profession=row.cells.get("profession", ""),
        country=row.cells.get("country", "").upper(),
    )


def _faults_of(row: Row) -> list[Fault]:
    checks = (
        ("email", email_fault(row.cells["email"])),
        ("name", name_fault(row.cells["name"])),
        ("language", _language_fault(row.cells.get("language", ""))),
        ("profession", _profession_fault(row.cells.get("profession", ""))),
        ("country", _country_fault(row.cells.get("country", ""))),
    )
    return [Fault(row.line, name, text) for name, text in checks if text]


def email_fault(value: str) -> str:
    """Return what is wrong with an address, or nothing."""
    if not value.isascii():
        return (
            _("%s has letters outside a to z, which can look like others. Type it again.") % value
        )
    try:
        validate_email(value)
    except ValidationError:
        return _("“%s” is not an e-mail address.") % value
    return ""


def name_fault(value: str) -> str:
    """Return what is wrong with a name, or nothing."""
    if not value:
        return _("The name is empty.")
    if len(value) > 200 or not value.isprintable():
        return _("The name is longer than 200 characters or holds signs that cannot be shown.")
    return ""


def _language_fault(value: str) -> str:
    codes = [code for code, _name in settings.LANGUAGES]
    if value and value not in codes:
        return _("“%(value)s” is not one of the languages %(codes)s.") % {
            "value": value,
            "codes": ", ".join(codes),
        }
    return ""


def _profession_fault(value: str) -> str:
    if value and value not in Profession.values:
        return _("“%(value)s” is not one of %(known)s.") % {
            "value": value,
            "known": ", ".join(v for v in Profession.values if v),
        }
    return ""


def _country_fault(value: str) -> str:
    if value and not COUNTRY.match(value.upper()):
        return _("Write the country as two letters, for example FI.")
    return ""


def _count(plan: Plan) -> None:
    emails = [row.email for row in plan.rows]
    known = set(Person.objects.filter(email__in=emails).values_list("email", flat=True))
    enrolled = set(
        Enrolment.objects.filter(cohort=plan.cohort, person__email__in=emails)
        .exclude(state=EnrolmentState.LEFT)
        .values_list("person__email", flat=True)
    )
    plan.new_people = len(plan.rows) - len(known)
    plan.already = len(enrolled)
    free = max(0, actions.free_seats(plan.cohort))
    plan.waiting = max(0, len(plan.rows) - len(enrolled) - free)


def enrol_all(
    plan: Plan, *, by: Person | None, progress: Callable[[int], object] = lambda _n: None
) -> Report:
    """Make the accounts that are missing and enrol everybody, in one transaction.

    Doing it again changes nothing. An account that exists keeps its name and settings.
    """
    if plan.faults:
        raise ValueError(_("The file has faults; nobody was enrolled."))
    now = timezone.now()
    with transaction.atomic():
        cohort = Cohort.objects.select_for_update().get(pk=plan.cohort.pk)
        made = make_people(plan.rows)
        people = Person.objects.in_bulk([row.email for row in plan.rows], field_name="email")
        result = actions.enrol_many(
            cohort,
            people=[people[row.email] for row in plan.rows],
            how=EnrolledBy.FILE,
            progress=progress,
            now=now,
        )
        _announce(cohort.enrolments.filter(created_at=now))
        record(
            "enrolled-by-file",
            actor=by,
            subject=f"cohort:{cohort.key}",
            data={"accounts": made, "enrolled": result.enrolled, "waiting": result.waiting},
        )
    return Report(
        new_people=made,
        enrolled=result.enrolled,
        waiting=result.waiting,
        already=result.already,
    )


def _announce(rows: QuerySet[Enrolment]) -> None:
    """Have everybody written to who did not come by herself: else she would never know."""
    keys = list(rows.values_list("pk", flat=True))
    for start in range(0, len(keys), actions.BATCH):
        tasks.announce.enqueue(keys[start : start + actions.BATCH])


def make_people(rows: list[Wanted]) -> int:
    """Make the accounts that are missing and return how many; one that exists is left alone."""
    emails = [row.email for row in rows]
    known = set(Person.objects.filter(email__in=emails).values_list("email", flat=True))
    new = [
        Person(
            email=row.email,
            name=row.name,
            language=row.language,
            profession=row.profession,
            country=row.country,
            # no password: she sets one, or signs in by a code sent to this address
            password=UNUSABLE_PASSWORD_PREFIX,
        )
        for row in rows
        if row.email not in known
    ]
    made = Person.objects.bulk_create(new, batch_size=500)
    Pseudonym.objects.bulk_create([Pseudonym(person=person) for person in made], batch_size=500)
    # not verified: the code or the link that she asks for proves that the address is hers
    addresses = [EmailAddress(user=person, email=person.email, primary=True) for person in made]
    EmailAddress.objects.bulk_create(addresses, batch_size=500)
    return len(made)
