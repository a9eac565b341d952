"""Writes about the programme: import, withdrawal of a module, and its return."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from digicantrain.base.localised import LocalisedText
from digicantrain.core import content
from digicantrain.core.design import ModuleDesign, ProgrammeDesign, UnitDesign, said
from digicantrain.people.actions import record
from digicantrain.people.models import Organisation, Person
from digicantrain.programme import queries, signals
from digicantrain.programme.files import read_folder
from digicantrain.programme.models import (
    Competence,
    Domain,
    Module,
    ModuleVersion,
    Outcome,
    Programme,
    SourceFile,
    Step,
    Unit,
    WorkloadActivity,
)
from digicantrain.programme.models import Path as ProgrammePath
from digicantrain.programme.models import Source as SourceRow

LEFT = _("This module is no longer part of the programme.")


class OtherProviderError(ValueError):
    """A programme of this name belongs to another organisation."""


@dataclass(frozen=True)
class ImportReport:
    """What an import changed."""

    programme: str
    new: tuple[str, ...]
    unchanged: tuple[str, ...]
    left: tuple[str, ...] = ()

    def __str__(self) -> str:
        parts = [f"new versions of {', '.join(self.new)}"] if self.new else []
        parts += [f"{len(self.unchanged)} modules unchanged"] if self.unchanged else []
        parts += [f"withdrawn, since they are gone: {', '.join(self.left)}"] if self.left else []
        return f"{self.programme}: {'; '.join(parts)}."


def import_programme(
    folder: Path,
    *,
    organisation: Organisation,
    by: Person | None = None,
    each: Callable[[Iterable[ModuleDesign]], Iterable[ModuleDesign]] = iter,
) -> ImportReport:
    """Load a programme's files, whole or not at all.

    A module that has not changed is left alone; a changed one becomes a new version, and who began
    the old one stays on it. A module that is gone from the files is withdrawn, never deleted.
    `each` walks the modules; a terminal hands in its progress bar.

    Raises:
        FolderError: the folder cannot be read.
        ContentErrors: something is wrong in the files; nothing was written.
        OtherProviderError: the programme belongs to another organisation.
        ValueError: a layer above refuses it, for example since a credential would be incomplete.
    """
    design = content.parse(read_folder(folder))
    return import_design(design, organisation=organisation, by=by, each=each)


def import_design(
    design: ProgrammeDesign,
    *,
    organisation: Organisation,
    by: Person | None = None,
    each: Callable[[Iterable[ModuleDesign]], Iterable[ModuleDesign]] = iter,
) -> ImportReport:
    """Load a programme that has been read and found right, as `import_programme` says."""
    with transaction.atomic():
        programme = _programme(design, organisation)
        if _shared_files_changed(programme, design):
            _describe(programme, design)
            _map(programme, design)
            _paths_and_sources(programme, design)
        new: list[str] = []
        unchanged: list[str] = []
        for order, module in enumerate(each(design.modules)):
            (new if _module(programme, module, design, order) else unchanged).append(module.code)
        left = _withdraw_what_left(programme, design, by=by)
        signals.programme_imported.send(Programme, programme=programme, design=design)
        if new or left:
            record(
                "programme-imported",
                actor=by,
                subject=f"programme:{programme.slug}",
                data={"modules": new, "left": left, "version": design.version},
            )
    return ImportReport(design.id, tuple(new), tuple(unchanged), tuple(left))


def _programme(design: ProgrammeDesign, organisation: Organisation) -> Programme:
    programme, _made = Programme.objects.select_for_update().get_or_create(
        slug=design.id,
        defaults={
            "organisation": organisation,
            "version": design.version,
            "licence": design.licence,
        },
    )
    if programme.organisation_id != organisation.pk:
        raise OtherProviderError(f"The programme {design.id} belongs to another organisation.")
    return programme


def _shared_files_changed(programme: Programme, design: ProgrammeDesign) -> bool:
    there = dict(programme.files.filter(version=None).values_list("path", "text"))
    return there != dict(design.files)


def _describe(programme: Programme, design: ProgrammeDesign) -> None:
    programme.title = said(design.words, "title")
    programme.summary = said(design.words, "summary")
    programme.notice = said(design.words, "notice")
    programme.version, programme.licence = design.version, design.licence
    programme.levels = {
        level: said(design.competence_words, "levels", level) for level in design.levels
    }
    programme.framework_note = said(design.competence_words, "note")
    programme.imported_at = timezone.now()
    programme.save()
    programme.files.filter(version=None).delete()
    SourceFile.objects.bulk_create(
        SourceFile(programme=programme, path=path, text=text) for path, text in design.files.items()
    )


def _map(programme: Programme, design: ProgrammeDesign) -> None:
    programme.domains.all().delete()
    words = design.competence_words
    domains = {
        code: Domain.objects.create(
            programme=programme, code=code, title=said(words, "domains", code), order=order
        )
        for order, code in enumerate(design.domains)
    }
    Competence.objects.bulk_create(
        Competence(
            domain=domains[domain],
            code=code,
            title=said(words, "competences", code, "title"),
            text=said(words, "competences", code, "text"),
            order=order,
        )
        for order, (code, domain) in enumerate(design.competences)
    )


def _paths_and_sources(programme: Programme, design: ProgrammeDesign) -> None:
    programme.paths.all().delete()
    ProgrammePath.objects.bulk_create(
        ProgrammePath(
            programme=programme,
            code=path.code,
            title=said(design.path_words, path.code, "title"),
            summary=said(design.path_words, path.code, "summary"),
            modules=list(path.modules),
            optional=list(path.optional),
            audiences=list(path.audiences),
            ects=path.ects,
            order=order,
        )
        for order, path in enumerate(design.paths)
    )
    programme.sources.all().delete()
    SourceRow.objects.bulk_create(
        SourceRow(programme=programme, key=row["id"], data=dict(row)) for row in design.sources
    )


def _module(programme: Programme, design: ModuleDesign, whole: ProgrammeDesign, order: int) -> bool:
    """Store a module where it is new or changed; return whether it was."""
    module, _made = Module.objects.get_or_create(programme=programme, code=design.code)
    if module.order != order:
        module.order = order
        module.save(update_fields=["order"])
    there = module.versions.filter(digest=design.digest).first()
    if there is not None:
        if module.current_id != there.pk:
            module.current = there
            module.save(update_fields=["current"])
        return False
    version = _version(module, design, whole)
    _parts(version, design)
    SourceFile.objects.bulk_create(
        SourceFile(programme=programme, version=version, path=path, text=text)
        for path, text in design.files.items()
    )
    module.current = version
    module.save(update_fields=["current"])
    signals.version_imported.send(ModuleVersion, version=version, design=design)
    return True


def _version(module: Module, design: ModuleDesign, whole: ProgrammeDesign) -> ModuleVersion:
    return ModuleVersion.objects.create(
        module=module,
        number=(module.versions.aggregate(last=Max("number"))["last"] or 0) + 1,
        label=design.version,
        digest=design.digest,
        status=design.status,
        languages=list(design.languages),
        title=said(design.words, "title"),
        summary=said(design.words, "summary"),
        eqf=design.eqf,
        eqf_basis=design.eqf_basis,
        eqf_framework=design.eqf_framework,
        ects=design.ects,
        hours_per_ects=whole.hours_per_ects,
        audiences=list(design.audiences),
        prerequisites=list(design.prerequisites),
        review_by=design.review_by,
        licence=design.licence,
        data=dict(design.data),
    )


def _parts(version: ModuleVersion, design: ModuleDesign) -> None:
    Outcome.objects.bulk_create(
        Outcome(
            version=version,
            code=row.id,
            text=said(design.words, "outcomes", row.id),
            verb=row.verb,
            level=row.level,
            kind=row.kind,
            competences=list(row.competences),
            order=order,
        )
        for order, row in enumerate(design.outcomes)
    )
    WorkloadActivity.objects.bulk_create(
        WorkloadActivity(
            version=version,
            code=row.id,
            type=row.type,
            title=said(design.words, "workload", row.id),
            minutes=row.minutes,
            serves=list(row.serves),
            order=order,
        )
        for order, row in enumerate(design.workload)
    )
    _units(version, design.units)


def _units(version: ModuleVersion, units: Iterable[UnitDesign]) -> None:
    position = 0
    for order, unit in enumerate(units):
        row = Unit.objects.create(
            version=version,
            code=unit.code,
            written=unit.written,
            title=said(unit.words, "title"),
            summary=said(unit.words, "summary"),
            data={
                "takeaways": {k: list(v.get("takeaways", ())) for k, v in unit.words.items()},
                "try_this": said(unit.words, "try_this"),
            },
            order=order,
        )
        for step in unit.steps:
            Step.objects.create(
                version=version,
                unit=row,
                code=step.id,
                kind=step.kind,
                title=said(unit.words, "steps", step.id),
                minutes=step.minutes,
                serves=list(step.serves),
                written=step.written,
                body=dict(step.body),
                data=dict(step.data),
                order=position,
            )
            position += 1


def _withdraw_what_left(
    programme: Programme, design: ProgrammeDesign, *, by: Person | None
) -> list[str]:
    there = {module.code for module in design.modules}
    gone = programme.modules.filter(withdrawn_at=None).exclude(code__in=there)
    reason = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            reason[language] = str(LEFT)
    return [withdraw(module, reason=reason, by=by).code for module in gone]


def withdraw(module: Module, *, reason: LocalisedText, by: Person | None) -> Module:
    """Take a module out of the catalogue; those who learned it are told by the layers above."""
    with transaction.atomic():
        row = queries.locked_module(module)
        if row.withdrawn_at is None:
            row.withdrawn_at = timezone.now()
            row.withdrawn_reason = reason
            row.save(update_fields=["withdrawn_at", "withdrawn_reason"])
            record("module-withdrawn", actor=by, subject=f"module:{row.code}")
            signals.module_withdrawn.send(Module, module=row)
    return row


def offer_again(module: Module, *, by: Person | None) -> Module:
    """Put a withdrawn module back into the catalogue."""
    with transaction.atomic():
        row = queries.locked_module(module)
        if row.withdrawn_at is not None:
            row.withdrawn_at = None
            row.withdrawn_reason = {}
            row.save(update_fields=["withdrawn_at", "withdrawn_reason"])
            record("module-offered-again", actor=by, subject=f"module:{row.code}")
    return row
