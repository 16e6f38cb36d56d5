"""The tree below /usr that deb, rpm, AppImage and Flatpak share: the frozen program, and what the desktop knows it by."""

import gzip
import os
import shutil
import stat
from pathlib import Path

from steps import linux_docs, linux_files, project, search_paths
from steps.errors import CannotBuildError

# Where the step `licences` puts the texts of everything inside.
_LICENCES = Path("lib") / project.NAME / "_internal" / "licences"


def make(root: Path, frozen: Path = project.FROZEN) -> Path:
    """Make the tree anew below a folder, and return the folder that stands for /usr.

    Args:
        root: Emptied first.
        frozen: The frozen program's folder.

    Raises:
        CannotBuildError: There is no frozen program, or a tool is missing.
    """
    if not os.access(frozen / project.NAME, os.X_OK):
        raise CannotBuildError(f"{frozen} holds no frozen program: python packaging/build.py freeze")
    shutil.rmtree(root, ignore_errors=True)
    usr = root / "usr"
    shutil.copytree(frozen, usr / "lib" / project.NAME, symlinks=True)
    search_paths.make_own(usr)
    (usr / "bin").mkdir()
    (usr / "bin" / project.NAME).symlink_to(f"../lib/{project.NAME}/{project.NAME}")
    linux_docs.write_wherever(usr)
    _write_small_files(usr)
    set_modes(root)
    return usr


def files_of(root: Path) -> list[Path]:
    """Return every file and link of the tree, in order."""
    return [path for path in sorted(root.rglob("*")) if path.is_symlink() or not path.is_dir()]


def _write_small_files(usr: Path) -> None:
    identifier, documents = project.APPLICATION_ID, Path("share") / "doc" / project.NAME
    for place, template in (
        (f"share/applications/{identifier}.desktop", "application.desktop.in"),
        (f"share/applications/{project.NAME}-folder.desktop", "folder.desktop.in"),
        (f"share/metainfo/{identifier}.metainfo.xml", "metainfo.xml.in"),
        (str(documents / "copyright"), "copyright.in"),
    ):
        file = usr / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(linux_files.filled(template), encoding="utf-8")
    changes = (project.ROOT / "CHANGELOG.md").read_bytes()
    (usr / documents / "CHANGELOG.md.gz").write_bytes(gzip.compress(changes, 9, mtime=0))
    if (usr / _LICENCES).is_dir():
        (usr / documents / "licences").symlink_to(Path("../../..") / _LICENCES)


def set_modes(root: Path) -> None:
    """Make everything readable by all and writable by its owner, whatever the umask was; only programs can be run."""
    for path in [root, *root.rglob("*")]:
        if path.is_symlink():
            continue
        runs = path.is_dir() or (path.stat().st_mode & stat.S_IXUSR and ".so" not in path.suffixes)
        path.chmod(0o755 if runs else 0o644)
