"""Makes what was frozen on Linux smaller: symbols that only a debugger reads are taken out."""

import shutil
import subprocess
from pathlib import Path

from steps.elf import can_be_loaded, elf_files
from steps.errors import CannotBuildError


def slim(folder: Path) -> None:
    """Strip every library in a folder that can be loaded afterwards.

    Raises:
        CannotBuildError: `strip` is not installed.
    """
    if shutil.which("strip") is None:
        raise CannotBuildError("strip is not installed: on Debian, apt-get install binutils.")
    before = after = 0
    for path in elf_files(folder / "_internal"):
        before += path.stat().st_size
        _strip(path)
        after += path.stat().st_size
    print(f"stripped: {(before - after) / 2**20:.0f} MiB less")


def _strip(path: Path) -> None:
    stripped = path.with_name(f"{path.name}.stripped")
    words = ["strip", "--strip-unneeded", "-o", str(stripped), str(path)]
    done = subprocess.run(words, capture_output=True, check=False)
    if done.returncode == 0 and can_be_loaded(stripped) and stripped.stat().st_size < path.stat().st_size:
        stripped.replace(path)
    else:
        stripped.unlink(missing_ok=True)
