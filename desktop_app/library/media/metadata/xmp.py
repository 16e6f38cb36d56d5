"""Reads XMP, inside a photo or in a file beside it: an XML dialect that every program writes a little differently."""

import logging
import re

# Not one of Python's tree parsers: what came before an error counts, and nothing is built from what nobody asks for.
# The one danger that is left, entities, is refused below.
from xml.parsers import expat

from desktop_app.library.media.metadata.metadata import Metadata, tags_of
from desktop_app.library.media.metadata.values import degrees_of_xmp, parse_date, place_of, stars, text_of

_log = logging.getLogger(__name__)

MOST_BYTES = 2**20
"""Of a packet, no more is read: the largest that programs write, with every step of an edit, have some 100 KB."""

_DATES = ("exif:DateTimeOriginal", "photoshop:DateCreated", "xmp:CreateDate", "exif:GPSTimeStamp")
# Plain words first; in the others "Places|Lisbon" (Lightroom) or "Places/Lisbon" (digiKam) name what is above too.
_TAGS = ("dc:subject", "lr:hierarchicalSubject", "digiKam:TagsList", "Iptc4xmpExt:PersonInImage")
_TITLE, _DESCRIPTION = "dc:title", "dc:description"
_STEPS = re.compile(r"[|/]")

_CONTAINERS = {"x:xmpmeta", "x:xapmeta", "rdf:RDF", "rdf:Description"}
_LISTS = {"rdf:Bag", "rdf:Seq", "rdf:Alt"}
_MOST_VALUES = 1_000

# What Windows writes instead of stars: percent, for 1 to 5.
_WINDOWS_RATINGS = {"1": 1, "25": 2, "50": 3, "75": 4, "99": 5}


def read_xmp(packet: bytes) -> Metadata:
    """Return what an XMP packet says; nothing of one that is no XMP, and never an error.

    Names are read with the prefixes everybody uses ("xmp:Rating"), declared or not. A packet that defines entities
    is not read further: no program needs them, and attacks are made of them.

    Args:
        packet: The bytes, in any encoding that XML has; padding around them is no harm.
    """
    values = _Reader().read(packet[:MOST_BYTES])
    latitude, longitude = place_of(
        degrees_of_xmp(_first(values, "exif:GPSLatitude")),
        degrees_of_xmp(_first(values, "exif:GPSLongitude")),
    )
    dates = (parse_date(_first(values, name)) for name in _DATES)
    rating = stars(_first(values, "xmp:Rating"))
    return Metadata(
        taken_at=next((date for date in dates if date), None),
        latitude=latitude,
        longitude=longitude,
        rating=_WINDOWS_RATINGS.get(_first(values, "MicrosoftPhoto:Rating")) if rating is None else rating,
        tags=tags_of(word for name in _TAGS for said in values.get(name, ()) for word in _words(name, said)),
        caption=text_of(_first(values, _TITLE), _first(values, _DESCRIPTION)),
    )


def _words(name: str, said: str) -> list[str]:
    return _STEPS.split(said) if name in {"lr:hierarchicalSubject", "digiKam:TagsList"} else [said]


def _first(values: dict[str, list[str]], name: str) -> str:
    return next(iter(values.get(name, ())), "")


class _Refused(Exception):  # noqa: N818  # stops the parser; nobody else sees it
    """The packet wants something that no photo needs."""


class _Reader:
    """Collects the properties of one packet: attributes, elements and lists, but nothing inside of structures."""

    def __init__(self) -> None:
        self._values: dict[str, list[str]] = {}
        self._path: list[str] = []
        self._text: list[str] = []
        # How many of the elements around are containers; the next inside them is a property.
        self._outer = 0
        self._count = 0

    def read(self, packet: bytes) -> dict[str, list[str]]:
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = self._refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text.append
        # Packets in UTF-16 begin with their byte order and are not padded with single bytes.
        is_wide = packet.startswith((b"\xff\xfe", b"\xfe\xff"))
        try:
            parser.Parse(packet if is_wide else packet.strip(b"\0 \r\n\t"), True)
        except (expat.ExpatError, _Refused, ValueError, LookupError) as error:
            _log.debug("an XMP packet was read only to its error: %s", error)
        return self._values

    def _refuse(self, *_what: object) -> None:
        raise _Refused("a document type")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        is_container = name in _CONTAINERS and self._outer == len(self._path)
        if self._outer == len(self._path):
            for key, value in attributes.items():
                self._keep(key, value)
        self._path.append(name)
        self._outer += is_container
        self._text.clear()

    def _end(self, name: str) -> None:
        inner = self._path[self._outer :]
        if len(inner) == 1 or (len(inner) == 3 and inner[1] in _LISTS and name == "rdf:li"):
            self._keep(inner[0], "".join(self._text))
        self._text.clear()
        self._path.pop()
        self._outer = min(self._outer, len(self._path))

    def _keep(self, name: str, value: str) -> None:
        self._count += 1
        if value.strip() and self._count <= _MOST_VALUES:
            self._values.setdefault(name.replace("xap:", "xmp:", 1), []).append(value.strip())
