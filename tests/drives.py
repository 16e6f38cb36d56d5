"""Real drives for tests: images of a file system, mounted and unmounted like a stick. Skips where that cannot be done."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from desktop_app.library.volumes.connected import Volumes
from desktop_app.library.volumes.volume import Volume

_TIMEOUT_S = 30


class Drive:
    """One file system in a file.

    Attributes:
        label: Its name.
    """

    def __init__(self, image: Path, label: str = "HOLIDAYS") -> None:
        if not hasattr(os, "geteuid") or os.geteuid() != 0:
            pytest.skip("only root may mount a drive")
        for needed in ("mkfs.ext4", "losetup", "mount"):
            if shutil.which(needed) is None:
                pytest.skip(f"{needed} is not on this machine")
        self.label = label
        self._image = image
        with image.open("wb") as file:
            file.truncate(16 * 2**20)
        _run("mkfs.ext4", "-q", "-L", label, str(image))

    def mount(self, place: Path) -> None:
        place.mkdir(parents=True, exist_ok=True)
        done = _run("mount", "-o", "loop", str(self._image), str(place), check=False)
        if done.returncode:
            pytest.skip(f"a drive cannot be mounted here: {done.stderr.strip()}")

    def unmount(self, place: Path) -> None:
        # A listing that is just being made holds it for a moment; an unplugged stick does not ask either.
        _run("umount", "--lazy", str(place))

    @contextmanager
    def mounted_at(self, place: Path) -> Iterator[Path]:
        self.mount(place)
        try:
            yield place
        finally:
            self.unmount(place)


class SaidVolumes(Volumes):
    """Drives as a test says: what is below a mount point belongs to its volume; the rest as the system has it.

    Attributes:
        said: The drives there are.
    """

    def __init__(self, *said: Volume) -> None:
        self.said = list(said)

    def holding(self, path: Path) -> Volume | None:
        real = Path(os.path.realpath(path))
        return next((one for one in self.said if real.is_relative_to(one.mount_point)), super().holding(path))

    def mounted(self) -> list[Volume]:
        return [*self.said, *super().mounted()]


def _run(*command: str, check: bool = True) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, check=check, capture_output=True, text=True, timeout=_TIMEOUT_S)
