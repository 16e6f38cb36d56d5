"""Videos as their moments: evenly spaced, upright, in the right colours, whatever container and codec they come in."""

import math
from fractions import Fraction
from pathlib import Path

import pytest
from PIL import Image

from desktop_app.library.media.pictures.decode import Decoded
from desktop_app.library.media.steady_file import SteadyFile
from desktop_app.library.media.videos.decode import decode_video
from desktop_app.library.media.videos.moments import moments_of
from tests.clips import save_clip, save_covered_clip, save_patterned_clip, save_uneven_clip
from tests.fakes import COLOURS

av = pytest.importorskip("av")


def decoded(path: Path, least_px: int = 512, **wishes: int | bool) -> Decoded:
    with SteadyFile(path) as file:
        return decode_video(file, least_px=least_px, **wishes)  # type: ignore[arg-type]  # the test names them


def colours(video: Decoded) -> list[str]:
    """Return the name of the colour in the middle of each moment."""
    return [_colour_of(frame.picture) for frame in video.frames]


def _seen(picture: Image.Image, x: int, y: int) -> tuple[int, ...]:
    seen = picture.getpixel((x, y))
    assert isinstance(seen, tuple)
    return seen


def _colour_of(picture: Image.Image) -> str:
    seen = _seen(picture, picture.width // 2, picture.height // 2)
    return min(COLOURS, key=lambda name: math.dist(COLOURS[name], seen))


def at_s(video: Decoded) -> list[float]:
    return [frame.at_ms / 1000 for frame in video.frames]


class TestMoments:
    @pytest.mark.parametrize(
        ("length_s", "count"),
        [(0, 1), (0.04, 1), (1.4, 1), (2, 2), (3, 3), (11, 3), (20, 5), (60, 15), (64, 16), (36_000, 16)],
    )
    def test_longer_videos_have_more_up_to_sixteen(self, length_s: float, count: int) -> None:
        assert len(moments_of(length_s)) == count

    def test_parts_are_equal_follow_each_other_and_never_end(self) -> None:
        parts = moments_of(20)
        assert [part.start_s for part in parts] == [0, 4, 8, 12, 16]
        assert [part.end_s for part in parts] == [4, 8, 12, 16, math.inf]
        assert [part.wanted_s for part in parts] == [1, 5, 9, 13, 17]


@pytest.mark.parametrize(
    "suffix",
    [
        ".mp4",
        ".m4v",
        ".mov",
        ".mkv",
        ".webm",
        ".avi",
        ".3gp",
        ".mts",
        ".m2ts",
        ".mpg",
        ".mpeg",
        ".wmv",
        ".flv",
    ],
)
def test_every_container_gives_its_moments(tmp_path: Path, suffix: str) -> None:
    path = save_clip(tmp_path / f"a{suffix}", [("red", 4), ("blue", 4), ("green", 4)])
    video = decoded(path)
    assert (video.width_px, video.height_px) == (64, 48)
    assert video.duration_ms == pytest.approx(12_000, abs=250)
    assert colours(video) == ["red", "blue", "green"]
    assert [part.start_s <= at < part.end_s for at, part in zip(at_s(video), moments_of(12), strict=True)]


@pytest.mark.parametrize(
    ("codec", "suffix", "pixels"),
    [
        ("libx264", ".mp4", "yuv444p"),
        ("libx265", ".mp4", "yuv420p10le"),
        ("libsvtav1", ".mkv", "yuv420p"),
        ("libvpx", ".webm", "yuv420p"),
        ("mjpeg", ".avi", "yuvj420p"),
        ("prores_ks", ".mov", "yuv422p10le"),
        ("ffv1", ".mkv", "yuv420p"),
        ("rawvideo", ".avi", "yuyv422"),
        ("png", ".mov", "rgb24"),
    ],
)
def test_every_codec_gives_its_moments(tmp_path: Path, codec: str, suffix: str, pixels: str) -> None:
    parts = [("red", 2), ("blue", 2), ("green", 2)]
    path = save_clip(tmp_path / f"a{suffix}", parts, codec=codec, pixels=pixels, size=(128, 96))
    assert colours(decoded(path)) == ["red", "blue", "green"]


@pytest.mark.parametrize(("rotation", "corner"), [(0, (0, 0)), (90, (1, 0)), (180, (1, 1)), (270, (0, 1))])
def test_a_turned_video_is_upright(tmp_path: Path, rotation: int, corner: tuple[int, int]) -> None:
    video = decoded(save_patterned_clip(tmp_path / "a.mov", rotation=rotation))
    width, height = (48, 64) if rotation % 180 else (64, 48)
    assert (video.width_px, video.height_px) == video.picture.size == (width, height)
    white = [
        (x, y)
        for x in (0, 1)
        for y in (0, 1)
        if min(_seen(video.picture, 5 + x * (width - 11), 5 + y * (height - 11))) > 200
    ]
    assert white == [corner], "the white corner was stored at the top left"


def test_wide_pixels_are_shown_wide(tmp_path: Path) -> None:
    video = decoded(save_clip(tmp_path / "a.mp4", size=(60, 40), aspect=Fraction(4, 3)))
    assert (video.width_px, video.height_px) == video.picture.size == (80, 40)


@pytest.mark.parametrize("size", [(1, 1), (3, 5), (2, 5000), (5000, 2), (33, 17)])
def test_odd_sizes_are_no_harm(tmp_path: Path, size: tuple[int, int]) -> None:
    path = save_clip(tmp_path / "a.mkv", [("red", 1)], size=size, codec="ffv1", pixels="yuv444p")
    video = decoded(path)
    assert (video.width_px, video.height_px) == video.picture.size == size
    assert colours(video) == ["red"]


def test_large_pictures_are_reduced_and_keep_what_is_needed(tmp_path: Path) -> None:
    path = save_clip(tmp_path / "a.mp4", [("red", 1)], size=(1280, 720), fps=2)
    video = decoded(path, 200)
    assert (video.width_px, video.height_px) == (1280, 720)
    assert video.picture.size == (356, 200)
    assert decoded(path, 1_000_000).picture.size == (1280, 720)


def test_the_first_moment_that_shows_something_is_what_it_is_known_by(tmp_path: Path) -> None:
    plain = decoded(save_clip(tmp_path / "plain.mp4", [("black", 4), ("red", 4)]))
    assert plain.picture is plain.frames[0].picture
    film = decoded(save_patterned_clip(tmp_path / "film.mp4", black_s=4, seconds=12))
    assert film.picture is film.stored is film.frames[1].picture
    alone = decoded(tmp_path / "film.mp4", alone=True)
    assert [frame.at_ms for frame in alone.frames] == [film.frames[1].at_ms]
    assert alone.picture is alone.frames[0].picture
    assert alone.picture == film.picture


def test_one_moment_can_be_asked_for(tmp_path: Path) -> None:
    path = save_clip(tmp_path / "a.mp4", [("red", 4), ("blue", 4), ("green", 4)])
    for frame in decoded(path).frames:
        one = decoded(path, alone=True, at_ms=frame.at_ms)
        assert [(found.at_ms, found.picture) for found in one.frames] == [(frame.at_ms, frame.picture)]
    assert colours(decoded(path, alone=True, at_ms=10**9)) == ["green"]


def test_pictures_that_stay_for_long_come_once_with_their_own_time(tmp_path: Path) -> None:
    moments = [("red", 0.0), ("red", 0.5), ("blue", 9.0), ("green", 11.0), ("green", 12.0)]
    video = decoded(save_uneven_clip(tmp_path / "a.mp4", moments))
    assert colours(video) == ["red", "green"]
    assert set(at_s(video)) <= {at for _, at in moments}


def test_a_video_of_one_picture_has_one_moment(tmp_path: Path) -> None:
    video = decoded(save_clip(tmp_path / "a.mp4", [("blue", 0.1)]))
    assert at_s(video) == [0.0]
    assert colours(video) == ["blue"]


@pytest.mark.parametrize("bound", [3_000_000_000, 64 * 48 * 60])
def test_a_video_that_can_be_entered_only_at_its_beginning_is_decoded_as_far_as_is_allowed(
    tmp_path: Path, monkeypatch, bound: int
) -> None:
    monkeypatch.setattr("desktop_app.library.media.videos.reel._MOST_DECODED_PX", bound)
    path = save_clip(
        tmp_path / "a.mp4",
        [("red", 10), ("blue", 10), ("green", 10)],
        options={"g": "9999", "sc_threshold": "0", "bf": "0"},
    )
    video = decoded(path)
    expected = ["red"] * 3 + ["blue"] * 3 + ["green"] * 2 if bound > 10**9 else ["red"]
    assert colours(video) == expected


def test_a_long_video_is_not_decoded_as_a_whole(tmp_path: Path, monkeypatch) -> None:
    path = save_clip(tmp_path / "a.mp4", [("red", 300), ("blue", 300)], fps=5, options={"g": "25"})
    # Enough for what is needed, a fifth of what there is.
    monkeypatch.setattr("desktop_app.library.media.videos.reel._MOST_DECODED_PX", 64 * 48 * 600)
    video = decoded(path)
    assert colours(video) == ["red"] * 8 + ["blue"] * 8
    assert video.duration_ms == 600_000


def test_a_recording_without_a_length_is_measured(tmp_path: Path) -> None:
    """As browsers write them, which do not know when it will end."""
    path = save_clip(tmp_path / "a.webm", [("red", 4), ("blue", 4)], live=True)
    with av.open(path) as container:
        assert container.duration is None
    video = decoded(path)
    assert video.duration_ms == pytest.approx(8000, abs=200)
    assert colours(video) == ["red", "red", "blue"]


def test_a_cover_is_no_video(tmp_path: Path) -> None:
    assert colours(decoded(save_covered_clip(tmp_path / "a.mp4", "green", [("red", 2)]))) == ["red", "red"]


class TestIdentity:
    def test_only_the_pictures_count(self, tmp_path: Path) -> None:
        parts = [("red", 2), ("blue", 2)]
        one = decoded(save_clip(tmp_path / "a.mp4", parts))
        tagged = decoded(
            save_clip(tmp_path / "b.mp4", parts, tags={"title": "A title", "comment": "x" * 5000})
        )
        turned = decoded(save_clip(tmp_path / "c.mp4", parts, rotation=90))
        repacked = decoded(save_clip(tmp_path / "d.mkv", parts))
        assert one.pixels == tagged.pixels == turned.pixels == repacked.pixels
        assert len(one.pixels) == 32

    @pytest.mark.parametrize(
        "parts", [[("red", 2), ("green", 2)], [("red", 2.4), ("blue", 1.6)], [("red", 4), ("blue", 4)]]
    )
    def test_other_pictures_or_times_are_others(self, tmp_path: Path, parts) -> None:
        one = decoded(save_clip(tmp_path / "a.mp4", [("red", 2), ("blue", 2)]))
        assert decoded(save_clip(tmp_path / "b.mp4", parts)).pixels != one.pixels

    def test_how_far_it_is_reduced_does_not_count(self, tmp_path: Path) -> None:
        path = save_patterned_clip(tmp_path / "a.mp4")
        assert decoded(path, 16).pixels == decoded(path, 512).pixels

    def test_padding_does_not_count(self, tmp_path: Path) -> None:
        """Rows of a width that no processor likes are padded with whatever is there."""
        path = save_clip(tmp_path / "a.mkv", size=(33, 17), codec="ffv1", pixels="yuv420p")
        assert len({decoded(path).pixels for _ in range(5)}) == 1


@pytest.mark.parametrize(
    ("transfer", "primaries", "matrix"),
    [("arib-std-b67", "bt2020", "bt2020nc"), ("smpte2084", "bt2020", "bt2020nc")],
)
def test_hdr_is_mapped_for_an_ordinary_screen(
    tmp_path: Path, transfer: str, primaries: str, matrix: str
) -> None:
    coding = f"colorprim={primaries}:transfer={transfer}:colormatrix={matrix}:log-level=none"
    # What white is where it has 203 nits: 58 % of PQ, 75 % of HLG.
    grey = 148 if transfer == "smpte2084" else 191
    path = save_clip(
        tmp_path / "a.mp4",
        [((grey, grey, grey), 2)],
        codec="libx265",
        pixels="yuv420p10le",
        options={"x265-params": coding},
    )
    assert _seen(decoded(path).picture, 30, 20) == pytest.approx((250, 250, 250), abs=10)


@pytest.mark.parametrize(
    ("size", "matrix", "said"),
    [
        ((64, 48), "ITU601", ""),
        ((64, 48), "ITU709", "bt709"),
        ((1280, 720), "ITU709", ""),
        ((1280, 720), "ITU709", "bt709"),
        ((1280, 720), "ITU601", "smpte170m"),
    ],
)
def test_colours_are_as_they_were_whether_the_file_says_how_they_are_stored_or_not(
    tmp_path: Path, size: tuple[int, int], matrix: str, said: str
) -> None:
    options = {"x264-params": f"colormatrix={said}"} if said else {}
    path = save_clip(tmp_path / "a.mp4", [("green", 0.5)], size=size, matrix=matrix, options=options)
    assert _seen(decoded(path).picture, 20, 20) == pytest.approx(COLOURS["green"], abs=5)
