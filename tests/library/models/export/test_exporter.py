"""Graphs without weights: true to the network, and fit for any weights of its architecture."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

from desktop_app import paths
from desktop_app.library.models.export.checking import TEXTS, drawn_pictures
from desktop_app.library.models.export.exporter import ABOUT_NAME, export_templates
from desktop_app.library.models.export.networks import load_network, network_of
from desktop_app.library.models.export.templates import shipped_configurations
from desktop_app.library.models.files import CONFIG_NAME, WEIGHTS_NAME, read_config, read_shapes
from desktop_app.library.models.inputs.pictures import PicturePreparation
from desktop_app.library.models.inputs.tokenizer import tokenizer_of
from desktop_app.library.models.runtime.architecture import architecture_of
from desktop_app.library.models.runtime.compiled import make_tower
from desktop_app.library.models.runtime.graph import IMAGE_NAME, TEXT_NAME, Graph
from desktop_app.library.models.runtime.ways import ONNXRUNTIME, OPENVINO, Way
from desktop_app.library.models.runtime.weights import Weights
from tests.tiny_clip import make_tiny_clip

MODELS = paths.resources() / "models"
SHIPPED = MODELS / "graphs"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_clip(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def graphs(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Exported from a network whose biases are all zero, so that many of its tensors are equal."""
    folder = tmp_path_factory.mktemp("graphs")
    network, _ = load_network(model)
    export_templates(network, read_config(model / CONFIG_NAME), folder)
    return folder


def stirred(model: Path, folder: Path) -> Path:
    """The same model with other weights, none of them equal."""
    from safetensors.numpy import load_file, save_file

    chance = np.random.default_rng(1)
    folder.mkdir()
    (folder / CONFIG_NAME).write_bytes((model / CONFIG_NAME).read_bytes())
    tensors = {
        name: np.asarray(tensor + chance.normal(0, 0.05, tensor.shape), dtype=np.float32)
        for name, tensor in load_file(model / WEIGHTS_NAME).items()
    }
    save_file(tensors, folder / WEIGHTS_NAME)
    return folder


def cosines(one: Any, other: Any) -> Any:
    return (one * other).sum(axis=1) / np.linalg.norm(one, axis=1) / np.linalg.norm(other, axis=1)


@pytest.mark.parametrize("way", [OPENVINO, ONNXRUNTIME], ids=lambda way: way.name)
def test_other_weights_of_the_architecture_fit_and_give_what_open_clip_gives(
    way: Way, model: Path, graphs: Path, tmp_path: Path
) -> None:
    import torch

    other = stirred(model, tmp_path / "other")
    network, transform = load_network(other)
    config, weights = read_config(other / CONFIG_NAME), Weights(other / WEIGHTS_NAME)
    pictures = list(drawn_pictures())
    pixels = np.stack([PicturePreparation.of(config)(picture) for picture in pictures])
    tokens = tokenizer_of(config, other).tokens(TEXTS)
    image = make_tower(way, Graph.read(graphs / IMAGE_NAME), weights, 1)
    text = make_tower(way, Graph.read(graphs / TEXT_NAME), weights, 1)
    with torch.inference_mode():
        of_pictures = network.encode_image(torch.stack([transform(picture) for picture in pictures])).numpy()
        of_texts = network.encode_text(torch.from_numpy(tokens)).numpy()
    assert cosines(image.run(pixels), of_pictures).min() >= 0.9999
    assert cosines(image.run(pixels[:1]), of_pictures[:1]).min() >= 0.9999
    assert cosines(text.run(tokens), of_texts).min() >= 0.9999
    # Some of them are unlike, so that the figures above say something.
    assert cosines(of_texts, of_texts[::-1]).min() < 0.999


def test_the_same_architecture_gives_the_same_bytes_whatever_the_weights_are(
    model: Path, graphs: Path, tmp_path: Path
) -> None:
    network, _ = load_network(stirred(model, tmp_path / "other"))
    again = tmp_path / "again"
    again.mkdir()
    export_templates(network, read_config(model / CONFIG_NAME), again)
    for name in (IMAGE_NAME, TEXT_NAME, ABOUT_NAME):
        assert (again / name).read_bytes() == (graphs / name).read_bytes()


def test_a_graph_holds_no_weights_and_names_them_as_the_checkpoint_does(model: Path, graphs: Path) -> None:
    shapes = read_shapes(model / WEIGHTS_NAME)
    asked: dict[str, tuple[int, ...]] = {}
    for name in (IMAGE_NAME, TEXT_NAME):
        content = (graphs / name).read_bytes()
        assert len(content) < 1_000_000
        assert str(Path(__file__).parents[4]).encode() not in content  # torch notes where each node came from
        asked |= Graph(content, name).shapes
    assert asked == {name: shape for name, shape in shapes.items() if name != "logit_scale"}


def test_the_number_of_photos_alone_is_open(graphs: Path) -> None:
    for name, given in ((IMAGE_NAME, ["n", 3, 32, 32]), (TEXT_NAME, ["n", 77])):
        model = onnx.load(graphs / name, load_external_data=False)
        sides = [side.dim_param or side.dim_value for side in model.graph.input[0].type.tensor_type.shape.dim]
        assert sides == given
        sides = [
            side.dim_param or side.dim_value for side in model.graph.output[0].type.tensor_type.shape.dim
        ]
        assert sides == ["n", 32]
        kinds = [node.op_type for node in model.graph.node]
        assert kinds.count("Shape") <= 1
        assert not {"Cast", "Identity", "Constant", "ConstantOfShape"} & set(kinds)


def test_it_says_what_it_is_of(model: Path, graphs: Path) -> None:
    about = json.loads((graphs / ABOUT_NAME).read_text())
    assert about["architecture"] == architecture_of(read_config(model / CONFIG_NAME))
    assert (about["side"], about["context_length"], about["dimension"]) == (32, 77, 32)


def test_padding_as_in_tensorflow_is_computed_once() -> None:
    """The built-in model's convolutions pad by a formula of the picture's size, which is always the same."""
    graph = onnx.load(SHIPPED / architecture_of(built_in()) / IMAGE_NAME, load_external_data=False).graph
    kinds = {node.op_type for node in graph.node}
    assert "Pad" in kinds
    assert not {"Shape", "Ceil", "Gather", "Concat", "Slice"} & kinds


def built_in() -> Any:
    return read_config(MODELS / "starter" / CONFIG_NAME)


def test_what_ships_is_what_the_exporter_makes(tmp_path: Path) -> None:
    """Of the smallest; `python -m desktop_app.library.models.export.templates` makes all of them again, in minutes."""
    config = dict(shipped_configurations(MODELS))["built-in"]
    export_templates(network_of(config), config, tmp_path)
    shipped = SHIPPED / architecture_of(config)
    for file in (IMAGE_NAME, TEXT_NAME):
        assert (shipped / file).read_bytes() == (tmp_path / file).read_bytes()
