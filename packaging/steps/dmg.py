"""The disk image for macOS: the application, and a link to the folder that it is dragged into."""

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from steps import bundle, project
from steps.errors import CannotBuildError

OUTPUT = project.DIST / f"{project.TITLE}-{project.VERSION}-macos-arm64.dmg"


def run() -> None:
    """Write the disk image, and sign it where there is somebody to sign. Apple's notary is asked when a release is made.

    Raises:
        CannotBuildError: This is no Mac, the application is missing, or a tool of the system refuses.
    """
    if shutil.which("hdiutil") is None:
        raise CannotBuildError("A disk image is made on a Mac, by hdiutil.")
    if not bundle.APP.is_dir():
        raise CannotBuildError(f"{bundle.APP} is not there. Build it first: python packaging/build.py freeze")
    _call(verify_command(bundle.APP))
    with tempfile.TemporaryDirectory() as folder:
        inside = Path(folder) / "image"
        inside.mkdir()
        # ditto keeps links, rights and signatures, which a plain copy loses.
        _call(["ditto", str(bundle.APP), str(inside / bundle.APP.name)])
        (inside / "Applications").symlink_to("/Applications")
        shutil.copy(project.ROOT / "LICENSE", inside / "LICENSE.txt")
        OUTPUT.parent.mkdir(parents=True, exist_ok=True)
        _call(image_command(inside, OUTPUT))
    if (signer := bundle.identity()) is None:
        print("not signed: CODESIGN_IDENTITY is not set; every Mac will ask before it opens it", flush=True)
    else:
        _call(["codesign", "--sign", signer, "--timestamp", str(OUTPUT)])
    print(f"{OUTPUT.relative_to(project.ROOT)}: {OUTPUT.stat().st_size / 1e6:.0f} MB")


def verify_command(app: Path) -> list[str]:
    """Return the command that looks whether a signature, of somebody or of nobody, covers all of an application."""
    return ["codesign", "--verify", "--deep", "--strict", str(app)]


def image_command(inside: Path, output: Path) -> list[str]:
    """Return the command that makes a compressed image of a folder; LZFSE is read by every macOS we run on."""
    return [
        *("hdiutil", "create", "-volname", project.TITLE, "-srcfolder", str(inside)),
        *("-fs", "HFS+", "-format", "ULFO", "-ov", str(output)),
    ]


def _call(command: Sequence[str]) -> None:
    done = subprocess.run(command, check=False)
    if done.returncode:
        raise CannotBuildError(f"{' '.join(command)} ended with {done.returncode}.")
