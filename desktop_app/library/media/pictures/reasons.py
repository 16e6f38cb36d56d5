"""Says in a person's words why bytes are not a usable picture, from the bytes themselves."""

from collections.abc import Iterator

from desktop_app.library.media.formats import NEEDS
from desktop_app.library.media.pictures.boxes import boxes
from desktop_app.library.media.pictures.mending.jpeg import has_end

EMPTY = "the file is empty"
ZEROS = "the file holds nothing but zeros"
NOT_A_PICTURE = "not a picture"
CUT_SHORT = "the file is cut short"
DAMAGED = "the picture is damaged"
UNKNOWN_KIND = "the picture is damaged or of a kind that cannot be opened"
NO_MEMORY = "too little memory is free for this picture"
IN_THE_CLOUD = "it is in the cloud only; it is read once it is on this computer"
VIDEO = "a video, not a picture"
NOT_A_VIDEO = "not a video"
DAMAGED_VIDEO = "the video is damaged"
UNKNOWN_VIDEO = "the video is damaged or of a kind that cannot be opened"
NO_FRAMES = "the video holds no pictures"
SOUND_ONLY = "it holds sound only"
PROTECTED = "the video is protected against copying"
NEEDS_JXL = NEEDS["JXL"]
NEEDS_HEIF = NEEDS["HEIF"]

_JXL = (b"\xff\x0a", b"\x00\x00\x00\x0cJXL ")
_PICTURES = (
    b"\xff\xd8\xff",
    b"\x89PNG",
    b"GIF8",
    b"BM",
    b"II*\x00",
    b"MM\x00*",
    b"II+\x00",
    b"MM\x00+",
    b"\x00\x00\x00\x0cjP  ",
    b"\xff\x4f\xff\x51",
)
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"}
_AVIF_BRANDS = {b"avif", b"avis"}

# A failing disk or an interrupted copy leaves whole sectors of zeros; compressed pictures hold no such run.
_SECTOR_BYTES = 512
_PICTURE_CHUNKS = {b"mdat", b"jp2c", b"VP8 ", b"VP8L", b"ALPH", b"ANMF", b"\x00\x00\x00\x00"}


def before_opening(content: bytes) -> str:
    """Return why these bytes need not be opened at all; empty when they may be.

    Finds what decoders pass over in silence: libheif paints the missing tiles of half a file black, and a tail of
    zeros decodes to grey in JPEG, AVIF and WebP.
    """
    if not content:
        return EMPTY
    zeros = len(content) - len(content.rstrip(b"\x00")) if content[-1] == 0 else 0
    if zeros == len(content):
        return ZEROS
    return CUT_SHORT if _is_cut_short(content, len(content) - zeros) else ""


def after_opening(content: bytes, known: tuple[str, ...]) -> str:
    """Return why no opener took these bytes.

    Args:
        content: The whole file.
        known: Names of the formats that were tried.
    """
    brand = content[8:12] if content[4:8] == b"ftyp" else b""
    if content.startswith(_JXL):
        return UNKNOWN_KIND if "JXL" in known else NEEDS_JXL
    if brand in _HEIF_BRANDS and "HEIF" not in known:
        return NEEDS_HEIF
    if brand and brand not in _HEIF_BRANDS | _AVIF_BRANDS:
        return VIDEO
    is_webp = content[:4] == b"RIFF" and content[8:12] == b"WEBP"
    return UNKNOWN_KIND if brand or is_webp or content.startswith(_PICTURES) else NOT_A_PICTURE


def of_error(error: BaseException) -> str:
    """Return what an error of a decoder means for a person."""
    if isinstance(error, MemoryError):
        return NO_MEMORY
    said = str(error).lower()
    if isinstance(error, EOFError) or "truncat" in said or "not enough image data" in said:
        return CUT_SHORT
    return DAMAGED


def _is_cut_short(content: bytes, end: int) -> bool:
    """Tell whether the picture's own structure goes on beyond `end`, where the file's bytes turn to zeros or stop."""
    if content.startswith(b"\xff\xd8\xff"):
        # Without zeros Pillow notices by itself; the walk is for those that hide the end.
        return end < len(content) and not has_end(content)
    if content[4:8] == b"ftyp" or content.startswith(b"\x00\x00\x00\x0cjP  "):
        chunks = boxes(content)
    elif content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        chunks = _riff_chunks(content)
    else:
        return False
    return any(
        stop > len(content) or min(stop, len(content)) - max(start, end) >= _SECTOR_BYTES
        for kind, start, stop in chunks
        if kind in _PICTURE_CHUNKS
    )


def _riff_chunks(content: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield kind, start and end of the chunks of a WebP file, up to the length its header declares."""
    at, declared = 12, 8 + int.from_bytes(content[4:8], "little")
    while at + 8 <= min(len(content), declared):
        size = int.from_bytes(content[at + 4 : at + 8], "little")
        yield content[at : at + 4], at, at + 8 + size
        at += 8 + size + size % 2
