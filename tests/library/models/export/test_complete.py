"""A model as ordinary ONNX files, for other programs."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from PIL import Image

from desktop_app import paths
from desktop_app.library.errors import LibraryError, ModelError
from desktop_app.library.models.export.checking import TEXTS, drawn_pictures
from desktop_app.library.models.export.clip_words import clip_tokenizer_json
from desktop_app.library.models.export.complete import ALL_WEIGHTS_NAME, export_complete
from desktop_app.library.models.files import CONFIG_NAME, WEIGHTS_NAME, read_config, read_shapes
from desktop_app.library.models.inputs.clip_tokenizer import ClipTokenizer
from desktop_app.library.models.runtime.graph import IMAGE_NAME, TEXT_NAME
from desktop_app.library.models.runtime.graphs import Graphs
from desktop_app.library.models.shelf import ModelShelf
from tests.tiny_clip import make_tiny_clip

MODELS = paths.resources() / "models"
BUILT_IN = MODELS / "starter"


def graphs_of_built_in() -> Path:
    folder = Graphs(MODELS, MODELS).folder_of(read_config(BUILT_IN / CONFIG_NAME))
    assert folder is not None
    return folder


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exported") / "model"
    export_complete(BUILT_IN, graphs_of_built_in(), folder, title="Built-in model", licence="Apache-2.0")
    return folder


def test_it_runs_in_plain_onnx_runtime_by_its_own_readme_and_gives_what_open_clip_gives(
    exported: Path,
) -> None:
    from desktop_app.library.models.reference.clip import ClipEmbedder

    picture = next(drawn_pictures())
    picture.save(exported / "photo.png")
    code = (exported / "README.md").read_text("utf-8").split("```python\n")[1].split("```")[0]
    code = code.replace("photo.jpg", "photo.png") + "\nnp.savez('made.npz', photos=photos, words=words)\n"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    subprocess.run([sys.executable, "-c", code], cwd=exported, check=True, env=environment)
    with np.load(exported / "made.npz") as file:
        made = dict(file)
    original = ClipEmbedder.load(BUILT_IN, name="Built-in model")
    photos = original.embed_photos([original.prepare(picture)])
    words = original.embed_text(["a dog on the beach", "a red car"])
    assert (made["photos"] * photos).sum(axis=1).min() >= 0.9999
    assert (made["words"] * words).sum(axis=1).min() >= 0.9999


def test_its_files_are_what_they_should_be(exported: Path) -> None:
    for name in (IMAGE_NAME, TEXT_NAME):
        onnx.checker.check_model(str(exported / name), full_check=True)
    shapes = read_shapes(exported / ALL_WEIGHTS_NAME)
    assert shapes["visual.trunk.conv_stem.weight"] == (32, 3, 3, 3)
    assert shapes["token_embedding.weight"] == (49408, 256)
    said = json.loads((exported / "preprocess.json").read_text())
    assert said["size"] == [256, 256]
    assert (said["resize_mode"], said["interpolation"]) == ("squash", "bicubic")
    assert said["std"] == [0.5019607843137255] * 3
    assert "Apache-2.0" in (exported / "README.md").read_text("utf-8")


def test_the_words_of_clip_are_those_of_open_clip_in_any_program() -> None:
    from tokenizers import Tokenizer

    texts = [
        *TEXTS,
        "it's  they'LL I'm",
        "",
        "  ",
        "<end_of_text> x",
        "naïve café 12345",
        "İstanbul",
        "a\tb\nc",
    ]
    rows = Tokenizer.from_str(clip_tokenizer_json(77)).encode_batch(texts)
    np.testing.assert_array_equal([row.ids for row in rows], ClipTokenizer(77).tokens(texts))


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(ModelError, match="not an empty folder"):
        export_complete(BUILT_IN, graphs_of_built_in(), tmp_path, title="x")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_an_empty_folder_is_filled_and_nothing_is_left_of_one_that_was_stopped(tmp_path: Path) -> None:
    target = tmp_path / "model"
    target.mkdir()
    wanted = iter([True, True, False])
    with pytest.raises(LibraryError, match="stopped"):
        export_complete(BUILT_IN, graphs_of_built_in(), target, title="x", is_wanted=lambda: next(wanted))
    assert [path.name for path in tmp_path.iterdir()] == ["model"]
    assert not list(target.iterdir())
    export_complete(BUILT_IN, graphs_of_built_in(), target, title="x")
    assert onnxruntime.InferenceSession(str(target / TEXT_NAME)).get_inputs()[0].shape == ["n", 32]
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelError, match="cannot be written"):
        export_complete(BUILT_IN, graphs_of_built_in(), tmp_path / "file" / "model", title="x")


def test_a_drawn_picture_is_the_same_every_time() -> None:
    one, other = list(drawn_pictures()), list(drawn_pictures())
    assert [picture.tobytes() for picture in one] == [picture.tobytes() for picture in other]
    assert len({picture.size for picture in one}) > 5
    assert all(isinstance(picture, Image.Image) and picture.mode == "RGB" for picture in one)


@pytest.mark.parametrize("kind", ["the built-in one", "a small one"])
def test_open_clip_loads_what_was_exported_and_lacks_nothing(
    exported: Path, kind: str, tmp_path: Path
) -> None:
    """A checkpoint without `logit_scale` is none for it."""
    from safetensors.torch import load_file

    from desktop_app.library.models.reference.clip_import import import_open_clip

    source, folder = BUILT_IN, exported
    if kind == "a small one":
        source, folder = make_tiny_clip(tmp_path / "tiny"), tmp_path / "written"
        shelf = ModelShelf(tmp_path / "data" / "models", MODELS)
        shelf.write_out(str(source), folder)
    network = import_open_clip().create_model(f"local-dir:{folder}")
    weights = load_file(folder / ALL_WEIGHTS_NAME)
    network.load_state_dict(weights, strict=True)
    before = load_file(source / WEIGHTS_NAME)
    assert set(weights) == set(before)
    assert "logit_scale" in weights
    assert all((weights[name].float() == tensor.float()).all() for name, tensor in before.items())
    assert "local-dir:" in (folder / "README.md").read_text("utf-8")
