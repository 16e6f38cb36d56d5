"""A second process reads the compact copy that the first one writes: always the catalogue's answer, or none."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from desktop_app.library.catalog import Catalog
from desktop_app.library.vectors.compact.copies import VectorCopies
from tests.library.catalog.records import MODEL, unit
from tests.library.vectors.compact.bench import Bench

QUESTIONS = 60


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    made = Bench(tmp_path)
    made.save(*range(300))
    assert made.copies.load(MODEL)
    return made


def reading(bench: Bench) -> VectorCopies:
    return VectorCopies(bench.catalog, bench.base, writes=False)


def test_what_is_read_is_what_was_written_last(bench: Bench) -> None:
    other = reading(bench)
    assert other.load(MODEL)
    bench.save(500, 501)
    bench.remove(3)
    # Not followed yet: no answer rather than an old one.
    assert other.nearest(MODEL, unit(500), 5) is None
    assert bench.copies.has_all(MODEL)
    assert other.nearest(MODEL, unit(500), 5) == bench.copies.nearest(MODEL, unit(500), 5)
    # It is made again under another name.
    bench.copies.drop_all()
    assert other.nearest(MODEL, unit(500), 5) is None
    assert bench.copies.load(MODEL)
    assert other.nearest(MODEL, unit(7), 400) == bench.copies.nearest(MODEL, unit(7), 400)
    other.drop_all()
    assert bench.is_on_disk()
    other.close()
    bench.close()


def test_a_copy_that_is_damaged_gives_no_answer(bench: Bench) -> None:
    bench.close()
    (file,) = bench.folder.glob("codes-*")
    content = bytearray(file.read_bytes())
    content[50] ^= 4
    file.write_bytes(content)
    bench.open()
    other = reading(bench)
    assert not other.load(MODEL)
    assert file.read_bytes() == content
    other.close()
    bench.close()


def test_while_another_process_writes_no_answer_is_wrong(bench: Bench) -> None:
    """What was there before it and is never changed must be found with its cosine, and best of all."""
    bench.close()
    with subprocess.Popen(
        [sys.executable, "-m", "tests.library.vectors.compact.bench", str(bench.base)],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[4],
        text=True,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        with Catalog(bench.base / "catalog.db") as catalog:
            copies = VectorCopies(catalog, bench.base, writes=False)
            copies.load(MODEL)
            chance, answered = np.random.default_rng(1), 0
            for _ in range(QUESTIONS):
                number = int(chance.integers(300))
                found = copies.nearest(MODEL, unit(number), 3)
                if found is not None:
                    answered += 1
                    assert found[0][0] == number + 1
                    assert found[0][1] == pytest.approx(1, abs=1e-3)
                else:
                    process.stdout.readline()
            copies.close()
        process.kill()
    assert answered
