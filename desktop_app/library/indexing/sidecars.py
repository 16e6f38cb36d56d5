"""Joins what a photo's sidecar files say of it with the metadata in the photo itself.

The person's last word counts first: an XMP file, which a program wrote beside a photo that it does not touch; then the
photo; then Google's JSON, which knows what the photo lost. Names of people from there are always added to the tags.
"""

import functools
import logging
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from desktop_app.library.folders.comparing import FoundPhoto
from desktop_app.library.folders.sidecar_names import (
    Beside,
    SidecarNames,
    is_anothers,
    is_named_after,
    stamp_of,
)
from desktop_app.library.media.metadata.dates import on_this_clock
from desktop_app.library.media.metadata.metadata import Metadata, tags_of
from desktop_app.library.media.metadata.places import place_of
from desktop_app.library.media.metadata.rdf import MOST_BYTES
from desktop_app.library.media.metadata.values import text_of
from desktop_app.library.media.metadata.xmp import read_xmp, suffix_meant
from desktop_app.library.outside.files import open_file
from desktop_app.library.outside.json_text import NotJsonError, read_json

_log = logging.getLogger(__name__)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FAVOURITE = 5
# Suffixes that mean the same.
_SHORT_SUFFIXES = {"jpeg": "jpg", "jpe": "jpg", "tiff": "tif", "heif": "heic"}


def with_sidecars(
    found: FoundPhoto, embedded: Metadata, unread: Callable[[Path], None] = lambda _path: None
) -> Metadata:
    """Return what a photo and the files beside it say together. Any thread.

    Never raises because of a file beside the photo: what cannot be read of it says nothing.

    Args:
        found: The photo as it was listed.
        embedded: What its own file says.
        unread: Told of what is there but cannot be read now, so that somebody tries again.
    """
    if not found.beside:
        return embedded
    beside = _beside(found, unread)
    program = Metadata()
    for name in beside.xmp:
        program = program.completed_by(_of_program(found.path, name, unread).said_by("sidecar"))
    google = _of_takeout(found.path, beside.takeout, unread) if beside.takeout else Metadata()
    return program.completed_by(embedded).completed_by(google.said_by("takeout"))


def _of_program(photo: Path, sidecar: str, unread: Callable[[Path], None]) -> Metadata:
    """Return what an XMP file says; nothing where it says that it is of a file of another kind beside the photo."""
    packet = _content(photo.parent / sidecar, unread)
    if not is_named_after(sidecar, photo.name):
        meant, own = (
            _SHORT_SUFFIXES.get(suffix, suffix)
            for suffix in (suffix_meant(packet), photo.suffix[1:].casefold())
        )
        if meant and meant != own:
            _log.debug("%r is not of %r", sidecar, photo)
            return Metadata()
    return read_xmp(packet)


def _of_takeout(photo: Path, sidecar: str, unread: Callable[[Path], None]) -> Metadata:
    """Return what a photo's JSON says; nothing where its name was cut and it tells of another photo beside it."""
    said = _parsed(_content(photo.parent / sidecar, unread))
    title = said.get("title")
    if not isinstance(title, str) or is_named_after(sidecar, photo.name):
        return said_by_takeout(said)
    if is_anothers(title, photo.name, lambda name: os.path.exists(photo.parent / name)):
        _log.debug("%r is not of %r", sidecar, photo)
        return Metadata()
    return said_by_takeout(said)


def _parsed(content: bytes) -> dict[str, object]:
    try:
        said = read_json(content) if content else None
    except NotJsonError as error:
        _log.debug("a JSON file beside a photo is none: %s", error)
        return {}
    return said if isinstance(said, dict) else {}


def said_by_takeout(said: dict[str, object]) -> Metadata:
    """Return what the JSON of Google Takeout says of a photo; nothing of any other JSON.

    The date is an instant; it becomes the wall-clock time of this computer's zone, for the JSON does not say in which
    zone the photo was taken. When the photo was uploaded is no date of it. A photo marked as a favourite gets five
    stars.
    """
    taken = said.get("photoTakenTime")
    if not isinstance(taken, dict):
        return Metadata()
    places = (_place(said.get(name)) for name in ("geoData", "geoDataExif", "location"))
    latitude, longitude = next((place for place in places if place[0] is not None), (None, None))
    named = said.get("people")
    people = tags_of(_name(person) for person in named) if isinstance(named, list) else ()
    description = said.get("description")
    return Metadata(
        taken_at=_wall_clock(taken.get("timestamp")),
        latitude=latitude,
        longitude=longitude,
        rating=_FAVOURITE if said.get("favorited") is True else None,
        tags=people,
        people=people,
        caption=text_of(description) if isinstance(description, str) else None,
    )


def _beside(found: FoundPhoto, unread: Callable[[Path], None]) -> Beside:
    """Return what is beside a photo: from a listing made for another photo of the folder, if that still holds."""
    folder = found.path.parent
    try:
        beside = _names_in(folder, folder.stat().st_mtime_ns).beside(found.path.name)
        if stamp_of(folder, beside) == found.beside:
            return beside
        # The clocks of file systems are coarse: two changes may have one time.
        return SidecarNames(os.listdir(folder)).beside(found.path.name)  # noqa: PTH208  # names are all we need
    except OSError as error:
        _log.info("what is beside %r cannot be listed: %s", found.path, error)
        unread(folder)
        return Beside()


@functools.lru_cache(maxsize=8)
def _names_in(folder: Path, _mtime_ns: int) -> SidecarNames:
    return SidecarNames(os.listdir(folder))  # noqa: PTH208  # names are all we need


def _content(path: Path, unread: Callable[[Path], None]) -> bytes:
    try:
        # A named pipe says nothing now, nor when it is asked again.
        if not path.is_file():
            return b""
        with open_file(path) as file:
            return file.read(MOST_BYTES)
    except OSError as error:
        _log.info("%r cannot be read and says nothing of its photo: %s", path, error)
        if not isinstance(error, FileNotFoundError):
            unread(path)
        return b""


def _name(person: object) -> str:
    name = person.get("name") if isinstance(person, dict) else None
    return name if isinstance(name, str) else ""


def _place(said: object) -> tuple[float | None, float | None]:
    if not isinstance(said, dict):
        return None, None
    latitude, longitude = _degrees(said, "latitude"), _degrees(said, "longitude")
    return place_of(latitude, longitude)


def _degrees(said: dict[str, object], name: str) -> float | None:
    """Return degrees, which Google also writes as whole numbers of their ten-millionth part."""
    whole, degrees = said.get(f"{name}E7"), said.get(name)
    if isinstance(whole, int | float) and not isinstance(degrees, int | float):
        return whole / 1e7
    return degrees if isinstance(degrees, int | float) else None


def _wall_clock(timestamp: object) -> datetime | None:
    """Return seconds since 1970 as this computer's clock showed them; what cannot be true is no date."""
    if not isinstance(timestamp, str | int | float):
        return None
    try:
        seconds = int(float(timestamp))
        instant = _EPOCH + timedelta(seconds=seconds)
    except (ValueError, OverflowError):
        return None
    # 0 is what a clock says that was never set.
    return on_this_clock(instant) if seconds else None
