"""Installs, upgrades and removes in Wine, with a program that does nothing.

Opt-in, for Wine takes half a minute to begin: VISLUMBRE_WINE names its command. With `wine` of 64 bits alone, the
installer is made for those; what it installs is the same.
"""

import os
import shlex
import subprocess
from pathlib import Path

import pytest

from steps import nsis, project, windows

WINE = shlex.split(os.environ.get("VISLUMBRE_WINE", ""))
STUB = os.environ.get("VISLUMBRE_WINE_STUB", "amd64-unicode")
UNINSTALL = rf"HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\{project.TITLE}"
VERB = rf"HKCU\Software\Classes\Directory\shell\{project.TITLE}"

pytestmark = [
    pytest.mark.skipif(not WINE, reason="VISLUMBRE_WINE does not name the command of Wine"),
    pytest.mark.timeout(600),
]


class Wine:
    """One Windows of Wine, with its own drive C."""

    def __init__(self, prefix: Path) -> None:
        self._environment = dict(os.environ) | {
            "WINEPREFIX": str(prefix),
            "WINEDEBUG": "-all",
            "WINEDLLOVERRIDES": "mscoree,mshtml=",
        }
        self.drive = prefix / "drive_c"

    def run(self, *words: str | Path) -> int:
        """Run a program and wait for all that it started; return how it ended."""
        code = subprocess.run([*WINE, *words], env=self._environment, check=False).returncode
        subprocess.run(["wineserver", "-w"], env=self._environment, check=False)
        return code

    def value(self, key: str, name: str) -> str:
        """Return a value of the registry; empty where there is none."""
        words = [*WINE, "reg", "query", key, "/v", name]
        said = subprocess.run(
            words, env=self._environment, check=False, capture_output=True, text=True
        ).stdout
        return next((line.split(None, 2)[2].strip() for line in said.splitlines() if "REG_" in line), "")


@pytest.fixture
def wine(tmp_path: Path) -> Wine:
    made = Wine(tmp_path / "prefix")
    assert made.run("wineboot", "-i") == 0
    assert made.run("winecfg", "-v", "win10") == 0
    return made


def setup_of(version: str, names: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make the installer of a version with these files besides the executables."""
    tree = folder / f"tree {version}"
    for name in (windows.PROGRAM, windows.WINDOW, *names):
        file = tree / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(version)
    monkeypatch.setattr(project, "VERSION", version)
    output = folder / f"{version}-installer.exe"
    nsis.compile_installer(tree, windows.files_of(tree), output, generated=folder / version, stub=STUB)
    return output


def files_in(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_an_installation_leaves_nothing_behind_but_what_the_person_put_there(
    wine: Wine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = setup_of("1.0.0", ["_internal/both.dll", "_internal/only old/x.dll"], tmp_path, monkeypatch)
    new = setup_of("2.0.0", ["_internal/both.dll", "_internal/new.dll"], tmp_path, monkeypatch)
    pictures = wine.drive / "Pictures"
    pictures.mkdir()
    (pictures / "dog.jpg").write_text("a photo")

    assert wine.run(old, "/S", r"/D=C:\Pictures") == 0
    program = pictures / project.TITLE
    executables = {windows.PROGRAM, windows.WINDOW, "uninstall.exe"}
    assert files_in(program) == {*executables, "_internal/both.dll", "_internal/only old/x.dll"}
    assert wine.value(UNINSTALL, "DisplayVersion") == "1.0.0"
    assert wine.value(UNINSTALL, "InstallLocation") == r"C:\Pictures\Vislumbre"
    assert wine.value(VERB, "MultiSelectModel") == "Single"

    (program / "_internal" / "cat.jpg").write_text("a photo in the wrong place")
    assert wine.run(new, "/S") == 0
    assert files_in(program) == {*executables, "_internal/both.dll", "_internal/new.dll", "_internal/cat.jpg"}
    assert (program / "_internal" / "both.dll").read_text() == "2.0.0"
    assert not (program / "_internal" / "only old").exists()
    assert wine.value(UNINSTALL, "DisplayVersion") == "2.0.0"

    library = next((wine.drive / "users").glob("*/AppData/Local")) / project.TITLE
    library.mkdir()
    (library / "catalog.db").write_text("what was learned")
    assert wine.run(r"C:\Pictures\Vislumbre\uninstall.exe", "/S") == 0
    assert files_in(pictures) == {"dog.jpg", "Vislumbre/_internal/cat.jpg"}
    assert files_in(library) == {"catalog.db"}
    assert wine.value(UNINSTALL, "DisplayVersion") == wine.value(VERB, "MultiSelectModel") == ""


def test_an_old_windows_is_refused(wine: Wine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    setup = setup_of("1.0.0", [], tmp_path, monkeypatch)
    assert wine.run("winecfg", "-v", "win7") == 0
    assert wine.run(setup, "/S", r"/D=C:\Apps") == 3
    assert not (wine.drive / "Apps").exists()
