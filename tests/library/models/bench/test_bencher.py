"""A library that takes the fastest way by itself, or is offered it; and measurements that cannot be made."""

from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from desktop_app.library import Event, FasterWayFound, ModelError, PhotoLibrary
from desktop_app.library.models import switch
from desktop_app.library.models.bench import bench, bencher, likely
from desktop_app.library.models.bench.figures import WayFigures
from desktop_app.library.models.bench.orders import VARIANTS, Measured, Orders
from desktop_app.library.models.bench.process import BenchStoppedError
from desktop_app.library.models.late import LateEmbedder
from desktop_app.library.models.runtime.compiled import CompiledEmbedder
from desktop_app.library.models.runtime.ways import (
    OPENVINO,
    OPENVINO_BFLOAT16,
    cpu_has_bfloat16,
    default_way,
)
from desktop_app.library.vectors.late import LateVectors
from desktop_app.library.vectors.sync import VectorSync
from desktop_app.paths import resources
from tests.pictures import save_many

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(not cpu_has_bfloat16() or default_way() != OPENVINO, reason="has one way only"),
]


class Children:
    """Stands in for the child processes: bfloat16 is twice as fast as all else, and as true."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.are_true = True

    def __call__(self, orders: Orders, _limit_s: float, is_wanted: Callable[[], bool]) -> Measured:
        if not is_wanted():
            raise BenchStoppedError
        self.asked.append(orders.way.name)
        seed = 0 if self.are_true else len(self.asked)
        rows = np.random.default_rng(seed).normal(size=(12, 384))
        words = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
        speed = 80.0 if orders.way == OPENVINO_BFLOAT16 else 40.0
        figures = WayFigures(orders.way.name, speed, 2, 3.0, 0.5, 200_000_000)
        return Measured(figures, np.repeat(words, VARIANTS, axis=0), words)


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> Children:
    made = Children()
    monkeypatch.setattr(bencher, "measure_ways", partial(bench.measure_ways, child=made))
    monkeypatch.setattr(bencher, "look", partial(likely.look, child=made))
    worth_measuring(monkeypatch, 2)
    return made


def worth_measuring(monkeypatch: pytest.MonkeyPatch, photos: int) -> None:
    """Have ways measured for so many photos, whether the processor says which is likely or not."""
    monkeypatch.setattr(bencher, "_WORTH_MEASURING", photos)
    monkeypatch.setattr(bencher, "_WORTH_MORE_THAN_A_LOOK", photos)


def opened(tmp_path: Path, name: str = "", *, speeds: Path | None = None) -> PhotoLibrary:
    base = tmp_path / name
    return PhotoLibrary(
        base / "data", base / "cache", resources=resources(), network=lambda: False, speeds=speeds
    )


def compiled(library: PhotoLibrary) -> CompiledEmbedder:
    """Return the model that embeds photos, loaded."""
    indexing = library._switch.indexing
    assert indexing is not None
    assert isinstance(indexing.embedder, LateEmbedder)
    embedder = indexing.embedder.loaded()
    assert isinstance(embedder, CompiledEmbedder)
    return embedder


def holds(embedder: CompiledEmbedder) -> tuple[bool, bool]:
    """Return whether the halves for photos and for words are loaded."""
    return embedder._pictures is not None, embedder._words is not None


@pytest.fixture
def library(tmp_path: Path) -> Iterator[PhotoLibrary]:
    made = opened(tmp_path)
    yield made
    made.close()


def test_a_new_library_takes_the_fastest_way(
    library: PhotoLibrary, children: Children, tmp_path: Path
) -> None:
    save_many(tmp_path / "photos", 3)
    report = library.folders.add(tmp_path / "photos").result()
    assert report.indexed == 3
    assert children.asked == ["openvino", "openvino-bf16"]
    speed = library.models.speed_of("built-in")
    assert speed is not None
    assert (speed.way, speed.photos_per_s, speed.batch) == ("openvino-bf16", 80.0, 2)
    facts = library._switch.facts()
    assert facts is not None
    assert facts.model_id.endswith("-openvino-bf16")
    save_many(tmp_path / "photos" / "more", 4)
    assert library.folders.refresh().result().indexed == 4
    assert children.asked == ["openvino", "openvino-bf16"]


@pytest.mark.parametrize("are_true", [True, False])
def test_for_some_hundred_photos_the_likely_way_is_looked_at_alone(
    children: Children, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, are_true: bool
) -> None:
    worth_measuring(monkeypatch, 500)
    monkeypatch.setattr(bencher, "_WORTH_A_LOOK", 3)
    children.are_true = are_true
    save_many(tmp_path / "photos", 3)
    with closing(opened(tmp_path, "first", speeds=tmp_path / "speeds")) as library:
        assert library.folders.add(tmp_path / "photos").result().indexed == 3
        assert model_id_of(library).endswith("-openvino-bf16") is are_true
        # What was just seen to work is loaded when it is needed: to index, the half for pictures alone.
        assert compiled(library)._words is None
        # Some seconds' look is no measurement to show.
        assert library.models.speed_of("built-in") is None
    assert sorted(children.asked) == ["openvino", "openvino-bf16"]
    worth_measuring(monkeypatch, 3)
    with closing(opened(tmp_path, "second", speeds=tmp_path / "speeds")) as second:
        second.folders.add(tmp_path / "photos").result()
    assert len(children.asked) == 4


@pytest.mark.usefixtures("children")
def test_words_make_room_for_many_photos_and_are_not_loaded_ahead_of_questions_then(
    library: PhotoLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worth_measuring(monkeypatch, 500)
    monkeypatch.setattr(switch, "_MANY", 2)

    def has_words() -> bool:
        return compiled(library)._words is not None

    library.models.warm_up().result()
    save_many(tmp_path / "photos", 1)
    library.folders.add(tmp_path / "photos").result()
    assert has_words()
    save_many(tmp_path / "photos" / "more", 2)
    library.folders.refresh().result()
    assert not has_words()
    library.searching.expect_questions()
    assert library.searching.search("type:png").result().hits
    assert not has_words()
    library.searching.search("a dog").result()
    assert has_words()


@pytest.mark.usefixtures("children")
def test_the_half_for_photos_is_put_away_before_the_store_is_opened_and_stays_while_that_is_open(
    library: PhotoLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worth_measuring(monkeypatch, 500)
    held: list[bool] = []
    opening = LateVectors.open

    def open_seen(vectors: LateVectors) -> VectorSync:
        if vectors.sync is None:
            held.append(compiled(library)._pictures is not None)
        return opening(vectors)

    monkeypatch.setattr(LateVectors, "open", open_seen)
    save_many(tmp_path / "photos", 2)
    assert library.folders.add(tmp_path / "photos").result().indexed == 2
    assert held == [False]
    save_many(tmp_path / "photos" / "more", 4)
    assert library.folders.refresh().result().indexed == 4
    assert held == [False]
    assert compiled(library)._pictures is not None
    # Nothing to embed, nothing to put away.
    assert library.folders.refresh().result().indexed == 0
    assert compiled(library)._pictures is not None


def test_both_halves_go_before_an_idle_moment_is_used_to_measure(
    children: Children, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worth_measuring(monkeypatch, 500)
    monkeypatch.setattr(bencher, "_WORTH_KNOWING", 2)
    monkeypatch.setattr(bencher, "_QUIET_S", 0.0)
    save_many(tmp_path / "photos", 2)
    with closing(opened(tmp_path, "first", speeds=tmp_path / "speeds")) as library:
        library.folders.add(tmp_path / "photos").result()
        library.searching.search("a dog").result()
        embedder = compiled(library)
        # As if the question were of long ago.
        embedder._asked_at = embedder._words_loaded_s = 0.0
        assert holds(embedder) == (False, True)
        library._writer.submit(lambda: library._bencher.use_idle_moment(lambda: True)).result()
        assert children.asked
        assert holds(embedder) == (False, False)


def test_a_library_with_vectors_is_offered_it_and_keeps_its_way(
    library: PhotoLibrary, children: Children, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worth_measuring(monkeypatch, 200)
    save_many(tmp_path / "photos", 1)
    library.folders.add(tmp_path / "photos").result()
    heard: list[Event] = []
    library.subscribe(heard.append)
    assert library.models.measured() is None
    report = library.models.measure().result()
    assert (report.key, report.fastest, report.in_use) == ("built-in", "openvino-bf16", "openvino")
    library.models.close()
    offers = [event for event in heard if isinstance(event, FasterWayFound)]
    assert [(offer.way, offer.times, offer.exact) for offer in offers] == [("openvino-bf16", 2.0, False)]
    assert library.models.measured() == report
    used = library.models.use("built-in", "openvino-bf16").result()
    assert (used.indexed, used.pending) == (1, 0)


def test_what_cannot_be_measured_says_so(library: PhotoLibrary, children: Children) -> None:
    with pytest.raises(ModelError, match="There is no model"):
        library.models.measure("nothing").result()
    with pytest.raises(ModelError, match="There is no way “fast”"):
        library.models.use("built-in", "fast")
    library.models.cancel_measuring()
    assert children.asked == []


def model_id_of(library: PhotoLibrary) -> str:
    facts = library._switch.facts()
    assert facts is not None
    return facts.model_id


def test_another_library_of_few_photos_takes_what_was_measured_on_this_computer(
    children: Children, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_many(tmp_path / "photos", 3)
    speeds = tmp_path / "speeds"
    with closing(opened(tmp_path, "first", speeds=speeds)) as first:
        first.folders.add(tmp_path / "photos").result()
    assert children.asked == ["openvino", "openvino-bf16"]
    worth_measuring(monkeypatch, 500)
    with closing(opened(tmp_path, "second", speeds=speeds)) as second:
        assert second.folders.add(tmp_path / "photos").result().indexed == 3
        assert model_id_of(second).endswith("-openvino-bf16")
        speed = second.models.speed_of("built-in")
        assert speed is not None
        assert speed.photos_per_s == 80.0
    with closing(opened(tmp_path, "third")) as third:
        assert third.folders.add(tmp_path / "photos").result().indexed == 3
        assert not model_id_of(third).endswith("-openvino-bf16")
    assert children.asked == ["openvino", "openvino-bf16"]


def test_few_photos_are_not_measured_for_and_an_idle_moment_is_used_once(
    children: Children, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worth_measuring(monkeypatch, 500)
    monkeypatch.setattr(bencher, "_WORTH_KNOWING", 3)
    save_many(tmp_path / "photos", 3)
    with closing(opened(tmp_path, "first", speeds=tmp_path / "speeds")) as library:
        library.folders.add(tmp_path / "photos").result()

        def idle(*, is_wanted: bool = True) -> None:
            library._writer.submit(lambda: library._bencher.use_idle_moment(lambda: is_wanted)).result()

        idle()
        assert children.asked == []
        monkeypatch.setattr(bencher, "_QUIET_S", 0.0)
        for _ in range(5):
            idle(is_wanted=False)
        assert children.asked == []
        idle()
        idle()
        assert children.asked == ["openvino", "openvino-bf16"]
        # A library that has vectors stays as it is.
        assert not model_id_of(library).endswith("-openvino-bf16")
    with closing(opened(tmp_path, "second", speeds=tmp_path / "speeds")) as second:
        second.folders.add(tmp_path / "photos").result()
        assert model_id_of(second).endswith("-openvino-bf16")
