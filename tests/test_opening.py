"""One recipe opens the library for the window and the command line."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desktop_app.library import RECOMMENDED, DownloadFinished, Event, LibraryError, PhotoLibrary
from desktop_app.opening import is_online, open_library
from desktop_app.paths import AppPaths
from desktop_app.settings import Settings, Values
from desktop_app.trust import OwnLibraries
from desktop_app.ui.app.application import opened

WAIT_S = 30


class Chosen:
    """The person's choices, which may change while the library is open."""

    def __init__(self) -> None:
        self.values = Values()

    def __call__(self) -> Values:
        return self.values


@pytest.fixture
def chosen() -> Chosen:
    return Chosen()


@pytest.fixture
def library(tmp_path: Path, chosen: Chosen) -> Iterator[PhotoLibrary]:
    library = open_library(AppPaths.below(tmp_path), chosen, own=OwnLibraries.of_person())
    yield library
    library.close()


def refused(library: PhotoLibrary) -> str:
    """Ask for the recommended model, and return why it does not come."""
    ended = threading.Event()
    errors: list[LibraryError | None] = []

    def hear(event: Event) -> None:
        if isinstance(event, DownloadFinished):
            errors.append(event.error)
            ended.set()

    stop = library.subscribe(hear)
    library.models.fetch(RECOMMENDED)
    assert ended.wait(WAIT_S)
    stop()
    (error,) = errors
    assert error is not None
    return str(error)


def test_a_download_is_refused_as_soon_as_the_person_forbids_it(
    library: PhotoLibrary, chosen: Chosen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VISLUMBRE_OFFLINE", raising=False)
    # Forbidden after the library was opened: nobody has to start again.
    chosen.values = replace(chosen.values, network=False)
    assert "switched off" in refused(library)


def test_the_environment_forbids_it_whatever_the_settings_say(
    library: PhotoLibrary, chosen: Chosen, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert chosen.values.network
    monkeypatch.setenv("VISLUMBRE_OFFLINE", "1")
    assert "switched off" in refused(library)


def test_folders_that_cannot_be_made_are_a_sentence(tmp_path: Path, chosen: Chosen) -> None:
    (tmp_path / "base").write_text("a file")
    with pytest.raises(OSError, match="base"):
        open_library(AppPaths.below(tmp_path / "base"), chosen, own=OwnLibraries.of_person())
    settings = Settings.load(tmp_path)
    with pytest.raises(LibraryError, match="base") as caught:
        opened(AppPaths.below(tmp_path / "base"), settings, OwnLibraries.of_person())
    assert caught.value.hint == "Check the folder’s permissions."


def test_a_server_may_be_named_in_place_of_the_one_in_the_settings(tmp_path: Path, chosen: Chosen) -> None:
    chosen.values = replace(chosen.values, store_address="http://localhost:1")
    for address, said in (("", "http://localhost:1"), ("http://localhost:2", "http://localhost:2")):
        library = open_library(
            AppPaths.below(tmp_path),
            chosen,
            own=OwnLibraries.of_person(),
            store_address=address,
            trusted=True,
        )
        try:
            assert library.browsing.status().store == said
        finally:
            library.close()


@pytest.mark.parametrize(("word", "online"), [("", True), ("0", True), ("1", False), ("yes", False)])
def test_the_environment_can_switch_the_network_off(word: str, online: bool) -> None:
    assert is_online(word) is online
