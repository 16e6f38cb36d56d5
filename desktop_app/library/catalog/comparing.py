"""What the catalogue remembers of the files on disk: what a fresh listing is compared with."""

from collections.abc import Iterable
from pathlib import Path

from desktop_app.library.catalog.part import Part
from desktop_app.library.catalog.values import path_from_blob, path_to_blob, range_below
from desktop_app.library.photo import FailedPhoto
from desktop_app.library.scan import FoundPhoto, Stamp

# No file has this size, so a comparison always finds the file changed.
_NO_SIZE = -1


class ComparingPart(Part):
    """Stamps, files that wait for a vector, and files with a problem."""

    def known(self, under: Path) -> dict[Path, Stamp]:
        """Return the stamp of every file known below a folder, of those with a problem too."""
        with self._connections.reading() as connection:
            rows = connection.execute(
                "SELECT path, size_bytes, mtime_ns, beside FROM file WHERE path >= ? AND path < ?",
                range_below(path_to_blob(under)),
            ).fetchall()
        return {path_from_blob(path): Stamp(size, int(mtime), beside) for path, size, mtime, beside in rows}

    def waiting(self, under: Path, model_id: str) -> list[FoundPhoto]:
        """Return files below a folder that have no problem and no vector of this model, by path."""
        with self._connections.reading() as connection:
            rows = connection.execute(
                """SELECT path, size_bytes, mtime_ns, beside FROM file
                LEFT JOIN vector ON vector.content_id = file.content_id AND model_id = ?
                WHERE path >= ? AND path < ? AND problem IS NULL AND vector.content_id IS NULL ORDER BY path""",
                (model_id, *range_below(path_to_blob(under))),
            ).fetchall()
        return [
            FoundPhoto(path_from_blob(path), size, int(mtime), beside) for path, size, mtime, beside in rows
        ]

    def beside_of(self, path: Path) -> int:
        """Return the stamp of what was beside a file when it was saved; 0 without one, and for an unknown file."""
        with self._connections.reading() as connection:
            row = connection.execute(
                "SELECT beside FROM file WHERE path = ?", (path_to_blob(path),)
            ).fetchone()
        return int(row[0]) if row else 0

    def problems(self, under: Path | None = None) -> list[FailedPhoto]:
        """Return the files that cannot be used, below a folder or everywhere, by path."""
        low, high = range_below(path_to_blob(under)) if under else (b"", None)
        with self._connections.reading() as connection:
            rows = connection.execute(
                """SELECT path, problem FROM file
                WHERE problem IS NOT NULL AND path >= ?1 AND (?2 IS NULL OR path < ?2) ORDER BY path""",
                (low, high),
            ).fetchall()
        return [FailedPhoto(path_from_blob(path), problem) for path, problem in rows]

    def failures(self) -> list[FailedPhoto]:
        """Return every file that cannot be used, by path."""
        return self.problems()

    def forget_problems(self, paths: Iterable[Path] | None) -> int:
        """Let the next comparison find failed files changed, so that they are tried again.

        They stay failed until they are saved again.

        Args:
            paths: Which; None for all.

        Returns:
            How many there were.
        """
        with self._connections.writing() as connection:
            if paths is None:
                statement = "UPDATE file SET size_bytes = ? WHERE problem IS NOT NULL"
                return connection.execute(statement, (_NO_SIZE,)).rowcount
            statement = "UPDATE file SET size_bytes = ? WHERE problem IS NOT NULL AND path = ?"
            return connection.executemany(
                statement, [(_NO_SIZE, path_to_blob(path)) for path in paths]
            ).rowcount
