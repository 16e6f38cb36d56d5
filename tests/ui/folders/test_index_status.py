"""The status line says in words what is being done, and its buttons ask for what they promise."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from desktop_app.library import Folder, FolderState, LibraryStatus, Phase, Progress
from desktop_app.ui.folders.index_status import IndexStatus


@pytest.fixture
def status(qtbot, tmp_path):
    one = IndexStatus()
    qtbot.addWidget(one)
    one.show()
    return one


def held(photos=0, *, failed=0, pending=0, folders=1, model: str | None = "m") -> LibraryStatus:
    some = tuple(Folder(Path("/p"), 1, 1, 0, FolderState.PRESENT) for _ in range(folders))
    return LibraryStatus(photos, photos, failed, pending, some, model, 8, "milvus-lite")


@pytest.mark.parametrize(
    ("progress", "text", "pace"),
    [
        (Progress(Phase.SCANNING, 0, 0), "Looking for photos…", ""),
        (Progress(Phase.SCANNING, 4312, 0), "Looking for photos: 4,312 so far", ""),
        (Progress(Phase.SCANNING, 4312, 0, paused=True), "Paused", ""),
        (
            Progress(Phase.INDEXING, 1234, 20000, 12.3, 372.0),
            "Indexing 1,234 of 20,000",
            "12 photos/s  ·  About 6 min left",
        ),
        (Progress(Phase.INDEXING, 5, 10, 0.0, None), "Indexing 5 of 10", ""),
        (Progress(Phase.INDEXING, 1234, 20000, 12.3, 372.0, paused=True), "Paused at 1,234 of 20,000", ""),
        (Progress(Phase.SAVING, 1, 1), "Saving 1 photo…", ""),
        (
            Progress(Phase.INDEXING, 1200, 40000, 12.3, 372.0, held="until you plug in"),
            "Indexing 1,200 of 40,000",
            "·  waits until you plug in",
        ),
        (
            Progress(Phase.INDEXING, 1200, 40000, paused=True, held="until you plug in"),
            "Paused at 1,200 of 40,000",
            "",
        ),
    ],
)
def test_progress_is_said_in_words(status, progress, text, pace):
    status.show_progress(progress)
    assert status._text.text() == text
    assert status._pace.text() == pace
    assert status._bar.isVisible()


def test_the_bar_moves_only_as_far_as_is_known(status):
    status.show_progress(Progress(Phase.SCANNING, 3, 0))
    assert status._bar.maximum() == 0, "busy"
    status.show_progress(Progress(Phase.SCANNING, 3, 0, paused=True))
    assert status._bar.maximum() > 0, "nothing moves while paused"
    status.show_progress(Progress(Phase.INDEXING, 25, 100))
    assert status._bar.value() == status._bar.maximum() // 4
    status.show_progress(Progress(Phase.INDEXING, 5_000_000_000, 10_000_000_000))
    assert status._bar.value() == status._bar.maximum() // 2
    status.show_progress(Progress(Phase.INDEXING, 12, 10))
    assert status._bar.value() == status._bar.maximum()


def test_the_pause_button_turns_into_one_that_goes_on(qtbot, status):
    status.show_progress(Progress(Phase.INDEXING, 1, 10))
    assert status._pause.accessibleName() == "Pause indexing"
    with qtbot.waitSignal(status.pause_wanted) as asked:
        qtbot.mouseClick(status._pause, Qt.MouseButton.LeftButton)
    assert asked.args == [True]
    assert status._pause.accessibleName() == "Go on indexing"
    status.show_progress(Progress(Phase.INDEXING, 1, 10, paused=True))
    with qtbot.waitSignal(status.pause_wanted) as asked:
        qtbot.mouseClick(status._pause, Qt.MouseButton.LeftButton)
    assert asked.args == [False]


def test_work_that_waits_by_itself_can_be_told_to_go_on(qtbot, status):
    waits = Progress(Phase.INDEXING, 1, 10, held="until you are away")
    assert not status._go_on.isVisible()
    status.show_progress(waits)
    with qtbot.waitSignal(status.go_on_wanted):
        qtbot.mouseClick(status._go_on, Qt.MouseButton.LeftButton)
    status.show_progress(replace(waits, paused=True))
    assert not status._go_on.isVisible(), "the person's own pause goes first"
    status.show_progress(waits)
    assert status._go_on.isVisible()
    status.show_progress(replace(waits, held=""))
    assert not status._go_on.isVisible()
    status.show_progress(waits)
    status.show_idle(held(10))
    assert not status._go_on.isVisible()


def test_work_can_be_stopped(qtbot, status):
    status.show_progress(Progress(Phase.INDEXING, 1, 10))
    with qtbot.waitSignal(status.cancel_wanted):
        qtbot.mouseClick(status._cancel, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize(
    ("what", "text", "more"),
    [
        (held(12345, folders=3), "12,345 photos in 3 folders", ""),
        (held(1), "1 photo in 1 folder", ""),
        (replace(held(27), videos=3), "24 photos and 3 videos in 1 folder", ""),
        (replace(held(1), videos=1), "1 video in 1 folder", ""),
        (held(0, folders=0), "No folder chosen yet", ""),
        (held(10, pending=4, model=None), "10 photos in 1 folder", "4 waiting for a model"),
        (held(10, pending=4), "10 photos in 1 folder", "4 still to be indexed"),
    ],
)
def test_at_rest_it_says_what_the_library_holds(status, what, text, more):
    status.show_progress(Progress(Phase.INDEXING, 1, 10))
    status.show_idle(what)
    assert (status._text.text(), status._pace.text()) == (text, more)
    assert not status._bar.isVisible()
    assert not status._pause.isVisible()


def test_the_line_is_as_high_at_rest_as_at_work(status):
    status.show_idle(held(9))
    at_rest = status.sizeHint().height()
    status.show_progress(Progress(Phase.INDEXING, 1, 9))
    assert status.sizeHint().height() == at_rest


def test_no_more_photos_are_offline_than_there_are(status):
    away = Folder(Path("/drive"), 2500, 538, 1962, FolderState.MISSING)
    whole = held(2500, failed=1962)
    status.show_idle(replace(whole, folders=(away,), offline=2500))
    assert status._text.text() == "538 photos in 1 folder, 538 offline"
    # Those of a drive inside a folder that is there count in no folder that is missing.
    status.show_idle(replace(held(10), offline=4))
    assert status._text.text() == "10 photos in 1 folder, 4 offline"


def test_failures_are_counted_and_shown_on_request(qtbot, status):
    status.show_idle(held(10))
    assert not status._failed.isVisible()
    status.show_idle(held(10, failed=1))
    assert status._failed.text().strip() == "1 not usable"
    # One that is not usable is no photo of the library: the heading above all photos says nine, too.
    assert status._text.text() == "9 photos in 1 folder"
    status.show_failed(1234)
    assert status._failed.text().strip() == "1,234 not usable"
    assert status._failed.accessibleName().startswith("1,234 photos could not be used")
    with qtbot.waitSignal(status.failures_wanted):
        qtbot.mouseClick(status._failed, Qt.MouseButton.LeftButton)


def test_every_button_has_a_name_for_those_who_cannot_see_it(status):
    for button in (status._pause, status._cancel, status._failed, status._go_on, status._bar):
        assert button.accessibleName()


def test_a_narrow_window_is_not_made_wider_by_growing_figures(qtbot, status):
    status.show_progress(Progress(Phase.INDEXING, 1, 10))
    before = status.minimumSizeHint().width()
    status.show_progress(Progress(Phase.INDEXING, 1_234_567, 2_000_000, 1234.5, 80_000))
    assert status.minimumSizeHint().width() <= before + 150, (
        "the count itself is never cut, the pace beside it is"
    )
    status.resize(before, status.height())
    assert not status.grab().isNull()


def test_while_another_model_answers_it_says_how_far_the_new_one_is(status):
    status.show_idle(replace(held(1003, pending=560, failed=3), indexed=440), "New model")
    assert status._text.text() == "1,000 photos in 1 folder"
    assert status._pace.text() == "New model: 440 of 1,000"
