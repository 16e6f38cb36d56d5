"""TIFFs by hand (TIFF 6.0), of kinds that Pillow does not write: planes, tiles of planes, white as zero, pages."""

import struct
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

_SHORT, _LONG = 3, 4


@dataclass(frozen=True)
class Page:
    """One picture of a TIFF.

    Attributes:
        values: Its numbers, ``(height, width, samples)``; their type is that of the file.
        photometric: 0 white is zero, 1 black is zero, 2 RGB, 5 CMYK.
        planes: Whether the samples lie in planes one after the other.
        tile: Width and height of its tiles; None for one strip for a plane.
        tags: Further entries, each one number.
    """

    values: NDArray[np.generic]
    photometric: int = 2
    planes: bool = False
    tile: tuple[int, int] | None = None
    tags: dict[int, int] = field(default_factory=dict)


def tiff(*pages: Page, order: Literal["<", ">"] = "<") -> bytes:
    """A TIFF of these pages, in the byte order "<" or ">"."""
    content = bytearray((b"II*\0" if order == "<" else b"MM\0*") + bytes(4))
    link = 4
    for page in pages:
        height, width, samples = page.values.shape
        values = page.values.astype(page.values.dtype.newbyteorder(order))
        layers = [values[..., [n]] for n in range(samples)] if page.planes else [values]
        pieces = [piece for layer in layers for piece in _pieces(layer, page.tile)]
        offsets = []
        for piece in pieces:
            offsets.append(len(content))
            content += piece + b"\0" * (len(piece) % 2)
        kind = {"u": 1, "i": 2, "f": 3}[values.dtype.kind]
        entries: dict[int, tuple[int, list[int]]] = {
            256: (_LONG, [width]),
            257: (_LONG, [height]),
            258: (_SHORT, [values.dtype.itemsize * 8] * samples),
            259: (_SHORT, [1]),
            262: (_SHORT, [page.photometric]),
            277: (_SHORT, [samples]),
            284: (_SHORT, [2 if page.planes else 1]),
            339: (_SHORT, [kind] * samples),
        }
        where, sizes = (324, 325) if page.tile else (273, 279)
        entries[where] = (_LONG, offsets)
        entries[sizes] = (_LONG, [len(piece) for piece in pieces])
        if page.tile:
            entries |= {322: (_LONG, [page.tile[0]]), 323: (_LONG, [page.tile[1]])}
        else:
            entries[278] = (_LONG, [height])
        entries |= {tag: (_LONG, [value]) for tag, value in page.tags.items()}
        struct.pack_into(f"{order}I", content, link, len(content))
        link = _add_directory(content, entries, order)
    return bytes(content)


def _pieces(layer: NDArray[np.generic], tile: tuple[int, int] | None) -> list[bytes]:
    if tile is None:
        return [layer.tobytes()]
    width, height = tile
    down, across = -layer.shape[0] % height, -layer.shape[1] % width
    full = np.pad(layer, ((0, down), (0, across), (0, 0)))
    return [
        full[y : y + height, x : x + width].tobytes()
        for y in range(0, full.shape[0], height)
        for x in range(0, full.shape[1], width)
    ]


def _add_directory(content: bytearray, entries: dict[int, tuple[int, list[int]]], order: str) -> int:
    """Add a directory, and return where the link to the next one is."""
    far = len(content) + 2 + 12 * len(entries) + 4
    table, behind = struct.pack(f"{order}H", len(entries)), b""
    for tag, (kind, values) in sorted(entries.items()):
        packed = struct.pack(f"{order}{len(values)}{'H' if kind == _SHORT else 'I'}", *values)
        if len(packed) > 4:
            packed, behind = struct.pack(f"{order}I", far + len(behind)), behind + packed
        table += struct.pack(f"{order}HHI", tag, kind, len(values)) + packed.ljust(4, b"\0")
    content += table
    link = len(content)
    content += bytes(4) + behind
    return link
