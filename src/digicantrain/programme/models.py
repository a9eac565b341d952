"""Programmes, modules and their versions, units, steps, outcomes, competences, paths, sources."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from digicantrain.base.localised import LocalisedField
from digicantrain.people.models import Organisation


class Programme(models.Model):
    """A training programme, imported from a folder of files."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="programmes"
    )
    slug = models.SlugField(unique=True)
    title = LocalisedField()
    summary = LocalisedField()
    notice = LocalisedField()
    version = models.CharField(max_length=20)
    licence = models.CharField(max_length=60)
    levels = models.JSONField(default=dict)
    framework_note = LocalisedField()
    imported_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.slug


class Domain(models.Model):
    """A domain of the competence map: D1 to D5, and L."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="domains")
    code = models.CharField(max_length=10)
    title = LocalisedField()
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("order", "pk")
        constraints = (
            models.UniqueConstraint(fields=("programme", "code"), name="domain_code_once"),
        )

    def __str__(self) -> str:
        return self.code


class Competence(models.Model):
    """A sub-competence of a domain."""

    domain = models.ForeignKey(Domain, on_delete=models.CASCADE, related_name="competences")
    code = models.CharField(max_length=10)
    title = LocalisedField()
    text = LocalisedField()
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("order", "pk")
        constraints = (
            models.UniqueConstraint(fields=("domain", "code"), name="competence_code_once"),
        )

    def __str__(self) -> str:
        return self.code


class Source(models.Model):
    """A source that was looked up: body or authors, title, year, identifier, what it supports."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="sources")
    key = models.SlugField(max_length=80)
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ("key",)
        constraints = (
            models.UniqueConstraint(fields=("programme", "key"), name="source_key_once"),
        )

    def __str__(self) -> str:
        return self.key


class Module(models.Model):
    """A module of the programme; what it holds stands in its versions."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="modules")
    code = models.CharField(max_length=10)
    order = models.PositiveSmallIntegerField(default=0)
    current = models.OneToOneField(
        "ModuleVersion", on_delete=models.PROTECT, null=True, related_name="current_of"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = LocalisedField()

    class Meta:
        ordering = ("order", "pk")
        constraints = (
            models.UniqueConstraint(fields=("programme", "code"), name="module_code_once"),
        )

    def __str__(self) -> str:
        return self.code


class ModuleVersion(models.Model):
    """A module as it was imported once; a learner stays on the version she began."""

    class Status(models.TextChoices):
        OUTLINE = "outline"
        PARTIAL = "partial"
        COMPLETE = "complete"

    module = models.ForeignKey(Module, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    label = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)
    status = models.CharField(max_length=10, choices=Status)
    languages = models.JSONField(default=list)
    title = LocalisedField()
    summary = LocalisedField()
    eqf = models.PositiveSmallIntegerField()
    # referenced, then to `eqf_framework`, or self-assessed
    eqf_basis = models.CharField(max_length=100)
    eqf_framework = models.CharField(max_length=100, blank=True, default="")
    ects = models.DecimalField(max_digits=4, decimal_places=2)
    hours_per_ects = models.DecimalField(max_digits=4, decimal_places=2)
    audiences = models.JSONField(default=list)
    prerequisites = models.JSONField(default=list)
    review_by = models.DateField()
    licence = models.CharField(max_length=60)
    # assessment, credit, glossary, workplace, authors, conflicts, sources, documents (rendered),
    # pictures, cases: shapes as in docs/author/files.md
    data = models.JSONField(default=dict)
    imported_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("module", "-number")
        constraints = (
            models.UniqueConstraint(fields=("module", "number"), name="version_number_once"),
            models.UniqueConstraint(fields=("module", "digest"), name="version_digest_once"),
        )

    def __str__(self) -> str:
        return f"{self.module_id} {self.number}"


class Outcome(models.Model):
    """What the learner can do after the module."""

    version = models.ForeignKey(ModuleVersion, on_delete=models.CASCADE, related_name="outcomes")
    code = models.CharField(max_length=10)
    text = LocalisedField()
    verb = models.CharField(max_length=60)
    level = models.CharField(max_length=20)
    kind = models.CharField(max_length=20)
    competences = models.JSONField(default=list)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("order", "pk")
        constraints = (
            models.UniqueConstraint(fields=("version", "code"), name="outcome_code_once"),
        )

    def __str__(self) -> str:
        return self.code


class WorkloadActivity(models.Model):
    """A named activity with its minutes; together they are the module's workload."""

    version = models.ForeignKey(ModuleVersion, on_delete=models.CASCADE, related_name="workload")
    code = models.CharField(max_length=60)
    type = models.CharField(max_length=20)
    title = LocalisedField()
    minutes = models.PositiveIntegerField()
    serves = models.JSONField(default=list)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("order", "pk")

    def __str__(self) -> str:
        return self.code


class Unit(models.Model):
    """A unit of 30 to 60 minutes, made of steps."""

    version = models.ForeignKey(ModuleVersion, on_delete=models.CASCADE, related_name="units")
    code = models.CharField(max_length=30)
    written = models.BooleanField(default=False)
    title = LocalisedField()
    summary = LocalisedField()
    data = models.JSONField(default=dict)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("order", "pk")
        constraints = (models.UniqueConstraint(fields=("version", "code"), name="unit_code_once"),)

    def __str__(self) -> str:
        return self.code


class Step(models.Model):
    """What fits between two patients: one page, case, quiz or form."""

    version = models.ForeignKey(ModuleVersion, on_delete=models.CASCADE, related_name="steps")
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="steps")
    code = models.CharField(max_length=60)
    kind = models.CharField(max_length=20)
    title = LocalisedField()
    minutes = models.PositiveSmallIntegerField()
    serves = models.JSONField(default=list)
    written = models.BooleanField(default=False)
    # page: {"en": [{"html": "..."} | {"question": "item-id"}, ...]}, rendered at import
    body = models.JSONField(default=dict)
    # documents, case, assessed, items, draw, form, plan
    data = models.JSONField(default=dict)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("order", "pk")
        constraints = (models.UniqueConstraint(fields=("version", "code"), name="step_code_once"),)

    def __str__(self) -> str:
        return self.code


class Path(models.Model):
    """Modules that lead to a certificate together."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="paths")
    code = models.SlugField(max_length=60)
    title = LocalisedField()
    summary = LocalisedField()
    modules = models.JSONField(default=list)
    optional = models.JSONField(default=list)
    audiences = models.JSONField(default=list)
    ects = models.DecimalField(max_digits=4, decimal_places=2)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("order", "pk")
        constraints = (models.UniqueConstraint(fields=("programme", "code"), name="path_once"),)

    def __str__(self) -> str:
        return self.code


class SourceFile(models.Model):
    """A file as it was imported, byte for byte, so that an export keeps comments and order."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="files")
    version = models.ForeignKey(
        ModuleVersion, on_delete=models.CASCADE, related_name="files", null=True
    )
    path = models.CharField(max_length=200)
    text = models.TextField()

    class Meta:
        ordering = ("path",)
        indexes: ClassVar = [models.Index(fields=("path",))]

    def __str__(self) -> str:
        return self.path
