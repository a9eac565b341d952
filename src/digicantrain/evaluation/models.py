"""Studies, sites, instruments, waves, participants, the identity link, answers and analyses."""

import secrets

from django.db import models
from django.utils import timezone

from digicantrain.base.localised import LocalisedField
from digicantrain.learning.models import Cohort
from digicantrain.people.models import Organisation, Person, Site


def study_pseudonym() -> str:
    """Return 128 random bits: different in each study, derived from nothing."""
    return secrets.token_hex(16)


def unordered_key() -> int:
    """Return a random number for a row: a running one would tell who came before whom."""
    return secrets.randbits(62)


class Instrument(models.Model):
    """A questionnaire with its licence, source, version and scoring."""

    slug = models.SlugField()
    version = models.CharField(max_length=20)
    title = LocalisedField()
    licence = models.CharField(max_length=100)
    source = models.CharField(max_length=200)
    validated = models.BooleanField(default=False)
    # items, scale, words per language: shapes as in docs/author/files.md
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ("slug", "version")
        constraints = (models.UniqueConstraint(fields=("slug", "version"), name="instrument_once"),)

    def __str__(self) -> str:
        return f"{self.slug} {self.version}"


class Study(models.Model):
    """A pilot study: who is asked what, when, and how it will be analysed."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="studies")
    slug = models.SlugField(unique=True)
    title = LocalisedField()
    information = LocalisedField()
    design = models.CharField(max_length=40, default="one-group-pre-post")
    lawful_basis = models.CharField(max_length=200)
    ethics_reference = models.CharField(max_length=200)
    contact = models.CharField(max_length=200)
    retention_until = models.DateField()
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="studies")
    # primary outcome, margin, analyses; frozen with its hash before answers are read
    plan = models.JSONField(default=dict)
    plan_hash = models.CharField(max_length=64, blank=True)
    frozen_at = models.DateTimeField(null=True)
    smallest_cell = models.PositiveSmallIntegerField(default=5)
    cohorts = models.ManyToManyField(Cohort, related_name="studies")
    is_demo = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.slug


class Wave(models.Model):
    """A point of measurement: before, after, or later."""

    class Key(models.TextChoices):
        PRE = "pre"
        POST = "post"
        FOLLOW_UP = "follow-up"

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="waves")
    key = models.CharField(max_length=12, choices=Key)
    order = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("order",)
        constraints = (models.UniqueConstraint(fields=("study", "key"), name="wave_once"),)

    def __str__(self) -> str:
        return self.key


class Participant(models.Model):
    """Somebody in a study, by pseudonym; days only, no times."""

    id = models.BigIntegerField(primary_key=True, default=unordered_key, editable=False)
    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="participants")
    pseudonym = models.CharField(max_length=32, unique=True, default=study_pseudonym)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    profession = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=5)
    eligible = models.BooleanField(default=True)
    # None until answered; scopes: {"research": true, "linkage": false, ...}
    consent = models.JSONField(null=True)
    consent_day = models.DateField(null=True)
    withdrawn_day = models.DateField(null=True)
    # kept only when the link to the person is destroyed, so that the flow still closes
    started = models.BooleanField(default=False)
    completed = models.BooleanField(default=False)

    class Meta:
        ordering = ("pseudonym",)
        indexes = (models.Index(fields=("study", "site")),)

    def __str__(self) -> str:
        return self.pseudonym


class IdentityLink(models.Model):
    """Who stands behind a pseudonym: kept apart, read only to ask the person, destroyable."""

    participant = models.OneToOneField(
        Participant, on_delete=models.CASCADE, related_name="identity"
    )
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="study_links")
    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("study", "person"), name="link_once"),)

    def __str__(self) -> str:
        return str(self.pk)


class Answer(models.Model):
    """One answer of one participant in one wave; the day only."""

    id = models.BigIntegerField(primary_key=True, default=unordered_key, editable=False)
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="answers")
    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="answers")
    item = models.CharField(max_length=60)
    value = models.CharField(max_length=20)
    day = models.DateField()

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("participant", "wave", "item"), name="study_answer_once"
            ),
        )

    def __str__(self) -> str:
        return self.item


class AnalysisRun(models.Model):
    """A computed result with what it was computed from."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="runs")
    at = models.DateTimeField(default=timezone.now)
    plan_hash = models.CharField(max_length=64)
    data_hash = models.CharField(max_length=64)
    code_version = models.CharField(max_length=40)
    result = models.JSONField(default=dict)
    # figure -> participants it is about; it guards later results and is never handed out
    groups = models.JSONField(default=dict)

    class Meta:
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.study_id} {self.at:%Y-%m-%d}"
