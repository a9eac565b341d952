"""What must hold for questions."""

from typing import Any

from digicantrain.core.content.folder import Folder, ModuleFolder, Part
from digicantrain.core.content.module_rules import ids, outcome_ids, same_keys

FEWEST, MOST = 3, 5


def check_items(folder: Folder, module: ModuleFolder) -> None:
    """Check all questions of a module."""
    seen: dict[str, str] = {}
    for part in module.items.values():
        for number, item in enumerate(part.values["items"]):
            if item["id"] in seen:
                what = f"The question {item['id']} stands in {seen[item['id']]} too."
                folder.at(part, ("items", number, "id"), what, "Give it another id.")
            seen[item["id"]] = part.file
            _item(folder, module, part, number)
        for language in module.module.values["languages"]:
            if language not in part.words:
                mend = f"Add the file in {language}."
                folder.report(part.file, 1, f"The words are missing in {language}.", mend)
                continue
            same_keys(folder, part, (), ids(part.values["items"]), language=language)
            for item in part.values["items"]:
                if item["id"] in part.said(language):
                    _words(folder, module, part, item, language)


def _item(folder: Folder, module: ModuleFolder, part: Part, number: int) -> None:
    item: dict[str, Any] = part.values["items"][number]
    place = ("items", number)
    if item["outcome"] not in outcome_ids(module):
        mend = f"Use one of {', '.join(outcome_ids(module))}."
        folder.at(part, (*place, "outcome"), f"{item['outcome']} is no outcome.", mend)
    if item.get("document") and item["document"] not in module.documents:
        mend = "Write it in documents/, or name another."
        folder.at(part, (*place, "document"), f"There is no document {item['document']}.", mend)
    if item["kind"] == "text":
        if part.values["use"] == "bank":
            mend = "Only choices are scored by the graded test."
            folder.at(part, (*place, "kind"), "A text cannot stand in the bank.", mend)
        return
    options = item.get("options", [])
    if not FEWEST <= len(options) <= MOST:
        mend = "Write three to five plausible ones."
        folder.at(part, (*place, "options"), f"{item['id']} has {len(options)} options.", mend)
    if item.get("answer") not in options:
        mend = f"Name the best of {', '.join(options)}: answer = ..."
        folder.at(part, (*place, "answer"), f"{item['id']} has no best answer.", mend)


def _words(
    folder: Folder, module: ModuleFolder, part: Part, item: dict[str, Any], language: str
) -> None:
    said, name = part.said(language)[item["id"]], item["id"]
    read = said.get("read")
    steps = {s["id"] for unit in module.units.values() for s in unit.values.get("steps", ())}
    if read and read not in steps:
        what = f"“{read}” is no step of {module.code}."
        folder.at(part, (name, "read"), what, "Name a step's id.", language=language)
    if item["kind"] == "text":
        for key in ("hint", "example"):
            if key not in said:
                what = f"{name} has no {key}."
                folder.at(part, (name,), what, f'Add {key} = "...".', language=language)
        return
    options = item.get("options", [])
    same_keys(folder, part, (name, "options"), options, language=language)
    for key in options:
        if not said.get("feedback", {}).get(key, "").strip():
            what = f"{name} has no feedback for option {key}."
            mend = "Say why it is right or wrong, and where to read on."
            folder.at(part, (name, "feedback"), what, mend, language=language)
    if part.values["use"] == "bank" and not said.get("scenario", "").strip():
        mend = "Write the scene before the question."
        folder.at(part, (name,), f"{name} has no scenario.", mend, language=language)
