"""Builds course runs row by row, for tests that need a module of a certain shape."""

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from digicantrain.assessment.models import Item
from digicantrain.learning.actions import enrol
from digicantrain.learning.enums import EnrolledBy
from digicantrain.learning.models import Cohort, Enrolment
from digicantrain.learning.queries import enrolment_of
from digicantrain.people.models import Organisation, Person, Site
from digicantrain.programme.models import Module, ModuleVersion, Outcome, Programme, Step, Unit

ASSESSMENT = {
    "method": "scenario-test",
    "pass_mark": 70,
    "attempts": 2,
    "wait_hours": 24,
    "blueprint": [
        {"outcome": "O1", "difficulty": "apply", "count": 2},
        {"outcome": "O2", "difficulty": "judge", "count": 2},
    ],
}


def person(email: str, *, name: str, **fields: Any) -> Person:
    """Make somebody who can sign in by force."""
    return Person.objects.create_user(email, name=name, **fields)


def provider(slug: str = "north") -> Organisation:
    """Make a training provider with one site."""
    organisation, made = Organisation.objects.get_or_create(
        slug=slug, defaults={"name": {"en": "Northern Cancer Centre"}, "country": "FI"}
    )
    if made:
        Site.objects.create(organisation=organisation, slug="ward", name="Ward 3", country="FI")
    return organisation


def module(
    code: str = "X1",
    *,
    organisation: Organisation | None = None,
    data: dict[str, Any] | None = None,
) -> ModuleVersion:
    """Make a module with one version and no units yet."""
    organisation = organisation or provider()
    programme, _ = Programme.objects.get_or_create(
        slug="sample",
        defaults={
            "organisation": organisation,
            "title": {"en": "Sample"},
            "notice": {"en": "Education, not medical advice."},
            "version": "0.1.0",
            "licence": "CC BY 4.0",
        },
    )
    row = Module.objects.create(programme=programme, code=code)
    version = ModuleVersion.objects.create(
        module=row,
        number=1,
        label="0.1.0",
        digest=code.lower() * 8,
        status=ModuleVersion.Status.COMPLETE,
        languages=["en", "fi"],
        title={"en": f"Reading reports {code}", "fi": f"Raporttien lukeminen {code}"},
        eqf=6,
        eqf_basis="self-assessed",
        ects="1",
        hours_per_ects="27",
        review_by=date(2030, 1, 1),
        licence="CC BY 4.0",
        data={"assessment": ASSESSMENT, "sources": [], "documents": {}, "cases": {}, "forms": {}}
        | (data or {}),
    )
    row.current = version
    row.save()
    return version


def unit(version: ModuleVersion, code: str = "u1", *, written: bool = True) -> Unit:
    """Add a unit."""
    return Unit.objects.create(
        version=version,
        code=code,
        written=written,
        title={"en": f"Unit {code}", "fi": f"Osa {code}"},
        order=version.units.count(),
    )


def step(of: Unit, code: str, *, kind: str = "page", **fields: Any) -> Step:
    """Add a step to a unit."""
    fields.setdefault("body", {"en": [{"html": f"<p>Text of {code}.</p>"}]})
    fields.setdefault("title", {"en": f"Step {code}", "fi": f"Vaihe {code}"})
    return Step.objects.create(
        version=of.version,
        unit=of,
        code=code,
        kind=kind,
        minutes=fields.pop("minutes", 10),
        written=fields.pop("written", of.written),
        order=of.steps.count(),
        **fields,
    )


def cohort(version: ModuleVersion, **fields: Any) -> Cohort:
    """Open a course run of a module."""
    organisation = version.module.programme.organisation
    today = timezone.now().date()
    fields.setdefault("title", f"{version.module.code} in autumn")
    fields.setdefault("starts_on", today)
    fields.setdefault("ends_on", today + timedelta(days=60))
    return Cohort.objects.create(
        organisation=organisation, site=organisation.sites.get(), module=version.module, **fields
    )


def enrolled(who: Person, *, run: Cohort, now: datetime | None = None) -> Enrolment:
    """Enrol somebody and fetch the enrolment as the pages do."""
    made = enrol(run, person=who, how=EnrolledBy.SELF, now=now)
    found = enrolment_of(who, key=made.key)
    assert found is not None
    return found


def item(version: ModuleVersion, key: str, **fields: Any) -> Item:
    """Add a question: the best answer is a; without more it is one for practice."""
    options = fields.pop("options", ["a", "b", "c"])
    words = {
        "scenario": f"<p>Scenario of {key}.</p>",
        "stem": f"Stem of {key}?",
        "mistake": "",
        "options": {letter: f"{key} option {letter}" for letter in options},
        "feedback": {letter: f"{key} feedback {letter}" for letter in options},
        "read": "s1",
        "hint": "",
        "example": "",
    }
    fields = {
        "use": Item.Use.PRACTICE,
        "kind": "choice",
        "outcome": "O1",
        "difficulty": "apply",
        "answer": "a",
        "words": {"en": words},
        "order": version.items.count(),
    } | fields
    return Item.objects.create(version=version, key=key, options=options, **fields)


def bank(version: ModuleVersion, *, each: int = 4) -> list[Item]:
    """Fill the bank of a module's test, by the blueprint of ASSESSMENT."""
    rows = [
        item(version, f"{outcome.lower()}-{number}", use="bank", outcome=outcome, difficulty=fit)
        for outcome, fit in (("O1", "apply"), ("O2", "judge"))
        for number in range(each)
    ]
    for outcome in ("O1", "O2"):
        Outcome.objects.create(
            version=version,
            code=outcome,
            text={"en": f"do what {outcome} asks"},
            verb="do",
            level="supported",
            kind="skill",
        )
    return rows


def seeded(seed: int) -> Random:
    """Return a source of chance that draws the same each time."""
    return Random(seed)  # noqa: S311 - tests need the same test again
