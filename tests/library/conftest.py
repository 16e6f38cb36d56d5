"""What many tests of the engine need."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app import paths
from desktop_app.library.decoding.pool import DecoderPool
from desktop_app.library.models.reference.clip import ClipEmbedder
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


@pytest.fixture(scope="module")
def starter() -> Path:
    """The folder of the built-in model, which every checkout has."""
    return paths.resources() / "models" / "starter"


@pytest.fixture(scope="module")
def built_in(starter: Path) -> Iterator[ClipEmbedder]:
    """The built-in model itself."""
    embedder = ClipEmbedder.load(starter, name="Built-in model")
    yield embedder
    embedder.close()
