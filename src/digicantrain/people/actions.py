"""Writes about people and places; each leaves its entry in the audit trail."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from digicantrain.people.enums import Role
from digicantrain.people.models import (
    AuditEntry,
    ErasureReceipt,
    Membership,
    Organisation,
    People,
    Person,
    Signatory,
    Site,
)
from digicantrain.people.privacy import RemovedRows, registered
from digicantrain.people.queries import key_of
from digicantrain.people.trail import START, TrailHead, entry_hash

CHAIN_LOCK = 7_306_101
COUNTRY = re.compile(r"[A-Z]{2}")


class TrailFault(NamedTuple):
    """Where the audit trail is broken."""

    sequence: int
    why: str


def record(
    action: str,
    *,
    actor: Person | None,
    subject: str = "",
    data: dict[str, Any] | None = None,
) -> AuditEntry:
    """Append one act to the audit trail.

    Names and addresses never go into `data`: the trail outlives erasure.
    """
    return record_all(action, actor=actor, acts=[(subject, data or {})])[0]


def record_all(
    action: str, *, actor: Person | None, acts: Sequence[tuple[str, dict[str, Any]]]
) -> list[AuditEntry]:
    """Append many acts of one kind, each with its subject and data."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
        last = AuditEntry.objects.order_by("-sequence").values_list("sequence", "hash").first()
        sequence, previous = last or (0, START)
        at = timezone.now()
        key = key_of(actor) if actor and actor.pk else None
        rows = []
        for subject, data in acts:
            sequence += 1
            told = entry_hash(
                previous, sequence=sequence, at=at, act=(key, action, subject), data=data
            )
            rows.append(
                AuditEntry(
                    sequence=sequence,
                    at=at,
                    actor=key,
                    action=action,
                    subject=subject,
                    data=data,
                    previous=previous,
                    hash=told,
                )
            )
            previous = told
        return AuditEntry.objects.bulk_create(rows)


def faults_of_trail(noted: TrailHead | None = None) -> Iterator[TrailFault]:
    """Walk the whole trail and yield each place where it does not hold.

    A chain alone cannot tell that its end was cut off, or that all of it was written anew: a head
    that was noted elsewhere can.
    """
    previous, expected = START, 1
    for entry in AuditEntry.objects.order_by("sequence").iterator(chunk_size=2_000):
        if entry.sequence != expected:
            yield TrailFault(entry.sequence, f"entry {expected} is missing before it")
        if entry.previous != previous:
            yield TrailFault(entry.sequence, "it does not continue the entry before it")
        recomputed = entry_hash(
            entry.previous,
            sequence=entry.sequence,
            at=entry.at,
            act=(entry.actor, entry.action, entry.subject),
            data=entry.data,
        )
        if recomputed != entry.hash:
            yield TrailFault(entry.sequence, "its content was changed after it was written")
        previous, expected = entry.hash, entry.sequence + 1
    if noted is not None:
        there = AuditEntry.objects.filter(sequence=noted.sequence).first()
        if there is None:
            yield TrailFault(noted.sequence, "it was the head once, and is gone with all after it")
        elif there.hash != noted.hash:
            yield TrailFault(noted.sequence, "it is not the head that was noted: it was rewritten")


def grant_role(
    person: Person,
    *,
    role: Role,
    organisation: Organisation,
    site: Site | None = None,
    by: Person | None = None,
) -> Membership:
    """Give a person a role; giving it twice changes nothing."""
    if site is not None and site.organisation_id != organisation.pk:
        raise ValueError("The site belongs to another organisation; choose one of its own sites.")
    with transaction.atomic():
        row, made = Membership.objects.get_or_create(
            person=person, role=role, organisation=organisation, site=site
        )
        if made:
            record(
                "role-granted",
                actor=by,
                subject=f"person:{key_of(person)}",
                data={"role": role, "organisation": organisation.slug},
            )
    return row


def withdraw_role(membership: Membership, *, by: Person | None) -> None:
    """Take a role away."""
    with transaction.atomic():
        record(
            "role-withdrawn",
            actor=by,
            subject=f"person:{key_of(membership.person)}",
            data={"role": membership.role, "organisation": membership.organisation.slug},
        )
        membership.delete()


def export_person(person: Person) -> dict[str, Any]:
    """Return all that the platform holds on a person, by app."""
    exported = {entry.app: entry.export(person) for entry in registered()}
    record("person-exported", actor=person, subject=f"person:{key_of(person)}")
    return exported


def erase_person(person: Person, *, by: Person | None) -> ErasureReceipt:
    """Erase a person from every app, destroy the link to her pseudonym, and give a receipt.

    The trail and the records keep the pseudonym, which then leads to nobody.
    """
    with transaction.atomic():
        record("person-erased", actor=by, subject=f"person:{key_of(person)}")
        counted: RemovedRows = {}
        for entry in reversed(registered()):
            for what, number in entry.erase(person).items():
                counted[what] = counted.get(what, 0) + number
        person.delete()
        return ErasureReceipt.objects.create(
            removed={k: v for k, v in counted.items() if not k.startswith("kept:")},
            kept={k.removeprefix("kept:"): v for k, v in counted.items() if k.startswith("kept:")},
        )


def found_organisation(
    slug: str, *, name: str, country: str, language: str, administrator: str
) -> Organisation:
    """Make a provider and its first administrator; done again, it adds what is missing.

    The administrator has no password: she signs in by a code sent to her address.

    Raises:
        ValueError: a value cannot be used; nothing was made.
    """
    if not COUNTRY.fullmatch(country):
        raise ValueError(f"The country {country!r} must be two capital letters, for example FI.")
    if not name.strip():
        raise ValueError("The name is empty. Write the provider's name: it stands on each page.")
    with transaction.atomic():
        row = Organisation.objects.filter(slug=slug).first()
        if row is None:
            row = Organisation(slug=slug, name={language: name}, country=country, language=language)
            _clean(row, {"slug": slug, "country": country})
            save_place(row, action="organisation-founded", by=None)
        address = People.normalize_email(administrator)
        person = Person.objects.filter(email=address).first()
        if person is None:
            person = Person(email=address, name=address.partition("@")[0], language=language)
            person.set_unusable_password()
            _clean(person, {"administrator": administrator})
            person.save()
            EmailAddress.objects.create(user=person, email=address, verified=True, primary=True)
        grant_role(person, role=Role.ADMINISTRATOR, organisation=row)
    return row


def say_quality(organisation: Organisation, *, words: str, language: str) -> None:
    """Say how a provider's quality is assured, where that is not said in this language yet."""
    if words and not organisation.quality_assurance.get(language):
        organisation.quality_assurance[language] = words
        save_place(organisation, action="organisation-changed", by=None)


def _clean(row: Organisation | Person, said: dict[str, str]) -> None:
    try:
        row.full_clean()
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        given = said.get(field, said.get("administrator", ""))
        raise ValueError(f"{field} {given!r}: {messages[0]}") from None


def save_place(row: Organisation | Site | Signatory, *, action: str, by: Person | None) -> None:
    """Save an organisation, a site or a signatory, with its entry in the trail."""
    with transaction.atomic():
        row.save()
        organisation = row if isinstance(row, Organisation) else row.organisation
        record(action, actor=by, subject=f"organisation:{organisation.slug}")
