"""Watching folders, with a real watcher on real files; every wait is for a condition."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop_app.library.drives.presence import nearest_present, outermost
from desktop_app.library.folders import listeners
from desktop_app.library.folders.watcher import FolderWatcher
from tests.waiting import wait_until

# Long enough for a machine that does ten other things; reached only by a test that fails.
PATIENCE_S = 60.0

needs_links = pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")


def make(*paths: Path, content: bytes = b"photo") -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


class Calls:
    """What is to be listed for what the watcher called back with, in order."""

    def __init__(self) -> None:
        self.chosen: tuple[Path, ...] = ()
        self.said: list[frozenset[Path]] = []
        self.named: set[Path] = set()
        self.threads: set[str] = set()
        self._condition = threading.Condition()

    def __call__(self, folders: frozenset[Path], named: frozenset[Path] = frozenset()) -> None:
        said = frozenset(outermost(nearest_present(folders, self.chosen))) if self.chosen else folders
        with self._condition:
            self.said.append(said)
            self.named |= named
            self.threads.add(threading.current_thread().name)
            self._condition.notify_all()

    @property
    def folders(self) -> set[Path]:
        return set().union(*self.said)

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        with self._condition:
            assert self._condition.wait_for(is_so, PATIENCE_S), f"waited in vain, heard {self.said}"

    def wait_for(self, *folders: Path) -> None:
        """Wait until every one of the folders has been named."""
        self.wait_until(lambda: set(folders) <= self.folders)

    def forget(self) -> None:
        with self._condition:
            self.said.clear()


class Watched:
    """A watcher on a folder, with its calls."""

    def __init__(self, root: Path, **options) -> None:
        self.root = root
        self.calls = Calls()
        self.watcher = FolderWatcher(self.calls, **{"quiet_s": 0.05, "look_s": 0.05, **options})
        self.watch(root)

    def watch(self, *folders: Path) -> None:
        self.calls.chosen = folders
        self.watcher.watch(folders)
        assert self.watcher.wait_until_watching(PATIENCE_S)

    def hears(self, *folders: Path) -> None:
        """Wait for the folders; what was said then is forgotten."""
        self.calls.wait_for(*folders)
        self.calls.forget()

    def heard_nothing(self) -> None:
        """Prove that nothing is under way, by a change that comes later and is the only one to be heard of."""
        make(self.root / "sentinel" / "1.jpg")
        sentinels = {self.root / "sentinel", self.root}
        self.calls.wait_until(lambda: bool(self.calls.folders & sentinels))
        assert self.calls.folders <= {self.root / "sentinel"}


Watching = Callable[..., Watched]


@pytest.fixture
def watching(tmp_path) -> Iterator[Watching]:
    """Return a function that makes watchers, on ``tmp_path/root`` with its folder ``sentinel``; all are closed."""
    made: list[Watched] = []
    root = tmp_path / "root"
    (root / "sentinel").mkdir(parents=True)

    def start(**options) -> Watched:
        made.append(Watched(root, **options))
        return made[-1]

    yield start
    for watched in made:
        watched.watcher.close()


@pytest.fixture(params=[False, True], ids=["system", "polling"])
def force_polling(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


class TestFiles:
    def test_a_created_photo_names_its_folder(self, watching, tmp_path, force_polling):
        (tmp_path / "root" / "a").mkdir(parents=True)
        watched = watching(force_polling=force_polling)

        make(watched.root / "a" / "1.JPG")

        watched.hears(watched.root / "a")

    def test_a_changed_photo_names_its_folder(self, watching, tmp_path, force_polling):
        make(tmp_path / "root" / "a" / "1.jpg")
        watched = watching(force_polling=force_polling)

        make(watched.root / "a" / "1.jpg", content=b"another picture")

        watched.hears(watched.root / "a")

    def test_a_deleted_photo_names_its_folder(self, watching, tmp_path, force_polling):
        make(tmp_path / "root" / "a" / "1.jpg", tmp_path / "root" / "a" / "2.jpg")
        watched = watching(force_polling=force_polling)

        (watched.root / "a" / "1.jpg").unlink()

        watched.hears(watched.root / "a")

    def test_a_moved_photo_names_both_folders(self, watching, tmp_path, force_polling):
        make(tmp_path / "root" / "a" / "1.jpg")
        (tmp_path / "root" / "b").mkdir()
        watched = watching(force_polling=force_polling)

        (watched.root / "a" / "1.jpg").rename(watched.root / "b" / "1.jpg")

        watched.hears(watched.root / "a", watched.root / "b")

    def test_a_photo_replaced_in_one_step_names_its_folder(self, watching, tmp_path, force_polling):
        """Programs write beside and move onto the name; the name itself is never created nor written."""
        make(tmp_path / "root" / "a" / "1.jpg")
        watched = watching(force_polling=force_polling)
        make(watched.root / "a" / "1.jpg.tmp", content=b"a newer picture")

        (watched.root / "a" / "1.jpg.tmp").replace(watched.root / "a" / "1.jpg")

        watched.hears(watched.root / "a")

    def test_a_download_that_gets_its_name_at_last_is_heard_of(self, watching, force_polling):
        watched = watching(force_polling=force_polling)
        make(watched.root / "sentinel" / "1.jpg.part")

        (watched.root / "sentinel" / "1.jpg.part").rename(watched.root / "sentinel" / "1.jpg")

        watched.hears(watched.root / "sentinel")

    @pytest.mark.parametrize(
        "name",
        [b"new\nline", "\N{CAMERA WITH FLASH}".encode(), b"latin-\xe9"],
        ids=["newline", "emoji", "bytes"],
    )
    def test_a_folder_of_any_name_is_named(self, watching, tmp_path, force_polling, name):
        folder = tmp_path / "root" / os.fsdecode(name)
        try:
            folder.mkdir(parents=True)
        except (OSError, ValueError):
            pytest.skip("this disk refuses such a name")
        watched = watching(force_polling=force_polling)

        make(folder / "1.jpg")

        watched.hears(folder)


class TestFolders:
    def test_a_created_folder_is_heard_of_and_watched_at_once(self, watching, force_polling):
        watched = watching(force_polling=force_polling)
        make(watched.root / "new" / "deep" / "1.jpg")
        watched.calls.wait_until(
            lambda: {"new", "deep"} & {path.name for path in watched.calls.folders} != set()
        )
        watched.calls.forget()

        make(watched.root / "new" / "deep" / "2.jpg")

        watched.calls.wait_until(lambda: bool(watched.calls.said))

    def test_a_folder_moved_out_is_one_call_with_the_folder_above(self, watching, tmp_path, force_polling):
        make(*(tmp_path / "root" / "year" / "day" / f"{number}.jpg" for number in range(3)))
        watched = watching(force_polling=force_polling)

        (watched.root / "year" / "day").rename(tmp_path / "elsewhere")

        watched.calls.wait_for(watched.root / "year")
        assert watched.calls.said == [{watched.root / "year"}]
        watched.calls.forget()
        watched.heard_nothing()

    def test_a_folder_moved_in_is_heard_of(self, watching, tmp_path, force_polling):
        make(tmp_path / "elsewhere" / "1.jpg")
        watched = watching(force_polling=force_polling)

        (tmp_path / "elsewhere").rename(watched.root / "moved in")

        watched.hears(watched.root / "moved in")

    def test_a_folder_moved_out_and_in_again_is_watched_again(self, watching, tmp_path):
        make(tmp_path / "root" / "a" / "1.jpg")
        watched = watching()
        (watched.root / "a").rename(tmp_path / "away")
        watched.hears(watched.root)
        (tmp_path / "away").rename(watched.root / "a")
        watched.hears(watched.root / "a")

        make(watched.root / "a" / "2.jpg")

        watched.hears(watched.root / "a")

    def test_a_renamed_folder_names_the_one_above(self, watching, tmp_path, force_polling):
        make(tmp_path / "root" / "year" / "a" / "1.jpg")
        watched = watching(force_polling=force_polling)

        (watched.root / "year" / "a").rename(watched.root / "year" / "b")

        watched.hears(watched.root / "year")

    def test_a_deleted_tree_names_the_nearest_folder_that_is_left(self, watching, tmp_path, force_polling):
        make(tmp_path / "root" / "year" / "month" / "day" / "1.jpg")
        watched = watching(force_polling=force_polling)

        shutil.rmtree(watched.root / "year" / "month")

        watched.hears(watched.root / "year")


class TestSilence:
    @pytest.mark.parametrize(
        "name",
        ["sentinel/notes.txt", "sentinel/._1.jpg", ".hidden/1.jpg", "@eaDir/1.jpg", "sentinel/.t/1.jpg"],
    )
    def test_what_is_no_photo_does_not_wake_it(self, watching, tmp_path, force_polling, name):
        make(tmp_path / "root" / name)
        watched = watching(force_polling=force_polling)

        make(watched.root / name, content=b"changed")
        make((watched.root / name).with_name("other" + Path(name).suffix.replace(".jpg", ".txt")))
        (watched.root / name).unlink()

        watched.heard_nothing()

    def test_reading_photos_does_not_wake_it(self, watching, tmp_path):
        """Or indexing would call for indexing without end."""
        make(tmp_path / "root" / "a" / "1.jpg")
        watched = watching()

        (watched.root / "a" / "1.jpg").read_bytes()
        list((watched.root / "a").iterdir())

        watched.heard_nothing()

    def test_excluded_folders_do_not_wake_it(self, watching, tmp_path, force_polling):
        ours = tmp_path / "root" / "ours"
        make(ours / "1.jpg")
        watched = watching(force_polling=force_polling, excluded=[ours])

        make(ours / "2.jpg", ours / "deep" / "3.jpg")

        watched.heard_nothing()

    def test_a_folder_no_longer_watched_does_not_wake_it(self, watching, tmp_path, force_polling):
        other = tmp_path / "other"
        other.mkdir()
        watched = watching(force_polling=force_polling)
        watched.watch(other, watched.root)
        make(other / "1.jpg")
        watched.hears(other)

        watched.watch(watched.root)
        make(other / "2.jpg")

        watched.heard_nothing()


class TestQuiet:
    def test_a_burst_of_a_thousand_files_is_one_call(self, watching):
        watched = watching(quiet_s=3.0)

        make(*(watched.root / "sentinel" / f"{number}.jpg" for number in range(1_000)))

        watched.calls.wait_for(watched.root / "sentinel")
        assert watched.calls.said == [{watched.root / "sentinel"}]

    def test_a_folder_below_another_one_is_not_named(self, watching, tmp_path):
        (tmp_path / "root" / "a" / "deep").mkdir(parents=True)
        watched = watching(quiet_s=2.0)

        make(
            watched.root / "a" / "deep" / "1.jpg",
            watched.root / "sentinel" / "2.jpg",
            watched.root / "a" / "3.jpg",
        )

        watched.calls.wait_until(lambda: bool(watched.calls.said))
        assert watched.calls.said == [{watched.root / "a", watched.root / "sentinel"}]

    def test_it_does_not_wait_for_quiet_for_ever(self, watching):
        watched = watching(quiet_s=10_000.0, longest_wait_s=0.2)

        make(watched.root / "sentinel" / "1.jpg")

        watched.hears(watched.root / "sentinel")

    def test_it_calls_on_its_own_thread(self, watching):
        watched = watching()

        make(watched.root / "sentinel" / "1.jpg")

        watched.hears(watched.root / "sentinel")
        assert watched.calls.threads == {"folder-watcher"}


class TestCallBack:
    def test_changes_made_during_a_call_are_not_lost(self, tmp_path, force_polling):
        make(tmp_path / "a" / "1.jpg", tmp_path / "b" / "1.jpg")
        calls = Calls()
        entered, go_on = threading.Event(), threading.Event()

        def slowly(folders: frozenset[Path], _named: frozenset[Path]) -> None:
            entered.set()
            assert go_on.wait(PATIENCE_S)
            calls(folders)

        watcher = FolderWatcher(slowly, quiet_s=0.02, look_s=0.05, force_polling=force_polling)
        try:
            watcher.watch([tmp_path])
            assert watcher.wait_until_watching(PATIENCE_S)
            make(tmp_path / "a" / "2.jpg")
            assert entered.wait(PATIENCE_S)

            make(tmp_path / "b" / "2.jpg")
            go_on.set()

            calls.wait_for(tmp_path / "a", tmp_path / "b")
        finally:
            go_on.set()
            watcher.close()

    @pytest.mark.expects_errors
    def test_an_error_in_a_call_is_logged_and_later_changes_are_told(self, tmp_path, caplog):
        calls = Calls()

        def stumble(folders: frozenset[Path], _named: frozenset[Path]) -> None:
            calls(folders)
            if len(calls.said) == 1:
                raise ValueError("the listener is broken")

        watcher = FolderWatcher(stumble, quiet_s=0.02, look_s=0.05)
        try:
            (tmp_path / "a").mkdir()
            (tmp_path / "b").mkdir()
            watcher.watch([tmp_path])
            assert watcher.wait_until_watching(PATIENCE_S)
            make(tmp_path / "a" / "1.jpg")
            calls.wait_for(tmp_path / "a")

            make(tmp_path / "b" / "1.jpg")
            calls.wait_for(tmp_path / "b")
        finally:
            watcher.close()

        assert "the listener is broken" in caplog.text


class TestRoots:
    def test_a_chosen_folder_that_vanishes_and_returns_is_named_both_times(
        self, watching, tmp_path, force_polling
    ):
        make(tmp_path / "root" / "sentinel" / "1.jpg")
        watched = watching(force_polling=force_polling)

        watched.root.rename(tmp_path / "unplugged")
        watched.hears(watched.root)
        (tmp_path / "unplugged").rename(watched.root)
        watched.hears(watched.root)
        assert watched.watcher.wait_until_watching(PATIENCE_S)
        make(watched.root / "sentinel" / "2.jpg")

        watched.calls.wait_until(lambda: bool(watched.calls.said))

    def test_a_deleted_folder_is_named_once_until_it_is_made_again(self, watching, force_polling):
        watched = watching(force_polling=force_polling, quiet_s=0.3)

        shutil.rmtree(watched.root)
        watched.calls.wait_for(watched.root)
        assert watched.calls.said == [{watched.root}]
        watched.calls.forget()
        make(watched.root / "sentinel" / "1.jpg")

        watched.hears(watched.root)

    def test_another_folder_under_the_same_name_is_watched(self, watching, tmp_path, force_polling):
        """As a drive mounted onto its mount point."""
        watched = watching(force_polling=force_polling)
        make(tmp_path / "other" / "sentinel" / "1.jpg")

        watched.root.rename(tmp_path / "old")
        (tmp_path / "other").rename(watched.root)
        watched.hears(watched.root)
        make(watched.root / "sentinel" / "2.jpg")

        watched.calls.wait_until(lambda: bool(watched.calls.said))

    def test_a_folder_that_comes_later_is_named_and_watched(self, watching, tmp_path, force_polling):
        watched = watching(force_polling=force_polling)
        late = tmp_path / "late"
        watched.watch(watched.root, late)

        late.mkdir()
        watched.hears(late)
        make(late / "1.jpg")

        watched.hears(late)

    @needs_links
    def test_a_chosen_folder_may_be_a_link(self, watching, tmp_path, force_polling):
        make(tmp_path / "real" / "deep" / "1.jpg")
        (tmp_path / "link").symlink_to(tmp_path / "real")
        watched = watching(force_polling=force_polling)
        watched.watch(tmp_path / "link")

        make(tmp_path / "real" / "2.jpg")
        watched.hears(tmp_path / "link")
        make(tmp_path / "real" / "deep" / "3.jpg")

        watched.hears(tmp_path / "link" / "deep")

    @needs_links
    def test_links_in_a_circle_do_no_harm(self, watching, tmp_path, force_polling):
        (tmp_path / "root" / "a").mkdir(parents=True)
        (tmp_path / "root" / "a" / "up").symlink_to(tmp_path / "root")
        watched = watching(force_polling=force_polling)

        make(watched.root / "a" / "1.jpg")

        watched.hears(watched.root / "a")

    def test_a_chosen_folder_below_another_is_heard_of_though_it_is_hidden_there(self, watching, tmp_path):
        hidden = tmp_path / "root" / ".hidden"
        hidden.mkdir(parents=True)
        watched = watching()
        watched.watch(watched.root, hidden)

        make(hidden / "1.jpg")

        watched.hears(hidden)


class LateListener:
    """Hears nothing of its own; a test says from when on it would."""

    def __init__(self) -> None:
        self.ready = threading.Event()

    def is_sound(self) -> bool:
        return True

    def close(self) -> None:
        pass


class TestListenersThatHearLate:
    """A large share is looked through for the first time; what changes meanwhile neither that nor a refresh may see."""

    @pytest.fixture
    def listener(self, monkeypatch: pytest.MonkeyPatch) -> LateListener:
        late = LateListener()
        monkeypatch.setattr(listeners, "listen", lambda *_args, **_options: late)
        return late

    def test_a_folder_that_was_not_waited_for_is_named_when_it_is_heard(self, tmp_path, listener):
        calls = Calls()
        calls.chosen = (tmp_path,)
        watcher = FolderWatcher(calls, quiet_s=0.01, look_s=0.01)
        watcher.watch([tmp_path])
        assert not watcher.wait_until_watching(0.05)
        assert calls.said == []
        listener.ready.set()
        calls.wait_for(tmp_path)
        watcher.close()

    def test_a_folder_that_was_waited_for_is_not_named(self, tmp_path, listener, monkeypatch):
        calls, looks, noted = Calls(), threading.Semaphore(0), list[Path]()
        calls.chosen = (tmp_path,)
        watcher = FolderWatcher(calls, quiet_s=0.01, look_s=0.01)
        monkeypatch.setattr(watcher, "_note", noted.append)
        watcher.watch([tmp_path])
        really = watcher._look

        def look() -> None:
            really()
            looks.release()

        monkeypatch.setattr(watcher, "_look", look)
        # It is ready only while somebody waits for it, and is looked at before that one knows.
        waiting = threading.Thread(target=watcher.wait_until_watching, args=(PATIENCE_S,))
        waiting.start()
        wait_until(lambda: watcher._waiting == 1)
        listener.ready.set()
        waiting.join()
        for _ in range(3):
            assert looks.acquire(timeout=PATIENCE_S)
        assert noted == []
        watcher.close()


class TestThreads:
    def test_close_ends_every_thread(self, watching, force_polling):
        before = set(threading.enumerate())
        watched = watching(force_polling=force_polling)
        assert len(threading.enumerate()) > len(before)

        watched.watcher.close()

        assert set(threading.enumerate()) <= before

    def test_close_may_be_called_twice_and_before_watching(self):
        watcher = FolderWatcher(Calls())
        watcher.close()
        watcher.close()

        watcher.watch([Path("/not there")])
        assert not watcher.wait_until_watching(0.0)

    def test_nothing_to_watch_is_no_trouble(self, watching):
        watched = watching()

        watched.watch()

        assert watched.calls.said == []


def test_of_a_burst_only_so_many_files_are_named_and_their_folders_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_app.library.folders.watcher.MOST_NAMED", 3)
    said: list[tuple[frozenset[Path], frozenset[Path]]] = []
    heard = threading.Event()

    def hear(folders: frozenset[Path], named: frozenset[Path]) -> None:
        said.append((folders, named))
        heard.set()

    watcher = FolderWatcher(hear, quiet_s=0.01)
    try:
        watcher.watch([tmp_path])
        assert watcher.wait_until_watching(PATIENCE_S)
        for _ in range(2):
            heard.clear()
            # Held, so that all of them come before it calls.
            with watcher._condition:
                for number in range(5):
                    folder = tmp_path / str(number)
                    watcher._note(folder, folder / "a.jpg")
            assert heard.wait(PATIENCE_S)
    finally:
        watcher.close()
    folders = frozenset(tmp_path / str(number) for number in range(5))
    named = frozenset(tmp_path / str(number) / "a.jpg" for number in range(3))
    assert said == [(folders, named)] * 2
