"""Reads when, where and with what a photo was taken, and what people said of it, from the photo's own file."""

from collections.abc import Sequence

from PIL import Image

from desktop_app.library.media.metadata.canon import canon_blocks
from desktop_app.library.media.metadata.containers import MOST_EXTENDED_BYTES, LeftOut, iptc_of_tiff, left_out
from desktop_app.library.media.metadata.exif import (
    attempt,
    directories,
    is_big_endian,
    loaded,
    packet_in,
    read_camera,
    read_exif_words,
    read_position,
)
from desktop_app.library.media.metadata.iptc import entries_of, read_iptc
from desktop_app.library.media.metadata.metadata import Metadata
from desktop_app.library.media.metadata.xmp import read_xmp

# Photoshop's number for IPTC among its resources.
_IPTC_RESOURCE = 0x0404


def read_metadata(image: Image.Image, content: bytes = b"") -> Metadata:
    """Return what the file says and can be believed; never raises on a broken entry.

    Of several dates the one that means most counts, wherever it stands; of the same meaning that of EXIF before XMP
    and IPTC. A date before photography or more than a day ahead, a place beyond the poles and the place 0° N 0° E,
    which stands for "no fix", count as missing. Tags are united; captions count in the order XMP, IPTC, EXIF.

    Args:
        image: An opened picture; loaded, if it is a PNG whose EXIF may follow the pixels.
        content: Its file, for what the opener does not tell.
    """
    more = attempt(left_out, content, image) or LeftOut()
    exif = attempt(image.getexif)
    return _read(
        [Image.Exif() if exif is None else exif, *map(loaded, more.exif)],
        [_packet(image.info.get("xmp") or image.info.get("XML:com.adobe.xmp")), *more.packets],
        [attempt(_photoshop, image), *more.iptc],
        more.extended,
    ).completed_by(more.words.said_by("file"))


def read_exif(content: bytes) -> Metadata:
    """Return what a bare EXIF block, which is what a TIFF and most camera raw files are too, says.

    Args:
        content: Begins with the byte order, "II" or "MM".
    """
    return _read([loaded(content)], [], attempt(iptc_of_tiff, content) or [], b"")


def read_canon(content: bytes) -> Metadata:
    """Return what a camera raw file of Canon's (CR3) says, which is no TIFF; nothing of any other file."""
    said = canon_blocks(content)
    position = attempt(read_position, loaded(said.position)) or Metadata()
    return _read([*map(loaded, said.exif)], [said.packet], [], b"").completed_by(position.said_by("exif"))


def _read(
    blocks: Sequence[Image.Exif],
    packets: Sequence[bytes | None],
    iptc: Sequence[bytes | None],
    extended: bytes,
) -> Metadata:
    """Join what the blocks and packets of one file say, those that count more first."""
    xmp, newspaper, camera, windows = Metadata(), Metadata(), Metadata(), Metadata()
    for packet in _once(*packets, *(attempt(packet_in, block) for block in blocks)):
        xmp = xmp.completed_by(read_xmp(packet))
    if extended:
        xmp = xmp.completed_by(read_xmp(extended, MOST_EXTENDED_BYTES))
    for block in _once(*iptc):
        newspaper = newspaper.completed_by(attempt(_newspaper, block) or Metadata())
    for exif in blocks:
        camera = camera.completed_by(attempt(read_camera, exif) or Metadata())
        windows = windows.completed_by(attempt(_words, exif) or Metadata())
    # Programs that rate photos write XMP, and some of them EXIF beside it for others; no stars there mean nothing.
    words = Metadata(rating=xmp.rating or None, tags=xmp.tags, people=xmp.people, caption=xmp.caption)
    return (
        words.said_by("xmp")
        .completed_by(camera.said_by("exif"))
        .completed_by(xmp.said_by("xmp"))
        .completed_by(newspaper.said_by("iptc"))
        .completed_by(windows.said_by("exif"))
    )


def _once(*blocks: bytes | None) -> list[bytes]:
    """Return those that say something, none twice: some openers tell of one in two places."""
    return list(dict.fromkeys(block for block in blocks if block))


def _newspaper(block: bytes) -> Metadata:
    return read_iptc(entries_of(block))


def _words(exif: Image.Exif) -> Metadata:
    main, details, _ = directories(exif)
    return read_exif_words(main, details, is_big_endian=is_big_endian(exif))


def _photoshop(image: Image.Image) -> bytes:
    resources = image.info.get("photoshop")
    block = resources.get(_IPTC_RESOURCE) if isinstance(resources, dict) else None
    return block if isinstance(block, bytes) else b""


def _packet(said: object) -> bytes:
    return said.encode() if isinstance(said, str) else said if isinstance(said, bytes) else b""
