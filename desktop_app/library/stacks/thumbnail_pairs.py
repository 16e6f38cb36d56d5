"""Compares photos by their thumbnails, and remembers what was found: a content's bytes, and so its picture, never change."""

import base64
import binascii
import logging
import zlib
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

import numpy as np
import xxhash
from numpy.typing import NDArray

from desktop_app.library.concurrency.cores import cores
from desktop_app.library.errors import UnreadablePhotoError
from desktop_app.library.stacks.detail import Seen, agree, seen
from desktop_app.library.stacks.grey import grey_of
from desktop_app.library.thumbnails import ThumbnailStore

logger = logging.getLogger(__name__)

# Thumbnails of one layout are compared with each other again and again; 250 KB each, and 200 more once compared. At least as
# many as a block of links has ends.
_HELD = 128
_Key = tuple[int, int]

T = TypeVar("T")
Found = TypeVar("Found")


class ThumbnailPairs:
    """Tells which contents agree in detail and which are flat, as `grouping.Sight`. Belongs to the writer thread.

    Some 500 copies in a second are found to agree, or 90 pages to be others, on one core of 2024; 1,200 photos are found to
    be flat or not. While many are compared, all cores look at what is asked for next.

    Attributes:
        missing: Hashes of contents whose thumbnail was wanted and is not there.
    """

    def __init__(
        self, thumbnails: ThumbnailStore, hashes_of: Callable[[Collection[int]], Mapping[int, str]]
    ) -> None:
        """Make it; nothing is read yet.

        Args:
            thumbnails: Where they are.
            hashes_of: Returns the hashes of contents by their numbers.
        """
        self.missing: set[str] = set()
        self._thumbnails = thumbnails
        self._hashes_of = hashes_of
        self._hashes: dict[int, str] = {}
        self._pool: ThreadPoolExecutor | None = None
        self._seen: OrderedDict[str, Seen | None] = OrderedDict()
        self._known: dict[_Key, bool] = {}
        self._asked: set[_Key] = set()
        self._learned = False

    def begin(self) -> None:
        """Begin anew to note what is asked for; what was found stays known."""
        self._seen.clear()
        self._hashes.clear()
        self._asked.clear()
        self.missing.clear()

    @contextmanager
    def on_all_cores(self) -> Iterator[None]:
        """Let all cores look at what is expected meanwhile."""
        with ThreadPoolExecutor(cores(), "stack-look") as pool:
            self._pool = pool
            try:
                yield
            finally:
                self._pool = None

    def agree(self, first: int, second: int) -> bool:
        """Tell whether two contents show the same in every detail; no, as long as a thumbnail is not there.

        Args:
            first: Number of a content.
            second: Number of another.
        """
        hashes = self._sorted(first, second)
        pair = _key(*hashes)
        self._asked.add(pair)
        if pair not in self._known:
            one, other = (self._picture(content_hash) for content_hash in hashes)
            if one is None or other is None:
                return False
            self._learn(pair, agree(one, other))
        return self._known[pair]

    def is_flat(self, number: int) -> bool:
        """Tell whether a content is mostly plain ground; no, as long as its thumbnail is not there."""
        content_hash = self._hash_of(number)
        alone = (_digits(content_hash), 0)
        self._asked.add(alone)
        if alone not in self._known:
            found = self._picture(content_hash)
            if found is None:
                return False
            self._learn(alone, found.is_flat)
        return self._known[alone]

    def expect(self, pairs: Sequence[tuple[int, int]], *, of_flat_ones: bool) -> None:
        """Find out on all cores what is most likely asked for next; nothing, where few pairs are compared.

        Args:
            pairs: Numbers of contents.
            of_flat_ones: Whether it will be asked if they agree only where one of the two is flat.
        """
        if self._pool is None:
            return
        self._hashes |= self._hashes_of({number for pair in pairs for number in pair} - self._hashes.keys())
        wanted = {_key(*hashes): hashes for hashes in (self._sorted(*pair) for pair in pairs)}
        open_pairs = {key: hashes for key, hashes in wanted.items() if key not in self._known}
        alone = {(_digits(one), 0): one for hashes in open_pairs.values() for one in hashes}
        if of_flat_ones:
            self._look_at({one for key, one in alone.items() if key not in self._known}, self._pool)
            flat = {one for key, one in alone.items() if self._known.get(key)}
            open_pairs = {key: hashes for key, hashes in open_pairs.items() if not flat.isdisjoint(hashes)}
        self._look_at({one for hashes in open_pairs.values() for one in hashes}, self._pool)
        there = {
            key: (one, other)
            for key, hashes in open_pairs.items()
            if (one := self._seen.get(hashes[0])) is not None
            and (other := self._seen.get(hashes[1])) is not None
        }
        for key, found in _on_all(self._pool, there, lambda key: agree(*there[key])):
            self._learn(key, found)

    def _look_at(self, hashes: Collection[str], pool: ThreadPoolExecutor) -> None:
        """Read thumbnails and see which are flat. What is not there is missed when it is asked for."""
        new = sorted(hashes - self._seen.keys())
        for content_hash, found in _on_all(pool, new, self._read):
            if found is not None:
                self._hold(content_hash, found)
                self._learn((_digits(content_hash), 0), found.is_flat)

    def text(self) -> str | None:
        """Return all that is known, to be kept; None when nothing was learned since the last call."""
        if not self._learned:
            return None
        self._learned = False
        rows = np.array([(*key, found) for key, found in self._known.items()], dtype=np.uint64)
        return base64.b85encode(zlib.compress(rows.T.tobytes())).decode()

    def learn(self, text: str) -> None:
        """Know again what `text` returned once; text that is nothing of the kind says nothing."""
        try:
            numbers = np.frombuffer(zlib.decompress(base64.b85decode(text)), dtype=np.uint64)
            rows: NDArray[np.uint64] = numbers.reshape(3, -1).T
        except (ValueError, zlib.error, binascii.Error) as error:
            logger.warning("what was found of like photos has to be found again: %s", error)
            return
        self._known.update({(first, second): bool(found) for first, second, found in rows.tolist()})

    def forget_unasked(self) -> None:
        """Forget what was not asked for since `begin`: photos that are gone, and pairs that are no longer alike."""
        kept = {key: found for key, found in self._known.items() if key in self._asked}
        self._learned |= len(kept) < len(self._known)
        self._known = kept

    def _learn(self, key: _Key, found: bool) -> None:
        self._known[key] = found
        self._learned = True

    def _hash_of(self, number: int) -> str:
        if number not in self._hashes:
            self._hashes |= self._hashes_of([number])
        return self._hashes[number]

    def _sorted(self, first: int, second: int) -> tuple[str, str]:
        one, other = self._hash_of(first), self._hash_of(second)
        return (one, other) if one <= other else (other, one)

    def _picture(self, content_hash: str) -> Seen | None:
        if content_hash in self._seen:
            self._seen.move_to_end(content_hash)
            return self._seen[content_hash]
        found = self._read(content_hash)
        self._hold(content_hash, found)
        # One that is there and cannot be read is made again when its photo is; nobody waits for that.
        if found is None and not self._thumbnails.has(content_hash):
            self.missing.add(content_hash)
        return found

    def _hold(self, content_hash: str, found: Seen | None) -> None:
        self._seen[content_hash] = found
        if len(self._seen) > _HELD:
            self._seen.popitem(last=False)

    def _read(self, content_hash: str) -> Seen | None:
        try:
            return seen(grey_of(self._thumbnails.read(content_hash)))
        except UnreadablePhotoError as error:
            logger.debug("the thumbnail of %s cannot be compared: %s", content_hash, error.reason)
            return None


def _on_all(
    pool: ThreadPoolExecutor, things: Collection[T], work: Callable[[T], Found]
) -> Iterator[tuple[T, Found]]:
    """Yield things with what came of the work on each, which each core does for its share of them."""
    shares = [list(things)[number :: cores()] for number in range(cores())]
    for share, found in zip(shares, pool.map(lambda some: [work(one) for one in some], shares), strict=True):
        yield from zip(share, found, strict=True)


def _key(first: str, second: str) -> _Key:
    return _digits(first), _digits(second)


def _digits(content_hash: str) -> int:
    return xxhash.xxh3_64_intdigest(content_hash.encode())
