"""Jobs of the writer behind the opening of the models."""

from pathlib import Path

import pytest

from desktop_app.library import RefreshFinished, StoreError, Trouble
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
