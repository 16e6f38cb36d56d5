"""Tries what people install, as they would: install, ``vislumbre self-test``, remove, and look whether anything is left."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from steps import project
from steps.errors import CannotBuildError

# A cold runner, with a virus scanner that reads every library of the program first.
_LONGEST_S = 900
_COMMAND = f"{project.NAME}.exe" if sys.platform == "win32" else project.NAME


def self_test(program: Path) -> str:
    """Run the self-test of a program that is installed or frozen, away from this checkout, and return what it said.

    Raises:
        CannotBuildError: It fails, takes too long or writes a line to stderr: a working program has nothing to say there.
    """
    if not program.exists():
        raise CannotBuildError(f"There is no {program}.")
    with tempfile.TemporaryDirectory(prefix="vislumbre-trial-") as folder:
        try:
            ran = subprocess.run(
                [program, "self-test"],
                cwd=folder,
                env=_surroundings(Path(folder)),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
                timeout=_LONGEST_S,
            )
        except subprocess.TimeoutExpired as error:
            raise CannotBuildError(f"The self-test of {program} took more than {_LONGEST_S} s.") from error
    said, complained = (text.decode(errors="replace").strip() for text in (ran.stdout, ran.stderr))
    print(said, flush=True)
    if complained:
        raise CannotBuildError(f"The self-test of {program} wrote to stderr:\n{complained}")
    if ran.returncode != 0:
        raise CannotBuildError(f"The self-test of {program} ended with exit code {ran.returncode}.")
    return said


def try_package(file: Path) -> None:
    """Install one finished file, run the self-test of what it installed, and remove it again.

    Args:
        file: A .deb, .AppImage, .exe (the installer), .zip (the portable program) or .dmg; of this system.

    Raises:
        CannotBuildError: Something of that fails, or something is left; or nobody can try such a file.
    """
    ways: dict[str, Callable[[Path], None]] = {
        ".deb": _try_deb,
        ".appimage": _try_appimage,
        ".exe": _try_setup,
        ".zip": _try_portable,
        ".dmg": _try_dmg,
    }
    way = ways.get(file.suffix.lower())
    if way is None:
        raise CannotBuildError(f"Nobody knows how to try {file.name}.")
    way(file.resolve())


def _surroundings(folder: Path) -> dict[str, str]:
    """Return an environment in which nothing of this checkout's Python is found, and no window of a desktop is needed."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))
    }
    # Where a library would lie if the program made one in the person's place by mistake.
    homes = {} if sys.platform == "win32" else {"HOME": str(folder)}
    return {**kept, **homes, "QT_QPA_PLATFORM": "offscreen"}


def _run(command: Sequence[str | Path], cwd: Path | None = None) -> None:
    print("+", *command, flush=True)
    ran = subprocess.run(list(command), check=False, stdin=subprocess.DEVNULL, timeout=_LONGEST_S, cwd=cwd)
    if ran.returncode != 0:
        raise CannotBuildError(f"{command[0]} ended with exit code {ran.returncode}.")


def _try_deb(file: Path) -> None:
    root = [] if os.geteuid() == 0 else ["sudo"]
    _run([*root, "apt-get", "install", "--yes", "--no-install-recommends", file])
    try:
        self_test(Path("/usr/bin") / project.NAME)
    finally:
        _run([*root, "apt-get", "purge", "--yes", project.NAME])
    _nothing_left([Path("/usr/bin") / project.NAME, Path("/usr/lib") / project.NAME])


def _try_appimage(file: Path) -> None:
    file.chmod(file.stat().st_mode | 0o111)
    with tempfile.TemporaryDirectory(prefix="vislumbre-appimage-") as folder:
        # Without FUSE, which a runner need not have: the file unpacks itself.
        _run([file, "--appimage-extract"], cwd=Path(folder))
        self_test(Path(folder) / "squashfs-root" / "AppRun")


def _try_portable(file: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="vislumbre-portable-") as folder:
        shutil.unpack_archive(file, folder)
        programs = sorted(Path(folder).rglob(_COMMAND))
        if not programs:
            raise CannotBuildError(f"{file.name} has no {_COMMAND} in it.")
        self_test(programs[0])


def _try_setup(file: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="vislumbre-setup-") as folder:
        place = Path(folder) / project.TITLE
        # NSIS wants /D= last and never quoted.
        _run([file, "/S", f"/D={place}"])
        try:
            self_test(place / _COMMAND)
        finally:
            # The remover copies itself elsewhere and returns at once; with _?= it stays, waits and leaves only itself.
            removers = sorted(place.glob("*ninst*.exe"))
            if not removers:
                raise CannotBuildError(f"{file.name} installs nothing that removes the program.")
            _run([removers[0], "/S", f"_?={place}"])
        _nothing_left([path for path in place.rglob("*") if path.is_file() and path != removers[0]])


def _try_dmg(file: Path) -> None:
    with _attached(file) as volume, tempfile.TemporaryDirectory(prefix="vislumbre-dmg-") as folder:
        bundles = sorted(volume.glob("*.app"))
        if not bundles:
            raise CannotBuildError(f"{file.name} has no application in it.")
        installed = Path(folder) / bundles[0].name
        # As the Finder copies it, with links and signature.
        _run(["ditto", bundles[0], installed])
        _run(["codesign", "--verify", "--deep", "--strict", installed])
        self_test(installed / "Contents" / "MacOS" / project.NAME)


@contextmanager
def _attached(file: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="vislumbre-volume-") as folder:
        _run(["hdiutil", "attach", "-readonly", "-nobrowse", "-mountpoint", folder, file])
        try:
            yield Path(folder)
        finally:
            _run(["hdiutil", "detach", folder, "-force"])


def _nothing_left(paths: Sequence[Path]) -> None:
    left = [str(path) for path in paths if os.path.lexists(path)]
    if left:
        raise CannotBuildError(f"Removed, and still there: {', '.join(left)}.")
