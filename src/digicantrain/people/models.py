"""Persons, organisations, sites, memberships, the audit trail and erasure receipts."""

import secrets
import uuid
from decimal import Decimal
from typing import Any, ClassVar, Never

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils import timezone

from digicantrain.base.append_only import AppendOnlyError, AppendOnlyRows
from digicantrain.base.localised import LocalisedField
from digicantrain.people.enums import Profession, Role

colour = RegexValidator(r"^#[0-9a-f]{6}$", "Write a colour as # and six digits of 0-9 a-f.")

legal_identifier = RegexValidator(
    r"^[A-Z]{3}[A-Z]{2}-[!-~]{1,60}$",
    "Write the register, the country and the number, as in VATFI-01234567.",
)


class People(BaseUserManager["Person"]):
    """Makes persons; an e-mail address is kept in lower case, so it is one in any spelling."""

    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        """Return the address trimmed and in lower case."""
        return (email or "").strip().lower()

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        """Make a person; without a password she signs in by code or passkey."""
        person = self.model(email=self.normalize_email(email), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        """Make the administrator of the whole installation."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class Person(AbstractBaseUser, PermissionsMixin):
    """One account: somebody who learns, teaches, evaluates or runs the platform."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    # the words of the name that are the family name, where she said so
    family_name = models.CharField(max_length=200, blank=True, default="")
    language = models.CharField(max_length=5, default="en")
    time_zone = models.CharField(max_length=50, default="Europe/Helsinki")
    country = models.CharField(max_length=2, blank=True)
    profession = models.CharField(max_length=20, choices=Profession, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    is_demo = models.BooleanField(default=False)
    date_joined = models.DateTimeField(default=timezone.now)

    objects: ClassVar[People] = People()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return self.name or self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = People.normalize_email(self.email)
        is_new = self._state.adding
        super().save(*args, **kwargs)
        if is_new:
            Pseudonym.objects.get_or_create(person=self)

    @property
    def first_name(self) -> str:
        """The first word of the name, for a greeting."""
        return (self.name or self.email).split(" ")[0]


class Pseudonym(models.Model):
    """The one place where a person and her key in trail and records meet; erasure destroys it."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="pseudonym")
    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)

    def __str__(self) -> str:
        return str(self.key)


class Organisation(models.Model):
    """A training provider: cancer centre, university or professional society."""

    slug = models.SlugField(unique=True)
    name = LocalisedField()
    country = models.CharField(max_length=2)
    website = models.URLField(blank=True)
    contact_email = models.EmailField(blank=True)
    logo = models.ImageField(upload_to="logos/", blank=True)
    colour = models.CharField(max_length=7, default="#124c3c", validators=[colour])
    language = models.CharField(max_length=5, default="en")
    hours_per_ects = models.DecimalField(
        max_digits=4,
        decimal_places=2,
        default=Decimal(27),
        validators=[MinValueValidator(Decimal(25)), MaxValueValidator(Decimal(30))],
    )
    may_award_ects = models.BooleanField(default=False)
    # its number in a register, as seals name it: VATFI-01234567
    legal_identifier = models.CharField(
        max_length=66, blank=True, default="", validators=[legal_identifier]
    )
    quality_assurance = LocalisedField()
    # a second person looks at each credential before it is issued
    four_eyes = models.BooleanField(default=False)
    is_demo = models.BooleanField(default=False)

    class Meta:
        ordering = ("slug",)

    def __str__(self) -> str:
        return self.slug


class Signatory(models.Model):
    """Who signs an organisation's certificates."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="signatories"
    )
    name = models.CharField(max_length=200)
    title = LocalisedField()
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("order", "pk")

    def __str__(self) -> str:
        return self.name


class Site(models.Model):
    """A place where people learn: a ward, a hospital, a campus."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="sites")
    slug = models.SlugField()
    name = models.CharField(max_length=200)
    city = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=2)
    time_zone = models.CharField(max_length=50, default="Europe/Helsinki")

    class Meta:
        ordering = ("name", "pk")
        constraints = (
            models.UniqueConstraint(fields=("organisation", "slug"), name="site_slug_once"),
        )

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A role that a person holds for an organisation, or at one site of it."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="memberships"
    )
    site = models.ForeignKey(
        Site, on_delete=models.CASCADE, related_name="memberships", null=True, blank=True
    )
    role = models.CharField(max_length=30, choices=Role)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("person", "organisation", "site", "role"), name="membership_at_site_once"
            ),
            models.UniqueConstraint(
                fields=("person", "organisation", "role"),
                condition=models.Q(site=None),
                name="membership_everywhere_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.person} {self.role}"


class AuditEntry(models.Model):
    """One act, chained by hash to the one before; who acted stands as a pseudonym only."""

    sequence = models.BigIntegerField(unique=True)
    at = models.DateTimeField()
    actor = models.UUIDField(null=True)
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=120, blank=True)
    data = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    objects = AppendOnlyRows["AuditEntry"].as_manager()

    class Meta:
        ordering = ("sequence",)
        indexes = (models.Index(fields=("subject",)), models.Index(fields=("actor",)))

    def __str__(self) -> str:
        return f"{self.sequence} {self.action}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise AppendOnlyError("The audit trail is append-only: an entry cannot be changed.")
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> Never:
        raise AppendOnlyError("The audit trail is append-only: an entry cannot be deleted.")


def receipt_reference() -> str:
    """Return a reference that cannot be guessed or counted through."""
    return secrets.token_hex(8)


class ErasureReceipt(models.Model):
    """What was erased and when, with nothing in it that names a person."""

    reference = models.CharField(max_length=16, unique=True, default=receipt_reference)
    at = models.DateTimeField(default=timezone.now)
    removed = models.JSONField(default=dict)
    kept = models.JSONField(default=dict)

    class Meta:
        ordering = ("-at",)

    def __str__(self) -> str:
        return self.reference
