"""What must hold for units and their steps, and for the texts of pages."""

import re
from typing import Any

from digicantrain.core import markup
from digicantrain.core.content.folder import Folder, ModuleFolder, Part
from digicantrain.core.content.module_rules import ids, same_keys, serves_known
from digicantrain.core.svg import SvgError, parse

LONGEST_STEP = 10
OUTSIDE = re.compile(r"^(https?://|mailto:)")


def check_units(folder: Folder, module: ModuleFolder) -> None:
    """Check all units of a module."""
    named = module.module.values["units"]
    for name in named:
        if name not in module.units:
            mend = f"Add the folder {name} with unit.toml, or take its name out."
            folder.at(module.module, ("units",), f"There is no unit {name}.", mend)
    seen: dict[str, str] = {}
    for name, part in module.units.items():
        if name not in named:
            mend = "Name it in module.toml, or take the folder away."
            folder.report(part.file, 1, f"The unit {name} is not part of the module.", mend)
        _unit(folder, module, name, part)
        for number, step in enumerate(part.values["steps"]):
            if step["id"] in seen:
                what = f"The step {step['id']} stands in {seen[step['id']]} too."
                folder.at(part, ("steps", number, "id"), what, "Give it another id.")
            seen[step["id"]] = name
    _stray_pages(folder, module)


def _unit(folder: Folder, module: ModuleFolder, name: str, part: Part) -> None:
    values = part.values
    if values["code"] != name:
        folder.at(part, ("code",), "The code is not the folder's name.", f'Write "{name}".')
    serves_known(folder, module, part, ("outcomes",), values["outcomes"])
    for number, step in enumerate(values["steps"]):
        _minutes(folder, part, step, number)
        serves_known(folder, module, part, ("steps", number, "serves"), step["serves"])
        if values["status"] == "written":
            _written_step(folder, module, part, number)
        elif "plan" not in step:
            mend = "Say in a sentence or two what it will hold: plan = ..."
            folder.at(part, ("steps", number), f"“{step['id']}” has no plan.", mend)
    for language in module.module.values["languages"]:
        if language not in part.words:
            mend = f"Add unit.{language}.toml."
            folder.report(part.file, 1, f"The words of {name} are missing in {language}.", mend)
        else:
            same_keys(folder, part, ("steps",), ids(values["steps"]), language=language)


def _minutes(folder: Folder, part: Part, step: dict[str, Any], number: int) -> None:
    place = ("steps", number, "minutes")
    if step["minutes"] == 0:
        folder.at(part, place, f"“{step['id']}” has no minutes.", "Say how long it takes.")
    if step["minutes"] > LONGEST_STEP and "reason" not in step:
        folder.at(
            part,
            place,
            f"“{step['id']}” takes {step['minutes']} minutes; a step takes at most 10.",
            "Split it, or say why: reason = ...",
        )


NEEDS = {"case": ("case",), "feedback": ("form",), "quiz": ("items", "draw"), "page": ()}


def _written_step(folder: Folder, module: ModuleFolder, part: Part, number: int) -> None:
    step: dict[str, Any] = part.values["steps"][number]
    place = ("steps", number)
    needed = NEEDS[step["kind"]]
    if needed and not any(key in step for key in needed):
        mend = f"Add {' or '.join(needed)}."
        folder.at(part, place, f"“{step['id']}” does not say what it shows.", mend)
    for key, known in (
        ("case", module.cases),
        ("form", folder.forms),
    ):
        if key in step and step[key] not in known:
            mend = f"Write the {key}, or name another."
            folder.at(part, (*place, key), f"There is no {key} {step[key]}.", mend)
    _documents(folder, module, part, number)
    practice = practice_items(module)
    for name in step.get("items", ()):
        if name not in practice:
            mend = "Name a question of an items file with use = practice."
            folder.at(part, (*place, "items"), f"There is no practice item {name}.", mend)
    if step["kind"] == "page":
        _page_exists(folder, module, part, number)


def _documents(folder: Folder, module: ModuleFolder, part: Part, number: int) -> None:
    for name in part.values["steps"][number].get("documents", ()):
        if name not in module.documents:
            mend = "Write it in documents/, or name another."
            place = ("steps", number, "documents")
            folder.at(part, place, f"There is no document {name}.", mend)


def practice_items(module: ModuleFolder) -> set[str]:
    """Return the ids of questions inside units."""
    return {
        str(item["id"])
        for part in module.items.values()
        if part.values.get("use") == "practice"
        for item in part.values.get("items", ())
    }


def _page_exists(folder: Folder, module: ModuleFolder, part: Part, number: int) -> None:
    step, unit = part.values["steps"][number], part.values["code"]
    texts = module.pages.get((unit, step["id"]), {})
    for language in module.module.values["languages"]:
        if language not in texts:
            folder.at(
                part,
                ("steps", number),
                f"The text of “{step['id']}” is missing in {language}.",
                f"Write {unit}/{step['id']}.{language}.md.",
            )


def _stray_pages(folder: Folder, module: ModuleFolder) -> None:
    for (unit, step), texts in module.pages.items():
        part = module.units.get(unit)
        known = ids(part.values["steps"]) if part else []
        if step not in known:
            for file, _text in texts.values():
                mend = "Name the step in unit.toml, or take the file away."
                folder.report(file, 1, f"The unit {unit} has no step {step}.", mend)


def check_texts(folder: Folder, module: ModuleFolder) -> None:
    """Check what pages and documents hold."""
    practice = practice_items(module)
    for texts in (*module.pages.values(), *module.documents.values()):
        for language, (file, text) in texts.items():
            _text(folder, file, text)
            _pictures(folder, module, file, text, language)
            for name, line in text.questions:
                if name not in practice:
                    mend = "Write it in items/ with use = practice, or mend its name."
                    folder.report(file, line, f"There is no practice item {name}.", mend)
    for name, versions in module.pictures.items():
        for file, svg in versions.values():
            _picture_file(folder, module, name, file, svg)


def _text(folder: Folder, file: str, text: markup.Text) -> None:
    for line in text.html_lines:
        folder.report(file, line, "The text holds HTML.", "Write it as Markdown.")
    for line in text.high_headings:
        mend = "Begin with ##: the step's title is the page's heading."
        folder.report(file, line, "The heading is too high.", mend)
    for target, line in text.links:
        if not OUTSIDE.match(target):
            mend = "Link to an https address; steps are named by their titles."
            folder.report(file, line, f"The link “{target}” leads nowhere.", mend)


def _pictures(
    folder: Folder, module: ModuleFolder, file: str, text: markup.Text, language: str
) -> None:
    for picture in text.pictures:
        if not picture.alternative.strip():
            mend = "Say between the brackets what the picture teaches."
            folder.report(file, picture.line, f"{picture.name} has no text alternative.", mend)
        versions = module.pictures.get(picture.name.removesuffix(".svg"), {})
        if language not in versions and "" not in versions:
            mend = f"Draw pictures/{picture.name.removesuffix('.svg')}.{language}.svg."
            folder.report(file, picture.line, f"There is no picture {picture.name}.", mend)


def _picture_file(folder: Folder, module: ModuleFolder, name: str, file: str, svg: str) -> None:
    try:
        parse(svg)
    except SvgError as error:
        mend = "Draw it again with what docs/author/files.md allows."
        folder.report(file, error.line, str(error), mend)
    shown = {
        picture.name.removesuffix(".svg")
        for texts in (*module.pages.values(), *module.documents.values())
        for _file, text in texts.values()
        for picture in text.pictures
    }
    if name not in shown:
        mend = "Show it in a text, or take it away."
        folder.report(file, 1, f"The picture {name} is shown nowhere.", mend)
