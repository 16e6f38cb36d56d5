"""Makes networks of open_clip from a configuration alone, without weights and without a hub."""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from desktop_app.library.models.files import CONFIG_NAME
from desktop_app.library.models.reference.clip_import import import_open_clip, without_random_start


def network_of(config: Mapping[str, object]) -> Any:
    """Return a frozen float32 network of a configuration; what its weights are is left to chance.

    For the process as a whole; the caller sees to it that nobody else makes a network meanwhile.

    Args:
        config: An `open_clip_config.json` that was checked (see `files.read_config`).
    """
    open_clip = import_open_clip()
    with tempfile.TemporaryDirectory() as scratch, without_random_start():
        (Path(scratch) / CONFIG_NAME).write_text(json.dumps(config), "utf-8")
        network = open_clip.create_model(
            f"local-dir:{scratch}", load_weights=False, precision="fp32", device="cpu"
        )
    return network.eval().requires_grad_(requires_grad=False)


def load_network(folder: Path) -> tuple[Any, Any]:
    """Return the frozen float32 network of a model's folder, and open_clip's own preparation of a picture.

    For the process as a whole, as above.

    Args:
        folder: Was checked (see `files.check_model`).
    """
    open_clip = import_open_clip()
    with without_random_start():
        network, _, transform = open_clip.create_model_and_transforms(
            f"local-dir:{folder}", precision="fp32", device="cpu"
        )
    return network.eval().requires_grad_(requires_grad=False), transform
