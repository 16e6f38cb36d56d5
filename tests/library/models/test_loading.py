"""Opening a model's files: by a graph that ships, one that is exported now, or torch where nothing else can."""

import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from desktop_app import paths
from desktop_app.library.errors import LibraryError, ModelError, ModelRunError
from desktop_app.library.models import loading
from desktop_app.library.models.loading import Loading
from desktop_app.library.models.reference.clip import ClipEmbedder
from desktop_app.library.models.runtime.compiled import CompiledEmbedder
from desktop_app.library.models.runtime.graphs import Graphs
from desktop_app.library.models.runtime.ways import (
    OPENVINO,
    OPENVINO_BFLOAT16,
    TORCH,
    TORCH_BFLOAT16,
    TORCH_CUDA,
    Way,
)
from tests.tiny_clip import make_tiny_clip


def refuse(folder: Path) -> Path:
    raise ModelError(f"{folder} cannot be exported.")


@pytest.fixture
def never(tmp_path: Path) -> Loading:
    """Knows the shipped graphs, and cannot make any."""
    return Loading(Graphs(paths.resources() / "models", tmp_path / "models"), refuse)


@pytest.fixture(scope="module")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_clip(tmp_path_factory.mktemp("tiny"))


def test_a_model_whose_graph_ships_needs_no_torch(never: Loading, starter: Path, monkeypatch):
    monkeypatch.setattr(loading, "why_not", lambda way: "is not installed" if way == TORCH else "")
    embedder = never.open(starter, name="Built-in", model_id="clip-1")
    assert isinstance(embedder, CompiledEmbedder)
    assert (embedder.model_id, embedder.way) == ("clip-1", OPENVINO)
    assert embedder.embed_text(["a dog"]).shape == (1, 384)


def test_an_inexact_way_has_a_space_of_its_own(never: Loading, starter: Path):
    embedder = never.open(starter, name="Built-in", model_id="clip-1", way=OPENVINO_BFLOAT16)
    assert embedder.model_id == "clip-1-openvino-bf16"


@pytest.mark.parametrize("way", [OPENVINO_BFLOAT16, TORCH_BFLOAT16, TORCH_CUDA], ids=lambda way: way.name)
def test_a_way_of_another_computer_gives_way_to_the_usual_one_in_the_same_space(
    never: Loading, starter: Path, monkeypatch, way: Way
):
    """Else a library that was brought here would run up to seventeen times slower, or not at all."""
    monkeypatch.setattr(loading, "why_not", lambda asked: "needs what is not here" if asked == way else "")
    said: list[LibraryError] = []
    embedder = replace(never, say=said.append).open(starter, name="Built-in", model_id="clip-1", way=way)
    assert isinstance(embedder, CompiledEmbedder)
    assert (embedder.way, embedder.model_id) == (OPENVINO, way.space_of("clip-1"))
    assert [error.sentence for error in said] == [
        f"{way.title} does not run Built-in on this computer; OpenVINO, float32 does it from now on."
    ]


def test_torch_is_taken_when_it_is_chosen(never: Loading, tiny_folder: Path):
    embedder = never.open(tiny_folder, name="Tiny", model_id="clip-1", way=TORCH)
    assert isinstance(embedder, ClipEmbedder)


def test_other_weights_of_a_known_architecture_need_no_export(never: Loading, starter: Path, tmp_path: Path):
    from safetensors.numpy import load_file, save_file

    weights = load_file(starter / "open_clip_model.safetensors")
    weights["text_projection"] = -weights["text_projection"]
    save_file(weights, tmp_path / "open_clip_model.safetensors")
    (tmp_path / "open_clip_config.json").write_bytes((starter / "open_clip_config.json").read_bytes())
    tuned = never.open(tmp_path, name="Tuned", model_id="clip-2").embed_text(["a dog"])
    plain = never.open(starter, name="Built-in", model_id="clip-1").embed_text(["a dog"])
    assert np.allclose(tuned, -plain, atol=1e-5)


def test_what_cannot_be_exported_is_run_by_torch(never: Loading, tiny_folder: Path, caplog):
    embedder = never.open(tiny_folder, name="Tiny", model_id="clip-1")
    assert isinstance(embedder, ClipEmbedder)
    assert "Tiny is run by torch, for it cannot be exported" in caplog.text


def test_without_torch_the_reason_is_said(never: Loading, tiny_folder: Path, monkeypatch):
    monkeypatch.setattr(loading, "why_not", lambda way: "needs the package open_clip, which is not installed")
    with pytest.raises(ModelError, match="cannot be exported"):
        never.open(tiny_folder, name="Tiny", model_id="clip-1")
    with pytest.raises(ModelRunError, match="PyTorch needs the package open_clip"):
        never.open(tiny_folder, name="Tiny", model_id="clip-1", way=TORCH)


class FailsAfter:
    """A network whose halves stop after so many calls, as a card does that is taken away."""

    def __init__(self, network, calls: int) -> None:
        self._network = network
        self._left = calls

    def _may(self) -> None:
        if not self._left:
            raise RuntimeError("CUDA error: unspecified launch failure")
        self._left -= 1

    def encode_image(self, pictures):
        self._may()
        return self._network.encode_image(pictures)

    def encode_text(self, tokens):
        self._may()
        return self._network.encode_text(tokens)


@pytest.mark.parametrize("way", [TORCH, TORCH_BFLOAT16], ids=lambda way: way.name)
def test_a_way_of_torch_that_fails_in_use_gives_way_to_the_usual_one_once(
    never: Loading, starter: Path, monkeypatch, way
):
    monkeypatch.setattr(loading, "why_not", lambda _way: "")
    said: list[LibraryError] = []
    right = never.open(starter, name="Built-in", model_id="clip-1").embed_text(["a dog", "a cat"])
    embedder = replace(never, say=said.append).open(starter, name="Built-in", model_id="clip-1", way=way)
    assert isinstance(embedder, ClipEmbedder)
    embedder._network = FailsAfter(embedder._network, 2)
    photo = embedder.prepare(Image.effect_noise((64, 48), 60).convert("RGB"))
    assert embedder.embed_photos([photo]).shape == embedder.embed_photos([photo]).shape == (1, 384)
    assert said == []
    lanes = [threading.Thread(target=embedder.embed_photos, args=([photo],)) for _ in range(4)]
    for lane in lanes:
        lane.start()
    for lane in lanes:
        lane.join()
    assert (embedder.embed_text(["a dog", "a cat"]) * right).sum(axis=1).min() > 0.9999
    assert embedder.model_id == way.space_of("clip-1")
    assert embedder.way == OPENVINO
    assert [error.sentence for error in said] == [
        f"{way.title} does not run Built-in on this computer; OpenVINO, float32 does it from now on."
    ]
    embedder.close()


def test_where_nothing_else_runs_it_the_failure_is_said(never: Loading, starter: Path, monkeypatch):
    monkeypatch.setattr(loading, "default_way", lambda: TORCH)
    embedder = never.open(starter, name="Built-in", model_id="clip-1", way=TORCH)
    assert isinstance(embedder, ClipEmbedder)
    embedder._network = FailsAfter(embedder._network, 0)
    with pytest.raises(ModelRunError, match="unspecified launch failure"):
        embedder.embed_text(["a dog"])
