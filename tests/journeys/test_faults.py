"""Killed, starved and broken in earnest: nothing is lost, nothing is doubled, and every round ends complete.

`VISLUMBRE_ROUNDS=20` runs as many rounds of each as a release wants; continuous integration runs a few.
A hundred take longer than a test may here: add `--timeout=7200 -o faulthandler_timeout=0`.
"""

import contextlib
import os
import random
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from desktop_app.library import PhotoLibrary, Progress
from desktop_app.library.catalog import Catalog
from desktop_app.library.vectors.lite.lite_store import LiteStore
from desktop_app.paths import resources
from tests.fakes import ColorEmbedder
from tests.pictures import save_many
from tests.processes import kill_vector_processes

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "tests" / "library" / "catalog" / "fixtures"
OPENING = """
import sys
from pathlib import Path
from desktop_app.library.catalog import Catalog
print(flush=True)
Catalog(Path(sys.argv[1]))
"""
ROUNDS = int(os.environ.get("VISLUMBRE_ROUNDS", "3"))
PHOTOS = 400
OLD_ROWS = 20_000
MODEL = ColorEmbedder().model_id
DIMENSION = ColorEmbedder().dimension


def indexing(base: Path, photos: Path, model: str = MODEL) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "tests.journeys.indexing", str(base), str(photos), model],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


def steps(process: "subprocess.Popen[str]") -> Iterator[str]:
    assert process.stdout is not None
    for line in process.stdout:
        yield line.strip()


def finish(base: Path, photos: Path, model: str = MODEL) -> str:
    with indexing(base, photos, model) as process:
        return list(steps(process))[-1]


def assert_complete(base: Path, photos: Path, count: int, model: str = MODEL) -> None:
    """Catalogue = disk = vectors, exactly."""
    catalog = Catalog(base / "data" / "catalog.db")
    try:
        assert catalog.check() == []
        assert set(catalog.known.files(photos)) == set(photos.iterdir())
        counts = catalog.photos.counts(model)
        assert (counts.photos, counts.indexed, counts.failed) == (count, count, 0)
        wanted = {int(number) for number in catalog.vectors.live_ids(model)}
        (folder,) = (base / "data" / "vectors").glob(f"*-{model}")
        store = LiteStore.open(folder, model, DIMENSION, least_free_bytes=0)
        try:
            assert store.ids() == wanted
            assert store.count() == len(wanted)
            numbers, vectors = next(catalog.vectors.blocks(model))
            for number, vector in list(zip(numbers, vectors, strict=True))[::97]:
                found = store.search(np.asarray(vector, dtype=np.float32), len(wanted))
                assert len(found) == len({one for one, _ in found}) == len(wanted)
                assert int(number) in {one for one, score in found if score > 0.999}
        finally:
            store.close()
    finally:
        catalog.close()


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    save_many(tmp_path / "photos", PHOTOS, (24, 24))
    return tmp_path / "photos"


def test_the_app_is_killed_while_it_indexes(tmp_path: Path, photos: Path) -> None:
    chance = random.Random(1)
    for round_number in range(ROUNDS):
        base = tmp_path / f"round{round_number}"
        for _ in range(2):
            kill_at = chance.randrange(1, PHOTOS)
            with indexing(base, photos) as process:
                for line in steps(process):
                    word, _, done = line.partition(" ")
                    if word == "indexing" and int(done) >= kill_at:
                        break
                process.kill()
        assert finish(base, photos).startswith("finished")
        assert_complete(base, photos, PHOTOS)


def test_the_app_is_killed_while_it_flushes(tmp_path: Path, photos: Path) -> None:
    for round_number in range(ROUNDS):
        base = tmp_path / f"round{round_number}"
        with indexing(base, photos) as process:
            for line in steps(process):
                if line.startswith("saving"):
                    break
            # A little later each time, from the first row to the last sync.
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=0.02 * (round_number % 10))
            process.kill()
        assert finish(base, photos).startswith("finished")
        assert_complete(base, photos, PHOTOS)


def test_the_app_is_killed_while_it_changes_to_another_model(tmp_path: Path, photos: Path) -> None:
    chance = random.Random(3)
    whole = tmp_path / "whole"
    assert finish(whole, photos).startswith("finished")
    for round_number in range(ROUNDS):
        base = tmp_path / f"round{round_number}"
        # A copy of the files, not of sockets that a closed library left.
        subprocess.run(["cp", "-a", str(whole), str(base)], check=True)
        kill_at = chance.randrange(1, PHOTOS)
        with indexing(base, photos, "color-2") as process:
            for line in steps(process):
                word, _, done = line.partition(" ")
                if word == "indexing" and int(done) >= kill_at:
                    break
            process.kill()
        assert finish(base, photos, "color-2").startswith("finished")
        assert_complete(base, photos, PHOTOS, "color-2")
        # And the way back costs nothing: every vector of the first model is still there.
        assert finish(base, photos) == f"finished 0 {PHOTOS}"
        assert_complete(base, photos, PHOTOS)


def test_the_app_is_killed_while_it_brings_an_old_catalogue_up_to_date(tmp_path: Path) -> None:
    chance = random.Random(4)
    for round_number in range(ROUNDS):
        path = tmp_path / f"{round_number}.db"
        with contextlib.closing(sqlite3.connect(path)) as connection:
            connection.executescript((FIXTURES / "catalog_v1.sql").read_text(encoding="utf-8"))
            connection.executemany(
                "INSERT INTO content (hash, width_px) VALUES (?, 1)",
                ((f"{n:032x}",) for n in range(OLD_ROWS)),
            )
            connection.commit()
        with subprocess.Popen(
            [sys.executable, "-c", OPENING, str(path)], stdout=subprocess.PIPE, cwd=ROOT
        ) as process:
            assert process.stdout is not None
            process.stdout.readline()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=chance.random() * 0.05)
            process.kill()
        with Catalog(path) as catalog:
            assert catalog.check() == []
            assert catalog.photos.counts("model-a").photos == 5
            assert catalog.vectors.models() == {"model-a": 2}
            assert all(catalog.photos.has_content(f"{n:032x}") for n in range(0, OLD_ROWS, 97))
            assert catalog.photos.has_content("hash-a")


def test_the_vector_process_alone_is_killed_while_the_app_indexes(tmp_path: Path, photos: Path) -> None:
    chance = random.Random(2)
    for round_number in range(ROUNDS):
        base = tmp_path / f"round{round_number}"
        library = PhotoLibrary(
            base / "data", base / "cache", resources=resources(), embedder=ColorEmbedder(batch_size=2)
        )
        kills = sorted(chance.sample(range(1, PHOTOS), 2))

        def kill(event: object, kills: list[int] = kills) -> None:
            if isinstance(event, Progress) and kills and event.done >= kills[0]:
                kills.pop(0)
                kill_vector_processes()

        try:
            library.subscribe(kill)
            report = library.folders.add(photos).result(120)
            assert report.indexed == PHOTOS
        finally:
            library.close()
        assert_complete(base, photos, PHOTOS)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 24 MB, which root can make."""
    folder = tmp_path / "small disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a small disk cannot be made here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.xdist_group("mounts")
@pytest.mark.parametrize("left_kb", [3000, 600, 60])
def test_a_full_disk_stops_the_work_in_words_and_it_goes_on_when_there_is_room(
    small_disk: Path, photos: Path, left_kb: int
) -> None:
    base = small_disk / "library"
    # A first library, so that the disk can be filled up to what is left for the second run.
    one = photos.parent / "one"
    one.mkdir()
    next(photos.iterdir()).rename(one / "one.png")
    assert finish(base, one).startswith("finished")
    filler = small_disk / "filler"
    with filler.open("wb") as file:
        usage = psutil.disk_usage(str(small_disk))
        file.write(b"\0" * max(0, usage.free - left_kb * 1024))
    last = finish(base, photos)
    assert last.startswith(("stopped:", "refused:")), last
    assert "Traceback" not in last
    filler.unlink()
    with contextlib.suppress(FileNotFoundError):
        (one / "one.png").rename(photos / "one.png")
    assert finish(base, photos).startswith("finished")
    catalog = Catalog(base / "data" / "catalog.db")
    try:
        assert catalog.check() == []
        assert catalog.photos.counts(MODEL).indexed >= PHOTOS
    finally:
        catalog.close()
