"""The model that a made library is searched with: the built-in one, turned into a space of 512 numbers."""

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from desktop_app import paths
from desktop_app.library.models.files import CONFIG_NAME, WEIGHTS_NAME
from desktop_app.library.models.reference.clip import model_id_of
from desktop_app.library.search.calibration import SHIPPED_NAME, load
from tests.benchmarks.vectors import Space

STARTER_DIMENSION = 384
DIMENSION = 512
"""As many numbers as a vector of the recommended models has."""

_IMAGE_END, _TEXT_END = "visual.head.mlp.fc2.weight", "text_projection"
# open_clip gives the layer before the last twice as many numbers as a vector has; those that are added here say nothing.
_BEFORE, _BIAS = "visual.head.mlp.fc1.weight", "visual.head.mlp.fc1.bias"


def starter_folder() -> Path:
    """Return where the built-in model lies."""
    return paths.resources() / "models" / "starter"


def make_wide_starter(folder: Path, dimension: int = DIMENSION) -> Path:
    """Write the built-in model with longer vectors into a folder, unless it is there; returns the folder.

    The last layer of each tower is multiplied by the same matrix of orthonormal rows, so every cosine stays as it was, words
    lie to photos as they did, and no number of a vector is better than another.
    """
    folder = folder / f"starter-{dimension}"
    if (folder / WEIGHTS_NAME).exists():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    turn = _turn(dimension)
    weights = load_file(starter_folder() / WEIGHTS_NAME)
    kind = weights[_TEXT_END].dtype
    weights[_TEXT_END] = (weights[_TEXT_END].astype(np.float32) @ turn).astype(kind)
    added = (0, 2 * (dimension - STARTER_DIMENSION))
    end = np.pad(weights[_IMAGE_END].astype(np.float32), ((0, 0), added))
    weights[_IMAGE_END] = (turn.T @ end).astype(kind)
    weights[_BEFORE] = np.pad(weights[_BEFORE], (added, (0, 0)))
    weights[_BIAS] = np.pad(weights[_BIAS], added)
    config = json.loads((starter_folder() / CONFIG_NAME).read_text("utf-8"))
    config["model_cfg"]["embed_dim"] = dimension
    (folder / CONFIG_NAME).write_text(json.dumps(config), "utf-8")
    save_file(weights, folder / WEIGHTS_NAME, metadata={"format": "pt"})
    return folder


def space_of(dimension: int) -> Space:
    """Return where photos lie in the space of `make_wide_starter`, or of the built-in model for its own dimension.

    Drawn photos fill all directions: those that the built-in model lacks are as narrow as its narrowest.

    Raises:
        RuntimeError: The built-in model's calibration is not there.
    """
    folder = starter_folder()
    calibration = load(folder / SHIPPED_NAME, model_id_of(folder), STARTER_DIMENSION)
    if calibration is None:
        raise RuntimeError(f"the built-in model has no calibration in {folder}")
    mean, covariance = calibration.photo_mean, calibration.photo_covariance
    if dimension == STARTER_DIMENSION:
        return Space(mean, covariance)
    turn = _turn(dimension)
    narrowest = np.float32(max(np.linalg.eigvalsh(covariance.astype(np.float64))[0], 0))
    beside = np.eye(dimension, dtype=np.float32) - turn.T @ turn
    return Space(mean @ turn, (turn.T @ covariance @ turn + narrowest * beside).astype(np.float32))


def _turn(dimension: int) -> NDArray[np.float32]:
    """Return ``(384, dimension)`` with orthonormal rows; the same each time."""
    drawn = np.random.default_rng(18).standard_normal((dimension, dimension))
    return np.linalg.qr(drawn)[0][:STARTER_DIMENSION].astype(np.float32)
