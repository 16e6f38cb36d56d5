"""A photo that became another while its size and its time stayed, and one that only seems so."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from desktop_app.library.folders.exclusions import Exclusions
from desktop_app.library.indexing import doubts
from tests.fakes import ColorEmbedder
from tests.library.indexing.bench import Bench
from tests.pictures import save_colour, save_many

needs_change_times = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows keeps no time of the last change"
)

XMP = '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="{}"/></rdf:RDF></x:xmpmeta>'


def bitmap(path: Path, colour: str | tuple[int, int, int]) -> Path:
    """A picture whose file has the same size whatever it shows."""
    return save_colour(path, colour)


def keeping_time(path: Path, content: bytes) -> None:
    """Write other bytes, and put the time back."""
    status = path.stat()
    path.write_bytes(content)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert path.stat().st_size == status.st_size


def in_its_place(path: Path, content: bytes) -> None:
    """Put another file with the same time in the place of one, as exiftool's -P does."""
    status = path.stat()
    beside = path.with_name("beside.tmp")
    beside.write_bytes(content)
    os.utime(beside, ns=(status.st_atime_ns, status.st_mtime_ns))
    beside.replace(path)


def forget_entries(bench: Bench) -> None:
    """Make it a library of an earlier version, which did not know when entries were changed."""
    with bench.catalog._database.writing() as connection:
        connection.execute("UPDATE file SET changed_ns = 0, inode = 0")


def hash_of(bench: Bench, path: Path) -> str | None:
    return bench.catalog.known.hash_of(path)


@needs_change_times
@pytest.mark.parametrize("replaced", [keeping_time, in_its_place])
def test_another_photo_of_the_same_size_and_time_is_noticed(bench: Bench, tmp_path: Path, replaced) -> None:
    path = bitmap(bench.photos / "a.bmp", "red")
    bench.refresh()
    before = hash_of(bench, path)
    replaced(path, bitmap(tmp_path / "other.bmp", "blue").read_bytes())
    report = bench.refresh()
    assert (report.indexed, report.embedded, report.unchanged) == (1, 1, 0)
    assert hash_of(bench, path) != before
    assert bench.refresh().unchanged == 1


@needs_change_times
def test_an_entry_that_was_changed_alone_costs_no_decoding(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = bitmap(bench.photos / "a.bmp", "red")
    bench.refresh()
    decoded = counted_decoding(bench, monkeypatch)
    path.chmod(0o600)
    in_its_place(path, path.read_bytes())
    report = bench.refresh()
    assert (report.indexed, report.unchanged, report.embedded) == (0, 1, 0)
    assert decoded == [False]
    assert bench.refresh().unchanged == 1
    # What was found out is remembered.
    assert decoded == [False]


@needs_change_times
def test_a_library_that_was_copied_is_not_read_as_a_whole_at_once(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.embedder = ColorEmbedder(batch_size=2)
    save_many(bench.photos, 120)
    bench.refresh()
    monkeypatch.setattr(doubts, "_MOST_VAIN_PHOTOS", 1)
    decoded = counted_decoding(bench, monkeypatch)
    away = bench.photos.with_name("away")
    bench.photos.rename(away)
    # With the times, and other entries.
    shutil.copytree(away, bench.photos)
    report = bench.refresh()
    assert (report.unchanged, report.embedded) == (120, 0)
    assert 0 < len(decoded) < 120
    before = -1
    while len(decoded) != before:
        before = len(decoded)
        bench.refresher.use_idle_moment(bench.embedder, None, lambda: True)
    assert decoded == [False] * 120
    assert bench.refresh().unchanged == 120
    assert len(decoded) == 120


@needs_change_times
def test_all_that_really_changed_is_read_at_once(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.embedder = ColorEmbedder(batch_size=2)
    for number in range(30):
        bitmap(bench.photos / f"{number}.bmp", (number, 0, 0))
    bench.refresh()
    monkeypatch.setattr(doubts, "_MOST_VAIN_PHOTOS", 1)
    for number in range(30):
        path = bench.photos / f"{number}.bmp"
        keeping_time(path, bitmap(bench.photos.with_name("other.bmp"), (number, 9, 0)).read_bytes())
    report = bench.refresh()
    assert (report.indexed, report.unchanged) == (30, 0)


@needs_change_times
def test_a_photo_that_failed_is_read_at_once_however_many_others_are_in_doubt(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its file was written again as it should be, and then the whole folder got other rights."""
    bench.embedder = ColorEmbedder(batch_size=2)
    others = save_many(bench.photos, 120)
    whole = bitmap(tmp_path / "whole.bmp", "red").read_bytes()
    path = bench.photos / "z.bmp"
    path.write_bytes(b"x" * len(whole))
    assert [one.path for one in bench.refresh().failed] == [path]
    monkeypatch.setattr(doubts, "_MOST_VAIN_PHOTOS", 1)
    keeping_time(path, whole)
    for other in others:
        other.chmod(0o600)
    report = bench.refresh()
    assert (report.failed, report.indexed, report.unchanged) == ((), 1, 120)


@needs_change_times
def test_a_library_of_an_earlier_version_is_not_read_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = bitmap(bench.photos / "a.bmp", "red")
    bench.refresh()
    forget_entries(bench)
    decoded = counted_decoding(bench, monkeypatch)
    assert bench.refresh().unchanged == 1
    assert decoded == []
    stamp = bench.catalog.known.files(bench.photos)[path]
    assert (stamp.changed_ns, stamp.inode) == (path.stat().st_ctime_ns, path.stat().st_ino)


def test_a_photo_that_is_named_is_looked_at_where_nothing_else_tells(bench: Bench, tmp_path: Path) -> None:
    path = bitmap(bench.photos / "a.bmp", "red")
    other = bitmap(bench.photos / "b.bmp", "red")
    bench.refresh()
    keeping_time(path, bitmap(tmp_path / "other.bmp", "blue").read_bytes())
    # As on a drive that tells nothing but size and time.
    forget_entries(bench)
    report = bench.refresh(named=[path, other, bench.photos / "unknown.bmp"])
    assert (report.indexed, report.unchanged) == (1, 1)


def test_a_small_photo_that_is_named_is_looked_at_where_nothing_else_tells(
    bench: Bench, tmp_path: Path
) -> None:
    """Left out for being small, it became a large one of as many bytes."""
    bench.refresher.left_out.change(Exclusions(least_px=20))
    path = save_colour(bench.photos / "a.bmp", "red", size=(16, 64))
    assert bench.refresh().left_out == 1
    keeping_time(path, save_colour(tmp_path / "other.bmp", "red", size=(32, 32)).read_bytes())
    # As on a drive that tells nothing but size and time.
    with bench.catalog._database.writing() as connection:
        connection.execute("UPDATE left_out SET changed_ns = 0, inode = 0")
    report = bench.refresh(named=[path])
    assert (report.indexed, report.left_out) == (1, 0)


def test_a_sidecar_of_the_same_size_and_time_is_read_again(bench: Bench) -> None:
    path = bitmap(bench.photos / "a.bmp", "red")
    sidecar = bench.photos / "a.xmp"
    sidecar.write_text(XMP.format(1))
    bench.refresh()
    keeping_time(sidecar, XMP.format(5).encode())
    report = bench.refresh(named=[sidecar])
    assert (report.unchanged, report.embedded) == (1, 0)
    photo = bench.catalog.photos.at(path, None)
    assert photo is not None
    assert photo.rating == 5


@needs_change_times
def test_a_sidecar_of_the_same_size_and_time_is_noticed_by_itself(bench: Bench) -> None:
    path = bitmap(bench.photos / "a.bmp", "red")
    sidecar = bench.photos / "a.xmp"
    sidecar.write_text(XMP.format(1))
    bench.refresh()
    keeping_time(sidecar, XMP.format(5).encode())
    bench.refresh()
    photo = bench.catalog.photos.at(path, None)
    assert photo is not None
    assert photo.rating == 5


def test_other_metadata_cost_no_embedding(bench: Bench) -> None:
    path = save_colour(bench.photos / "a.jpg", "red")
    assert bench.refresh().embedded == 1
    content = path.read_bytes()
    path.write_bytes(content[:2] + b"\xff\xfe\0\5abc" + content[2:])
    report = bench.refresh()
    assert (report.indexed, report.embedded) == (1, 0)


def counted_decoding(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Note of each photo that is read whether it was decoded."""
    noted: list[bool] = []
    really = bench.decoders.read

    def read(*words, **options):
        reading = really(*words, **options)
        noted.append(reading.decoded is not None)
        return reading

    monkeypatch.setattr(bench.decoders, "read", read)
    return noted
