"""Architectures that are known by open_clip's names, and which of them some weights are of."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import cast

from desktop_app import own_files
from desktop_app.library.errors import ModelDamagedError, ModelUnknownError
from desktop_app.library.models.files import Config, Shapes
from desktop_app.library.models.runtime.architecture import architecture_of
from desktop_app.library.models.runtime.graph import (
    IMAGE_NAME,
    LONGEST_GRAPH,
    TEXT_NAME,
    Graph,
    without_place,
)
from desktop_app.library.models.runtime.graphs import Graphs
from desktop_app.library.outside.files import read_file
from desktop_app.library.outside.json_text import NotJsonError, read_json
from desktop_app.printable import did_you_mean

NAME = "architectures.json"
_LONGEST = 1024 * 1024


class Architectures:
    """The table `architectures.json`, read when it is first asked for. Any thread."""

    def __init__(self, resources: Path, graphs: Graphs) -> None:
        """Name where it lies.

        Args:
            resources: The application's `models` folder.
            graphs: Tell what an architecture wants of its weights.
        """
        self._resources = resources
        self._graphs = graphs

    def config_of(self, name: str) -> Config:
        """Return the configuration of an architecture.

        Raises:
            ModelUnknownError: Its name is not known.
        """
        config = self._all.get(name)
        if config is None:
            raise ModelUnknownError(
                f"There is no architecture called {name[:80]} here.",
                f"{did_you_mean(name, self._all)}Those that are known: {', '.join(self._all)}. "
                "For another one, import a folder with its configuration.",
                name=name,
            )
        return config

    def of(self, shapes: Shapes) -> list[str]:
        """Return the names of all architectures that some weights fit; they may differ in what no shape tells."""
        return [name for name, config in self._all.items() if not self._misfit(config, shapes)]

    def check(self, config: Config, shapes: Shapes) -> None:
        """Refuse weights that are not of the architecture that a configuration describes, as far as that is known.

        Raises:
            ModelDamagedError: They do not fit; says what does not.
        """
        if self._graphs.folder_of(config) is not None and (misfit := self._misfit(config, shapes)):
            raise ModelDamagedError(
                f"These weights are not of the architecture that they are said to be of: {misfit}.",
                "Name another architecture, or import them with their own configuration.",
            )

    def learn(self, folder: Path, config: Config, shapes: Shapes) -> None:
        """Keep the graphs that came with a model, if its architecture has none yet; they are taken out of its folder.

        Args:
            folder: The model's, with `image.onnx` and `text.onnx` in it, as `model export` writes them, or without.
            config: Its configuration.
            shapes: Of its weights.

        Raises:
            ModelDamagedError: They are no graphs, or not of these weights.
            OSError: They cannot be written.
        """
        halves = [folder / name for name in (IMAGE_NAME, TEXT_NAME)]
        if all(half.is_file() for half in halves) and self._graphs.folder_of(config) is None:
            bare = {half.name: without_place(read_file(half, LONGEST_GRAPH), half.name) for half in halves}
            for name, content in bare.items():
                wanted = Graph(content, name).shapes
                if not wanted or any(shapes.get(part) != sides for part, sides in wanted.items()):
                    raise ModelDamagedError(
                        f"{name} does not belong to the weights beside it.",
                        "Take it away, or import the folder that “vislumbre model export” wrote, with all that is in it.",
                    )
            target = self._graphs.exported_folder(architecture_of(config))
            below = target.parents[2]
            arriving = folder / "graphs"
            own_files.make_folder(arriving, below=below)
            own_files.make_folder(target.parent, below=below)
            for name, content in bare.items():
                own_files.write(arriving / name, content, below=below)
            own_files.remove(target)
            own_files.move(arriving, target)
        for half in halves:
            half.unlink(missing_ok=True)

    @cached_property
    def _all(self) -> Mapping[str, Config]:
        try:
            content = read_json(read_file(self._resources / NAME, _LONGEST), _LONGEST)
        except (OSError, NotJsonError):
            return {}  # as without a list of models: only what is complete in itself can be imported
        return cast("Mapping[str, Mapping[str, Config]]", content)["architectures"]

    def _misfit(self, config: Config, shapes: Shapes) -> str:
        """Return what some weights lack or have otherwise, in words; empty when they fit."""
        folder = self._graphs.folder_of(config)
        if folder is None:
            return "its graph is not known"
        for half in (IMAGE_NAME, TEXT_NAME):
            for name, wanted in Graph.read(folder / half).shapes.items():
                there = shapes.get(name)
                if there is None:
                    return f"they do not have the part “{name}”"
                if there != wanted:
                    return f"their part “{name}” is {_sides(there)}, not {_sides(wanted)}"
        return ""


def _sides(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape)) or "one number"
