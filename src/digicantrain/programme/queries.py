"""Reads about the programme."""

import tomllib
from collections.abc import Iterable

from django.db.models import QuerySet

from digicantrain.people.models import Organisation
from digicantrain.programme.models import (
    Competence,
    Module,
    ModuleVersion,
    Outcome,
    Path,
    Programme,
    Source,
    SourceFile,
    Step,
)


def catalogue() -> QuerySet[Module]:
    """Return the modules that may be shown, with their current versions, without the bulk."""
    return (
        Module.objects.filter(current__isnull=False)
        .select_related("current", "programme__organisation")
        .defer("current__data")
        .order_by("programme", "order")
    )


def module_by_code(code: str) -> Module | None:
    """Return a module with its current version."""
    return (
        Module.objects.filter(code=code, current__isnull=False)
        .select_related("current", "programme__organisation")
        .first()
    )


def paths() -> QuerySet[Path]:
    """Return all paths in their order."""
    return Path.objects.select_related("programme").order_by("programme", "order")


def competences_by_code(programme: Programme) -> dict[str, Competence]:
    """Return the competence map."""
    rows = Competence.objects.filter(domain__programme=programme).select_related("domain")
    return {row.code: row for row in rows}


def sources_of(version: ModuleVersion) -> list[Source]:
    """Return the sources on which a version rests, in the order of its list."""
    keys = version.data.get("sources", [])
    rows = {
        row.key: row
        for row in Source.objects.filter(programme=version.module.programme_id, key__in=keys)
    }
    return [rows[key] for key in keys if key in rows]


def modules_of(organisations: list[Organisation]) -> QuerySet[Module]:
    """Return the modules of organisations' programmes, with their current versions."""
    return (
        Module.objects.filter(programme__organisation__in=organisations, current__isnull=False)
        .select_related("current", "programme")
        .defer("current__data")
        .order_by("programme", "order")
    )


def locked_module(module: Module) -> Module:
    """Return a module as it stands now, held until the transaction ends."""
    return Module.objects.select_for_update().get(pk=module.pk)


def files_of(slug: str) -> dict[str, str]:
    """Return path -> text of a programme as it was imported last."""
    files = SourceFile.objects.filter(programme__slug=slug)
    shared = {row.path: row.text for row in files.filter(version=None)}
    if not shared:
        return {}
    current = files.filter(
        version__current_of__isnull=False,
        version__module__code__in=tomllib.loads(shared["programme.toml"])["modules"],
    )
    return shared | {row.path: row.text for row in current}


def outcomes_of(versions: Iterable[ModuleVersion]) -> QuerySet[Outcome]:
    """Return the outcomes of versions, in their order."""
    return Outcome.objects.filter(version__in=[version.pk for version in versions])


def steps_of(versions: Iterable[ModuleVersion]) -> QuerySet[Step]:
    """Return the steps of versions with their units, without their texts."""
    return (
        Step.objects.filter(version__in=[version.pk for version in versions])
        .select_related("unit")
        .defer("body")
    )
