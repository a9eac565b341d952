"""xAPI statements, append-only."""

import uuid
from typing import Any, Never

from django.db import models
from django.utils import timezone

from digicantrain.base.append_only import AppendOnlyError, AppendOnlyRows
from digicantrain.people.models import Organisation


class Statement(models.Model):
    """One statement; its actor is an account of ours, named by pseudonym only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="statements"
    )
    stored = models.DateTimeField(default=timezone.now)
    timestamp = models.DateTimeField()
    actor = models.UUIDField()
    verb = models.CharField(max_length=200)
    activity = models.CharField(max_length=300)
    registration = models.UUIDField(null=True)
    body = models.JSONField()

    objects = AppendOnlyRows["Statement"].as_manager()

    class Meta:
        ordering = ("stored", "id")
        indexes = (
            models.Index(fields=("organisation", "stored", "id"), name="statement_by_time"),
            models.Index(fields=("actor", "stored"), name="statement_by_actor"),
            models.Index(fields=("registration",), name="statement_by_registration"),
        )

    def __str__(self) -> str:
        return f"{self.verb} {self.activity}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError("The record store is append-only: a statement cannot be changed.")
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> Never:
        raise AppendOnlyError("The record store is append-only: a statement cannot be deleted.")
