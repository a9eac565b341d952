"""What credentials do when something happens below them."""

from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver

from digicantrain.credentials import badges, gate, path_letters, queries, tasks
from digicantrain.credentials.achievements import parts_of
from digicantrain.credentials.models import Credential
from digicantrain.learning.signals import step_completed
from digicantrain.programme.signals import programme_imported


@receiver(step_completed)
def issue_when_earned(sender: Any, **kwargs: Any) -> None:
    """Have a credential issued when the last step that counts is done.

    The task is written with the step, in its transaction: either both are there or neither.
    """
    enrolment = kwargs["enrolment"]
    if enrolment.version.data.get("credit") and queries.is_earned(enrolment):
        tasks.issue.enqueue(enrolment.pk)
    if parts_of(enrolment.version):
        for badge in badges.due_for(enrolment, unit=kwargs["step"].unit.code):
            tasks.issue_badge.enqueue(enrolment.pk, badge)


@receiver(post_save, sender=Credential)
def tell_of_a_part_that_fell(sender: Any, **kwargs: Any) -> None:
    """Have the registrars told when a credential in a path certificate does not stand any more.

    Whatever withdraws, suspends or replaces one saves its row: none of them can forget this.
    """
    if {"revoked_at", "suspended_at"} & set(kwargs["update_fields"] or ()):
        path_letters.part_fell(kwargs["instance"])


@receiver(programme_imported)
def refuse_what_cannot_be_issued(sender: Any, **kwargs: Any) -> None:
    """Refuse, inside its import's transaction, a programme whose credentials lack something."""
    gate.require_publishable(kwargs["programme"])
