"""Reads tags and captions in the older ways: IPTC (the newspapers'), and what Windows and cameras put into EXIF."""

import re
from collections.abc import Mapping

from desktop_app.library.media.metadata.metadata import Metadata, clean, tags_of
from desktop_app.library.media.metadata.values import text_of

# EXIF 2.32, table 4; and what Windows adds, as UTF-16 with a zero at the end.
_IMAGE_DESCRIPTION = 0x010E
_XP_TITLE, _XP_COMMENT, _XP_KEYWORDS = 0x9C9B, 0x9C9C, 0x9C9E

# IPTC-NAA Information Interchange Model 4, sections 5 and 6.
_CODED_CHARACTER_SET, _UTF_8 = (1, 90), b"\x1b%G"
_TITLE, _KEYWORDS, _CAPTION = (2, 5), (2, 25), (2, 120)

# Cameras fill the description with words of their own, or with the file's name, which nobody wrote.
_CAMERAS_OWN = frozenset(
    {
        "camera",
        "default",
        "digital camera",
        "digital still camera",
        "dsc",
        "exif jpeg",
        "exif_jpeg_picture",
        "hdr",
    }
    | {
        "jpeg",
        "kodak digital still camera",
        "konica minolta digital camera",
        "minolta digital camera",
        "minolta dsc",
    }
    | {"my beautiful picture", "none", "null", "olympus digital camera", "samsung", "samsung digital camera"}
    | {"screenshot", "sony dsc", "untitled", "vivitar digital camera"}
)
_FILE_NAME = re.compile(r"[\w\\/:.-]+\.(jpe?g|dng|tiff?|heic|png|mov|mp4|m4v|avi)$|DCIM\\", re.IGNORECASE)


def read_exif_words(exif: Mapping[int, object]) -> Metadata:
    """Return the tags and the caption of a photo's main EXIF directory."""
    said = clean(exif.get(_IMAGE_DESCRIPTION))
    description = "" if is_nobodys(said) else said
    return Metadata(
        tags=tags_of(_windows_text(exif.get(_XP_KEYWORDS)).split(";")),
        caption=text_of(
            _windows_text(exif.get(_XP_TITLE)), description or _windows_text(exif.get(_XP_COMMENT))
        ),
    )


def is_nobodys(said: str) -> bool:
    """Tell whether a description is one that a camera or a program filled in."""
    said = clean(said)
    return not said or said.casefold() in _CAMERAS_OWN or _FILE_NAME.match(said) is not None


def read_iptc(entries: Mapping[tuple[int, int], bytes | list[bytes]]) -> Metadata:
    """Return the tags and the caption of IPTC entries, by record and number."""
    unicode = _UTF_8 in _all(entries, _CODED_CHARACTER_SET)

    def texts(key: tuple[int, int]) -> list[str]:
        return [_decoded(entry, unicode=unicode) for entry in _all(entries, key)]

    return Metadata(
        tags=tags_of(texts(_KEYWORDS)),
        caption=text_of(next(iter(texts(_TITLE)), ""), next(iter(texts(_CAPTION)), "")),
    )


def _all(entries: Mapping[tuple[int, int], bytes | list[bytes]], key: tuple[int, int]) -> list[bytes]:
    found = entries.get(key, [])
    return found if isinstance(found, list) else [found]


def _decoded(text: bytes, *, unicode: bool) -> str:
    """Return a text; programs that do not say its encoding write UTF-8 today, and the Windows one before."""
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError:
        return text.decode("utf-8" if unicode else "cp1252", errors="replace")


def _windows_text(value: object) -> str:
    if isinstance(value, tuple):
        value = bytes(byte for byte in value if isinstance(byte, int) and 0 <= byte < 256)
    return value.decode("utf-16-le", errors="replace").split("\0", 1)[0] if isinstance(value, bytes) else ""
