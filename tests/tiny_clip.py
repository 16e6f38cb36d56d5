"""Makes real CLIP models of random weights: a tiny one in a moment, and one of full shape for benchmarks."""

import json
from pathlib import Path
from typing import Any

from desktop_app import paths
from desktop_app.library.models.files import CONFIG_NAME, WEIGHTS_NAME
from desktop_app.library.models.reference.clip_import import import_open_clip


def make_tiny_clip(
    folder: Path, dimension: int = 32, image_size: int = 32, seed: int = 0, **preprocess
) -> Path:
    """Write a ViT of two layers with fixed random weights into `folder`; returns the folder."""
    config = {
        "model_cfg": {
            "embed_dim": dimension,
            "vision_cfg": {"image_size": image_size, "layers": 2, "width": 64, "patch_size": 8},
            "text_cfg": {"context_length": 77, "vocab_size": 49408, "width": 32, "heads": 2, "layers": 2},
        },
        "preprocess_cfg": {"resize_mode": "shortest", **preprocess},
    }
    return write_model(folder, config, seed)


def make_vit_b_32_256(folder: Path, seed: int = 0) -> Path:
    """Write a model of the recommended one's shape (605 MB, random weights) into `folder`."""
    manifest = json.loads((paths.resources() / "models" / "models.json").read_text("utf-8"))
    config = next(entry["config"] for entry in manifest["models"] if entry["key"].startswith("ViT-B-32-256/"))
    return write_model(folder, config, seed)


def write_model(folder: Path, config: dict[str, Any], seed: int = 0) -> Path:
    """Write any configuration with random weights that depend on `seed` alone."""
    open_clip = import_open_clip()
    import safetensors.torch
    import torch

    with torch.random.fork_rng():
        torch.manual_seed(seed)
        network = open_clip.CLIP(**config["model_cfg"])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / CONFIG_NAME).write_text(json.dumps(config), "utf-8")
    weights = {name: tensor.contiguous() for name, tensor in network.state_dict().items()}
    safetensors.torch.save_file(weights, folder / WEIGHTS_NAME, metadata={"format": "pt"})
    return folder
