"""The compact copy of one model's vectors: made from the catalogue, kept in files, and brought up to date by its outbox."""

import logging
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.catalog import Catalog, OutboxRow
from desktop_app.library.errors import LibraryError
from desktop_app.library.vectors.compact.codes import centre_of, encode
from desktop_app.library.vectors.compact.doubts import (
    NOT_AS_WRITTEN,
    blocks_of,
    damage_of,
    doubt_of,
    empty_head,
)
from desktop_app.library.vectors.compact.exact import nearest_contents
from desktop_app.library.vectors.compact.files import CopyFiles, head_if_sound
from desktop_app.library.vectors.compact.head import Head
from desktop_app.library.vectors.compact.room import Limits, filed, held
from desktop_app.library.vectors.compact.rows import IDS, Rows, StrangeRowsError
from desktop_app.library.vectors.compact.sessions import session_of
from desktop_app.library.vectors.found import Block, Found

logger = logging.getLogger(__name__)

# More changes than this are followed in steps, and not while somebody waits.
_MOST_BEHIND = 2_000
# Of this much every byte is looked at before the first answer: 200,000 photos take some 10 ms.
_CHECKED_AT_ONCE_BYTES = 2**27
_CHECKED_BLOCKS = 64


class CompactCopy:
    """Codes of every live vector of one model, and the way to the nearest of them. Any thread; calls wait for each other.

    It is never believed without a reason: a copy of another catalogue or of an older state of it, one that missed changes,
    or one whose bytes are not what was written, is made again.
    """

    def __init__(self, catalog: Catalog, model_id: str, files: CopyFiles | None, limits: Limits) -> None:
        """Make it; nothing is read yet.

        Args:
            catalog: The truth.
            model_id: Whose vectors.
            files: Where it is kept; None for in memory.
            limits: What may be kept where.
        """
        self.model_id = model_id
        self._catalog = catalog
        self._files = files
        self._limits = limits
        self._lock = threading.RLock()
        self._rows: Rows | None = None
        self._head: Head | None = None
        self._centre = np.empty(0, dtype=np.float32)
        self._blocks: Iterator[Block] | None = None
        self._is_whole = self._is_too_much = False
        self._followed = 0
        # Up to which transaction it is known to be up to date, and at which one nothing could be made.
        self._seen = self._refused = -1
        self._unchecked: deque[int] = deque()
        self._is_to_be_compared = False

    @property
    def is_whole(self) -> bool:
        """Whether all vectors are here."""
        return self._is_whole

    @property
    def is_too_much(self) -> bool:
        """Whether there was no room for it, on disk or in memory, when it was last wanted."""
        return self._is_too_much

    @property
    def count(self) -> int:
        """How many vectors are here."""
        rows = self._rows
        return rows.count if rows is not None else 0

    def has_all(self) -> bool:
        """Return whether all vectors are here; brings them up to date, unless too much changed for somebody who waits.

        Raises:
            CatalogError: The catalogue cannot be read.
        """
        with self._lock:
            return self._is_whole and self._follow()

    def load(self, most_steps: int | None = None) -> bool:
        """Open or make it now, if there is room for it, and return whether all vectors are here.

        Args:
            most_steps: Do no more of it than so many steps of `load_more`; None for all.

        Raises:
            CatalogError: The catalogue cannot be read.
        """
        steps = 0
        while not self.has_all() and steps != most_steps:
            steps += 1
            if self._is_too_much or not self.load_more():
                break
        return self.has_all()

    def load_more(self) -> bool:
        """Do the next step of opening, making, following and checking it, and return whether more are to come.

        Raises:
            CatalogError: The catalogue cannot be read.
        """
        with self._lock:
            if self._is_whole:
                return self._check_some() if self._follow() else self._follow_some()
            return self._begin() if self._blocks is None else self._read_block(self._blocks)

    def nearest(
        self, vector: NDArray[np.float32], limit: int, content_ids: NDArray[np.int64] | None = None
    ) -> Found | None:
        """Return the contents nearest to a vector and their exact cosines, best first; None unless `has_all` says yes.

        Args:
            vector: ``(dimension,)`` float32 of length 1.
            limit: At most so many.
            content_ids: Among these, each once; those without a vector are left out. None for all.

        Raises:
            CatalogError: The catalogue cannot be read.
        """
        with self._lock:
            rows = self._rows
            if rows is None or not self.has_all():
                return None
            exact = self._catalog, self.model_id
            return nearest_contents(rows, self._centre, exact, vector, limit, content_ids=content_ids)

    def hear(self, changes: Sequence[OutboxRow]) -> None:
        """Take changes that leave the outbox soon; a copy that is not open is opened for them.

        What goes wrong is logged: the copy is made again, and whoever carries vectors is not held up.
        """
        with self._lock:
            try:
                if self._rows is None:
                    self._open()
                if self._is_whole:
                    while self._is_whole and not self._follow():
                        self._follow_some()
                elif self._rows is not None:
                    self._put(self._rows, changes)
                    self._followed = max(self._followed, changes[-1].seq)
            except OSError as error:
                self._give_up(error)
            except LibraryError as error:
                logger.warning("the compact copy could not follow: %s", error)

    def close(self) -> None:
        """Bring it to disk and give everything up. It may be opened again."""
        with self._lock:
            rows, head = self._rows, self._head
            try:
                if rows is not None and head is not None and self._is_whole:
                    session = session_of(self._catalog)
                    if not head.is_synced or head.session != session:
                        rows.sync()
                        self._write(replace(head, is_synced=True, session=session), durable=True)
            except (OSError, LibraryError) as error:
                logger.warning("the compact copy may have to be made again: %s", error)
            is_begun = rows is not None and not self._is_whole
            self._let_go()
            if is_begun:
                self._remove_files()

    def drop(self) -> None:
        """Remove it; it is made again when it is next wanted.

        Raises:
            OSError: Not all of it can be removed.
        """
        with self._lock:
            self._let_go()
            if self._files is not None:
                self._files.remove()

    def _begin(self) -> bool:
        """Open the files, or begin to make them; False where nothing more is to be done."""
        changes = self._catalog.changes
        if self._refused == changes:
            return False
        if self._open():
            return True
        # Before the first block: what is changed from here on is heard before it leaves the outbox. What is heard is put
        # there at once, and whichever of a block and a change that was heard is older, the newer one is still to come.
        self._followed = self._catalog.vectors.outbox_last()
        photos = self._catalog.vectors.live_count(self.model_id)
        blocks = self._catalog.vectors.blocks(self.model_id)
        first = next(blocks, None)
        self._is_too_much = False
        if first is None or not self._make_rows(photos, first[1].shape[1]):
            self._refused = changes
            return False
        self._blocks, self._centre = blocks, centre_of(first[1])
        return self._put_block(first)

    def _make_rows(self, photos: int, dimension: int) -> bool:
        """Make room for the vectors, and return whether there is any."""
        if self._files is not None and self._limits.may_file(self._files, photos, dimension):
            try:
                files, self._rows = filed(self._files, photos, dimension)
            except OSError as error:
                self._say_it_is_not_kept(error)
            else:
                self._head = empty_head(self._catalog, self.model_id, dimension, files)
                return True
        self._rows = held(photos, dimension, self._limits)
        self._is_too_much = self._rows is None
        return not self._is_too_much

    def _read_block(self, blocks: Iterator[Block]) -> bool:
        block = next(blocks, None)
        return self._finish() if block is None else self._put_block(block)

    def _put_block(self, block: Block) -> bool:
        numbers, vectors = block
        assert self._rows is not None
        try:
            self._rows.put(numbers, encode(vectors, self._centre))
        except OSError as error:
            self._give_up(error)
        return True

    def _finish(self) -> bool:
        """Let what was read be the copy, as of the change that was heard last."""
        rows, self._blocks = self._rows, None
        assert rows is not None
        if self._head is not None:
            try:
                self._write(self._now(self._head, rows, rows.sums()), durable=False)
            except OSError as error:
                self._give_up(error)
                return True
        self._is_whole = True
        logger.info("%d vectors have a compact copy of %d MB", rows.count, rows.size_bytes // 1_000_000)
        return not self._follow()

    def _open(self) -> bool:
        """Open the files that are there, if they can be believed; others are removed."""
        if self._files is None or (head := head_if_sound(self._files)) is None:
            return False
        if not self._limits.may_open(self._files, head.count, head.dimension):
            return False
        doubt = doubt_of(head, self._catalog, self.model_id)
        if not doubt:
            try:
                self._rows = rows = self._files.rows(head)
                is_all = not head.is_synced or rows.size_bytes <= _CHECKED_AT_ONCE_BYTES
                doubt = damage_of(head, rows, rows.names if is_all else (IDS,))
                self._unchecked = deque(() if is_all else range(blocks_of(head)))
            except (OSError, StrangeRowsError) as error:
                doubt = str(error)
        if doubt:
            self._start_over(doubt)
            return False
        self._head, self._centre, self._followed = head, head.centre, head.followed
        self._is_whole = self._is_to_be_compared = True
        self._is_too_much = False
        return True

    def _check_some(self) -> bool:
        """Look at some more bytes, at last at the contents; return whether more is to come."""
        rows, head = self._rows, self._head
        if rows is None or head is None:
            return False
        for _ in range(min(len(self._unchecked), _CHECKED_BLOCKS)):
            block = self._unchecked.popleft()
            if block < blocks_of(head) and not rows.is_as(head.sums, block, rows.names):
                self._start_over(NOT_AS_WRITTEN)
                return True
        if self._unchecked or not self._is_to_be_compared:
            return bool(self._unchecked)
        self._is_to_be_compared = False
        live = self._catalog.vectors.live_ids(self.model_id)
        # What is written between the two looks is no difference; then the next session looks again.
        if self._seen == self._catalog.changes and not np.array_equal(np.sort(rows.ids), live):
            self._start_over("it has other photos than the catalogue")
            return True
        return False

    def _follow(self) -> bool:
        """Apply what changed, if that is not too much at once, and return whether the copy is up to date."""
        if self._rows is not None and not self._rows.are_there():
            self._start_over("somebody cut its files short")
            return False
        if self._seen == (changes := self._catalog.changes):
            return True
        waiting = self._catalog.vectors.outbox(self.model_id, _MOST_BEHIND + 1, after=self._followed)
        if len(waiting) > _MOST_BEHIND or not self._apply(waiting):
            return False
        # Whatever leaves the outbox is heard before; if it was not, nobody knows what it was.
        if self._catalog.vectors.outbox_left(self.model_id) > self._followed:
            self._start_over("it missed changes")
            return False
        self._seen = changes
        return True

    def _follow_some(self) -> bool:
        """Apply some of what changed, if anything is to be followed; return whether more is to come, whatever it is."""
        if self._is_whole:
            self._apply(self._catalog.vectors.outbox(self.model_id, _MOST_BEHIND, after=self._followed))
        return True

    def _apply(self, changes: Sequence[OutboxRow]) -> bool:
        """Write changes; False where there is no copy any more."""
        if not changes:
            return True
        head, rows = self._head, self._rows
        assert rows is not None
        try:
            if head is not None:
                # On disk before any row is, if the head there says that all are.
                self._write(replace(head, is_writing=True, is_synced=False), durable=head.is_synced)
                head = self._head
            self._put(rows, changes)
            self._followed = changes[-1].seq
            if head is not None:
                self._write(self._now(head, rows, rows.sums(head.sums)), durable=False)
        except OSError as error:
            self._give_up(error)
            return False
        if head is None and self._limits.is_outgrown(rows, may_be_filed=self._files is not None):
            self._let_go()
            return False
        return True

    def _put(self, rows: Rows, changes: Sequence[OutboxRow]) -> None:
        size = len(self._centre)
        latest = {row.content_id: row.vector for row in changes}
        written = {number: one for number, one in latest.items() if one is not None and len(one) == size}
        gone = [number for number in latest if number not in written]
        rows.remove(np.array(gone, dtype=np.int64))
        if written:
            vectors = np.stack(list(written.values()))
            rows.put(np.fromiter(written, dtype=np.int64, count=len(written)), encode(vectors, self._centre))

    def _now(self, head: Head, rows: Rows, sums: NDArray[np.uint64]) -> Head:
        return replace(
            head,
            count=rows.count,
            followed=self._followed,
            session=session_of(self._catalog),
            is_writing=False,
            is_synced=False,
            centre=self._centre,
            sums=sums,
        )

    def _write(self, head: Head, *, durable: bool) -> None:
        assert self._files is not None
        self._head = replace(head, generation=head.generation + 1)
        self._files.write(self._head, durable=durable)

    def _start_over(self, reason: str) -> None:
        logger.warning("the compact copy of %s is made again: %s", self.model_id, reason)
        self._let_go()
        self._remove_files()

    def _give_up(self, error: OSError) -> None:
        self._let_go()
        self._remove_files()
        self._say_it_is_not_kept(error)

    def _say_it_is_not_kept(self, error: OSError) -> None:
        logger.warning(
            "The compact copy of the vectors is not kept on disk: %s. Questions are answered without it.",
            error.strerror or error,
        )
        # Not tried again before the library is next opened.
        self._files = None

    def _remove_files(self) -> None:
        try:
            if self._files is not None:
                self._files.remove()
        except OSError as error:
            logger.warning("a compact copy that cannot be used stays on disk: %s", error)
            self._files = None

    def _let_go(self) -> None:
        if self._rows is not None:
            self._rows.close()
        self._rows = self._head = self._blocks = None
        self._is_whole = self._is_to_be_compared = False
        self._unchecked.clear()
        self._seen = self._refused = -1
