"""Reads when, where and with what a video was made, from the tags of its file."""

import re
from collections.abc import Mapping
from datetime import UTC

from desktop_app.library.media.metadata.cameras import camera_of, lens_of
from desktop_app.library.media.metadata.dates import Dated, on_this_clock, read_date
from desktop_app.library.media.metadata.metadata import Meaning, Metadata, clean, tags_of
from desktop_app.library.media.metadata.nobodys import is_nobodys
from desktop_app.library.media.metadata.places import place_of
from desktop_app.library.media.metadata.values import text_of
from desktop_app.library.media.metadata.xmp import read_xmp
from desktop_app.library.photo import Precision

# Apple's names, Android's, and those that containers have had before; in the order of trust.
_MAKES = ("com.apple.quicktime.make", "com.android.manufacturer", "make")
_MODELS = ("com.apple.quicktime.model", "com.android.model", "model")
_LENSES = ("com.apple.quicktime.camera.lens_model", "lens_model")
_PLACES = ("com.apple.quicktime.location.iso6709", "location", "location-eng")
_TITLES = ("com.apple.quicktime.title", "com.apple.quicktime.displayname", "title")
_WORDS = ("com.apple.quicktime.description", "description", "com.apple.quicktime.comment", "comment")
_KEYWORDS = ("com.apple.quicktime.keywords", "keywords")
# Written where it was made, with the zone beside it; then what is an instant, or a day alone.
_WALL_CLOCK, _DAY, _INSTANT = "com.apple.quicktime.creationdate", "date", "creation_time"
# What clocks of computers and of QuickTime say that were never set.
_NEVER_SET = {(1904, 1, 1), (1970, 1, 1)}
# ISO 6709: degrees, or degrees and minutes, or those and seconds, each perhaps with a fraction of the last.
_ISO_6709 = re.compile(r"([+-]\d{2,6}(?:\.\d+)?)([+-]\d{3,7}(?:\.\d+)?)", re.ASCII)


def read_tags(*said: Mapping[str, str]) -> Metadata:
    """Return what a video's tags say and can be believed; never raises on a broken one.

    Args:
        said: Tags by name, those that count first first.
    """
    tags: dict[str, str] = {}
    for group in said:
        for name, value in group.items():
            tags.setdefault(name.lower(), value)
    latitude, longitude = _place(_first(tags, _PLACES))
    dated = _dated(tags)
    own = Metadata(
        taken_at=dated.taken_at,
        precision=dated.precision,
        meaning=dated.meaning,
        camera=camera_of(_first(tags, _MAKES), _first(tags, _MODELS)),
        lens=lens_of("", _first(tags, _LENSES)),
        latitude=latitude,
        longitude=longitude,
        tags=tags_of(re.split("[,;]", _first(tags, _KEYWORDS))),
        caption=text_of(_words(tags, _TITLES), _words(tags, _WORDS)),
    )
    # Programs that rate videos write XMP into them.
    packet = read_xmp(tags["xmp"].encode(errors="replace")) if "xmp" in tags else Metadata()
    return packet.said_by("xmp").completed_by(own.said_by("file"))


def _dated(tags: Mapping[str, str]) -> Metadata:
    """Return the date that counts: where it was written with its zone it was taken then, else the file was made then."""
    day = tags.get(_DAY, "")
    wanted = (
        (Meaning.TAKEN, _believed(tags.get(_WALL_CLOCK))),
        (Meaning.CREATED, _believed(day) if ":" in day else None),
        (Meaning.CREATED, _of_instant(tags.get(_INSTANT, ""))),
        (Meaning.CREATED, _believed(day)),
    )
    for meaning, dated in wanted:
        if dated:
            return Metadata(taken_at=dated[0], precision=dated[1], meaning=meaning)
    return Metadata()


def _of_instant(said: str) -> Dated | None:
    """Return an instant as this computer's clock showed it, as of Takeout's; some recorders write their own clock."""
    dated = _believed(said)
    if dated is None or not said.rstrip().endswith(("Z", "+00:00", "+0000")):
        return dated
    here = on_this_clock(dated[0].replace(tzinfo=UTC))
    return (here, Precision.SECOND) if here else None


def _believed(said: object) -> Dated | None:
    dated = read_date(said)
    return None if dated is None or (dated[0].year, dated[0].month, dated[0].day) in _NEVER_SET else dated


def _place(said: str) -> tuple[float | None, float | None]:
    found = _ISO_6709.match(said.strip())
    return place_of(_degrees(found[1], 2), _degrees(found[2], 3)) if found else (None, None)


def _degrees(said: str, digits: int) -> float | None:
    """Return degrees from "+48.85", "+4851.5" or "+485130"; None where there is an odd number of digits.

    Args:
        said: With its sign.
        digits: How many the degrees have.
    """
    whole, _, fraction = said[1:].partition(".")
    parts = [whole[:digits], *(whole[at : at + 2] for at in range(digits, len(whole), 2))]
    if len(parts[0]) < digits or len(parts) > 3 or len(parts[-1]) < 2:
        return None
    parts[-1] += f".{fraction or 0}"
    numbers = [float(part) for part in parts]
    if any(number >= 60 for number in numbers[1:]):
        return None
    degrees = sum(number / scale for number, scale in zip(numbers, (1, 60, 3600), strict=False))
    return -degrees if said.startswith("-") else degrees


def _words(tags: Mapping[str, str], names: tuple[str, ...]) -> str:
    """Return the first of these texts that a person may have written."""
    return next((tags[name] for name in names if name in tags and not is_nobodys(tags[name])), "")


def _first(tags: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((clean(tags[name]) for name in names if clean(tags.get(name))), "")
