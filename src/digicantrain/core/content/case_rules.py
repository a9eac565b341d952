"""What must hold for branching cases."""

from digicantrain.core import cases
from digicantrain.core.content.folder import Folder, ModuleFolder, Part
from digicantrain.core.content.module_rules import ids, same_keys, serves_known

FEWEST_ENDINGS = 3


def check_cases(folder: Folder, module: ModuleFolder) -> None:
    """Check all cases of a module."""
    for name, part in module.cases.items():
        if part.values["id"] != name:
            folder.at(part, ("id",), "The id is not the file's name.", f'Write "{name}".')
        serves_known(folder, module, part, ("outcomes",), part.values["outcomes"])
        document = part.values.get("document")
        if document and document not in module.documents:
            mend = "Write it in documents/, or name another."
            folder.at(part, ("document",), f"There is no document {document}.", mend)
        _machine(folder, part)
        for language in module.module.values["languages"]:
            _words(folder, part, language)


def _machine(folder: Folder, part: Part) -> None:
    design = part.values
    states, endings = design["states"], design["endings"]
    if design["start"] not in states:
        mend = f"Use one of {', '.join(states)}."
        folder.at(part, ("start",), f"The start {design['start']} is no state.", mend)
        return
    for key in states:
        _choices(folder, part, key)
    for key in cases.unreachable(design):
        place = ("endings", key) if key in endings else ("states", key)
        mend = "Let a choice lead to it, or take it away."
        folder.at(part, place, f"No path reaches {key}.", mend)
    for key in cases.without_end(design):
        mend = "Let a choice lead on, so that an ending is reached."
        folder.at(part, ("states", key), f"{key} is a dead end.", mend)
    if len(endings) < FEWEST_ENDINGS:
        mend = "Write at least three, none ridiculous."
        folder.at(part, ("endings",), f"The case has {len(endings)} endings.", mend)
    for key in endings:
        _variants(folder, part, key)


def _variants(folder: Folder, part: Part, key: str) -> None:
    states = part.values["states"]
    for variant in part.values["endings"][key].get("variants", ()):
        for state in (*variant.get("visited", ()), *variant.get("unless", ())):
            if state not in states:
                place = ("endings", key, "variants")
                folder.at(part, place, f"{state} is no state.", "Name a state of the case.")


def _choices(folder: Folder, part: Part, key: str) -> None:
    design = part.values
    seen: set[str] = set()
    for number, choice in enumerate(design["states"][key]["choices"]):
        place = ("states", key, "choices", number)
        if choice["next"] not in design["states"] and choice["next"] not in design["endings"]:
            mend = "Name a state or an ending."
            folder.at(part, (*place, "next"), f"{choice['next']} is nowhere.", mend)
        if choice["id"] in seen:
            mend = "Give each choice of a state its own id."
            folder.at(part, (*place, "id"), f"{choice['id']} stands twice.", mend)
        seen.add(choice["id"])


def _words(folder: Folder, part: Part, language: str) -> None:
    if language not in part.words:
        mend = f"Add the file in {language}."
        folder.report(part.file, 1, f"The words are missing in {language}.", mend)
        return
    design = part.values
    same_keys(folder, part, ("states",), design["states"], language=language)
    for key, state in design["states"].items():
        path = ("states", key, "choices")
        same_keys(folder, part, path, ids(state["choices"]), language=language)
    same_keys(folder, part, ("endings",), design["endings"], language=language)
    for key, ending in design["endings"].items():
        path = ("endings", key, "variants")
        same_keys(folder, part, path, ids(ending.get("variants", ())), language=language)
    same_keys(folder, part, ("debrief",), ids(design["debrief"]), language=language)
