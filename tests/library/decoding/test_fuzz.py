"""Broken and hostile files by the hundred: each gives a picture or a reason, and the decoder goes on."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.library.decoding.pool import DecoderPool
from tests.library.decoding.bombs import BOMBS
from tests.library.decoding.picture_fuzz import LEAST_PX, Mutator, run, seeds
from tests.pictures import save_colour
from tests.processes import decoders_of_this_process

CASES = 300


@pytest.fixture(scope="module")
def pool() -> Iterator[DecoderPool]:
    pool = DecoderPool(1, background=True)
    yield pool
    pool.close()


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_shown_or_refused_in_words_and_ends_no_decoder(
    pool: DecoderPool, tmp_path: Path, name: str
) -> None:
    sound = pool.read(save_colour(tmp_path / "sound.png"), LEAST_PX)
    (decoder,) = decoders_of_this_process()
    bomb = tmp_path / "bomb.jpg"
    bomb.write_bytes(BOMBS[name]())
    reading = pool.read(bomb, LEAST_PX)
    assert (reading.problem is None) == (reading.decoded is not None)
    assert re.fullmatch(r"[a-zA-Z0-9 ,.':]*", reading.problem or "")
    assert [one.pid for one in decoders_of_this_process()] == [decoder.pid]
    assert sound.problem is None


@pytest.mark.slow
def test_mutated_real_photos_are_shown_or_refused_and_end_no_decoder(shared_photos: Path) -> None:
    mutator = Mutator(*seeds(shared_photos / "formats"))
    outcome = run(mutator, range(CASES), workers=2)
    assert outcome.ended == {}
    assert outcome.cases == CASES == outcome.decoded + outcome.refused
    assert min(outcome.decoded, outcome.refused) > CASES // 10


def test_a_case_is_the_same_each_time() -> None:
    mutator = Mutator([bytes(range(256)) * 8, b"\xff\xd8\xff" * 500])
    assert mutator.case(7) == mutator.case(7)
    assert len({mutator.case(number) for number in range(50)}) > 40
