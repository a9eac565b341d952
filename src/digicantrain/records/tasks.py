"""Background work of the record store."""

from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from digicantrain.base import jobs
from digicantrain.people.models import Organisation
from digicantrain.records import counting, partitions, retention


@task()
def keep_the_rules() -> int:
    """Remove what is older than each organisation's rule; safe to repeat."""
    removed = 0
    for organisation in Organisation.objects.exclude(retention=None):
        removed += retention.remove_old(organisation, now=timezone.now()).statements
    return removed


@task()
def count_on() -> int:
    """Carry the daily counts of every store on; safe to repeat."""
    return sum(counting.carry_on(organisation) for organisation in Organisation.objects.all())


@task()
def make_room() -> int:
    """Make the coming months' partitions, where the store is partitioned; safe to repeat."""
    return partitions.extend(today=timezone.now().date())


jobs.periodic(keep_the_rules, every=timedelta(days=1))
jobs.periodic(make_room, every=timedelta(days=1))
jobs.periodic(count_on, every=timedelta(hours=1))
