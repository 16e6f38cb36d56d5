"""Tells which files and folders were brought to disk, so that a power cut cannot take them."""

import os
from pathlib import Path

import pytest


class Synced:
    """Notes what `os.fsync` is called for, and does it.

    Attributes:
        count: How many calls there were.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        self._seen: set[tuple[int, int]] = set()
        really = os.fsync

        def fsync(descriptor: int) -> None:
            stat = os.fstat(descriptor)
            self.count += 1
            self._seen.add((stat.st_dev, stat.st_ino))
            really(descriptor)

        monkeypatch.setattr(os, "fsync", fsync)

    def has(self, *paths: Path) -> bool:
        """Return whether all of these were brought to disk, also when they were renamed since."""
        return all((stat.st_dev, stat.st_ino) in self._seen for stat in (path.stat() for path in paths))
