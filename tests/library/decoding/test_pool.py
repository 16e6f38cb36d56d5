"""Decoding in processes of their own: the same pictures as without, and one photo's trouble stays that photo's."""

import io
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import cast

import psutil
import pytest

from desktop_app.children import DECODE_WORKER
from desktop_app.library.decoding.pool import DecoderPool, DecodersClosedError, Decoding
from desktop_app.library.decoding.process import DecoderProcess
from desktop_app.library.decoding.start import start_child
from desktop_app.library.decoding.wire import Source, read_frame, write_frame
from desktop_app.library.errors import LibraryError, UnreadablePhotoError
from desktop_app.library.media.identity import hash_of
from desktop_app.library.media.pictures.decode import decode
from tests.leases import held
from tests.library.decoding.hostile_decoder import HOSTILE, hostile
from tests.pictures import save_colour
from tests.processes import decoders_of_this_process
from tests.waiting import wait_until

WAIT_S = 30
# Enough for a process that has imported everything, and soon filled up.
MEMORY = 400 * 10**6
# Not imported here: it changes the process it is in.
IMPATIENT = "tests.library.decoding.impatient_decoder:decode"
QUICK = Decoding(memory_bytes=MEMORY, work_s=2.0, patience=3.0, decoder=HOSTILE)
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def hostile_decoders() -> Iterator[DecoderPool]:
    pool = DecoderPool(1, background=True, how=QUICK)
    yield pool
    pool.close()


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    return save_colour(tmp_path / "photos" / "red.jpg", "red", (640, 480))


def does(photo: Path, deed: str, argument: str = "") -> Path:
    """Write a photo beside another that makes the decoder do something."""
    path = photo.with_name(f"{deed}.jpg")
    path.write_bytes(hostile(photo.read_bytes(), deed, argument))
    return path


def test_every_real_photo_is_the_same_as_when_it_is_decoded_here(
    shared_photos: Path, decoders: DecoderPool
) -> None:
    paths = sorted(path for path in (shared_photos / "formats").rglob("*.*") if path.suffix != ".xmp")
    for path in paths:
        content = path.read_bytes()
        reading = decoders.read(path, 256)
        assert reading.content_hash == hash_of(content)
        here, there = decode(content, least_px=256), reading.decoded
        assert there is not None
        assert (there.metadata, there.pixels) == (here.metadata, here.pixels)
        assert (there.width_px, there.height_px) == (here.width_px, here.height_px)
        assert there.picture == here.picture
        assert there.stored == here.stored
        assert (there.stored is there.picture) == (here.stored is here.picture)


def test_what_is_not_wanted_is_not_decoded(hostile_decoders: DecoderPool, photo: Path) -> None:
    path = does(photo, "crash")
    identity = hash_of(path.read_bytes())
    reading = hostile_decoders.read(path, 64, wanted=lambda content_hash: content_hash != identity)
    assert reading.content_hash == identity
    assert (reading.decoded, reading.problem) == (None, None)


def test_a_file_without_a_picture_comes_back_with_its_problem(decoders: DecoderPool, photo: Path) -> None:
    photo.write_text("this is no photo")
    assert decoders.read(photo, 64).problem == "not a picture"
    assert decoders.read(photo.with_name("gone.jpg"), 64).problem == "the file is gone"
    assert decoders.read(photo.parent, 64).problem == "not a file"
    with pytest.raises(UnreadablePhotoError, match="the file is gone"):
        decoders.read(photo.with_name("gone.jpg"), 64).picture()


@pytest.mark.parametrize(
    ("deed", "words"),
    [
        ("crash", "the decoder crashed on it"),
        ("abort", "the decoder crashed on it"),
        ("leave", "the decoder crashed on it"),
        ("fail", "the decoder crashed on it"),
        ("sleep", "decoding it took longer than 2 s"),
        ("spin", "decoding it took longer than 2 s"),
        ("ask_for_memory", "it needs more than 0.4 GB of memory"),
        ("take_uncounted_memory", "it needs more than 0.4 GB of memory"),
        ("garble", "the decoder crashed on it"),
        ("lie", "the decoder crashed on it"),
        ("overstate", "the decoder crashed on it"),
        ("die", "the decoder was ended while it worked on it, perhaps because memory ran out"),
    ],
)
def test_what_a_photo_does_to_its_decoder_costs_that_photo_only(
    hostile_decoders: DecoderPool, photo: Path, deed: str, words: str
) -> None:
    reading = hostile_decoders.read(does(photo, deed), 64)
    assert reading.problem == words
    assert reading.decoded is None
    assert reading.content_hash is not None
    assert hostile_decoders.read(photo, 64).picture().getpixel((5, 5)) == pytest.approx((220, 30, 30), abs=4)
    assert len(decoders_of_this_process()) == 1


def pid_for(pool: DecoderPool, photo: Path) -> int:
    """Have a photo read well, and return which process did it."""
    assert pool.read(photo, 64).problem is None
    (process,) = decoders_of_this_process()
    return process.pid


@pytest.mark.parametrize("deed", ["lie", "overstate", "garble"])
def test_a_decoder_that_said_what_cannot_be_is_asked_nothing_more(
    hostile_decoders: DecoderPool, photo: Path, deed: str
) -> None:
    before = pid_for(hostile_decoders, photo)
    assert hostile_decoders.read(does(photo, deed), 64).problem == "the decoder crashed on it"
    assert pid_for(hostile_decoders, photo) != before


def test_a_problem_that_is_told_well_is_no_reason_for_distrust(
    hostile_decoders: DecoderPool, photo: Path
) -> None:
    before = pid_for(hostile_decoders, photo)
    assert hostile_decoders.read(photo.with_name("gone.jpg"), 64).problem == "the file is gone"
    assert hostile_decoders.read(photo, 64, wanted=lambda _hash: False).decoded is None
    assert pid_for(hostile_decoders, photo) == before


@pytest.mark.parametrize(
    ("limit", "pids"), [(("_MOST_PHOTOS", 2), 3), (("_MOST_PHOTOS", 5), 1), (("_LARGE_BYTES", 1), 5)]
)
def test_a_decoder_is_renewed_after_many_photos_or_with_much_memory(
    decoders: DecoderPool, photo: Path, monkeypatch: pytest.MonkeyPatch, limit: tuple[str, int], pids: int
) -> None:
    monkeypatch.setattr(f"desktop_app.library.decoding.pool.{limit[0]}", limit[1])
    seen: set[int] = set()
    for _ in range(5):

        def wanted(_hash: str) -> bool:
            seen.update(process.pid for process in decoders_of_this_process())
            return False

        assert decoders.read(photo, 64, wanted=wanted).problem is None
    assert len(seen) == pids


def test_only_a_matter_of_the_moment_may_pass(decoders: DecoderPool, photo: Path) -> None:
    with held(photo):
        reading = decoders.read(photo, 64)
    assert (reading.problem, reading.passing) == ("another program holds the file", True)
    assert decoders.read(photo.with_name("gone.jpg"), 64).passing
    assert not decoders.read(photo.parent, 64).passing
    photo.write_text("this is no photo")
    assert not decoders.read(photo, 64).passing


@pytest.mark.parametrize(
    ("deed", "passing"), [("crash", False), ("spin", False), ("take_uncounted_memory", False), ("die", True)]
)
def test_only_a_decoder_that_others_ended_may_be_luckier_next_time(
    hostile_decoders: DecoderPool, photo: Path, deed: str, *, passing: bool
) -> None:
    assert hostile_decoders.read(does(photo, deed), 64).passing == passing


def test_memory_that_the_machine_lacks_may_come_back(
    hostile_decoders: DecoderPool, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asks = does(photo, "ask_for_memory")
    assert not hostile_decoders.read(asks, 64).passing
    monkeypatch.setattr(DecoderProcess, "is_memory_short", lambda _self: True)
    reading = hostile_decoders.read(asks, 64)
    assert (reading.problem, reading.passing) == ("too little memory is free for this picture", True)


def test_what_libraries_print_disturbs_nothing(hostile_decoders: DecoderPool, photo: Path) -> None:
    reading = hostile_decoders.read(does(photo, "chatter"), 64)
    assert reading.problem is None
    assert reading.decoded is not None


def test_a_photo_whose_decoder_was_ended_by_others_is_tried_once_more(
    hostile_decoders: DecoderPool,
    photo: Path,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    trouble = tmp_path / "trouble"
    trouble.touch()
    started: list[bool] = []
    start = hostile_decoders._new_one

    def start_one():
        if started:
            trouble.unlink()
        started.append(True)
        return start()

    monkeypatch.setattr(hostile_decoders, "_new_one", start_one)
    reading = hostile_decoders.read(does(photo, "die_while", str(trouble)), 64)
    assert len(started) == 2
    assert reading.problem is None
    assert "ended from outside" in caplog.text


def test_a_decoder_that_was_ended_while_idle_is_replaced(decoders: DecoderPool, photo: Path) -> None:
    decoders.read(photo, 64)
    (process,) = decoders_of_this_process()
    process.kill()
    process.wait(WAIT_S)
    assert decoders.read(photo, 64).problem is None


def test_the_log_says_where_a_crash_was(
    hostile_decoders: DecoderPool, photo: Path, caplog: pytest.LogCaptureFixture
) -> None:
    hostile_decoders.read(does(photo, "crash"), 64)
    assert "hostile_decoder.py" in caplog.text


def test_what_a_decoder_says_last_does_nothing_to_a_terminal(
    hostile_decoders: DecoderPool, photo: Path, caplog: pytest.LogCaptureFixture
) -> None:
    hostile_decoders.read(does(photo, "rave"), 64)
    (said,) = [line for line in caplog.messages if "ended with code 3" in line]
    assert said.isprintable()
    assert said.endswith("[2J\ufffd\ufffd31m\ufffdgone")


@pytest.mark.parametrize(
    "name",
    [
        "<img src=x onerror=alert(1)>.jpg",
        "<svg onload=alert(1)>.jpg",
        "two\nlines\r.jpg",
        "%s %n {0} $(touch x) `id`.jpg",
        "📷 фото 写真.jpg",
        b"not utf-8 \xff\xfe.jpg".decode(errors="surrogateescape"),
        "n" * 251 + ".jpg",
        "-o.jpg",
    ],
)
def test_every_name_a_file_can_have_is_read(decoders: DecoderPool, photo: Path, name: str) -> None:
    path = photo.with_name(name)
    try:
        path.write_bytes(photo.read_bytes())
    except (OSError, ValueError):
        pytest.skip("no file of this name can be made here")
    assert decoders.read(path, 64).problem is None


def test_many_threads_share_few_processes(photo: Path) -> None:
    pool = DecoderPool(2, background=True)
    try:
        with ThreadPoolExecutor(6) as threads:
            readings = list(threads.map(lambda _: pool.read(photo, 64), range(30)))
            assert len(decoders_of_this_process()) == 2
        assert {reading.content_hash for reading in readings} == {hash_of(photo.read_bytes())}
    finally:
        pool.close()


def test_processes_end_when_nobody_needs_them(photo: Path) -> None:
    pool = DecoderPool(1, background=True, how=Decoding(idle_s=0.05))
    try:
        assert pool.read(photo, 64).problem is None
        wait_until(lambda: not decoders_of_this_process())
        wait_until(lambda: not any(one.name.startswith("decoder-") for one in threading.enumerate()))
        assert pool.read(photo, 64).problem is None
    finally:
        pool.close()


def test_closing_does_not_wait_for_a_photo_that_hangs(photo: Path) -> None:
    pool = DecoderPool(1, background=True, how=Decoding(decoder=HOSTILE))
    with ThreadPoolExecutor(2) as threads:
        hanging = threads.submit(pool.read, does(photo, "sleep"), 64)
        wait_until(lambda: bool(decoders_of_this_process()))
        waiting = threads.submit(pool.read, photo, 64)
        pool.close()
        for reading in (hanging, waiting):
            with pytest.raises(DecodersClosedError):
                reading.result(WAIT_S)
    with pytest.raises(DecodersClosedError):
        pool.read(photo, 64)
    assert not decoders_of_this_process()
    assert not any(one.name.startswith("decoder-") for one in threading.enumerate())


def test_a_decoder_that_cannot_start_is_no_fault_of_a_photo(photo: Path) -> None:
    pool = DecoderPool(1, background=True, how=Decoding(decoder="tests.library.no_such_module:decode"))
    try:
        with pytest.raises(
            LibraryError, match=r"could not be started: ModuleNotFoundError: .*no_such_module"
        ):
            pool.read(photo, 64)
    finally:
        pool.close()


def test_the_application_is_a_decoder_when_it_is_told_to_be() -> None:
    """A frozen one has no other way to start one."""
    asked = [sys.executable, "-m", "desktop_app", DECODE_WORKER.switch, str(2**31), "background"]
    done = subprocess.run(asked, input=b"", capture_output=True, check=False, cwd=ROOT, timeout=WAIT_S)
    words, _ = read_frame(io.BytesIO(done.stdout), 0)
    assert words["walls"] == []
    assert (done.returncode, done.stderr) == (0, b"")


def child_of_a_killed_parent(photo: Path, worked_s: float) -> psutil.Process:
    """Start an application that decodes, kill it when its decoder has worked so long, and return what it left."""
    code = f"""
import sys, threading
from pathlib import Path
from desktop_app.library.decoding.pool import DecoderPool, Decoding
from tests.processes import decoders_of_this_process
pool = DecoderPool(1, background=True, how=Decoding(decoder={HOSTILE!r}))
# Not for good: a process ends with the thread that started it only if somebody has told the system so.
threading.Thread(target=pool.read, args=(Path(sys.argv[1]), 64), daemon=True).start()
while not [one for one in decoders_of_this_process() if one.cpu_times().user >= {worked_s}]:
    pass
(process,) = decoders_of_this_process()
print(process.pid, flush=True)
threading.Event().wait()
"""
    with subprocess.Popen(
        [sys.executable, "-c", code, str(photo)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    return child


def test_a_decoder_ends_with_its_parent(photo: Path) -> None:
    left = child_of_a_killed_parent(photo, 0.0)
    assert not psutil.wait_procs([left], WAIT_S)[1]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it ends when it comes back to Python")
def test_a_decoder_that_never_comes_back_to_python_ends_with_its_parent_too(photo: Path) -> None:
    # As long as it takes to start, several times over: it is at work.
    left = child_of_a_killed_parent(does(photo, "spin"), 1.5)
    assert not psutil.wait_procs([left], WAIT_S)[1]


@pytest.mark.skipif(os.name != "posix", reason="Windows ends such a decoder when it comes back to Python")
def test_a_decoder_that_takes_too_long_ends_itself_when_nobody_else_does(photo: Path) -> None:
    child = start_child(MEMORY, IMPATIENT, background=True)
    try:
        orders, answers = child.process.stdin, cast("Source", child.process.stdout)
        assert orders is not None
        read_frame(answers, 0)
        with does(photo, "spin").open("rb") as file:
            child.hand_over(file.fileno())
            write_frame(orders, {"do": "open", "within_s": 60}, [b"spin.jpg"])
            assert "hash" in read_frame(answers, 0)[0]
        write_frame(orders, {"do": "decode", "least_px": 64, "stored": True, "at_ms": None, "within_s": 0.1})
        assert child.process.wait(WAIT_S) == -signal.SIGALRM
    finally:
        child.process.kill()
        child.process.wait()
        child.close()
        assert child.process.stderr is not None
        child.process.stderr.close()


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_decoder_holds_nothing_of_its_parent_and_goes_last(photo: Path, tmp_path: Path) -> None:
    secret = os.open(tmp_path / "lock", os.O_CREAT | os.O_RDWR)
    os.set_inheritable(secret, True)
    pool = DecoderPool(1, background=True)
    try:
        pool.read(photo, 64)
        (process,) = decoders_of_this_process()
        open_now = [str(one.readlink()) for one in Path(f"/proc/{process.pid}/fd").iterdir()]
        assert open_now
        assert all(re.match("pipe:|/dev/null|socket:", one) for one in open_now)
        # One brings files; by none of them anybody outside is reached.
        assert sum(one.startswith("socket:") for one in open_now) == 1
        assert process.nice() == 10
        assert not process.net_connections("inet")
        assert photo.parent not in [Path(process.cwd()), *Path(process.cwd()).parents]
        soft, hard = process.rlimit(psutil.RLIMIT_DATA)
        assert soft == hard > 0
    finally:
        pool.close()
        os.close(secret)
