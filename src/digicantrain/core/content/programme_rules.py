"""What must hold for the programme as a whole: modules, map, paths, sources, questionnaires."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from digicantrain.core.content.folder import Folder, Part
from digicantrain.core.content.module_rules import ids, same_keys
from digicantrain.core.content.toml_text import KeyPath
from digicantrain.core.markup import CITATION


def check_programme(folder: Folder) -> None:
    """Check all that does not belong to one module."""
    for part, name in (
        (folder.programme, "programme"),
        (folder.competences, "competences"),
        (folder.paths, "paths"),
        (folder.sources, "sources"),
    ):
        if not part.file:
            folder.report(f"{name}.toml", 1, "The file is missing.", "Write it.")
    own = ("programme", "competences", "paths", "sources", "forms/", "instruments/")
    if any(folder.faulty(name) for name in own):
        return
    _modules(folder)
    _competences(folder)
    _paths(folder)
    for part in (*folder.forms.values(), *folder.instruments.values()):
        _form(folder, part)


def _languages(folder: Folder, part: Part) -> Iterator[str]:
    for language in folder.programme.values["languages"]:
        if language in part.words:
            yield language
        else:
            mend = f"Write {part.file.removesuffix('.toml')}.{language}.toml."
            folder.report(part.file, 1, f"The words are missing in {language}.", mend)


def _modules(folder: Folder) -> None:
    part = folder.programme
    hours = part.values["hours_per_ects"]
    if not 25 <= hours <= 30:
        mend = "Use 25 to 30 (ECTS Users' Guide)."
        folder.at(part, ("hours_per_ects",), f"{hours} hours are no ECTS credit.", mend)
    for code in part.values["modules"]:
        if code not in folder.modules or not folder.modules[code].module.file:
            mend = f"Write modules/{code}/module.toml, or take its code out."
            folder.at(part, ("modules",), f"There is no module {code}.", mend)
    for code, module in folder.modules.items():
        if code not in part.values["modules"]:
            mend = "Name it in programme.toml, or take the folder away."
            file = module.module.file or f"modules/{code}/module.toml"
            folder.report(file, 1, f"The module {code} is not part of the programme.", mend)
    list(_languages(folder, part))


def _competences(folder: Folder) -> None:
    part = folder.competences
    domains = ids(part.values["domains"], "code")
    for number, row in enumerate(part.values["competences"]):
        if row["domain"] not in domains:
            mend = f"Use one of {', '.join(domains)}."
            folder.at(part, ("competences", number), f"There is no domain {row['domain']}.", mend)
    for language in _languages(folder, part):
        codes = ids(part.values["competences"], "code")
        same_keys(folder, part, ("domains",), domains, language=language)
        same_keys(folder, part, ("competences",), codes, language=language)
        same_keys(folder, part, ("levels",), part.values["levels"], language=language)


def _paths(folder: Folder) -> None:
    part = folder.paths
    for number, row in enumerate(part.values["paths"]):
        place = ("paths", number)
        unknown = [
            c for c in (*row["modules"], *row.get("optional", ())) if c not in folder.modules
        ]
        for code in unknown:
            mend = "Use codes of programme.toml."
            folder.at(part, place, f"The path {row['code']} names {code}.", mend)
        total = sum(
            Decimal(folder.modules[code].module.values["ects"])
            for code in row["modules"]
            if code in folder.modules and not folder.faulty(folder.modules[code].module.file)
        )
        unknown += [c for c in row["modules"] if folder.faulty(f"modules/{c}/module.toml")]
        if not unknown and total != Decimal(row["ects"]):
            what = f"The path {row['code']} says {row['ects']} ECTS; its modules have {total}."
            folder.at(part, (*place, "ects"), what, f'Write "{total}", or change the modules.')
    for language in _languages(folder, part):
        same_keys(folder, part, (), ids(part.values["paths"], "code"), language=language)


def _form(folder: Folder, part: Part) -> None:
    if not part.file:
        file = next(iter(part.words.values()))[0]
        mend = "Write the file without a language too."
        folder.report(file, 1, "The questions stand nowhere.", mend)
        return
    values = part.values
    scale = values.get("scale", {})
    for number, item in enumerate(values["items"]):
        if item["kind"] == "scale" and not scale:
            folder.at(part, ("items", number), "There is no scale.", "Add [scale] with min, max.")
        if item["kind"] == "choice" and len(item.get("options", ())) < 2:
            folder.at(part, ("items", number), "There is nothing to choose.", "Add options.")
    wanted = [str(n) for n in range(scale.get("min", 1), scale.get("max", 0) + 1)]
    for language in {*_languages(folder, part), *part.words}:
        same_keys(folder, part, ("items",), ids(values["items"]), language=language)
        same_keys(folder, part, ("scale",), wanted, language=language)
        for item in values["items"]:
            if item["kind"] == "choice":
                path = ("options", item["id"])
                same_keys(folder, part, path, item.get("options", ()), language=language)


def check_sources(folder: Folder) -> None:
    """Report sources that are cited and not known, or known and not cited."""
    rows = folder.sources.values.get("sources", [])
    known = ids(rows)
    cited: set[str] = set()
    for source, file, line in citations(folder):
        cited.add(source)
        if source not in known:
            mend = "Look it up and add it to sources.toml, or do not cite it."
            folder.report(file, line, f"The source {source} is unknown.", mend)
    for number, row in enumerate(rows):
        place = ("sources", number)
        if row["id"] not in cited:
            mend = "Cite it, or take it out."
            folder.at(folder.sources, place, f"The source {row['id']} is cited nowhere.", mend)
        if known.count(row["id"]) > 1:
            mend = "Keep one row."
            folder.at(folder.sources, place, f"The source {row['id']} stands twice.", mend)


def citations(folder: Folder) -> Iterator[tuple[str, str, int]]:
    """Yield (source, file, line) for each citation, in texts and in tables."""
    for file, text in folder.files.items():
        if file != "sources.toml":
            for number, line in enumerate(text.split("\n"), start=1):
                yield from ((source, file, number) for source in CITATION.findall(line))
    for module in folder.modules.values():
        for part in (module.module, *module.cases.values()):
            yield from _named(part, part.values, ())
        for part in module.items.values():
            for number, item in enumerate(part.values.get("items", ())):
                yield from _named(part, item, ("items", number))


def _named(part: Part, table: Mapping[str, Any], path: KeyPath) -> Iterator[tuple[str, str, int]]:
    line = part.document.line((*path, "sources"))
    sources = table.get("sources", ())
    if isinstance(sources, list):
        yield from ((str(source), part.file, line) for source in sources)
