"""What filters ask of a row that SQL cannot say well: patterns in any script, and distances on the globe."""

import functools
import math
import os
import re
import sqlite3
import unicodedata

from desktop_app.library.screenshots import is_screenshot

# The mean radius of the earth, IUGG 1980 (Moritz, Geodetic Reference System 1980). The globe is no sphere: up to
# 0.5 % off.
_EARTH_KM = 6371.0088
_PLAIN_RUN = re.compile(r"[A-Za-z0-9 ()-]+")


def add_functions(connection: sqlite3.Connection) -> None:
    """Teach a connection the functions that `conditions.py` uses."""
    for name, function, arguments in (
        ("name_fits", name_fits, 2),
        ("folder_fits", folder_fits, 2),
        ("text_fits", text_fits, 2),
        ("is_screenshot_name", is_screenshot_name, 1),
        ("kilometres", kilometres, 4),
    ):
        connection.create_function(name, arguments, function, deterministic=True)


def name_fits(pattern: str, path: bytes) -> bool:
    """Whether a file's name fits: has the text in it, or is as a whole what a pattern with `*` or `?` says.

    Big and small letters are the same, and so are the two ways in which systems write accents.
    """
    return text_fits(pattern, os.fsdecode(path).rpartition(os.sep)[2])


def folder_fits(pattern: str, path: bytes) -> bool:
    """Whether the folders of a file have a text in their path; `*` and `?` stand for letters of one name."""
    folders = _plain(os.fsdecode(path).rpartition(os.sep)[0])
    return _expression(pattern, f"[^{re.escape(os.sep)}]").search(folders) is not None


def text_fits(pattern: str, text: str) -> bool:
    """Whether a text has a piece in it, or is as a whole what a pattern with `*` or `?` says."""
    expression = _expression(pattern)
    return (expression.fullmatch if _is_glob(pattern) else expression.search)(_plain(text)) is not None


def kilometres(
    latitude: float, longitude: float, other_latitude: float, other_longitude: float
) -> float | None:
    """Return the distance of two places in degrees along the globe, by the haversine formula.

    R. W. Sinnott, "Virtues of the Haversine", Sky and Telescope 68 (1984), 159: exact also for near places.
    """
    north, other_north = math.radians(latitude), math.radians(other_latitude)
    east = math.radians(other_longitude - longitude)
    half = (
        math.sin((other_north - north) / 2) ** 2
        + math.cos(north) * math.cos(other_north) * math.sin(east / 2) ** 2
    )
    return 2 * _EARTH_KM * math.asin(math.sqrt(min(1.0, half)))


def is_screenshot_name(path: bytes) -> bool:
    """Whether a path from the chosen folder down has in it what a system or a program calls screenshots."""
    return is_screenshot(os.fsdecode(path))


def plain_pieces(pattern: str) -> list[str]:
    """Return what every ASCII text that fits has in it: one piece of letters, digits and spaces, perhaps empty.

    Returns:
        Nothing when no ASCII text fits.
    """
    plain = _plain(pattern)
    return [max(_PLAIN_RUN.findall(plain), key=len, default="")] if plain.isascii() else []


def is_plain(pattern: str) -> bool:
    """Whether a pattern is one plain piece, so that an ASCII text fits exactly when it has the piece in it."""
    return _PLAIN_RUN.fullmatch(pattern) is not None


def _is_glob(pattern: str) -> bool:
    return "*" in pattern or "?" in pattern


@functools.lru_cache(maxsize=256)
def _expression(pattern: str, one: str = ".") -> re.Pattern[str]:
    """Return a pattern as an expression; `one` is what a `?` stands for, and a `*` for any number of it."""
    first, *rest = (_literal(piece, one) for piece in re.sub(r"\*+", "*", _plain(pattern)).split("*"))
    if not rest:
        return re.compile(first, re.DOTALL)
    # Once a piece is found it is never looked for further on (an atomic group), as in the standard `fnmatch`:
    # otherwise ten stars on a long name would take years.
    between = "".join(f"(?>{one}*?{piece})" for piece in rest[:-1])
    return re.compile(f"{first}{between}{one}*{rest[-1]}", re.DOTALL)


def _literal(piece: str, one: str) -> str:
    return one.join(re.escape(run) for run in piece.split("?"))


def _plain(text: str) -> str:
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
