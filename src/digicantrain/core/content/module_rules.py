"""What must hold for a module as a whole: outcomes, workload, assessment, credit, words."""

import re
from collections.abc import Iterable
from typing import Any

from digicantrain.core.content.badge_rules import check_badges
from digicantrain.core.content.files import PARTICIPATION, SUPERVISION
from digicantrain.core.content.folder import Folder, ModuleFolder, Part
from digicantrain.core.content.words_rules import (
    Place,
    ids,
    languages_of,
    no_stray_language,
    once,
    same_keys,
)
from digicantrain.core.credits import minutes_of
from digicantrain.core.design import Design

VAGUE = re.compile(
    r"(?:understand|know|learn|appreciate|grasp|reali[sz]e|acquire|gain|familiari[sz]e|comprehend"
    r"|study|internali[sz]e|perceive|master|become|have|possess|be|get to know|see the importance"
    r"|deepen|strengthen|enhance|explore|feel|think|believe|develop an understanding)(?:s|es|ing)?"
    r"(?:\s|$)",
    re.IGNORECASE,
)


def check_module(folder: Folder, module: ModuleFolder) -> None:
    """Check a module's own file and its words."""
    part = module.module
    if part.values["code"] != module.code:
        mend = f'Write code = "{module.code}".'
        folder.at(part, ("code",), "The code is not the folder's name.", mend)
    once(folder, part, ("outcomes",))
    once(folder, part, ("workload",))
    _outcomes(folder, module)
    _prerequisites(folder, module)
    _workload(folder, module)
    _assessment(folder, module)
    _gaps(folder, module)
    _status(folder, module)
    _level(folder, module)
    _credit(folder, module)
    check_badges(folder, module)
    _languages(folder, module)


def outcome_ids(module: ModuleFolder) -> list[str]:
    """Return the module's outcomes."""
    return ids(module.module.values["outcomes"])


def steps_of(module: ModuleFolder) -> list[dict[str, Any]]:
    """Return all steps of a module's units."""
    return [step for unit in module.units.values() for step in unit.values["steps"]]


def steps_are_sure(folder: Folder, module: ModuleFolder) -> bool:
    """Whether all units are there and their steps could be read."""
    there = {*module.module.values["units"]} <= module.units.keys()
    return there and all(folder.is_sure(unit, "steps") for unit in module.units.values())


def serves_known(
    folder: Folder, module: ModuleFolder, part: Part, place: Place, serves: Iterable[str]
) -> None:
    """Report outcomes that the module does not promise."""
    if folder.is_sure(module.module, "outcomes"):
        for code in serves:
            if code and code not in outcome_ids(module):
                mend = f"Use one of {', '.join(outcome_ids(module))}."
                folder.at(part, place, f"{code} is no outcome of {module.code}.", mend)


def _outcomes(folder: Folder, module: ModuleFolder) -> None:
    part = module.module
    codes = ids(folder.competences.values["competences"], "code")
    if not part.values["outcomes"]:
        mend = "Add [[outcomes]]: what the learner can do afterwards."
        folder.at(part, ("outcomes",), "The module promises nothing.", mend)
    for number, row in enumerate(part.values["outcomes"]):
        place = ("outcomes", number)
        _observable(folder, part, (*place, "verb"), row["verb"])
        for code in row["competences"]:
            if code not in codes and folder.is_sure(folder.competences, "competences"):
                mend = "Use a code of competences.toml."
                folder.at(part, (*place, "competences"), f"{code} is no competence.", mend)
        if not row["competences"]:
            mend = "Name one of competences.toml."
            folder.at(part, (*place, "competences"), f"{row['id']} serves no competence.", mend)


def _observable(folder: Folder, part: Part, place: Place, verb: str, *, language: str = "") -> None:
    found = VAGUE.match(verb.strip())
    if found:
        mend = "Say what one can see: explain, choose, set up, prioritise, write."
        what = f"“{found.group().strip()}” cannot be observed."
        folder.at(part, place, what, mend, language=language)


def _prerequisites(folder: Folder, module: ModuleFolder) -> None:
    known = folder.programme.values["modules"]
    if not folder.is_sure(folder.programme, "modules"):
        return
    for code in module.module.values["prerequisites"]:
        if code not in known or code == module.code:
            mend = "Use the code of another module of programme.toml."
            what = f"{code} cannot come before {module.code}."
            folder.at(module.module, ("prerequisites",), what, mend)
    own = module.module.values["prerequisites"]
    if module.code in _before(folder, own) and module.code not in own:
        what = f"{module.code} comes before itself, by way of its prerequisites."
        folder.at(module.module, ("prerequisites",), what, "Let one of them come first.")


def _before(folder: Folder, codes: Iterable[str]) -> set[str]:
    """Return modules and all that comes before them."""
    seen: set[str] = set()
    todo = list(codes)
    while todo:
        code = todo.pop()
        if code in folder.modules and code not in seen:
            todo += folder.modules[code].module.values["prerequisites"]
        seen.add(code)
    return seen


def _workload(folder: Folder, module: ModuleFolder) -> None:
    part = module.module
    rows = part.values["workload"]
    for number, row in enumerate(rows):
        place = ("workload", number)
        serves_known(folder, module, part, (*place, "serves"), row["serves"])
        _unit_minutes(folder, module, number)
    _each_unit_counts_once(folder, module)
    ects, hours = part.values["ects"], folder.programme.values["hours_per_ects"]
    wanted = minutes_of(ects, hours_per_ects=hours)
    total = sum(row["minutes"] for row in rows)
    is_known = folder.is_sure(part, "ects") and folder.is_sure(folder.programme, "hours_per_ects")
    if is_known and total != wanted:
        folder.at(
            part,
            ("workload",),
            f"The workload adds up to {total} minutes; {ects} ECTS of {hours} h are {wanted:f}.",
            f"Change activities by {wanted - total:+f} minutes in all, or the credits.",
        )


def _unit_minutes(folder: Folder, module: ModuleFolder, number: int) -> None:
    row, place = module.module.values["workload"][number], ("workload", number, "units")
    names = row.get("units", [])
    for name in names:
        if name not in module.units:
            folder.at(module.module, place, f"There is no unit {name}.", "Name a unit's folder.")
    units = [module.units[name] for name in names if name in module.units]
    total = sum(step["minutes"] for unit in units for step in unit.values["steps"])
    sure = all(folder.is_sure(unit, "steps") for unit in units) and len(units) == len(names)
    if names and sure and total != row["minutes"]:
        folder.at(
            module.module,
            (*place[:2], "minutes"),
            f"“{row['id']}” says {row['minutes']} minutes; the steps of its units take {total}.",
            f"Write minutes = {total}, or change the steps.",
        )


def _each_unit_counts_once(folder: Folder, module: ModuleFolder) -> None:
    counted = [name for row in module.module.values["workload"] for name in row.get("units", ())]
    for name in module.module.values["units"]:
        if counted.count(name) != 1:
            what = f"The unit {name} is counted in {counted.count(name)} activities."
            mend = "Name it in the units of one [[workload]] activity."
            folder.at(module.module, ("workload",), what, mend)


def _assessment(folder: Folder, module: ModuleFolder) -> None:
    part, rules = module.module, module.module.values["assessment"]
    serves_known(folder, module, part, ("assessment", "assesses"), rules["assesses"])
    bank = _bank(module)
    sure = all(folder.is_sure(items, "items") for items in module.items.values())
    rows = rules.get("blueprint", [])
    for number, row in enumerate(rows):
        place = ("assessment", "blueprint", number)
        serves_known(folder, module, part, place, [row["outcome"]])
        key = (row["outcome"], row["difficulty"])
        if key in {(other["outcome"], other["difficulty"]) for other in rows[:number]}:
            mend = "Add the counts up in one row."
            folder.at(part, place, f"{' and '.join(key)} stand in two rows.", mend)
        there = bank.count(key)
        if row["count"] > there and sure:
            folder.at(
                part,
                (*place, "count"),
                f"The test draws {row['count']} items of {' '.join(key)}; the bank has {there}.",
                "Write more items, or draw fewer.",
            )


def _bank(module: ModuleFolder) -> list[tuple[str, str]]:
    return [
        (item["outcome"], item["difficulty"])
        for items in module.items.values()
        if items.values["use"] == "bank"
        for item in items.values["items"]
    ]


def design_of(module: ModuleFolder) -> Design:
    """Return what a module promises, teaches and assesses.

    A test does not teach. Where there are units, they teach what their steps serve; where there is
    a test, it assesses what its blueprint draws and what its assessed cases ask.
    """
    values = module.module.values
    taught = {
        code for row in values["workload"] if row["type"] != "assessment" for code in row["serves"]
    }
    if module.units:
        taught &= {code for step in steps_of(module) if _teaches(step) for code in step["serves"]}
    assessed = set(values["assessment"]["assesses"])
    if values["assessment"].get("blueprint"):
        assessed &= _asked(module)
    promised = tuple(outcome_ids(module))
    return Design(promised, frozenset(taught), frozenset(assessed))


def _teaches(step: dict[str, Any]) -> bool:
    return "draw" not in step and step["kind"] != "feedback" and not step.get("assessed")


def _asked(module: ModuleFolder) -> set[str]:
    asked = {row["outcome"] for row in module.module.values["assessment"]["blueprint"]}
    for step in steps_of(module):
        case = module.cases.get(step.get("case", ""))
        if step.get("assessed") and case:
            asked |= set(case.values["outcomes"])
    return asked


MENDS = {
    "taught": "Let an activity and a step serve it, or do not promise it.",
    "assessed": "Let an item, a case or the assessment ask for it, or do not promise it.",
}


def _gaps(folder: Folder, module: ModuleFolder) -> None:
    sure = all(folder.is_sure(unit, "steps") for unit in module.units.values())
    sure = sure and all(folder.is_sure(case, "outcomes") for case in module.cases.values())
    gaps = design_of(module).gaps() if sure else []
    for number, row in enumerate(module.module.values["outcomes"]):
        for gap in gaps:
            if gap.outcome == row["id"]:
                folder.at(module.module, ("outcomes", number), f"{gap}.", MENDS[gap.what])


def _status(folder: Folder, module: ModuleFolder) -> None:
    part = module.module
    written = [unit.values["status"] == "written" for unit in module.units.values()]
    if not all(folder.is_sure(unit, "status") for unit in module.units.values()):
        return
    right = "outline" if not any(written) else "complete" if all(written) else "partial"
    said = part.values["status"]
    # A module whose written units are all it has may still say that more is to come.
    if said != right and not (said == "partial" and right == "complete"):
        mend = f'Write status = "{right}", or change the units.'
        what = f"The status says {said}; {sum(written)} of {len(written)} units are written."
        folder.at(part, ("status",), what, mend)


def _level(folder: Folder, module: ModuleFolder) -> None:
    part = module.module
    if not folder.is_sure(part, "eqf_basis"):
        return
    referenced = part.values["eqf_basis"] == "referenced"
    if referenced and not part.values.get("eqf_framework"):
        mend = "Add eqf_framework, the national framework, or write self-assessed."
        what = "The level is referenced, and not said to which framework."
        folder.at(part, ("eqf_basis",), what, mend)
    if not referenced and "eqf_framework" in part.values:
        mend = 'Write eqf_basis = "referenced", or leave it out.'
        what = "A self-assessed level names a framework."
        folder.at(part, ("eqf_framework",), what, mend)


LACKS = "What is earned lacks an element"
STATED = {
    "participation": ("form of participation", PARTICIPATION),
    "supervision": ("supervision and identity verification during assessment", SUPERVISION),
}
ELEMENTS = {
    "outcomes": "learning outcomes",
    "workload": "notional workload",
    "eqf": "level (EQF) and what it rests on",
    "eqf_basis": "level (EQF) and what it rests on",
    "assessment": "type of assessment",
}


def _stated(folder: Folder, part: Part) -> None:
    """Report what a credential must say and the credit does not."""
    for key, (name, options) in STATED.items():
        if key not in part.values["credit"]:
            mend = f"Add {key} to [credit]: one of {', '.join(options)}."
            folder.at(part, ("credit",), f"{LACKS}: {name}.", mend)
    for key, name in ELEMENTS.items():
        if (part.file, (key,)) in folder.shapeless or part.values[key] == []:
            folder.at(part, ("credit",), f"{LACKS}: {name}.", f"Mend {key} in this file.")


def _credit(folder: Folder, module: ModuleFolder) -> None:
    part, given = module.module, module.module.values.get("credit")
    if not given:
        return
    _stated(folder, part)
    place = ("credit", "units")
    for name in given["units"]:
        unit = module.units.get(name)
        if unit is not None and unit.file and not folder.is_sure(unit, "status"):
            continue
        if unit is None or unit.values["status"] != "written":
            folder.at(part, place, f"{name} is not a written unit.", "Name written units only.")
    units = [module.units[name] for name in given["units"] if name in module.units]
    steps = [step for unit in units for step in unit.values["steps"]]
    if not any("draw" in step or step.get("assessed") for step in steps):
        mend = "Name the unit that holds the test or the assessed case."
        folder.at(part, place, f"{LACKS}: {ELEMENTS['assessment']}.", mend)
    is_whole = part.values["status"] == "complete" and len(units) == len(part.values["units"])
    if given["kind"] == "micro-credential" and not is_whole:
        what = "A micro-credential stands for the whole module."
        mend = 'Write and name all units, or write kind = "badge".'
        folder.at(part, ("credit", "kind"), what, mend)


def _languages(folder: Folder, module: ModuleFolder) -> None:
    part = module.module
    for language in folder.programme.values["languages"]:
        if language not in part.values["languages"]:
            mend = f'Translate it and add "{language}".'
            what = f"The programme exists in {language}; this module does not."
            folder.at(part, ("languages",), what, mend)
    no_stray_language(folder, module)
    for language in languages_of(folder, part, part.values["languages"]):
        _words(folder, part, language)


def _words(folder: Folder, part: Part, language: str) -> None:
    said = part.said(language)
    for table in ("outcomes", "workload"):
        same_keys(folder, part, (table,), ids(part.values[table]), language=language)
    for key, text in said["outcomes"].items() if language == "en" else ():
        _observable(folder, part, ("outcomes", key), text, language=language)
    if ("credit" in part.values) != ("credit" in said):
        mend = "Add [credit] with title and reason to both files, or to none."
        folder.at(part, (), "[credit] stands in one file only.", mend, language=language)
    first = part.values["languages"][0]
    for table in ("glossary", "workplace"):
        if table in part.said(first) and table not in said:
            mend = f"Translate it from {first}."
            what = f"[{table}] is missing in {language}."
            folder.at(part, (), what, mend, language=language)
