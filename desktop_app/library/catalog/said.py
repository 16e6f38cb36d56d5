"""What is known of a photo's making, as columns of a file and as the JSON that a content keeps."""

import json
import logging
import sqlite3
from collections.abc import Mapping

from desktop_app.library.catalog.columns import clean_text, datetime_of, seconds_of
from desktop_app.library.folders.comparing import FoundPhoto
from desktop_app.library.media.metadata.file_dates import date_of_file
from desktop_app.library.media.metadata.metadata import Meaning, Metadata
from desktop_app.library.outside.json_text import NotJsonError, read_json
from desktop_app.library.photo import Precision

logger = logging.getLogger(__name__)

Value = str | int | float | None

# Looked up for each photo that is read: walking through both enumerations took a sixth of it.
_PRECISIONS: Mapping[object, Precision] = {one.value: one for one in Precision}
_MEANINGS: Mapping[object, Meaning] = {one.value: one for one in Meaning}

COLUMNS = (
    "taken_at",
    "precision",
    "meaning",
    "camera",
    "lens",
    "exposure",
    "latitude",
    "longitude",
    "rating",
    "tags",
    "people",
    "caption",
    "sources",
)
"""Of the table `file`, and the keys of the JSON in `content.said`."""


def columns_of(metadata: Metadata) -> dict[str, Value]:
    """Return what is known as values of `COLUMNS`."""
    is_dated = metadata.taken_at is not None
    return {
        "taken_at": seconds_of(metadata.taken_at),
        "precision": metadata.precision.value if is_dated else None,
        "meaning": metadata.meaning.value if is_dated else None,
        "camera": clean_text(metadata.camera),
        "lens": clean_text(metadata.lens),
        "exposure": clean_text(metadata.exposure),
        "latitude": metadata.latitude,
        "longitude": metadata.longitude,
        "rating": metadata.rating,
        "tags": _lines(metadata.tags),
        "people": _lines(metadata.people),
        "caption": clean_text(metadata.caption),
        "sources": json.dumps(dict(metadata.sources)) if metadata.sources else None,
    }


def json_of(metadata: Metadata) -> str:
    """Return what is known as the JSON of `content.said`."""
    values = {name: value for name, value in columns_of(metadata).items() if value is not None}
    return json.dumps(values, ensure_ascii=False)


def metadata_of(values: Mapping[str, object]) -> Metadata:
    """Return what `columns_of` wrote, of a row or of a JSON object; what is of another type says nothing."""
    said = {name: values.get(name) for name in COLUMNS}
    seconds, precision, meaning = said["taken_at"], said["precision"], said["meaning"]
    return Metadata(
        taken_at=datetime_of(seconds) if isinstance(seconds, int) else None,
        precision=_PRECISIONS.get(precision, Precision.SECOND)
        if isinstance(precision, str)
        else Precision.SECOND,
        meaning=_MEANINGS.get(meaning, Meaning.TAKEN) if isinstance(meaning, int | float) else Meaning.TAKEN,
        camera=_text(said["camera"]),
        lens=_text(said["lens"]),
        exposure=_text(said["exposure"]),
        latitude=_number(said["latitude"]),
        longitude=_number(said["longitude"]),
        rating=rating if isinstance(rating := said["rating"], int) else None,
        tags=tuple((_text(said["tags"]) or "").split("\n")) if said["tags"] else (),
        people=tuple((_text(said["people"]) or "").split("\n")) if said["people"] else (),
        caption=_text(said["caption"]),
        sources=tuple((str(field), str(source)) for field, source in object_of(said["sources"]).items()),
    )


def object_of(said: object) -> dict[str, object]:
    """Return a JSON object; an empty one for what is none, which only damage makes."""
    try:
        value = read_json(said) if isinstance(said, str) else {}
    except NotJsonError as error:
        logger.warning("what is known of a photo cannot be read: %s", error)
        return {}
    return value if isinstance(value, dict) else {}


def said_of_file(
    connection: sqlite3.Connection, found: FoundPhoto, metadata: Metadata | None, content_id: int | None
) -> dict[str, Value]:
    """Return what a file's columns say: what was read, or what its content says, and the date of the file itself.

    Args:
        connection: Inside a transaction.
        found: The file.
        metadata: What was read of it and of the files beside it; None where it was not read.
        content_id: Its content; None where that is not known.

    Returns:
        `COLUMNS` and `dated_at`; the date of the file is no date of the photo and stands in `dated_at` alone.
    """
    if metadata is None:
        row = connection.execute("SELECT said FROM content WHERE id = ?", (content_id,)).fetchone()
        metadata = metadata_of(object_of(row[0])) if row else Metadata()
    dated = metadata.completed_by(date_of_file(found.path.name, found.mtime_ns, found.changed_ns))
    seconds = seconds_of(dated.taken_at) or 0
    known = metadata if dated.meaning is Meaning.FILE else dated
    return {**columns_of(known), "dated_at": seconds}


def _lines(words: tuple[str, ...]) -> str | None:
    return clean_text("\n".join(" ".join(word.split()) for word in words) or None)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
