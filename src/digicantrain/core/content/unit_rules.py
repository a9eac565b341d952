"""What must hold for units and their steps, and that their texts exist."""

from typing import Any

from digicantrain.core.content.folder import Folder, ModuleFolder, Part
from digicantrain.core.content.module_rules import serves_known, steps_are_sure, steps_of
from digicantrain.core.content.text_rules import items_are_sure, practice_items
from digicantrain.core.content.words_rules import ids, languages_of, same_keys

LONGEST_STEP = 10
# what a written step of a kind shows (one of these), and what else it may have
SHOWS = {"page": (), "case": ("case",), "quiz": ("items", "draw"), "feedback": ("form",)}
ALSO = {"assessed": "case"}


def check_units(folder: Folder, module: ModuleFolder) -> None:
    """Check all units of a module."""
    named = module.module.values["units"]
    for name in named:
        if name not in module.units or not module.units[name].file:
            mend = f"Add the folder {name} with unit.toml, or take its name out."
            folder.at(module.module, ("units",), f"There is no unit {name}.", mend)
    seen: dict[str, str] = {}
    for name, part in module.units.items():
        if name not in named and part.file and folder.is_sure(module.module, "units"):
            mend = "Name it in module.toml, or take the folder away."
            folder.report(part.file, 1, f"The unit {name} is not part of the module.", mend)
        _unit(folder, module, name)
        for number, step in enumerate(part.values["steps"]):
            if step["id"] and step["id"] in seen:
                what = f"The step {step['id']} stands in {seen[step['id']]} too."
                folder.at(part, ("steps", number, "id"), what, "Give it another id.")
            seen.setdefault(step["id"], name)
    _stray_pages(folder, module)
    _unused(folder, module)


def _unit(folder: Folder, module: ModuleFolder, name: str) -> None:
    part = module.units[name]
    if part.values["code"] != name:
        mend = f'Write code = "{name}".'
        folder.at(part, ("code",), "The code is not the folder's name.", mend)
    _outcomes(folder, module, part)
    for number, step in enumerate(part.values["steps"]):
        _minutes(folder, part, number)
        _keys_fit(folder, part, number)
        if part.values["status"] == "written":
            _written_step(folder, module, part, number)
        elif "plan" not in step:
            mend = "Say in a sentence or two what it will hold: plan = ..."
            folder.at(part, ("steps", number), f"“{step['id']}” has no plan.", mend)
    for language in languages_of(folder, part, module.module.values["languages"]):
        same_keys(folder, part, ("steps",), ids(part.values["steps"]), language=language)


def _outcomes(folder: Folder, module: ModuleFolder, part: Part) -> None:
    named = part.values["outcomes"]
    serves_known(folder, module, part, ("outcomes",), named)
    served = set()
    for number, step in enumerate(part.values["steps"]):
        place = ("steps", number, "serves")
        serves_known(folder, module, part, place, step["serves"])
        served |= set(step["serves"])
        for code in step["serves"]:
            if code not in named and folder.is_sure(part, "outcomes"):
                mend = "Add it to the unit's outcomes, or take it out here."
                folder.at(part, place, f"The unit does not say that it serves {code}.", mend)
        if not step["serves"]:
            mend = "Say which: a step that serves none can go."
            folder.at(part, place, f"“{step['id']}” serves no outcome.", mend)
    for code in named:
        if code not in served:
            mend = "Let a step serve it, or take it out."
            folder.at(part, ("outcomes",), f"No step of the unit serves {code}.", mend)


def _minutes(folder: Folder, part: Part, number: int) -> None:
    step = part.values["steps"][number]
    if step["minutes"] > LONGEST_STEP and "reason" not in step:
        folder.at(
            part,
            ("steps", number, "minutes"),
            f"“{step['id']}” takes {step['minutes']} minutes; a step takes at most {LONGEST_STEP}.",
            "Split it, or say why: reason = ...",
        )


def _keys_fit(folder: Folder, part: Part, number: int) -> None:
    step = part.values["steps"][number]
    owners = {key: kind for kind, keys in SHOWS.items() for key in keys} | ALSO
    for key, kind in owners.items():
        if key in step and step["kind"] != kind:
            what = f"A {step['kind']} has no `{key}`."
            mend = f'Take it out, or write kind = "{kind}".'
            folder.at(part, ("steps", number, key), what, mend)
    if "items" in step and "draw" in step:
        mend = "Keep items for practice, or draw for the graded test."
        folder.at(part, ("steps", number, "draw"), "A quiz has items or a draw, not both.", mend)


def _written_step(folder: Folder, module: ModuleFolder, part: Part, number: int) -> None:
    step: dict[str, Any] = part.values["steps"][number]
    place = ("steps", number)
    needed = SHOWS[step["kind"]]
    if needed and not any(step.get(key) for key in needed):
        mend = f"Add {' or '.join(needed)}."
        folder.at(part, place, f"“{step['id']}” does not say what it shows.", mend)
    for key, known in (("case", module.cases), ("form", folder.forms)):
        if key in step and (step[key] not in known or not known[step[key]].file):
            mend = f"Write the {key}, or name another."
            folder.at(part, (*place, key), f"There is no {key} {step[key]}.", mend)
    for name in step.get("documents", ()):
        document_exists(folder, module, part, (*place, "documents"), name)
    if step["kind"] == "quiz":
        _quiz(folder, module, part, number)
    if step["kind"] == "page":
        _page_exists(folder, module, part, number)


def _quiz(folder: Folder, module: ModuleFolder, part: Part, number: int) -> None:
    step, place = part.values["steps"][number], ("steps", number)
    for name in step.get("items", ()):
        if name not in practice_items(module) and items_are_sure(folder, module):
            mend = "Name a question of an items file with use = practice."
            folder.at(part, (*place, "items"), f"There is no practice item {name}.", mend)
    drawn = module.module.values["assessment"].get("blueprint")
    if "draw" in step and not drawn and folder.is_sure(module.module, "assessment"):
        mend = "Add [[assessment.blueprint]] to module.toml."
        folder.at(part, (*place, "draw"), "There is no blueprint to draw by.", mend)


def document_exists(
    folder: Folder, module: ModuleFolder, part: Part, place: tuple[str | int, ...], name: str
) -> None:
    """Report a document that is named and does not stand in all languages of the module."""
    if name not in module.documents:
        mend = "Write it in documents/, or name another."
        folder.at(part, place, f"There is no document {name}.", mend)
        return
    for language in module.module.values["languages"]:
        if language not in module.documents[name]:
            mend = f"Write documents/{name}.{language}.md."
            folder.at(part, place, f"The document {name} is missing in {language}.", mend)


def _page_exists(folder: Folder, module: ModuleFolder, part: Part, number: int) -> None:
    step, unit = part.values["steps"][number], part.values["code"]
    texts = module.pages.get((unit, step["id"]), {})
    for language in module.module.values["languages"]:
        if language not in texts:
            what = f"The text of “{step['id']}” is missing in {language}."
            mend = f"Write {unit}/{step['id']}.{language}.md."
            folder.at(part, ("steps", number), what, mend)
        elif not texts[language][1].pieces and texts[language][0] not in folder.broken:
            folder.report(texts[language][0], 1, "The text is empty.", "Write it.")


def pages_are_sure(folder: Folder, module: ModuleFolder) -> bool:
    """Whether all texts of steps could be read."""
    return not any(
        file in folder.broken
        for languages in module.pages.values()
        for file, _text in languages.values()
    )


def _stray_pages(folder: Folder, module: ModuleFolder) -> None:
    for (unit, step), texts in module.pages.items():
        part = module.units.get(unit)
        if part and not folder.is_sure(part, "steps"):
            continue
        if step not in (ids(part.values["steps"]) if part else []):
            for file, _text in texts.values():
                mend = "Name the step in unit.toml, or take the file away."
                folder.report(file, 1, f"The unit {unit} has no step {step}.", mend)


def _unused(folder: Folder, module: ModuleFolder) -> None:
    """Report cases, documents and practice questions that no step shows."""
    if not steps_are_sure(folder, module):
        return
    steps, mend = steps_of(module), "Show it in a step, or take it away."
    for name in module.documents.keys() - _documents_shown(module, steps):
        for file, _text in module.documents[name].values():
            folder.report(file, 1, f"No step shows the document {name}.", mend)
    for name in module.cases.keys() - {step.get("case") for step in steps}:
        folder.at(module.cases[name], (), f"No step shows the case {name}.", mend)
    if items_are_sure(folder, module) and pages_are_sure(folder, module):
        _unasked(folder, module)


def _unasked(folder: Folder, module: ModuleFolder) -> None:
    asked = {name for step in steps_of(module) for name in step.get("items", ())}
    for said in folder.texts:
        asked |= {name for name, _line in said.text.questions if said.module == module.code}
    for part in module.items.values():
        for number, item in enumerate(part.values["items"]):
            if part.values["use"] == "practice" and item["id"] not in asked:
                what = f"No step asks the question {item['id']}."
                mend = "Ask it in a step, or take it away."
                folder.at(part, ("items", number), what, mend)


def _documents_shown(module: ModuleFolder, steps: list[dict[str, Any]]) -> set[str]:
    rows = [item for part in module.items.values() for item in part.values["items"]]
    rows += [part.values for part in module.cases.values()]
    shown = {name for step in steps for name in step.get("documents", ())}
    return shown | {str(row["document"]) for row in rows if "document" in row}
