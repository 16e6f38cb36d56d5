"""Tells captions that nobody wrote: what cameras and programs put where a person's words belong."""

import re

from desktop_app.library.media.metadata.metadata import clean

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


def is_nobodys(said: str) -> bool:
    """Tell whether a description is one that a camera or a program filled in."""
    said = clean(said)
    return not said or said.casefold() in _CAMERAS_OWN or _FILE_NAME.match(said) is not None


def written(said: str) -> str:
    """Return a text that a person may have written; empty for others."""
    return "" if is_nobodys(said) else said
