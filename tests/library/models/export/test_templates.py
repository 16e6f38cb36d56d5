"""What ships of graphs is whole, and belongs to the models and architectures that are named."""

import hashlib
import json
from typing import Any

import pytest

from desktop_app import paths
from desktop_app.library.models.export.templates import shipped_configurations
from desktop_app.library.models.files import WEIGHTS_NAME, read_shapes
from desktop_app.library.models.reference.clip_import import import_open_clip
from desktop_app.library.models.runtime.architecture import architecture_of
from desktop_app.library.models.runtime.graph import IMAGE_NAME, TEXT_NAME, Graph
from desktop_app.library.models.runtime.graphs import EXPORTER_VERSION

MODELS = paths.resources() / "models"
SHIPPED = MODELS / "graphs"


def test_every_model_of_the_catalogue_and_every_named_architecture_has_its_graphs_and_nothing_else_is_there() -> (
    None
):
    wanted = {architecture_of(config) for _, config in shipped_configurations(MODELS)}
    assert {folder.name for folder in SHIPPED.iterdir()} == wanted


@pytest.mark.parametrize("architecture", sorted(folder.name for folder in SHIPPED.iterdir()))
def test_what_is_said_of_a_graph_is_true(architecture: str) -> None:
    folder = SHIPPED / architecture
    about = json.loads((folder / "graphs.json").read_text())
    assert (about["architecture"], about["exporter"]) == (architecture, EXPORTER_VERSION)
    for name in (IMAGE_NAME, TEXT_NAME):
        content = (folder / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == about["sha256"][name]
        assert len(content) < 1_000_000
        assert Graph(content, name).shapes


def test_the_built_in_models_graphs_want_what_its_weights_have() -> None:
    config = dict(shipped_configurations(MODELS))["built-in"]
    shapes = read_shapes(MODELS / "starter" / WEIGHTS_NAME)
    for name in (IMAGE_NAME, TEXT_NAME):
        asked = Graph.read(SHIPPED / architecture_of(config) / name).shapes
        assert asked == {tensor: shapes[tensor] for tensor in asked}


def test_the_named_architectures_are_those_of_open_clip() -> None:
    """Names, configurations and preparations are copied from open_clip, so that nobody needs it for them."""
    open_clip = import_open_clip()
    named: dict[str, dict[str, Any]] = json.loads((MODELS / "architectures.json").read_text())[
        "architectures"
    ]
    for name, config in named.items():
        assert config["model_cfg"] == open_clip.get_model_config(name)
        tags = open_clip.list_pretrained_tags_by_model(name)
        said = [
            {
                key: list(value) if isinstance(value, tuple) else value
                for key, value in open_clip.get_pretrained_cfg(name, tag).items()
            }
            for tag in tags
        ]
        assert any(config["preprocess_cfg"].items() <= one.items() for one in said)
