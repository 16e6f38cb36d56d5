"""What was set aside because it was damaged, and the log."""

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import Final

from desktop_app.library.space.disk import OwnFolder, extent_of, own_folder_of
from desktop_app.library.space.uses import SpaceUse

# Catalogues and their companions, vector databases; settings that could not be understood, or of another version.
_SET_ASIDE: Final = "*.broken-*"
_EARLIER_SETTINGS: Final = "*.toml.version-*"
# Full log files, and the report of a crash that was told; the files without such an ending are being written.
_WRITTEN: Final = ("*.log.*", "*-crash-last.log")


class AsideKind:
    """Damaged parts of the library that a repair kept."""

    def __init__(self, data: Path, vectors: Path, config: Path | None) -> None:
        """Name where they are.

        Args:
            data: The library's folder.
            vectors: Folder of the vector databases.
            config: Folder of the settings; None where there are none.
        """
        self._places = [(OwnFolder(data), data.glob), (own_folder_of(vectors, data), _below(vectors))]
        # On Windows the settings lie in the library's folder.
        if config is not None and config != data:
            self._places.append((OwnFolder(config), config.glob))

    def uses(self) -> Sequence[SpaceUse]:
        """Measure them together; nothing where there are none."""
        found = [path for _, path in self._found()]
        if not found:
            return ()
        return (
            SpaceUse(
                "aside",
                "Damaged parts that were set aside",
                "What a repair could not use, kept with “.broken-” and the date in its name.",
                len(found),
                extent_of(found).size_bytes,
                "What could not be read from them is lost for good.",
            ),
        )

    def drop(self, use: SpaceUse, stopped: Callable[[], bool]) -> None:
        """Remove them, one by one."""
        del use
        for own, path in self._found():
            if stopped():
                return
            own.remove(path)

    def _found(self) -> list[tuple[OwnFolder, Path]]:
        return [
            (own, path)
            for own, look in self._places
            for path in sorted({*look(_SET_ASIDE), *look(_EARLIER_SETTINGS)})
        ]


class LogsKind:
    """Log files."""

    def __init__(self, folder: Path) -> None:
        """Name where they are."""
        self._own = OwnFolder(folder)

    def uses(self) -> Sequence[SpaceUse]:
        """Measure them together."""
        extent = extent_of(self._own.path.glob("*.log*"))
        return (
            SpaceUse(
                "logs",
                "Log files",
                "What happened lately, for a report of a problem.",
                extent.items,
                extent.size_bytes,
                "A report of a problem says less of what happened before. The file of today stays.",
            ),
        )

    def drop(self, use: SpaceUse, stopped: Callable[[], bool]) -> None:
        """Remove those that are not being written."""
        del use, stopped
        for path in sorted(self._full()):
            self._own.remove(path)

    def _full(self) -> Iterable[Path]:
        return chain.from_iterable(map(self._own.path.glob, _WRITTEN))


def _below(folder: Path) -> Callable[[str], Iterable[Path]]:
    """Return what looks for a pattern in the folders in a folder."""
    return lambda pattern: folder.glob(f"*/{pattern}")
