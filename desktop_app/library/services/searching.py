"""What is asked of the vectors: search, likeness, evaluation; on a thread of its own, beside the writer."""

import logging
import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np

from desktop_app.library.catalog import Catalog
from desktop_app.library.concurrency.courtesy import Courtesy
from desktop_app.library.decoding.pool import Decoders
from desktop_app.library.drives.presence import Roots
from desktop_app.library.errors import LibraryError, ModelMissingError
from desktop_app.library.models.switch import Space, Spaces
from desktop_app.library.search.answer import Answer
from desktop_app.library.search.calibration import Calibrations
from desktop_app.library.search.evaluation import Evaluation, LabelledText, evaluate
from desktop_app.library.search.ranking import Judging
from desktop_app.library.search.searcher import Searcher
from desktop_app.library.services.browsing import Questions
from desktop_app.library.stacks.keeper import StackKeeper, Yardstick
from desktop_app.library.thumbnails import ThumbnailStore

logger = logging.getLogger(__name__)


class Searches(Questions, ABC):
    """Answers on the search thread; the part of `PhotoLibrary` that needs a model."""

    def __init__(
        self,
        catalog: Catalog,
        thumbnails: ThumbnailStore,
        spaces: Spaces,
        store: str,
        roots: Roots,
        *,
        decoders: Decoders,
        calibrations: Calibrations,
    ) -> None:
        """Make it, with its thread.

        Args:
            catalog: What is known.
            thumbnails: Small copies.
            spaces: Which model is in use.
            store: Where vectors are searched, for a person.
            roots: Tells whether folders are there.
            decoders: Read photos.
            calibrations: Where "found" ends, for each model.
        """
        super().__init__(catalog, thumbnails, spaces, store, roots, decoders=decoders)
        self._searcher, self._calibrations = Searcher(catalog, thumbnails, decoders.shown), calibrations
        spaces.vectors_changed = self._searcher.memory.hear
        self._search_thread = ThreadPoolExecutor(1, thread_name_prefix="search")
        self._courtesy = Courtesy()
        self._was_asked = self._is_reading = False
        self._stacks = StackKeeper(catalog, thumbnails, self._yardstick)

    @abstractmethod
    def warm_up(self) -> "Future[None]":
        """Open the model and the vectors now, in the background."""

    @property
    def holds_vectors(self) -> bool:
        """Whether the vectors are in memory, where filtered questions are answered quickest; any thread."""
        return self._searcher.memory.is_whole

    def expect_questions(self) -> None:
        """Read the vectors into memory in the next idle moments, before anybody asks; for a library that stays open."""
        self._was_asked = True

    def search(self, text: str, limit: int = 200, strictness: float = 0.5) -> "Future[Answer]":
        """Find photos that show what a text describes; by name alone while there is no model."""

        def find() -> Answer:
            space = self._space()
            self._was_asked = True
            if space is None:
                return self._searcher.by_name(text, limit)
            parts = (space.embedder, space.store, Judging(self._calibrations.of(space), strictness))
            return space.sync.revived(lambda: self._searcher.by_text(text, limit, *parts))

        return self._search_thread.submit(self._politely, find)

    def similar(
        self, photo: Path | Sequence[Path], limit: int = 200, strictness: float = 0.5
    ) -> "Future[Answer]":
        """Find photos that look like one, or like the mean of several."""
        photos = [photo] if isinstance(photo, Path) else list(photo)

        def find() -> Answer:
            space = self._needed_space()
            # Keeps links, unlike resolve.
            paths = [Path(os.path.abspath(one.expanduser())) for one in photos]  # noqa: PTH100
            parts = (space.embedder, space.store, Judging(self._calibrations.of(space), strictness))
            return space.sync.revived(lambda: self._searcher.by_examples(paths, limit, *parts))

        return self._search_thread.submit(self._politely, find)

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

    def _politely(self, find: Callable[[], Answer]) -> Answer:
        with self._courtesy.answering():
            return find()

    def _yardstick(self) -> Yardstick:
        """Return what photos are compared by when they may be shown as one."""
        space = self._spaces.searching
        if space is None:
            return Yardstick(None, None)
        calibration = self._calibrations.of(space)
        usual = None if calibration is None else float(np.dot(calibration.photo_mean, calibration.photo_mean))
        return Yardstick(space.embedder.model_id, usual)

    def _hold_vectors(self) -> None:
        """Begin to read the vectors into memory, once questions are to be expected; on the writer's idle thread."""
        if self._was_asked and not self._is_reading:
            self._is_reading = True
            self._read_more()

    def _read_more(self) -> None:
        """Queue the next block, so that a question in between waits for one block at most."""
        try:
            self._search_thread.submit(self._read_block)
        except RuntimeError as error:
            # Python says so of a thread that was ended, as it is while the library closes.
            logger.debug("no more vectors are read: %s", error)

    def _read_block(self) -> None:
        space, goes_on = self._spaces.searching, False
        try:
            goes_on = space is not None and self._searcher.memory.load_more(space.embedder.model_id)
        except LibraryError as error:
            logger.warning("the vectors cannot be held in memory: %s", error)
        if goes_on:
            self._read_more()
        else:
            self._is_reading = False

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
