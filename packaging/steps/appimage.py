"""One file for any Linux: the tree as a squashfs behind AppImage's runtime, which mounts it and starts the program.

The runtime is taken from the file that VISLUMBRE_APPIMAGE_RUNTIME names, or downloaded; either way its SHA-256 has to be the
one below. No information for updates is put in, for the program never updates itself.
"""

import hashlib
import os
import shutil
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

from steps import linked, linux_files, linux_tree, project
from steps.errors import CannotBuildError

APPDIR = project.BUILD / "AppDir"
RUNTIME_VARIABLE = "VISLUMBRE_APPIMAGE_RUNTIME"
# Linked with everything it needs, so that no libfuse2 has to be installed.
RUNTIME_URL = "https://github.com/AppImage/type2-runtime/releases/download/20251108/runtime-x86_64"
RUNTIME_SHA256 = "2fca8b443c92510f1483a883f60061ad09b46b978b2631c807cd873a47ec260d"
_WAIT_S = 60
# A trial of the rest where the runtime cannot be had; the file is then called what it is.
UNCHECKED_VARIABLE = "VISLUMBRE_APPIMAGE_TRIAL"


def file_name() -> str:
    """Return what the file is called."""
    return f"{project.TITLE}-{project.VERSION}-x86_64.AppImage"


def run() -> None:
    """Make the AppDir, and of it the one file in ``dist``.

    Raises:
        CannotBuildError: A tool, the frozen program or the runtime is missing; the AppDir is there nevertheless.
    """
    make_appdir(APPDIR)
    if not shutil.which("mksquashfs"):
        raise CannotBuildError("mksquashfs is missing: on Debian, apt-get install squashfs-tools")
    is_trial = bool(os.environ.get(UNCHECKED_VARIABLE))
    runtime = _runtime(checked=not is_trial)
    project.DIST.mkdir(exist_ok=True)
    package = project.DIST / (f"TRIAL-{file_name()}" if is_trial else file_name())
    join(APPDIR, runtime, package)
    print(f"{package}: {package.stat().st_size / 1e6:.1f} MB")


def make_appdir(appdir: Path, frozen: Path = project.FROZEN) -> None:
    """Lay out the folder that the runtime mounts.

    Raises:
        CannotBuildError: There is no frozen program, or it needs a library that is neither inside nor in the list.
    """
    usr = linux_tree.make(appdir, frozen)
    linked.known_from_system(usr)
    identifier = project.APPLICATION_ID
    # What integrates AppImages into a menu takes one entry, the one at the top.
    (usr / "share" / "applications" / f"{project.NAME}-folder.desktop").unlink()
    (appdir / "AppRun").symlink_to(f"usr/lib/{project.NAME}/{project.NAME}")
    (appdir / f"{identifier}.desktop").symlink_to(f"usr/share/applications/{identifier}.desktop")
    icon = f"usr/share/icons/hicolor/256x256/apps/{identifier}.png"
    (appdir / f"{identifier}.png").symlink_to(icon)
    (appdir / ".DirIcon").symlink_to(icon)


def join(appdir: Path, runtime: bytes, package: Path) -> None:
    """Write the runtime, and behind it the folder as a squashfs, into one file that can be run.

    Raises:
        subprocess.CalledProcessError: mksquashfs failed; it has said why.
    """
    part = package.with_suffix(".part")
    part.unlink(missing_ok=True)
    moment = str(linux_files.seconds())
    # The runtime reads zstd and gzip, not xz.
    packing = ["-comp", "zstd", "-Xcompression-level", "22", "-b", "1M", "-offset", str(len(runtime))]
    owners = ["-root-owned", "-noappend", "-no-xattrs", "-mkfs-time", moment, "-all-time", moment]
    subprocess.run(
        ["mksquashfs", appdir, part, *packing, *owners, "-quiet", "-no-progress"],
        check=True,
        # The times are given by option, and mksquashfs refuses to be told twice.
        env={name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"},
    )
    with part.open("r+b") as opened:
        opened.write(runtime)
    part.chmod(0o755)
    part.replace(package)


def _runtime(*, checked: bool) -> bytes:
    if named := os.environ.get(RUNTIME_VARIABLE):
        try:
            runtime = Path(named).read_bytes()
        except OSError as error:
            raise CannotBuildError(f"{named}, which {RUNTIME_VARIABLE} names: {error.strerror}") from error
    else:
        runtime = _downloaded()
    found = hashlib.sha256(runtime).hexdigest()
    if checked and found != RUNTIME_SHA256:
        raise CannotBuildError(f"the runtime has the SHA-256 {found}, not {RUNTIME_SHA256}; it is not used")
    return runtime


def _downloaded() -> bytes:
    try:
        with urllib.request.urlopen(RUNTIME_URL, timeout=_WAIT_S) as answer:
            return bytes(answer.read())
    except (urllib.error.URLError, OSError) as error:
        reason = getattr(error, "reason", error)
        raise CannotBuildError(
            f"AppImage's runtime cannot be fetched from {RUNTIME_URL} ({reason}); {APPDIR} is ready. Fetch it elsewhere and "
            f"name the file in {RUNTIME_VARIABLE}."
        ) from error
