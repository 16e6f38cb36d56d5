# ruff: noqa: S608 - statements are made of our own words
"""The facts about contents that stacks are made from, read a column at a time."""

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.catalog.columns import numbers_of
from desktop_app.library.catalog.database import number_list
from desktop_app.library.catalog.videos import Frames, frames_of
from desktop_app.library.media.looks import PLAIN

UNKNOWN = np.iinfo(np.int64).min
"""In `Facts.taken_at` and `Facts.flats`: it is not known; in `Facts.lengths_ms`: it is no video."""

# Of the 32 hexadecimal digits of a picture's pixels, as many as a signed 64-bit integer holds for certain.
_DIGITS = 15
_NO_PIXELS = "0" * _DIGITS
# Whether signs of a byte each are digits is seen quicker in an array; to hold a million against a pattern took 1.5 s.
_OF_CONTENTS = f"""SELECT GROUP_CONCAT(id), GROUP_CONCAT(IFNULL(look, {PLAIN})),
    GROUP_CONCAT(CASE WHEN LENGTH(pixels) >= {_DIGITS} AND LENGTH(CAST(pixels AS BLOB)) = LENGTH(pixels)
        THEN SUBSTR(pixels, 1, {_DIGITS}) ELSE '{_NO_PIXELS}' END, ''),
    GROUP_CONCAT(IFNULL(is_flat, -1)), GROUP_CONCAT(IFNULL(duration_ms, -1)),
    GROUP_CONCAT(CASE WHEN LENGTH(pixels) > 33 AND INSTR(pixels, 'x') > 32
        THEN CAST(SUBSTR(pixels, INSTR(pixels, 'x') + 1) AS INTEGER) ELSE 1 END)
    FROM content"""
# A date that is not exact to the second makes no burst. Cameras are numbered by their names, so that the last by name
# of a content with several files has the largest number.
_OF_FILES = f"""WITH named AS MATERIALIZED (
        SELECT camera, ROW_NUMBER() OVER (ORDER BY camera) AS number
        FROM (SELECT DISTINCT camera FROM file WHERE camera IS NOT NULL AND content_id {{among}})
    )
    SELECT GROUP_CONCAT(content_id),
    GROUP_CONCAT(CASE WHEN precision = 'second' AND taken_at IS NOT NULL THEN taken_at ELSE {UNKNOWN} END),
    GROUP_CONCAT(IFNULL(number, 0)) FROM file LEFT JOIN named USING (camera) WHERE content_id {{among}}"""
_AMONG_ALL, _AMONG_SOME = "IS NOT NULL", "IN (SELECT value FROM json_each(?1))"

_DIGIT_OF_SIGN = np.full(256, -1, dtype=np.int64)
_DIGIT_OF_SIGN[np.frombuffer(b"0123456789abcdef", dtype=np.uint8)] = np.arange(16)

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of contents besides their vectors; the arrays ``(n,)`` int64, in the same order.

    Attributes:
        ids: Content numbers, ascending.
        looks: See `media.looks.look_of`; `PLAIN` where it is not known.
        pixels: Equal for equal stored pixels, however they are turned; 0 where it is not known.
        taken_at: Wall-clock seconds since 1970; `UNKNOWN` where the date is not known.
        cameras: Equal for equal cameras; 0 where it is not known.
        flats: 1 for what is mostly plain ground, 0 for what is not, `UNKNOWN` where it is not known.
        lengths_ms: How long a video is, in milliseconds; `UNKNOWN` for a photo.
        pictures: How many each file shows, as an animation or on pages; see `media.identity.turned`.
        frames: The moments of the videos among them, and perhaps of others.
    """

    ids: Numbers
    looks: Numbers
    pixels: Numbers
    taken_at: Numbers
    cameras: Numbers
    flats: Numbers
    lengths_ms: Numbers
    pictures: Numbers
    frames: Frames


def facts_of(connection: sqlite3.Connection, content_ids: Collection[int] | None) -> Facts:
    """Return what is known of contents that have a file: of every one where none are named, or of some.

    Each table is read once, from its beginning to its end, and each column as one text: of a million contents in 2.1 s of
    a processor, most of it without the interpreter's lock, where a row of six values for each took 5.0.
    """
    values = () if content_ids is None else (number_list(content_ids),)
    among = _AMONG_SOME if values else _AMONG_ALL
    contents = connection.execute(f"{_OF_CONTENTS} WHERE id {among}", values).fetchone()
    files = connection.execute(_OF_FILES.format(among=among), values).fetchone()
    content_of, taken_at, cameras = map(numbers_of, files)
    numbers, looks, flats, lengths_ms, pictures = (numbers_of(contents[at]) for at in (0, 1, 3, 4, 5))
    pixels = _numbers_of_digits(contents[2] or "")
    order = np.argsort(numbers)
    # A content that came between the two statements is in the next facts.
    files_of = np.flatnonzero(np.isin(content_of, numbers))
    files_of = files_of[np.argsort(content_of[files_of], kind="stable")]
    ids, starts = np.unique(content_of[files_of], return_index=True)
    places = order[np.searchsorted(numbers, ids, sorter=order)]
    taken_at, cameras = (
        np.maximum.reduceat(column[files_of], starts) if len(starts) else column[:0]
        for column in (taken_at, cameras)
    )
    flats, lengths_ms = (np.where(column < 0, UNKNOWN, column)[places] for column in (flats, lengths_ms))
    frames = frames_of(connection, content_ids)
    return Facts(
        ids, looks[places], pixels[places], taken_at, cameras, flats, lengths_ms, pictures[places], frames
    )


def _numbers_of_digits(text: str) -> Numbers:
    """Return the numbers, ``(n,)`` int64, that follow each other in a text, each of `_DIGITS` signs; 0 where one is no digit."""
    signs = np.frombuffer(text.encode("ascii"), dtype=np.uint8).reshape(-1, _DIGITS)
    numbers = np.zeros(len(signs), dtype=np.int64)
    are_digits = np.ones(len(signs), dtype=np.bool_)
    for column in signs.T:
        digits = _DIGIT_OF_SIGN[column]
        are_digits &= digits >= 0
        numbers = 16 * numbers + digits
    return np.where(are_digits, numbers, 0)
