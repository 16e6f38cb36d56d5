"""One run of one command: where its library is, how it is opened, and how its work is waited for."""

import argparse
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from desktop_app.cli.progress import ProgressLine
from desktop_app.library import IndexReport, PhotoLibrary
from desktop_app.named_store import NamedStore
from desktop_app.opening import open_library
from desktop_app.paths import AppPaths
from desktop_app.settings import Settings
from desktop_app.trust import OwnLibraries

DONE, SOME_FAILED, WRONG_USE, CANNOT_WORK, INTERRUPTED = 0, 1, 2, 3, 130

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Session:
    """One run of one command.

    Attributes:
        arguments: What was typed.
        paths: Where the library is.
        own: Which libraries may be opened without a word.
        told: What went wrong and was said while the library was open.
    """

    arguments: argparse.Namespace
    paths: AppPaths
    own: OwnLibraries = field(default_factory=OwnLibraries.of_person)
    told: set[str] = field(default_factory=set)

    @property
    def as_json(self) -> bool:
        """Whether a machine reads the output."""
        return bool(self.arguments.json)

    @property
    def named_store(self) -> NamedStore:
        """The vector database that was named in place of the one in the settings."""
        typed = self.arguments
        return NamedStore(typed.store or "", typed.store_database, typed.store_certificate)

    def refuse_unknown(self) -> None:
        """Look whether the library may be opened without a word; nothing is noted.

        Raises:
            UnknownLibraryError: Somebody else made it.
        """
        self.own.refuse_unknown(self.paths, Settings.load(self.paths.config).values.store_address)

    @contextmanager
    def library(self) -> Iterator[tuple[PhotoLibrary, ProgressLine]]:
        """Open the library for the command, with progress on the error stream; closed at the end."""
        values = Settings.load(self.paths.config).values
        library = open_library(
            self.paths,
            lambda: values,
            model=self.arguments.model,
            runtime=self.arguments.runtime,
            store=self.named_store,
            trusted=bool(self.arguments.trust_library),
            own=self.own,
        )
        line = ProgressLine()
        library.subscribe(line.hear)
        try:
            yield library, line
        finally:
            line.end()
            library.close()
            self.told.update(line.told)


def until_done(library: PhotoLibrary, future: "Future[IndexReport]") -> IndexReport:
    """Wait for work; Ctrl+C ends it at the next photo, keeping what was done."""
    try:
        return wait(future)
    except KeyboardInterrupt:
        library.folders.cancel()
        wait(future)
        raise


def wait(future: "Future[T]") -> T:
    """Wait for anything, so that Ctrl+C is heard."""
    while True:
        try:
            # In slices, so that Ctrl+C is heard on every system.
            return future.result(timeout=0.5)
        except TimeoutError:
            if future.done():
                raise
