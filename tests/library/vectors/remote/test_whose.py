"""Which library's rows those on a server are: a folder that moved keeps them, one that was copied does not get them."""

import json
import platform
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from desktop_app.library.catalog import Catalog
from desktop_app.library.vectors.remote.whose import library_key
from desktop_app.library.volumes.connected import Volumes
from desktop_app.library.volumes.volume import Volume, place_id

DISK, OTHER_DISK = "uuid:1234-abcd", "uuid:9876-fedc"
MEMORY = place_id("tmpfs", Path("/tmp"))  # nothing is written there


@dataclass(frozen=True)
class On(Volumes):
    """The drive that everything is on; None where the system does not say."""

    id: str | None

    def holding(self, path: Path) -> Volume | None:
        return None if self.id is None else Volume(self.id, "", path)


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    made = Catalog(tmp_path / "catalog.db")
    yield made
    made.close()


@pytest.mark.parametrize(
    ("noted", "disk", "is_same"),
    [
        # Moved on one disk, which may be on another computer now.
        ({"volume": DISK}, DISK, True),
        ({"volume": DISK, "host": "other"}, DISK, True),
        # Copied to a disk where it got the same number.
        ({"volume": DISK}, OTHER_DISK, False),
        ({"volume": DISK, "host": "other"}, OTHER_DISK, False),
        # A disk that nobody can tell from others.
        ({"volume": ""}, None, True),
        ({"volume": "", "host": "other"}, None, False),
        ({"volume": MEMORY, "host": "other"}, MEMORY, False),
        # As earlier versions noted it.
        ({}, DISK, True),
        ({"host": "other"}, DISK, False),
        # Its number says otherwise.
        ({"inode": 1, "volume": DISK}, DISK, False),
        ({"inode": 0, "volume": DISK}, DISK, False),
    ],
)
def test_a_number_on_the_disk_counts_on_that_disk(
    catalog: Catalog, tmp_path: Path, noted: dict[str, object], disk: str | None, is_same: bool
) -> None:
    home = {
        "inode": tmp_path.stat().st_ino,
        "path": str(tmp_path / "elsewhere"),
        "host": platform.node(),
    } | noted
    catalog.notes.set("store key", "before")
    catalog.notes.set("store home", json.dumps(home))
    assert (library_key(catalog, tmp_path, On(disk)) == "before") == is_same
    # What it is from now on, it stays.
    assert library_key(catalog, tmp_path, On(disk)) == catalog.notes.get("store key")


def test_at_its_path_on_this_computer_it_is_the_same_whatever_disk_it_is_on(
    catalog: Catalog, tmp_path: Path
) -> None:
    before = library_key(catalog, tmp_path, On(DISK))
    assert library_key(catalog, tmp_path, On(OTHER_DISK)) == before
    assert library_key(catalog, tmp_path, On(None)) == before
    assert library_key(catalog, tmp_path) == before


@pytest.mark.parametrize("noted", ["", "[]", "{", "7"])
def test_a_note_that_says_nothing_is_that_of_a_copy(catalog: Catalog, tmp_path: Path, noted: str) -> None:
    catalog.notes.set("store key", "before")
    catalog.notes.set("store home", noted)
    assert library_key(catalog, tmp_path) != "before"
