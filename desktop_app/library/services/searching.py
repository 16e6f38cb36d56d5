"""Questions to the vectors: search by words or examples, and evaluation; on a thread of its own, beside the writer."""

import logging
import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path

from desktop_app.library.catalog import Catalog
from desktop_app.library.concurrency.courtesy import Courtesy
from desktop_app.library.concurrency.search_thread import SearchThread
from desktop_app.library.errors import LibraryError, ModelError, ModelMissingError
from desktop_app.library.models.embedder import Embedder
from desktop_app.library.models.in_use import ModelInUse
from desktop_app.library.models.opener import ModelOpener
from desktop_app.library.models.shelf import ModelShelf
from desktop_app.library.models.switch import ModelSwitch
from desktop_app.library.search.answer import Answer
from desktop_app.library.search.calibration import Calibrations
from desktop_app.library.search.evaluation import Evaluation, LabelledText, evaluate
from desktop_app.library.search.relevance import Judging
from desktop_app.library.search.searcher import Searcher
from desktop_app.library.search.spoken import with_language
from desktop_app.library.search.within import Everywhere
from desktop_app.library.vectors.found import Neighbours

logger = logging.getLogger(__name__)

# While the store can answer, a copy of more than 20,000 vectors is made in idle moments.
_STEPS_BESIDE_A_STORE = 3


class Searching:
    """Answers questions on the search thread. Any thread may ask; futures come back at once.

    What was not begun when the library closes, or is asked later, is cancelled.

    Attributes:
        is_kept_open: Whether more questions are expected, after those that were asked.
    """

    def __init__(
        self,
        *,
        catalog: Catalog,
        searcher: Searcher,
        switch: ModelSwitch,
        opener: ModelOpener,
        calibrations: Calibrations,
        thread: SearchThread,
        courtesy: Courtesy,
        shelf: ModelShelf,
    ) -> None:
        """Connect the searcher with models and thread.

        Args:
            catalog: What is known.
            searcher: Finds photos.
            switch: Which model answers.
            opener: Opens it for the first question.
            calibrations: Where "found" ends, for each model.
            thread: Where questions are answered; stays its maker's own.
            courtesy: Told while a question is answered, so that indexing steps aside.
            shelf: Which models there are, for one that reads a question's language.
        """
        self._catalog = catalog
        self._searcher = searcher
        self._switch = switch
        self._opener = opener
        self._calibrations = calibrations
        self._thread = thread
        self._courtesy = courtesy
        self._shelf = shelf
        self._was_asked = self._is_reading = self.is_kept_open = False

    @property
    def holds_vectors(self) -> bool:
        """Whether there is a compact copy of the vectors, where questions are answered quickest; any thread."""
        return self._searcher.copies.is_whole

    @property
    def needs_stores(self) -> bool:
        """Whether there is no room for a compact copy, so that questions are answered by the store; any thread."""
        model = self._switch.searching
        return model is not None and self._searcher.copies.is_too_much(model.embedder.model_id)

    def expect_questions(self) -> None:
        """Load the model, and have the compact copy opened or made in idle moments, before anybody asks.

        For a library that stays open.
        """
        self._was_asked = self.is_kept_open = True
        self._thread.do(self._warm_up)

    def search(self, text: str, limit: int = 200, strictness: float = 0.5) -> "Future[Answer]":
        """Find photos that show what a text describes; by name alone while there is no model."""

        def find() -> Answer:
            model = self._model()
            self._was_asked = True
            if model is None:
                return self._searcher.by_name(text, limit)
            parts = self._parts(model, strictness)
            try:
                answer = model.vectors.revived(lambda: self._searcher.by_text(text, limit, *parts))
            except ModelError:
                if not model.failed:
                    raise
                # It was to be loaded only now, and cannot be; the listeners were told.
                return self._searcher.by_name(text, limit)
            if model.choice is None:
                return answer
            return with_language(answer, model.choice.languages, self._shelf.choices)

        return self._thread.submit(self._politely, find)

    def similar(
        self, photo: Path | Sequence[Path], limit: int = 200, strictness: float = 0.5
    ) -> "Future[Answer]":
        """Find photos that look like one, or like the mean of several."""
        photos = [photo] if isinstance(photo, Path) else list(photo)

        def find() -> Answer:
            model = self._needed_model()
            # Keeps links, unlike resolve.
            paths = [Path(os.path.abspath(path.expanduser())) for path in photos]  # noqa: PTH100
            parts = self._parts(model, strictness)
            return model.vectors.revived(lambda: self._searcher.by_examples(paths, limit, *parts))

        return self._thread.submit(self._politely, find)

    def evaluate(
        self, texts: Sequence[LabelledText], distractors: Sequence[Path] = (), absent: Sequence[str] = ()
    ) -> "Future[Evaluation | None]":
        """Measure how well photos are found whose captions or labels are known, as `search.evaluation.evaluate` does."""

        def measure() -> Evaluation | None:
            model = self._needed_model()
            self._calibrations.renew(model)
            model_id = model.embedder.model_id
            store = Everywhere(self._neighbours(model), self._searcher.copies, model_id)
            known = (self._catalog, model.embedder, store, self._calibrations.of(model))
            return model.vectors.revived(
                lambda: evaluate(texts, *known, distractors=distractors, absent=absent)
            )

        return self._thread.submit(measure)

    def _politely(self, find: Callable[[], Answer]) -> Answer:
        with self._courtesy.answering():
            return find()

    def hold_vectors(self) -> None:
        """Begin to open, make or check the compact copy, once questions are expected; for the writer's idle moments."""
        if self._was_asked and not self._is_reading:
            self._is_reading = True
            self._read_more()

    def _read_more(self) -> None:
        """Queue the next step, so that a question in between waits for one step at most."""
        self._thread.do(self._read_block)

    def _read_block(self) -> None:
        model, goes_on = self._switch.searching, False
        try:
            goes_on = model is not None and self._searcher.copies.load_more(model.embedder.model_id)
        except LibraryError as error:
            logger.warning("the compact copy of the vectors cannot be made: %s", error)
        if goes_on:
            self._read_more()
        else:
            self._is_reading = False

    def _parts(self, model: ModelInUse, strictness: float) -> tuple[Embedder, Neighbours, Judging]:
        return model.embedder, self._neighbours(model), Judging(self._calibrations.of(model), strictness)

    def _neighbours(self, model: ModelInUse) -> Neighbours:
        """Have a compact copy of a model's vectors if there is room for it, and return what finds the nearest without."""
        # Without a store the catalogue would be read to the end for the answer, which takes as long as making a copy of it.
        steps = None if model.vectors.sync is None else _STEPS_BESIDE_A_STORE
        self._searcher.copies.load(model.embedder.model_id, steps)
        return model.vectors

    def _warm_up(self) -> None:
        model = self._model()
        # While many photos come, what answers is loaded with the first letters that somebody types.
        if model is not None and not self._switch.expects_photos:
            model.load()

    def _model(self) -> ModelInUse | None:
        """Wait until it is known which models are used, and return the one that answers; it may not be loaded yet."""
        self._opener.open().result()
        return self._switch.searching

    def _needed_model(self) -> ModelInUse:
        model = self._model()
        if model is None:
            raise ModelMissingError("Without a model nothing can be compared.", "Choose or fetch one first.")
        return model
