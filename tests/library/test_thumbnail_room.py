"""Thumbnails are held below what their disk has room for, and many of them without listing them all."""

import os
import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from desktop_app.library import thumbnail_room
from desktop_app.library.thumbnail_room import ThumbnailRoom

SIZE_BYTES = 1000
_Usage = namedtuple("_Usage", "total used free")


class Disk:
    """A disk of which so much is free as is said."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, free_bytes: int) -> None:
        self.free_bytes = free_bytes
        monkeypatch.setattr(shutil, "disk_usage", lambda _place: _Usage(0, 0, self.free_bytes))


class Folder:
    """A folder of thumbnails, spread over sixteen folders as hashes are; the higher its number, the younger."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, number: int) -> None:
        shard = self.path / f"{number % 16:02x}"
        shard.mkdir(parents=True, exist_ok=True)
        place = shard / f"{shard.name}{number:06}.jpg"
        place.write_bytes(b"x" * SIZE_BYTES)
        used_ns = (1_000_000 + number) * 10**9
        os.utime(place, ns=(used_ns, used_ns))

    @property
    def numbers(self) -> list[int]:
        return sorted(int(path.stem[2:]) for path in self.path.rglob("*.jpg"))


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "thumbnails")


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The folders that were listed, one after the other."""
    names: list[str] = []

    def listed_and_told(folder: Path) -> list[os.DirEntry[str]]:
        if len(folder.name) == 2:
            names.append(folder.name)
        return listed(folder)

    listed = thumbnail_room.listed
    monkeypatch.setattr(thumbnail_room, "listed", listed_and_told)
    return names


def test_they_take_half_of_what_they_have_and_what_is_free(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(40):
        folder.add(number)
    disk = Disk(monkeypatch, 40 * SIZE_BYTES)
    assert ThumbnailRoom(folder.path, None).trim() == 0
    disk.free_bytes = 20 * SIZE_BYTES
    assert ThumbnailRoom(folder.path, None).trim() == 10
    assert folder.numbers == list(range(10, 40))


def test_a_large_disk_has_room_for_more_than_four_gigabytes(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    Disk(monkeypatch, 100 * 2**30)
    folder.add(0)
    room = ThumbnailRoom(folder.path, None)
    assert room.trim() == 0
    for _ in range(30):
        room.make(2**30)
    assert folder.numbers == [0]


def test_a_disk_that_others_fill_is_noticed_after_a_twentieth(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Disk(monkeypatch, 1000 * SIZE_BYTES)
    for number in range(100):
        folder.add(number)
    room = ThumbnailRoom(folder.path, None)
    room.trim()
    disk.free_bytes = 0
    for number in range(100, 130):
        room.make(SIZE_BYTES)
        folder.add(number)
    assert len(folder.numbers) <= 65
    assert folder.numbers[-1] == 129


def test_of_many_only_a_few_folders_are_looked_at(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, looked_at: list[str]
) -> None:
    monkeypatch.setattr(thumbnail_room, "_LOOKED_AT", 40)
    for number in range(320):
        folder.add(number)
    assert ThumbnailRoom(folder.path, 400 * SIZE_BYTES).trim() == 0
    assert len(looked_at) == 2


def test_many_are_held_below_the_limit_by_looking_at_few_for_each_that_is_written(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, looked_at: list[str]
) -> None:
    monkeypatch.setattr(thumbnail_room, "_LOOKED_AT", 40)
    room = ThumbnailRoom(folder.path, 320 * SIZE_BYTES)
    for number in range(1000):
        room.make(SIZE_BYTES)
        folder.add(number)
        if number % 50 == 0:
            assert len(folder.numbers) <= 1.05 * 320
    left = folder.numbers
    assert 0.85 * 320 <= len(left) <= 1.05 * 320
    # The young ones are there, all of them; the old ones went.
    assert left[-200:] == list(range(800, 1000))
    assert len(looked_at) <= 1000


def test_what_has_become_too_much_goes_at_once_when_it_is_trimmed(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thumbnail_room, "_LOOKED_AT", 40)
    for number in range(320):
        folder.add(number)
    assert ThumbnailRoom(folder.path, 160 * SIZE_BYTES).trim() == 160
    assert folder.numbers == list(range(160, 320))


def test_what_cannot_be_made_again_is_asked_for_seldom_and_goes_last(folder: Folder) -> None:
    asked: list[int] = []

    def precious() -> set[str]:
        asked.append(1)
        return {"00000000", "01000001"}

    room = ThumbnailRoom(folder.path, 10 * SIZE_BYTES, precious)
    for number in range(60):
        room.make(SIZE_BYTES)
        folder.add(number)
    assert folder.numbers[:2] == [0, 1]
    assert folder.numbers[-7:] == list(range(53, 60))
    assert len(asked) == 1
