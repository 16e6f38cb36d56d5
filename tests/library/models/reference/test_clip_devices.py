"""torch on what is not the processor in float32: bfloat16, and devices that are not there."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from desktop_app import paths
from desktop_app.library.errors import LibraryError, ModelError, ModelRunError
from desktop_app.library.models.loading import Loading
from desktop_app.library.models.reference.clip import ClipEmbedder
from desktop_app.library.models.runtime import ways
from desktop_app.library.models.runtime.graphs import Graphs
from desktop_app.library.models.runtime.ways import OPENVINO, TORCH_BFLOAT16, TORCH_CUDA, way_here
from tests.tiny_clip import make_tiny_clip


@pytest.fixture(scope="module")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_clip(tmp_path_factory.mktemp("tiny"))


@pytest.mark.parametrize("device", ["cuda:99", "meta"])
def test_a_device_that_cannot_gets_a_sentence(tiny_folder: Path, device: str) -> None:
    with pytest.raises(ModelRunError, match=f"PyTorch cannot run the model on “{device}”"):
        ClipEmbedder.load(tiny_folder, name="Tiny", model_id="m", threads=1, device=device)


def test_a_named_device_gives_the_same_vectors_and_bfloat16_near_ones(tiny_folder: Path) -> None:
    usual, named, near = (
        ClipEmbedder.load(
            tiny_folder, name="Tiny", model_id="m", threads=1, device=device, precision=precision
        )
        for device, precision in (("", "float32"), ("cpu", "float32"), ("", "bfloat16"))
    )
    photo = usual.prepare(Image.effect_noise((64, 48), 60).convert("RGB"))
    exact = usual.embed_photos([photo])
    assert np.allclose(named.embed_photos([photo]), exact, atol=1e-6)
    cosine = float((near.embed_photos([photo]) * exact).sum())
    assert 0.95 < cosine < 1 - 1e-7
    assert near.embed_text(["a dog"]).dtype == np.float32


def test_a_card_that_fails_is_given_up_with_a_sentence(
    tiny_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_app.library.models.loading.why_not", lambda _way: "")  # a card is seen
    said: list[LibraryError] = []

    def never(_folder: Path) -> Path:
        raise ModelError("It cannot be exported.")

    opener = Loading(Graphs(paths.resources() / "models", tmp_path), never, said.append)
    way = ways.Way("torch-cuda", "torch", "float32", "PyTorch on a card", "cuda:99")
    embedder = opener.open(tiny_folder, name="Tiny", model_id="clip-1", way=way)
    assert embedder.embed_text(["a dog"]).shape[0] == 1
    assert [str(error).partition(".")[0] for error in said] == [
        "PyTorch on a card does not run Tiny on this computer; PyTorch, float32 does it from now on"
    ]


def test_a_way_that_is_none_here_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    assert way_here("openvino") == OPENVINO
    with pytest.raises(ModelError, match="There is no way “fast”"):
        way_here("fast")
    monkeypatch.setattr(ways, "why_no_card", lambda _device: "needs a graphics card, and none is seen")
    with pytest.raises(ModelError, match="needs a graphics card, and none is seen"):
        way_here(TORCH_CUDA.name)
    monkeypatch.setattr(ways, "cpu_has_bfloat16", lambda: False)
    with pytest.raises(ModelError, match="needs a processor that calculates with bfloat16"):
        way_here(TORCH_BFLOAT16.name)
    assert ways.why_not(OPENVINO) == ""
