"""Reads IPTC, the newspapers' way of tags, captions and dates."""

import re
from collections.abc import Iterator, Mapping

from desktop_app.library.media.metadata.dates import best_date
from desktop_app.library.media.metadata.guess import damaged_utf_8_of, encoding_of
from desktop_app.library.media.metadata.metadata import Meaning, Metadata, tags_of
from desktop_app.library.media.metadata.nobodys import written
from desktop_app.library.media.metadata.values import text_of

# IPTC-NAA Information Interchange Model 4, sections 5 and 6.
_CODED_CHARACTER_SET = (1, 90)
_TITLE, _KEYWORDS, _CAPTION, _HEADLINE = (2, 5), (2, 25), (2, 120), (2, 105)
_MORE_KEYWORDS = (2, 20)
_CITY, _WITHIN_CITY, _STATE, _COUNTRY = (2, 90), (2, 92), (2, 95), (2, 101)
_CREATED, _CREATED_AT, _DIGITISED, _DIGITISED_AT = (2, 55), (2, 60), (2, 62), (2, 63)
# How ISO 2022 calls in the right half of ISO 8859: part by last letter.
_CALLS = re.compile(rb"\x1b[-./]([A-Zb])")
_PARTS = {b"A": 1, b"B": 2, b"C": 3, b"D": 4, b"F": 7, b"G": 6, b"H": 8, b"L": 5, b"M": 9, b"b": 15}

_MARK, _MOST_ENTRIES = 0x1C, 5_000
# Where Photoshop keeps it among its own: Adobe, Photoshop File Formats, "Image Resources".
_RESOURCE, _IPTC_RESOURCE = b"8BIM", 0x0404

Entries = Mapping[tuple[int, int], bytes | list[bytes]]
"""What stands under each record and number."""


def read_iptc(entries: Entries) -> Metadata:
    """Return what IPTC entries say: tags, the words of the place among them, a caption, a date."""
    encoding = _encoding(entries)

    def texts(*keys: tuple[int, int]) -> list[str]:
        return [_decoded(entry, encoding) for key in keys for entry in _all(entries, key)]

    def text(*keys: tuple[int, int]) -> str:
        return " ".join(filter(None, (next(iter(texts(key)), "") for key in keys)))

    dated = best_date(
        [
            (Meaning.CREATED, text(_CREATED, _CREATED_AT)),
            (Meaning.DIGITISED, text(_DIGITISED, _DIGITISED_AT)),
        ]
    )
    return Metadata(
        taken_at=dated.taken_at,
        precision=dated.precision,
        meaning=dated.meaning,
        tags=tags_of(texts(_KEYWORDS, _MORE_KEYWORDS, _WITHIN_CITY, _CITY, _STATE, _COUNTRY)),
        caption=text_of(*map(written, (text(_TITLE), text(_HEADLINE), text(_CAPTION)))),
    )


def entries_of(block: bytes) -> dict[tuple[int, int], list[bytes]]:
    """Return the entries of an IPTC block, as far as it is whole; also of one among Photoshop's resources."""
    if block.startswith((_RESOURCE, b"Photoshop 3.0\0")):
        block = next((content for number, content in _resources(block) if number == _IPTC_RESOURCE), b"")
    entries: dict[tuple[int, int], list[bytes]] = {}
    at = 0
    for _ in range(_MOST_ENTRIES):
        if at + 5 > len(block) or block[at] != _MARK:
            break
        size, start = int.from_bytes(block[at + 3 : at + 5], "big"), at + 5
        if size & 0x8000:
            # An entry of more than 32 KB says first how many bytes its length has.
            start += size & 0x7FFF
            size = int.from_bytes(block[at + 5 : start], "big") if start - at <= 9 else len(block)
        entries.setdefault((block[at + 1], block[at + 2]), []).append(block[start : start + size])
        at = start + size
    return entries


def _resources(block: bytes) -> Iterator[tuple[int, bytes]]:
    at = block.find(_RESOURCE)
    while at >= 0 and block[at : at + 4] == _RESOURCE and at + 12 <= len(block):
        # A name with its length before it, both filled up to an even number.
        size_at = at + 6 + (block[at + 6] + 2 & ~1)
        start = size_at + 4
        size = int.from_bytes(block[size_at:start], "big")
        yield int.from_bytes(block[at + 4 : at + 6], "big"), block[start : start + size]
        at = start + (size + 1 & ~1)


def _all(entries: Entries, key: tuple[int, int]) -> list[bytes]:
    found = entries.get(key, [])
    return found if isinstance(found, list) else [found]


def _decoded(text: bytes, encoding: str) -> str:
    """Return a text: as UTF-8 where it can be that, whatever is said of it, for programs say it wrongly."""
    said = damaged_utf_8_of(text)
    return text.decode(encoding, errors="replace") if said is None else said


def _encoding(entries: Entries) -> str:
    """Return the encoding of the texts that are not UTF-8: the one that is named, else the one they look like."""
    named = b"".join(_all(entries, _CODED_CHARACTER_SET))
    # Programs say UTF-8 for what they add, and leave what others wrote as it was.
    found = _CALLS.search(named)
    if found and found[1] in _PARTS:
        return f"iso8859_{_PARTS[found[1]]}"
    texts = (text for key in entries if key[0] == 2 for text in _all(entries, key))
    others = [text for text in texts if damaged_utf_8_of(text) is None]
    return encoding_of(b"\n".join(others))
