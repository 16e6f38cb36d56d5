"""Looking at a decoder while it works: whom a look may end, and whom not."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.library.decoding.budget import Budget
from desktop_app.library.decoding.process import DecoderEndedError, DecoderProcess, Decoding
from tests.library.decoding.hostile_decoder import HOSTILE
from tests.pictures import save_colour

HOUR_S = 3600.0


@pytest.fixture
def process() -> Iterator[DecoderProcess]:
    """A decoder that is ready."""
    made = DecoderProcess(Decoding(decoder=HOSTILE), background=False)
    made.wait_until_ready()
    yield made
    made.release()


@pytest.mark.parametrize("silent_s", [6.0, 1e9], ids=["reading", "decoding"])
def test_a_photo_does_not_fail_because_the_machine_was_asleep(
    process: DecoderProcess, silent_s: float
) -> None:
    process._budget = Budget("too long", 6.0, 6.0, silent_s=silent_s)
    process.look(HOUR_S)
    process.look(HOUR_S)
    assert process.is_sound
    # But one that works for as long as that is ended.
    for _ in range(6):
        process.look(1.0)
    assert not process.is_sound


class Ends(Budget):
    """Is over, and while that is found out its photo is done and the next one begins."""

    def __init__(self, process: DecoderProcess, following: Budget | None) -> None:
        super().__init__("too long", 1.0, 1.0)
        self._process, self._following = process, following

    def is_over(self, passed_s: float, worked_s: float) -> bool:
        self._process._budget = self._following
        return True


@pytest.mark.parametrize("following", [None, Budget("another", 60.0, 60.0)], ids=["none", "another"])
def test_a_photo_that_took_too_long_does_not_cost_the_next_one(
    process: DecoderProcess, tmp_path: Path, following: Budget | None
) -> None:
    process._budget = Ends(process, following)
    process.look(0.1)
    process._budget = None
    assert process.is_sound
    answer = process.open(bytes(save_colour(tmp_path / "red.jpg", "red")))
    assert "hash" in answer


def test_a_look_between_two_photos_ends_nobody(process: DecoderProcess) -> None:
    process.look(HOUR_S)
    assert process.is_sound


@pytest.mark.parametrize("by_us", [True, False])
def test_nobody_is_warned_of_a_decoder_that_was_ended_on_purpose(
    process: DecoderProcess, tmp_path: Path, caplog: pytest.LogCaptureFixture, by_us: bool
) -> None:
    (process.kill if by_us else process._process.kill)()
    process._process.wait(10)
    with pytest.raises(DecoderEndedError):
        process.open(bytes(save_colour(tmp_path / "red.jpg", "red")))
    warned = [one for one in caplog.records if one.levelno >= logging.WARNING]
    assert bool(warned) is not by_us


def test_what_ended_meanwhile_cannot_be_looked_at(process: DecoderProcess) -> None:
    process._budget = Budget("too long", 1.0, 1.0)
    process.kill()
    process._process.wait(10)
    process.look(0.1)
    assert not process.is_sound
