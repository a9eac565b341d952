"""What must hold between a file and its files in the languages: the same keys, none missing."""

from collections.abc import Iterable, Mapping
from typing import Any

from digicantrain.core.content.folder import Folder, ModuleFolder, Part

Place = tuple[str | int, ...]


def ids(rows: Iterable[Mapping[str, Any]], key: str = "id") -> list[str]:
    """Return the identifiers of tables that have one."""
    return [str(row[key]) for row in rows if row[key]]


def languages_of(folder: Folder, part: Part, languages: Iterable[str]) -> list[str]:
    """Return the languages in which a part has its words; report those that are missing."""
    found = []
    for language in languages:
        if language in part.words:
            found.append(language)
        elif part.file:
            name = part.file.rsplit("/", maxsplit=1)[-1].removesuffix(".toml")
            what = f"The words are missing in {language}."
            folder.report(part.file, 1, what, f"Write {name}.{language}.toml.")
    return found


def same_keys(
    folder: Folder, part: Part, path: Place, wanted: Iterable[str], *, language: str
) -> None:
    """Report words that are missing for a key, or that stand for no key."""
    wanted = list(wanted)
    table: Any = part.said(language)
    for key in path:
        table = table.get(key, {}) if isinstance(table, dict) else {}
    for key in wanted:
        if key not in table:
            what = f"The words of “{key}” are missing in {language}."
            folder.at(part, path, what, f'Add {key} = "...".', language=language)
    for key in table:
        if key not in wanted and folder.is_read(part):
            what = f"“{key}” has words but stands nowhere else."
            mend = "Take it away or mend its name."
            folder.at(part, (*path, key), what, mend, language=language)


def once(folder: Folder, part: Part, rows: Place, key: str = "id") -> None:
    """Report identifiers that stand twice in a list of tables."""
    table: Any = part.values
    for step in rows:
        table = table[step]
    seen: set[str] = set()
    for number, row in enumerate(table):
        if row[key] and row[key] in seen:
            what = f"“{row[key]}” stands twice."
            folder.at(part, (*rows, number, key), what, "Give each its own.")
        seen.add(row[key])


def no_stray_language(folder: Folder, module: ModuleFolder) -> None:
    """Report files in languages in which the module does not say that it exists."""
    declared = module.module.values["languages"]
    if not folder.is_sure(module.module, "languages"):
        return
    for said in {(said.file, said.language) for said in folder.texts if said.module == module.code}:
        if said[1] not in declared:
            what = f"The module does not say that it exists in {said[1]}."
            mend = f'Add "{said[1]}" to languages in module.toml, or take the file away.'
            folder.report(said[0], 1, what, mend)
