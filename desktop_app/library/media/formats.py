"""The formats of photos and videos by the ends of their names, and what is said where one cannot be opened."""

from collections.abc import Collection

from desktop_app.children import is_frozen

RAW = "RAW"
"""Our name of all the camera makers' raw formats; Pillow has none, for it opens none of them."""

VIDEO = "VIDEO"
"""Our name of all kinds of video; FFmpeg looks into a file and finds out which it is."""

_SUFFIXES: dict[str, frozenset[str]] = {
    "JPEG": frozenset({".jpg", ".jpeg", ".jpe", ".jfif", ".mpo"}),
    "PNG": frozenset({".png", ".apng"}),
    "WEBP": frozenset({".webp"}),
    "GIF": frozenset({".gif"}),
    "BMP": frozenset({".bmp"}),
    "DIB": frozenset({".dib"}),
    "TIFF": frozenset({".tif", ".tiff"}),
    "AVIF": frozenset({".avif", ".avifs"}),
    "HEIF": frozenset({".heic", ".heif", ".hif", ".heics", ".heifs"}),
    "JPEG2000": frozenset({".jp2", ".j2k", ".jpx", ".jpf"}),
    "JXL": frozenset({".jxl"}),
    # What LibRaw reads: Hasselblad, Sony, Canon, Kodak, Adobe and telephones, Epson, Phase One, Leaf, Mamiya, Minolta,
    # Nikon, Olympus, Pentax, Fujifilm, Leica, Panasonic, Samsung, Sigma.
    RAW: frozenset(
        {
            ".3fr",
            ".fff",
            ".arw",
            ".srf",
            ".sr2",
            ".cr2",
            ".cr3",
            ".crw",
            ".dcr",
            ".kdc",
            ".k25",
            ".dng",
            ".erf",
        }
        | {".iiq", ".mos", ".mef", ".mrw", ".nef", ".nrw", ".orf", ".pef", ".raf", ".rw2", ".rwl", ".srw"}
        | {".x3f"}
    ),
    # What cameras, telephones and recorders write. Not .ts, which is TypeScript, and not Google's .MP, the movie half of
    # a motion photo, which is MetaPost too.
    VIDEO: frozenset(
        {
            ".3g2",
            ".3gp",
            ".asf",
            ".avi",
            ".divx",
            ".dv",
            ".f4v",
            ".flv",
            ".m2t",
            ".m2ts",
            ".m4v",
            ".mkv",
            ".mov",
        }
        | {".mp4", ".mpe", ".mpeg", ".mpg", ".mts", ".ogv", ".qt", ".vob", ".webm", ".wmv"}
    ),
}

SUFFIXES = frozenset().union(*_SUFFIXES.values())
"""Ends of names that make a file a photo, lower-case, with the dot, whether it can be opened here or not."""

RAW_SUFFIXES = _SUFFIXES[RAW]
"""Those of camera raw files."""

VIDEO_SUFFIXES = _SUFFIXES[VIDEO]
"""Those of videos."""

# In an installed program there is no pip; its own command takes the same files.
_INSTALLED = "add it with “vislumbre extras add” (Help, Formats, says how) and start again"


def _needs(extra: str, package: str, *, installed: bool = False) -> str:
    pip = f"run “pip install {package}” where Vislumbre is installed and start again"
    return f"needs the {extra} extra: {_INSTALLED if installed else pip}"


NEEDS = {
    "JXL": _needs("JPEG XL", "pillow-jxl-plugin", installed=is_frozen()),
    "HEIF": _needs("HEIC", "pi-heif"),
    RAW: _needs("RAW", "rawpy"),
    VIDEO: _needs("video", "av", installed=is_frozen()),
}
"""What a person is told of a photo whose format needs something that is not installed, by the format's name."""

# What earlier versions said, and a checkout or an installed program, so that their failures are tried again too.
_SAID_BEFORE = {
    **{_needs("JPEG XL", "pillow-jxl-plugin", installed=installed): "JXL" for installed in (False, True)},
    **{_needs("video", "av", installed=installed): VIDEO for installed in (False, True)},
    "JPEG XL pictures need an extra that is not installed": "JXL",
    "HEIC pictures need an extra that is not installed": "HEIF",
}


def is_video_name(name: str) -> bool:
    """Tell by the end of a file's name, in any letter case, whether it counts as a video."""
    _, dot, suffix = name.rpartition(".")
    return dot + suffix.lower() in VIDEO_SUFFIXES


def suffixes_of(names: Collection[str]) -> frozenset[str]:
    """Return the ends of names that these formats have."""
    return frozenset().union(*(_SUFFIXES[name] for name in names))


def missing_format(reason: str) -> str | None:
    """Return the format that a photo failed for want of, by the reason given then; None for any other reason."""
    said = {sentence: name for name, sentence in NEEDS.items()} | _SAID_BEFORE
    return said.get(reason)
