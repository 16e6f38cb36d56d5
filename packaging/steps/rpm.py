"""A package for Fedora, openSUSE and their kin, by rpmbuild. Like the deb, it has no scripts of its own."""

import os
import shutil
import subprocess
from pathlib import Path

from steps import linked, linux_docs, linux_files, linux_tree, project
from steps.errors import CannotBuildError

WORK = project.BUILD / "rpm"


def file_name() -> str:
    """Return what the package is called."""
    return f"{project.NAME}-{linux_files.package_version()}-1.x86_64.rpm"


def run() -> None:
    """Make the package in ``dist``.

    Raises:
        CannotBuildError: A tool or the frozen program is missing.
    """
    if not shutil.which("rpmbuild"):
        raise CannotBuildError("rpmbuild is missing: on Debian, apt-get install rpm; on Fedora, rpm-build")
    build(WORK, project.DIST)
    package = project.DIST / file_name()
    print(f"{package}: {package.stat().st_size / 1e6:.1f} MB")


def build(work: Path, target: Path, frozen: Path = project.FROZEN) -> None:
    """Make the package in a folder.

    Args:
        work: Emptied first; the tree is laid out below it.
        target: Where the package goes.
        frozen: The frozen program's folder.

    Raises:
        CannotBuildError: rpmbuild failed, or a library is neither inside nor in the list.
    """
    root = work / "tree"
    usr = linux_tree.make(root, frozen)
    # Fedora and openSUSE read zsh's own folders.
    ours = usr / linux_docs.COMPLETIONS["zsh"].format(name=project.NAME)
    theirs = usr / "share" / "zsh" / "site-functions" / ours.name
    ours.parent.rename(theirs.parent)
    spec = work / "package.spec"
    spec.write_text(
        linux_files.filled(
            "package.spec.in",
            requires=linked.rpm_requires(linked.known_from_system(usr)),
            files="\n".join(listed(root)),
            tree=str(root),
        ),
        encoding="utf-8",
    )
    target.mkdir(exist_ok=True)
    options = {
        "_topdir": work,
        "_rpmdir": target,
        "_rpmfilename": file_name(),
        "_buildhost": "localhost",
        "use_source_date_epoch_as_buildtime": "1",
        "clamp_mtime_to_source_date_epoch": "1",
    }
    defined = [word for name, value in options.items() for word in ("--define", f"{name} {value}")]
    done = subprocess.run(
        ["rpmbuild", "-bb", "--quiet", *defined, spec],
        env=os.environ | {"SOURCE_DATE_EPOCH": str(linux_files.seconds())},
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CannotBuildError(f"rpmbuild failed:\n{done.stderr}")


def listed(root: Path) -> list[str]:
    """Return the files of the package as rpm is told them: the program's own folder whole, all else by name."""
    own = f"/usr/lib/{project.NAME}"
    others = (f"/{file.relative_to(root)}" for file in linux_tree.files_of(root))
    documents = f"/usr/share/doc/{project.NAME}"
    names = [name for name in others if not name.startswith((f"{own}/", f"{documents}/"))]
    return [own, f"%doc {documents}", *names]
