"""An invented pilot: learners from a seeded generator answer the real questionnaires and tests."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX

from digicantrain.assessment import actions as testing
from digicantrain.assessment.models import Attempt, Item, Response
from digicantrain.credentials.tasks import issue_cohort
from digicantrain.evaluation import actions as studies
from digicantrain.evaluation.models import Instrument, Participant, Study, Wave
from digicantrain.learning import actions as learning
from digicantrain.learning.enums import EnrolledBy, StepState
from digicantrain.learning.models import Cohort, CourseFeedback, Enrolment, StepProgress
from digicantrain.people.models import Organisation, Person, Site
from digicantrain.programme.models import Module, Step

SEED = 20_261_124
LEARNERS = 120
MODULE = "N1"
# Invented growth in points of the scale, by domain: the module's own subject grows most.
GROWTH = {"D1": 0.25, "D2": 0.3, "D3": 0.35, "D4": 0.75, "D5": 0.05}
PROFESSIONS = ("nurse",) * 8 + ("doctor", "other-clinical", "non-clinical", "gp")
# Invented share of those who complete the module after they started it, by site.
STAYS = {"turku": 0.9, "tampere": 0.8, "tartu": 0.75, "tallinn": 0.85, "athens": 0.65}
# Invented shares of those who go on: eligible, consenting, answering before, starting, after.
GOES_ON = (0.94, 0.88, 0.93, 0.88, 0.9)
WITHDRAWS = 0.05
# Invented shares of questions left out by oversight, and of people who stop before the end.
SKIPS, STOPS = 0.015, 0.06


class Learner(NamedTuple):
    """An invented learner: how able she is, and how far she will come."""

    person: Person
    enrolment: Enrolment
    ability: float
    eligible: bool
    consents: bool
    answers_before: bool
    starts: bool
    completes: bool
    answers_after: bool
    withdraws: bool
    random: Random


def open_runs(
    organisation: Organisation, *, sites: dict[str, Site], people: dict[str, Person], now: datetime
) -> None:
    """Open the pilot's course runs, one a site, and a run that anybody may join today."""
    module = Module.objects.get(programme__organisation=organisation, code=MODULE)
    today = now.date()
    for slug, site in sites.items():
        Cohort.objects.create(
            organisation=organisation,
            site=site,
            module=module,
            title=f"Pilot {site.city} (invented)",
            starts_on=today - timedelta(days=90),
            ends_on=today + timedelta(days=30),
            seats=LEARNERS,
            open_to_all=False,
            is_demo=True,
        )
        if slug == "turku":
            run = Cohort.objects.create(
                organisation=organisation,
                site=site,
                module=module,
                title="Open run (invented)",
                starts_on=today - timedelta(days=7),
                ends_on=today + timedelta(days=180),
                seats=40,
                is_demo=True,
            )
            learning.enrol(run, person=people["aino"], how=EnrolledBy.SELF, now=now)


def study(organisation: Organisation, *, now: datetime) -> Study:
    """Set up the study of the pilot, with its plan frozen before the first answer."""
    instrument = Instrument.objects.filter(slug="competence-self-assessment").latest("pk")
    row = Study(
        organisation=organisation,
        slug="demo-pilot",
        title={
            "en": "Does N1 change what people say they can do?",
            "fi": "Muuttaako N1 sitä, mitä ihmiset sanovat osaavansa?",
        },
        information={
            "en": "This is a demonstration. We compare how people rate their own competence "
            "before and after the module on remote symptom monitoring.",
            "fi": "Tämä on esittely. Vertaamme, miten ihmiset arvioivat omaa osaamistaan "
            "ennen oireiden etäseurannan moduulia ja sen jälkeen.",
        },
        lawful_basis="consent, GDPR Article 6(1)(a) (invented study)",
        ethics_reference="none: invented data",
        contact="research@demo.example",
        retention_until=now.date() + timedelta(days=3 * 365),
        instrument=instrument,
        plan=studies.plan_for("D4"),
        is_demo=True,
    )
    studies.set_up(row, cohorts=Cohort.objects.filter(organisation=organisation), by=None)
    return studies.freeze_plan(row, by=None, now=now - timedelta(days=95))


def run(
    study: Study, *, now: datetime, progress: Callable[[int], object] = lambda _done: None
) -> None:
    """Let 120 invented people go through the pilot; the same seed and `now` give the same data."""
    cohorts = list(study.cohorts.filter(open_to_all=False).select_related("site").order_by("pk"))
    for number in range(1, LEARNERS + 1):
        learner = _invent(number, cohorts[number % len(cohorts)], now)
        _decide(study, learner, now=now)
        if learner.answers_before:
            _answer(study, learner, wave=Wave.Key.PRE, now=now)
        if learner.starts:
            _learn(learner, now=now - timedelta(days=learner.random.randrange(10, 70)))
        if learner.answers_after:
            _answer(study, learner, wave=Wave.Key.POST, now=now)
        if learner.withdraws:
            participant = studies.participant_for(
                learner.person, study=study, enrolment=learner.enrolment
            )
            studies.withdraw(participant, day=now.date() - timedelta(days=5))
        progress(1)


def _invent(number: int, cohort: Cohort, now: datetime) -> Learner:
    # each learner has chance of her own, so that one more draw for one changes no other
    random = Random(f"{SEED}-{number}")  # noqa: S311 - the same demo every time
    person = Person.objects.create(
        email=f"learner{number:03}@demo.example",
        name=f"Invented learner {number:03}",
        profession=random.choice(PROFESSIONS),
        country=cohort.site.country,
        password=UNUSABLE_PASSWORD_PREFIX,
    )
    enrolment = learning.enrol(
        cohort, person=person, how=EnrolledBy.FILE, now=now - timedelta(days=90)
    )
    eligible, consents, before, starts, after = (random.random() < share for share in GOES_ON)
    completes = starts and random.random() < STAYS[cohort.site.slug]
    return Learner(
        person=person,
        enrolment=enrolment,
        ability=random.gauss(0, 0.55),
        eligible=eligible,
        consents=consents,
        answers_before=consents and before,
        starts=starts,
        completes=completes,
        answers_after=consents and completes and after,
        withdraws=consents and random.random() < WITHDRAWS,
        random=random,
    )


def _decide(study: Study, learner: Learner, *, now: datetime) -> None:
    """Decide on research; some of those who do not agree say so, the others say nothing."""
    refuses = not learner.consents and learner.random.random() < 0.6
    if learner.eligible and not (learner.consents or refuses):
        return
    participant = studies.participant_for(learner.person, study=study, enrolment=learner.enrolment)
    Participant.objects.filter(pk=participant.pk).update(eligible=learner.eligible)
    scopes = {"research": learner.consents, "linkage": learner.consents}
    studies.decide_consent(participant, scopes=scopes, day=now.date() - timedelta(days=88))


def _answer(study: Study, learner: Learner, *, wave: str, now: datetime) -> None:
    """Answer the questionnaire of a wave: ability, growth after the module, and chance."""
    random, after = learner.random, wave == Wave.Key.POST
    items = [item for item in study.instrument.data["items"] if item["kind"] == "scale"]
    reached = random.randrange(len(items) // 2, len(items)) if random.random() < STOPS else None
    values = {}
    for item in items[:reached]:
        growth = GROWTH.get(item["domain"], 0.0) if after else 0.0
        level = 2.9 + learner.ability + growth + random.gauss(0, 0.75)
        if random.random() > SKIPS:
            values[item["id"]] = str(min(5, max(1, round(level))))
    studies.save_answers(
        studies.participant_for(learner.person, study=study, enrolment=learner.enrolment),
        wave=study.waves.get(key=wave),
        values=values,
        day=now.date() - timedelta(days=8 if after else 88),
    )


def _learn(learner: Learner, *, now: datetime) -> None:
    """Go through the steps; the test is drawn, answered and marked by the real code."""
    random = learner.random
    steps = list(Step.objects.filter(version=learner.enrolment.version, written=True))
    test = next((step for step in steps if step.data.get("draw")), None)
    plain = [step for step in steps if step is not test]
    done = plain if learner.completes else plain[: random.randrange(1, len(plain))]
    StepProgress.objects.bulk_create(
        [
            StepProgress(
                enrolment=learner.enrolment,
                step=step,
                state=StepState.DONE,
                score=_case_points(step, learner, random),
                possible=10 if step.data.get("assessed") else None,
                started_at=now,
                saved_at=now,
                completed_at=now,
            )
            for step in done
        ]
    )
    learning.arrive(learner.enrolment, step=done[-1], now=now)
    if learner.completes and test:
        _take_test(learner, test, random, now)
        _give_feedback(learner, steps, random, now)


def _case_points(step: Step, learner: Learner, random: Random) -> int | None:
    if not step.data.get("assessed"):
        return None
    return min(10, max(0, round(7 + learner.ability + random.gauss(0, 1.5))))


def _take_test(learner: Learner, test: Step, random: Random, now: datetime) -> None:
    """Try until it is passed, at most three times; each right answer depends on ability."""
    for number in range(3):
        at = now + timedelta(days=2 * number)
        attempt = testing.begin(learner.enrolment, step=test, now=at, random=random)
        _respond(attempt, chance=0.72 + 0.12 * learner.ability + 0.1 * number, random=random, at=at)
        if testing.hand_in(learner.enrolment, attempt=attempt, now=at).passed:
            return


def _respond(attempt: Attempt, *, chance: float, random: Random, at: datetime) -> None:
    items = Item.objects.in_bulk([row["item"] for row in attempt.drawn])
    rows = []
    for drawn in attempt.drawn:
        item = items[drawn["item"]]
        wrong = [option for option in sorted(drawn["options"]) if option != item.answer]
        option = item.answer if random.random() < chance else random.choice(wrong)
        rows.append(
            Response(
                attempt=attempt,
                item=item,
                option=option,
                correct=option == item.answer,
                answered_at=at,
            )
        )
    Response.objects.bulk_create(rows)


def _give_feedback(learner: Learner, steps: list[Step], random: Random, now: datetime) -> None:
    form = next((step.data["form"] for step in steps if step.kind == "feedback"), None)
    if form is None:
        return
    fields = learner.enrolment.version.data["forms"][form]["items"]
    CourseFeedback.objects.create(
        cohort=learner.enrolment.cohort,
        version=learner.enrolment.version,
        form=form,
        language="en",
        day=now.date(),
        answers={
            field["id"]: str(min(5, max(1, round(random.gauss(3.9, 0.8)))))
            for field in fields
            if field["kind"] == "scale"
        },
    )


def issue_and_analyse(study: Study) -> None:
    """Leave issuing to the worker; compute the results now, so that the page shows them."""
    for cohort in study.cohorts.all():
        issue_cohort.enqueue(cohort.pk)
    studies.analyse(study)
