"""Drives mounted inside chosen folders: which were seen, and since when one is not there."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from desktop_app.library.catalog.offline import IN_MISSING_FOLDER, ON_MISSING_INNER_DRIVE
from desktop_app.library.catalog.part import Part
from desktop_app.library.catalog.values import clean_text, path_from_blob, path_to_blob, range_below


@dataclass(frozen=True, slots=True)
class InnerDrive:
    """A drive that was mounted inside a chosen folder.

    Attributes:
        place: Where.
        volume: Its identity, as `volume.Volume.id`.
        drive: Its name for a person; may be empty.
        offline_since: Seconds since 1970 when it was found missing; None while it is there.
    """

    place: Path
    volume: str
    drive: str = ""
    offline_since: int | None = None


class InnerDrivePart(Part):
    """What is remembered of drives inside chosen folders; their photos are offline with them."""

    def inner_drives(self) -> list[InnerDrive]:
        """Return those that are remembered, by their places."""
        with self._connections.reading() as connection:
            rows = connection.execute(
                "SELECT below, volume, drive, offline_since FROM inner_drive ORDER BY below"
            ).fetchall()
        return [InnerDrive(path_from_blob(below), *rest) for below, *rest in rows]

    def set_inner_drives(self, drives: Iterable[InnerDrive]) -> None:
        """Remember these and no others; those that are missing only where photos of them are known."""
        with self._connections.writing() as connection:
            connection.execute("DELETE FROM inner_drive")
            for one in drives:
                low, high = range_below(path_to_blob(one.place))
                connection.execute(
                    """INSERT OR REPLACE INTO inner_drive SELECT ?1, ?3, ?4, ?5
                    WHERE ?5 IS NULL OR EXISTS (SELECT 1 FROM file WHERE path >= ?1 AND path < ?2)""",
                    (low, high, clean_text(one.volume), clean_text(one.drive), one.offline_since),
                )

    def offline_inside(self) -> dict[Path, int]:
        """Return how many photos of chosen folders that are there are on drives inside them which are not."""
        with self._connections.reading() as connection:
            rows = connection.execute(
                f"""SELECT folder.path, COUNT(*) FROM file JOIN folder ON folder.id = folder_id
                WHERE {ON_MISSING_INNER_DRIVE} AND NOT {IN_MISSING_FOLDER} GROUP BY folder.id"""  # noqa: S608  # our own words
            ).fetchall()
        return {path_from_blob(path): count for path, count in rows}
