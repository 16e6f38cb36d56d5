import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import desktop_app.library as front_door

SOURCE = Path(str(front_door.__file__))


def _read_by_type_checkers() -> dict[str, tuple[str, str]]:
    """Return what type checkers read of the front door: module and name there, by the name here."""
    tree = ast.parse(SOURCE.read_text(encoding="utf-8"))
    (block,) = [
        node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    ]
    return {
        alias.asname or alias.name: (str(node.module), alias.name)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def test_a_type_checker_and_python_see_the_same_front_door():
    read = _read_by_type_checkers()
    assert sorted(read) == sorted(front_door.__all__)
    for name, (module, its_name) in read.items():
        assert getattr(front_door, name) is getattr(importlib.import_module(module), its_name)


def test_nothing_else_is_behind_the_front_door():
    with pytest.raises(AttributeError, match="has no attribute 'Catalog'"):
        front_door.Catalog  # type: ignore[attr-defined]  # noqa: B018  that is the point


def test_a_window_is_painted_before_the_engine_is_imported():
    code = (
        "import sys, desktop_app.ui.app.application\n"
        "print(*(name for name in ('desktop_app.library.library', 'desktop_app.library.catalog', 'numpy', 'PIL',"
        " 'sqlite3', 'desktop_app.library.models', 'importlib.metadata', 'desktop_app.ui.app.library_session', 'desktop_app.ui.settings.dialog') if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
