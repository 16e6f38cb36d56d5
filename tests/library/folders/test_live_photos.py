"""The film beside a photo that belongs to it is no video of its own."""

from pathlib import Path

import pytest

from desktop_app.library.folders.exclusions import Exclusions
from desktop_app.library.folders.listing import LeftOutCount
from tests.library.folders.listed import scan

# Videos are only listed where they can be opened.
pytest.importorskip("av")


def listed(folder: Path, *names: str, **wishes: object) -> set[str]:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"something")
    found = scan(folder, report=print, exclusions=Exclusions(**wishes))  # type: ignore[arg-type]  # named here
    return {photo.path.relative_to(folder).as_posix() for photo in found}


@pytest.mark.parametrize(
    ("still", "movie"),
    [
        ("IMG_1.HEIC", "IMG_1.MOV"),
        ("IMG_1.heic", "img_1.mov"),
        ("IMG_1.JPG", "IMG_1.mov"),
        ("PXL_20240506.jpeg", "PXL_20240506.MP4"),
        ("a.b.heif", "a.b.mp4"),
    ],
)
def test_the_photo_stands_for_both(tmp_path: Path, still: str, movie: str) -> None:
    assert listed(tmp_path, still, movie, "other.mov") == {still, "other.mov"}


@pytest.mark.parametrize(
    ("still", "movie"),
    [
        ("IMG_1.HEIC", "IMG_2.MOV"),
        ("IMG_1.HEIC", "IMG_1.avi"),
        ("IMG_1.png", "IMG_1.mov"),
        ("IMG_1.dng", "IMG_1.mp4"),
        ("stills/IMG_1.HEIC", "IMG_1.MOV"),
    ],
)
def test_other_videos_are_listed(tmp_path: Path, still: str, movie: str) -> None:
    assert listed(tmp_path, still, movie) == {still, movie}


def test_a_film_whose_photo_is_left_out_is_listed(tmp_path: Path) -> None:
    assert listed(tmp_path, "IMG_1.HEIC", "IMG_1.MOV", patterns=("*.HEIC",)) == {"IMG_1.MOV"}


def test_it_is_not_counted_as_left_out(tmp_path: Path) -> None:
    listed(tmp_path, "IMG_1.HEIC", "IMG_1.MOV", "b.mov")
    out = LeftOutCount()
    wishes = Exclusions(videos=True)
    assert [one.path.name for one in scan(tmp_path, report=print, exclusions=wishes, left_out=out)] == [
        "IMG_1.HEIC"
    ]
    assert out.photos == 2, "both are videos, and videos are not wanted"


def test_typescript_and_googles_halves_are_no_videos(tmp_path: Path) -> None:
    assert listed(tmp_path, "main.ts", "PXL_1.MP", "PXL_1.jpg", ".hidden.mp4") == {"PXL_1.jpg"}


def test_without_the_extra_videos_are_left_out_and_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_app.library.folders.rules.can_read_videos", lambda: False)
    left_out = LeftOutCount()
    assert listed(tmp_path, "a.jpg", "b.mp4", "c/d.MOV", "e.txt") == {"a.jpg"}
    list(scan(tmp_path, report=print, left_out=left_out))
    assert (left_out.photos, left_out.videos) == (2, 2)
    # The person's own wish needs no explanation.
    left_out = LeftOutCount()
    list(scan(tmp_path, report=print, exclusions=Exclusions(videos=True), left_out=left_out))
    assert (left_out.photos, left_out.videos) == (2, 0)
