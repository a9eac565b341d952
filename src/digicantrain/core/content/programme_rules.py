"""What must hold for the programme as a whole: modules, map, paths, sources, questionnaires."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from digicantrain.core.content.folder import Folder, Part
from digicantrain.core.content.toml_text import KeyPath
from digicantrain.core.content.words_rules import ids, languages_of, once, same_keys


def check_programme(folder: Folder) -> None:
    """Check all that does not belong to one module."""
    for part in (folder.programme, folder.competences, folder.paths, folder.sources):
        if not part.file:
            folder.report(f"{part.kind}.toml", 1, "The file is missing.", "Write it.")
    _modules(folder)
    _competences(folder)
    _paths(folder)
    for group in (folder.forms, folder.instruments):
        for name, part in group.items():
            _form(folder, name, part)
    _every_text_has_its_file(folder)
    check_sources(folder)


def _languages(folder: Folder, part: Part) -> list[str]:
    required = folder.programme.values["languages"]
    return [*languages_of(folder, part, required), *sorted(part.words.keys() - {*required})]


def _modules(folder: Folder) -> None:
    part = folder.programme
    _languages(folder, part)
    if not part.values["languages"]:
        folder.at(part, ("languages",), "The programme has no language.", 'Write ["en"].')
    if not folder.is_sure(part, "modules"):
        return
    for code in part.values["modules"]:
        if code not in folder.modules or not folder.modules[code].module.file:
            mend = f"Write modules/{code}/module.toml, or take its code out."
            folder.at(part, ("modules",), f"There is no module {code}.", mend)
    for code, module in folder.modules.items():
        if code not in part.values["modules"]:
            mend = "Name it in programme.toml, or take the folder away."
            file = module.module.file or f"modules/{code}/module.toml"
            folder.report(file, 1, f"The module {code} is not part of the programme.", mend)


def _competences(folder: Folder) -> None:
    part = folder.competences
    domains = ids(part.values["domains"], "code")
    once(folder, part, ("domains",), "code")
    once(folder, part, ("competences",), "code")
    for number, row in enumerate(part.values["competences"]):
        if row["domain"] not in domains:
            mend = f"Use one of {', '.join(domains)}."
            place = ("competences", number, "domain")
            folder.at(part, place, f"There is no domain {row['domain']}.", mend)
    for language in _languages(folder, part):
        codes = ids(part.values["competences"], "code")
        same_keys(folder, part, ("domains",), domains, language=language)
        same_keys(folder, part, ("competences",), codes, language=language)
        same_keys(folder, part, ("levels",), part.values["levels"], language=language)


def _paths(folder: Folder) -> None:
    part = folder.paths
    once(folder, part, ("paths",), "code")
    for number, row in enumerate(part.values["paths"]):
        for key in ("modules", "optional"):
            for code in row.get(key, ()):
                if code not in folder.modules:
                    mend = "Use codes of programme.toml."
                    what = f"The path {row['code']} names {code}, which is no module."
                    folder.at(part, ("paths", number, key), what, mend)
        _path_credits(folder, number)
    for language in _languages(folder, part):
        same_keys(folder, part, (), ids(part.values["paths"], "code"), language=language)


def _path_credits(folder: Folder, number: int) -> None:
    row = folder.paths.values["paths"][number]
    modules = [folder.modules[code].module for code in row["modules"] if code in folder.modules]
    if len(modules) < len(row["modules"]) or not all(folder.is_sure(m, "ects") for m in modules):
        return
    total = sum((module.values["ects"] for module in modules), Decimal(0))
    if total != row["ects"]:
        what = f"The path {row['code']} says {row['ects']} ECTS; its modules have {total}."
        mend = f'Write ects = "{total}", or change the modules.'
        folder.at(folder.paths, ("paths", number, "ects"), what, mend)


def _form(folder: Folder, name: str, part: Part) -> None:
    values = part.values
    scale = values.get("scale", {"min": 1, "max": 0})
    if values["id"] != name:
        mend = f'Write id = "{name}".'
        folder.at(part, ("id",), "The id is not the file's name.", mend)
    if "scale" in values and scale["min"] >= scale["max"]:
        mend = "Let min be smaller than max."
        folder.at(part, ("scale",), "The scale has no steps.", mend)
    once(folder, part, ("items",))
    for number in range(len(values["items"])):
        _form_item(folder, part, number)
    wanted = [str(step) for step in range(scale["min"], scale["max"] + 1)]
    asked = [row for row in values["items"] if row["kind"] == "choice"]
    choices = {row["id"]: row.get("options", []) for row in asked}
    for language in _languages(folder, part):
        same_keys(folder, part, ("items",), ids(values["items"]), language=language)
        same_keys(folder, part, ("scale",), wanted, language=language)
        same_keys(folder, part, ("options",), choices, language=language)
        for key, options in choices.items():
            same_keys(folder, part, ("options", key), options, language=language)


def _form_item(folder: Folder, part: Part, number: int) -> None:
    item, place = part.values["items"][number], ("items", number)
    if item["kind"] == "scale" and "scale" not in part.values:
        folder.at(part, place, "There is no scale.", "Add [scale] with min and max.")
    if item["kind"] == "choice" and len(item.get("options", ())) < 2:
        folder.at(part, place, "There is nothing to choose.", "Add options, at least two.")
    domains = ids(folder.competences.values["domains"], "code")
    domain = item.get("domain")
    if domain and domain not in domains and folder.is_sure(folder.competences, "domains"):
        mend = f"Use one of {', '.join(domains)}."
        folder.at(part, (*place, "domain"), f"There is no domain {domain}.", mend)


def _every_text_has_its_file(folder: Folder) -> None:
    groups = [folder.forms, folder.instruments]
    for module in folder.modules.values():
        groups += [{"": module.module}, module.units, module.items, module.cases]
    for part in (part for group in groups for part in group.values()):
        for file, _document in part.words.values() if not part.file else ():
            mend = "Write the file without a language too."
            folder.report(file, 1, "The words stand for nothing.", mend)


def check_sources(folder: Folder) -> None:
    """Report sources that are cited and not known, or known and not cited."""
    part = folder.sources
    known = ids(part.values["sources"])
    once(folder, part, ("sources",))
    cited: set[str] = set()
    for source, file, line in citations(folder):
        cited.add(source)
        if source not in known and folder.is_sure(part, "sources"):
            mend = "Look it up and add it to sources.toml, or do not cite it."
            folder.report(file, line, f"The source {source} is unknown.", mend)
    for number, row in enumerate(part.values["sources"]):
        if row["id"] not in cited and not folder.broken:
            mend = "Cite it, or take it out."
            folder.at(part, ("sources", number), f"The source {row['id']} is cited nowhere.", mend)


def citations(folder: Folder) -> Iterator[tuple[str, str, int]]:
    """Yield (source, file, line) for each citation, in texts and in tables."""
    for said in folder.texts:
        for source, line in said.text.cited:
            yield source, said.file, said.line + line - 1
    for module in folder.modules.values():
        for part in (module.module, *module.cases.values(), *module.items.values()):
            yield from _named(part)


def _named(part: Part) -> Iterator[tuple[str, str, int]]:
    if part.document is None:
        return
    rows: list[tuple[dict[str, Any], KeyPath]] = [(part.values, ())]
    rows += [(row, ("items", number)) for number, row in enumerate(part.values.get("items", ()))]
    for table, path in rows:
        line = part.document.line((*path, "sources"))
        yield from ((source, part.file, line) for source in table.get("sources", ()))
