"""Chosen folders and the drives they are on: what was there, since when it is not, and where it went."""

import os
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from desktop_app.library.catalog.columns import clean_text, path_from_blob, path_to_blob, range_below
from desktop_app.library.catalog.database import Part
from desktop_app.library.catalog.folders import ChosenFolders, move_photos, write_words
from desktop_app.library.catalog.shared_sql import IN_MISSING_FOLDER, IS_OFFLINE, ON_MISSING_INNER_DRIVE
from desktop_app.library.folders.comparing import Stamp


@dataclass(frozen=True, slots=True)
class ChosenFolder:
    """A chosen folder and what is remembered of its drive.

    Attributes:
        path: Where it was last seen.
        volume: Identity of the drive, as `volume.Volume.id`; None when it was never known.
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


class DrivePart(Part):
    """Where chosen folders are, whether they are there, and forgetting them. Those that write are on disk at once."""

    def chosen_folders(self) -> list[ChosenFolder]:
        """Return the chosen folders in the order they were chosen."""
        with self._connections.reading() as connection:
            rows = connection.execute(
                """SELECT path, volume, COALESCE(drive, ''), inside, offline_since,
                (SELECT COUNT(*) FROM file WHERE folder_id = folder.id) FROM folder ORDER BY id"""
            ).fetchall()
        return [
            ChosenFolder(
                path_from_blob(path), volume, drive, None if inside is None else path_from_blob(inside), *rest
            )
            for path, volume, drive, inside, *rest in rows
        ]

    def folders_inside(self, folder: Path) -> list[Path]:
        """Return the chosen folders directly inside another: between them and it lies no third."""
        with self._connections.reading() as connection:
            rows = connection.execute(
                "SELECT path FROM folder WHERE path >= ? AND path < ? ORDER BY path",
                range_below(path_to_blob(folder)),
            ).fetchall()
        inside = [path_from_blob(path) for (path,) in rows]
        return [one for one in inside if set(one.parents).isdisjoint(inside)]

    def volumes_offline(self) -> set[str]:
        """Return the identities of the drives of missing folders."""
        with self._connections.reading() as connection:
            rows = connection.execute(
                "SELECT DISTINCT volume FROM folder WHERE offline_since IS NOT NULL AND volume IS NOT NULL"
            ).fetchall()
        return {volume for (volume,) in rows}

    def set_drive(self, folder: Path, volume: str, drive: str, inside: Path | None) -> None:
        """Remember on which drive a folder is, under which name, and where on it."""
        blob = None if inside is None else path_to_blob(inside)
        with self._connections.writing() as connection:
            connection.execute(
                "UPDATE folder SET volume = ?, drive = ?, inside = ? WHERE path = ?",
                (clean_text(volume), clean_text(drive), blob, path_to_blob(folder)),
            )

    def set_offline(self, folder: Path, since: int | None) -> None:
        """Remember since when a folder is missing, in seconds since 1970; None when it is there."""
        with self._connections.writing() as connection:
            connection.execute(
                "UPDATE folder SET offline_since = ? WHERE path = ?", (since, path_to_blob(folder))
            )

    def sample(self, folder: Path, most: int) -> dict[Path, Stamp]:
        """Return some photos of a folder, spread evenly, by where they are inside it; all when there are few."""
        with self._connections.reading() as connection:
            rows = connection.execute(
                """SELECT path, size_bytes, mtime_ns FROM (
                    SELECT file.path AS path, size_bytes, mtime_ns,
                        ROW_NUMBER() OVER (ORDER BY file.path) - 1 AS place, COUNT(*) OVER () AS count
                    FROM file JOIN folder ON folder.id = folder_id WHERE folder.path = ? AND size_bytes >= 0
                ) WHERE place * ?2 / count > (place - 1) * ?2 / count OR place = 0""",
                (path_to_blob(folder), most),
            ).fetchall()
        return {
            path_from_blob(path).relative_to(folder): Stamp(size, int(mtime)) for path, size, mtime in rows
        }

    def move_folder(self, old: Path, new: Path) -> None:
        """Remember a chosen folder and its photos at another place, as they are: nothing is to be read again.

        A folder that is chosen at the new place already becomes one with it, and a photo known there stays for both.
        Folders chosen inside it keep their own places.
        """
        before, after = path_to_blob(old), path_to_blob(new)
        with self._connections.writing() as connection:
            (number,) = connection.execute("SELECT id FROM folder WHERE path = ?", (before,)).fetchone()
            there = connection.execute("SELECT id FROM folder WHERE path = ?", (after,)).fetchone()
            # In two steps, by a path that no file has: inside one statement a photo could meet one not yet moved.
            place = "CAST(':' || ?1 || SUBSTR(file.path, ?2) AS BLOB)"
            values = (after, _rest(before, after), number)
            connection.execute(f"UPDATE file SET path = {place} WHERE folder_id = ?3", values)  # noqa: S608  # our own words
            connection.execute(
                """DELETE FROM file WHERE folder_id = ?1
                AND EXISTS (SELECT 1 FROM file AS other WHERE other.path = SUBSTR(file.path, 2))""",
                (number,),
            )
            connection.execute("UPDATE file SET path = SUBSTR(path, 2) WHERE folder_id = ?", (number,))
            for table, column in (("left_out", "path"), ("inner_drive", "below")):
                connection.execute(
                    f"""UPDATE OR REPLACE {table} SET {column} = CAST(?1 || SUBSTR({column}, ?2) AS BLOB)
                    WHERE {column} >= ?3 AND {column} < ?4""",  # noqa: S608  # our own words
                    (*values[:2], *range_below(before)),
                )
            if there:
                connection.execute("UPDATE file SET folder_id = ? WHERE folder_id = ?", (*there, number))
                connection.execute("DELETE FROM folder WHERE id = ?", (number,))
            else:
                connection.execute("UPDATE folder SET path = ? WHERE id = ?", (after, number))
            home = int(there[0]) if there else int(number)
            if old.name != new.name:
                _name_again(connection, home, new)
            _hand_to_inner(connection, home, after)

    def forget_folder(self, folder: Path) -> int:
        """Give a chosen folder up with its photos, there or not; what was read of them is kept.

        Photos of one that is there go to the chosen folder around it, which has them too; those of one that is not
        there go.

        Returns:
            How many photos went.
        """
        blob = path_to_blob(folder)
        with self._connections.writing() as connection:
            known = connection.execute(
                "SELECT id, offline_since FROM folder WHERE path = ?", (blob,)
            ).fetchone()
            if known is None:
                return 0
            number, offline_since = known
            outer = ChosenFolders(connection).above(blob)
            if outer and offline_since is None:
                move_photos(connection, number, range_below(blob), outer)
            went = connection.execute("DELETE FROM file WHERE folder_id = ?", (number,)).rowcount
            connection.execute("DELETE FROM folder WHERE id = ?", (number,))
        return went

    def hashes_offline(self) -> set[str]:
        """Return the contents that are only on drives which are not there: nobody can read them now.

        Moments of videos are among them.
        """
        with self._connections.reading() as connection:
            rows = connection.execute(
                f"""SELECT hash FROM content LEFT JOIN frame ON frame.content_id = content.id
                JOIN file ON file.content_id = COALESCE(video_id, content.id)
                GROUP BY content.id HAVING MIN({IS_OFFLINE})"""  # noqa: S608  # our own words
            ).fetchall()
        return {content_hash for (content_hash,) in rows}


def _rest(before: bytes, after: bytes) -> int:
    """Return where the part of a photo's path begins that follows the new folder, from 1.

    A drive's root ends with a separator and no other folder does.
    """
    separator = os.fsencode(os.sep)
    length = len(before.removesuffix(separator)) + 1
    return length + 1 if after.endswith(separator) else length


def _name_again(connection: sqlite3.Connection, number: int, folder: Path) -> None:
    """Write the words that photos are found by anew: the chosen folder's own name is among them."""
    rows = connection.execute(
        """SELECT file.id, path, COALESCE(tags, '') || ' ' || COALESCE(caption, '')
        FROM file LEFT JOIN content ON content.id = content_id WHERE folder_id = ?""",
        (number,),
    ).fetchall()
    write_words(connection, rows, folder)


def _hand_to_inner(connection: sqlite3.Connection, number: int, folder: bytes) -> None:
    """Give photos to the chosen folders inside this one that they lie below, the innermost last."""
    low, high = range_below(folder)
    inner = connection.execute(
        "SELECT id, path FROM folder WHERE path >= ? AND path < ? AND id <> ? ORDER BY LENGTH(path)",
        (low, high, number),
    ).fetchall()
    for one, path in inner:
        move_photos(connection, number, range_below(path), (int(one), path_from_blob(path)))


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
