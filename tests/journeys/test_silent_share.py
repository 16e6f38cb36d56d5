"""A network share stops to answer while something is done with it: only what needs it waits, and not for long.

The share is a real file system, and whoever looks at it really hangs in the kernel; see `tests.silent_share`.
"""

import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError
from pathlib import Path

import pytest

from desktop_app.library import Event, FolderMissingError, PhotoLibrary, RefreshFinished
from desktop_app.library.concurrency.deadlines import NO_ANSWER
from desktop_app.library.decoding import pipe, process
from desktop_app.library.decoding.pool import Decoding
from desktop_app.library.drives import following, presence
from desktop_app.library.folders import patient_listing, polling, watcher
from desktop_app.library.indexing import left_out, photo_reader
from desktop_app.library.photo import NOT_THERE, IndexReport
from desktop_app.library.services import folders as folders_of_a_person
from tests.fakes import ColorEmbedder
from tests.library.test_library import WAIT_S, Ears, names, opened
from tests.pictures import save_colour
from tests.silent_share import NAME, SilentShare, silent_share
from tests.waiting import wait_until

pytestmark = pytest.mark.xdist_group("mounts")

_QUICK_S = 1.0


@pytest.fixture(autouse=True)
def _little_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name in (
        (presence, "LONG_S"),
        (presence, "QUICK_S"),
        (folders_of_a_person, "_ANSWER_S"),
        (following, "LONG_S"),
        (following, "_LOOK_S"),
        (left_out, "_ANSWER_S"),
        (patient_listing, "SILENT_S"),
        (photo_reader, "_ANSWER_S"),
        (watcher, "LOOK_S"),
        (watcher, "_ANSWER_S"),
        (pipe, "REAP_S"),
        (process, "REAP_S"),
    ):
        monkeypatch.setattr(module, name, _QUICK_S)
    # A listing of a share may take half of the time, not a tenth.
    monkeypatch.setattr(polling, "_PAUSE_PER_LISTING", 1)


@pytest.fixture
def share(tmp_path: Path) -> Iterator[SilentShare]:
    """A share with a red photo, and a green and a blue one in a folder."""
    behind = tmp_path / "server"
    save_colour(behind / "red.png", "red")
    save_colour(behind / "deep" / "green.png", "green")
    save_colour(behind / "deep" / "blue.png", "blue")
    with silent_share(tmp_path / "photos" / "nas", behind) as share:
        yield share


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder on this computer, with a yellow photo."""
    folder = tmp_path / "here"
    save_colour(folder / "yellow.png", "yellow")
    return folder


@pytest.fixture
def embedder() -> ColorEmbedder:
    return ColorEmbedder()


@pytest.fixture
def library(tmp_path: Path, embedder: ColorEmbedder) -> Iterator[PhotoLibrary]:
    with opened(tmp_path, embedder, decoding=Decoding(silent_s=_QUICK_S)) as library:
        yield library


def reasons(report: IndexReport) -> dict[Path, str]:
    return {one.path: one.reason for one in report.unreadable_folders}


def offline(library: PhotoLibrary) -> set[str]:
    return set(names(library, "is:offline"))


def finished(event: Event) -> bool:
    return isinstance(event, RefreshFinished)


def answer(share: SilentShare) -> None:
    """Let a share answer, and wait for what hung in it: who asks before those have their answers, too, is told “not there”."""
    hung = {thread for thread in threading.enumerate() if thread.name == "drive-look"}
    share.answer()
    wait_until(lambda: not any(thread.is_alive() for thread in hung))


def test_a_folder_that_hangs_while_it_is_listed_is_left_out(
    share: SilentShare, here: Path, library: PhotoLibrary, embedder: ColorEmbedder
) -> None:
    for folder in (share.place, here):
        library.folders.add(folder).result(WAIT_S)
    save_colour(here / "white.png", "white")
    save_colour(share.behind / "black.png", "black")
    share.hush("deep")
    report = library.folders.refresh().result(WAIT_S)
    assert reasons(report) == {share.place / "deep": NO_ANSWER}
    assert (report.indexed, report.removed, report.failed) == (2, 0, ())
    assert names(library, "green", 1) == ["green.png"]
    assert {"white.png", "black.png"} <= set(names(library, "white"))
    # The listing that was left behind hangs still, and nobody looks there a second time.
    again = library.folders.refresh().result(WAIT_S)
    assert reasons(again) == {share.place / "deep": NO_ANSWER}
    assert [thread.name for thread in threading.enumerate()].count("listing") == 1
    answer(share)
    wait_until(lambda: "listing" not in {thread.name for thread in threading.enumerate()})
    report = library.folders.refresh().result(WAIT_S)
    assert (reasons(report), report.unchanged) == ({}, 6)
    assert embedder.embedded == 6


def test_a_watched_folder_that_answers_again_is_listed_by_itself(
    share: SilentShare, library: PhotoLibrary
) -> None:
    library.folders.add(share.place).result(WAIT_S)
    share.hush("deep")
    ears = Ears()
    library.subscribe(ears)
    assert library.folders.refresh().result(WAIT_S).unreadable_folders
    library.folders.watch()
    ears.forget()
    answer(share)
    ears.wait_for(lambda event: isinstance(event, RefreshFinished) and event.report.unchanged == 3)
    library.folders.unwatch()


def test_a_share_that_hangs_as_a_whole_is_offline(
    share: SilentShare, here: Path, library: PhotoLibrary, embedder: ColorEmbedder
) -> None:
    for folder in (share.place, here):
        library.folders.add(folder).result(WAIT_S)
    share.hush()
    save_colour(here / "white.png", "white")
    report = library.folders.refresh().result(WAIT_S)
    assert reasons(report) == {share.place: NOT_THERE}
    assert (report.indexed, report.removed) == (1, 0)
    assert offline(library) == {"red.png", "green.png", "blue.png"}
    assert library.browsing.status().offline == 3
    assert {hit.photo.drive for hit in library.searching.search("is:offline").result(WAIT_S).hits} == {NAME}
    # Nor does it keep another folder from being chosen.
    save_colour(here.with_name("more") / "black.png", "black")
    assert library.folders.add(here.with_name("more")).result(WAIT_S).indexed == 1
    answer(share)
    ears = Ears()
    library.subscribe(ears)
    library.folders.watch()
    ears.wait_for(lambda event: isinstance(event, RefreshFinished) and event.report.unchanged == 6)
    library.folders.unwatch()
    assert offline(library) == set()
    assert embedder.embedded == 6


def test_a_share_whose_server_died_is_offline(
    share: SilentShare, here: Path, library: PhotoLibrary, embedder: ColorEmbedder
) -> None:
    for folder in (share.place, here):
        library.folders.add(folder).result(WAIT_S)
    share.die()
    with pytest.raises(OSError, match="not connected"):
        share.place.stat()
    save_colour(here / "white.png", "white")
    report = library.folders.refresh().result(WAIT_S)
    assert reasons(report) == {share.place: NOT_THERE}
    assert (report.indexed, report.removed) == (1, 0)
    assert offline(library) == {"red.png", "green.png", "blue.png"}
    with pytest.raises(FolderMissingError):
        library.folders.add(share.place / "deep").result(WAIT_S)


def test_the_dead_mount_of_a_share_is_not_taken_for_its_new_place(
    tmp_path: Path, here: Path, library: PhotoLibrary
) -> None:
    """A share is looked for wherever it is mounted now; a mount that nobody serves is only left behind."""
    save_colour(tmp_path / "server" / "red.png", "red")
    with silent_share(tmp_path / "photos" / "nas", tmp_path / "server") as share:
        library.folders.add(share.place).result(WAIT_S)
    with silent_share(tmp_path / "left behind", tmp_path / "server") as dead:
        dead.die()
        report = library.folders.refresh().result(WAIT_S)
    assert reasons(report) == {share.place: NOT_THERE}
    assert offline(library) == {"red.png"}


def test_a_folder_that_hangs_is_refused_and_keeps_nobody_waiting(
    share: SilentShare, here: Path, library: PhotoLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders_of_a_person, "_ANSWER_S", WAIT_S)
    share.hush()
    first, second = library.folders.add(share.place), library.folders.add(share.place / "deep")
    wait_until(share.is_asked)
    # Whatever else is wanted is done meanwhile.
    assert library.folders.add(here).result(WAIT_S).indexed == 1
    assert (first.done(), second.done()) == (False, False)
    answer(share)
    assert {first.result(WAIT_S).found, second.result(WAIT_S).found} == {3, 2}
    monkeypatch.setattr(folders_of_a_person, "_ANSWER_S", _QUICK_S)
    share.hush()
    with pytest.raises(FolderMissingError, match="does not answer"):
        library.folders.add(share.place / "other").result(WAIT_S)


def test_a_library_closes_while_a_folder_hangs_that_shall_be_added(
    share: SilentShare, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders_of_a_person, "_ANSWER_S", WAIT_S)
    share.hush()
    with opened(tmp_path) as library:
        work = library.folders.add(share.place)
        wait_until(share.is_asked)
    assert not work.done()
    answer(share)
    with pytest.raises(CancelledError):
        work.result(WAIT_S)


@pytest.mark.slow
def test_a_share_inside_a_chosen_folder_hangs_alone(
    share: SilentShare, library: PhotoLibrary, embedder: ColorEmbedder
) -> None:
    photos = share.place.parent
    save_colour(photos / "yellow.png", "yellow")
    assert library.folders.add(photos).result(WAIT_S).indexed == 4
    share.hush()
    save_colour(photos / "white.png", "white")
    report = library.folders.refresh().result(WAIT_S)
    assert reasons(report) == {share.place: f"the drive “{NAME}” is not connected"}
    assert (report.indexed, report.removed) == (1, 0)
    assert offline(library) == {"red.png", "green.png", "blue.png"}
    # What happens beside it is noticed still.
    ears = Ears()
    library.subscribe(ears)
    library.folders.watch()
    ears.wait_for(finished)
    ears.forget()
    save_colour(photos / "black.png", "black")
    ears.wait_for(lambda event: isinstance(event, RefreshFinished) and event.report.indexed == 1)
    # What happened on it meanwhile is found when it answers, whether the share is listed then or all of the folder.
    save_colour(share.behind / "deep" / "orange.png", "orange")
    answer(share)
    ears.wait_for(lambda event: isinstance(event, RefreshFinished) and event.report.found >= 4)
    library.folders.unwatch()
    assert offline(library) == set()
    assert embedder.embedded == 7


def test_a_link_to_a_share_that_hangs_keeps_its_photos(
    share: SilentShare, here: Path, library: PhotoLibrary
) -> None:
    (here / "album").symlink_to(share.place / "deep")
    (here / "best.png").symlink_to(share.place / "red.png")
    assert library.folders.add(here).result(WAIT_S).indexed == 4
    share.hush()
    report = library.folders.refresh().result(WAIT_S)
    assert set(reasons(report).values()) == {NO_ANSWER}
    assert report.removed == 0
    assert len(library.browsing.ids_by_date()) == 4


def test_photos_that_hang_while_they_are_read_are_left_for_later(
    share: SilentShare, here: Path, library: PhotoLibrary, embedder: ColorEmbedder
) -> None:
    for folder in (share.place, here):
        library.folders.add(folder).result(WAIT_S)
    for n, colour in enumerate(("white", "black", "orange", "purple")):
        save_colour(share.behind / f"new {n}.png", colour)
    (here / "yellow.png").rename(here / "moved.png")
    save_colour(here / "new.png", (250, 240, 200))
    share.hush_content("new 1.png")
    report = library.folders.refresh().result(WAIT_S)
    assert reasons(report) == {share.place: NO_ANSWER}
    assert (report.failed, report.removed) == ((), 0)
    assert report.indexed + report.pending == 5
    assert {"moved.png", "new.png"} <= set(names(library, "white"))
    answer(share)
    report = library.folders.refresh().result(WAIT_S)
    assert (reasons(report), report.failed, report.pending) == ({}, (), 0)
    assert len(library.browsing.ids_by_date()) == 9
    assert embedder.embedded == 9


def test_what_is_beside_a_photo_may_hang_too(share: SilentShare, library: PhotoLibrary) -> None:
    library.folders.add(share.place).result(WAIT_S)
    (share.behind / "red.xmp").write_text(
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="4"/></rdf:RDF></x:xmpmeta>'
    )
    share.hush_content("red.xmp")
    report = library.folders.refresh().result(WAIT_S)
    assert (reasons(report), report.failed) == ({share.place: NO_ANSWER}, ())
    answer(share)
    library.folders.refresh().result(WAIT_S)
    photo = library.browsing.photo_at(share.place / "red.png")
    assert photo is not None
    assert photo.rating == 4


@pytest.mark.parametrize("content", [False, True], ids=["listing", "reading"])
def test_a_library_closes_while_a_share_hangs(
    share: SilentShare, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, content: bool
) -> None:
    monkeypatch.setattr(patient_listing, "SILENT_S", 600.0)
    with opened(tmp_path) as library:
        if content:
            share.hush_content("green.png")
        else:
            share.hush("deep")
        work = library.folders.add(share.place)
        wait_until(share.is_asked)
    assert work.done()
    with opened(tmp_path) as library:
        answer(share)
        assert library.folders.refresh().result(WAIT_S).found == 3


_PROGRAM = """
import sys
from pathlib import Path
from desktop_app.library import PhotoLibrary
from desktop_app.library.drives import following, presence
from desktop_app.paths import resources
from tests.fakes import ColorEmbedder

presence.LONG_S = presence.QUICK_S = following.LONG_S = 1.0
base, share = map(Path, sys.argv[1:])
library = PhotoLibrary(base / "data", base / "cache", resources=resources(), embedder=ColorEmbedder())
print(library.folders.add(share).result().indexed, flush=True)
input()
print(library.folders.refresh().result().unreadable_folders[0].reason, flush=True)
library.close()
"""


def test_a_process_ends_while_it_hangs_in_a_share(share: SilentShare, tmp_path: Path) -> None:
    place = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, str(tmp_path), str(share.place)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=place,
    ) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "3\n"
        with share.stopped():
            said, _ = program.communicate("\n", WAIT_S)
            assert (said, program.returncode) == (f"{NOT_THERE}\n", 0)
