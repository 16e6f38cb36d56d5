"""Calibrations: shipped ones, those made here, and when they are made again."""

import logging
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import save_file

from desktop_app.library.catalog import Catalog
from desktop_app.library.errors import ModelDamagedError
from desktop_app.library.models.embedder import Embedder
from desktop_app.library.models.shelf import ModelChoice
from desktop_app.library.search.calibration import TEMPLATES, Calibrations, load
from desktop_app.library.search.relevance import unit
from tests.library.catalog.records import MODEL, record
from tests.library.catalog.records import unit as vector_of
from tests.library.search.placed_texts import PlacedTexts

SIZE = 8
NEUTRAL = vector_of(1000)


class Model:
    """A model in use, with or without a folder."""

    def __init__(self, embedder: Embedder, folder: Path | None = None) -> None:
        self.embedder = embedder
        self.choice = (
            None
            if folder is None
            else ModelChoice("k", "t", "s", "l", size_bytes=1, folder=folder, ready=True)
        )


@pytest.fixture
def catalog(tmp_path: Path):
    with Catalog(tmp_path / "catalog.db") as catalog:
        catalog.folders.add(tmp_path)
        yield catalog


@pytest.fixture
def words(tmp_path: Path) -> Path:
    path = tmp_path / "resources" / "models" / "starter" / "neutral_words.txt"
    path.parent.mkdir(parents=True)
    path.write_text("man\nwhite\n\nbeach\n", encoding="utf-8")
    return path


@pytest.fixture
def embedder() -> PlacedTexts:
    return PlacedTexts({"white": vector_of(1), "beach": vector_of(2)}, NEUTRAL, MODEL)


@pytest.fixture
def calibrations(tmp_path: Path, catalog: Catalog, words: Path) -> Calibrations:
    return Calibrations(tmp_path, catalog, tmp_path / "resources")


def add_photos(catalog: Catalog, folder: Path, first: int, last: int) -> np.ndarray:
    catalog.photos.save(
        [record(folder / f"{n}.jpg", f"c{n}", vector=vector_of(n)) for n in range(first, last)], MODEL
    )
    return np.array([vector_of(n) for n in range(last)])


def ship(
    folder: Path, mean: float = 0.25, size: int = SIZE, words: tuple[int, float] = (SIZE, 0.125), **facts: str
) -> Path:
    """Write a calibration; `words` is the size of how words differ, and how much they do."""
    folder.mkdir(exist_ok=True)
    tensors = {
        "text_mean": np.full(size, 0.1, dtype=np.float32),
        "photo_mean": np.full(size, mean, dtype=np.float32),
        "photo_covariance": np.eye(size, dtype=np.float32),
        "text_covariance": np.diag(np.full(words[0], words[1], dtype=np.float32)),
    }
    save_file(tensors, folder / "calibration.safetensors", {"templates": "{}|a {}", **facts})
    return folder


def test_a_shipped_calibration_is_used_at_once(
    tmp_path: Path, calibrations: Calibrations, embedder: PlacedTexts
) -> None:
    model = Model(embedder, ship(tmp_path / "model"))
    known = calibrations.of(model)
    assert known is not None
    assert (known.model_id, known.templates, known.photos) == (MODEL, ("{}", "a {}"), 0)
    calibrations.renew(model)
    assert calibrations.of(model) is known
    assert embedder.asked == []


def test_a_model_without_one_gets_the_mean_of_the_neutral_words(
    tmp_path: Path, catalog: Catalog, calibrations: Calibrations, embedder: PlacedTexts
) -> None:
    rows = add_photos(catalog, tmp_path, 0, 40)
    model = Model(embedder)
    assert calibrations.of(model) is None
    calibrations.renew(model)
    known = calibrations.of(model)
    assert known is not None
    assert known.templates == TEMPLATES
    assert known.text_mean == pytest.approx((NEUTRAL + vector_of(1) + vector_of(2)) / 3, abs=1e-5)
    assert known.photos == 40
    assert known.photo_mean == pytest.approx(rows.mean(axis=0), abs=1e-3)
    plain = np.cov(rows.T, bias=True)
    share = SIZE / (SIZE + 40)
    expected = (1 - share) * plain + share * np.trace(plain) / SIZE * np.eye(SIZE)
    assert known.photo_covariance == pytest.approx(expected, abs=1e-3)


def test_of_many_words_some_from_all_over_are_embedded_in_every_template(
    words: Path, calibrations: Calibrations, embedder: PlacedTexts
) -> None:
    words.write_text("\n".join(f"word{n}" for n in range(400)), encoding="utf-8")
    calibrations.renew(Model(embedder))
    in_templates = [each.replace("{}", f"word{n}") for n in range(0, 400, 10) for each in TEMPLATES]
    assert embedder.asked == in_templates + [f"word{n}" for n in range(400)]


def test_a_model_without_one_gets_how_the_bare_words_differ(
    calibrations: Calibrations, embedder: PlacedTexts
) -> None:
    model = Model(embedder)
    calibrations.renew(model)
    known = calibrations.of(model)
    assert known is not None
    assert known.text_covariance == pytest.approx(
        np.cov(np.array([NEUTRAL, vector_of(1), vector_of(2)]).T, bias=True), abs=1e-5
    )
    assert known.knows_words


def test_a_calibration_of_before_gains_how_words_differ(
    tmp_path: Path, catalog: Catalog, calibrations: Calibrations, embedder: PlacedTexts
) -> None:
    """Libraries of 0.4 and earlier have a file without it: they answer as before until it is made."""
    add_photos(catalog, tmp_path, 0, 40)
    model = Model(embedder)
    calibrations.renew(model)
    path = tmp_path / "calibrations" / f"{MODEL}.safetensors"
    with safe_open(path, framework="np") as file:
        tensors, facts = {name: file.get_tensor(name) for name in file.keys()}, file.metadata()  # noqa: SIM118
    del tensors["text_covariance"]
    save_file(tensors, path, facts)
    again = Calibrations(tmp_path, catalog, tmp_path / "resources")
    before = again.of(model)
    assert before is not None
    assert (before.knows_words, before.photos) == (False, 40)
    assert not before.judges(1)
    again.renew(model)
    after = again.of(model)
    assert after is not None
    assert after.judges(1)
    assert not after.judges(5)
    assert after.text_mean == pytest.approx(before.text_mean, abs=1e-6)


def test_it_is_remembered_in_a_file(
    tmp_path: Path, catalog: Catalog, words: Path, calibrations: Calibrations, embedder: PlacedTexts
) -> None:
    add_photos(catalog, tmp_path, 0, 40)
    calibrations.renew(Model(embedder))
    asked = len(embedder.asked)
    again = Calibrations(tmp_path, catalog, tmp_path / "resources")
    again.renew(Model(embedder))
    first, second = calibrations.of(Model(embedder)), again.of(Model(embedder))
    assert first is not None
    assert second is not None
    assert len(embedder.asked) == asked == 3 * len(TEMPLATES) + 3
    assert second.photo_covariance == pytest.approx(first.photo_covariance)
    assert (second.templates, second.photos) == (first.templates, first.photos)
    assert [path.name for path in (tmp_path / "calibrations").iterdir()] == [f"{MODEL}.safetensors"]


def test_it_is_made_again_when_the_library_has_grown_by_half(
    tmp_path: Path, catalog: Catalog, calibrations: Calibrations, embedder: PlacedTexts
) -> None:
    model = Model(embedder)
    sizes = []
    for first, last in ((0, 0), (0, 20), (20, 29), (29, 30), (30, 44), (44, 45)):
        add_photos(catalog, tmp_path, first, last)
        calibrations.renew(model)
        known = calibrations.of(model)
        assert known is not None
        sizes.append(known.photos)
    assert sizes == [0, 20, 20, 30, 30, 45]
    assert len(embedder.asked) == 3 * len(TEMPLATES) + 3


def test_own_photos_count_the_more_against_the_shipped_ones_the_more_there_are(
    tmp_path: Path, catalog: Catalog, calibrations: Calibrations, embedder: PlacedTexts
) -> None:
    model = Model(embedder, ship(tmp_path / "model"))
    add_photos(catalog, tmp_path, 0, 99)
    calibrations.renew(model)
    known = calibrations.of(model)
    assert known is not None
    assert known.photos == 0
    rows = add_photos(catalog, tmp_path, 99, 250)
    calibrations.renew(model)
    known = calibrations.of(model)
    assert known is not None
    assert known.photos == 250
    # As if 1,000 shipped photos and the 250 own ones lay in one heap.
    mean = (1000 * np.full(SIZE, 0.25) + 250 * rows.mean(axis=0)) / 1250
    assert known.photo_mean == pytest.approx(mean, abs=1e-3)
    second_moment = (
        1000 * (np.eye(SIZE) + np.full((SIZE, SIZE), 0.25**2)) + rows.T.astype(np.float64) @ rows
    ) / 1250
    assert known.photo_covariance == pytest.approx(second_moment - np.outer(mean, mean), abs=1e-3)
    assert known.templates == ("{}", "a {}")


def test_a_library_without_photos_is_calibrated_without_infinities(
    calibrations: Calibrations, embedder: PlacedTexts
) -> None:
    calibrations.renew(Model(embedder))
    known = calibrations.of(Model(embedder))
    assert known is not None
    assert np.isfinite(known.photo_covariance).all()
    assert np.trace(known.photo_covariance) > 0


def test_being_asked_to_stop_makes_nothing(calibrations: Calibrations, embedder: PlacedTexts) -> None:
    calibrations.renew(Model(embedder), lambda: True)
    assert calibrations.of(Model(embedder)) is None
    calibrations.renew(None)


def test_without_neutral_words_short_queries_are_left_alone(
    tmp_path: Path, catalog: Catalog, embedder: PlacedTexts
) -> None:
    calibrations = Calibrations(tmp_path, catalog, tmp_path / "nowhere")
    calibrations.renew(Model(embedder))
    known = calibrations.of(Model(embedder))
    assert known is not None
    assert known.templates == ()
    assert not known.text_mean.any()


def test_a_model_that_does_not_tell_words_apart_is_left_alone(
    catalog: Catalog, calibrations: Calibrations
) -> None:
    model = Model(PlacedTexts({}, NEUTRAL, MODEL))
    calibrations.renew(model)
    known = calibrations.of(model)
    assert known is not None
    assert known.templates == ()
    assert not known.text_mean.any()


def test_a_model_that_fails_is_logged_and_not_raised(
    calibrations: Calibrations, caplog: pytest.LogCaptureFixture
) -> None:
    class Failing(PlacedTexts):
        def embed_text(self, texts):
            raise ModelDamagedError("It gives no vectors.")

    with caplog.at_level(logging.WARNING):
        calibrations.renew(Model(Failing({}, NEUTRAL, MODEL)))
    assert "It gives no vectors" in caplog.text


def test_a_full_disk_costs_nothing_but_the_memory(
    tmp_path: Path, catalog: Catalog, words: Path, embedder: PlacedTexts, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "calibrations").write_text("in the way")
    calibrations = Calibrations(tmp_path, catalog, tmp_path / "resources")
    calibrations.renew(Model(embedder))
    assert calibrations.of(Model(embedder)) is not None
    assert "not kept" in caplog.text


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.write_bytes(b"nonsense"),
        lambda path: path.write_bytes(path.read_bytes()[:200]),
        lambda path: save_file({"text_mean": np.zeros(3, dtype=np.float32)}, path),
        lambda path: ship(path.parent, mean=float("nan")),
        lambda path: ship(path.parent, model="another"),
        lambda path: ship(path.parent, size=SIZE + 1),
        lambda path: ship(path.parent, words=(SIZE - 1, 0.125)),
        lambda path: ship(path.parent, words=(SIZE, float("inf"))),
        lambda path: ship(path.parent, own_photos="many"),
    ],
)
def test_a_file_that_cannot_be_used_is_as_good_as_none(tmp_path: Path, spoil) -> None:
    path = ship(tmp_path / "model") / "calibration.safetensors"
    assert load(path, MODEL, SIZE) is not None
    spoil(path)
    assert load(path, MODEL, SIZE) is None


@pytest.mark.model
def test_the_built_in_models_calibration_can_be_read(starter: Path) -> None:
    known = load(starter / "calibration.safetensors", "clip-x", 384)
    assert known is not None
    assert known.templates == TEMPLATES
    assert known.text_mean.shape == (384,)
    assert known.judges(1)
    assert unit(known.text_mean) @ known.text_mean == pytest.approx(0.557, abs=0.01)


def test_a_calibration_that_cannot_be_kept_leaves_nothing_behind_and_is_used(
    calibrations: Calibrations, catalog: Catalog, tmp_path: Path, embedder: PlacedTexts, monkeypatch
) -> None:
    add_photos(catalog, tmp_path, 0, 5)

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    before = sorted(tmp_path.rglob("*"))
    monkeypatch.setattr(Path, "replace", refuse)
    model = Model(embedder)
    assert calibrations.renew(model) is not None
    assert calibrations.of(model) is not None
    assert [path for path in sorted(tmp_path.rglob("*")) if path not in before and path.is_file()] == []
