"""What the photos can be filtered by: the cameras, types, folders and dates there are, with counts."""

import os
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from desktop_app.library.catalog.columns import datetime_of, path_from_blob
from desktop_app.library.catalog.filter_sql import text_fits
from desktop_app.library.photo import Counted, Facets, FolderFacet
from desktop_app.library.query.filters import is_video_type, type_of

_SEPARATOR = os.fsencode(os.sep)
# A date before this is a clock that was never set (1970, 1980), or a broken tag; photography begins in 1826.
_FIRST_S = -4_544_208_000
# Each name is compared with all others. Nobody has so many cameras; where the tags are broken, names count alone.
_MOST_CAMERAS = 100

_PhotosBy = Mapping[bytes, int]
"""How many photos have an ending, or lie in a folder."""


def read_facets(connection: sqlite3.Connection) -> Facets:
    """Return what the photos that can be used can be filtered by; takes an eighth of a second for 100,000 of them."""
    chosen = connection.execute("SELECT path FROM folder ORDER BY path").fetchall()
    # One column only: cutting paths is quicker here than any expression of SQLite.
    paths = [path for (path,) in connection.execute("SELECT path FROM file WHERE problem IS NULL").fetchall()]
    cameras = connection.execute(
        "SELECT camera, COUNT(*) FROM file WHERE camera IS NOT NULL AND problem IS NULL GROUP BY camera"
    ).fetchall()
    oldest, newest, places, ratings = connection.execute(
        """SELECT MIN(dated_at) FILTER (WHERE dated_at >= ?), MAX(dated_at), MAX(latitude IS NOT NULL), MAX(rating > 0)
        FROM file WHERE problem IS NULL""",
        (_FIRST_S,),
    ).fetchone()
    folders, endings = _cut(paths)
    types = _types(endings)
    return Facets(
        cameras=_cameras(cameras),
        types=tuple(kind for kind in types if not is_video_type(kind.name)),
        videos=tuple(kind for kind in types if is_video_type(kind.name)),
        folders=tuple(_tree(root, folders) for (root,) in chosen),
        oldest=datetime_of(oldest),
        newest=datetime_of(newest),
        has_places=bool(places),
        has_ratings=bool(ratings),
    )


@dataclass(slots=True)
class _Node:
    """A folder while the tree is being made."""

    photos: int = 0
    folders: dict[bytes, "_Node"] = field(default_factory=dict)

    def frozen(self, path: bytes) -> FolderFacet:
        low = path if path.endswith(_SEPARATOR) else path + _SEPARATOR
        inside = tuple(node.frozen(low + name) for name, node in sorted(self.folders.items()))
        return FolderFacet(path_from_blob(path), self.photos, inside)


def _cut(paths: Sequence[bytes]) -> tuple[_PhotosBy, _PhotosBy]:
    """Return the photos by the folders their files lie in, and by the endings of their names."""
    parts = [path.rpartition(_SEPARATOR) for path in paths]
    return (
        Counter(folder for folder, _, _ in parts),
        Counter(name.rpartition(b".")[2] for _, _, name in parts),
    )


def _cameras(counts: Sequence[tuple[str, int]]) -> tuple[Counted, ...]:
    """Return the cameras with what the filter finds by their names: "EOS 7D" finds the "EOS 7D Mark II" too."""
    compared = counts if len(counts) <= _MOST_CAMERAS else ()
    found = [
        Counted(name, max(own, sum(count for camera, count in compared if _fits(name, camera))))
        for name, own in counts
    ]
    return tuple(sorted(found, key=_most_first))


def _fits(words: str, camera: str) -> bool:
    return all(text_fits(word, camera) for word in words.split())


def _types(photos: _PhotosBy) -> tuple[Counted, ...]:
    counts: Counter[str] = Counter()
    for ending, count in photos.items():
        if (name := type_of(os.fsdecode(ending))) is not None:
            counts[name] += count
    return tuple(sorted((Counted(name, count) for name, count in counts.items()), key=_most_first))


def _most_first(counted: Counted) -> tuple[int, str]:
    return -counted.photos, counted.name


def _tree(root: bytes, photos: _PhotosBy) -> FolderFacet:
    top = _Node()
    low = root if root.endswith(_SEPARATOR) else root + _SEPARATOR
    for folder, count in photos.items():
        for node in _way_to(folder, top, low):
            node.photos += count
    return top.frozen(root)


def _way_to(folder: bytes, top: _Node, low: bytes) -> Iterator[_Node]:
    """Return the nodes from the chosen folder down to one inside it; none for a folder elsewhere."""
    if folder != low.removesuffix(_SEPARATOR) and not folder.startswith(low):
        return
    yield (node := top)
    for name in filter(None, folder[len(low) :].split(_SEPARATOR)):
        yield (node := node.folders.setdefault(name, _Node()))
