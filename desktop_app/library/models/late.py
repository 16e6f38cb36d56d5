"""A model that is loaded when it first has to embed something."""

import threading
from collections.abc import Callable, Sequence

from PIL import Image

from desktop_app.library.errors import ModelError
from desktop_app.library.models.embedder import ANYTHING, Embedder, Prepared, Vectors
from desktop_app.library.models.runtime.compiled import CompiledEmbedder

# Until the model says what it likes.
_BATCH = 8


class LateEmbedder:
    """Stands for a model that is on this computer; what it is called is known before it is loaded. Any thread.

    A model that could not be loaded is not tried again: all that needs it raises the same error.

    Attributes:
        model_id: Names its space.
        name: For a person.
        dimension: Length of its vectors.
        error: Why it could not be loaded; None as long as nothing is known against it.
    """

    def __init__(
        self,
        load: Callable[[], Embedder],
        *,
        model_id: str,
        name: str,
        dimension: int,
        least_px: int | None = None,
        failed: Callable[[ModelError], None] = lambda _error: None,
    ) -> None:
        """Make it; nothing is loaded.

        Args:
            load: Loads the model; called once, on the thread that first needs it.
            model_id: As the model will have it.
            name: The same.
            dimension: The same.
            least_px: The same; None has the model loaded when it is asked for.
            failed: Told once that it cannot be used, on the thread that needed it.
        """
        self.model_id = model_id
        self.name = name
        self.dimension = dimension
        self.error: ModelError | None = None
        self._load = load
        self._least_px = least_px
        self._failed = failed
        self._loaded: Embedder | None = None
        self._loading = threading.Lock()

    @property
    def is_loaded(self) -> bool:
        """Whether it needs no loading any more."""
        return self._loaded is not None

    def loaded(self) -> Embedder:
        """Return the model, loaded now if it was not.

        Raises:
            ModelError: It cannot be loaded.
        """
        with self._loading:
            if self.error is not None:
                raise self.error
            if self._loaded is None:
                try:
                    self._loaded = self._load()
                except ModelError as error:
                    self._give_up(error)
                    raise
            return self._loaded

    def warm_up(self) -> None:
        """Load what answers questions now, so that the first one does not wait for it.

        Raises:
            ModelError: It cannot be used.
        """
        try:
            warm_up(self.loaded())
        except ModelError as error:
            self._give_up(error)
            raise

    @property
    def batch_size(self) -> int:
        """How many photos `embed_photos` likes at once, as far as that is known."""
        return _BATCH if self._loaded is None else self._loaded.batch_size

    @property
    def least_px(self) -> int:
        """Shorter side in pixels that a photo needs to lose nothing the model could see."""
        return self.loaded().least_px if self._least_px is None else self._least_px

    def prepare(self, picture: Image.Image) -> Prepared:
        """Resize and normalise one upright RGB picture."""
        return self.loaded().prepare(picture)

    def embed_photos(self, batch: Sequence[Prepared]) -> Vectors:
        """Embed prepared photos in the order given."""
        model = self.loaded()
        try:
            return model.embed_photos(batch)
        except ModelError as error:
            self._give_up(error)
            raise

    def embed_text(self, texts: Sequence[str]) -> Vectors:
        """Embed queries in the order given."""
        model = self.loaded()
        try:
            return model.embed_text(texts)
        except ModelError as error:
            self._give_up(error)
            raise

    def unread_words(self, text: str) -> str:
        """Return the end of the text that is beyond what the model reads; empty when it reads all."""
        return self.loaded().unread_words(text)

    def close(self) -> None:
        """Give its memory back; no call may follow."""
        if self._loaded is not None:
            self._loaded.close()

    def _give_up(self, error: ModelError) -> None:
        if self.error is None:
            self.error = error
            self._failed(error)


def warm_up(model: Embedder) -> None:
    """Have a model load what answers questions, which counts as none where it makes room for photos.

    Raises:
        ModelError: It cannot be used.
    """
    if isinstance(model, CompiledEmbedder):
        model.warm_up()
    else:
        model.embed_text([ANYTHING])
