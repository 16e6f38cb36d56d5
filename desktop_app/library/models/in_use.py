"""A model that is used, with its vectors."""

from contextlib import suppress
from dataclasses import dataclass

from desktop_app.library.errors import ModelError
from desktop_app.library.models.embedder import Embedder
from desktop_app.library.models.late import LateEmbedder, warm_up
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
        with suppress(ModelError):
            if isinstance(self.embedder, LateEmbedder):
                self.embedder.warm_up()
            else:
                warm_up(self.embedder)
        return not self.failed

    def rest(self, idle_s: float) -> bool:
        """Put away halves of the model that did nothing for so many seconds; return whether one was."""
        embedder = self._compiled
        return embedder is not None and embedder.rest(idle_s)

    def make_room(self) -> None:
        """Put the half of the model for words away, for many photos come, unless somebody just asked. Any thread."""
        embedder = self._compiled
        if embedder is not None:
            embedder.make_room()

    @property
    def _compiled(self) -> CompiledEmbedder | None:
        """The model, where it is one that comes in halves and is loaded."""
        embedder = self.embedder
        if isinstance(embedder, LateEmbedder):
            if not embedder.is_loaded:
                return None
            embedder = embedder.loaded()
        return embedder if isinstance(embedder, CompiledEmbedder) else None

    def close(self) -> None:
        """Close store and model."""
        try:
            self.vectors.close()
        finally:
            self.embedder.close()


def usable(model: ModelInUse | None) -> ModelInUse | None:
    """Return a model unless it turned out that it cannot be loaded."""
    return None if model is None or model.failed else model
