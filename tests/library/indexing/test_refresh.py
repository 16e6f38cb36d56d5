"""A refresh makes the library equal to the folders, and counts what it did."""

import os
import shutil
from pathlib import Path

import pytest

from desktop_app.library.concurrency.pace import Pace
from desktop_app.library.drives.presence import nearest_present, outermost
from desktop_app.library.events import Event, FolderMissing, PhotoFailed, Progress, RefreshFinished
from desktop_app.library.media.whole_file import GONE
from desktop_app.library.photo import NOT_THERE
from tests.library.catalog.records import record
from tests.library.indexing.bench import Bench
from tests.pictures import save_colour, save_many


def test_new_photos_are_indexed_and_then_unchanged(bench: Bench) -> None:
    save_many(bench.photos / "holiday", 7)
    first, second = bench.refresh(), bench.refresh()
    assert (first.indexed, first.unchanged) == (7, 0)
    assert (second.indexed, second.unchanged) == (0, 7)
    assert bench.embedder.embedded == 7


def test_a_renamed_photo_is_moved_and_not_embedded_again(bench: Bench) -> None:
    paths = save_many(bench.photos, 3)
    bench.refresh()
    paths[0].rename(bench.photos / "renamed.png")
    report = bench.refresh()
    assert (report.moved, report.removed, report.indexed, report.unchanged) == (1, 0, 0, 2)
    assert bench.embedder.embedded == 3


def test_a_moved_folder_keeps_no_dead_photos(bench: Bench) -> None:
    save_many(bench.photos / "old", 5)
    bench.refresh()
    (bench.photos / "old").rename(bench.photos / "new")
    report = bench.refresh()
    assert (report.moved, report.removed) == (5, 0)
    assert all("new" in str(path) for path in bench.catalog.known.files(bench.photos))
    assert bench.embedder.embedded == 5


def test_a_copy_is_indexed_without_embedding_and_is_no_move(bench: Bench) -> None:
    path = save_colour(bench.photos / "a.png", "red")
    bench.refresh()
    shutil.copy(path, bench.photos / "b.png")
    report = bench.refresh()
    assert (report.indexed, report.moved, report.removed) == (1, 0, 0)
    assert bench.embedder.embedded == 1


def test_one_move_and_a_copy_count_as_that(bench: Bench) -> None:
    path = save_colour(bench.photos / "a.png", "red")
    bench.refresh()
    shutil.copy(path, bench.photos / "b.png")
    path.rename(bench.photos / "c.png")
    report = bench.refresh()
    assert (report.indexed, report.moved, report.removed) == (1, 1, 0)


def test_a_deleted_photo_is_removed_and_one_that_returns_is_found_without_embedding(bench: Bench) -> None:
    path = save_colour(bench.photos / "a.png", "red")
    save_colour(bench.photos / "b.png", "blue")
    bench.refresh()
    content = path.read_bytes()
    path.unlink()
    assert bench.refresh().removed == 1
    path.write_bytes(content)
    report = bench.refresh()
    assert (report.indexed, report.removed) == (1, 0)
    assert bench.embedder.embedded == 2


def test_a_changed_photo_is_embedded_again(bench: Bench) -> None:
    path = save_colour(bench.photos / "a.png", "red")
    bench.refresh()
    save_colour(path, "blue", (80, 80))
    report = bench.refresh()
    assert (report.indexed, report.unchanged, report.removed) == (1, 0, 0)
    assert bench.embedder.embedded == 2


def test_failed_photos_stay_named_and_are_not_tried_again_by_themselves(bench: Bench) -> None:
    save_colour(bench.photos / "good.png", "red")
    (bench.photos / "bad.jpg").write_bytes(b"not a photo at all")
    first, second = bench.refresh(), bench.refresh()
    assert [one.path.name for one in first.failed] == [one.path.name for one in second.failed] == ["bad.jpg"]
    assert len([event for event in bench.events if isinstance(event, PhotoFailed)]) == 1
    assert second.unchanged == 1


def test_a_mended_photo_is_indexed(bench: Bench) -> None:
    (bench.photos / "bad.png").write_bytes(b"not a photo at all")
    bench.refresh()
    save_colour(bench.photos / "bad.png", "red")
    report = bench.refresh()
    assert (report.indexed, report.failed) == (1, ())


def test_without_a_model_photos_are_pending_and_a_model_embeds_just_those(bench: Bench) -> None:
    save_many(bench.photos, 4)
    assert bench.refresh(with_model=False).pending == 4
    assert bench.refresh(with_model=False).pending == 4
    assert bench.refresh().indexed == 4
    assert bench.embedder.embedded == 4


def test_what_was_deleted_before_the_model_came_is_not_embedded(bench: Bench) -> None:
    paths = save_many(bench.photos, 3)
    bench.refresh(with_model=False)
    paths[0].unlink()
    report = bench.refresh()
    assert (report.indexed, report.removed, report.failed) == (2, 1, ())
    assert bench.catalog.known.failures() == []


def test_a_missing_folder_keeps_its_photos(bench: Bench, tmp_path: Path) -> None:
    save_many(bench.photos, 3)
    bench.refresh()
    bench.photos.rename(tmp_path / "elsewhere")
    report = bench.refresh()
    assert FolderMissing(bench.photos) in bench.events
    assert (report.removed, len(report.unreadable_folders)) == (0, 1)
    assert bench.catalog.photos.counts("color-1").indexed == 3


def test_an_empty_mount_point_is_a_missing_folder(bench: Bench) -> None:
    save_many(bench.photos, 3)
    bench.refresh()
    # What an unplugged drive leaves: the folder, empty, and on another drive than before.
    bench.catalog.drives.set_drive(bench.photos, "uuid:1", "T7", Path("photos"))
    for path in bench.photos.iterdir():
        path.unlink()
    assert bench.refresh().removed == 0
    assert bench.catalog.photos.counts("color-1").indexed == 3


def test_a_drive_missing_inside_a_chosen_folder_keeps_its_photos(bench: Bench) -> None:
    stick = bench.photos / "stick"
    save_many(stick, 3)
    save_many(bench.photos / "here", 2)
    bench.catalog.folders.add(stick)
    bench.refresh()
    bench.catalog.drives.set_drive(stick, "uuid:1", "STICK", Path())
    for path in stick.iterdir():
        path.unlink()
    report = bench.refresh()
    assert FolderMissing(stick) in bench.events
    assert (report.removed, report.unchanged) == (0, 2)
    assert bench.catalog.photos.counts("color-1").indexed == 5


def test_a_drive_inside_a_missing_folder_is_refreshed_all_the_same(bench: Bench, tmp_path: Path) -> None:
    inner = bench.photos / "inner"
    save_many(inner, 3)
    bench.catalog.folders.add(inner)
    bench.catalog.drives.set_drive(bench.photos, "uuid:1", "T7", Path())
    bench.catalog.photos.save([record(bench.photos / "known.jpg", "known")], None)
    report = bench.refresh()
    assert FolderMissing(bench.photos) in bench.events
    assert (report.removed, report.indexed) == (0, 3)


def test_a_folder_that_was_emptied_is_believed(bench: Bench) -> None:
    save_many(bench.photos, 3)
    bench.refresh()
    for path in bench.photos.iterdir():
        path.unlink()
    assert bench.refresh().removed == 3


def test_a_part_of_the_tree_can_be_refreshed_alone(bench: Bench) -> None:
    save_many(bench.photos / "a", 2)
    save_many(bench.photos / "b", 3)
    assert bench.refresh(bench.photos / "a").found == 2
    assert bench.refresh(bench.photos / "b").removed == 0
    assert bench.catalog.photos.counts("color-1").photos == 5


def test_names_that_no_text_can_hold_are_indexed(bench: Bench) -> None:
    for name in (b"line\nbreak.png", "caf\u00e9 \U0001f436.png".encode(), b"\xff\xfe.png"):
        target = save_colour(bench.photos / "plain.png", "red")
        target.rename(os.fsdecode(os.fsencode(bench.photos) + b"/" + name))
    assert bench.refresh().indexed == 3
    assert bench.refresh().unchanged == 3


def test_a_stopped_refresh_says_so_and_counts_the_rest_as_pending(bench: Bench) -> None:
    save_many(bench.photos, 40)
    listen = bench.events.append

    def stop_at_first_progress(event: Event) -> None:
        listen(event)
        if isinstance(event, Progress) and event.done:
            bench.control.stop()

    bench.refresher._tell = stop_at_first_progress
    report = bench.refresh()
    finished = bench.events[-1]
    assert isinstance(finished, RefreshFinished)
    assert finished.cancelled
    bench.control.renew()
    bench.refresher._tell = listen
    assert bench.refresh().unchanged + 0 >= report.indexed
    assert bench.catalog.photos.counts("color-1").indexed == 40


def test_rate_and_time_left_follow_the_last_seconds() -> None:
    now = iter([0.0, 1.0, 2.0])
    pace = Pace(100, clock=lambda: next(now))
    pace.add(10)
    pace.add(10)
    progress = pace.progress()
    assert (progress.done, progress.total) == (20, 100)
    assert progress.rate_per_s == pytest.approx(10)
    assert progress.seconds_left == pytest.approx(8)


def test_folders_below_others_count_once() -> None:
    assert outermost([Path("/a/b"), Path("/a"), Path("/ab"), Path("/a")]) == [Path("/a"), Path("/ab")]


def test_a_vanished_folder_is_looked_for_in_the_one_it_was_in(tmp_path: Path) -> None:
    (tmp_path / "root" / "year").mkdir(parents=True)
    chosen = [tmp_path / "root", tmp_path / "gone root"]
    gone = [tmp_path / "root" / "year" / "month" / "day", tmp_path / "gone root" / "x", tmp_path / "other"]
    assert nearest_present(gone, chosen) == {tmp_path / "gone root", tmp_path / "root" / "year"}


def test_photos_of_a_folder_that_goes_while_they_are_read_are_left_for_the_next_time(
    bench: Bench, tmp_path: Path
) -> None:
    trip = bench.photos / "trip"
    save_colour(bench.photos / "here.png", "red")
    save_many(trip / "day 1", 3, (40, 40))
    save_many(trip / "day 2", 3, (48, 48))

    def take_away(_count: int) -> None:
        shutil.move(trip, tmp_path / "elsewhere")

    bench.refresher._before_indexing = take_away
    report = bench.refresh()
    assert (report.indexed, report.pending, report.failed) == (1, 6, ())
    assert [(one.path, one.reason) for one in report.unreadable_folders] == [(trip, NOT_THERE)]
    assert not bench.catalog.known.failures()
    bench.refresher._before_indexing = lambda _count: None
    shutil.move(tmp_path / "elsewhere", trip)
    assert bench.refresh().indexed == 6


def test_one_photo_that_goes_while_it_is_read_is_named(bench: Bench) -> None:
    paths = save_many(bench.photos / "trip", 3)
    bench.refresher._before_indexing = lambda _count: paths[1].unlink()
    report = bench.refresh()
    assert report.indexed == 2
    assert [(one.path, one.reason) for one in report.failed] == [(paths[1], GONE)]
    assert report.unreadable_folders == ()
