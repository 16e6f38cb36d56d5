"""Videos in the decoder's process: read in place, however large, and sent as moments."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.library.decoding import budget, process
from desktop_app.library.decoding.confine import within
from desktop_app.library.decoding.pool import WHOLE_PX, DecoderPool
from desktop_app.library.decoding.wire import Json
from desktop_app.library.decoding.worker import Worker
from desktop_app.library.errors import UnreadablePhotoError
from desktop_app.library.media import steady_file
from desktop_app.library.media.formats import NEEDS, SUFFIXES, VIDEO_SUFFIXES, is_video_name
from desktop_app.library.media.identity import hash_of
from desktop_app.library.media.pictures.openers import can_open, is_opened_now
from desktop_app.library.media.steady_file import SteadyFile
from desktop_app.library.media.videos.decode import decode_video
from tests.clips import save_patterned_clip
from tests.pictures import save_colour

WISHES: Json = {"do": "decode", "least_px": 64, "stored": True, "at_ms": None}


@pytest.fixture
def film(tmp_path: Path) -> Path:
    return save_patterned_clip(tmp_path / "photos" / "film.mp4", seconds=12, black_s=4)


@pytest.fixture
def without_pyav(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("pictures.openers", "videos.extra"):
        monkeypatch.setattr(f"desktop_app.library.media.{module}.can_read_videos", lambda: False)


def test_a_video_is_the_same_as_when_it_is_decoded_here(film: Path, decoders: DecoderPool) -> None:
    reading = decoders.read(film, 32)
    there = reading.decoded
    assert there is not None
    with SteadyFile(film) as file:
        here = decode_video(file, least_px=32)
    assert reading.content_hash == hash_of(film.read_bytes())
    assert there == here
    assert [frame.picture is there.picture for frame in there.frames] == [False, True, False]
    assert there.stored is there.picture


def test_what_is_known_is_not_decoded(decoders: DecoderPool, film: Path) -> None:
    identity = hash_of(film.read_bytes())
    reading = decoders.read(film, 32, wanted=lambda content_hash: content_hash != identity)
    assert (reading.content_hash, reading.decoded, reading.problem) == (identity, None, None)


def test_one_moment_comes_alone(film: Path, decoders: DecoderPool) -> None:
    every = decoders.read(film, 32).decoded
    whole, one = decoders.read(film, WHOLE_PX).decoded, decoders.read(film, 32, at_ms=0).decoded
    assert every is not None
    assert whole is not None
    assert one is not None
    poster = next(frame for frame in every.frames if frame.picture is every.picture)
    assert [frame.at_ms for frame in whole.frames] == [poster.at_ms]
    assert whole.picture.size == (64, 48)
    assert [frame.at_ms for frame in one.frames] == [0]
    assert one.picture.resize((1, 1)).getpixel((0, 0)) == pytest.approx((15, 15, 15), abs=15), (
        "it begins black"
    )


def test_a_video_may_be_larger_than_a_photo(film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop_app.library.media.whole_file.file_limit", lambda: 10)
    photo = save_colour(film.with_name("a.png"))
    worker = Worker(pytest.fail)
    assert worker.answer({"do": "open"}, os.fsencode(film)) == (
        {"hash": hash_of(film.read_bytes()), "size_bytes": film.stat().st_size},
        [],
    )
    assert worker.answer({"do": "open"}, os.fsencode(photo)) == (
        {"problem": "the file is too large for this computer's memory", "passing": False},
        [],
    )


def test_names_that_are_no_text_are_opened(decoders: DecoderPool, film: Path) -> None:
    path = film.rename(film.with_name(os.fsdecode(b"latin-\xe9 %05d:\n.MP4"))) if os.name != "nt" else film
    assert decoders.read(path, 32).problem is None


def test_a_video_is_held_until_it_is_decoded_or_another_thing_is_wanted(film: Path) -> None:
    def open_films() -> int:
        return sum(os.path.realpath(one) == str(film) for one in Path("/proc/self/fd").iterdir())

    if not Path("/proc/self/fd").is_dir():
        pytest.skip("only Linux tells which files are open")
    worker = Worker(pytest.fail)
    orders: list[Json] = [WISHES, {"do": "forget"}]
    for order in orders:
        worker.answer({"do": "open"}, os.fsencode(film))
        assert open_films() == 1
        worker.answer(order, b"")
        assert open_films() == 0


def test_a_video_that_changed_between_its_hash_and_its_pictures_is_not_believed(film: Path) -> None:
    worker = Worker(pytest.fail)
    worker.answer({"do": "open"}, os.fsencode(film))
    os.utime(film, ns=(0, 9))
    answer = worker.answer(WISHES, b"")
    problem = "the file is being written; it is read again once it has changed"
    assert answer == ({"problem": problem, "passing": True}, [])


class TestPatience:
    """A large file on a slow disk has as much time as it takes, as long as it goes on."""

    @pytest.fixture
    def told(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(steady_file, "_PIECE_BYTES", 100)
        monkeypatch.setattr(steady_file, "NOTICE_BYTES", 1000)

    @pytest.mark.usefixtures("told")
    def test_a_video_tells_how_far_it_has_come(self, film: Path) -> None:
        told: list[int] = []
        worker = Worker(pytest.fail)
        worker.answer({"do": "open"}, os.fsencode(film), told.append)
        worker.answer({"do": "forget"}, b"")
        assert told == list(range(1000, film.stat().st_size + 1, 1000))
        assert told

    def test_a_file_that_takes_several_notices_is_read_to_its_end(
        self, film: Path, decoders: DecoderPool
    ) -> None:
        with film.open("wb") as sparse:
            sparse.truncate(2 * steady_file.NOTICE_BYTES + 5)
        reading = decoders.read(film, 64)
        assert reading.problem == "the file holds nothing but zeros"
        assert reading.content_hash is not None

    def test_what_goes_on_has_its_time_anew(self) -> None:
        task = budget.Budget("", 5.0, 10.0)
        assert not task.is_over(9.0, 1.0)
        task.begin_anew()
        assert not task.is_over(9.0, 5.0)
        assert not task.is_over(0.5, 9.0)
        assert task.is_over(0.0, 10.1)

    @pytest.mark.skipif(not hasattr(signal, "alarm"), reason="Windows has a thread for this")
    def test_a_decoder_that_goes_on_ends_itself_later(self) -> None:
        with within(1000) as begin_anew:
            signal.alarm(3)
            begin_anew()
            assert signal.alarm(3) > 1000
        assert signal.alarm(0) == 0

    @pytest.mark.parametrize("lies", [[5, 5], [-1], ["many"], [True], [2**70]])
    def test_progress_that_is_none_is_not_believed(
        self, lies: list[object], monkeypatch: pytest.MonkeyPatch, decoders: DecoderPool, film: Path
    ) -> None:
        answers: Iterator[Json] = iter([*({"read_bytes": one} for one in lies), {"hash": "a"}])
        with decoders._borrowed() as borrowed:
            monkeypatch.setattr(process, "read_frame", lambda *_: (next(answers), memoryview(b"")))
            with pytest.raises(process.DecoderEndedError):
                borrowed.open(os.fsencode(film))
            assert not borrowed.is_sound


@pytest.mark.usefixtures("without_pyav")
class TestWithoutPyAV:
    def test_a_video_says_what_it_needs_and_is_not_even_read(self, tmp_path: Path) -> None:
        assert Worker(pytest.fail).answer({"do": "open"}, os.fsencode(tmp_path / "gone.mp4")) == (
            {"problem": NEEDS["VIDEO"], "passing": False},
            [],
        )
        assert not can_open(".mp4")
        assert not is_opened_now(NEEDS["VIDEO"])

    def test_it_is_not_imported(self, tmp_path: Path) -> None:
        (tmp_path / "a.mp4").write_bytes(b"a video")
        with (
            SteadyFile(tmp_path / "a.mp4") as file,
            pytest.raises(UnreadablePhotoError, match="pip install av"),
        ):
            decode_video(file, least_px=64)


def test_with_pyav_what_failed_for_want_of_it_is_tried_again() -> None:
    pytest.importorskip("av")
    assert is_opened_now(NEEDS["VIDEO"])
    assert all(can_open(suffix.upper()) for suffix in VIDEO_SUFFIXES)


def test_videos_are_known_by_the_ends_of_their_names() -> None:
    assert VIDEO_SUFFIXES < SUFFIXES
    assert all(is_video_name(name) for name in ("a.mp4", "A.MOV", ".x.m2ts", "a.b.webm"))
    assert not any(is_video_name(name) for name in ("mp4", "a.ts", "a.mp", "a.mp4.part", "a.jpg", ""))
