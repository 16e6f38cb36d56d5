"""What the engine says becomes status, notices and pages."""

from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QListView, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from desktop_app.library import (
    CatalogDamagedError,
    CatalogTooNewError,
    DiskFullError,
    DownloadCancelledError,
    DownloadError,
    DownloadFinished,
    Folder,
    FoldersChanged,
    FolderState,
    IndexReport,
    LibraryError,
    LibraryInUseError,
    ModelReady,
    Phase,
    PhotoLibrary,
    Progress,
    RefreshFinished,
    Trouble,
)
from desktop_app.library.catalog import Catalog
from desktop_app.logs import Bug
from desktop_app.paths import AppPaths
from desktop_app.settings import Settings
from desktop_app.trust import OwnLibraries
from desktop_app.ui.app.session import Session
from desktop_app.ui.system import file_actions
from desktop_app.ui.window.pages import Page
from tests.journeys.window import keeper
from tests.ui.desk import BETTER, BUILT_IN, WAIT_MS, Desk, desk_on, texts_of
from tests.ui.fake_library import FakeLibrary


def test_without_folders_the_first_page_is_shown_without_tools(qtbot: QtBot, tmp_path: Path) -> None:
    with desk_on(qtbot, tmp_path, FakeLibrary([], folders=[])) as desk:
        desk.waits(lambda: desk.pages.shown() is Page.WELCOME)
        assert desk.window.folders.isHidden()
        assert desk.window.statusBar().isHidden()
        desk.pages.welcome.folder_chosen.emit(Path("/photos"))
        desk.says("Looking through your photos")
        desk.waits(lambda: ("add_folder", Path("/photos")) in desk.library.did)


def test_progress_is_shown_and_ends(desk: Desk) -> None:
    desk.library.tell(Progress(Phase.INDEXING, 1, 9, 3.0, 2.0))
    bar = desk.window.status
    desk.waits(lambda: any("Indexing 1 of 9" in text for text in texts_of(bar)))
    bar.pause_wanted.emit(True)
    bar.pause_wanted.emit(False)
    bar.cancel_wanted.emit()
    assert [what for what, _ in desk.library.did[-3:]] == ["pause", "resume", "cancel"]
    desk.library.tell(RefreshFinished(IndexReport()))
    desk.waits(lambda: any("3 photos in 1 folder" in text for text in texts_of(bar)))


def test_another_model_has_counts_of_its_own_also_while_indexing_is_paused(desk: Desk) -> None:
    desk.library.tell(Progress(Phase.INDEXING, 1, 3, paused=True))
    desk.waits(lambda: any("Paused at 1 of 3" in text for text in texts_of(desk.window.status)))
    desk.waits(lambda: desk.library.looks > 0)
    looks = desk.library.looks
    desk.library.tell(ModelReady("Built-in model", built_in=True))
    desk.waits(lambda: desk.library.looks > looks)


def test_a_missing_folder_is_told_of_until_it_is_back(desk: Desk) -> None:
    folder = desk.library.chosen[0]
    desk.library.chosen = [Folder(folder.path, 3, 3, 0, FolderState.MISSING)]
    desk.library.tell(FoldersChanged())
    assert "/photos is not there" in desk.notice("missing /photos")
    desk.press("missing /photos")
    assert ("refresh", [Path("/photos")]) in desk.library.did
    desk.library.chosen = [folder]
    desk.library.tell(FoldersChanged())
    desk.waits(lambda: not desk.window.notices.notices())


def test_a_folder_that_may_not_be_read_is_told_as_such(desk: Desk) -> None:
    folder = desk.library.chosen[0]
    desk.library.chosen = [Folder(folder.path, 3, 3, 0, FolderState.MISSING, "T7", forbidden=True)]
    desk.library.tell(FoldersChanged())
    told = desk.notice("missing /photos")
    assert "no permission to read the folder /photos. Allow it in" in told
    assert "not connected" not in told


def test_a_notice_that_was_closed_does_not_come_back_by_itself(desk: Desk) -> None:
    folder = desk.library.chosen[0]
    desk.library.chosen = [Folder(folder.path, 3, 3, 0, FolderState.MISSING)]
    desk.library.tell(FoldersChanged())
    desk.notice("missing /photos")
    cross = desk.window.notices.findChildren(QToolButton)[0]
    cross.click()
    looks = desk.library.looks
    desk.library.tell(FoldersChanged())
    desk.waits(lambda: desk.library.looks > looks)
    desk.library.tell(Progress(Phase.INDEXING, 1, 9))
    desk.waits(lambda: any("Indexing 1 of 9" in text for text in texts_of(desk.window.status)))
    assert desk.window.notices.notices() == []


def test_looking_for_changes_tries_thumbnails_again_that_could_not_be_made(desk: Desk) -> None:
    desk.waits(lambda: set(desk.library.thumbnails_asked) == {1, 2, 3})
    desk.library.thumbnails_asked.clear()
    desk.window.menus.refresh.trigger()
    desk.waits(lambda: set(desk.library.thumbnails_asked) == {1, 2, 3})


def test_trouble_is_told_with_a_way_to_try_again(desk: Desk) -> None:
    desk.library.tell(Progress(Phase.INDEXING, 1, 9))
    desk.library.tell(Trouble(DiskFullError("The disk is full.", "Make some room.")))
    assert desk.notice("The disk is full.") == "The disk is full. Make some room."
    desk.waits(lambda: any("3 photos in 1 folder" in text for text in texts_of(desk.window.status)))
    desk.press("The disk is full.")
    assert ("refresh", []) in desk.library.did


def test_a_bug_is_told_quietly_and_its_details_can_be_copied(desk: Desk) -> None:
    desk.session.hear_bug(Bug("ValueError: no", "Traceback and versions"))
    assert "Something went wrong" in desk.notice("bug")
    desk.press("bug")
    assert QGuiApplication.clipboard().text() == "Traceback and versions"


def test_a_crash_of_the_last_run_is_told(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Path] = []
    monkeypatch.setattr(file_actions, "reveal", keeper(shown))
    desk.session.tell_of_crash(tmp_path / "crash.log")
    assert "closed unexpectedly" in desk.notice("crash")
    desk.press("crash")
    desk.waits(lambda: shown == [tmp_path / "crash.log"])


def test_the_better_model_is_offered_once(qtbot: QtBot, tmp_path: Path) -> None:
    library = FakeLibrary([1])
    library.shelf, library.in_use = [BUILT_IN, BETTER], BUILT_IN
    with desk_on(qtbot, tmp_path, library) as desk:
        desk.shows(1)
        library.tell(ModelReady("Built-in model", built_in=True))
        desk.waits(desk.window.model_strip.isVisible)
        desk.window.model_strip.fetch_wanted.emit("better")
        assert library.did[-1] == ("fetch_model", "better")
        desk.window.model_strip.dismiss()
    with desk_on(qtbot, tmp_path, library) as desk:
        desk.shows(1)
        library.tell(ModelReady("Built-in model", built_in=True, switching=True))
        assert "goes on answering" in desk.notice("model switching")
        assert desk.window.model_strip.isHidden()


def test_a_model_is_not_fetched_where_the_network_is_switched_off(desk: Desk) -> None:
    desk.settings.change("network", False)
    desk.window.model_strip.fetch_wanted.emit("better")
    assert "switched off" in desk.notice("model download")
    assert not any(what == "fetch_model" for what, _ in desk.library.did)


def test_a_failed_download_leads_to_the_choice_of_a_file(desk: Desk) -> None:
    desk.library.tell(DownloadFinished("better", DownloadCancelledError("Stopped.")))
    desk.library.tell(DownloadFinished("better", DownloadError("There is no connection.", "Try later.")))
    assert desk.notice("model download") == "There is no connection. Try later."
    desk.press("model download")
    assert [one.title() for one in QGuiApplication.topLevelWindows() if one.isVisible()].count(
        "Settings"
    ) == 1


def test_esc_leads_from_the_failures_to_the_photos_and_clears_a_field_that_has_the_focus(desk: Desk) -> None:
    desk.window.menus.failures.trigger()
    QTest.keyClick(desk.window.focusWidget() or desk.window, Qt.Key.Key_Escape)
    assert desk.pages.shown() is Page.PHOTOS
    assert desk.window.focusWidget() is desk.pages.photos.view
    desk.asks("a dog")
    desk.window.menus.failures.trigger()
    desk.window.menus.search.trigger()
    QTest.keyClick(desk.field, Qt.Key.Key_Escape)
    assert desk.field.text() == ""
    assert desk.pages.shown() is Page.PHOTOS


def test_del_among_the_photos_takes_no_folder_out(desk: Desk) -> None:
    desk.waits(lambda: desk.window.folders.findChildren(QListView)[0].model().rowCount() == 1)
    folders = desk.window.folders.findChildren(QListView)[0]
    folders.setCurrentIndex(folders.model().index(0, 0))
    desk.pages.photos.view.setFocus()
    QTest.keyClick(desk.pages.photos.view, Qt.Key.Key_Delete)
    assert not any(what == "remove_folder" for what, _ in desk.library.did)
    folders.setFocus()
    QTest.keyClick(folders, Qt.Key.Key_Delete)
    assert ("remove_folder", Path("/photos")) in desk.library.did


def test_the_list_of_failures_is_written_where_it_can_be(desk: Desk, tmp_path: Path) -> None:
    desk.pages.failures().export_wanted.emit(tmp_path / "list.csv")
    assert "was saved" in desk.notice("export")
    desk.pages.failures().export_wanted.emit(tmp_path / "nowhere" / "list.csv")
    desk.waits(lambda: any("could not be saved" in one.text for one in desk.window.notices.notices()))


@pytest.mark.parametrize(
    ("error", "title"),
    [
        (LibraryInUseError("In use."), "Your library is open elsewhere"),
        (CatalogTooNewError("Too new."), "A newer Vislumbre wrote this library"),
        (CatalogDamagedError("Damaged."), "The library’s catalogue is damaged"),
        (DiskFullError("Full."), "The disk is full"),
        (LibraryError("Odd."), "Your library cannot be opened"),
    ],
)
def test_a_library_that_cannot_be_opened_is_explained(
    qtbot: QtBot, tmp_path: Path, error: LibraryError, title: str
) -> None:
    def refuse() -> PhotoLibrary:
        raise error

    session = Session(Settings.load(tmp_path), refuse, data=tmp_path, cache=tmp_path, log=tmp_path)
    qtbot.addWidget(session.window)
    session.show()
    try:
        qtbot.waitUntil(lambda: session.window.pages.message.title() == title, timeout=WAIT_MS)
    finally:
        session.close()


def test_a_library_opened_while_the_window_closes_is_closed_all_the_same(
    qtbot: QtBot, tmp_path: Path
) -> None:
    library = FakeLibrary()
    session = Session(
        Settings.load(tmp_path),
        lambda: cast("PhotoLibrary", library),
        data=tmp_path,
        cache=tmp_path,
        log=tmp_path,
    )
    qtbot.addWidget(session.window)
    session.open_library()
    session.close()
    assert library.closed


def test_a_damaged_library_is_repaired_at_the_press_of_a_button(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    broken = tmp_path / "data" / "catalog.db"
    broken.write_bytes(b"x" * 4000)

    def open_library() -> PhotoLibrary:
        with Catalog(broken):
            return cast("PhotoLibrary", FakeLibrary())

    session = Session(
        Settings.load(tmp_path), open_library, data=tmp_path / "data", cache=tmp_path, log=tmp_path
    )
    qtbot.addWidget(session.window)
    session.show()
    message = session.window.pages.message
    try:
        qtbot.waitUntil(lambda: message.title() == "The library’s catalogue is damaged", timeout=WAIT_MS)
        button = message.findChild(QPushButton)
        assert button is not None
        with qtbot.waitSignal(session.library_opened, timeout=WAIT_MS):
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        assert any("catalogue: was damaged" in one.text for one in session.window.notices.notices())
    finally:
        session.close()
    assert list((tmp_path / "data").glob("catalog.db.broken-*"))


def test_a_library_that_was_not_made_here_is_opened_after_a_yes(qtbot: QtBot, tmp_path: Path) -> None:
    own = OwnLibraries(tmp_path / "own")
    paths = AppPaths.below(tmp_path / "borrowed")
    paths.data.mkdir(parents=True)
    with Catalog(paths.data / "catalog.db") as catalog:
        catalog.folders.add(Path("/home/<b>ana</b>"))

    def open_library() -> PhotoLibrary:
        own.admit(paths, "", trusted=False)
        return cast("PhotoLibrary", FakeLibrary())

    session = Session(
        Settings.load(tmp_path),
        open_library,
        trust=lambda: own.admit(paths, "", trusted=True),
        data=paths.data,
        cache=tmp_path,
        log=tmp_path,
    )
    qtbot.addWidget(session.window)
    session.show()
    message = session.window.pages.message
    try:
        qtbot.waitUntil(lambda: message.title() == "This library was not made here", timeout=WAIT_MS)
        assert any("/home/<b>ana</b>" in label.text() for label in message.findChildren(QLabel))
        button = message.findChild(QPushButton)
        assert button is not None
        assert not button.hasFocus()
        with qtbot.waitSignal(session.library_opened, timeout=WAIT_MS):
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    finally:
        session.close()
    own.admit(paths, "", trusted=False)
