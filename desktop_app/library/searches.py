"""What is asked of the vectors: search, likeness, evaluation; on a thread of its own, beside the writer."""

import os
from abc import ABC, abstractmethod
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from desktop_app.library.catalog import Catalog
from desktop_app.library.errors import ModelMissingError
from desktop_app.library.evaluation import Evaluation, LabelledText, evaluate
from desktop_app.library.photo import Answer
from desktop_app.library.questions import Questions
from desktop_app.library.ranking import Judging
from desktop_app.library.relevance_calibration import Calibrations
from desktop_app.library.search import Searcher
from desktop_app.library.spaces import Space, Spaces
from desktop_app.library.thumbnails import ThumbnailStore


class Searches(Questions, ABC):
    """Answers on the search thread; the part of `PhotoLibrary` that needs a model."""

    def __init__(
        self,
        catalog: Catalog,
        thumbnails: ThumbnailStore,
        spaces: Spaces,
        store: str,
        *,
        calibrations: Calibrations,
    ) -> None:
        """Make it, with its thread.

        Args:
            catalog: What is known.
            thumbnails: Small copies.
            spaces: Which model is in use.
            store: Where vectors are searched, for a person.
            calibrations: Where "found" ends, for each model.
        """
        super().__init__(catalog, thumbnails, spaces, store)
        self._searcher, self._calibrations = Searcher(catalog), calibrations
        self._search_thread = ThreadPoolExecutor(1, thread_name_prefix="search")

    @abstractmethod
    def warm_up(self) -> "Future[None]":
        """Open the model and the vectors now, in the background."""

    def search(self, text: str, limit: int = 200, strictness: float = 0.5) -> "Future[Answer]":
        """Find photos that show what a text describes; by name alone while there is no model."""

        def find() -> Answer:
            space = self._space()
            if space is None:
                return self._searcher.by_name(text, limit)
            parts = (space.embedder, space.store, Judging(self._calibrations.of(space), strictness))
            return space.sync.revived(lambda: self._searcher.by_text(text, limit, *parts))

        return self._search_thread.submit(find)

    def similar(self, photo: Path, limit: int = 200, strictness: float = 0.5) -> "Future[Answer]":
        """Find photos that look like one."""

        def find() -> Answer:
            space = self._needed_space()
            path = Path(os.path.abspath(photo.expanduser()))  # noqa: PTH100 - keeps links, unlike resolve
            parts = (space.embedder, space.store, Judging(self._calibrations.of(space), strictness))
            return space.sync.revived(lambda: self._searcher.by_example(path, limit, *parts))

        return self._search_thread.submit(find)

    def evaluate(
        self, texts: Sequence[LabelledText], others: Sequence[Path] = ()
    ) -> "Future[Evaluation | None]":
        """Measure how well photos are found whose captions or labels are known; see `evaluation.evaluate`."""

        def measure() -> Evaluation | None:
            space = self._needed_space()
            self._calibrations.renew(space)
            known = (self._catalog, space.embedder, space.store, self._calibrations.of(space))
            return space.sync.revived(lambda: evaluate(texts, *known, others=others))

        return self._search_thread.submit(measure)

    def _finish_searches(self) -> None:
        self._search_thread.submit(lambda: None).result()

    def _end_searches(self) -> None:
        self._search_thread.shutdown(wait=True, cancel_futures=True)

    def _space(self) -> Space | None:
        """Wait until models are open, and return the one that answers."""
        self.warm_up().result()
        return self._spaces.searching

    def _needed_space(self) -> Space:
        space = self._space()
        if space is None:
            raise ModelMissingError("Without a model nothing can be compared.", "Choose or fetch one first.")
        return space
