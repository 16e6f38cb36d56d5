"""The models that are measured: real shapes, with random weights where there are no others on the machine."""

from collections.abc import Callable
from pathlib import Path

from desktop_app import paths
from tests.tiny_clip import make_tiny_clip, make_vit_b_32_256


def _built_in(_folder: Path) -> Path:
    return paths.resources() / "models" / "starter"


MAKERS: dict[str, Callable[[Path], Path]] = {
    "ViT-B-32-256": make_vit_b_32_256,
    "built-in": _built_in,
    "tiny": make_tiny_clip,
}
"""Name → what puts such a model into a folder and returns the folder."""


def model_folder(work: Path, name: str) -> Path:
    """Return a model's folder, made below `work` where it is not there yet."""
    folder = work / "models" / name
    return folder if folder.is_dir() else MAKERS[name](folder)
