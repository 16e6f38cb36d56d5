"""Photos that are not named like ones: told by few names and first bytes, opened once, never anything but files."""

import os
from pathlib import Path

import pytest

from desktop_app.library.folders import unlisted
from desktop_app.library.folders.exclusions import Exclusions
from desktop_app.library.folders.unlisted import is_almost_photo_name, is_photo_head
from tests.library.indexing.bench import Bench
from tests.pictures import save_colour


def save_as(path: Path, colour: str = "red", kind: str = "JPEG") -> Path:
    return save_colour(path, colour, format=kind)


@pytest.mark.parametrize(
    "name",
    [
        "a.jpg_large",
        "a.JPG~large",
        "a.png-orig",
        "a.jpeg_1024x768",
        "a.insp",
        "a.jfif_",
        "a.jpe_",
        "b.c.webp_small",
    ],
)
def test_names_that_are_nearly_those_of_photos(name: str) -> None:
    assert is_almost_photo_name(name)


@pytest.mark.parametrize(
    "name", ["a.jpg_original", "a.jpeg~", "a.txt", "a.jpg", ".a.jpg_large", "a.jpg.part", "a"]
)
def test_names_that_are_not(name: str) -> None:
    assert not is_almost_photo_name(name)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "TIFF", "WEBP", "AVIF"])
def test_pictures_are_told_by_their_first_bytes(tmp_path: Path, kind: str) -> None:
    assert is_photo_head(save_as(tmp_path / "a", kind=kind).read_bytes()[:16])


@pytest.mark.parametrize(
    "head", [b"", b"#!/bin/sh\n", b"RIFF0000WAVEfmt ", b"\0\0\0\x20ftypisom0000", b"II*"]
)
def test_other_files_are_none(head: bytes) -> None:
    assert not is_photo_head(head)


def test_they_are_counted_until_they_are_wanted_and_then_are_photos_like_any(bench: Bench) -> None:
    save_as(bench.photos / "a.png", kind="PNG")
    nameless = save_as(bench.photos / "IMG 7", "blue")
    save_as(bench.photos / "b.jpg_large", "green")
    (bench.photos / "README").write_text("no photo")
    (bench.photos / "notes.txt").write_bytes(nameless.read_bytes())
    save_as(bench.photos / ".hidden")
    report = bench.refresh()
    assert (report.found, report.indexed, report.unlisted, report.left_out) == (1, 1, 2, 0)
    bench.refresher.left_out.change(Exclusions(unlisted=True))
    report = bench.refresh()
    assert (report.found, report.indexed, report.unlisted) == (3, 2, 0)
    assert bench.refresh().unchanged == 3
    bench.refresher.left_out.change(Exclusions())
    report = bench.refresh()
    assert (report.removed, report.unlisted, report.unchanged) == (2, 2, 1)


def test_each_is_opened_once(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    save_as(bench.photos / "nameless")
    (bench.photos / "README").write_text("no photo")
    opened: list[str] = []
    really = unlisted._head_of

    def head_of(path: Path) -> bytes | None:
        opened.append(path.name)
        return really(path)

    monkeypatch.setattr(unlisted, "_head_of", head_of)
    assert [bench.refresh().unlisted for _ in range(3)] == [1, 1, 1]
    assert sorted(opened) == ["README", "nameless"]
    save_as(bench.photos / "README", "blue")
    assert bench.refresh().unlisted == 2
    assert len(opened) == 3
    (bench.photos / "nameless").unlink()
    bench.refresh()
    assert list(bench.catalog.known.unlisted(bench.photos)) == [bench.photos / "README"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no named pipes in folders")
def test_what_is_no_file_is_never_opened(bench: Bench) -> None:
    os.mkfifo(bench.photos / "pipe")
    (bench.photos / "device").symlink_to("/dev/zero")
    (bench.photos / "pipes").symlink_to(bench.photos / "pipe")
    report = bench.refresh()
    assert (report.found, report.unlisted, report.unreadable_folders) == (0, 0, ())


@pytest.mark.parametrize("most", [1, 2, 3, 4])
def test_so_many_are_opened_at_a_time_and_the_rest_by_the_next_listing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(unlisted, "_MOST_OPENED", most)
    for number in range(4):
        save_as(bench.photos / f"IMG {number}")
    counts = [bench.refresh().unlisted for _ in range(4)]
    assert counts == [min(4, most * listing) for listing in range(1, 5)]
