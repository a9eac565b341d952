"""What must hold for branching cases."""

from digicantrain.core import cases
from digicantrain.core.content.folder import Folder, ModuleFolder, Part
from digicantrain.core.content.module_rules import serves_known
from digicantrain.core.content.unit_rules import document_exists
from digicantrain.core.content.words_rules import ids, languages_of, once, same_keys

FEWEST_ENDINGS = 3


def check_cases(folder: Folder, module: ModuleFolder) -> None:
    """Check all cases of a module."""
    for name, part in module.cases.items():
        if part.values["id"] != name:
            mend = f'Write id = "{name}".'
            folder.at(part, ("id",), "The id is not the file's name.", mend)
        serves_known(folder, module, part, ("outcomes",), part.values["outcomes"])
        if part.values.get("document"):
            document_exists(folder, module, part, ("document",), part.values["document"])
        once(folder, part, ("debrief",))
        _machine(folder, part)
        for language in languages_of(folder, part, module.module.values["languages"]):
            _words(folder, part, language)


def _machine(folder: Folder, part: Part) -> None:
    states, endings = part.values["states"], part.values["endings"]
    for key in states:
        once(folder, part, ("states", key, "choices"))
        _choices(folder, part, key)
    if len(endings) < FEWEST_ENDINGS:
        mend = "Write at least three, none ridiculous."
        folder.at(part, ("endings",), f"The case has {len(endings)} endings.", mend)
    for key in states.keys() & endings.keys():
        mend = "Give the ending another name."
        folder.at(part, ("endings", key), f"{key} is a state and an ending.", mend)
    for key in endings:
        _variants(folder, part, key)
    if part.values["start"] not in states:
        mend = f"Use one of {', '.join(states)}."
        folder.at(part, ("start",), f"The start {part.values['start']} is no state.", mend)
    else:
        _paths(folder, part)


def _paths(folder: Folder, part: Part) -> None:
    for key in cases.unreachable(part.values):
        place = ("endings", key) if key in part.values["endings"] else ("states", key)
        mend = "Let a choice lead to it, or take it away."
        folder.at(part, place, f"No path reaches {key}.", mend)
    for key in cases.without_end(part.values):
        mend = "Let a choice lead on, so that an ending is reached."
        folder.at(part, ("states", key), f"{key} is a dead end.", mend)
    if cases.has_way_without_points(part.values):
        mend = "Let each way to an ending pass a state that is scored."
        folder.at(part, ("start",), "On one way through the case no points are possible.", mend)


def _choices(folder: Folder, part: Part, key: str) -> None:
    for number, choice in enumerate(part.values["states"][key]["choices"]):
        if choice["next"] not in {*part.values["states"], *part.values["endings"]}:
            place = ("states", key, "choices", number, "next")
            mend = "Name a state or an ending."
            folder.at(part, place, f"“{choice['next']}” is nowhere.", mend)


def _variants(folder: Folder, part: Part, key: str) -> None:
    variants = part.values["endings"][key].get("variants", [])
    if variants:
        once(folder, part, ("endings", key, "variants"))
    for number, variant in enumerate(variants):
        for state in (*variant.get("visited", ()), *variant.get("unless", ())):
            if state not in part.values["states"]:
                place = ("endings", key, "variants", number)
                folder.at(part, place, f"{state} is no state.", "Name a state of the case.")


def _words(folder: Folder, part: Part, language: str) -> None:
    design = part.values
    same_keys(folder, part, ("states",), design["states"], language=language)
    for key in design["states"].keys() & part.said(language)["states"].keys():
        choices = ids(design["states"][key]["choices"])
        same_keys(folder, part, ("states", key, "choices"), choices, language=language)
    same_keys(folder, part, ("endings",), design["endings"], language=language)
    for key in design["endings"].keys() & part.said(language)["endings"].keys():
        variants = ids(design["endings"][key].get("variants", ()))
        same_keys(folder, part, ("endings", key, "variants"), variants, language=language)
    same_keys(folder, part, ("debrief",), ids(design["debrief"]), language=language)
