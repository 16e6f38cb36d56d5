"""Jobs of the writer behind the opening of the models."""

from pathlib import Path

import pytest

from desktop_app.library import DiskFullError, IndexReport, RefreshFinished, StoreError, Trouble
from desktop_app.library.indexing.refresh import Refresher
from desktop_app.library.models.switch import ModelSwitch
from tests.library.test_library import WAIT_S, Ears, opened
from tests.pictures import save_colour


def test_changes_are_noticed_again_after_an_opening_that_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photos = tmp_path / "photos"
    save_colour(photos / "first.png", "red")
    with opened(tmp_path) as library:
        library.folders.add(photos).result(WAIT_S)
    really_open, is_broken = ModelSwitch.open, True

    def open_or_fail(switch: ModelSwitch, *wanted: object) -> None:
        if is_broken:
            raise StoreError("The search index cannot be opened.")
        really_open(switch, *wanted)  # type: ignore[arg-type]  # passed on as they are

    monkeypatch.setattr(ModelSwitch, "open", open_or_fail)
    ears = Ears()
    with opened(tmp_path) as library:
        library.subscribe(ears)
        library.folders.watch()
        ears.wait_for(lambda event: isinstance(event, Trouble))
        ears.forget()
        # Heard of while nothing can be opened: its refresh fails.
        save_colour(photos / "second.png", "green")
        ears.wait_for(lambda event: isinstance(event, Trouble))
        is_broken = False
        save_colour(photos / "third.png", "blue")
        ears.wait_for(lambda event: isinstance(event, RefreshFinished) and event.report.found == 3)
        assert library.browsing.status().indexed == 3


@pytest.mark.parametrize("is_drive", [False, True], ids=["change", "drive"])
def test_what_an_error_kept_from_being_looked_at_is_looked_at_with_the_next_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_drive: bool
) -> None:
    photos = tmp_path / "photos"
    save_colour(photos / "rome" / "first.png", "red")
    (photos / "oslo").mkdir()
    really_run, is_full = Refresher.run, True

    def run_or_fail(refresher: Refresher, *what: object, **how: object) -> IndexReport:
        if is_full:
            raise DiskFullError("The disk is full.")
        return really_run(refresher, *what, **how)  # type: ignore[arg-type]  # passed on as they are

    ears = Ears()
    with opened(tmp_path) as library:
        library.folders.add(photos).result(WAIT_S)
        monkeypatch.setattr(Refresher, "run", run_or_fail)
        library.subscribe(ears)
        save_colour(photos / "rome" / "second.png", "green")
        if is_drive:
            monkeypatch.setattr(library._drives, "came_back", lambda: True)
            library._work.on_writer(library._work.mind_drives).result(WAIT_S)
        else:
            library._work.refresh_changed(frozenset({photos / "rome"}))
        ears.wait_for(lambda event: isinstance(event, Trouble))
        is_full = False
        save_colour(photos / "oslo" / "third.png", "blue")
        library._work.refresh_changed(frozenset({photos / "oslo"}))
        ears.wait_for(lambda event: isinstance(event, RefreshFinished))
        assert library.browsing.status().indexed == 3
