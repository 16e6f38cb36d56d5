"""Which files beside a photo say something of it: XMP of photo programs, and the JSON of Google Takeout.

How Takeout names its files is nowhere documented; these rules are what its users have found out (see the projects
google-photos-takeout-helper and immich-go).
"""

import logging
import os
import re
import stat
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import xxhash

from desktop_app.library.folders.comparing import changed_ns_of
from desktop_app.library.folders.listed_folder import ListedFolder

_log = logging.getLogger(__name__)

_XMP, _JSON = ".xmp", ".json"

# "IMG_1(2).jpg" is the second IMG_1.jpg of its album; its JSON is "IMG_1.jpg(2).json".
_NUMBERED = re.compile(r"(.+?)(\(\d{1,4}\))$")
# The copy that somebody edited has no JSON of its own; Google adds the word in the person's language.
_EDITED = re.compile(
    r"-(?:edited|effects|smile|mix|animation|collage|bearbeitet|modifié|modifie|editado|editada|ha editado|editat|"
    r"modificato|bewerkt|edytowane|redigerad|redigeret|redigert|muokattu|upravené|upraveno|szerkesztve|düzenlendi|"
    r"editat[ăa]?|изменено|отредактировано|відредаговано|編集済み|编辑后|編輯|已编辑|已編輯|수정됨|편집됨|đã chỉnh sửa)$"
)
# One or two words of letters, in languages that are not listed; in some scripts letters carry marks.
_WORDS_BEHIND = re.compile(r"-[^\W\d_][^\s\d_()-]*(?: [^\W\d_][^\s\d_()-]*)?(?=$|\(\d{1,4}\)$)")
# Browsers number what was fetched twice.
_FETCHED_AGAIN = re.compile(r"(.+\.supplemental-metadata) \(\d{1,4}\)$")
# Of names that are too long the word is cut too.
_EDITED_IN_PART = re.compile(r"-(?:e|ed|edi|edit|edite)$")
_TAKEOUT = ".supplemental-metadata"
# Takeout cuts the name before ".json" to this length, wherever that falls; and a photo's so that both are equally long.
_TAKEOUT_LENGTH, _WHOLE_LENGTH = 46, 51
# The film of a live photo has the JSON of its still; what was edited may be another kind of file than before.
_FILMS, _STILLS = frozenset({".mp4", ".mov", ".mp"}), (".heic", ".heif", ".jpg", ".jpeg", ".dng", ".png")
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
            stem, suffix = os.path.splitext(_folded(name))  # noqa: PTH122  # of names, in folders of 100,000
            (self._xmp if suffix == _XMP else self._json).setdefault(stem, name)
        for stem, name in list(self._json.items()):
            if again := _FETCHED_AGAIN.match(stem):
                self._json.setdefault(again[1], name)

    def beside(self, photo: str) -> Beside:
        """Return what belongs to a photo of this folder, by its name."""
        photo = _folded(photo)
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


def stamp(
    photos: ListedFolder,
    entries: Iterable[os.DirEntry[str]],
    beat: Callable[[str], None] = lambda _place: None,
) -> None:
    """Stamp the photos of a folder with what is beside each.

    Where there is no sidecar nothing is done; of those there are, each is asked for its size and time once.

    Args:
        photos: The photos; those that have a sidecar get another row.
        entries: All that is in the folder and is no photo.
        beat: Told of each sidecar before it is asked.
    """
    sidecars = {entry.name: entry for entry in entries if is_sidecar(entry.name)} if photos.rows else {}
    if not sidecars:
        return
    names = SidecarNames(sidecars)
    stamps, changes = {}, {}
    now_ns = time.time_ns()
    for name, entry in sidecars.items():
        beat(entry.path)
        if status := _status_of(entry.path):
            stamps[name] = _stamp(name, status)
            changes[name] = changed_ns_of(status, now_ns)
    for name, (size, mtime_ns, _, changed_ns, passing) in photos.rows.items():
        if beside := names.beside(name).names():
            # Where the photo's own change is not known, nothing is to be compared.
            latest_ns = max(changed_ns, *(changes.get(one, 0) for one in beside)) if changed_ns else 0
            together = _together(stamps.get(one, "") for one in beside)
            photos.rows[name] = (size, mtime_ns, together, latest_ns, passing)


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
    status = _status_of(path)
    return _stamp(path.name, status) if status else ""


def _stamp(name: str, status: os.stat_result) -> str:
    return f"{name} {status.st_size} {status.st_mtime_ns}"


def _status_of(path: str | Path) -> os.stat_result | None:
    try:
        status = os.stat(path)  # noqa: PTH116  # for each of 100,000
    except OSError as error:
        _log.debug("%r was left out: %s", path, error)
        return None
    return status if stat.S_ISREG(status.st_mode) else None


def is_named_after(sidecar: str, photo: str) -> bool:
    """Tell whether a file's name begins with a photo's name in full, so that it can belong to no other."""
    return _folded(sidecar).startswith(_folded(photo))


def is_anothers(title: str, photo: str, is_there: Callable[[str], bool]) -> bool:
    """Tell whether the JSON that was found for a photo plainly belongs to another one beside it.

    Args:
        title: The name of its photo as the JSON tells it; the files in an export may be called otherwise.
        photo: The name of the photo.
        is_there: Tells whether a file of this name lies beside them.
    """
    (named, suffix), (own, own_suffix) = (os.path.splitext(_folded(name)) for name in (title, photo))  # noqa: PTH122
    if not named or "/" in title or "\\" in title:
        return False
    plain_names = (*_plain_names(own, own_suffix), *_before_words(own, own_suffix))
    is_its_own = named in {plain for plain, _ in plain_names}
    if is_its_own and (named != own or own_suffix == suffix or own_suffix in _FILMS):
        return False
    stem, end = os.path.splitext(title)  # noqa: PTH122
    cut = stem[: _WHOLE_LENGTH - len(end)] + end
    return _folded(cut) != own + own_suffix and (is_there(title) or is_there(cut))


def _folded(name: str) -> str:
    """Return a name as names are compared: Macintoshes write letters and their accents apart."""
    return name.lower() if name.isascii() else unicodedata.normalize("NFC", name).lower()


def _takeout_keys(stem: str, suffix: str) -> Iterator[str]:
    """Yield what the JSON of a photo may be called, without its end, the likeliest first."""
    names = []
    # One after the other: mostly the first is asked for and no more.
    for plain, number in _plain_names(stem, suffix):
        names.append((plain, number))
        yield from _takeout_names(plain + suffix, number)
    if suffix in _FILMS or _EDITED.search(stem):
        for plain, number in names:
            for still in _STILLS:
                yield from _takeout_names(plain + still, number)
    # Names without an end got one only in the export.
    for plain, number in names:
        yield from _takeout_names(plain, number)
    for plain, number in _before_words(stem, suffix):
        yield from _takeout_names(plain + suffix, number)


def _before_words(stem: str, suffix: str) -> Iterator[tuple[str, str]]:
    """Yield what a photo was called before words were put behind it, and its number; the words may mean "edited"."""
    found = _WORDS_BEHIND.search(stem)
    if found and found.start():
        yield from _plain_names(stem[: found.start()] + stem[found.end() :], suffix)


def _plain_names(stem: str, suffix: str) -> Iterator[tuple[str, str]]:
    """Yield what a photo was called before Google numbered or edited it, and its number."""
    seen = {(stem, "")}
    yield stem, ""
    is_cut = len(stem + suffix) >= _WHOLE_LENGTH
    for edited in (stem, _EDITED.sub("", stem), _EDITED_IN_PART.sub("", stem) if is_cut else stem):
        numbered = _NUMBERED.match(edited)
        plain, number = (numbered[1], numbered[2]) if numbered else (edited, "")
        # A number stands before or behind the word.
        for name in ((plain, number), (_EDITED.sub("", plain), number), (edited, "")):
            if name[0] and name not in seen:
                seen.add(name)
                yield name


def _takeout_names(title: str, number: str) -> Iterator[str]:
    whole = title + _TAKEOUT
    for length in range(len(whole), len(title) - 1, -1):
        yield whole[:length] + number
    if len(title) > _TAKEOUT_LENGTH:
        yield title[:_TAKEOUT_LENGTH] + number
        yield title[: _TAKEOUT_LENGTH - len(number)] + number
