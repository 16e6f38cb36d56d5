"""Leaves out the films of live photos: telephones write one beside a photo, and the photo stands for both."""

import os
from collections.abc import Collection, Sequence

from desktop_app.library.folders.comparing import FoundPhoto

# iPhones write IMG_1234.MOV beside IMG_1234.HEIC or .JPG; the exports of Google Photos and of other programs .MP4.
_MOVIES = frozenset({".mov", ".mp4"})
_STILLS = frozenset({".heic", ".heif", ".jpg", ".jpeg"})


def without_movie_halves(photos: Sequence[FoundPhoto], videos: Collection[str]) -> list[FoundPhoto]:
    """Return the photos of a folder without the films that belong to one of them.

    A film belongs to a photo when it is a .mov or .mp4, the photo is a HEIC or JPEG that is listed too, and their names
    are the same up to the last dot in any letter case. Its own photo may be left out, or in another folder: then
    it is a video like any other, so that nothing is missed.

    Args:
        photos: Those of one folder, videos among them.
        videos: The names of the videos; where there are none nothing is done.
    """
    movies = {name.lower() for name in videos if _ends(name) in _MOVIES}
    if not movies:
        return list(photos)
    stills = {_stem(photo.path.name) for photo in photos if _ends(photo.path.name) in _STILLS}
    halves = {name for name in movies if _stem(name) in stills}
    return [photo for photo in photos if photo.path.name.lower() not in halves] if halves else list(photos)


def _stem(name: str) -> str:
    return os.path.splitext(name.lower())[0]  # noqa: PTH122  # of names, in folders of 100,000


def _ends(name: str) -> str:
    return os.path.splitext(name.lower())[1]  # noqa: PTH122
