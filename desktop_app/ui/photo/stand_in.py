"""Stands in for a photo of a list whose own facts are on their way."""

from pathlib import Path
from typing import Final

from desktop_app.library import Hit, Photo, PhotoState

_PLACE: Final = Path("…")


def stand_in(photo_id: int) -> Photo:
    """Return a photo of which nothing but its number is known yet."""
    return Photo(photo_id, _PLACE, 0, 0, PhotoState.PENDING)


def is_stand_in(item: Hit | Photo) -> bool:
    """Whether nothing can be done with it but wait."""
    return isinstance(item, Photo) and item.path == _PLACE
