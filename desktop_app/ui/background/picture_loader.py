"""Decodes whole photos on threads of its own: the one that is shown first, then its neighbours."""

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage

from desktop_app.library import Hit, LibraryError, Photo, UnreadablePhotoError, give_memory_back
from desktop_app.ui.background.strips import halved
from desktop_app.ui.background.thumbnail_loader import FindThumbnail, Key, read_thumbnail
from desktop_app.ui.look.video_words import moment_of, photo_of

_log = logging.getLogger(__name__)

# A photo of 24 megapixels takes 96 MB and its smaller copies a third of that. What is shown and its neighbours are kept
# up to twice this, which are four of them.
LIMIT_BYTES: Final = 256 * 2**20

_SMALLEST_PX: Final = 512

Decode = Callable[[Path, float | None], QImage]
"""Reads a photo, or the moment of a video at so many seconds."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A decoded photo, ready to be painted at any size.

    Attributes:
        levels: The whole picture, then copies of half the size each. A painter that takes the smallest one that
            is large enough never shrinks by more than two, beyond which its smoothing would leave out pixels.
        reason: Why there is no picture, in a few words; empty when there is one.
        is_copy: Whether it is only the thumbnail, to be shown as large as the photo, which is on a drive that is not
            connected.
    """

    levels: tuple[QImage, ...]
    reason: str = ""
    is_copy: bool = False

    @property
    def size(self) -> QSize:
        """Size of the whole picture in its own pixels."""
        return self.levels[0].size() if self.levels else QSize()

    @property
    def size_bytes(self) -> int:
        """Memory that all levels take."""
        return sum(level.sizeInBytes() for level in self.levels)

    def level_for(self, scale: float) -> QImage:
        """Return the level to paint when one pixel of the whole picture takes `scale` physical pixels."""
        fine = [level for level in self.levels if level.width() >= self.levels[0].width() * scale - 1]
        return fine[-1] if fine else self.levels[0]


class PictureLoader(QObject):
    """Keeps the photos that were decoded last. All methods belong to the GUI thread.

    Signals:
        ready(int, Picture): The photo's id and what came of it, a reason included; `peek` says of which moment.
    """

    ready = Signal(int, object)
    _arrived = Signal(object, object, int)

    def __init__(
        self,
        decode: Decode,
        parent: QObject | None = None,
        *,
        find_thumbnail: FindThumbnail | None = None,
        limit_bytes: int = LIMIT_BYTES,
        threads: int = 2,
        give_back: Callable[[], None] = give_memory_back,
    ) -> None:
        """Start the threads.

        Args:
            decode: Reads a file, or a moment of a video in seconds, into an upright picture, on any thread; raises
                UnreadablePhotoError.
            find_thumbnail: Finds the small copy of a photo whose drive is not connected, on any thread.
            parent: Owner, as for any QObject.
            limit_bytes: Pictures kept in memory; the least recently used go first. What was wanted last is kept up to
                twice as much.
            threads: How many.
            give_back: Returns to the system what dropped pictures took; called on one of the threads.
        """
        super().__init__(parent)
        self._decode = decode
        self._find_thumbnail = find_thumbnail
        self._limit_bytes = limit_bytes
        self._kept: OrderedDict[Key, Picture] = OrderedDict()
        self._wanted: list[Hit | Photo] = []
        self._near: list[Key] = []
        self._under_way: set[Key] = set()
        self._changed = threading.Condition()
        self._closed = False
        self._views = 0
        self._give_back = give_back
        self._dropped = False
        self._arrived.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._threads = [
            threading.Thread(target=self._work, name=f"picture-{number}", daemon=True)
            for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def want(self, items: Sequence[Hit | Photo]) -> None:
        """Load these, the first one first; whatever was wanted before and has not begun is dropped."""
        self._near = [_key(item) for item in items]
        with self._changed:
            self._wanted = [item for item in items if _key(item) not in self._kept]
            self._changed.notify_all()

    def peek(self, photo_id: int, at_s: float | None = None) -> Picture | None:
        """Return the picture if it is in memory; that of another moment of a video is none."""
        key = photo_id, at_s
        if key in self._kept:
            self._kept.move_to_end(key)
        return self._kept.get(key)

    def forget(self) -> None:
        """Drop all pictures and wishes: the view is closed, the memory is better used elsewhere."""
        with self._changed:
            self._wanted = []
            # What is being decoded for this view belongs to none that comes later.
            self._views += 1
        self._near = []
        if self._kept:
            self._kept.clear()
            self._return_memory()

    def close(self) -> None:
        """End the threads; a picture that is being decoded is waited for and dropped."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        while (work := self._next()) is not None:
            work()

    def _load(self, item: Hit | Photo, view: int) -> None:
        picture = self._picture(photo_of(item), moment_of(item))
        with self._changed:
            self._under_way.discard(_key(item))
            if not self._closed:
                self._arrived.emit(_key(item), picture, view)
            self._changed.notify_all()

    def _return_memory(self) -> None:
        with self._changed:
            self._dropped = True
            self._changed.notify()

    def _next(self) -> Callable[[], None] | None:
        """Wait for what is to be done: load the most urgent photo that nobody works on; None when the loader closes."""
        with self._changed:
            while not self._closed:
                for item in self._wanted:
                    if _key(item) not in self._under_way:
                        self._wanted.remove(item)
                        self._under_way.add(_key(item))
                        return partial(self._load, item, self._views)
                if self._dropped and not self._under_way:
                    self._dropped = False
                    return self._give_back
                self._changed.wait()
            return None

    def _picture(self, photo: Photo, at_s: float | None) -> Picture:
        try:
            return (
                self._copy_of(photo, at_s) if photo.offline else with_levels(self._decode(photo.path, at_s))
            )
        except UnreadablePhotoError as error:
            return Picture((), error.reason)
        except LibraryError as error:
            return Picture((), error.sentence)
        except Exception:  # noqa: BLE001
            # The thread's outermost loop: one photo's trouble must not end the loading of all others.
            _log.exception("%s cannot be shown", photo.path)
            return Picture((), "the picture cannot be shown")

    def _copy_of(self, photo: Photo, at_s: float | None) -> Picture:
        found = self._find_thumbnail(photo, at_s) if self._find_thumbnail is not None else None
        image = read_thumbnail(found) if found is not None else QImage()
        return replace(with_levels(image), is_copy=True)

    def _take(self, key: Key, picture: Picture, view: int) -> None:
        if self._closed:
            return
        if view != self._views:
            self._return_memory()
            return
        self._kept[key] = picture
        self._kept.move_to_end(key)
        self._drop_far()
        self.ready.emit(key[0], picture)

    def _drop_far(self) -> None:
        """Drop what is over the limit: the least recently used, and what was wanted last only where it must be."""
        far = [key for key in self._kept if key not in self._near]
        near = [key for key in reversed(self._near) if key in self._kept]
        for keys, most_bytes in ((far, self._limit_bytes), (near, 2 * self._limit_bytes)):
            for key in keys:
                if len(self._kept) > 1 and self._kept_bytes() > most_bytes:
                    del self._kept[key]

    def _kept_bytes(self) -> int:
        return sum(picture.size_bytes for picture in self._kept.values())


def _key(item: Hit | Photo) -> Key:
    return photo_of(item).id, moment_of(item)


def with_levels(image: QImage) -> Picture:
    """Return a picture with its smaller copies. Safe on any thread; a null image has a reason instead."""
    if image.isNull():
        return Picture((), "the picture cannot be shown")
    form = (
        QImage.Format.Format_ARGB32_Premultiplied if image.hasAlphaChannel() else QImage.Format.Format_RGB32
    )
    levels = [image if image.format() == form else image.convertToFormat(form)]
    while max(levels[-1].width(), levels[-1].height()) > 2 * _SMALLEST_PX:
        levels.append(halved(levels[-1]))
    return Picture(tuple(levels))
