"""Photos that crash, hang or swell the decoder: the others are found, and each bad one is marked with its sentence."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.library import PhotoLibrary, PhotoState, UnreadablePhotoError
from desktop_app.library.decoding.pool import Decoding
from desktop_app.paths import resources
from tests.fakes import ColorEmbedder
from tests.library.decoding.hostile_decoder import HOSTILE, hostile
from tests.pictures import save_many
from tests.processes import decoders_of_this_process
from tests.waiting import wait_until

WAIT_S = 60
PHOTOS = 50
CRASHED, SLOW = "the decoder crashed on it", "decoding it took longer than 2 s"
LARGE = "it needs more than 0.4 GB of memory"
ENDED = "the decoder was ended while it worked on it, perhaps because memory ran out"
DEEDS = {
    "crash": CRASHED,
    "abort": CRASHED,
    "leave": CRASHED,
    "garble": CRASHED,
    "sleep": SLOW,
    "spin": SLOW,
    "ask_for_memory": LARGE,
    "take_uncounted_memory": LARGE,
    "die": ENDED,
}


def opened(base: Path, decoder: str = HOSTILE) -> PhotoLibrary:
    return PhotoLibrary(
        base / "data",
        base / "cache",
        resources=resources(),
        embedder=ColorEmbedder(),
        threads=2,
        decoding=Decoding(memory_bytes=400 * 10**6, work_s=2.0, patience=3.0, decoder=decoder),
    )


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Fifty photos, of which nine do the decoder harm."""
    folder = tmp_path / "photos"
    paths = save_many(folder, PHOTOS)
    for path, deed in zip(paths[::5], DEEDS, strict=False):
        harm(path, deed)
    return folder


def harm(path: Path, deed: str) -> None:
    """Make of a photo one that does the decoder harm, and is called so."""
    path.write_bytes(hostile(path.read_bytes(), deed))
    path.rename(path.with_name(f"{deed}.png"))


@pytest.fixture
def library(tmp_path: Path) -> Iterator[PhotoLibrary]:
    library = opened(tmp_path)
    yield library
    library.close()
    assert not decoders_of_this_process()


def test_what_a_few_photos_do_to_the_decoder_costs_those_photos_only(
    library: PhotoLibrary, photos: Path
) -> None:
    report = library.folders.add(photos).result(WAIT_S)
    assert report.indexed == PHOTOS - len(DEEDS)
    assert {one.path.stem: one.reason for one in library.browsing.failures()} == DEEDS
    assert len(library.searching.search("red").result(WAIT_S).hits) == PHOTOS - len(DEEDS)
    # They are not tried again by themselves, and say the same: any of them would end the decoder it is given to. But for
    # the one whose decoder was ended by others, which may have more luck.
    (photos / "die.png").unlink()
    before = {one.pid for one in decoders_of_this_process()}
    assert before
    again = library.folders.refresh().result(WAIT_S)
    assert (again.indexed, again.unchanged, len(again.failed)) == (
        0,
        PHOTOS - len(DEEDS),
        len(DEEDS) - 1,
    )
    assert {one.pid for one in decoders_of_this_process()} == before


def test_a_photo_that_crashed_the_decoder_is_found_when_a_second_try_succeeds(
    library: PhotoLibrary, tmp_path: Path
) -> None:
    (path,) = save_many(tmp_path / "photos", 1)
    weakness = tmp_path / "the decoder has this weakness"
    weakness.touch()
    path.write_bytes(hostile(path.read_bytes(), "crash_while", str(weakness)))
    assert [one.reason for one in library.folders.add(path.parent).result(WAIT_S).failed] == [CRASHED]
    weakness.unlink()
    assert library.folders.refresh().result(WAIT_S).indexed == 0
    assert library.folders.retry([path]).result(WAIT_S).indexed == 1
    photo = library.browsing.photo_at(path)
    assert photo is not None
    assert photo.state is PhotoState.INDEXED


def test_looking_at_a_photo_that_harms_the_decoder_is_answered_in_words(
    library: PhotoLibrary, tmp_path: Path
) -> None:
    photos = tmp_path / "photos"
    for path, deed in zip(save_many(photos, 3)[1:], ("crash", "sleep"), strict=True):
        harm(path, deed)
    library.folders.add(photos).result(WAIT_S)
    with pytest.raises(UnreadablePhotoError, match=CRASHED):
        library.browsing.read_photo(photos / "crash.png")
    with pytest.raises(UnreadablePhotoError, match=SLOW):
        library.browsing.read_photo(photos / "sleep.png")
    assert library.browsing.read_photo(photos / "photo_00000.png").size == (32, 32)
    failed = library.browsing.photo_at(photos / "crash.png")
    assert failed is not None
    assert library.browsing.thumbnail(failed) is None


def test_a_library_is_closed_at_once_while_photos_hang(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    paths = save_many(folder, 4)
    for path in paths[:3]:
        path.write_bytes(hostile(path.read_bytes(), "sleep"))
    library = PhotoLibrary(
        tmp_path / "data",
        tmp_path / "cache",
        resources=resources(),
        embedder=ColorEmbedder(),
        decoding=Decoding(decoder=HOSTILE),
    )
    library.folders.add(folder)
    wait_until(lambda: bool(decoders_of_this_process()))
    library.close()
    assert not decoders_of_this_process()
    # Nobody looked at them to the end, so that nothing is said against them.
    later = opened(tmp_path, decoder="")
    try:
        assert later.folders.refresh().result(WAIT_S).indexed == 4
        assert later.browsing.failures() == []
    finally:
        later.close()
