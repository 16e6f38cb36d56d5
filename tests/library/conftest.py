"""What many tests of the engine need."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.library.decoding.pool import DecoderPool
from tests.library.indexing.bench import Bench


@pytest.fixture
def decoders() -> Iterator[DecoderPool]:
    """Decoders in processes, which start when they are used and end with the test."""
    pool = DecoderPool(2, background=False)
    yield pool
    pool.close()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A refresher on a folder of photos."""
    bench = Bench(tmp_path)
    yield bench
    bench.close()
