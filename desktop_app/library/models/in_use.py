"""A model that is used, with its vectors."""

from contextlib import suppress
from dataclasses import dataclass

from desktop_app.library.errors import ModelError
from desktop_app.library.models.embedder import Embedder
from desktop_app.library.models.late import LateEmbedder
from desktop_app.library.models.runtime.compiled import CompiledEmbedder
from desktop_app.library.models.runtime.ways import Way
from desktop_app.library.models.shelf import ModelChoice
from desktop_app.library.vectors.of_model import ModelVectors


@dataclass(frozen=True, slots=True)
class ModelInUse:
    """One model with its vectors.

    Attributes:
        key: What the person chose, as `ModelShelf.find` takes it.
        choice: What the shelf says of it; None for an embedder that was handed in.
        embedder: The model; one of the shelf is loaded when it first has to embed something.
        vectors: Its vectors.
    """

    key: str
    choice: ModelChoice | None
    embedder: Embedder
    vectors: ModelVectors

    @property
    def is_loaded(self) -> bool:
        """Whether the model can embed at once."""
        return not isinstance(self.embedder, LateEmbedder) or self.embedder.is_loaded

    @property
    def way(self) -> Way | None:
        """How it is run just now; None where it is not loaded, or was handed in."""
        embedder = self.embedder
        if isinstance(embedder, LateEmbedder):
            if not embedder.is_loaded:
                return None
            embedder = embedder.loaded()
        way = getattr(embedder, "way", None)
        return way if isinstance(way, Way) else None

    @property
    def failed(self) -> bool:
        """Whether the model turned out to be one that cannot be loaded."""
        return isinstance(self.embedder, LateEmbedder) and self.embedder.error is not None

    def load(self) -> bool:
        """Load what answers questions if it was not, and return whether it can be used. Any thread; the listeners hear why not."""
        if isinstance(self.embedder, LateEmbedder):
            with suppress(ModelError):
                self.embedder.warm_up()
        return not self.failed

    def rest(self, idle_s: float) -> bool:
        """Put away halves of the model that did nothing for so many seconds; return whether one was."""
        embedder = self.embedder
        if isinstance(embedder, LateEmbedder):
            if not embedder.is_loaded:
                return False
            embedder = embedder.loaded()
        return isinstance(embedder, CompiledEmbedder) and embedder.rest(idle_s)

    def close(self) -> None:
        """Close store and model."""
        try:
            self.vectors.close()
        finally:
            self.embedder.close()


def usable(model: ModelInUse | None) -> ModelInUse | None:
    """Return a model unless it turned out that it cannot be loaded."""
    return None if model is None or model.failed else model
