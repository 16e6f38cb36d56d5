"""Imports pymilvus without pandas, which it asks for in tables that nobody here hands to it, and `requests` when it is used.

pandas takes a quarter of a second to import, 45 MB of memory, and 50 MB on disk. `requests` takes a twentieth, and is used only
to ask which part of a cluster in several regions to write to.
"""

import importlib.machinery
import importlib.util
import sys
import types
from typing import Any

_STANDS_IN = ("pandas", "pandas.api", "pandas.api.types")
_WHEN_USED = "requests"


def import_client() -> Any:
    """Import pymilvus, if that was not done, and return the class of its clients."""
    if "pandas" in sys.modules or "pymilvus.orm.schema" in sys.modules:
        from pymilvus import MilvusClient
    else:
        _import_when_used(_WHEN_USED)
        sys.modules.update((name, _stand_in(name)) for name in _STANDS_IN)
        try:
            from pymilvus import MilvusClient
        finally:
            # For whoever else wants pandas, like pyarrow, which looks whether it is installed.
            for name in _STANDS_IN:
                sys.modules.pop(name, None)
    return MilvusClient


def _import_when_used(name: str) -> None:
    """Let a module be imported when something of it is first asked for, unless it is there already.

    Not by the standard library's lazy loader: on Python 3.11 the word `import` asks for something.
    """
    spec = importlib.util.find_spec(name) if name not in sys.modules else None
    if spec is None or (loader := spec.loader) is None:
        return
    module = importlib.util.module_from_spec(spec)

    def load(wanted: str) -> Any:
        if module.__dict__.pop("__getattr__", None) is not None:
            loader.exec_module(module)
        return getattr(module, wanted)

    module.__dict__["__getattr__"] = load
    sys.modules[name] = module


def _stand_in(name: str) -> types.ModuleType:
    module = types.ModuleType(name, "Stands in for pandas while pymilvus is imported.")
    module.__spec__ = importlib.machinery.ModuleSpec(name, None, is_package=True)
    module.__path__ = []
    module.__dict__["__getattr__"] = _nothing_is_one
    return module


def _nothing_is_one(name: str) -> type:
    """Return a class that nothing is an instance of, as no table of pandas ever comes here."""
    if name.startswith("__"):
        raise AttributeError(name)
    return type(name, (), {})
