"""Where the graph of an architecture lies: shipped with the application, or exported on this computer."""

from pathlib import Path

from desktop_app import own_files
from desktop_app.library.models.files import Config, own_graphs
from desktop_app.library.models.runtime.architecture import architecture_of
from desktop_app.library.models.runtime.graph import IMAGE_NAME, TEXT_NAME

SHIPPED = "graphs"
EXPORTED = ".graphs"
EXPORTER_VERSION = 1
"""Changes when graphs are made in another way; those made by an earlier version are not used any more."""


class Graphs:
    """The graphs that are at hand. Any thread; only looks, never writes."""

    def __init__(self, resources: Path, models: Path) -> None:
        """Name the folders.

        Args:
            resources: The application's `models` folder, with the shipped graphs in its `graphs`.
            models: The library's folder of models, with exported ones in its `.graphs`.
        """
        self._resources = resources
        self._models = models

    def of_model(self, folder: Path, config: Config) -> Path | None:
        """Return the folder with the graphs of the model in a folder: its own ones, or those of its architecture."""
        return folder if own_graphs(config) else self.folder_of(config)

    def folder_of(self, config: Config) -> Path | None:
        """Return the folder with `image.onnx` and `text.onnx` for a model's configuration; None when there is none."""
        architecture = architecture_of(config)
        shipped = self._resources / SHIPPED / architecture
        if all((shipped / name).is_file() for name in (IMAGE_NAME, TEXT_NAME)):
            return shipped
        exported = self.exported_folder(architecture)
        below = self._models.parent
        is_there = all(own_files.is_there(exported / name, below=below) for name in (IMAGE_NAME, TEXT_NAME))
        return exported if is_there else None

    def exported_folder(self, architecture: str) -> Path:
        """Return where an exported graph is, or will be."""
        return self._models / EXPORTED / f"{architecture}-{EXPORTER_VERSION}"
