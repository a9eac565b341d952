"""Fills the database that is measured: one module of 300 steps, one course run of 1,000 people.

`fill` makes what the pages show. `grow` adds what stands beside it on a busy platform, in other
course runs: a page that looks at more rows than its own gets slower by it.
"""

import copy
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from digicantrain.assessment import actions as testing
from digicantrain.assessment.models import Attempt, Item, Response
from digicantrain.core.markup import html
from digicantrain.credentials.actions import issue_for
from digicantrain.credentials.models import Credential
from digicantrain.evaluation.models import Instrument, Study, Wave
from digicantrain.learning.actions import enrol_many
from digicantrain.learning.enums import EnrolledBy, StepState
from digicantrain.learning.models import Cohort, Enrolment, StepProgress
from digicantrain.learning.queries import enrolments
from digicantrain.learning.roster import enrol_all, read
from digicantrain.people.actions import grant_role
from digicantrain.people.models import Organisation, Person, Pseudonym, Site
from digicantrain.programme.actions import import_programme
from digicantrain.programme.models import Module, ModuleVersion, Outcome, Programme, Step, Unit
from digicantrain.records.models import Statement

UNITS, STEPS_A_UNIT = 20, 15
PARTICIPANTS = 1_000
LEARNERS = 16
QUESTIONS = 10
OPTIONS = ("a", "b", "c", "d")
CREDENTIALS, STUDIES, STATEMENTS_EACH = 100, 5, 2
WORDS = "A nurse reads the report of the morning and decides whom to call first. " * 40


@dataclass
class Scene:
    """What the pages are asked for."""

    cohort: Cohort
    steps: list[Step]
    test: Step
    learners: list[Enrolment]
    participants: list[Enrolment]
    attempts: list[Attempt]
    trainer: Person
    credential: Credential
    sessions: dict[int, str]


def fill() -> Scene:
    """Fill an empty database."""
    with transaction.atomic():
        organisation = Organisation.objects.create(
            slug="bench",
            name={"en": "Benchmark Cancer Centre"},
            country="FI",
            contact_email="bench@example.org",
            quality_assurance={"en": "Internal"},
        )
        import_programme(settings.CONTENT, organisation=organisation)
        site = Site.objects.create(organisation=organisation, slug="a", name="A", country="FI")
        version = _module(Programme.objects.get())
        cohort = _cohort(version, site, title="Bench run")
        _studies(organisation, [cohort], first=0)
        people = [(f"p{number}", f"Participant {number}") for number in range(PARTICIPANTS)]
        lines = [f"{key}@bench.example,{name}" for key, name in people]
        data = "\n".join(["email,name", *lines]).encode()
        enrol_all(read(data, cohort=cohort), by=None)
        trainer = Person.objects.create_user("trainer@bench.example", name="Tuija Trainer")
        grant_role(trainer, role="trainer", organisation=organisation, site=site)
        return _scene(cohort, version, trainer)


def _scene(cohort: Cohort, version: ModuleVersion, trainer: Person) -> Scene:
    rows = list(enrolments().filter(cohort=cohort).order_by("pk"))
    steps = list(version.steps.select_related("unit").order_by("unit__order", "order"))
    test = next(step for step in steps if step.kind == "quiz")
    learners = rows[:LEARNERS]
    for row in learners:
        _learn(row, steps[: len(steps) // 2], last=steps[len(steps) // 2])
    _learn(rows[LEARNERS], [s for s in steps if s.unit.code == "u1"], last=steps[0])
    attempts = [testing.begin(row, step=test, now=timezone.now()) for row in learners]
    _pass(rows[LEARNERS], test)
    credential = issue_for(rows[LEARNERS], now=timezone.now())
    _copies(credential, CREDENTIALS - 1)
    people = [row.person for row in rows] + [trainer]
    return Scene(
        cohort=cohort,
        steps=steps,
        test=test,
        learners=learners,
        participants=rows[LEARNERS + 1 :],
        attempts=attempts,
        trainer=trainer,
        credential=credential,
        sessions={person.pk: _session(person) for person in people},
    )


def _module(programme: Programme) -> ModuleVersion:
    module = Module.objects.create(programme=programme, code="B300", order=99)
    first = {"en": {"title": "A long document", "html": f"<p>{WORDS * 10}</p>"}}
    version = ModuleVersion.objects.create(
        module=module,
        number=1,
        label="1.0.0",
        digest="b300" * 16,
        status=ModuleVersion.Status.COMPLETE,
        languages=["en"],
        title={"en": "A module of 300 steps"},
        summary={"en": "For measuring."},
        eqf=6,
        eqf_basis="self-assessed",
        ects="1",
        hours_per_ects="27",
        audiences=["nurse"],
        review_by=date(2099, 1, 1),
        licence="CC BY 4.0",
        data={
            "assessment": {
                "method": "scenario-test",
                "pass_mark": 70,
                "attempts": 3,
                "wait_hours": 0,
                "blueprint": [{"outcome": "O1", "difficulty": "apply", "count": QUESTIONS}],
            },
            "credit": {
                "kind": "badge",
                "units": ["u1"],
                "title": {"en": "Badge"},
                "participation": "online",
                "supervision": "unsupervised",
            },
            "documents": {f"d{number}": first for number in range(10)},
            "cases": {},
            "sources": [],
            "forms": {},
        },
    )
    module.current = version
    module.save()
    Outcome.objects.create(
        version=version, code="O1", text={"en": "decide"}, verb="decide", level="independent",
        kind="skill", competences=["D4.2"],
    )  # fmt: skip
    Item.objects.bulk_create(_items(version))
    for number in range(UNITS):
        _unit(version, number)
    return version


def _items(version: ModuleVersion) -> Iterator[Item]:
    for number in range(60):
        words = {
            "scenario": f"<p>{WORDS[:600]}</p>",
            "stem": "Whom do you call first?",
            "options": {key: f"The patient {key} of question {number}" for key in OPTIONS},
            "feedback": {key: f"Because of {key}: {WORDS[:200]}" for key in OPTIONS},
            "mistake": "",
            "read": "",
            "hint": "",
            "example": "",
        }
        yield Item(
            version=version,
            key=f"i{number}",
            use=Item.Use.PRACTICE if number < 20 else Item.Use.BANK,
            kind="choice",
            outcome="O1",
            difficulty="apply",
            answer="a",
            options=list(OPTIONS),
            words={"en": words},
            order=number,
        )


def _unit(version: ModuleVersion, number: int) -> None:
    unit = Unit.objects.create(
        version=version,
        code=f"u{number + 1}",
        written=True,
        title={"en": f"Unit {number + 1}: how to read what patients report"},
        order=number,
    )
    text = html(WORDS)
    Step.objects.bulk_create(
        Step(
            version=version,
            unit=unit,
            code=f"u{number + 1}-s{place + 1}",
            kind="quiz" if (number, place) == (0, STEPS_A_UNIT - 1) else "page",
            title={"en": f"Step {place + 1}: a report from home"},
            minutes=5,
            written=True,
            body={"en": [{"html": text}, {"question": f"i{number}"}, {"html": text}]},
            data={"draw": "blueprint"}
            if (number, place) == (0, STEPS_A_UNIT - 1)
            else {"documents": ["d1"]},
            order=place,
        )
        for place in range(STEPS_A_UNIT)
    )


def _cohort(version: ModuleVersion, site: Site, *, title: str) -> Cohort:
    today = timezone.now().date()
    return Cohort.objects.create(
        organisation=site.organisation,
        site=site,
        module=version.module,
        title=title,
        starts_on=today,
        ends_on=today + timedelta(days=90),
        seats=PARTICIPANTS * 2,
    )


def _studies(organisation: Organisation, cohorts: list[Cohort], *, first: int) -> None:
    """Give each course run studies of its own."""
    instrument = Instrument.objects.first()
    if instrument is None:
        raise SystemExit("The content has no questionnaire; a study needs one.")
    for number, cohort in enumerate(cohorts):
        for other in range(STUDIES if number or first else 1):
            study = Study.objects.create(
                organisation=organisation,
                slug=f"study-{first + number}-{other}",
                title={"en": "Does it work?"},
                lawful_basis="consent",
                ethics_reference="none",
                contact="bench@example.org",
                retention_until=date(2099, 1, 1),
                instrument=instrument,
            )
            Wave.objects.create(study=study, key=Wave.Key.PRE, order=0)
            study.cohorts.add(cohort)


def _learn(row: Enrolment, done: list[Step], *, last: Step) -> None:
    now = timezone.now()
    StepProgress.objects.bulk_create(
        StepProgress(
            enrolment=row,
            step=step,
            state=StepState.IN_PROGRESS if step.kind == "quiz" else StepState.DONE,
            completed_at=now,
        )
        for step in done
    )
    row.last_step, row.last_active_at = last, now
    row.save(update_fields=["last_step", "last_active_at"])


def _pass(row: Enrolment, test: Step) -> None:
    attempt = testing.begin(row, step=test, now=timezone.now())
    Response.objects.bulk_create(
        Response(attempt=attempt, item_id=drawn["item"], option="a", correct=True)
        for drawn in attempt.drawn
    )
    testing.hand_in(row, attempt=attempt, now=timezone.now())


def _session(person: Person) -> str:
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(person.pk)
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = person.get_session_auth_hash()
    store.create()
    return str(store.session_key)


def _copies(credential: Credential, number: int) -> None:
    """Put as many more credentials on the same status list; every tenth is withdrawn."""
    taken = credential.status_list.entries.count()
    rows = []
    for place in range(number):
        row = copy.copy(credential)
        row.pk, row.enrolment, row.person = None, None, None
        row.key, row.token, row.digest = uuid.uuid4(), uuid.uuid4().hex, uuid.uuid4().hex
        # steps of a prime never meet the same place twice within the list
        row.status_index = (credential.status_index + 7 * (taken + place)) % row.status_list.size
        row.revoked_at = timezone.now() if place % 10 == 0 else None
        rows.append(row)
    Credential.objects.bulk_create(rows, batch_size=200)


def grow(scene: Scene, *, times: int) -> None:
    """Multiply participants, enrolments, progress, statements, credentials and studies."""
    organisation, version = scene.cohort.organisation, scene.learners[0].version
    site = Site.objects.create(organisation=organisation, slug="b", name="B", country="FI")
    for number in range(1, times):
        with transaction.atomic():
            cohort = _cohort(version, site, title=f"Other run {number}")
            _studies(organisation, [cohort], first=number)
            _crowd(cohort, version, scene.steps[0], number=number)
            _copies(scene.credential, CREDENTIALS)


def _crowd(cohort: Cohort, version: ModuleVersion, step: Step, *, number: int) -> None:
    people = Person.objects.bulk_create(
        Person(
            email=f"q{number}-{place}@bench.example",
            name=f"Somebody {number} {place}",
            password=UNUSABLE_PASSWORD_PREFIX,
        )
        for place in range(PARTICIPANTS)
    )
    keys = Pseudonym.objects.bulk_create(Pseudonym(person=person) for person in people)
    rows = Enrolment.objects.bulk_create(
        Enrolment(cohort=cohort, person=person, version=version, how=EnrolledBy.FILE)
        for person in people
    )
    StepProgress.objects.bulk_create(StepProgress(enrolment=row, step=step) for row in rows)
    Statement.objects.bulk_create(
        Statement(
            organisation=cohort.organisation,
            timestamp=row.created_at,
            actor=key.key,
            verb="http://adlnet.gov/expapi/verbs/registered",
            activity="https://bench.example/activities/b300",
            registration=row.key,
            body={},
        )
        for row, key in zip(rows, keys, strict=True)
        for _ in range(STATEMENTS_EACH)
    )


def reset_tests(scene: Scene) -> None:
    """Let everybody begin the test anew."""
    Attempt.objects.filter(enrolment__in=scene.participants).delete()


def empty_runs(number: int, *, seats: int) -> list[Cohort]:
    """Open course runs in an empty database, with nobody in them."""
    organisation = Organisation.objects.create(
        slug="bench", name={"en": "Benchmark Cancer Centre"}, country="FI"
    )
    import_programme(settings.CONTENT, organisation=organisation)
    site = Site.objects.create(organisation=organisation, slug="a", name="A", country="FI")
    version = _module(Programme.objects.get())
    runs = [_cohort(version, site, title=f"Run {place}") for place in range(number)]
    Cohort.objects.update(seats=seats)
    return runs


def enrolled(runs: list[Cohort]) -> int:
    """Return how many people have a seat in course runs."""
    return Enrolment.objects.filter(cohort__in=runs, state="active").count()


def earned_run(people: int) -> Cohort:
    """Return a course run in an empty database, all of whose people have earned a badge of N1."""
    with transaction.atomic():
        organisation = Organisation.objects.create(
            slug="bench",
            name={"en": "Benchmark Cancer Centre"},
            country="FI",
            quality_assurance={"en": "Internal quality assurance"},
        )
        import_programme(settings.CONTENT, organisation=organisation)
        site = Site.objects.create(organisation=organisation, slug="a", name="A", country="FI")
        version = Module.objects.get(code="N1").current
        if version is None:
            raise SystemExit("The content has no module N1.")
        # few steps, so that filling the database does not take longer than measuring
        version.data["credit"]["units"] = ["u1"]
        version.save()
        run = _cohort(version, site, title="Earned")
        Cohort.objects.update(seats=people)
        made = Person.objects.bulk_create(
            Person(
                email=f"p{number}@bench.example",
                name=f"Participant {number}",
                password=UNUSABLE_PASSWORD_PREFIX,
            )
            for number in range(people)
        )
        Pseudonym.objects.bulk_create(Pseudonym(person=person) for person in made)
        enrol_many(run, people=made, how=EnrolledBy.FILE)
        _finish(run, version)
    return run


def _finish(run: Cohort, version: ModuleVersion) -> None:
    now = timezone.now()
    counted = Q(unit__code="u1") | Q(kind="feedback")
    steps = list(version.steps.filter(counted, written=True))
    StepProgress.objects.bulk_create(
        (
            StepProgress(
                enrolment=row, step=step, state=StepState.DONE, started_at=now, saved_at=now
            )
            for row in run.enrolments.all()
            for step in steps
        ),
        batch_size=5_000,
    )
