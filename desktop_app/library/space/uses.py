"""What takes space, in words and figures, and what each kind of it can do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

# By what stands before the colon of a key. A moment of a video is no photo, and has a vector and a thumbnail of its own.
_COUNTED: Final = {
    "aside": "part",
    "catalogue": "photo",
    "copies": "vector",
    "download": "file",
    "gone": "photo",
    "logs": "file",
    "model": "file",
    "thumbnails": "file",
    "vectors": "vector",
    "vectors-of-earlier-catalogues": "database",
}

_IN_CATALOGUE: Final = frozenset({"catalogue", "gone"})

KEPT_DAYS = 30
"""So long what is known of a photo is kept after its last file went, in case it comes back."""


@dataclass(frozen=True, slots=True)
class SpaceUse:
    """One thing that takes space.

    Attributes:
        key: Names it for ever: "thumbnails", "vectors:clip-0123456789abcdef".
        title: For a person, in a few words.
        says: What it is, in a sentence.
        items: How many of what `noun` says it is of.
        size_bytes: What it takes; of what lies in the catalogue, about.
        cost: What it costs to drop it, in a sentence; empty where it cannot be dropped.
    """

    key: str
    title: str
    says: str
    items: int
    size_bytes: int
    cost: str = ""

    @property
    def noun(self) -> str:
        """What `items` counts, for one: "photo", "vector", "file"."""
        return _COUNTED[self.key.partition(":")[0]]

    @property
    def is_files_alone(self) -> bool:
        """Whether nothing has to be written to drop it, so that a disk that is full takes that too."""
        return self.key not in _IN_CATALOGUE and not self.key.startswith("vectors:")

    @property
    def droppable(self) -> bool:
        """Whether it can be dropped; also where there is nothing of it just now."""
        return bool(self.cost)


class Kind(Protocol):
    """One kind of things that take space."""

    def uses(self) -> Sequence[SpaceUse]:
        """Measure what there is of it. Any thread that may wait.

        Raises:
            LibraryError: The catalogue cannot be read.
        """
        ...

    def drop(self, use: SpaceUse, stopped: Callable[[], bool]) -> None:
        """Drop one thing for good, in steps that each leave a whole library. On the writer's thread.

        Args:
            use: One of `uses`, measured just now, that can be dropped.
            stopped: Asked between steps; once it says yes, the rest stays, to be dropped another time.

        Raises:
            LibraryError: It cannot be dropped, or not all of it.
        """
        ...
