"""How a person's credentials add up: badges to a module, modules to a path; and what is missing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from digicantrain.credentials.achievements import parts_of
from digicantrain.credentials.models import Credential, PathCertificate
from digicantrain.credentials.paths import STANDS, is_whole, parts_of_path
from digicantrain.learning.enums import EnrolmentState
from digicantrain.people.models import Person
from digicantrain.programme.models import Module, ModuleVersion, Path

Words = dict[str, str]


@dataclass(frozen=True)
class Part:
    """A part of something larger: what it is called, and the credential for it if there is one."""

    title: Words
    code: str = ""
    credential: Credential | None = None

    @property
    def is_there(self) -> bool:
        """Whether she has it."""
        return self.credential is not None


@dataclass(frozen=True)
class Stack:
    """Something that parts add up to: a module of its badges, a path of its modules."""

    title: Words
    code: str
    parts: tuple[Part, ...]
    whole: Credential | PathCertificate | None = None

    @property
    def there(self) -> int:
        """How many parts she has."""
        return sum(part.is_there for part in self.parts)

    @property
    def missing(self) -> list[Part]:
        """The parts that she does not have."""
        return [part for part in self.parts if not part.is_there]


def modules_of(person: Person, rows: Iterable[Credential], *, now: datetime) -> list[Stack]:
    """Return the modules with badges of their own in which she learns or has learned."""
    standing = [row for row in rows if row.state_at(now) in STANDS]
    learned = person.enrolments.exclude(state__in=(EnrolmentState.LEFT, EnrolmentState.WAITING))
    versions = {row.version_id: row.version for row in standing}
    versions |= {row.version_id: row.version for row in learned.select_related("version__module")}
    return [
        _module(version, standing)
        for version in sorted(versions.values(), key=lambda one: (one.module.order, one.number))
        if parts_of(version)
    ]


def _module(version: ModuleVersion, standing: Iterable[Credential]) -> Stack:
    own = {row.badge: row for row in standing if row.version_id == version.pk}
    given: Mapping[str, Any] = version.data["credit"]
    parts = tuple(Part(row["title"], credential=own.get(row["id"])) for row in parts_of(version))
    return Stack(given["title"], version.module.code, parts, own.get(""))


def paths_of(
    rows: Iterable[Credential], certificates: Iterable[PathCertificate], *, now: datetime
) -> list[Stack]:
    """Return the paths of which somebody has a module, those with the fewest missing ones first."""
    wholes = [row for row in rows if is_whole(row) and row.revoked_at is None]
    codes = {(row.version.module.programme_id, row.version.module.code) for row in wholes}
    if not codes:
        return []
    paths = Path.objects.filter(programme__in={programme for programme, _code in codes})
    modules = {
        (row.programme_id, row.code): row
        for row in Module.objects.filter(
            programme__in={programme for programme, _code in codes}
        ).select_related("current")
    }
    own = {(row.programme_id, row.path): row for row in certificates if row.revoked_at is None}
    found = [
        _path(path, parts_of_path(path, wholes, now=now), modules, own)
        for path in paths
        if any((path.programme_id, code) in codes for code in path.modules)
    ]
    return sorted(found, key=lambda stack: (len(stack.missing), stack.code))


def _path(
    path: Path,
    standing: Iterable[Credential],
    modules: Mapping[tuple[int, str], Module],
    own: Mapping[tuple[int, str], PathCertificate],
) -> Stack:
    have = {row.version.module.code: row for row in standing}
    parts = []
    for code in path.modules:
        module = modules.get((path.programme_id, code))
        title = module.current.title if module and module.current else {"en": code}
        parts.append(Part(title, code, have.get(code)))
    return Stack(path.title, path.code, tuple(parts), own.get((path.programme_id, path.code)))
