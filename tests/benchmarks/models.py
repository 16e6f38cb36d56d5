"""The models that are measured: real shapes, with random weights where there are no others on the machine."""

from collections.abc import Callable
from pathlib import Path

from desktop_app import paths
from desktop_app.library.models.files import CONFIG_NAME, read_config
from desktop_app.library.models.runtime.graph import IMAGE_NAME, TEXT_NAME
from desktop_app.library.models.runtime.graphs import Graphs
from tests.benchmarks.processes import answer_of
from tests.tiny_clip import make_tiny_clip, make_vit_b_32_256

_EXPORT = """
import sys
from pathlib import Path
from desktop_app.library.models.export.exporter import export_templates
from desktop_app.library.models.export.networks import network_of
from desktop_app.library.models.files import CONFIG_NAME, read_config
config = read_config(Path(sys.argv[1]) / CONFIG_NAME)
export_templates(network_of(config), config, Path(sys.argv[2]))
print([])
"""


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


def graphs_of(folder: Path, exported: Path) -> Path:
    """Return a model's graphs: those that ship, or were made before, or are made now."""
    shipped = Graphs(paths.resources() / "models", exported).folder_of(read_config(folder / CONFIG_NAME))
    if shipped is not None:
        return shipped
    if all((exported / name).is_file() for name in (IMAGE_NAME, TEXT_NAME)):
        return exported
    exported.mkdir(parents=True, exist_ok=True)
    answer_of(_EXPORT, str(folder), str(exported))
    return exported
