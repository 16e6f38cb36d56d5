"""Fetches one large file: resumes where it stopped, checks its sum, puts it in place only when it is right."""

import contextlib
import errno
import hashlib
import json
import logging
import os
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from desktop_app import own_files
from desktop_app.library.connections import NO_LOG, ConnectionLog, OpenConnection
from desktop_app.library.errors import DiskFullError, DownloadCancelledError, DownloadError
from desktop_app.library.events import DownloadProgress
from desktop_app.library.models.net.arriving import alone
from desktop_app.library.models.net.download_pace import Pace
from desktop_app.library.models.net.download_source import LONGEST_REST_S, Offer, Source, SourceError
from desktop_app.library.models.net.interrupter import Interrupter
from desktop_app.library.outside.addresses import shown_address
from desktop_app.library.outside.json_text import NotJsonError, read_json
from desktop_app.printable import size_of

_log = logging.getLogger(__name__)

_KEPT = "What has arrived is kept; try again to go on from there."
_BLOCK = 1024 * 1024
_LONGEST_NOTE_BYTES = 64 * 1024
# Room that is left on the disk when the file has arrived, for the catalogue and for others.
_SPARE_BYTES = 64 * 1024 * 1024
_LONGEST_WAIT_S = 30.0
# Fewer bytes than these in the time of the longest silence are no better than silence; 140 a second.
_LEAST_BYTES = 4096
# A host gets so many times the longest silence for the head of its answer, and for the frame of each piece.
_PATIENCE = 2
# How much a size that was only reckoned may be wrong by: the table of contents of the file.
_ABOUT_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is fetched.

    Attributes:
        name: For a person.
        sha256: Expected sum in hex; the sum that the address announces (a hub does) is taken if not given.
        size_bytes: Expected size; the address' word is taken if not given.
        about_bytes: What the size was reckoned to be, where it is not known to the byte.
        most_bytes: More than these never, where nothing else is known.
        also_bytes: Room for others that follow, which must be on the disk as well.
        why: What the connections are for, for a person.
    """

    name: str
    sha256: str | None
    size_bytes: int | None
    about_bytes: int | None = None
    most_bytes: int | None = None
    also_bytes: int = 0
    why: str = ""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a bad network is borne with.

    Attributes:
        timeout_s: Longest silence of a host.
        attempts: Failures in a row, with next to nothing arriving, before it is given up.
        first_wait_s: Pause after the first failure; doubles with each. A host that says when it may be asked again is
            asked then, if that is within two minutes.
    """

    timeout_s: float = 30.0
    attempts: int = 5
    first_wait_s: float = 1.0


def download(
    addresses: Sequence[str],
    target: Path,
    wanted: Wanted,
    *,
    progress: Callable[[DownloadProgress], None],
    cancelled: Callable[[], bool],
    network: bool = True,
    connections: ConnectionLog = NO_LOG,
    patience: Patience = Patience(),
) -> None:
    """Fetch a file into `target`; a `.part` file beside it is continued, also one of an earlier run.

    Args:
        addresses: http(s) addresses of the same file, the best first; the next is used when one fails for good.
        target: Appears only when the whole file is there and right; its folder is made.
        wanted: What it is.
        progress: Called on this thread, a few times a second.
        cancelled: Asked several times a second, on this thread and on one that ends silent connections.
        network: False: nothing is fetched.
        connections: Every connection is noted there, and that one was refused.
        patience: How long it is tried.

    Raises:
        DownloadError: It did not work; says why, and whether what arrived is kept.
        DownloadCancelledError: `cancelled` returned True.
        DiskFullError: Too little room.
    """
    if not network:
        connections.refused(addresses[0], wanted.why, "the network is switched off")
        raise DownloadError(
            f"{wanted.name} was not downloaded: downloads are switched off.", "Allow them in the settings."
        )
    run = _Run(target, wanted, progress=progress, cancelled=cancelled)
    run.begin = lambda address, via: connections.begin(address, wanted.why, via)
    try:
        with alone(target, wanted.name):
            run.open_part()
            with Interrupter(cancelled, _PATIENCE * patience.timeout_s) as run.interrupter:
                _fetch_from_any(run, addresses, patience)
            run.place()
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise run.disk_full() from error
        raise DownloadError(f"{wanted.name} cannot be written to {target.parent}: {error}.", _KEPT) from error
    finally:
        run.close()


def _fetch_from_any(run: "_Run", addresses: Sequence[str], patience: Patience) -> None:
    """Fetch from the first address that works, waiting longer after each failure in a row."""
    left = list(addresses)
    failures = 0
    while True:
        before = run.done_bytes
        try:
            run.fetch(left[0], patience.timeout_s)
        except SourceError as error:
            _log.warning("%s: %s", shown_address(left[0]), error.reason)
            failures = 1 if run.done_bytes - before >= _LEAST_BYTES else failures + 1
            address = left.pop(0)
            if error.passing:
                # Twice from the same address, then perhaps the next one is better off.
                left.insert(0 if failures % 2 else len(left), address)
            if not left or failures >= patience.attempts:
                raise DownloadError(f"{run.name} was not downloaded. {error.reason}", run.hint()) from error
            if error.passing:
                own_wait_s = min(patience.first_wait_s * 2 ** (failures - 1), _LONGEST_WAIT_S)
                run.wait(own_wait_s if error.rest_s is None else min(error.rest_s, LONGEST_REST_S))
        else:
            return


class _Run:
    """One call of `download`: the part on the disk, its sum so far, and how fast it grows.

    Attributes:
        name: What is fetched, for a person.
        done_bytes: Size of the part.
        interrupter: Ends connections that were given up.
        begin: Notes a connection.
    """

    interrupter: Interrupter
    begin: Callable[[str, str], OpenConnection]

    def __init__(
        self,
        target: Path,
        wanted: Wanted,
        *,
        progress: Callable[[DownloadProgress], None],
        cancelled: Callable[[], bool],
    ) -> None:
        self.name = wanted.name
        self.done_bytes = 0
        self._target = target
        self._expected_bytes = wanted.size_bytes
        # By who sends it now; another one, or the same a moment later, may have another state of it.
        self._promised_bytes: int | None = None
        self._about_bytes = wanted.about_bytes if wanted.size_bytes is None else None
        self._most_bytes = wanted.most_bytes
        self._also_bytes = wanted.also_bytes
        self._expected_sha256 = (wanted.sha256 or "").lower()
        self._progress = progress
        self._cancelled = cancelled
        self._part = target.with_name(target.name + ".part")
        self._note = target.with_name(target.name + ".part.json")  # where the part comes from
        self._file: IO[bytes] | None = None
        self._sum = hashlib.sha256()
        self._pace = Pace()
        self._resumed = False

    def open_part(self) -> None:
        """Open what an earlier run left, and compute its sum."""
        own_files.make_folder(self._target.parent)
        handle = own_files.opened(self._part, os.O_RDWR | os.O_CREAT, below=self._target.parent, alone=True)
        self._file = os.fdopen(handle, "r+b")
        while block := self._file.read(_BLOCK):
            self._stop_if_cancelled()
            self._sum.update(block)
            self.done_bytes += len(block)
        self._resumed = self.done_bytes > 0
        if self._expected_bytes is not None and self.done_bytes > self._expected_bytes:
            self._restart()
        self._report(now=True)

    def fetch(self, address: str, timeout_s: float) -> None:
        """Fetch what is missing from one address and check the whole.

        Raises:
            SourceError: It does not give the file, or not all of it, or another one.
        """
        self._stop_if_cancelled()
        if self._expected_sha256 and self.done_bytes and self.done_bytes == self._expected_bytes:
            self._check(self._expected_sha256)
            return
        mark = self._continue_with(address)
        with Source(
            address,
            start=self.done_bytes,
            mark=mark,
            timeout_s=timeout_s,
            opened=self.interrupter.opened,
            begin=self.begin,
        ) as source:
            self._compare(source.offer, mark)
            total, sha256 = self._agree(source.offer, address)
            self._receive(source, total, timeout_s)
            if total is not None and self.done_bytes != total:
                raise SourceError(
                    f"The connection broke after {self.done_bytes:,} of {total:,} bytes.", passing=True
                )
            self._check(sha256)

    def wait(self, seconds: float) -> None:
        """Pause, unless cancelled meanwhile."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._stop_if_cancelled()
            time.sleep(min(left, 0.1))

    def place(self) -> None:
        """Move the finished file to where it is looked for."""
        self._report(now=True)
        assert self._file is not None  # open_part has run
        self._file.flush()
        os.fsync(self._file.fileno())
        self.close()
        own_files.move(self._part, self._target)
        self._note.unlink(missing_ok=True)

    def close(self) -> None:
        """Close the part and leave it on the disk for the next time."""
        if self._file is not None:
            # A full disk says so once more here; whoever raised it first has told.
            with contextlib.suppress(OSError):
                self._file.close()

    def hint(self) -> str:
        """Return what the person can do after a failure."""
        return _KEPT if self.done_bytes else "Check the connection to the internet and try again."

    def disk_full(self) -> DiskFullError:
        """Return the error that says how much room is needed."""
        missing = max(self._likely_bytes - self.done_bytes, 0) + self._also_bytes + _SPARE_BYTES
        return DiskFullError(
            f"There is too little room in {self._target.parent} for {self.name}: "
            f"{size_of(missing)} more are needed.",
            f"Make room and try again. {_KEPT if self.done_bytes else ''}".strip(),
        )

    def _continue_with(self, address: str) -> str:
        """Return the mark to ask for the rest with; start over where the part may be of another file."""
        if not self.done_bytes:
            return ""
        mark = ""
        with contextlib.suppress(OSError, NotJsonError):
            note = read_json(own_files.read(self._note, _LONGEST_NOTE_BYTES, below=self._target.parent))
            if isinstance(note, dict) and note.get("address") == shown_address(address):
                mark = str(note.get("mark", ""))
        if not mark and not self._expected_sha256:
            self._restart()  # nothing would tell whether the pieces belong together
        return mark

    def _compare(self, offer: Offer, mark: str) -> None:
        """Refuse an offer of another file, or of another piece of it."""
        if offer.beyond_end:
            if offer.total_bytes != self.done_bytes:
                self._restart()
                raise SourceError("The file has changed; starting over.", passing=True)
            return
        size = self._expected_bytes
        if None not in {offer.total_bytes, size} and offer.total_bytes != size:
            raise SourceError(
                f"The address offers a file of {offer.total_bytes:,} bytes; {size:,} were expected.",
                passing=False,
            )
        about = self._about_bytes
        if about is not None and abs((offer.total_bytes or about) - about) > _ABOUT_BYTES:
            raise SourceError(
                f"The address offers a file of {offer.total_bytes:,} bytes; about {about:,} were expected.",
                passing=False,
            )
        if self._most_bytes is not None and (offer.total_bytes or 0) > self._most_bytes:
            raise SourceError(
                f"The address offers {offer.total_bytes:,} bytes, which is too much.", passing=False
            )
        if offer.sha256 and self._expected_sha256 and offer.sha256 != self._expected_sha256:
            raise SourceError("The address offers another file than was expected.", passing=False)
        if offer.start and (offer.start != self.done_bytes or (mark and offer.mark and offer.mark != mark)):
            self._restart()
            raise SourceError("The address sent a piece that does not fit; starting over.", passing=True)

    def _agree(self, offer: Offer, address: str) -> tuple[int | None, str]:
        """Prepare the part for an offer; return the size and the sum to check at the end."""
        total = offer.total_bytes if offer.total_bytes is not None else self._expected_bytes
        if total is None and offer.start:
            total = self._promised_bytes
        self._promised_bytes = total
        if total is None and self._about_bytes is not None:
            self._need_room(self._about_bytes)
        if not offer.beyond_end:
            if not offer.start:
                self._restart()
            note = json.dumps({"address": shown_address(address), "mark": offer.mark}).encode()
            own_files.write(self._note, note, below=self._target.parent, durable=False)
            self._need_room(total)
        return total, self._expected_sha256 or offer.sha256

    def _receive(self, source: Source, total: int | None, timeout_s: float) -> None:
        assert self._file is not None  # open_part has run
        about = self._about_bytes + _ABOUT_BYTES if self._about_bytes else self._most_bytes
        most = total if total is not None else about
        since, before = time.monotonic(), self.done_bytes
        while chunk := source.read():
            self._stop_if_cancelled()
            self.interrupter.alive()
            self._file.write(chunk)
            self._sum.update(chunk)
            self.done_bytes += len(chunk)
            if most is not None and self.done_bytes > most:
                self._restart()
                raise SourceError("The address sent more than it promised.", passing=False)
            if time.monotonic() - since > timeout_s:
                if self.done_bytes - before < _LEAST_BYTES:
                    raise SourceError("The address sends next to nothing.", passing=True)
                since, before = time.monotonic(), self.done_bytes
            self._report()

    def _check(self, sha256: str) -> None:
        """Compare the sum; throw away what has another one."""
        if not sha256 or self._sum.hexdigest() == sha256:
            return
        stitched = self._resumed
        self._restart()
        if stitched:
            raise SourceError("What an earlier run left did not fit; starting over.", passing=True)
        raise SourceError(
            "What arrived is not the file that was expected (its SHA-256 is another); it was deleted.",
            passing=False,
        )

    def _restart(self) -> None:
        """Forget the part."""
        assert self._file is not None  # open_part has run
        self._file.seek(0)
        self._file.truncate()
        self._sum = hashlib.sha256()
        self.done_bytes = 0
        self._resumed = False
        self._pace = Pace()

    @property
    def _likely_bytes(self) -> int:
        """How large the file is, or was reckoned to be; 0 when not known."""
        return self._expected_bytes or self._promised_bytes or self._about_bytes or 0

    def _need_room(self, total: int | None) -> None:
        if total is not None:
            free = shutil.disk_usage(self._target.parent).free
            if free < total - self.done_bytes + self._also_bytes + _SPARE_BYTES:
                raise self.disk_full()

    def _stop_if_cancelled(self) -> None:
        if self._cancelled():
            raise DownloadCancelledError(f"The download of {self.name} was stopped.", _KEPT)

    def _report(self, *, now: bool = False) -> None:
        rate = self._pace.at(self.done_bytes)
        if not (now or self._pace.due()):
            return
        total = self._likely_bytes
        left = (total - self.done_bytes) / rate if rate > 0 and total else None
        self._progress(DownloadProgress(self.name, self.done_bytes, total, rate, left))
