"""What must hold for a module as a whole: outcomes, workload, assessment, credit, words."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from digicantrain.core.content.folder import Folder, ModuleFolder, Part
from digicantrain.core.credits import minutes_of

VAGUE = (
    "understand", "know", "learn", "appreciate", "be aware", "be familiar", "grasp", "realise",
    "become", "be able", "have", "gain", "acquire", "familiarise", "comprehend", "study",
)  # fmt: skip


def check_module(folder: Folder, module: ModuleFolder) -> None:
    """Check a module whose own file has the right shape."""
    part = module.module
    if part.values["code"] != module.code:
        folder.at(part, ("code",), "The code is not the folder's name.", f'Write "{module.code}".')
    _outcomes(folder, module)
    _workload(folder, module)
    _assessment(folder, module)
    _gaps(folder, module)
    _credit(folder, module)
    for language in part.values["languages"]:
        _words(folder, part, language)


def ids(rows: Iterable[dict[str, Any]], key: str = "id") -> list[str]:
    """Return the identifiers of tables."""
    return [str(row[key]) for row in rows]


def outcome_ids(module: ModuleFolder) -> list[str]:
    """Return the module's outcomes."""
    return ids(module.module.values["outcomes"])


def _outcomes(folder: Folder, module: ModuleFolder) -> None:
    part = module.module
    codes = ids(folder.competences.values.get("competences", ()), "code")
    seen: set[str] = set()
    for number, row in enumerate(part.values["outcomes"]):
        place = ("outcomes", number)
        if row["id"] in seen:
            folder.at(part, place, f"{row['id']} stands twice.", "Give each outcome its own id.")
        seen.add(row["id"])
        verb = row["verb"].strip().lower()
        if any(verb == vague or verb.startswith(f"{vague} ") for vague in VAGUE):
            folder.at(
                part,
                (*place, "verb"),
                f"“{row['verb']}” cannot be observed.",
                "Say what the learner does: explain, choose, set up, prioritise, write.",
            )
        for code in row["competences"]:
            if code not in codes:
                mend = "Use a code of competences.toml."
                folder.at(part, (*place, "competences"), f"{code} is no competence.", mend)
    known = folder.programme.values.get("modules", [])
    for code in part.values["prerequisites"]:
        if code not in known or code == module.code:
            mend = "Use the code of another module of programme.toml."
            folder.at(part, ("prerequisites",), f"{code} cannot come before this module.", mend)


def _workload(folder: Folder, module: ModuleFolder) -> None:
    part = module.module
    rows = part.values["workload"]
    for number, row in enumerate(rows):
        place = ("workload", number)
        if row["minutes"] == 0:
            mend = "Say how long it takes."
            folder.at(part, (*place, "minutes"), f"“{row['id']}” has no minutes.", mend)
        serves_known(folder, module, part, (*place, "serves"), row["serves"])
        _unit_minutes(folder, module, row, number)
    wanted = minutes_of(
        Decimal(part.values["ects"]),
        hours_per_ects=Decimal(str(folder.programme.values.get("hours_per_ects", 27))),
    )
    total = sum(row["minutes"] for row in rows)
    if total != wanted:
        folder.at(
            part,
            ("workload",),
            f"The workload adds up to {total} minutes; {part.values['ects']} ECTS are {wanted:f}.",
            f"Change activities by {wanted - total:+f} minutes, or the credits.",
        )


def _unit_minutes(folder: Folder, module: ModuleFolder, row: dict[str, Any], number: int) -> None:
    names = row.get("units", [])
    missing = [name for name in names if name not in module.units]
    place = ("workload", number, "units")
    if missing:
        folder.at(module.module, place, f"There is no unit {missing[0]}.", "Name a unit's folder.")
        return
    steps = [s for name in names for s in module.units[name].values.get("steps", ())]
    total = sum(step["minutes"] for step in steps)
    if names and total != row["minutes"]:
        folder.at(
            module.module,
            place,
            f"“{row['id']}” says {row['minutes']} minutes; its units' steps take {total}.",
            f"Write minutes = {total}, or change the steps.",
        )


def serves_known(
    folder: Folder,
    module: ModuleFolder,
    part: Part,
    place: tuple[str | int, ...],
    serves: Iterable[str],
) -> None:
    """Report outcomes that the module does not promise."""
    for code in serves:
        if code not in outcome_ids(module):
            mend = f"Use one of {', '.join(outcome_ids(module))}."
            folder.at(part, place, f"{code} is no outcome of {module.code}.", mend)


def _assessment(folder: Folder, module: ModuleFolder) -> None:
    part, rules = module.module, module.module.values["assessment"]
    serves_known(folder, module, part, ("assessment", "assesses"), rules["assesses"])
    if rules["pass_mark"] > 100:
        folder.at(part, ("assessment", "pass_mark"), "The pass mark is per cent.", "At most 100.")
    bank: dict[tuple[str, str], int] = {}
    for items in module.items.values():
        if items.values.get("use") == "bank":
            for item in items.values.get("items", ()):
                key = (item["outcome"], item["difficulty"])
                bank[key] = bank.get(key, 0) + 1
    for number, row in enumerate(rules.get("blueprint", ())):
        place = ("assessment", "blueprint", number)
        serves_known(folder, module, part, place, [row["outcome"]])
        there = bank.get((row["outcome"], row["difficulty"]), 0)
        if row["count"] > there:
            folder.at(
                part,
                place,
                f"The test asks for {row['count']} items of {row['outcome']}, "
                f"{row['difficulty']}; the bank has {there}.",
                "Write more items, or draw fewer.",
            )


def _gaps(folder: Folder, module: ModuleFolder) -> None:
    """Report outcomes that are promised but not taught or not assessed."""
    values = module.module.values
    taught = {code for row in values["workload"] for code in row["serves"]}
    assessed = set(values["assessment"]["assesses"])
    if values["assessment"].get("blueprint"):
        assessed &= _asked(module)
    if values.get("credit"):
        taught &= _in_steps(module)
    for number, row in enumerate(values["outcomes"]):
        place = ("outcomes", number)
        if row["id"] not in taught:
            mend = "Let a step or an activity serve it, or do not promise it."
            folder.at(module.module, place, f"{row['id']} is promised but not taught.", mend)
        if row["id"] not in assessed:
            mend = "Let an item, a case or the assessment ask for it, or do not promise it."
            folder.at(module.module, place, f"{row['id']} is promised but not assessed.", mend)


def _steps(module: ModuleFolder) -> list[dict[str, Any]]:
    return [step for unit in module.units.values() for step in unit.values.get("steps", ())]


def _in_steps(module: ModuleFolder) -> set[str]:
    return {code for step in _steps(module) for code in step["serves"]}


def _asked(module: ModuleFolder) -> set[str]:
    rows = module.module.values["assessment"]["blueprint"]
    asked = {row["outcome"] for row in rows if row["count"]}
    for step in _steps(module):
        case = module.cases.get(step.get("case", ""))
        if step.get("assessed") and case:
            asked |= set(case.values.get("outcomes", ()))
    return asked


def _credit(folder: Folder, module: ModuleFolder) -> None:
    part, given = module.module, module.module.values.get("credit")
    if not given:
        return
    for name in given["units"]:
        unit = module.units.get(name)
        if unit is None or unit.values.get("status") != "written":
            mend = "Name written units only."
            folder.at(part, ("credit", "units"), f"{name} is not a written unit.", mend)
    if given["kind"] == "micro-credential" and set(given["units"]) != set(part.values["units"]):
        folder.at(
            part,
            ("credit", "kind"),
            "A micro-credential stands for the whole module.",
            'Name all units, or write kind = "badge".',
        )


def _words(folder: Folder, part: Part, language: str) -> None:
    if language not in part.words:
        mend = f"Add module.{language}.toml, or take the language out."
        folder.at(part, ("languages",), f"The words in {language} are missing.", mend)
        return
    said = part.said(language)
    keys = {
        "outcomes": ids(part.values["outcomes"]),
        "workload": ids(part.values["workload"]),
    }
    for table, wanted in keys.items():
        same_keys(folder, part, (table,), wanted, language=language)
    if part.values.get("credit") and "credit" not in said:
        mend = "Add [credit] with title and reason."
        folder.at(part, (), "The words of [credit] are missing.", mend, language=language)


def same_keys(
    folder: Folder,
    part: Part,
    path: tuple[str | int, ...],
    wanted: Iterable[str],
    *,
    language: str,
) -> None:
    """Report words that are missing for a key, or that stand for no key."""
    table: Any = part.said(language)
    for key in path:
        table = table.get(key, {}) if isinstance(table, dict) else {}
    for key in wanted:
        if key not in table:
            what = f"The words of “{key}” are missing in {language}."
            folder.at(part, path, what, f'Add {key} = "...".', language=language)
    for key in table:
        if key not in wanted:
            what = f"“{key}” has words but stands nowhere else."
            folder.at(part, (*path, key), what, "Take it away or mend its name.", language=language)
