"""What a repository offers: a model with its files, their sums as far as they are known, and its licence."""

from collections.abc import Callable
from dataclasses import dataclass

from desktop_app.library.events import DownloadProgress


@dataclass(frozen=True, slots=True)
class OfferedFile:
    """One file of a model at the hub.

    Attributes:
        name: In the repository.
        size_bytes: As the hub says.
        sha256: As the hub says, in hex; empty where it says none, as for small files.
    """

    name: str
    size_bytes: int
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class ModelOffer:
    """A model that can be fetched from a repository, looked up but not fetched yet.

    Attributes:
        repository: Owner and name at the hub.
        revision: The commit, 40 hex digits: what is fetched is what was looked at.
        title: For a person.
        licence: As the repository names it; empty where it names none.
        page: Address of its page, where the licence can be read.
        files: What would be fetched.
        as_onnx: Whether it comes as two ONNX files, not as weights of open_clip.
        asked: What the person asked for.
    """

    repository: str
    revision: str
    title: str
    licence: str
    page: str
    files: tuple[OfferedFile, ...]
    as_onnx: bool = False
    asked: str = ""

    @property
    def size_bytes(self) -> int:
        """Of all files."""
        return sum(file.size_bytes for file in self.files)

    @property
    def unknown_sums(self) -> tuple[str, ...]:
        """Names of the files of which nobody says the sum: that they are right cannot be told."""
        return tuple(file.name for file in self.files if not file.sha256)


@dataclass(frozen=True, slots=True)
class Line:
    """How a connection is to be used.

    Attributes:
        progress: Told how far a download is, on the thread that downloads.
        cancelled: Asked between pieces.
        network: False: nothing is opened, and that is said.
    """

    progress: Callable[[DownloadProgress], None]
    cancelled: Callable[[], bool]
    network: bool = True
