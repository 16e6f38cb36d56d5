"""Which files beside a photo say something of it: XMP of photo programs, and the JSON of Google Takeout.

How Takeout names its files is nowhere documented; these rules are what its users have found out (see the projects
google-photos-takeout-helper and immich-go).
"""

import logging
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import xxhash

from desktop_app.library.folders.comparing import FoundPhoto

_log = logging.getLogger(__name__)

_XMP, _JSON = ".xmp", ".json"

# "IMG_1(2).jpg" is the second IMG_1.jpg of its album; its JSON is "IMG_1.jpg(2).json".
_NUMBERED = re.compile(r"(.+)(\(\d{1,4}\))$")
# The copy that somebody edited has no JSON of its own; Google adds the word in the person's language.
_EDITED = re.compile(
    r"-(?:edited|effects|smile|mix|animation|bearbeitet|modifié|modifie|editado|editada|modificato|bewerkt|edytowane|"
    r"redigerad|redigeret|redigert|muokattu|upravené|szerkesztve|düzenlendi|изменено|編集済み|编辑后|編輯)$"
)
_TAKEOUT = ".supplemental-metadata"
# Takeout cuts the name before ".json" to this length, wherever that falls.
_TAKEOUT_LENGTH = 46
_SIGNED_63_BITS = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Beside:
    """The names of the files beside a photo that say something of it.

    Attributes:
        xmp: Those of photo programs, the one that names the photo in full first.
        takeout: Google's; empty without one.
    """

    xmp: tuple[str, ...] = ()
    takeout: str = ""

    def names(self) -> tuple[str, ...]:
        """Return all of them."""
        return (*self.xmp, self.takeout) if self.takeout else self.xmp


class SidecarNames:
    """The names of all such files in one folder, to be asked which belong to a photo."""

    def __init__(self, names: Iterable[str]) -> None:
        """Make one from the names of the files in a folder; others than sidecars' are passed over."""
        self._xmp: dict[str, str] = {}
        self._json: dict[str, str] = {}
        # Sorted, so that of two which differ only in letter case it is always the same one.
        for name in sorted(name for name in names if is_sidecar(name)):
            stem, suffix = os.path.splitext(name.lower())  # noqa: PTH122  # of names, in folders of 100,000
            (self._xmp if suffix == _XMP else self._json).setdefault(stem, name)

    def beside(self, photo: str) -> Beside:
        """Return what belongs to a photo of this folder, by its name."""
        photo = photo.lower()
        stem, suffix = os.path.splitext(photo)  # noqa: PTH122
        xmp = tuple(self._xmp[key] for key in (photo, stem) if key in self._xmp)
        takeout = ""
        if self._json:
            takeout = next(
                (self._json[key] for key in _takeout_keys(stem, suffix) if key in self._json), takeout
            )
        return Beside(xmp, takeout)


def is_sidecar(name: str) -> bool:
    """Tell by its name whether a file may say something of a photo; any JSON may."""
    return name[-4:].lower() == _XMP or name[-5:].lower() == _JSON


def stamped(
    photos: Sequence[FoundPhoto],
    entries: Iterable[os.DirEntry[str]],
    beat: Callable[[str], None] = lambda _place: None,
) -> list[FoundPhoto]:
    """Return the photos of a folder, each with a stamp of what is beside it.

    Where there is no sidecar nothing is done; of those there are, each is asked for its size and time once.

    Args:
        photos: The photos of one folder.
        entries: All that is in the folder.
        beat: Told of each sidecar before it is asked.
    """
    sidecars = {entry.name: entry for entry in entries if is_sidecar(entry.name)} if photos else {}
    if not sidecars:
        return list(photos)
    names = SidecarNames(sidecars)
    stamps = {}
    for name, entry in sidecars.items():
        beat(entry.path)
        if stamp := _stamp_of(Path(entry.path)):
            stamps[name] = stamp
    return [
        replace(
            photo, beside=_together(stamps.get(name, "") for name in names.beside(photo.path.name).names())
        )
        for photo in photos
    ]


def stamp_of(folder: Path, beside: Beside) -> int:
    """Return the stamp that a listing gives a photo with these files beside it."""
    return _together(_stamp_of(folder / name) for name in beside.names())


def _together(stamps: Iterable[str]) -> int:
    """Make one number from those of single files, from 1 to what SQLite keeps; 0 from none."""
    said = "\n".join(filter(None, stamps))
    if not said:
        return 0
    return xxhash.xxh3_64_intdigest(said.encode(errors="surrogateescape")) & _SIGNED_63_BITS or 1


def _stamp_of(path: Path) -> str:
    try:
        status = path.stat()
    except OSError as error:
        _log.debug("%r was left out: %s", path, error)
        return ""
    return f"{path.name} {status.st_size} {status.st_mtime_ns}" if stat.S_ISREG(status.st_mode) else ""


def _takeout_keys(stem: str, suffix: str) -> Iterator[str]:
    """Yield what the JSON of a photo may be called, without its end, the likeliest first."""
    yield from _takeout_names(stem + suffix, "")
    numbered = _NUMBERED.match(stem)
    plain, number = (numbered[1], numbered[2]) if numbered else (stem, "")
    if number:
        yield from _takeout_names(plain + suffix, number)
    original = _EDITED.sub("", plain)
    if original != plain:
        yield from _takeout_names(original + suffix, number)
    # Names without an end got one only in the export.
    yield stem


def _takeout_names(title: str, number: str) -> Iterator[str]:
    whole = title + _TAKEOUT
    for length in range(len(whole), len(title) - 1, -1):
        yield whole[:length] + number
    if len(title) > _TAKEOUT_LENGTH:
        yield title[:_TAKEOUT_LENGTH] + number
        yield title[: _TAKEOUT_LENGTH - len(number)] + number
