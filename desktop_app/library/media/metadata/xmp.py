"""Says what XMP means: which of its properties, inside a photo or in a file beside it, say when, where, what and who."""

import html
import re
from collections.abc import Iterator

from desktop_app.library.media.metadata.cameras import camera_of, exposure_of, lens_of
from desktop_app.library.media.metadata.dates import best_date
from desktop_app.library.media.metadata.metadata import Meaning, Metadata, clean, tags_of
from desktop_app.library.media.metadata.nobodys import written
from desktop_app.library.media.metadata.places import degrees_of_text, place_of
from desktop_app.library.media.metadata.rdf import (
    MOST_BYTES,
    Properties,
    first,
    read_properties,
    structures,
    texts,
)
from desktop_app.library.media.metadata.values import stars, stars_of_percent, text_of

_DATES = (
    (Meaning.TAKEN, "exif:DateTimeOriginal"),
    (Meaning.TAKEN, "acdsee:datetime"),
    (Meaning.CREATED, "photoshop:DateCreated"),
    (Meaning.CREATED, "xmp:CreateDate"),
    (Meaning.CREATED, "dc:date"),
    (Meaning.DIGITISED, "exif:DateTimeDigitized"),
    (Meaning.CHANGED, "xmp:ModifyDate"),
    (Meaning.CHANGED, "tiff:DateTime"),
    (Meaning.SATELLITE, "exif:GPSTimeStamp"),
)
_PLAIN_TAGS = (
    "dc:subject",
    "lr:weightedFlatSubject",
    "acdsee:keywords",
    "photoshop:SupplementalCategories",
)
# "Places|Lisbon" (Lightroom) or "Places/Lisbon" (digiKam, Windows) name what is above too; the other sign is one of the
# name's own there, as in "Music|AC/DC".
_TAGS_IN_LEVELS = {
    "lr:hierarchicalSubject": "|",
    "digiKam:TagsList": "/",
    "MicrosoftPhoto:LastKeywordXMP": "/",
    "MicrosoftPhoto:LastKeywordIPTC": "/",
    "mediapro:CatalogSets": "|",
}
# All in one text.
_TAGS_IN_A_ROW, _IN_A_ROW = "pdf:Keywords", ";,"
# One text that is XML again: <Categories><Category Assigned="1">Places<Category …>Lisbon</Category></Category></Categories>.
_CATEGORIES, _XML_TAG = "acdsee:categories", re.compile(r"<[^>]{0,200}>")

# What somebody wrote about the place.
_PLACES = ("Iptc4xmpCore:Location", "photoshop:City", "photoshop:State", "photoshop:Country")
_PLACES_WITHIN = (
    "Iptc4xmpExt:Sublocation",
    "Iptc4xmpExt:City",
    "Iptc4xmpExt:ProvinceState",
    "Iptc4xmpExt:CountryName",
)
_LOCATIONS = ("Iptc4xmpExt:LocationCreated", "Iptc4xmpExt:LocationShown")

_DESCRIPTIONS = ("dc:description", "tiff:ImageDescription", "exif:UserComment", "acdsee:caption")

# Where regions are, the list in them, and what a region calls its name and its kind.
_REGIONS = (
    ("mwg-rs:Regions", "mwg-rs:RegionList", "mwg-rs:Name", "mwg-rs:Type"),
    ("MP:RegionInfo", "MPRI:Regions", "MPReg:PersonDisplayName", ""),
    ("acdsee-rs:Regions", "acdsee-rs:RegionList", "acdsee-rs:Name", "acdsee-rs:Type"),
)
_FACE = "face"
# What programs call a face that nobody named.
_NOBODY = "unknown"
_MOST_KEYWORD_LEVELS = 10

_COORDINATES = (
    ("exif:GPSLatitude", "exif:GPSLatitudeRef", "exif:GPSLongitude", "exif:GPSLongitudeRef"),
    ("drone-dji:GpsLatitude", "", "drone-dji:GpsLongitude", ""),
    ("drone-dji:GpsLatitude", "", "drone-dji:GpsLongtitude", ""),
)


def read_xmp(packet: bytes, most_bytes: int = MOST_BYTES) -> Metadata:
    """Return what an XMP packet says; nothing of one that is no XMP, and never an error.

    Args:
        packet: The bytes, in any encoding that XML has; padding around them is no harm.
        most_bytes: How much of it is read.
    """
    said = read_properties(packet, most_bytes)
    latitude, longitude = _place(said)
    rating = stars(first(said, "xmp:Rating"))
    if rating is None:
        rating = stars_of_percent(first(said, "MicrosoftPhoto:Rating"))
    people = tags_of(_people(said))
    dated = best_date((meaning, first(said, name)) for meaning, name in _DATES)
    return Metadata(
        taken_at=dated.taken_at,
        precision=dated.precision,
        meaning=dated.meaning,
        camera=camera_of(clean(first(said, "tiff:Make")), clean(first(said, "tiff:Model"))),
        lens=_lens(said),
        exposure=exposure_of(
            first(said, "exif:ExposureTime"),
            first(said, "exif:FNumber"),
            first(said, "exifEX:PhotographicSensitivity", "exif:ISOSpeedRatings"),
            first(said, "exif:FocalLength"),
        ),
        latitude=latitude,
        longitude=longitude,
        rating=stars(first(said, "acdsee:rating")) or None if rating is None else rating,
        tags=tags_of((*_words(said), *people)),
        people=people,
        caption=text_of(
            written(first(said, "dc:title")),
            written(first(said, "photoshop:Headline")),
            next(filter(None, (written(first(said, name)) for name in _DESCRIPTIONS)), ""),
        ),
    )


def suffix_meant(packet: bytes) -> str:
    """Return the suffix, as "nef", of the photo that an XMP file beside photos is of; empty where it does not say."""
    return clean(first(read_properties(packet), "photoshop:SidecarForExtension")).lstrip(".").casefold()


def _words(said: Properties) -> Iterator[str]:
    """Yield all that are tags, but for the names of people."""
    for name in _PLAIN_TAGS:
        yield from texts(said, name)
    for name, step in _TAGS_IN_LEVELS.items():
        for path in texts(said, name):
            yield from path.split(step)
    for row in texts(said, _TAGS_IN_A_ROW):
        yield from row.split(next((sign for sign in _IN_A_ROW if sign in row), "\n"))
    yield from (html.unescape(word) for word in _XML_TAG.split(first(said, _CATEGORIES)))
    for keywords in structures(said, "mwg-kw:Keywords"):
        yield from _keywords(keywords, "mwg-kw:Hierarchy", _MOST_KEYWORD_LEVELS)
    for name in _PLACES:
        yield first(said, name)
    for location in _locations(said):
        yield from (first(location, name) for name in _PLACES_WITHIN)


def _keywords(around: Properties, name: str, levels: int) -> Iterator[str]:
    for keyword in structures(around, name):
        yield first(keyword, "mwg-kw:Keyword")
        if levels:
            yield from _keywords(keyword, "mwg-kw:Children", levels - 1)


def _people(said: Properties) -> Iterator[str]:
    yield from texts(said, "Iptc4xmpExt:PersonInImage")
    for person in structures(said, "Iptc4xmpExt:PersonInImageWDetails"):
        yield first(person, "Iptc4xmpExt:PersonName")
    for where, which, name, kind in _REGIONS:
        for regions in structures(said, where):
            for region in structures(regions, which):
                # Programs mark what was in focus, codes and pets too.
                is_face = first(region, kind).casefold() in {"", _FACE}
                if is_face and clean(first(region, name)).casefold() != _NOBODY:
                    yield first(region, name)
    for region in structures(said, "Iptc4xmpExt:ImageRegion"):
        yield from texts(region, "Iptc4xmpExt:PersonInImage")
    yield from texts(said, "mediapro:People")


def _locations(said: Properties) -> Iterator[Properties]:
    for name in _LOCATIONS:
        yield from structures(said, name)


def _place(said: Properties) -> tuple[float | None, float | None]:
    for properties in (said, *structures(said, _LOCATIONS[0])):
        for latitude, north, longitude, east in _COORDINATES:
            place = place_of(
                degrees_of_text(first(properties, latitude), first(properties, north)),
                degrees_of_text(first(properties, longitude), first(properties, east)),
            )
            if place[0] is not None:
                return place
    return None, None


def _lens(said: Properties) -> str | None:
    own = first(said, "aux:Lens", "exifEX:LensModel", "MicrosoftPhoto:LensModel")
    return lens_of(clean(first(said, "exifEX:LensMake", "MicrosoftPhoto:LensManufacturer")), clean(own))
