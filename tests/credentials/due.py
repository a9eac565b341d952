"""Makes a database in which many credentials are due; run as a program of its own.

`python -m tests.credentials.due HOW_MANY SINGLY`, with the settings in the environment.
"""

import sys
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parents[2]


def main(how_many: int, *, singly: int) -> None:
    """Migrate, import the sample, enrol people who have done everything, ask for it twice.

    It is asked for of the first people one by one, then for the whole course run.
    """
    django.setup()

    from django.core.management import call_command
    from django.db import transaction
    from django.utils import timezone

    from digicantrain.credentials import runs, tasks
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
        for number, enrolment in enumerate(run.enrolments.select_related("version")):
            earn(enrolment)
            if number < singly:
                tasks.issue.enqueue(enrolment.pk)
                tasks.issue.enqueue(enrolment.pk)
    for _twice in range(2):
        runs.begin(run, by=None, now=timezone.now())


if __name__ == "__main__":
    main(int(sys.argv[1]), singly=int(sys.argv[2]))
