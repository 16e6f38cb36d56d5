"""A film beside a photo of its name may be its moving half, and a look into it decides."""

import os
from pathlib import Path

import pytest

from desktop_app.library.folders.exclusions import Exclusions
from desktop_app.library.folders.listing import LeftOutCount
from desktop_app.library.folders.live_photos import is_moving_half
from desktop_app.library.media.videos.length import length_s
from tests.clips import save_clip
from tests.library.folders.listed import scan

# Videos are only listed where they can be opened.
pytest.importorskip("av")


def listed(folder: Path, *names: str, **wishes: object) -> dict[str, str | None]:
    """Return what is listed, each with the photo whose half it may be."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"something")
    found = scan(folder, report=print, exclusions=Exclusions(**wishes))  # type: ignore[arg-type]  # named here
    return {
        photo.path.relative_to(folder).as_posix(): photo.still.name if photo.still else None
        for photo in found
    }


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
def test_the_photo_may_stand_for_both(tmp_path: Path, still: str, movie: str) -> None:
    assert listed(tmp_path, still, movie, "other.mov") == {still: None, movie: still, "other.mov": None}


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
def test_other_videos_are_nobodys_halves(tmp_path: Path, still: str, movie: str) -> None:
    assert listed(tmp_path, still, movie) == {still: None, movie: None}


def test_a_film_whose_photo_is_left_out_is_a_video(tmp_path: Path) -> None:
    assert listed(tmp_path, "IMG_1.HEIC", "IMG_1.MOV", patterns=("*.HEIC",)) == {"IMG_1.MOV": None}


def test_it_is_not_counted_as_left_out(tmp_path: Path) -> None:
    listed(tmp_path, "IMG_1.HEIC", "IMG_1.MOV", "b.mov")
    out = LeftOutCount()
    wishes = Exclusions(videos=True)
    assert [one.path.name for one in scan(tmp_path, report=print, exclusions=wishes, left_out=out)] == [
        "IMG_1.HEIC"
    ]
    assert out.photos == 2, "both are videos, and videos are not wanted"


def test_typescript_and_googles_halves_are_no_videos(tmp_path: Path) -> None:
    assert listed(tmp_path, "main.ts", "PXL_1.MP", "PXL_1.jpg", ".hidden.mp4") == {"PXL_1.jpg": None}


def test_without_the_extra_videos_are_left_out_and_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_app.library.folders.rules.can_read_videos", lambda: False)
    left_out = LeftOutCount()
    assert listed(tmp_path, "a.jpg", "b.mp4", "c/d.MOV", "e.txt") == {"a.jpg": None}
    list(scan(tmp_path, report=print, left_out=left_out))
    assert (left_out.photos, left_out.videos) == (2, 2)
    # The person's own wish needs no explanation.
    left_out = LeftOutCount()
    list(scan(tmp_path, report=print, exclusions=Exclusions(videos=True), left_out=left_out))
    assert (left_out.photos, left_out.videos) == (2, 0)


IDENTIFIER = "com.apple.quicktime.content.identifier"
UUID = "0A1B2C3D-1111-4222-8333-ABCDEF012345"


def pair(
    folder: Path, seconds: float, *, apart_s: float = 0, said: str = "", in_still: str = ""
) -> tuple[Path, Path]:
    film = save_clip(folder / "IMG_1.MOV", [("red", seconds)])
    if said:
        with film.open("ab") as file:
            file.write(b"\x00\x00\x00\x00free" + f"{IDENTIFIER} {said}".encode())
    still = folder / "IMG_1.HEIC"
    still.write_bytes(f"a photo that says {in_still}".encode())
    os.utime(film, (1_500_000_000, 1_500_000_000))
    os.utime(still, (1_500_000_000 + apart_s, 1_500_000_000 + apart_s))
    return film, still


@pytest.mark.parametrize(
    ("seconds", "apart_s", "half"),
    [
        (1.0, 10**8, True),
        (3.0, 10**8, True),
        (5.0, 10**8, True),
        (5.5, 10**8, False),
        (8.0, 2, True),
        (8.0, 60, False),
        (12.0, 0, False),
        (40.0, 10**8, False),
    ],
)
def test_a_half_is_short_or_was_written_with_its_photo(
    tmp_path: Path, seconds: float, apart_s: float, half: bool
) -> None:
    assert is_moving_half(*pair(tmp_path, seconds, apart_s=apart_s)) is half


def test_a_long_half_has_the_photo_s_identifier(tmp_path: Path) -> None:
    other = UUID.replace("0A", "0B")
    for said, in_still, half in ((UUID, UUID, True), (UUID, other, False), ("", UUID, False)):
        assert is_moving_half(*pair(tmp_path, 20.0, apart_s=10**6, said=said, in_still=in_still)) is half


def test_a_half_may_lack_its_photo(tmp_path: Path) -> None:
    film, still = pair(tmp_path, 20.0)
    still.unlink()
    assert not is_moving_half(film, still)


@pytest.mark.parametrize("quick", [False, True])
def test_a_film_says_how_long_it_is(tmp_path: Path, quick: bool) -> None:
    for name in ("a.mov", "a.mp4"):
        assert length_s(save_clip(tmp_path / name, [("red", 7.0)], quick=quick)) == pytest.approx(7, abs=0.2)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"something",
        b"\x00\x00\x00\x00moov",
        b"\x00\x00\x00\x08moov" * 3,
        b"\x00\x00\x00\x01moov" + b"\xff" * 8,
        b"\x00\x00\x00\x10moov\x00\x00\x00\x08mvhd",
        b"\x00\x00\x00\x30moov\x00\x00\x00\x28mvhd" + bytes(32),
        b"\x00\x00\x00\x30moov\x00\x00\x00\x28mvhd" + b"\x01" + b"\xff" * 31,
        b"\x00\x00\x00\x08free" * 300,
    ],
)
def test_what_is_no_film_says_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.mov").write_bytes(content)
    assert length_s(tmp_path / "a.mov") is None
    assert length_s(tmp_path / "missing.mov") is None
    assert length_s(tmp_path) is None
    assert not is_moving_half(tmp_path / "a.mov", tmp_path / "a.heic")
