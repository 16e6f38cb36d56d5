"""Broken and foreign files with a video's name: each gives moments or a sentence, and nothing else."""

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop_app.library.decoding.pool import DecoderPool
from desktop_app.library.errors import UnreadablePhotoError
from desktop_app.library.media.steady_file import SteadyFile
from desktop_app.library.media.videos.decode import decode_video
from tests.clips import save_clip, save_patterned_clip, save_sound
from tests.library.decoding.video_fuzz import run_on_videos
from tests.pictures import save_colour
from tests.processes import decoders_of_this_process

pytest.importorskip("av")

CASES = 300


def problem_of(path: Path) -> str:
    """Return why a file cannot be used; empty when it can."""
    try:
        with SteadyFile(path) as file:
            decode_video(file, least_px=256)
    except UnreadablePhotoError as error:
        return error.reason
    return ""


def _written(content: bytes | Callable[[Path], bytes]) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        path = folder / "a.mp4"
        path.write_bytes(content if isinstance(content, bytes) else content(folder))
        return path

    return write


def _sound_clip(folder: Path) -> bytes:
    return save_clip(folder / "sound.mp4", [("red", 2)]).read_bytes()


FOREIGN: dict[str, tuple[Callable[[Path], Path], str]] = {
    "text": (_written(b"this is no video\n" * 100), "not a video"),
    "zeros": (_written(bytes(100_000)), "the file holds nothing but zeros"),
    "zeros first": (_written(bytes(10_000) + b"x"), "not a video"),
    "one byte": (_written(b"\0\1"), "not a video"),
    "a photo": (_written(lambda folder: save_colour(folder / "a.jpg").read_bytes()), "not a video"),
    "a HEIC": (_written(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(500)), "not a video"),
    "sound": (lambda folder: save_sound(folder / "a.mp4"), "it holds sound only"),
    "half": (_written(lambda folder: _sound_clip(folder)[:700]), "the file is cut short"),
    "no description": (
        _written(b"\0\0\0\x18ftypisom\0\0\0\0isommp42\0\0\0\x10mdat12345678"),
        "the file is cut short",
    ),
    "encrypted": (
        _written(lambda folder: _sound_clip(folder).replace(b"avc1", b"encv")),
        "the video is protected against copying",
    ),
    "an unknown codec": (
        _written(lambda folder: _sound_clip(folder).replace(b"avc1", b"zzzz")),
        "the video is damaged or of a kind that cannot be opened",
    ),
    "no pictures": (lambda folder: save_clip(folder / "a.mp4", []), "the video holds no pictures"),
    "only a beginning": (lambda folder: save_clip(folder / "a.mkv", []), "the file is cut short"),
    "a playlist": (_written(b"#EXTM3U\n#EXTINF:5\n/etc/passwd\n"), "not a video"),
    "a list of files": (_written(b"ffconcat version 1.0\nfile /etc/passwd\n"), "not a video"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_what_is_no_video_gets_a_sentence(tmp_path: Path, name: str) -> None:
    make, words = FOREIGN[name]
    assert problem_of(make(tmp_path)) == words


def test_no_other_file_is_opened(tmp_path: Path) -> None:
    """FFmpeg plays playlists by opening what they name, on the disk and in the network."""
    sound = save_clip(tmp_path / "sound.mp4")
    for name, content in {
        "list.mp4": f"ffconcat version 1.0\nfile '{sound}'\n",
        "live.mp4": f"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2\n{sound.as_uri()}\n#EXT-X-ENDLIST\n",
    }.items():
        (tmp_path / name).write_text(content)
        assert problem_of(tmp_path / name) == "not a video"


def test_huge_sizes_are_refused_before_they_are_decoded(tmp_path: Path) -> None:
    path = save_clip(tmp_path / "a.avi", [("red", 0.5)], size=(64, 48), codec="rawvideo", pixels="yuv420p")
    content = path.read_bytes()
    size = (64).to_bytes(4, "little") + (48).to_bytes(4, "little")
    assert content.count(size) >= 1
    path.write_bytes(content.replace(size, (16_000).to_bytes(4, "little") * 2))
    assert problem_of(path) == "the picture is too large: 256 megapixels, at most 67 fit into memory"


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".webm", ".avi", ".mts", ".mpg"])
def test_one_that_is_cut_anywhere_gives_its_first_moments_or_a_sentence(tmp_path: Path, suffix: str) -> None:
    content = save_patterned_clip(tmp_path / f"a{suffix}", seconds=4).read_bytes()
    problems = set()
    for length in [*range(1, 64, 9), *range(64, len(content), len(content) // 24)]:
        path = tmp_path / f"cut{suffix}"
        path.write_bytes(content[:length])
        problems.add(problem_of(path))
    assert problems <= {
        "",
        "not a video",
        "the file holds nothing but zeros",
        "the file is cut short",
        "it holds sound only",
        "the video holds no pictures",
        "the video is damaged",
        "the video is damaged or of a kind that cannot be opened",
    }


def test_what_is_there_of_a_copy_that_broke_off_is_shown(tmp_path: Path) -> None:
    path = save_clip(tmp_path / "a.mp4", [("red", 10), ("blue", 10)], quick=True)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 2 // 3])
    with SteadyFile(path) as file:
        video = decode_video(file, least_px=64)
    assert 0 < len(video.frames) < 5
    assert video.duration_ms == 20_000


def test_one_that_is_damaged_in_the_middle_gives_the_rest(tmp_path: Path) -> None:
    path = save_clip(tmp_path / "a.mkv", [("red", 8), ("blue", 8), ("green", 8)], options={"g": "10"})
    content = bytearray(path.read_bytes())
    chance = random.Random(1)
    for at in range(len(content) // 3, len(content) // 2):
        content[at] = chance.randrange(256)
    path.write_bytes(content)
    with SteadyFile(path) as file:
        video = decode_video(file, least_px=64)
    assert video.frames[0].at_ms < 8000
    assert video.frames[-1].at_ms > 16_000


@pytest.mark.skipif(os.name == "nt", reason="Windows lets nobody change an open file so")
def test_one_that_changes_while_it_is_decoded_is_not_believed(tmp_path: Path) -> None:
    path = save_clip(tmp_path / "a.mp4")
    with SteadyFile(path) as file:
        file.hash()
        with path.open("ab") as growing:
            growing.write(b"more")
        with pytest.raises(UnreadablePhotoError, match="is being written"):
            decode_video(file, least_px=64)


def test_mutated_videos_are_shown_or_refused_and_end_no_decoder() -> None:
    outcome = run_on_videos(range(CASES), workers=2)
    assert outcome.ended == {}
    assert outcome.cases == CASES == outcome.decoded + outcome.refused
    assert min(outcome.decoded, outcome.refused) > CASES // 10


def test_the_decoder_goes_on_after_a_broken_video(decoders: DecoderPool, tmp_path: Path) -> None:
    (tmp_path / "bad.mp4").write_bytes(_sound_clip(tmp_path)[:700])
    assert decoders.read(tmp_path / "bad.mp4", 64).problem == "the file is cut short"
    (before,) = decoders_of_this_process()
    assert decoders.read(tmp_path / "sound.mp4", 64).problem is None
    (after,) = decoders_of_this_process()
    assert before.pid == after.pid
