"""Every module can be imported on every system; what only a run there shows is shown by the workflow on all three."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
POSIX = {
    "crypt",
    "fcntl",
    "grp",
    "nis",
    "posix",
    "pty",
    "pwd",
    "resource",
    "spwd",
    "syslog",
    "termios",
    "tty",
}
WINDOWS = {"_winapi", "msvcrt", "nt", "winreg", "winsound"}
# Modules that only one system imports, and that say so in their first statement.
OF_ONE_SYSTEM = {
    "desktop_app.library.confinement.linux": {"linux"},
    "desktop_app.library.volumes.linux": {"linux", "darwin"},
}

# Takes away what the other system lacks, once all that is not ours is there, and imports all that is ours.
IMPORT_ALL = """
import importlib, json, os, sys, types

system, names, taken, given, libraries = json.loads(sys.argv[1])
for name in libraries:
    importlib.import_module(name)
for name in taken:
    sys.modules[name] = None
for name in given:
    sys.modules[name] = types.ModuleType(name)
if system == "win32":
    import ctypes

    ctypes.WinDLL, ctypes.windll = ctypes.CDLL, types.SimpleNamespace()
    for name in ("fork", "geteuid", "getuid", "getppid", "fchmod", "chown", "setsid", "killpg", "getpgid", "uname",
                 "sync", "nice", "setpriority", "O_NOFOLLOW", "O_NONBLOCK", "O_DIRECTORY", "O_CLOEXEC", "O_PATH"):
        if hasattr(os, name):
            delattr(os, name)
sys.platform = system
failed = {}
for name in names:
    try:
        importlib.import_module(name)
    except Exception as error:
        failed[name] = repr(error)
print(json.dumps(failed))
"""
LIBRARIES = (
    *(
        "PIL.Image",
        "PySide6.QtDBus",
        "PySide6.QtNetwork",
        "PySide6.QtSvg",
        "PySide6.QtWidgets",
        "asyncio",
        "filelock",
    ),
    *(
        "ftfy",
        "multiprocessing",
        "numpy",
        "platformdirs",
        "psutil",
        "regex",
        "safetensors",
        "subprocess",
        "tempfile",
    ),
    *(
        "tomlkit",
        "urllib.request",
        "watchdog.observers",
        "xxhash",
        "logging.handlers",
        "tokenizers",
        "spellchecker",
    ),
)


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted((ROOT / "desktop_app").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


@pytest.mark.skipif(sys.platform != "linux", reason="the other systems show it by running the tests")
@pytest.mark.parametrize(
    ("system", "taken", "given"), [("win32", POSIX, ["msvcrt", "winreg"]), ("darwin", WINDOWS, [])]
)
def test_every_module_is_imported_on_every_system(system: str, taken: set[str], given: list[str]) -> None:
    # What makes graphs needs torch, which no installed program has.
    names = [
        name
        for name, _ in modules()
        if system in OF_ONE_SYSTEM.get(name, {system})
        and ".export" not in name
        and not name.endswith("__main__")
    ]
    orders = json.dumps([system, names, sorted(taken), given, LIBRARIES])
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, orders],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {}


def test_what_only_some_systems_have_is_imported_behind_a_question() -> None:
    wrong = []
    for name, path in modules():
        text = path.read_text(encoding="utf-8")
        if not any(module in text for module in POSIX | WINDOWS):
            continue
        if name in OF_ONE_SYSTEM:
            wrong += (
                [] if "\nassert sys.platform " in text else [f"{name} does not say which system it is for"]
            )
        else:
            wrong += [f"{name} imports {one}" for one in _unasked(ast.parse(text), asked=False)]
    assert not wrong


def _unasked(node: ast.AST, *, asked: bool) -> Iterator[str]:
    """Yield the modules of some systems that are imported whatever system this is."""
    if isinstance(node, ast.If) and "sys.platform" in ast.unparse(node.test):
        asked = True
    named = [one.name for one in node.names] if isinstance(node, ast.Import) else []
    if isinstance(node, ast.ImportFrom) and not node.level:
        named = [node.module or ""]
    if not asked:
        yield from (one for one in named if one.partition(".")[0] in POSIX | WINDOWS)
    for child in ast.iter_child_nodes(node):
        yield from _unasked(child, asked=asked)
