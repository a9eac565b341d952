"""What must hold for a badge of its own for some of a module's units: `[[credit.badges]]`."""

from decimal import Decimal
from typing import Any

from digicantrain.core.content.folder import Folder, ModuleFolder
from digicantrain.core.content.words_rules import ids, once, same_keys
from digicantrain.core.credits import minutes_of

BADGES = ("credit", "badges")


def check_badges(folder: Folder, module: ModuleFolder) -> None:
    """Check the badges that can be earned by parts of the units that the credit names."""
    part = module.module
    rows = (part.values.get("credit") or {}).get("badges", [])
    if rows:
        once(folder, part, BADGES)
    for number in range(len(rows)):
        _units(folder, module, number)
        _check_of_its_own(folder, module, number)
        _below_one_credit(folder, module, number)
    for language in part.words:
        if "credit" in part.values and "credit" in part.said(language):
            same_keys(folder, part, BADGES, ids(rows), language=language)


def _units(folder: Folder, module: ModuleFolder, number: int) -> None:
    """Report units that do not stack: each belongs to the credit, and to one badge."""
    part, credit = module.module, module.module.values["credit"]
    row, place = credit["badges"][number], (*BADGES, number, "units")
    if not folder.is_sure(part, *place) or not folder.is_sure(part, "credit", "units"):
        return
    if not row["units"]:
        folder.at(part, place, f"The badge {row['id']} names no unit.", "Name one or more.")
    earlier = [name for other in credit["badges"][:number] for name in other["units"]]
    for name in row["units"]:
        if name not in credit["units"]:
            mend = "Name a unit of [credit]: the badge stacks into what the module awards."
            folder.at(part, place, f"The credit does not count the unit {name}.", mend)
        if name in earlier:
            mend = "Let each unit lead to one badge."
            folder.at(part, place, f"The unit {name} stands in two badges.", mend)
    if row["units"] and set(credit["units"]) <= set(row["units"]):
        mend = "Leave a unit out: the module's own credential stands for all of them."
        folder.at(part, place, f"The badge {row['id']} is the whole credit.", mend)


def _steps(folder: Folder, module: ModuleFolder, number: int) -> list[dict[str, Any]] | None:
    """Return the steps of a badge's units, or nothing where not all of them could be read."""
    names = module.module.values["credit"]["badges"][number]["units"]
    units = [module.units[name] for name in names if name in module.units]
    if not names or len(units) < len(names):
        return None
    if not all(folder.is_sure(unit, "steps") for unit in units):
        return None
    return [step for unit in units for step in unit.values["steps"]]


def _check_of_its_own(folder: Folder, module: ModuleFolder, number: int) -> None:
    steps = _steps(folder, module, number)
    if steps is None or any(step["kind"] in {"quiz", "case"} for step in steps):
        return
    name = module.module.values["credit"]["badges"][number]["id"]
    mend = "Name a unit with a quiz or a case too, or take the badge away."
    what = f"The badge {name} rests on no check."
    folder.at(module.module, (*BADGES, number, "units"), what, mend)


def _below_one_credit(folder: Folder, module: ModuleFolder, number: int) -> None:
    steps, hours = _steps(folder, module, number), folder.programme.values["hours_per_ects"]
    if steps is None or not folder.is_sure(folder.programme, "hours_per_ects"):
        return
    total = sum(step["minutes"] for step in steps)
    if total >= minutes_of(Decimal(1), hours_per_ects=Decimal(hours)):
        name = module.module.values["credit"]["badges"][number]["id"]
        mend = "Name fewer units: from one whole credit on it is a micro-credential."
        what = f"The badge {name} takes {total} minutes, one ECTS credit or more."
        folder.at(module.module, (*BADGES, number, "units"), what, mend)
