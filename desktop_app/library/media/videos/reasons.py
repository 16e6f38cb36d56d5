"""Says in a person's words why a file is not a usable video, from the file itself."""

from collections.abc import Iterator

from desktop_app.library.media.pictures import reasons
from desktop_app.library.media.steady_file import SteadyFile

# Box types that only an MP4 or QuickTime file begins with (ISO/IEC 14496-12, QuickTime File Format).
_FIRST_BOXES = {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot", b"styp"}
# How other containers begin: Matroska and WebM, AVI, ASF, FLV, Ogg, MPEG program and elementary streams.
_BEGINNINGS = (b"\x1aE\xdf\xa3", b"RIFF", b"0&\xb2u\x8ef\xcf\x11", b"FLV", b"OggS", b"\x00\x00\x01")
# The first byte of each packet of an MPEG transport stream; M2TS has a time of four bytes before it.
_PACKET, _PACKET_BYTES = 0x47, (188, 192)
# Names of sample entries that say that what follows is encrypted (ISO/IEC 14496-12, 8.12; the last is Apple's).
_ENCRYPTED = (b"encv", b"drmi")
_MOST_BOXES = 10_000
_DESCRIPTION_BYTES = 2**22


class NothingThereError(ValueError):
    """Not one picture of a video could be decoded.

    Attributes:
        reason: Why, if nothing else is wrong with the file.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def why_not(file: SteadyFile, error: BaseException) -> str:
    """Return why a video could not be decoded.

    Args:
        file: The video.
        error: What the decoder said, or anything else that was raised.
    """
    if isinstance(error, MemoryError):
        return reasons.NO_MEMORY
    otherwise = reasons.CUT_SHORT if isinstance(error, EOFError) else reasons.UNKNOWN_VIDEO
    if isinstance(error, NothingThereError):
        otherwise = error.reason
    try:
        return _seen(file) or otherwise
    except OSError:
        # What cannot be read any more says nothing of itself.
        return otherwise


def _seen(file: SteadyFile) -> str:
    """Return what is wrong with the outermost structure of a file; empty when it is sound."""
    head = _piece(file, 0, 400)
    if not any(head):
        return reasons.ZEROS if _is_zeros(file) else reasons.NOT_A_VIDEO
    if head[4:8] in _FIRST_BOXES:
        return _seen_in_boxes(file)
    is_stream = any(
        head[at : at + 1] == head[at + size : at + size + 1] == bytes([_PACKET])
        for at, size in zip((0, 4), _PACKET_BYTES, strict=True)
    )
    return "" if is_stream or head.startswith(_BEGINNINGS) else reasons.NOT_A_VIDEO


def _seen_in_boxes(file: SteadyFile) -> str:
    described = False
    for kind, start, end in _boxes(file):
        if end > file.size_bytes:
            return reasons.CUT_SHORT
        if kind == b"moov":
            described = True
            inside = _piece(file, start, min(end - start, _DESCRIPTION_BYTES))
            if any(mark in inside for mark in _ENCRYPTED):
                return reasons.PROTECTED
    return "" if described else reasons.CUT_SHORT


def _boxes(file: SteadyFile) -> Iterator[tuple[bytes, int, int]]:
    """Yield kind, start and end of the file's outermost boxes; an end may lie beyond the file's."""
    at = 0
    for _ in range(_MOST_BOXES):
        head = _piece(file, at, 16)
        if len(head) < 8:
            return
        size, kind = int.from_bytes(head[:4], "big"), head[4:8]
        if size == 1:
            size = int.from_bytes(head[8:16], "big")
        elif size == 0:
            size = file.size_bytes - at
        if size < 8:
            return
        yield kind, at, at + size
        at += size


def _is_zeros(file: SteadyFile) -> bool:
    file.seek(0)
    while piece := file.read(_DESCRIPTION_BYTES):
        if piece.count(0) != len(piece):
            return False
    return True


def _piece(file: SteadyFile, at: int, count: int) -> bytes:
    file.seek(at)
    return file.read(count)
