"""Import: whole or not at all, the same twice, old versions kept."""

import pytest
from django.core.management import CommandError, call_command

from digicantrain.core.content import ContentErrors
from digicantrain.people.models import AuditEntry
from digicantrain.programme import signals
from digicantrain.programme.actions import OtherProviderError, import_programme
from digicantrain.programme.models import (
    Competence,
    Module,
    ModuleVersion,
    Path,
    Programme,
    Source,
    SourceFile,
    Step,
)

pytestmark = pytest.mark.django_db
PAGE = "modules/X1/u1/first-look.en.md"
TABLES = (Programme, Competence, Module, ModuleVersion, Path, Source, SourceFile, Step)


def current(code="X1"):
    """Return the version of a module that is taught now."""
    return ModuleVersion.objects.get(current_of__code=code)


def rows():
    """Return every row of the programme's tables as it stands."""
    return [list(table.objects.order_by("pk").values()) for table in TABLES]


def test_a_programme_is_stored_with_its_parts(folder, organisation):
    report = import_programme(folder, organisation=organisation)

    version = current()
    assert str(report) == "sample: new versions of X1, X2."
    assert version.status == "partial"
    assert version.title == {"en": "Reading reports", "fi": "Raporttien lukeminen"}
    assert [unit.code for unit in version.units.all()] == ["u1", "final"]
    assert [step.code for step in version.steps.all()][:2] == ["first-look", "small-check"]
    assert [o.text["en"] for o in version.outcomes.all()][1] == "choose a channel"
    assert sum(version.workload.values_list("minutes", flat=True)) == 27 * 60
    assert set(version.data["forms"]) == {"course-feedback"}
    assert Programme.objects.get().levels["aware"] == {"en": "Aware"}
    assert AuditEntry.objects.filter(action="programme-imported").count() == 1


def test_a_second_import_changes_no_row(folder, organisation):
    import_programme(folder, organisation=organisation)
    before = rows()

    report = import_programme(folder, organisation=organisation)

    assert rows() == before
    assert str(report) == "sample: 2 modules unchanged."
    assert AuditEntry.objects.filter(action="programme-imported").count() == 1


def test_a_change_makes_a_new_version_and_who_began_stays_on_the_old(
    folder, edit, organisation, enrolment
):
    """Aino goes on reading what she began to read."""
    began = enrolment.version
    before = list(Step.objects.filter(version=began).values())
    edit(PAGE, "A tick says", "Each tick says")

    report = import_programme(folder, organisation=organisation)

    enrolment.refresh_from_db()
    assert report.new == ("X1",)
    assert report.unchanged == ("X2",)
    assert enrolment.version == began
    assert list(Step.objects.filter(version=began).values()) == before
    assert current().number == began.number + 1
    assert "Each tick says" in str(current().steps.get(code="first-look").body)


def test_going_back_to_old_files_goes_back_to_the_old_version(folder, edit, organisation):
    import_programme(folder, organisation=organisation)
    edit(PAGE, "A tick says", "Each tick says")
    import_programme(folder, organisation=organisation)
    edit(PAGE, "Each tick says", "A tick says")

    import_programme(folder, organisation=organisation)

    assert ModuleVersion.objects.filter(module__code="X1").count() == 2
    assert current().number == 1


def test_a_broken_programme_is_refused_whole(folder, edit, organisation):
    import_programme(folder, organisation=organisation)
    before = rows()
    edit(PAGE, "A tick says", "Each tick says")
    edit("modules/X2/module.toml", "minutes = 1200", "minutes = 12")

    with pytest.raises(ContentErrors) as refused:
        import_programme(folder, organisation=organisation)

    assert [problem.file for problem in refused.value.problems] == ["modules/X2/module.toml"]
    assert rows() == before


def test_what_fails_after_the_check_leaves_nothing_behind(folder, organisation, monkeypatch):
    def fail(*_args, **_kwargs):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("digicantrain.programme.actions.record", fail)

    with pytest.raises(RuntimeError):
        import_programme(folder, organisation=organisation)

    assert not Programme.objects.exists()


def test_a_module_that_is_gone_from_the_files_is_withdrawn_and_kept(folder, edit, organisation):
    import_programme(folder, organisation=organisation)
    for path, old, new in (
        ("programme.toml", ', "X2"', ""),
        ("paths.toml", '["X1", "X2"]', '["X1"]'),
        ("paths.toml", '"2"', '"1"'),
    ):
        edit(path, old, new)
    for file in (folder / "modules" / "X2").iterdir():
        file.unlink()

    report = import_programme(folder, organisation=organisation)

    gone = Module.objects.get(code="X2")
    assert report.left == ("X2",)
    assert gone.withdrawn_at is not None
    assert gone.withdrawn_reason["en"] == "This module is no longer part of the programme."
    assert current("X2").title == {"en": "Planning"}


def test_another_provider_cannot_take_over_a_programme(folder, organisation, other_organisation):
    import_programme(folder, organisation=organisation)

    with pytest.raises(OtherProviderError, match="belongs to another organisation"):
        import_programme(folder, organisation=other_organisation)

    assert Programme.objects.get().organisation == organisation


def test_layers_above_hear_of_new_versions_only(folder, edit, organisation):
    heard = []

    def hear(sender, version, design, **_kwargs):
        heard.append((version.module.code, len(design.items)))

    signals.version_imported.connect(hear)
    import_programme(folder, organisation=organisation)
    edit("modules/X2/module.en.toml", "Planning", "To plan")
    import_programme(folder, organisation=organisation)
    signals.version_imported.disconnect(hear)

    assert heard == [("X1", 11), ("X2", 0), ("X2", 0)]


def test_the_command_reports_and_refuses(folder, edit, organisation, capsys):
    call_command("import_programme", folder, organisation="turku")
    edit("programme.toml", "= 27", "= 99")

    with pytest.raises(CommandError, match=r"programme.toml:6: .*\nNothing was imported"):
        call_command("import_programme", folder, organisation="turku")
    with pytest.raises(CommandError, match="no organisation called nobody"):
        call_command("import_programme", folder, organisation="nobody")
    with pytest.raises(CommandError, match="is not a folder"):
        call_command("import_programme", folder / "nowhere", organisation="turku")

    assert "new versions of X1, X2" in capsys.readouterr().out
