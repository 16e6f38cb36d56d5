"""A package for Debian and Ubuntu, by dpkg-deb.

It has no scripts of its own: the desktop's database, the icons' cache and the list of man pages are brought up to date by the
triggers of those that keep them, and nothing below a home folder is ever touched.
"""

import gzip
import hashlib
import os
import shutil
import subprocess
import tempfile
from email.utils import formatdate
from pathlib import Path

from steps import linked, linux_files, linux_tree, project
from steps.errors import CannotBuildError

ROOT = project.BUILD / "deb"


def file_name() -> str:
    """Return what the package is called."""
    return f"{project.NAME}_{linux_files.package_version()}_amd64.deb"


def run() -> None:
    """Make the package in ``dist``.

    Raises:
        CannotBuildError: A tool or the frozen program is missing.
    """
    for tool, package_of_it in (("dpkg-deb", "dpkg"), ("xz", "xz-utils"), ("ar", "binutils")):
        if not shutil.which(tool):
            raise CannotBuildError(f"{tool} is missing: on Debian and Ubuntu it is part of {package_of_it}")
    prepare(ROOT)
    project.DIST.mkdir(exist_ok=True)
    package = project.DIST / file_name()
    pack(ROOT, package)
    print(f"{package}: {package.stat().st_size / 1e6:.1f} MB")


def pack(root: Path, package: Path) -> None:
    """Write the package: as dpkg-deb does, but with xz's filter for programs, which takes some percent off.

    dpkg-deb does not offer the filter, and dpkg, which unpacks with xz's own library, reads it as any other.

    Raises:
        subprocess.CalledProcessError: A tool failed; it has said why.
    """
    with tempfile.TemporaryDirectory(dir=package.parent) as made:
        work = Path(made)
        subprocess.run(
            ["dpkg-deb", "--root-owner-group", "-Znone", "--build", root, work / "plain.deb"],
            check=True,
            env=os.environ | {"SOURCE_DATE_EPOCH": str(linux_files.seconds())},
        )
        subprocess.run(["ar", "x", "plain.deb"], check=True, cwd=work)
        for name in ("control.tar", "data.tar"):
            subprocess.run(["xz", "-T0", "--x86", "--lzma2=preset=9e", name], check=True, cwd=work)
        # The order is part of the format. D: no times and owners of this computer.
        members = ["debian-binary", "control.tar.xz", "data.tar.xz"]
        subprocess.run(["ar", "qcSD", "packed.deb", *members], check=True, cwd=work)
        (work / "packed.deb").replace(package)


def prepare(root: Path, frozen: Path = project.FROZEN) -> None:
    """Lay out what is packed: the tree, and what dpkg is told of it.

    Raises:
        CannotBuildError: A library is neither inside nor in a package.
    """
    usr = linux_tree.make(root, frozen)
    _write_debians_own(usr)
    linux_tree.set_modes(root)
    files = [file for file in linux_tree.files_of(root) if not file.is_symlink()]
    told = root / "DEBIAN"
    told.mkdir()
    (told / "md5sums").write_text("".join(f"{_md5(file)}  {file.relative_to(root)}\n" for file in files))
    (told / "control").write_text(
        linux_files.filled(
            "control.in",
            depends=linked.debian_packages(linked.known_from_system(usr)),
            installed_kib=str(sum(_kib(path) for path in usr.rglob("*"))),
        )
    )
    for path in (told, *told.iterdir()):
        path.chmod(0o755 if path.is_dir() else 0o644)


def _write_debians_own(usr: Path) -> None:
    """Write what only Debian has: the changes in its own form, and what lintian need not say."""
    changes = linux_files.filled("changelog.in", rfc_date=formatdate(linux_files.seconds()))
    changelog = usr / "share" / "doc" / project.NAME / "changelog.gz"
    changelog.write_bytes(gzip.compress(changes.encode(), 9, mtime=0))
    overrides = usr / "share" / "lintian" / "overrides" / project.NAME
    overrides.parent.mkdir(parents=True)
    shutil.copyfile(linux_files.TEMPLATES / "lintian-overrides", overrides)


def _md5(file: Path) -> str:
    # Against damage on a disk, not against a person: dpkg knows no other sum here.
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def _kib(path: Path) -> int:
    return 1 if path.is_symlink() or path.is_dir() else -(-path.stat().st_size // 1024)
