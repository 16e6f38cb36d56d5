"""One run of one command: where its library is, how it is opened, and how its work is waited for."""

import argparse
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from desktop_app.cli.output import complain
from desktop_app.cli.progress import ProgressLine
from desktop_app.library import (
    FolderMissingError,
    FolderUnknownError,
    IndexReport,
    LibraryError,
    WrongNameError,
)
from desktop_app.named_store import NamedStore
from desktop_app.opening import open_library
from desktop_app.paths import AppPaths, absolute
from desktop_app.printable import shown
from desktop_app.settings import Settings
from desktop_app.trust import OwnLibraries

if TYPE_CHECKING:
    from desktop_app.library import PhotoLibrary

DONE, SOME_FAILED, WRONG_USE, CANNOT_WORK, INTERRUPTED = 0, 1, 2, 3, 130

STOPPING = "Stopping; what is finished is kept."
"""What is said at once of Ctrl+C: what is being decoded, embedded or written has to end first."""

T = TypeVar("T")


class NotThereError(LibraryError):
    """A file that was named is not there."""


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

    def is_wrong_use(self, error: LibraryError) -> bool:
        """Whether an error is about what was typed: a word, file or folder that is not there."""
        if isinstance(error, WrongNameError):
            # A model that was chosen once may be gone too.
            return error.name in _words_of(self.arguments)
        return isinstance(error, FolderMissingError | FolderUnknownError | NotThereError)

    def refuse_unknown(self) -> None:
        """Look whether the library may be opened without a word; nothing is noted.

        Raises:
            UnknownLibraryError: Somebody else made it.
        """
        self.own.refuse_unknown(self.paths, Settings.load(self.paths.config).values.store_address)

    def answer(self, ask: "Callable[[PhotoLibrary], T]", *, in_words: bool = False) -> T:
        """Return what the library answers to a question, for which nothing has to be written.

        Args:
            ask: Asks it; prints nothing. May be called again: see `saving_nothing`.
            in_words: Whether the model has to read words for it.

        Raises:
            LibraryError: The library cannot be opened.
            OSError: One of its folders cannot be used.
        """

        def do(copied_to: Path | None) -> T:
            with self.library(copied_to, asks_in_words=in_words) as (library, _):
                return ask(library)

        return self.saving_nothing(do)

    def saving_nothing(self, do: Callable[[Path | None], T]) -> T:
        """Do what has to write nothing; on a copy of the catalogue where its folder takes nothing, which is said.

        Args:
            do: Does it, in the library's folder; and once more where that fails because nothing can be written there, with
                a folder in which a copy of the catalogue is.

        Raises:
            LibraryError: It cannot be done, or there is no room for a copy either.
            OSError: One of the library's folders cannot be used.
        """
        try:
            return do(None)
        except (LibraryError, OSError) as error:
            from desktop_app.library import CATALOG_NAME, reading_copy, why_not_written

            reason, refused = why_not_written(error), error
        catalogue = self.paths.data / CATALOG_NAME
        if not reason or not os.path.lexists(catalogue):
            raise refused
        with reading_copy(catalogue) as folder:
            complain(
                f"Nothing can be saved in {shown(self.paths.data)}: {reason}. The answer is from a copy of the catalogue."
            )
            return do(folder)

    @contextmanager
    def library(
        self, copied_to: Path | None = None, *, asks_in_words: bool = False
    ) -> "Iterator[tuple[PhotoLibrary, ProgressLine]]":
        """Open the library for the command, with progress on the error stream; closed at the end.

        Args:
            copied_to: Folder with a copy of its catalogue, which is asked in its stead.
            asks_in_words: Whether the model has to read words at once.
        """
        values = Settings.load(self.paths.config).values
        library = open_library(
            self.paths,
            lambda: values,
            model=self.arguments.model,
            runtime=self.arguments.runtime,
            store=self.named_store,
            trusted=bool(self.arguments.trust_library),
            own=self.own,
            copied_to=copied_to,
            asks_in_words=asks_in_words,
        )
        line = ProgressLine()
        library.subscribe(line.hear)
        try:
            yield library, line
        finally:
            line.end()
            library.close()
            self.told.update(line.told)


def _words_of(arguments: argparse.Namespace) -> set[str]:
    """Return the words that were typed, paths also as from the root on."""
    values = [
        word
        for value in vars(arguments).values()
        for word in (value if isinstance(value, list | tuple) else [value])
    ]
    return {str(value) for value in values} | {str(absolute(one)) for one in values if isinstance(one, Path)}


def until_done(library: "PhotoLibrary", line: ProgressLine, future: "Future[IndexReport]") -> IndexReport:
    """Wait for work; Ctrl+C, which is answered at once, ends it at the next photo, keeping what was done."""
    try:
        return wait(future)
    except KeyboardInterrupt:
        library.folders.cancel()
        line.say(STOPPING)
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
