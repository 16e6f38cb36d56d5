"""The drives that chosen folders are on, and those mounted inside: their identity, and since when they are missing."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from desktop_app.library.catalog.columns import clean_text, path_from_blob, path_to_blob, range_below
from desktop_app.library.catalog.database import Database
from desktop_app.library.catalog.figures import NO_FILES, files_by_folder
from desktop_app.library.catalog.shared_sql import IN_MISSING_FOLDER, IS_OFFLINE, ON_MISSING_INNER_DRIVE


@dataclass(frozen=True, slots=True)
class ChosenFolder:
    """A chosen folder and what is remembered of its drive.

    Attributes:
        path: Where it was last seen.
        volume: Identity of the drive, as `volumes.volume.Volume.id`; None when it was never known.
        drive: The drive's name for a person; may be empty.
        inside: Where on the drive it is; None when not known.
        offline_since: Seconds since 1970 when it was found missing; None while it is there.
        photos: How many photos are known of it, those of chosen folders inside it not counted.
    """

    path: Path
    volume: str | None = None
    drive: str = ""
    inside: Path | None = None
    offline_since: int | None = None
    photos: int = 0


@dataclass(frozen=True, slots=True)
class InnerDrive:
    """A drive that was mounted inside a chosen folder.

    Attributes:
        place: Where.
        volume: Its identity, as `volumes.volume.Volume.id`.
        drive: Its name for a person; may be empty.
        offline_since: Seconds since 1970 when it was found missing; None while it is there.
    """

    place: Path
    volume: str
    drive: str = ""
    offline_since: int | None = None


_ANY_IS_MISSING = "SELECT 1 FROM inner_drive WHERE offline_since IS NOT NULL"


class DriveTable:
    """Which drives the chosen folders are on, those mounted inside them, and which are not connected. Any thread."""

    def __init__(self, database: Database) -> None:
        """Make it on an open catalogue."""
        self._database = database

    def chosen(self) -> list[ChosenFolder]:
        """Return the chosen folders with their drives, in the order they were chosen."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT path, volume, COALESCE(drive, ''), inside, offline_since, id FROM folder ORDER BY id"
            ).fetchall()
            photos = files_by_folder(connection, None)
        return [
            ChosenFolder(
                path_from_blob(path),
                volume,
                drive,
                None if inside is None else path_from_blob(inside),
                offline_since,
                photos.get(number, NO_FILES)[0],
            )
            for path, volume, drive, inside, offline_since, number in rows
        ]

    def volumes_offline(self) -> set[str]:
        """Return the identities of the drives of missing folders."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT DISTINCT volume FROM folder WHERE offline_since IS NOT NULL AND volume IS NOT NULL"
            ).fetchall()
        return {volume for (volume,) in rows}

    def set_drive(self, folder: Path, volume: str, drive: str, inside: Path | None) -> None:
        """Remember on which drive a folder is, under which name, and where on it."""
        blob = None if inside is None else path_to_blob(inside)
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE folder SET volume = ?, drive = ?, inside = ? WHERE path = ?",
                (clean_text(volume), clean_text(drive), blob, path_to_blob(folder)),
            )

    def set_offline(self, folder: Path, since: int | None) -> None:
        """Remember since when a folder is missing, in seconds since 1970; None when it is there."""
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE folder SET offline_since = ? WHERE path = ?", (since, path_to_blob(folder))
            )

    def hashes_offline(self) -> set[str]:
        """Return the hashes of contents that cannot be read now: all their files are on drives that are not connected.

        Moments of videos are among them.
        """
        with self._database.reading() as connection:
            rows = connection.execute(
                f"""SELECT hash FROM content LEFT JOIN frame ON frame.content_id = content.id
                JOIN file ON file.content_id = COALESCE(video_id, content.id)
                GROUP BY content.id HAVING MIN({IS_OFFLINE})"""  # noqa: S608  # our own words
            ).fetchall()
        return {content_hash for (content_hash,) in rows}

    def mounted_inside(self) -> list[InnerDrive]:
        """Return the remembered drives inside chosen folders, by their places."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT below, volume, drive, offline_since FROM inner_drive ORDER BY below"
            ).fetchall()
        return [InnerDrive(path_from_blob(below), *rest) for below, *rest in rows]

    def set_mounted_inside(self, drives: Iterable[InnerDrive]) -> None:
        """Replace the remembered drives inside chosen folders; a missing one stays if photos of it are known."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM inner_drive")
            for inner in drives:
                low, high = range_below(path_to_blob(inner.place))
                connection.execute(
                    """INSERT OR REPLACE INTO inner_drive SELECT ?1, ?3, ?4, ?5
                    WHERE ?5 IS NULL OR EXISTS (SELECT 1 FROM file WHERE path >= ?1 AND path < ?2)""",
                    (low, high, clean_text(inner.volume), clean_text(inner.drive), inner.offline_since),
                )

    def offline_inside(self) -> dict[Path, int]:
        """Return how many photos of each chosen folder that is there are on missing drives inside it, if any."""
        with self._database.reading() as connection:
            # Without such a drive no file is asked.
            if connection.execute(_ANY_IS_MISSING).fetchone() is None:
                return {}
            rows = connection.execute(
                f"""SELECT folder.path, COUNT(*) FROM file JOIN folder ON folder.id = folder_id
                WHERE {ON_MISSING_INNER_DRIVE} AND NOT {IN_MISSING_FOLDER} GROUP BY folder.id"""  # noqa: S608  # our own words
            ).fetchall()
        return {path_from_blob(path): count for path, count in rows}
