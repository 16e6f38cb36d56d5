"""A Flatpak, by flatpak-builder, from the same tree. Where the runtime is not installed, the manifest is written and read."""

import shutil
import subprocess
from pathlib import Path

from steps import linux_files, linux_tree, project
from steps.errors import CannotBuildError

WORK = project.BUILD / "flatpak"
MANIFEST = WORK / f"{project.APPLICATION_ID}.yml"


def run() -> None:
    """Write the manifest, and make ``dist/Vislumbre-…-x86_64.flatpak``.

    Raises:
        CannotBuildError: flatpak-builder or the runtime is missing; the manifest is there nevertheless.
    """
    usr = linux_tree.make(WORK / "tree")
    MANIFEST.write_text(manifest(usr), encoding="utf-8")
    if not shutil.which("flatpak-builder"):
        raise CannotBuildError(f"flatpak-builder is missing; {MANIFEST} is ready")
    shown = subprocess.run(
        ["flatpak-builder", "--show-manifest", MANIFEST],
        cwd=WORK,
        capture_output=True,
        text=True,
        check=False,
    )
    if shown.returncode:
        raise CannotBuildError(f"flatpak-builder cannot read {MANIFEST}: {shown.stderr.strip()}")
    repository, built = WORK / "repo", WORK / "built"
    done = subprocess.run(
        [
            "flatpak-builder",
            "--force-clean",
            "--disable-rofiles-fuse",
            f"--repo={repository}",
            built,
            MANIFEST,
        ],
        cwd=WORK,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise CannotBuildError(f"{MANIFEST} can be read, but flatpak-builder stopped: {said}")
    project.DIST.mkdir(exist_ok=True)
    package = project.DIST / f"{project.TITLE}-{project.VERSION}-x86_64.flatpak"
    subprocess.run(["flatpak", "build-bundle", repository, package, project.APPLICATION_ID], check=True)
    print(f"{package}: {package.stat().st_size / 1e6:.1f} MB")


def manifest(usr: Path) -> str:
    """Return the manifest for a tree that stands for /usr."""
    return linux_files.filled("flatpak.yml.in", tree=str(usr))
