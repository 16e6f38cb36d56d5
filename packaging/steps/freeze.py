"""The program with its Python in one folder, build/frozen, made by PyInstaller in a virtual environment of its own."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from steps import contents, project
from steps.errors import CannotBuildError

# Whatever runs the driver, the program is frozen with this Python, the oldest that it supports.
PYTHON = (3, 11)
VENV = project.BUILD / "freeze-venv"
LOG = project.BUILD / "freeze.log"
# With the hashes of every file: what is shipped is what somebody has looked at.
PINS = tuple(project.PACKAGING / "hashed" / name for name in ("requirements.txt", "requirements-build.txt"))
_BIN = "Scripts" if sys.platform == "win32" else "bin"
_MISSING = re.compile(r"Library not found: could not resolve '([^']+)', dependency of '([^']+)'")
_NOT_IMPORTED = re.compile(r"Hidden import '([^']+)' not found")


def run() -> None:
    """Freeze the program into `project.FROZEN`, which is made anew.

    Raises:
        CannotBuildError: Something is missing here, and the message says what.
    """
    python = build_python()
    shutil.rmtree(project.FROZEN.parent, ignore_errors=True)
    if sys.platform != "linux":
        _call([str(python), "-m", "steps.icons"], "the icons")
    said = _call(
        [str(python), "-m", "PyInstaller", *_words(), str(project.PACKAGING / "vislumbre.spec")], "it"
    )
    LOG.write_text(said, encoding="utf-8")
    if found := problems(said, sys.platform):
        raise CannotBuildError(f"what was frozen would not run: {'; '.join(found)}. The log is {LOG}.")
    if sys.platform == "linux":
        from steps import slimming

        slimming.slim(project.FROZEN)
    print(f"frozen into {project.FROZEN}")


def build_python() -> Path:
    """Return the interpreter of the environment that is frozen, which is made where it is missing or outdated.

    Raises:
        CannotBuildError: There is no Python of the right version, or a package cannot be had.
    """
    python = VENV / _BIN / ("python.exe" if sys.platform == "win32" else "python")
    stamp = VENV / "pins"
    pins = hashlib.sha256(b"".join(path.read_bytes() for path in PINS)).hexdigest()
    if python.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == pins:
        return python
    shutil.rmtree(VENV, ignore_errors=True)
    _call([_base_python(), "-m", "venv", str(VENV)], "its environment")
    for path in PINS:
        # --no-deps: the pinned files name everything, so nothing else can come in.
        words = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--no-deps"]
        _call([*words, "--require-hashes", "-r", str(path)], "its environment")
    stamp.write_text(pins, encoding="utf-8")
    return python


def problems(log: str, platform: str) -> list[str]:
    """Return what PyInstaller only warns of, though what it froze would not run, as sentences without a full stop.

    Args:
        log: All that it said.
        platform: As `sys.platform` names it.
    """
    missing: dict[str, str] = {}
    for library, needed_by in _MISSING.findall(log):
        place = needed_by.replace("\\", "/").rpartition("site-packages/")[2]
        if contents.is_shipped(library, platform) and contents.is_shipped(place, platform):
            missing.setdefault(library, place)
    found = [f"{library} is not installed here, and {place} needs it" for library, place in missing.items()]
    return found + [f"the module {name} is not there" for name in sorted(set(_NOT_IMPORTED.findall(log)))]


def _base_python() -> str:
    """Return an interpreter of the version that is frozen."""
    if sys.version_info[:2] == PYTHON:
        return sys.executable
    wanted = ".".join(map(str, PYTHON))
    if found := shutil.which(f"python{wanted}"):
        return found
    raise CannotBuildError(f"Python {wanted} is not here, and the program is frozen with that.")


def _words() -> list[str]:
    folder = project.FROZEN.parent
    return [
        "--noconfirm",
        "--clean",
        "--distpath",
        str(folder),
        "--workpath",
        str(project.BUILD / "pyinstaller"),
    ]


def _call(words: list[str], what: str) -> str:
    """Run a program and return all that it said; the same sources give the same files."""
    environment = os.environ | {"PYTHONHASHSEED": "1", "PYTHONPATH": str(project.PACKAGING)}
    environment.setdefault("SOURCE_DATE_EPOCH", _written_at())
    done = subprocess.run(
        words,
        cwd=project.ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CannotBuildError(f"{what} could not be made:\n{done.stdout[-4000:]}")
    return done.stdout


def _written_at() -> str:
    """Return when the sources were written, in seconds: their last commit, or a fixed day outside of git."""
    try:
        words = ["git", "log", "-1", "--format=%ct"]
        done = subprocess.run(words, cwd=project.ROOT, capture_output=True, text=True, check=False)
    except OSError:
        return "1577836800"
    return done.stdout.strip() or "1577836800"
