"""What can go wrong, each with a sentence for the person and a hint of what to do."""

from collections.abc import Sequence
from pathlib import Path


class LibraryError(Exception):
    """Something in the world is not as the library needs it.

    Attributes:
        sentence: What happened, for a person, naming the file or folder.
        hint: What the person can do about it; empty when there is nothing.
    """

    def __init__(self, sentence: str, hint: str = "") -> None:
        super().__init__(f"{sentence} {hint}".strip())
        self.sentence = sentence
        self.hint = hint


class UnreadablePhotoError(Exception):
    """One photo cannot be used; the run goes on without it.

    Attributes:
        reason: Why, in a few words that fit after the file's name ("the file is empty").
        passing: Whether that is a matter of the moment (rights, locks, memory, a drive that stutters, a file that is
            being written) and says nothing of the photo itself, so that it is tried again.
    """

    def __init__(self, reason: str, *, passing: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.passing = passing


HOW_TO_ALLOW = "Allow it in the system's settings or in the folder's properties."
"""What to do about a folder that may not be read."""


class FolderMissingError(LibraryError):
    """A watched folder is not there now; its photos are kept.

    Attributes:
        folder: The folder that was looked for.
        forbidden: Whether it is there, but Vislumbre may not read it.
    """

    def __init__(
        self, folder: Path, *, forbidden: bool = False, silent: bool = False, is_file: bool = False
    ) -> None:
        """Put it into words.

        Args:
            folder: The folder that was looked for.
            forbidden: See above.
            silent: Whether nobody knows, for its drive does not answer.
            is_file: Whether a file is there in its place.
        """
        if is_file:
            sentence = f"{folder} is a file, not a folder."
            hint = "Name the folder it lies in."
        elif forbidden:
            sentence = f"Vislumbre has no permission to read the folder {folder}."
            hint = f"{HOW_TO_ALLOW} Nothing was removed from the library."
        else:
            sentence = f"The folder {folder} is not there{': its drive does not answer' if silent else ''}."
            hint = "Check its name, or connect its drive; nothing was removed from the library."
        super().__init__(sentence, hint)
        self.folder = folder
        self.forbidden = forbidden


class FolderUnknownError(LibraryError):
    """A folder that is not chosen.

    Attributes:
        folder: What was named.
    """

    def __init__(self, folder: Path, chosen: Sequence[Path]) -> None:
        listed = ", ".join(map(str, chosen))
        super().__init__(
            f"The folder {folder} is not in the library.",
            f"These are: {listed}." if chosen else "There are no folders in it.",
        )
        self.folder = folder


class WrongNameError(LibraryError):
    """Nothing bears a name that somebody gave.

    Attributes:
        name: What was named, as it was written.
    """

    def __init__(self, sentence: str, hint: str = "", *, name: str) -> None:
        super().__init__(sentence, hint)
        self.name = name


class NotDroppableError(LibraryError):
    """What was to be dropped is not there, or is needed."""


class LibraryInUseError(LibraryError):
    """Another process has this library open."""


class DiskFullError(LibraryError):
    """Too little room is left where the library keeps its files."""


class CatalogError(LibraryError):
    """The catalogue cannot be opened, read or written."""


class CatalogTooNewError(CatalogError):
    """The catalogue was written by a newer Vislumbre."""


class CatalogDamagedError(CatalogError):
    """The catalogue's file is not a sound database."""


class StoreError(LibraryError):
    """The vector database refused or failed."""


class StoreUnavailableError(StoreError):
    """The vector database does not answer."""


class StoreDimensionError(StoreError):
    """Vectors of another length than the collection holds."""


class StoreDamagedError(StoreError):
    """The vector database's files are not sound and were not opened.

    Attributes:
        parts: The folders of the collections that are damaged; empty where it is the whole database.
    """

    def __init__(self, sentence: str, hint: str = "", *, parts: Sequence[Path] = ()) -> None:
        super().__init__(sentence, hint)
        self.parts = tuple(parts)


class StoreWriteError(StoreError):
    """Rows were not written; the rows must be written again after a flush."""


class StoreFlushError(StoreError):
    """A flush failed; the process that holds the database must be killed, never closed."""


class ModelError(LibraryError):
    """A model cannot be used."""


class ModelMissingError(ModelError):
    """There is no model to use: not chosen, not fetched, or its files are gone."""


class ModelUnknownError(WrongNameError, ModelMissingError):
    """No model, or architecture of one, bears this name."""


class WayUnknownError(WrongNameError, ModelError):
    """No way to run models bears this name."""


class ModelDamagedError(ModelError):
    """A model's files are there but cannot be loaded."""


class ModelRunError(ModelError):
    """A model's files are sound, but this machine or the chosen way cannot run them."""


class DownloadError(LibraryError):
    """A download did not finish; what has arrived is kept and continued next time."""


class DownloadCancelledError(DownloadError):
    """The person stopped the download."""
