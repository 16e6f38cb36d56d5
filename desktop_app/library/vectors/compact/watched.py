"""The compact copy that another process keeps, for one that only reads the library."""

import logging
import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.catalog import Catalog, OutboxRow
from desktop_app.library.vectors.compact.doubts import damage_of, doubt_of
from desktop_app.library.vectors.compact.exact import nearest_contents
from desktop_app.library.vectors.compact.files import CopyFiles, head_if_sound
from desktop_app.library.vectors.compact.head import Head
from desktop_app.library.vectors.compact.rows import Rows, StrangeRowsError
from desktop_app.library.vectors.found import Found

logger = logging.getLogger(__name__)

_TRIES = 3


class WatchedCopy:
    """Answers from the files of a `CompactCopy` that is open elsewhere, or was. Any thread; calls wait for each other.

    Its head is read before and after each answer: where it changed in between, rows were being written, and the answer is
    thrown away. Where it has not followed the catalogue's latest change yet, there is no answer.

    Attributes:
        model_id: Whose vectors.
        is_too_much: Never, here.
    """

    is_too_much = False

    def __init__(self, catalog: Catalog, model_id: str, files: CopyFiles) -> None:
        """Make it; nothing is read yet."""
        self.model_id = model_id
        self._catalog = catalog
        self._files = files
        self._lock = threading.Lock()
        self._rows: Rows | None = None
        self._head: Head | None = None

    @property
    def is_whole(self) -> bool:
        """Whether its files are open."""
        return self._rows is not None

    def has_all(self) -> bool:
        """Return whether it can be asked just now.

        Raises:
            CatalogError: The catalogue cannot be read.
        """
        with self._lock:
            return self._opened() is not None

    def load(self, most_steps: int | None = None) -> bool:
        """Open it if it is there; it is made by whoever may write.

        Raises:
            CatalogError: The catalogue cannot be read.
        """
        del most_steps
        return self.has_all()

    def load_more(self) -> bool:
        """Nothing is to be done in steps."""
        return False

    def nearest(
        self, vector: NDArray[np.float32], limit: int, content_ids: NDArray[np.int64] | None = None
    ) -> Found | None:
        """Return the contents nearest to a vector and their exact cosines, best first; None where it cannot be asked.

        Args:
            vector: ``(dimension,)`` float32 of length 1.
            limit: At most so many.
            content_ids: Among these, each once; those without a vector are left out. None for all.

        Raises:
            CatalogError: The catalogue cannot be read.
        """
        with self._lock:
            for _ in range(_TRIES):
                opened = self._opened()
                if opened is None:
                    continue
                head, rows = opened
                exact = self._catalog, self.model_id
                found = nearest_contents(rows, head.centre, exact, vector, limit, content_ids=content_ids)
                if _is_still(head, head_if_sound(self._files)):
                    return found
            return None

    def hear(self, changes: Sequence[OutboxRow]) -> None:
        """Whoever may write hears them."""

    def close(self) -> None:
        """Give it up."""
        with self._lock:
            self._let_go()

    def drop(self) -> None:
        """Give it up; what is on disk is not this process's to remove."""
        self.close()

    def _opened(self) -> tuple[Head, Rows] | None:
        """Return the copy as it is now; None where it is none, or is not up to date."""
        head = head_if_sound(self._files)
        if head is None or doubt_of(head, self._catalog, self.model_id):
            self._let_go()
            return None
        if self._catalog.vectors.outbox(self.model_id, 1, after=head.followed):
            return None
        if self._rows is None or self._head is None or not _is_still(self._head, head):
            is_known = self._head is not None and self._head.files == head.files
            self._let_go()
            try:
                rows = self._files.rows(head, writes=False)
            except (OSError, StrangeRowsError) as error:
                logger.info("the compact copy cannot be read now: %s", error)
                return None
            if not is_known and damage_of(head, rows, rows.names):
                rows.close()
                return None
            self._rows, self._head = rows, head
        return head, self._rows

    def _let_go(self) -> None:
        if self._rows is not None:
            self._rows.close()
        self._rows = self._head = None


def _is_still(before: Head, after: Head | None) -> bool:
    return after is not None and (before.files, before.generation) == (after.files, after.generation)
