"""Item banks, attempts and responses."""

import uuid

from django.db import models
from django.utils import timezone

from digicantrain.learning.models import Enrolment
from digicantrain.programme.models import ModuleVersion, Step


class Item(models.Model):
    """A question with its options and the feedback for each of them."""

    class Use(models.TextChoices):
        BANK = "bank"
        PRACTICE = "practice"

    version = models.ForeignKey(ModuleVersion, on_delete=models.CASCADE, related_name="items")
    key = models.CharField(max_length=60)
    use = models.CharField(max_length=10, choices=Use)
    kind = models.CharField(max_length=10)
    outcome = models.CharField(max_length=10)
    difficulty = models.CharField(max_length=10)
    answer = models.CharField(max_length=10, blank=True)
    options = models.JSONField(default=list)
    document = models.CharField(max_length=60, blank=True)
    # per language: scenario and example as HTML, stem, options, feedback, mistake, hint, read
    words = models.JSONField(default=dict)
    order = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("order", "pk")
        constraints = (models.UniqueConstraint(fields=("version", "key"), name="item_key_once"),)

    def __str__(self) -> str:
        return self.key


class Attempt(models.Model):
    """One try at a graded test: the items drawn for it, in their order."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="attempts")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    number = models.PositiveSmallIntegerField()
    # [{"item": pk, "options": ["c", "a", ...]}, ...]
    drawn = models.JSONField(default=list)
    started_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True)
    score = models.PositiveSmallIntegerField(null=True)
    possible = models.PositiveSmallIntegerField(null=True)
    passed = models.BooleanField(null=True)
    # {"O1": {"score": 2, "possible": 3}, ...}
    by_outcome = models.JSONField(default=dict)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("enrolment", "step", "number"), name="attempt_once"),
        )

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.number}"


class Response(models.Model):
    """The answer to one item of an attempt; saved at once, changed until the test is handed in."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="responses")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="responses")
    option = models.CharField(max_length=10)
    correct = models.BooleanField()
    answered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("attempt", "item"), name="response_once"),)

    def __str__(self) -> str:
        return f"{self.attempt_id} {self.item_id}"
