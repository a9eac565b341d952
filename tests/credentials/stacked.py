"""Modules with badges of their own, whole modules, paths of them, and endorsements."""

from typing import Any

from django.utils import timezone

from digicantrain.credentials import actions, endorsing
from digicantrain.credentials.models import Credential, Endorsement, PathCertificate
from digicantrain.learning import actions as learning
from digicantrain.learning.enums import EnrolledBy
from digicantrain.learning.models import Cohort
from digicantrain.people import actions as people
from digicantrain.people.models import Person
from digicantrain.programme.models import Module, Path
from tests.credentials.earned import issued

PRACTICE: dict[str, Any] = {
    "id": "practice",
    "units": ["u1"],
    "title": {"en": "Reading reports: practised", "fi": "Raporttien lukemista harjoiteltu"},
    "criteria": {"en": "All steps of unit 1 done.", "fi": "Jakson 1 kaikki vaiheet tehty."},
}
U1 = ["first-look", "small-check", "trial", "note"]


def with_badge(version, **changes):
    """Let the sample's first unit be earned alone."""
    credit = {**version.data["credit"], "badges": [{**PRACTICE, **changes}]}
    version.data = {**version.data, "credit": credit}
    version.save()
    return version


def do(enrolment, steps):
    """Do steps as a learner does, told to whoever listens."""
    for code in steps:
        step = enrolment.version.steps.get(code=code)
        learning.complete_step(enrolment, step=step, now=timezone.now())


def whole(version):
    """Let a module be earned as a micro-credential."""
    credit = {**version.data["credit"], "kind": "micro-credential"}
    version.data = {**version.data, "credit": credit}
    version.save()
    return version


def second_module(first, code="X3"):
    """Make another module with the same units and steps as the sample's."""
    module = Module.objects.create(programme=first.module.programme, code=code, order=9)
    there = first.__class__.objects.get(pk=first.pk)
    units = {row.pk: row for row in there.units.all()}
    steps = list(there.steps.order_by("pk"))
    outcomes = list(there.outcomes.all())
    there.pk, there.module, there.number = None, module, 1
    there._state.adding = True
    there.save()
    for row in units.values():
        row.pk, row.version = None, there
        row.save()
    for row in steps:
        row.unit = units[row.unit_id]
        row.pk, row.version = None, there
        row.save()
    for row in outcomes:
        row.pk, row.version = None, there
        row.save()
    module.current = there
    module.save()
    return there


def run_of(version, cohort):
    """Return a course run of another module, as an existing one."""
    return Cohort.objects.create(
        organisation=cohort.organisation,
        site=cohort.site,
        module=version.module,
        title=f"Run of {version.module.code}",
        starts_on=cohort.starts_on,
        ends_on=cohort.ends_on,
    )


def pair(cohort, *, code="pair"):
    """Return a path of two whole modules with the run of the second one, made when first asked."""
    there = Path.objects.filter(code=code).first()
    if there is not None:
        return there, Cohort.objects.get(module__code=there.modules[1])
    first = whole(cohort.module.current)
    second = second_module(first)
    path = Path.objects.create(
        programme=first.module.programme, code=code, modules=["X1", second.module.code], ects=2,
        title={"en": "Both of them", "fi": "Molemmat"}, summary={"en": "Two modules."},
    )  # fmt: skip
    return path, run_of(second, cohort)


def earned(cohort, person) -> Credential:
    """Enrol a person, let her earn what there is, and issue it."""
    row = learning.enrol(cohort, person=person, how=EnrolledBy.SELF)
    return issued(row)


def completed(cohort, person) -> PathCertificate:
    """Let a person complete a path of two modules and get its certificate."""
    from digicantrain.credentials import paths

    _path, other = pair(cohort)
    enrolment = cohort.enrolments.filter(person=person).first()
    if enrolment is None:
        earned(cohort, person)
    elif not Credential.objects.filter(enrolment=enrolment).exists():
        issued(enrolment)
    else:
        Credential.objects.filter(enrolment=enrolment).update(kind=Credential.Kind.MICRO_CREDENTIAL)
    earned(other, person)
    (made,) = paths.issue_completed(person, now=timezone.now())
    return made


def registrar_of(organisation, name="Otto Tamm") -> Person:
    """Make somebody who keeps the register of an organisation."""
    first = name.split()[0].lower()
    person = Person.objects.create_user(f"{first}@example.org", "correct horse battery", name=name)
    people.grant_role(person, role="registrar", organisation=organisation)
    return person


SAID = "We looked at the module and sent our nurses to it."


def asked(version, endorser, *, by, organisation=None) -> Endorsement:
    """Ask for an endorsement of a module, or of the organisation itself."""
    return endorsing.ask(
        organisation or version.module.programme.organisation,
        endorser=endorser, version=version, message="Please.", by=by, now=timezone.now(),
    )  # fmt: skip


def endorsed(version, endorser, *, by, giver=None, statement=SAID, organisation=None):
    """Ask, and let the other organisation's registrar sign."""
    row = asked(version, endorser, by=by, organisation=organisation)
    giver = giver or registrar_of(endorser)
    return endorsing.give(row, statement=statement, language="en", by=giver, now=timezone.now())


def keys_for(*organisations):
    """Give each organisation its first key."""
    for row in organisations:
        actions.key_for(row, now=timezone.now())
