"""What many tests of the engine need."""

from collections.abc import Iterator

import pytest

from desktop_app.library.decode_pool import DecoderPool


@pytest.fixture
def decoders() -> Iterator[DecoderPool]:
    """Decoders in processes, which start when they are used and end with the test."""
    pool = DecoderPool(2, background=False)
    yield pool
    pool.close()
