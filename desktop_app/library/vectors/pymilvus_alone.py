"""Imports pymilvus without pandas, which it asks for in tables that nobody here hands to it.

pandas takes a quarter of a second to import, 45 MB of memory, and 50 MB on disk.
"""

import importlib.machinery
import sys
import types
from typing import Any

_STANDS_IN = ("pandas", "pandas.api", "pandas.api.types")


def import_client() -> Any:
    """Import pymilvus, if that was not done, and return the class of its clients."""
    if "pandas" in sys.modules or "pymilvus.orm.schema" in sys.modules:
        from pymilvus import MilvusClient
    else:
        sys.modules.update((name, _stand_in(name)) for name in _STANDS_IN)
        try:
            from pymilvus import MilvusClient
        finally:
            # For whoever else wants pandas, like pyarrow, which looks whether it is installed.
            for name in _STANDS_IN:
                sys.modules.pop(name, None)
    return MilvusClient


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
