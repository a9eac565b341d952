"""Makes a database in which many credentials are due; run as a program of its own.

`python -m tests.credentials.due HOW_MANY`, with the settings in the environment.
"""

import sys
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parents[2]


def main(how_many: int) -> None:
    """Migrate, import the sample, enrol people who have done everything, ask for it twice."""
    django.setup()

    from django.core.management import call_command
    from django.db import transaction

    from digicantrain.credentials import tasks
    from digicantrain.learning import actions
    from digicantrain.learning.enums import EnrolledBy
    from digicantrain.people.models import Organisation, Person, Site
    from digicantrain.programme.actions import import_programme
    from digicantrain.programme.models import Module
    from tests.credentials.earned import earn
    from tests.learning import course

    call_command("migrate", verbosity=0)
    organisation = Organisation.objects.create(
        slug="north", name={"en": "North"}, country="FI", quality_assurance={"en": "Internal"}
    )
    Site.objects.create(organisation=organisation, slug="ward", name="Ward", country="FI")
    import_programme(ROOT / "tests" / "sample", organisation=organisation)
    run = course.cohort(Module.objects.get(code="X1").current, seats=how_many)
    with transaction.atomic():
        people = [
            Person.objects.create(email=f"p{number:03}@example.org", name=f"Person {number:03}")
            for number in range(how_many)
        ]
        actions.enrol_many(run, people=people, how=EnrolledBy.FILE)
        for enrolment in run.enrolments.select_related("version"):
            earn(enrolment)
            tasks.issue.enqueue(enrolment.pk)
            tasks.issue.enqueue(enrolment.pk)


if __name__ == "__main__":
    main(int(sys.argv[1]))
