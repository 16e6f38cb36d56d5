"""A small library goes through all that a million photos are measured by; how fast anything is, is no test's business."""

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from desktop_app.library.catalog import Catalog
from desktop_app.library.models.files import WEIGHTS_NAME
from tests.benchmarks import table
from tests.benchmarks.scale import command, page, steps
from tests.benchmarks.scale.amounts import TINY
from tests.benchmarks.scale.contents import BLOCK, CAMERAS, Contents, content_of, shown_as_of
from tests.benchmarks.scale.making import ScaleLibrary, scale_library
from tests.benchmarks.scale.measured import Measured
from tests.benchmarks.scale.model import STARTER_DIMENSION, make_wide_starter, space_of, starter_folder
from tests.benchmarks.scale.wanted import WANTED, table_of

_COUNT = 300
_OF_THE_WINDOW = {
    "thumbnails_s",
    "window_query_s",
    "memory_mb",
    "memory_rested_mb",
    "new_photo_s",
    "new_photo_cpu_s",
    "stall_ms",
    "scroll_p99_ms",
    "drag_s",
    "paint_p99_ms",
    "idle_percent",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> ScaleLibrary:
    """A library searched with the built-in model as it is, whose graph need not be exported."""
    return scale_library(tmp_path_factory.mktemp("work"), _COUNT, lambda _: None, STARTER_DIMENSION)


def test_a_small_library_has_a_value_in_every_row_and_is_left_as_it_was(library: ScaleLibrary) -> None:
    names = [name for name in steps.STEPS if name not in {"window", "fresh process"}]

    parts = [steps.measured(name, library, TINY) for name in names]

    assert {key: why for part in parts for key, why in part.problems.items()} == {}
    figures = {key: value for part in parts for key, value in part.figures.items()}
    missing = {row.key for row in WANTED} - figures.keys()
    assert missing == {*_OF_THE_WINDOW, "first_answer_s"}
    # Among so few both find everything.
    assert figures["vector_recall"] == figures["faiss_recall"] == 1.0
    with Catalog(library.paths.data / "catalog.db") as catalog:
        assert catalog.photos.counts(library.model_id).indexed == _COUNT
    assert len(list(library.photos.rglob("*.jpg"))) == _COUNT


def test_the_window_is_used_and_leaves_the_library_as_it_was(
    library: ScaleLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.benchmarks.scale.screen.shutil.which", lambda _: None)
    monkeypatch.delenv("VISLUMBRE_BENCH_DISPLAY", raising=False)

    found = steps.measured("window", library, TINY)

    assert found.problems == {}
    assert found.figures.keys() >= _OF_THE_WINDOW - {"stall_ms"}
    assert steps.kept_in(library).is_file()
    assert len(list(library.photos.rglob("*.jpg"))) == _COUNT


def test_the_command_measures_in_a_process_of_its_own_and_keeps_the_library(
    library: ScaleLibrary, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, work = tmp_path / "figures.json", library.base.parent

    command.run(_COUNT, work, file, is_page=False, only=["disk"], dimension=STARTER_DIMENSION)

    answer = json.loads(file.read_text("utf-8"))
    name = "disk: catalogue, its copies and vectors"
    assert answer["photos"] == _COUNT
    assert answer["table"]["figures"][name]["value"] > 0
    assert answer["table"]["missing"]["status, first"] == "not measured"
    assert answer["versions"].keys() >= {"Vislumbre", "faiss-cpu"}
    assert f"A library of {_COUNT} photos" in capsys.readouterr().out
    assert (library.base / "blocks saved").exists()


def test_a_library_that_was_half_made_is_gone_on_with(library: ScaleLibrary) -> None:
    # As if the process had ended between the last block and the note of it.
    (library.base / "blocks saved").unlink()

    again = scale_library(library.base.parent, _COUNT, lambda _: None, STARTER_DIMENSION)

    with Catalog(again.paths.data / "catalog.db") as catalog:
        assert catalog.photos.counts(library.model_id).photos == _COUNT
    assert (library.base / "blocks saved").read_text() == "1"


def test_photos_are_drawn_as_the_table_needs_them() -> None:
    photos, vectors = Contents(4 * BLOCK, space_of(STARTER_DIMENSION)).block(1)

    cameras = [photo.metadata.camera for photo in photos]
    assert {name: cameras.count(name) / BLOCK for name, _ in CAMERAS} == pytest.approx(
        dict(CAMERAS), abs=0.03
    )
    assert len({photo.inside for photo in photos}) == BLOCK
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)
    copies = [one for one in photos if content_of(one.number) != one.number]
    assert copies
    for copy in copies:
        original = photos[copy.number - BLOCK - 1]
        assert (copy.content_hash, copy.size_bytes) == (original.content_hash, original.size_bytes)
    bursts = [one.number - BLOCK for one in photos if shown_as_of(one.content) != one.content]
    leaders = [shown_as_of(photos[place].content) - BLOCK for place in bursts]
    assert np.sum(vectors[bursts] * vectors[leaders], axis=1).min() > 0.9
    apart = (vectors[::7] @ vectors[::7].T)[~np.eye(len(vectors[::7]), dtype=bool)]
    assert apart.mean() < 0.3


def test_any_block_can_be_drawn_first() -> None:
    contents = Contents(2 * BLOCK, space_of(STARTER_DIMENSION))
    second = contents.block(1)
    contents.block(0)

    photos, vectors = contents.block(1)

    assert photos == second[0]
    assert np.array_equal(vectors, second[1])


def test_longer_vectors_lie_to_each_other_as_those_of_the_built_in_model(tmp_path: Path) -> None:
    folder = make_wide_starter(tmp_path)
    wide, own = (load_file(one / WEIGHTS_NAME) for one in (folder, starter_folder()))

    words = np.random.default_rng(1).standard_normal((4, 256)).astype(np.float32)
    ours = words @ wide["text_projection"].astype(np.float32)
    before = words @ own["text_projection"].astype(np.float32)
    assert ours.shape == (4, 512)
    assert np.allclose(ours @ ours.T, before @ before.T, rtol=0.01, atol=0.01)
    assert np.linalg.norm(space_of(512).mean) == pytest.approx(
        np.linalg.norm(space_of(STARTER_DIMENSION).mean), rel=1e-3
    )


def test_a_row_that_cannot_be_measured_says_why(
    library: ScaleLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone() -> None:
        raise AttributeError("no such\nthing")

    def fails(_library: ScaleLibrary, _amounts: object) -> Measured:
        found = Measured(figures={"facets_ms": 120.0})
        with found.asking("browse_ms"):
            gone()
        return found

    monkeypatch.setitem(steps.STEPS, "fails", fails)

    result = table_of(10, [steps.measured("fails", library, TINY)], "Ten photos")

    assert result.missing["browse by date, first"] == "cannot be measured: no such thing"
    assert result.missing["status, first"] == "not measured"
    shown = list(table.lines([result]))
    assert any("facets, first" in line and "MISSED" in line for line in shown)
    assert any("browse by date, first" in line and "no such thing" in line for line in shown)


def test_a_small_library_has_a_tighter_target_for_memory() -> None:
    row = next(row for row in WANTED if row.key == "memory_mb")

    assert [row.figure({"memory_mb": 700}, count).is_met for count in (100_000, 1_000_000)] == [False, True]


def test_the_page_has_every_size_by_its_last_run(tmp_path: Path) -> None:
    picture = tmp_path / "window.png"
    picture.write_bytes(b"a picture")
    for count, value in ((1_000_000, 9.0), (10_000, 120.0), (10_000, 80.0)):
        result = table_of(count, [Measured(figures={"facets_ms": value, "facets_cpu_ms": 7})], "")
        answer = {
            "photos": count,
            "date": "2026-11-29 22:00 UTC",
            "machine": {"processor": "One", "cores": 2, "memory_gb": 8, "system": "Linux", "python": "3.11"},
            "versions": {"Vislumbre": "0.6"},
            "others_share": {"engine": 0.25},
            "table": json.loads(json.dumps(result.as_json())),
        }
        page.keep(answer, picture if count == 10_000 else tmp_path / "none.png", tmp_path / "results")

    text = (tmp_path / "results" / "README.md").read_text("utf-8")
    assert text.index("## 10,000 photos") < text.index("## 1,000,000 photos")
    assert "| facets, first | 80 ms | 7.000 | ≤ 100 | met |" in text
    assert "120" not in text
    assert "used up to 25% of the machine" in text
    assert text.count("![The window, searched]") == 1
    assert (tmp_path / "results" / "scale-10000.png").read_bytes() == b"a picture"
