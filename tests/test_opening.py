"""One recipe opens the library for the window and the command line."""

import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desktop_app.library import RECOMMENDED, DownloadFinished, Event, LibraryError, PhotoLibrary, StorePlace
from desktop_app.named_store import TOKEN_FILE, NamedStore, store_place
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
            store=NamedStore(address),
            trusted=True,
        )
        try:
            assert library.browsing.status().store == said
        finally:
            library.close()


@pytest.mark.parametrize(
    ("word", "online"), [("", True), ("0", True), (" 0 ", True), ("1", False), ("yes", False), ("00", False)]
)
def test_the_environment_can_switch_the_network_off(
    word: str, online: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISLUMBRE_OFFLINE", word)
    assert is_online() is online
    monkeypatch.delenv("VISLUMBRE_OFFLINE")
    assert is_online()


def _told(paths: AppPaths, chosen: Chosen, address: str = "") -> tuple[str, str]:
    """Open the library; return the server it would ask, and what that would be told."""
    library = open_library(
        paths, chosen, store=NamedStore(address), trusted=True, own=OwnLibraries.of_person()
    )
    try:
        place = library._switch._stores._place
        return place.address, place.token
    finally:
        library.close()


def test_a_token_belongs_to_the_address_the_person_named(
    tmp_path: Path, chosen: Chosen, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    own, borrowed = AppPaths.below(tmp_path / "own"), AppPaths.below(tmp_path / "borrowed")
    monkeypatch.setattr(AppPaths, "for_person", lambda: own)
    monkeypatch.setenv("VISLUMBRE_STORE_TOKEN", "secret")
    monkeypatch.delenv("VISLUMBRE_STORE_ADDRESS", raising=False)
    mine, other = "https://mine.invalid:1", "https://user@other.invalid:2"
    chosen.values = replace(chosen.values, store_address=mine)
    assert _told(own, chosen) == (mine, "secret")
    chosen.values = replace(chosen.values, store_address=other)
    # Settings that came along with a library.
    assert _told(borrowed, chosen) == (other, "")
    assert "VISLUMBRE_STORE_TOKEN is not sent to https://other.invalid:2" in caplog.text
    assert _told(borrowed, chosen, mine) == (mine, "secret")
    # Where it is said whose it is, that counts everywhere.
    monkeypatch.setenv("VISLUMBRE_STORE_ADDRESS", mine)
    assert _told(own, chosen) == (other, "")
    assert _told(borrowed, chosen, other) == (other, "")
    chosen.values = replace(chosen.values, store_address=mine)
    assert _told(borrowed, chosen) == (mine, "secret")


@pytest.mark.parametrize(("network", "offline"), [(False, ""), (True, "1")])
def test_offline_a_server_elsewhere_is_not_asked(
    tmp_path: Path, chosen: Chosen, monkeypatch: pytest.MonkeyPatch, *, network: bool, offline: str
) -> None:
    monkeypatch.setenv("VISLUMBRE_OFFLINE", offline)
    chosen.values = replace(chosen.values, network=network)
    library = open_library(
        AppPaths.below(tmp_path),
        chosen,
        store=NamedStore("http://other.invalid:1"),
        own=OwnLibraries.of_person(),
    )
    try:
        assert not library._switch._stores._place.network()
        assert library.browsing.status().store == "http://other.invalid:1"
    finally:
        library.close()


def test_a_servers_password_is_not_shown(tmp_path: Path, chosen: Chosen) -> None:
    library = open_library(
        AppPaths.below(tmp_path),
        chosen,
        store=NamedStore("http://person:secret@localhost:1"),
        own=OwnLibraries.of_person(),
    )
    try:
        assert library.browsing.status().store == "http://localhost:1"
    finally:
        library.close()


def test_thumbnails_take_no_more_than_the_person_says(tmp_path: Path, chosen: Chosen) -> None:
    chosen.values = replace(chosen.values, thumbnails_gb=3)
    library = open_library(AppPaths.below(tmp_path), chosen, own=OwnLibraries.of_person())
    try:
        assert library._thumbnails.limit_bytes == 3 * 10**9
    finally:
        library.close()


def test_thumbnails_take_what_the_disk_allows_where_the_person_says_nothing(library: PhotoLibrary) -> None:
    assert library._thumbnails.limit_bytes is None


def _place(paths: AppPaths, chosen: Chosen, store: NamedStore) -> StorePlace | None:
    return store_place(paths, chosen.values, store, lambda: True)


def test_database_and_certificate_belong_to_the_address_beside_them(tmp_path: Path, chosen: Chosen) -> None:
    paths = AppPaths.below(tmp_path)
    chosen.values = replace(
        chosen.values, store_address="https://one:1", store_database="mine", store_certificate="/one.pem"
    )
    place = _place(paths, chosen, NamedStore())
    assert place is not None
    assert (place.database, place.certificates.authority) == ("mine", Path("/one.pem"))
    other = _place(paths, chosen, NamedStore("https://two:2"))
    assert other is not None
    assert (other.database, other.certificates.authority) == ("", None)
    both = _place(paths, chosen, NamedStore(database="else", authority=Path("two.pem")))
    assert both is not None
    assert (both.address, both.database, both.certificates.authority) == (
        "https://one:1",
        "else",
        Path("two.pem"),
    )
    chosen.values = Values()
    assert _place(paths, chosen, NamedStore(database="else")) is None


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_a_token_in_a_file_is_told_where_nobody_else_can_read_it(
    tmp_path: Path, chosen: Chosen, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    own = AppPaths.below(tmp_path / "own")
    monkeypatch.setattr(AppPaths, "for_person", lambda: own)
    for name in ("VISLUMBRE_STORE_TOKEN", "VISLUMBRE_STORE_ADDRESS"):
        monkeypatch.delenv(name, raising=False)
    own.config.mkdir(parents=True)
    file = own.config / TOKEN_FILE
    file.write_text("person:secret\n")

    def told(paths: AppPaths, address: str) -> str:
        place = _place(paths, chosen, NamedStore(address))
        assert place is not None
        return place.token

    file.chmod(0o644)
    assert told(own, "https://mine:1") == ""
    assert "chmod 600" in caplog.text
    file.chmod(0o600)
    assert told(own, "https://mine:1") == "person:secret"
    monkeypatch.setenv("VISLUMBRE_STORE_TOKEN", "person:another")
    assert told(own, "https://mine:1") == "person:another"
    chosen.values = replace(chosen.values, store_address="https://strange:1")
    assert told(AppPaths.below(tmp_path / "borrowed"), "") == ""
    assert "secret" not in caplog.text
