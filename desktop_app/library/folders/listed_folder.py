"""The photos of one folder as a listing shows them: rows of numbers, for most are as they were and need nothing more."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from desktop_app.library.folders.comparing import FoundPhoto, StampRow


@dataclass(slots=True)
class ListedFolder:
    """What a listing found directly in one folder.

    Attributes:
        path: The folder, never resolved.
        rows: Each photo's size, times and so on, by its name; the last field is 0 in all.
        inodes: The numbers of their entries, the same way.
        stills: The name of the photo whose moving half a film may be, by the film's name; see `live_photos`.
        away: Names of photos whose bytes are in the cloud only.
    """

    path: Path
    rows: dict[str, StampRow] = field(default_factory=dict)
    inodes: dict[str, int] = field(default_factory=dict)
    stills: dict[str, str] = field(default_factory=dict)
    away: set[str] = field(default_factory=set)

    def photos(self) -> list[FoundPhoto]:
        """Return all of them."""
        return self.photos_of(self.rows)

    def photos_of(self, names: Iterable[str]) -> list[FoundPhoto]:
        """Return those of some names."""
        return [self._photo(name) for name in names]

    def _photo(self, name: str) -> FoundPhoto:
        size_bytes, mtime_ns, beside, changed_ns, _ = self.rows[name]
        still = self.stills.get(name)
        return FoundPhoto(
            self.path / name,
            size_bytes,
            mtime_ns,
            beside,
            changed_ns,
            self.inodes.get(name, 0),
            still=None if still is None else self.path / still,
            away=name in self.away,
        )
