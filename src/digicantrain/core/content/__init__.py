"""From the files of a programme to its design, or to the list of what is wrong with them.

`check` and `parse` take files as a mapping of path to text; reading a folder is the caller's.
"""

from collections.abc import Mapping

from digicantrain.core.content.build import build
from digicantrain.core.content.case_rules import check_cases
from digicantrain.core.content.folder import Folder, read_files
from digicantrain.core.content.item_rules import check_items
from digicantrain.core.content.module_rules import check_module
from digicantrain.core.content.problems import ContentErrors, Problem, format_problem
from digicantrain.core.content.programme_rules import check_programme
from digicantrain.core.content.text_rules import check_texts
from digicantrain.core.content.unit_rules import check_units
from digicantrain.core.design import ProgrammeDesign

__all__ = ["ContentErrors", "Problem", "check", "format_problem", "parse"]


def check(files: Mapping[str, str]) -> list[Problem]:
    """Return all that is wrong in the files, by file and line."""
    return sorted(_checked(files).problems)


def parse(files: Mapping[str, str]) -> ProgrammeDesign:
    """Return the design of a programme.

    Raises:
        ContentErrors: something is wrong; it holds all problems.
    """
    folder = _checked(files)
    if folder.problems:
        raise ContentErrors(folder.problems)
    return build(folder)


def _checked(files: Mapping[str, str]) -> Folder:
    folder = read_files(files)
    check_programme(folder)
    for module in folder.modules.values():
        check_module(folder, module)
        check_units(folder, module)
        check_items(folder, module)
        check_cases(folder, module)
    check_texts(folder)
    return folder
