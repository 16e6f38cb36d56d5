"""Makes Qt's library of ICU data small: of 31 MB, Qt reads what it compares texts with; the rest is for others.

Qt has its own data of languages, and asks ICU only how texts are sorted and which letters are the same. Left out are what
ICU formats dates, numbers and names of places with, its encodings from before Unicode, and its dictionaries.
"""

import re
import struct

_HEADER = struct.Struct("<H2B")
_MAGIC = (0xDA, 0x27)
_FORMAT_AT, _FORMAT = 12, b"CmnD"
_ENTRY = struct.Struct("<2I")
_ALIGN = 16
# Below the package's own name: whatever is no table of a language or country, and the ways of sorting.
_KEPT = re.compile(
    r"^(coll/.*|[^/]*\.(icu|nrm)|pool\.res|root\.res|res_index\.res"
    r"|(icustd|icuver|keyTypeData|likelySubtags|numberingSystems|supplementalData|timezoneTypes|zoneinfo64)\.res)$"
)


class NotIcuDataError(Exception):
    """This is no package of ICU data in the order of bytes of this computer's processors."""


def is_kept(item: str) -> bool:
    """Whether an item stays, by its name below that of the package, as in `coll/root.res`."""
    return _KEPT.match(item) is not None


def start_of(library: bytes) -> int:
    """Return where in a library its package of data begins.

    Raises:
        NotIcuDataError: There is none.
    """
    place = library.find(_FORMAT)
    start = place - _FORMAT_AT
    if start < 0 or tuple(library[start + 2 : start + 4]) != _MAGIC:
        raise NotIcuDataError("no ICU data in it")
    return start


def trimmed(package: bytes) -> bytes:
    """Return a package of ICU data with the items that stay, in the same order.

    Args:
        package: From its header on, to its end.

    Raises:
        NotIcuDataError: It is no such package.
    """
    if package[_FORMAT_AT : _FORMAT_AT + 4] != _FORMAT or tuple(package[2:4]) != _MAGIC:
        raise NotIcuDataError("no ICU data")
    header = _HEADER.unpack_from(package)[0]
    table = package[header:]
    (count,) = struct.unpack_from("<I", table)
    entries = [_ENTRY.unpack_from(table, 4 + _ENTRY.size * index) for index in range(count)]
    ends = [place for _, place in entries[1:]] + [len(table)]
    items = []
    for (name_at, place), end in zip(entries, ends, strict=True):
        name = table[name_at : table.index(b"\0", name_at)]
        if is_kept(name.decode("ascii").partition("/")[2]):
            items.append((name, table[place:end]))
    return package[:header] + _table(items)


def _table(items: list[tuple[bytes, bytes]]) -> bytes:
    """Return the table of contents, the names and the items, each item at a multiple of 16 bytes."""
    names = b"".join(name + b"\0" for name, _ in items)
    names_at = 4 + _ENTRY.size * len(items)
    contents = bytearray()
    entries = bytearray(struct.pack("<I", len(items)))
    first = -(-(names_at + len(names)) // _ALIGN) * _ALIGN
    name_at = names_at
    for name, item in items:
        entries += _ENTRY.pack(name_at, first + len(contents))
        name_at += len(name) + 1
        contents += item + bytes(-len(item) % _ALIGN)
    return bytes(entries) + names + bytes(first - names_at - len(names)) + bytes(contents)
