"""Of photos in doubt, so many are read at a time, and no photo is lost on the way."""

from pathlib import Path

import pytest

from desktop_app.library.folders.comparing import FoundPhoto
from desktop_app.library.indexing import doubts
from desktop_app.library.indexing.doubts import Doubts

PHOTOS = [FoundPhoto(Path(f"/photos/{n}.jpg"), 100, 1) for n in range(6)]


@pytest.mark.parametrize(
    ("limits", "taken"),
    [
        ((10**9, 5_000), 6),
        ((10**9, 2), 2),
        ((200, 5_000), 2),
        ((201, 5_000), 3),
        ((199, 5_000), 2),
        ((1, 1), 1),
    ],
)
def test_reading_ends_when_enough_photos_or_bytes_were_what_they_were(
    monkeypatch: pytest.MonkeyPatch, limits: tuple[int, int], taken: int
) -> None:
    monkeypatch.setattr(doubts, "_MOST_VAIN_BYTES", limits[0])
    monkeypatch.setattr(doubts, "_MOST_VAIN_PHOTOS", limits[1])
    made = Doubts(PHOTOS)
    read = []
    for photo in made.take():
        read.append(photo)
        made.read_in_vain([photo])
    assert read == PHOTOS[:taken]
    assert made.left() == PHOTOS[taken:]
    assert (len(made), made.given) == (6 - taken, {photo.path for photo in PHOTOS[:taken]})


def test_of_photos_that_are_others_all_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doubts, "_MOST_VAIN_PHOTOS", 1)
    assert list(Doubts(PHOTOS).take()) == PHOTOS
