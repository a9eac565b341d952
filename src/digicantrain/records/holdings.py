"""What the record store holds on a person."""

from typing import Any

from digicantrain.people.models import Person
from digicantrain.people.privacy import RemovedRows
from digicantrain.people.queries import key_of
from digicantrain.records.queries import statements_of


def export(person: Person) -> dict[str, Any]:
    """Return every statement under the person's pseudonym."""
    return {"statements": [row.body for row in statements_of(key_of(person))]}


def erase(person: Person) -> RemovedRows:
    """Count what stays: statements are append-only, and their pseudonym then leads to nobody."""
    return {"kept:statements": statements_of(key_of(person)).count()}
