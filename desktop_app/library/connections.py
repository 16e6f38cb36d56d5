"""Keeps a list of every connection that was opened to another program, and of those that were refused.

One line of JSON when a connection begins and one when it ends, so that one that a power cut ended is in it too. The list
lies in the library's own folder, takes 1 MB at most, and forgets the oldest first. Milvus Lite, a process of ours that is
reached by a socket in a private folder, is no other program.
"""

import json
import logging
import os
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from desktop_app import own_files
from desktop_app.library.outside.addresses import shown_address
from desktop_app.library.outside.json_text import NotJsonError, read_json
from desktop_app.printable import safe

_log = logging.getLogger(__name__)

_NAME: Final = "connections.jsonl"
_OLDER: Final = "connections.old.jsonl"
# Two files of this size: the one that is written, and the one before it.
_LONGEST_FILE: Final = 512 * 1024
_LONGEST_TEXT: Final = 300
_LONGEST_LINE: Final = 4096
_LATEST_YEAR: Final = 9999
_PORTS: Final = {"http": 80, "https": 443}


class Outcome(StrEnum):
    """How a connection ended."""

    COMPLETE = "complete"
    FAILED = "failed"
    CANCELLED = "cancelled"
    REFUSED = "refused"
    """It was not opened at all, as where the network is switched off."""
    UNKNOWN = "unknown"
    """It is open, or Vislumbre was ended before it."""


@dataclass(frozen=True, slots=True)
class Connection:
    """One connection, or one that was refused.

    Attributes:
        when: When it was begun, with the time zone UTC.
        host: Of whom; without name and password.
        port: The same; 0 when not known.
        path: What was asked for, without a query; empty where that means nothing.
        via: Host and port of the proxy that it went through; empty without one.
        why: What for, for a person.
        outcome: How it ended.
        ended: The same in words, for a person.
        bytes_in: What was received, protection not counted; None when not known.
        bytes_out: What was sent, the same.
        seconds: How long it lasted; None when not known.
    """

    when: datetime
    host: str
    port: int
    path: str
    via: str
    why: str
    outcome: Outcome = Outcome.UNKNOWN
    ended: str = ""
    bytes_in: int | None = None
    bytes_out: int | None = None
    seconds: float | None = None


class OpenConnection:
    """A connection that was begun; whoever holds it counts and ends it. One thread at a time."""

    def __init__(self, log: "ConnectionLog", key: str) -> None:
        """Made by `ConnectionLog.begin`."""
        self._connections = log
        self._key = key
        self._began = time.monotonic()
        self._in: int | None = None
        self._out: int | None = None
        self._is_over = False

    def received(self, count: int) -> None:
        """Count bytes that were received."""
        self._in = (self._in or 0) + count

    def sent(self, count: int) -> None:
        """Count bytes that were sent."""
        self._out = (self._out or 0) + count

    def end(self, outcome: Outcome, how: str) -> None:
        """Note how it ended; only the first time says anything.

        Args:
            outcome: How.
            how: In words that fit behind "it ended: ", with or without a full stop.
        """
        if self._is_over:
            return
        self._is_over = True
        self._connections.note_end(
            self._key,
            {
                "outcome": outcome.value,
                "ended": how.removesuffix("."),
                "bytes_in": self._in,
                "bytes_out": self._out,
                "seconds": round(time.monotonic() - self._began, 3),
            },
        )


class ConnectionLog:
    """The list of one library. Any thread, any number of processes."""

    def __init__(self, folder: Path | None) -> None:
        """Name the library's own folder; None: nothing is kept."""
        self._folder = folder
        self._lock = threading.Lock()

    def begin(self, address: str, why: str, via: str = "") -> OpenConnection:
        """Note that a connection is begun, before it is.

        Args:
            address: Of what is asked; name, password and query are left out.
            why: What for, for a person.
            via: Host and port of the proxy.
        """
        key = secrets.token_hex(6)
        self._append(_begun(key, address, why, via))
        return OpenConnection(self, key)

    def refused(self, address: str, why: str, reason: str) -> None:
        """Note that no connection was opened, and why not."""
        begun = _begun(secrets.token_hex(6), address, why, "")
        self._append(begun | {"outcome": Outcome.REFUSED.value, "ended": reason})

    def note_end(self, key: str, said: dict[str, object]) -> None:
        """Note the end of a connection; for `OpenConnection`."""
        self._append({"key": key, **said})

    def all(self) -> tuple[Connection, ...]:
        """Return every connection that is kept, the newest last; what cannot be read is left out."""
        found: dict[str, Connection] = {}
        with self._lock:
            lines = [line for name in (_OLDER, _NAME) for line in self._lines(name)]
        for said in lines:
            key = _text(said, "key")
            begun = found.get(key) or _connection(said)
            if key and begun is not None:
                found[key] = _with_end(begun, said)
        return tuple(sorted(found.values(), key=lambda one: one.when))

    def _append(self, said: dict[str, object]) -> None:
        if self._folder is None:
            return
        line = json.dumps(_short(said), ensure_ascii=True).encode() + b"\n"
        with self._lock:
            try:
                self._turn_over(len(line))
                flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
                handle = own_files.opened(self._folder / _NAME, flags, below=self._folder, alone=True)
                try:
                    os.write(handle, line)
                finally:
                    os.close(handle)
            except OSError as error:
                _log.warning("a connection could not be noted: %s", error)

    def _turn_over(self, more_bytes: int) -> None:
        """Begin a new file when the present one is full; the one before it goes."""
        assert self._folder is not None  # _append has looked
        current = self._folder / _NAME
        status = own_files.status_of(current, below=self._folder)
        if status is not None and status.st_size + more_bytes > _LONGEST_FILE:
            current.replace(self._folder / _OLDER)

    def _lines(self, name: str) -> Iterator[dict[str, object]]:
        if self._folder is None:
            return
        content = b""
        with suppress(OSError):
            content = own_files.read(self._folder / name, _LONGEST_FILE + _LONGEST_LINE, below=self._folder)
        for line in content.splitlines():
            with suppress(NotJsonError):
                said = read_json(line, _LONGEST_LINE)
                if isinstance(said, dict):
                    yield said


NO_LOG: Final = ConnectionLog(None)
"""Keeps nothing."""


def _begun(key: str, address: str, why: str, via: str) -> dict[str, object]:
    parts = urlsplit(shown_address(address))
    return {
        "key": key,
        "when": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "host": parts.hostname or "",
        "port": parts.port or _PORTS.get(parts.scheme, 0),
        "path": parts.path,
        "via": via,
        "why": why,
    }


def _short(said: dict[str, object]) -> dict[str, object]:
    """Return values that make one line of bounded length in which nothing acts in a terminal."""
    return {
        key: safe(value)[:_LONGEST_TEXT] if isinstance(value, str) else value for key, value in said.items()
    }


def _connection(said: dict[str, object]) -> Connection | None:
    """Return what a line says of a beginning; None where it says of none."""
    try:
        when = datetime.fromisoformat(_text(said, "when"))
    except ValueError:
        return None
    if when.tzinfo is None or not 1 < when.year < _LATEST_YEAR:
        return None
    return Connection(
        when=when.astimezone(UTC),
        host=_text(said, "host"),
        port=_count(said, "port") or 0,
        path=_text(said, "path"),
        via=_text(said, "via"),
        why=_text(said, "why"),
        ended="not known: Vislumbre was ended before it, or it is still open",
    )


def _with_end(begun: Connection, said: dict[str, object]) -> Connection:
    """Return a connection with what a line says of its end."""
    outcome = _text(said, "outcome")
    if outcome not in set(Outcome):
        return begun
    seconds = said.get("seconds")
    return replace(
        begun,
        outcome=Outcome(outcome),
        ended=_text(said, "ended"),
        bytes_in=_count(said, "bytes_in"),
        bytes_out=_count(said, "bytes_out"),
        seconds=float(seconds) if isinstance(seconds, int | float) and seconds >= 0 else None,
    )


def _text(said: dict[str, object], key: str) -> str:
    value = said.get(key)
    return safe(value)[:_LONGEST_TEXT] if isinstance(value, str) else ""


def _count(said: dict[str, object], key: str) -> int | None:
    value = said.get(key)
    return value if type(value) is int and value >= 0 else None
