"""The library, or a part of it, may not be written: said in words, nothing lost, and complete once it may again.

The folders are really read-only, by a mount, which holds root too.
"""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.journeys.test_broken_library import PHOTOS, asked, base, made, run
from tests.pictures import save_colour

pytestmark = pytest.mark.xdist_group("mounts")

# Fixtures, which pytest finds by their names here.
__all__ = ["base", "made"]


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    for command in (
        ["mount", "--bind", str(folder), str(folder)],
        ["mount", "-o", "remount,bind,ro", str(folder)],
    ):
        if subprocess.run(command, capture_output=True, check=False).returncode:
            pytest.skip("only root may mount a folder read-only")
    try:
        with pytest.raises(OSError, match="Read-only"):
            (folder / "anything").touch()
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def complete(base: Path, photos: Path) -> None:
    """Index what is missing by now; catalogue, vectors and thumbnails are whole."""
    report = asked(base, "index", photos)
    assert (report["found"], report["pending"], report["failed"]) == (1, 0, [])
    assert len(asked(base, "search", "anything", "--limit", 100)["hits"]) == PHOTOS + 1
    verdicts = {one["name"]: one["verdict"] for one in asked(base, "doctor")}
    assert set(verdicts.values()) <= {"good", "warning"}, verdicts


@pytest.fixture
def photos(made: tuple[Path, Path], base: Path, tmp_path: Path) -> Path:
    """The photos of the library, and a new one in a second folder."""
    save_colour(tmp_path / "new" / "new.png", "purple")
    return tmp_path / "new"


@pytest.mark.parametrize("part", [".", "data"], ids=["all", "catalogue"])
def test_a_library_that_may_not_be_written_says_so_and_stays_as_it_is(base: Path, part: str) -> None:
    before = (base / "data" / "catalog.db").read_bytes()
    with read_only(base / part):
        for words in (["index", base.with_name("photos")], ["retry"], ["doctor", "--repair"]):
            done = run(base, *words)
            said = done.stdout + done.stderr
            assert done.returncode == 3
            assert str(base) in said
            assert "Read-only file system" in said
            assert "[Errno" not in said
            assert (base / "data" / "catalog.db").read_bytes() == before
        assert len(asked(base, "search", "anything", "--limit", 100)["hits"]) == PHOTOS
        assert (base / "data" / "catalog.db").read_bytes() == before
    assert len(asked(base, "search", "anything", "--limit", 100)["hits"]) == PHOTOS


def test_vectors_that_may_not_be_written_are_made_up_for_later(base: Path, photos: Path) -> None:
    with read_only(base / "data" / "vectors"):
        done = run(base, "index", photos)
        assert done.returncode != 0
        assert "vectors" in done.stderr
        # It is known and embedded; only the database lacks it, until that can be written.
        assert asked(base, "status")["photos"] == PHOTOS + 1
        assert len(asked(base, "search", "anything", "--limit", 100)["hits"]) == PHOTOS + 1
    complete(base, photos)


def test_thumbnails_that_may_not_be_written_keep_no_photo_from_being_found(base: Path, photos: Path) -> None:
    with read_only(base / "cache" / "thumbnails"):
        report = asked(base, "index", photos)
        assert (report["indexed"], report["failed"]) == (1, [])
        assert len(asked(base, "search", "anything", "--limit", 100)["hits"]) == PHOTOS + 1
    complete(base, photos)
