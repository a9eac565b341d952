"""Modules that are imported when they are first used."""

import importlib.util
import sys
from types import ModuleType


def lazily(name: str) -> ModuleType:
    """Return a module whose import waits for the first look at anything in it.

    numpy costs a process 11 MB and a quarter of a second; a web server that shows no results
    never needs it.
    """
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.find_spec(name)
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
