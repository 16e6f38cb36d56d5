"""Opens a model's files as something that embeds, in the way that is chosen for it."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from desktop_app.children import is_frozen
from desktop_app.library.errors import LibraryError, ModelError, ModelRunError
from desktop_app.library.models.embedder import Embedder
from desktop_app.library.models.files import Config, check_model, own_graphs
from desktop_app.library.models.runtime.compiled import CompiledEmbedder, ModelFiles
from desktop_app.library.models.runtime.graphs import Graphs
from desktop_app.library.models.runtime.ways import ONNXRUNTIME, OPENVINO, TORCH, Way, default_way, why_not

logger = logging.getLogger(__name__)

# Every core embeds a batch of its own while indexing. Two threads of torch in one call wait for each other at every
# layer, and as soon as anything else runs they wait busily: measured on 2 cores beside decoding, 4 times the processor
# time for a photo, and 210-270 ms for a query instead of 115.
_THREADS_OF_TORCH = 1
_WITHOUT_TORCH = "Install it with “pip install vislumbre[export]”, or choose another way or model."
_IN_INSTALLED = (
    "The installed program comes without it; choose another way or model, or use Vislumbre from pip."
)


@dataclass(frozen=True, slots=True)
class Loading:
    """What is needed to open models.

    Attributes:
        graphs: Of which architectures there are graphs.
        export: Makes the graphs of the model in a folder and returns theirs, which takes seconds in a process of its own.
        say: Told of what a person should know: that a way fails and another one is taken.
        ahead: Returns a model that is loaded already, by its folder, its way and `say`; None where there is none.
    """

    graphs: Graphs
    export: Callable[[Path], Path]
    say: Callable[[LibraryError], None] = lambda _error: None
    ahead: "Callable[[Path, Way, Callable[[LibraryError], None]], CompiledEmbedder | None]" = (
        lambda _folder, _way, _say: None
    )

    def open(self, folder: Path, *, name: str, model_id: str, way: Way | None = None) -> Embedder:
        """Return what embeds with the model in a folder. Milliseconds, for nothing is compiled yet; any thread.

        Seconds where the architecture has no graph yet, or with torch.

        Args:
            folder: With configuration and weights.
            name: For a person.
            model_id: Of its exact space.
            way: How to run it; None for the exact way that is taken where nothing was chosen. Where it cannot be taken,
                as in a library that came from another computer, that exact way runs the model in the same space.

        Raises:
            ModelMissingError: A file is not there.
            ModelDamagedError: The files are none of a model, or do not fit together.
            ModelRunError: It cannot be run here.
        """
        way = way or default_way()
        space = way.space_of(model_id)
        if (loaded := self.ahead(folder, way, self.say)) is not None:
            loaded.name, loaded.model_id = name, space
            return loaded
        config = check_model(folder)
        reason = why_not(way)
        if way.engine == "torch" and own_graphs(config):
            reason = "cannot run a model that came as ONNX"
        if reason and not why_not(default_way()):
            # Also bfloat16 on a processor that would have to convert every number.
            self._say_instead(way, default_way(), name, f"it {reason}")
            way = default_way()
        if way.engine != "torch":
            graphs = self._graphs_of(folder, config, name)
            if graphs is not None:
                return CompiledEmbedder(
                    ModelFiles(folder, graphs),
                    name=name,
                    model_id=space,
                    way=way,
                    fall_back=[other for other in (OPENVINO, ONNXRUNTIME) if not why_not(other)],
                    say=self.say,
                )
        return self._by_torch(folder, name, space, way)

    def _by_torch(self, folder: Path, name: str, space: str, way: Way) -> Embedder:
        """Return a model that torch runs.

        Raises:
            ModelRunError: It is not installed, or cannot.
        """
        if reason := why_not(TORCH):
            raise ModelRunError(
                f"{name} cannot be run: PyTorch {reason}.",
                _IN_INSTALLED if is_frozen() else _WITHOUT_TORCH,
            )
        from desktop_app.library.models.reference.clip import ClipEmbedder

        way = way if way.engine == "torch" else TORCH

        def instead(error: ModelRunError) -> Embedder:
            return self._instead(error, folder, name, way)

        load = partial(
            ClipEmbedder.load, folder, name=name, model_id=space, threads=_THREADS_OF_TORCH, instead=instead
        )
        try:
            embedder = load(device=way.device, precision=way.precision)
        except ModelRunError as error:
            if way == TORCH:
                raise
            self._say_instead(way, TORCH, name, str(error))
            embedder, way = load(), TORCH
        embedder.way = way
        return embedder

    def _instead(self, error: ModelRunError, folder: Path, name: str, failed: Way) -> Embedder:
        """Return what runs a model in the usual exact way, and say so, where its own way failed in use.

        Raises:
            ModelRunError: That is the way that failed, or cannot be taken here.
        """
        usual = default_way()
        if usual == failed or why_not(usual):
            raise error
        self._say_instead(failed, usual, name, error.sentence)
        return self.open(folder, name=name, model_id="", way=usual)

    def _say_instead(self, way: Way, taken: Way, name: str, reason: str) -> None:
        logger.warning("%s does not run %s: %s", way.name, name, reason)
        self.say(
            ModelRunError(
                f"{way.title} does not run {name} on this computer; {taken.title} does it from now on.",
                "“vislumbre model bench” finds the fastest way that works here.",
            )
        )

    def _graphs_of(self, folder: Path, config: Config, name: str) -> Path | None:
        """Return where the graphs of a model are, made now if need be; None where only torch can run it.

        Raises:
            ModelError: They cannot be made, and torch cannot be used in their stead.
        """
        graphs = self.graphs.of_model(folder, config)
        if graphs is not None:
            return graphs
        try:
            return self.export(folder)
        except ModelError as error:
            if why_not(TORCH):
                raise
            logger.warning("%s is run by torch, for it cannot be exported: %s", name, error)
            return None
