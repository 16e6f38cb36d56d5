"""How far the work is, on one line of the error stream, and what happens meanwhile."""

import sys
from datetime import timedelta

from desktop_app.cli.output import complain
from desktop_app.library import (
    NOT_ALLOWED,
    DownloadProgress,
    Event,
    FolderMissing,
    FolderMoved,
    ModelLoading,
    ModelUnavailable,
    Phase,
    Progress,
    Trouble,
)
from desktop_app.printable import safe, shown
from desktop_app.streams import takes_escapes


class ProgressLine:
    """Tells a person at a terminal how far the work is, on one line of the error stream.

    Hears the library's events on its threads. Sentences are printed also where there is no terminal.

    Attributes:
        told: What went wrong and was said.
    """

    def __init__(self) -> None:
        self.told: set[str] = set()
        self._live = takes_escapes(sys.stderr)
        self._shown = False

    def hear(self, event: Event) -> None:
        """Show one event."""
        if isinstance(event, Progress | DownloadProgress):
            self._show(event)
        elif isinstance(event, ModelLoading):
            self._replace(f"Loading the model {event.name}…")
        elif isinstance(event, ModelUnavailable | Trouble):
            self.told.add(str(event.error))
            self.say(str(event.error))
        elif isinstance(event, FolderMissing):
            why = (
                f"{NOT_ALLOWED} {shown(event.folder)}"
                if event.forbidden
                else f"The folder {shown(event.folder)} is not there"
            )
            self.say(f"{why}; its photos are kept.")
        elif isinstance(event, FolderMoved):
            self.say(f"The folder {shown(event.old)} is at {shown(event.new)} now and was followed there.")

    def show(self, doing: str, done: int, total: int) -> None:
        """Show how far other work is, "Sending" for one."""
        self._replace(f"{doing} {done:,} of {total:,}")

    def end(self) -> None:
        """Take the line away, before the result is printed."""
        if self._shown:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
            self._shown = False

    def _show(self, event: Progress | DownloadProgress) -> None:
        if isinstance(event, DownloadProgress):
            done = f"{event.done_bytes / 1e6:,.0f} of {event.total_bytes / 1e6:,.0f} MB"
            rate = f", {event.bytes_per_s / 1e6:,.1f} MB a second" if event.bytes_per_s else ""
            self._replace(f"Downloading {event.name}: {done}{rate}{_left(event.seconds_left)}")
        elif event.phase is Phase.SCANNING:
            self._replace(f"Looking for photos: {event.done:,}")
        elif event.phase is Phase.INDEXING:
            rate = f", {event.rate_per_s:.1f} a second" if event.rate_per_s else ""
            self._replace(f"Indexing {event.done:,} of {event.total:,}{rate}{_left(event.seconds_left)}")

    def _replace(self, text: str) -> None:
        if self._live:
            print(f"\r\033[K{safe(text)}", end="", file=sys.stderr, flush=True)
            self._shown = True

    def say(self, text: str) -> None:
        """Print a sentence on a line of its own."""
        self.end()
        complain(text)


def _left(seconds: float | None) -> str:
    return "" if seconds is None else f", {timedelta(seconds=round(seconds))} left"
