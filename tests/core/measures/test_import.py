"""The package imports nothing until it is asked, and knows all its names."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from digicantrain.core import measures

HEAVY = (
    "scipy", "numpy", "pandas", "statsmodels", "django", "tqdm", "digicantrain.core.measures.mixed",
)  # fmt: skip


def fresh(code):
    """Run code in a fresh interpreter and return what it printed."""
    done = subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_import_of_the_package_loads_neither_scipy_nor_numpy_nor_django():
    code = "import sys, digicantrain.core.measures; print([x for x in {} if x in sys.modules])"

    assert fresh(code.format(HEAVY)) == "[]"


def test_a_result_can_be_read_without_numpy():
    code = (
        "import sys; from digicantrain.core.measures import Result; print('numpy' in sys.modules)"
    )

    assert fresh(code) == "False"


def test_one_statistic_loads_no_other_and_no_django():
    code = (
        "import sys; from digicantrain.core import measures; measures.cronbach_alpha;"
        "print([x for x in ('scipy', 'django', 'digicantrain.core.measures.irt',"
        " 'digicantrain.core.measures.mixed') if x in sys.modules])"
    )

    assert fresh(code) == "[]"


def test_the_tests_of_change_and_reliability_need_neither_scipy_stats_nor_optimize():
    code = (
        "import sys; from digicantrain.core import measures;"
        "measures.paired_change([1, 2, 3, 2, 4, 3], [2, 4, 3, 3, 5, 5]);"
        "measures.wilcoxon_signed_rank([1, 2, 3, 2, 4, 3], [2, 4, 3, 3, 5, 5]);"
        "measures.cronbach_alpha([[1, 2], [2, 3], [4, 4], [3, 5], [5, 5]]);"
        "print([x for x in ('scipy.stats', 'scipy.optimize') if x in sys.modules])"
    )

    assert fresh(code) == "[]"


def imported_for_types():
    """Return name -> module as the package's imports for the type checker have it."""
    tree = ast.parse(Path(measures.__file__).read_text(encoding="utf-8"))
    return {
        alias.name: node.module.removeprefix("digicantrain.core.measures.")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("digicantrain.core")
        for alias in node.names
    }


def test_the_table_of_names_is_what_the_type_checker_sees():
    table = {name: module for module, names in measures.MODULES.items() for name in names}

    assert imported_for_types() == table
    assert sorted(table) == sorted(measures.__all__)


@pytest.mark.parametrize("name", measures.__all__)
def test_every_name_is_there(name):
    assert getattr(measures, name) is not None
    assert name in dir(measures)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'paired_chnge'"):
        _ = measures.paired_chnge
