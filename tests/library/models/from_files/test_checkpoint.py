"""Weights that a person trained come alone: which architecture they are of is told by them, or by the person."""

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from desktop_app import paths
from desktop_app.library.errors import ModelDamagedError, ModelError, ModelMissingError
from desktop_app.library.models.architectures import NAME
from desktop_app.library.models.export.complete import export_complete
from desktop_app.library.models.export.exporter import export_templates
from desktop_app.library.models.export.networks import load_network
from desktop_app.library.models.files import CONFIG_NAME, WEIGHTS_NAME, read_config
from desktop_app.library.models.runtime.architecture import architecture_of
from desktop_app.library.models.runtime.compiled import make_tower
from desktop_app.library.models.runtime.graph import IMAGE_NAME, LONGEST_GRAPH, TEXT_NAME, Graph
from desktop_app.library.models.runtime.ways import OPENVINO
from desktop_app.library.models.runtime.weights import Weights
from desktop_app.library.models.shelf import ModelShelf
from tests.tiny_clip import make_tiny_clip

MODELS = paths.resources() / "models"


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_clip(tmp_path_factory.mktemp("tiny") / "mine")


@pytest.fixture(scope="module")
def resources(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An application that knows two architectures whose weights have equal shapes, and a third."""
    folder = tmp_path_factory.mktemp("resources")
    plain = dict(read_config(tiny / CONFIG_NAME))
    quick = {**plain, "model_cfg": {**plain["model_cfg"], "quick_gelu": True}}  # type: ignore[dict-item]
    network, _ = load_network(tiny)
    for config in (plain, quick):
        graphs = folder / "graphs" / architecture_of(config)
        graphs.mkdir(parents=True)
        export_templates(network, config, graphs)
    known = {"Tiny": plain, "Tiny-quickgelu": quick, "Unseen": {**plain, "model_cfg": {"embed_dim": 7}}}
    (folder / NAME).write_text(json.dumps({"format": 1, "architectures": known}))
    return folder


@pytest.fixture
def shelf(resources: Path, tmp_path: Path) -> ModelShelf:
    return ModelShelf(tmp_path / "data" / "models", resources)


def lone(tiny: Path, folder: Path, name: str = "tuned.safetensors") -> Path:
    """The weights without their configuration."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes((tiny / WEIGHTS_NAME).read_bytes())
    return folder / name


def test_the_named_architecture_configures_them(shelf: ModelShelf, tiny: Path, tmp_path: Path) -> None:
    choice = shelf.import_(lone(tiny, tmp_path / "stick"), architecture="Tiny-quickgelu")
    assert choice.ready
    assert choice.folder is not None
    assert read_config(choice.folder / CONFIG_NAME)["model_cfg"]["quick_gelu"] is True  # type: ignore[index]


def test_what_shapes_cannot_tell_is_asked(shelf: ModelShelf, tiny: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelMissingError, match="several architectures: Tiny, Tiny-quickgelu") as caught:
        shelf.import_(lone(tiny, tmp_path / "stick"))
    assert "--architecture" in caught.value.hint
    assert not shelf.choices()


def test_what_only_one_architecture_can_have_needs_no_name(
    shelf: ModelShelf, resources: Path, tiny: Path, tmp_path: Path
) -> None:
    other = tmp_path / "resources"
    (other / "graphs").parent.mkdir()
    (other / "graphs").symlink_to(resources / "graphs")
    known = json.loads((resources / NAME).read_text())
    del known["architectures"]["Tiny-quickgelu"]
    (other / NAME).write_text(json.dumps(known))
    choice = ModelShelf(tmp_path / "data" / "models", other).import_(lone(tiny, tmp_path / "stick"))
    assert choice.folder is not None
    assert read_config(choice.folder / CONFIG_NAME) == read_config(tiny / CONFIG_NAME)


@pytest.mark.parametrize("beginning", ["module.", "_orig_mod.", "module._orig_mod.", "model."])
def test_what_training_puts_before_every_name_is_taken_off(
    beginning: str, shelf: ModelShelf, tiny: Path, tmp_path: Path
) -> None:
    tensors = load_file(tiny / WEIGHTS_NAME)
    (tmp_path / "stick").mkdir()
    source = tmp_path / "stick" / "tuned.safetensors"
    save_file({f"{beginning}{name}": tensor for name, tensor in tensors.items()}, source, {"format": "pt"})
    before = source.read_bytes()
    choice = shelf.import_(source, architecture="Tiny")
    assert choice.folder is not None
    made = load_file(choice.folder / WEIGHTS_NAME)
    assert made.keys() == tensors.keys()
    for name, tensor in tensors.items():
        np.testing.assert_array_equal(made[name], tensor)
    assert source.read_bytes() == before


def test_weights_of_another_architecture_are_refused_by_the_part_that_differs(
    shelf: ModelShelf, tiny: Path, tmp_path: Path
) -> None:
    larger = make_tiny_clip(tmp_path / "larger", dimension=48)
    (larger / CONFIG_NAME).unlink()
    with pytest.raises(ModelDamagedError, match="promises vectors of 32, the weights make 48"):
        shelf.import_(larger, architecture="Tiny")
    tensors = load_file(tiny / WEIGHTS_NAME)
    del tensors["ln_final.weight"]
    (tmp_path / "stick").mkdir()
    save_file(tensors, tmp_path / "stick" / "cut.safetensors")
    with pytest.raises(ModelDamagedError, match=r"do not have the part “ln_final\.weight”"):
        shelf.import_(tmp_path / "stick" / "cut.safetensors", architecture="Tiny")
    tensors["ln_final.weight"] = np.ones(31, dtype=np.float32)
    save_file(tensors, tmp_path / "stick" / "cut.safetensors")
    with pytest.raises(ModelDamagedError, match=r"part “ln_final\.weight” is 31, not 32"):
        shelf.import_(tmp_path / "stick" / "cut.safetensors", architecture="Tiny")
    assert not shelf.choices()


def test_a_configuration_that_does_not_fit_the_weights_is_found_out(
    shelf: ModelShelf, tiny: Path, tmp_path: Path
) -> None:
    """It lies beside them, and yet is not theirs; so far this was found out when the model was loaded."""
    tensors = load_file(tiny / WEIGHTS_NAME)
    tensors["visual.ln_pre.weight"] = np.ones(63, dtype=np.float32)
    (tmp_path / "stick").mkdir()
    save_file(tensors, tmp_path / "stick" / WEIGHTS_NAME)
    (tmp_path / "stick" / CONFIG_NAME).write_bytes((tiny / CONFIG_NAME).read_bytes())
    with pytest.raises(ModelDamagedError, match=r"part “visual\.ln_pre\.weight” is 63, not 64"):
        shelf.import_(tmp_path / "stick")


def test_an_unknown_name_lists_those_that_are_known(shelf: ModelShelf, tiny: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelMissingError, match="no architecture called Tyni") as caught:
        shelf.import_(lone(tiny, tmp_path / "stick"), architecture="Tyni")
    assert "Tiny, Tiny-quickgelu" in caught.value.hint


def test_a_lora_alone_is_no_model(shelf: ModelShelf, tmp_path: Path) -> None:
    (tmp_path / "stick").mkdir()
    source = tmp_path / "stick" / "lora.safetensors"
    save_file({"base.visual.proj.lora_A.weight": np.ones((2, 2), dtype=np.float32)}, source)
    with pytest.raises(ModelDamagedError, match="LoRA") as caught:
        shelf.import_(source, architecture="Tiny")
    assert "Merge" in caught.value.hint


def test_a_pickle_is_refused_whatever_is_said_of_it(shelf: ModelShelf, tmp_path: Path) -> None:
    source = tmp_path / "epoch_12.pt"
    source.write_bytes(b"PK\x03\x04")
    with pytest.raises(ModelError, match="pickle"):
        shelf.import_(source, architecture="Tiny")


@pytest.fixture
def bare_resources(tmp_path: Path) -> Path:
    """An application that knows no architecture."""
    (tmp_path / "bare").mkdir()
    return tmp_path / "bare"


def written_out(tiny: Path, resources: Path, folder: Path) -> Path:
    """What `model export` writes."""
    graphs = resources / "graphs" / architecture_of(read_config(tiny / CONFIG_NAME))
    export_complete(tiny, graphs, folder, title="Tiny")
    return folder


def test_a_model_that_was_exported_elsewhere_brings_its_graphs(
    bare_resources: Path, resources: Path, tiny: Path, tmp_path: Path
) -> None:
    source = written_out(tiny, resources, tmp_path / "stick")
    shelf = ModelShelf(tmp_path / "data" / "models", bare_resources)
    choice = shelf.import_(source)
    assert choice.folder is not None
    config = read_config(choice.folder / CONFIG_NAME)
    graphs = shelf.graphs.folder_of(config)
    assert graphs is not None
    for name in (IMAGE_NAME, TEXT_NAME):
        shipped = Graph.read(resources / "graphs" / architecture_of(config) / name)
        assert Graph.read(graphs / name).shapes == shipped.shapes
        assert not (choice.folder / name).exists()
    prepared = np.zeros((1, 3, 32, 32), dtype=np.float32)
    runs = [
        make_tower(OPENVINO, Graph.read(graphs / IMAGE_NAME), Weights(folder / WEIGHTS_NAME), 1).run(prepared)
        for folder in (choice.folder, tiny)
    ]
    np.testing.assert_array_equal(runs[0], runs[1])


def test_graphs_that_do_not_belong_to_the_weights_are_refused(
    bare_resources: Path, resources: Path, tiny: Path, tmp_path: Path
) -> None:
    source = written_out(tiny, resources, tmp_path / "stick")
    other = MODELS / "graphs" / architecture_of(read_config(MODELS / "starter" / CONFIG_NAME))
    shelf = ModelShelf(tmp_path / "data" / "models", bare_resources)
    for content, said in (
        ((other / TEXT_NAME).read_bytes(), "does not belong to the weights"),
        (b"no graph at all" * 9, "not a model's graph"),
        (b" " * (LONGEST_GRAPH + 1), "too large"),
    ):
        (source / TEXT_NAME).write_bytes(content)
        with pytest.raises(ModelDamagedError, match=said):
            shelf.import_(source)
        assert not shelf.choices()
        assert shelf.graphs.folder_of(read_config(tiny / CONFIG_NAME)) is None


def test_graphs_of_an_architecture_that_is_known_are_not_needed(
    shelf: ModelShelf, resources: Path, tiny: Path, tmp_path: Path
) -> None:
    source = written_out(tiny, resources, tmp_path / "stick")
    (source / TEXT_NAME).write_bytes(b"whatever")
    choice = shelf.import_(source)
    assert choice.folder is not None
    assert not (choice.folder / TEXT_NAME).exists()
    assert not (choice.folder.parent / ".graphs").exists()
