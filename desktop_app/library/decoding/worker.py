"""The child process that decodes photos: one at a time, for one parent, until that closes its end of the pipe.

A photo comes in two steps, so that one which is known already is read and hashed but not decoded:

    open (name)          → its hash, or what is wrong with it; of a large one first, again and again, how much was read
    decode (least_px)    → metadata and pixels, or what is wrong with it
    forget               → nothing; its bytes are dropped

The file comes as a descriptor that is open, for behind its walls this process opens nothing but what it is made of; on
Windows it opens the file itself, by its path. A photo is read into memory as a whole. A video stays in its file, which is read twice: for its hash, and where its
pictures are.
"""

import contextlib
import faulthandler
import importlib
import logging
import os
import socket
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from desktop_app.library.confinement.lifeline import end_with_parent
from desktop_app.library.confinement.walls import Walls, build_walls
from desktop_app.library.decoding.confine import confine_this_process, within
from desktop_app.library.decoding.wire import (
    MOST_MOMENTS_PX,
    Json,
    WireError,
    integer_of,
    most_pixels,
    packed,
    read_frame,
    write_frame,
)
from desktop_app.library.errors import UnreadablePhotoError
from desktop_app.library.media.extra_path import add_to_path
from desktop_app.library.media.formats import is_video_name
from desktop_app.library.media.identity import hash_of
from desktop_app.library.media.pictures import reasons
from desktop_app.library.media.pictures.decode import Decoded, decode, read_bytes
from desktop_app.library.media.pictures.openers import formats
from desktop_app.library.media.pictures.remarks import lacks_end
from desktop_app.library.media.steady_file import SteadyFile
from desktop_app.library.media.videos.extra import need_videos
from desktop_app.library.media.whole_file import read_opened, wait_until_written
from desktop_app.streams import reader_may_be_gone

_LONGEST_PATH_BYTES = 2**20


class _Pipes:
    """Our two ends: orders in, answers out."""

    def __init__(self) -> None:
        """Take them; from now on, what libraries print goes to standard error, which the parent logs."""
        if sys.stderr is None:  # a frozen application without a console
            sys.stderr = os.fdopen(2, "w")
        answers = os.dup(1)
        os.dup2(2, 1)
        self.orders = os.fdopen(0, "rb", buffering=0, closefd=False)
        self.answers = os.fdopen(answers, "wb", buffering=0)


class Worker:
    """Does what it is told."""

    def __init__(self, decode: Callable[..., Decoded], take_file: Callable[[], int] | None = None) -> None:
        """Make it.

        Args:
            decode: Decodes bytes; see `decode.decode`.
            take_file: Returns the descriptor of the file that is to be opened; None for opening it by its path.
        """
        self._decode = decode
        self._take_file = take_file
        self._held: bytes | SteadyFile = b""
        self._file: Path | int = Path()

    def answer(
        self, order: Json, payload: bytes, go_on: Callable[[int], None] = lambda _read_bytes: None
    ) -> tuple[Json, list[bytes]] | None:
        """Do one thing and return what to answer; None for no answer.

        Args:
            order: What to do.
            payload: The path, or name, of a file that is to be opened, as the system writes it.
            go_on: Told how much of a large file was read, whenever that is much more than before.
        """
        # Before another photo is read: two at once would take twice the memory.
        held, self._held = self._held, b""
        file, self._file = self._file, Path()
        try:
            match order:
                case {"do": "open"}:
                    return self._opened(Path(os.fsdecode(payload)), go_on)
                case {"do": "decode", "least_px": int(least_px), "stored": bool(stored)}:
                    at_ms = order.get("at_ms")
                    return self._decoded(held, file, least_px, at_ms, with_stored=stored)
                case {"do": "forget"}:
                    return None
        except UnreadablePhotoError as error:
            return {"problem": error.reason, "passing": error.passing}, []
        except MemoryError:
            return {"problem": reasons.NO_MEMORY, "passing": True}, []
        finally:
            if isinstance(held, SteadyFile):
                held.close()
            elif isinstance(file, int):
                os.close(file)
        raise WireError(f"not an order: {order}")

    def _opened(self, path: Path, go_on: Callable[[int], None]) -> tuple[Json, list[bytes]]:
        file = self._take_file() if self._take_file else path
        if is_video_name(path.name):
            return self._opened_video(path, file, go_on)
        self._file = file
        self._held = read_bytes(file) if isinstance(file, Path) else read_opened(file)
        return {"hash": hash_of(self._held), "size_bytes": len(self._held)}, []

    def _opened_video(
        self, path: Path, file: Path | int, go_on: Callable[[int], None]
    ) -> tuple[Json, list[bytes]]:
        handle = file if isinstance(file, int) else None
        try:
            # Before it is read, which may take long.
            need_videos()
        except UnreadablePhotoError:
            if handle is not None:
                os.close(handle)
            raise
        self._held = video = SteadyFile(path, handle)
        return {"hash": video.hash(go_on), "size_bytes": video.size_bytes}, []

    def _decoded(
        self,
        held: bytes | SteadyFile,
        file: Path | int,
        least_px: int,
        at_ms: object,
        *,
        with_stored: bool,
    ) -> tuple[Json, list[bytes]]:
        if isinstance(held, SteadyFile):
            # Late, for it brings numpy, which photos seldom need.
            from desktop_app.library.media.videos.decode import decode_video

            alone = least_px > MOST_MOMENTS_PX or at_ms is not None
            at_ms = integer_of(at_ms) if at_ms is not None else None
            return packed(decode_video(held, least_px=least_px, alone=alone, at_ms=at_ms))
        decoded = self._decode(held, least_px=least_px)
        if lacks_end(decoded.remark):
            # Half a photo is worth showing only where the other half will not come.
            wait_until_written(file, len(held))
        if decoded.picture.width * decoded.picture.height > most_pixels(least_px):
            raise UnreadablePhotoError("the picture is much too long for its width")
        return packed(decoded if with_stored else replace(decoded, stored=decoded.picture))


def main(arguments: Sequence[str]) -> int:
    """Decode until there are no more orders, and return the exit code.

    Args:
        arguments: How much memory there is, in bytes; "background" or "foreground"; the descriptors of the socket that
            brings files and of the lifeline, as "5,7", or nothing on Windows; for tests of what this process is for, a
            decoder in place of ours, as `module:function`; and any number of folders that extras are imported from.
    """
    pipes = _Pipes()
    # Says in the log of the application in which library a crash was.
    faulthandler.enable()
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(name)s: %(message)s")
    memory_bytes, place, given, decoder = [*arguments, "", ""][:4]
    for folder in arguments[4:]:
        add_to_path(folder)
    files, lifeline = map(int, given.split(",")) if given else (None, None)
    confine_this_process(int(memory_bytes), background=place == "background")
    formats()
    worker = Worker(_named(decoder) if decoder else decode, None if files is None else _taking(files))
    walls = _shut_in(lifeline) if files is not None or sys.platform == "win32" else Walls((), ())
    with contextlib.suppress(EOFError), reader_may_be_gone():  # the parent wants no more, or is gone
        write_frame(
            pipes.answers, {"ready": os.getpid(), "walls": list(walls.held), "missing": list(walls.missing)}
        )
        while True:
            _serve_one(pipes, worker)
    return 0


def _shut_in(lifeline: int | None) -> Walls:
    if sys.platform == "linux":
        # The lifeline first: behind the walls it cannot be laid. There it is no thread, which would be left outside.
        end_with_parent(lifeline)
        walls = build_walls()
    else:
        walls = build_walls()
        end_with_parent(lifeline)
    return walls


def _taking(files: int) -> Callable[[], int]:
    """Return what takes the next open file out of a socket."""
    source = socket.socket(fileno=files)

    def take() -> int:
        taken = _files_from(source)
        if len(taken) != 1:
            raise EOFError
        return taken[0]

    return take


if sys.platform == "win32":

    def _files_from(_source: socket.socket) -> list[int]:
        return []  # a file is opened by its path there

else:

    def _files_from(source: socket.socket) -> list[int]:
        return socket.recv_fds(source, 1, 1)[1]


def _serve_one(pipes: _Pipes, worker: Worker) -> None:
    order, payload = read_frame(pipes.orders, _LONGEST_PATH_BYTES)
    limit_s = order.get("within_s")
    if not isinstance(limit_s, int | float):
        raise WireError(f"not an order: {order}")
    with within(limit_s) as begin_anew:

        def go_on(read_bytes: int) -> None:
            begin_anew()
            write_frame(pipes.answers, {"read_bytes": read_bytes})

        answer = worker.answer(order, bytes(payload), go_on)
    if answer is not None:
        write_frame(pipes.answers, *answer)


def _named(decoder: str) -> Callable[..., Decoded]:
    module, _, function = decoder.partition(":")
    found: Callable[..., Decoded] = getattr(importlib.import_module(module), function)
    return found
