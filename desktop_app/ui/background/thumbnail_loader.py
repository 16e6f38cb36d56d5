"""Loads thumbnails on threads of its own, what was asked last first, and keeps the recent ones in memory."""

import logging
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from PySide6.QtCore import QByteArray, QFile, QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage, QImageReader

from desktop_app.library import LibraryError, Photo

_log = logging.getLogger(__name__)

# A thumbnail in a cell of 200 pixels takes about 120 KB: this keeps some 2,000, fifty screens of them.
LIMIT_BYTES: Final = 256 * 2**20

_JPEG_START: Final = b"\xff\xd8"

# A thread that has been busy for so long waits for something, a drive or a photo that is decoded, and uses no core.
_WAITS_S: Final = 0.1

RETRY_S: Final = 60.0
"""So long a picture that could not be made counts as impossible: its drive may have been slow, or the disk full."""

Stamp = tuple[str | None, int]
"""Content hash and modification time: another one means that the file is another picture now."""

FindThumbnail = Callable[[Photo, float | None], Path | None]
"""Returns the file of a photo's small copy, or of a video's at that second; None when it cannot be made."""

Key = tuple[int, float | None]
"""A photo's id and, of a video, the moment that is shown: another one is another picture."""


@dataclass(frozen=True, slots=True)
class _Wish:
    photo: Photo
    side_px: int
    at_s: float | None


@dataclass(frozen=True, slots=True)
class _Loaded:
    """A picture with what it was made for; a null image says that there is none."""

    key: Key
    stamp: Stamp
    side_px: int
    image: QImage
    made_s: float = field(default_factory=time.monotonic)


def _stamp(photo: Photo) -> Stamp:
    return photo.content_hash, photo.mtime_ns


class ThumbnailLoader(QObject):
    """Turns photos into small pictures without holding up the window.

    All methods belong to the GUI thread; only `find` and the decoding run on the loader's own threads.

    Signals:
        ready(int, QImage): The photo's id and its picture, upright, no side longer than was wanted.
        failed(int): The id of a photo of which no picture can be made.
    """

    ready = Signal(int, QImage)
    failed = Signal(int)
    _arrived = Signal(object)

    def __init__(
        self,
        find: FindThumbnail,
        parent: QObject | None = None,
        *,
        limit_bytes: int = LIMIT_BYTES,
        threads: int | None = None,
        at_once: int | None = None,
    ) -> None:
        """Start the threads.

        Args:
            find: Finds the thumbnail's file, making it when it is missing.
            parent: Owner, as for any QObject.
            limit_bytes: Pictures kept in memory; the least recently used go first.
            threads: How many; by default two to four, as the machine has cores.
            at_once: How many of them read pictures at once, those aside that wait; by default half as many as there are cores,
                so that the window has one for itself.
        """
        super().__init__(parent)
        self._find = find
        self._limit_bytes = limit_bytes
        self._kept: OrderedDict[Key, _Loaded] = OrderedDict()
        self._kept_bytes = 0
        self._wishes: OrderedDict[int, _Wish] = OrderedDict()
        self._under_way: dict[int, _Wish] = {}
        self._changed = threading.Condition()
        self._closed = False
        cores = os.cpu_count() or 2
        self._at_once = at_once if at_once is not None else max(1, cores // 2)
        # When each busy thread began with what it is at.
        self._begun: dict[int, float] = {}
        self._arrived.connect(self._take, Qt.ConnectionType.QueuedConnection)
        count = threads if threads is not None else min(4, max(2, cores // 2))
        self._threads = [
            threading.Thread(target=self._work, name=f"thumbnail-{number}", daemon=True)
            for number in range(count)
        ]
        for thread in self._threads:
            thread.start()

    def want(self, photo: Photo, side_px: int, at_s: float | None = None) -> None:
        """Ask for a picture whose longer side has `side_px` physical pixels, before all that was asked earlier.

        Nothing happens when it is in memory at that size, was found to be impossible just now, or is being made.

        Args:
            photo: Of which; a wish for another moment of the same video is dropped, unless it is being made.
            side_px: How large.
            at_s: The moment of a video, in seconds; None for a photo, and for the picture a video is known by.
        """
        key = photo.id, at_s
        kept = self._kept.get(key)
        if kept is not None and kept.stamp == _stamp(photo):
            self._kept.move_to_end(key)
            is_final = not kept.image.isNull() or time.monotonic() - kept.made_s < RETRY_S
            if is_final and (kept.image.isNull() or kept.side_px == side_px):
                return
        wish = _Wish(photo, side_px, at_s)
        with self._changed:
            if self._closed or self._under_way.get(photo.id) == wish:
                return
            self._wishes[photo.id] = wish
            self._wishes.move_to_end(photo.id)
            self._changed.notify()

    def peek(self, photo_id: int, at_s: float | None = None) -> QImage | None:
        """Return the picture in memory, of whatever size; a null image when none can be made; None for not yet.

        That of another moment of a video is none.
        """
        kept = self._kept.get((photo_id, at_s))
        return kept.image if kept is not None else None

    def keep_only(self, photo_ids: Collection[int]) -> None:
        """Forget wishes for other photos than these: they are no longer to be seen."""
        with self._changed:
            for photo_id in [wished_id for wished_id in self._wishes if wished_id not in photo_ids]:
                del self._wishes[photo_id]

    def forget(self, photo_ids: Collection[int] | None = None) -> None:
        """Drop these pictures from memory, all when None, failures too, so that they are made anew when wanted."""
        for key in list(self._kept):
            if photo_ids is None or key[0] in photo_ids:
                self._drop(key)

    def close(self) -> None:
        """End the threads; a picture that is being made is waited for and dropped."""
        with self._changed:
            self._closed = True
            self._wishes.clear()
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        while (wish := self._next()) is not None:
            key = wish.photo.id, wish.at_s
            loaded = _Loaded(key, _stamp(wish.photo), wish.side_px, self._picture(wish))
            with self._changed:
                if self._under_way.get(wish.photo.id) is wish:
                    del self._under_way[wish.photo.id]
                if not self._closed:
                    self._arrived.emit(loaded)

    def _next(self) -> _Wish | None:
        """Wait for the newest wish; None when the loader closes."""
        with self._changed:
            self._begun.pop(threading.get_ident(), None)
            while not self._closed and not (self._wishes and self._has_room()):
                self._changed.wait(_WAITS_S if self._wishes else None)
            if self._closed:
                return None
            photo_id, wish = self._wishes.popitem(last=True)
            self._under_way[photo_id] = wish
            self._begun[threading.get_ident()] = time.monotonic()
            return wish

    def _has_room(self) -> bool:
        """Return whether one more may begin: two on two cores made a step of scrolling take a quarter more of the processor."""
        before = time.monotonic() - _WAITS_S
        return sum(began > before for began in self._begun.values()) < self._at_once

    def _picture(self, wish: _Wish) -> QImage:
        try:
            path = self._find(wish.photo, wish.at_s)
            return QImage() if path is None else read_thumbnail(path, wish.side_px)
        except LibraryError as error:
            _log.warning("No thumbnail of %s: %s", wish.photo.path, error)
            return QImage()
        except Exception:  # noqa: BLE001
            # The thread's outermost loop: one photo's trouble must not end the thumbnails of all others.
            _log.exception("No thumbnail of %s", wish.photo.path)
            return QImage()

    def _take(self, loaded: _Loaded) -> None:
        """Keep a picture and say so; on the GUI thread."""
        if self._closed:
            return
        self._drop(loaded.key)
        self._kept[loaded.key] = loaded
        self._kept_bytes += loaded.image.sizeInBytes()
        while self._kept_bytes > self._limit_bytes and len(self._kept) > 1:
            self._drop(next(iter(self._kept)))
        if loaded.image.isNull():
            self.failed.emit(loaded.key[0])
        else:
            self.ready.emit(loaded.key[0], loaded.image)

    def _drop(self, key: Key) -> None:
        dropped = self._kept.pop(key, None)
        if dropped is not None:
            self._kept_bytes -= dropped.image.sizeInBytes()


def read_thumbnail(path: Path, side_px: int | None = None) -> QImage:
    """Read a thumbnail upright; null when it cannot be read, or is no JPEG. Safe on any thread.

    Args:
        path: The file, and no other of nearly its name.
        side_px: Shrink it into a square of so many pixels, but never enlarge it; None for its own size.
    """
    file = QFile(str(path))
    # Given a name that is not there, Qt would look for `name.bmp`, `name.png` and a dozen more.
    if not file.open(QFile.OpenModeFlag.ReadOnly) or file.peek(len(_JPEG_START)).data() != _JPEG_START:
        return QImage()
    # Left to itself, Qt looks at what is inside: a drawing (SVG) that somebody put here would have it read other files.
    reader = QImageReader(file, QByteArray(b"jpeg"))
    reader.setAutoDetectImageFormat(False)
    reader.setAutoTransform(True)
    size = reader.size()
    if side_px is not None and size.isValid() and max(size.width(), size.height()) > side_px:
        fitted = size.scaled(QSize(side_px, side_px), Qt.AspectRatioMode.KeepAspectRatio)
        reader.setScaledSize(fitted.expandedTo(QSize(1, 1)))
    image = reader.read()
    # The format the painter is fastest with; converting here spares the GUI thread the work.
    wanted = (
        QImage.Format.Format_ARGB32_Premultiplied if image.hasAlphaChannel() else QImage.Format.Format_RGB32
    )
    return image if image.isNull() else image.convertToFormat(wanted)
