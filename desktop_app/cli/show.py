"""The command that shows what the library knows of photos: `vislumbre show PHOTO…`.

Takes its `Session`, prints its result and returns the exit code.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from desktop_app.cli.output import complain, print_json, say, text_of
from desktop_app.cli.paths import path_of
from desktop_app.cli.session import DONE, WRONG_USE, Session
from desktop_app.library import (
    HOW_TO_ALLOW,
    NOT_ALLOWED,
    NOT_THERE,
    Folder,
    FolderState,
    PhotoContext,
    PhotoLibrary,
    Precision,
    type_of,
)
from desktop_app.printable import shown

_WORDS = {"exif": "EXIF", "xmp": "XMP", "iptc": "IPTC", "name": "the file's name"}
_WRITTEN = {Precision.YEAR: "%Y", Precision.MONTH: "%Y-%m", Precision.DAY: "%Y-%m-%d"}


class _Known(NamedTuple):
    """A photo as it is shown.

    Attributes:
        details: What is known of it.
        missing: Of one that is out of reach, its chosen folder where that is what is missing; else None.
    """

    details: PhotoContext
    missing: Folder | None


def show(session: Session) -> int:
    """Print all that is known of each photo, and where it came from; as JSON, one object on a line for each."""
    words, unknown = session.arguments.photos, []
    found = session.answer(lambda library: [_found(library, word) for word in words])
    for word, known in zip(words, found, strict=True):
        if known is None:
            unknown.append(word)
        elif session.as_json:
            print_json(details_json(*known))
        else:
            for one in _lines(*known):
                say(one)
    for word in unknown:
        complain(f"{shown(word)} is not a photo of the library. Index its folder first.")
    return WRONG_USE if unknown else DONE


def details_json(details: PhotoContext, missing: Folder | None = None) -> dict[str, object]:
    """Return all that is known of a photo as JSON; the fields are described in help, json.md.

    Args:
        details: What is known of it.
        missing: Its chosen folder, where that is missing.
    """
    photo = details.photo
    taken_at, taken_from = details.dated()
    return {
        "path": text_of(photo.path),
        "taken_at": taken_at.isoformat() if taken_at else None,
        "taken_precision": photo.taken_precision.value if taken_at else None,
        "taken_from": taken_from or None,
        "camera": photo.camera,
        "lens": photo.lens,
        "exposure": photo.exposure,
        "latitude": photo.latitude,
        "longitude": photo.longitude,
        "rating": photo.rating,
        "tags": list(photo.tags),
        "people": list(photo.people),
        "caption": photo.caption,
        "width": photo.width_px,
        "height": photo.height_px,
        "type": _type(details),
        "state": photo.state.value,
        "reason": photo.reason,
        "remark": photo.remark,
        "also_at": [text_of(path) for path in details.also_at],
        "stack": [text_of(path) for path in details.stack],
        "sidecars": [text_of(path) for path in details.sidecars],
        "size_bytes": photo.size_bytes,
        "duration_s": photo.duration_s,
        "drive": photo.drive,
        "offline": photo.offline,
        "forbidden": missing is not None and missing.forbidden,
        "from": _sources(details),
    }


def _found(library: PhotoLibrary, word: Path) -> _Known | None:
    """Return what is known of the photo at a path; also where the library knows it by the path that a link leads to."""
    path = path_of(word, lambda path: library.browsing.photo_at(path) is not None)
    paths = dict.fromkeys((path, Path(os.path.realpath(path))))
    found = (library.browsing.details(path) for path in paths)
    details = next((details for details in found if details is not None), None)
    return None if details is None else _Known(details, _missing(library, details))


def _missing(library: PhotoLibrary, details: PhotoContext) -> Folder | None:
    """Return the chosen folder of a photo that is out of reach; None where it is a drive inside that is missing."""
    if not details.photo.offline:
        return None
    around = [one for one in library.browsing.folders() if details.photo.path.is_relative_to(one.path)]
    nearest = max(around, key=lambda folder: len(folder.path.parts), default=None)
    return nearest if nearest is not None and nearest.state is FolderState.MISSING else None


def _sources(details: PhotoContext) -> dict[str, str]:
    """Return where each field of the JSON came from; of those that are empty, nothing."""
    sources: dict[str, str] = {}
    for name, source in details.photo.sources:
        for field in ("latitude", "longitude") if name == "place" else (name,):
            sources[field] = source
    _, taken_from = details.dated()
    if taken_from:
        sources["taken_at"] = taken_from
    if details.photo.width_px is not None:
        sources |= {"width": "file", "height": "file"}
    return sources


def _type(details: PhotoContext) -> str | None:
    suffix = details.photo.path.suffix.removeprefix(".").lower()
    return type_of(suffix) or suffix or None


def _lines(details: PhotoContext, missing: Folder | None) -> Iterator[str]:
    yield shown(details.photo.path)
    sources = dict(details.photo.sources)
    for name, value, field in (*_told(details), *_where(details, missing), *_files(details)):
        if value:
            source = sources.get(field, "")
            said_by = f"  ({', '.join(_WORDS.get(one, one) for one in source.split(', '))})" if source else ""
            yield f"  {name:<10} {value}{said_by}"


def _told(details: PhotoContext) -> Iterator[tuple[str, str, str]]:
    """Yield the name, the value and the field of each thing that is known of a photo; empty values too."""
    photo = details.photo
    taken_at, taken_from = details.dated()
    written = taken_at.strftime(_WRITTEN.get(photo.taken_precision, "%Y-%m-%d %H:%M:%S")) if taken_at else ""
    is_of_file = taken_from == "file system"
    yield "taken", written + ("  (the file system)" if is_of_file else ""), "" if is_of_file else "taken_at"
    yield "camera", photo.camera or "", "camera"
    yield "lens", photo.lens or "", "lens"
    yield "exposure", photo.exposure or "", "exposure"
    place = "" if photo.latitude is None else f"{photo.latitude:.6f}, {photo.longitude:.6f}"
    yield "place", place, "place"
    yield "rating", "" if photo.rating is None else str(photo.rating), "rating"
    yield "tags", ", ".join(photo.tags), "tags"
    yield "people", ", ".join(photo.people), "people"
    yield "caption", photo.caption or "", "caption"
    size = f"{photo.width_px} × {photo.height_px} pixels, " if photo.width_px else ""
    length = f", {photo.duration_s:.1f} s" if photo.duration_s is not None else ""
    yield "file", f"{_type(details) or 'unknown type'}, {size}{photo.size_bytes:,} bytes{length}", ""
    reason = f": {photo.reason}" if photo.reason else ""
    yield "state", f"{photo.state.value}{reason}", ""
    yield "remark", photo.remark or "", ""


def _where(details: PhotoContext, missing: Folder | None) -> Iterator[tuple[str, str, str]]:
    """Yield the drive of a photo, and why it is out of reach, as `_told` does."""
    photo = details.photo
    is_forbidden = missing is not None and missing.forbidden
    is_gone = missing is not None and not missing.forbidden and not missing.drive
    away = "not connected" if photo.offline and not is_forbidden and not is_gone else ""
    yield "drive", ", ".join(word for word in (photo.drive, away) if word), ""
    why = f"{NOT_ALLOWED}. {HOW_TO_ALLOW}" if is_forbidden else NOT_THERE
    yield "folder", why if is_forbidden or is_gone else "", ""


def _files(details: PhotoContext) -> Iterator[tuple[str, str, str]]:
    """Yield the other files that have to do with a photo, as `_told` does."""
    for path in details.also_at:
        yield "also at", shown(path), ""
    for path in details.stack:
        yield "like", shown(path), ""
    for path in details.sidecars:
        yield "beside", shown(path), ""
