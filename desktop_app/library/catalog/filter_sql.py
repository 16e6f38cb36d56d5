"""Filters as SQL: the expression of each kind of condition, and the functions that SQLite calls for it."""

import functools
import math
import os
import re
import sqlite3
from collections.abc import Sequence
from functools import singledispatch
from pathlib import Path

from desktop_app.library.catalog.columns import path_to_blob, range_below, seconds_of, start_of_name
from desktop_app.library.catalog.shared_sql import IS_OFFLINE
from desktop_app.library.media import screenshots
from desktop_app.library.media.screenshots import is_screenshot
from desktop_app.library.query.filters import (
    ByCamera,
    Condition,
    Feature,
    Filter,
    Having,
    InFolder,
    Named,
    Near,
    Offline,
    OfType,
    Rated,
    Shape,
    Shaped,
    Taken,
)
from desktop_app.library.query.folding import folded

Values = tuple[str | bytes | int | float, ...]
"""What the question marks of an expression stand for."""

Clause = tuple[str, Values]
"""A boolean expression over `file` and `content`, and the values of its question marks."""

_PATH = "CAST(path AS TEXT)"
# From the name of the chosen folder down: what lies above it ("home", a person's name) is the same for all.
_INSIDE = "CAST(SUBSTR(path, inside.start) AS TEXT)"
# More of them than anybody types could keep LIKE busy for long.
_MOST_WILDCARDS = 4
# Sides that differ by less look the same.
_SQUARE = "ABS(width_px - height_px) * 50 <= MAX(width_px, height_px)"

# Pixels of common screens, the longer side first.
_SCREENS = (
    (1136, 640), (1280, 720), (1280, 800), (1334, 750), (1366, 768), (1440, 900), (1536, 864), (1600, 900),
    (1680, 1050), (1792, 828), (1920, 1080), (1920, 1200), (2048, 1536), (2160, 1080), (2160, 1620), (2208, 1242),
    (2220, 1080), (2224, 1668), (2280, 1080), (2340, 1080), (2360, 1640), (2388, 1668), (2400, 1080), (2436, 1125),
    (2532, 1170), (2556, 1179), (2560, 1080), (2560, 1440), (2560, 1600), (2622, 1206), (2688, 1242), (2732, 2048),
    (2778, 1284), (2796, 1290), (2868, 1320), (2880, 1800), (2960, 1440), (3024, 1964), (3040, 1440), (3088, 1440),
    (3120, 1440), (3200, 1440), (3440, 1440), (3456, 2234), (3840, 2160), (5120, 2880),
)  # fmt: skip

_SHAPES = {
    Shape.SQUARE: _SQUARE,
    Shape.PORTRAIT: f"height_px > width_px AND NOT {_SQUARE}",
    Shape.LANDSCAPE: f"width_px > height_px AND NOT {_SQUARE}",
}
_FEATURES = {
    Feature.GPS: "latitude IS NOT NULL",
    Feature.CAMERA: "camera IS NOT NULL",
    Feature.DATE: "taken_at IS NOT NULL",
    Feature.RATING: "rating > 0",
}


def where(filters: Sequence[Filter]) -> Clause:
    """Return the expression that is true of exactly the files that pass every filter."""
    clauses = [_of_filter(filter_) for filter_ in filters]
    return " AND ".join(sql for sql, _ in clauses) or "1", tuple(
        value for _, bound in clauses for value in bound
    )


def starts_inside(folders: Sequence[tuple[int, bytes]]) -> str:
    """Return a table `inside (folder_id, start)`: where in its paths a chosen folder's own name begins, from 1."""
    rows = ", ".join(f"({number}, {start_of_name(path)})" for number, path in folders)
    return f"(SELECT column1 AS folder_id, column2 AS start FROM (VALUES {rows or '(0, 1)'})) AS inside"  # noqa: S608  # numbers


def _of_filter(filter_: Filter) -> Clause:
    clauses = [_sql(condition) for condition in filter_.any_of]
    sql = " OR ".join(f"({sql})" for sql, _ in clauses)
    values = tuple(value for _, bound in clauses for value in bound)
    # Where nothing is known the expression is NULL, of which NOT makes NULL again: no photo passes it by that.
    return f"{'NOT ' if filter_.negated else ''}COALESCE({sql}, 0)", values


@singledispatch
def _sql(condition: Condition) -> Clause:
    raise TypeError(condition)


@_sql.register
def _taken(condition: Taken) -> Clause:
    bounds = (condition.interval.start, ">="), (condition.interval.end, "<")
    parts = [
        (f"dated_at {sign} ?", seconds)
        for moment, sign in bounds
        if (seconds := seconds_of(moment)) is not None
    ]
    return " AND ".join(sql for sql, _ in parts) or "1", tuple(seconds for _, seconds in parts)


@_sql.register
def _in_folder(condition: InFolder) -> Clause:
    folder = os.path.expanduser(condition.folder)  # noqa: PTH111 - that of Path fails for unknown people
    if os.path.isabs(folder):  # noqa: PTH117 - as above
        return "path >= ? AND path < ?", range_below(path_to_blob(Path(os.path.normpath(folder))))
    pattern = folder.replace("/", os.sep).strip(os.sep)
    return _asked(_INSIDE, plain_pieces(pattern), "folder_fits(?, SUBSTR(path, inside.start))", pattern)


@_sql.register
def _of_type(condition: OfType) -> Clause:
    suffixes = sorted(condition.suffixes)
    ends_so = " OR ".join([f"{_PATH} LIKE ?"] * len(suffixes))
    return f"NOT ({ends_so})" if condition.otherwise else ends_so, tuple(f"%.{suffix}" for suffix in suffixes)


@_sql.register
def _by_camera(condition: ByCamera) -> Clause:
    words = condition.words.split()
    clauses = [
        _asked(
            "camera", plain_pieces(word), "text_fits(?, camera)", word, sure="1" if is_plain(word) else "0"
        )
        for word in words
    ]
    return " AND ".join(sql for sql, _ in clauses), tuple(value for _, bound in clauses for value in bound)


@_sql.register
def _named(condition: Named) -> Clause:
    pattern = condition.pattern
    wildcards = pattern.count("*") + pattern.count("?")
    if pattern.isascii() and os.sep not in pattern and 0 < wildcards <= _MOST_WILDCARDS:
        return _like_a_name(pattern)
    # Where a plain text is in the path and no folder follows it, it is in the name.
    sure = f"NOT {_PATH} LIKE '%{pattern}%{os.sep}%'" if is_plain(pattern) else "0"
    return _asked(_PATH, plain_pieces(pattern), "name_fits(?, path)", pattern, sure=sure)


def _like_a_name(pattern: str) -> Clause:
    """Return whether the whole name is what a pattern says, asking the function only where LIKE cannot tell.

    LIKE knows no folders: its wildcards go on from one to the next. It is sure that a path does not fit, and that one fits
    whose name begins where the pattern does; so is a pattern that says only how a name ends.
    """
    lead, tail = re.split(r"[*?]", pattern, maxsplit=1)[0], pattern[1:]
    ends_so = pattern.startswith("*") and "*" not in tail and "?" not in tail
    whole = f"%{_likely(os.sep)}{_likely(pattern)}"
    deeper = f"%{_likely(os.sep)}{_likely(lead)}%{_likely(os.sep)}%"
    return (
        f"""CASE WHEN LENGTH({_PATH}) <> LENGTH(CAST({_PATH} AS BLOB)) THEN name_fits(?, path)
        WHEN {_PATH} NOT LIKE ? ESCAPE '|' THEN 0
        WHEN ? OR {_PATH} NOT LIKE ? ESCAPE '|' THEN 1 ELSE name_fits(?, path) END""",
        (pattern, whole, int(ends_so), deeper, pattern),
    )


def _likely(text: str) -> str:
    """Return a text or pattern as LIKE writes it, with `|` before what is no wildcard."""
    return re.sub(r"[|%_]", r"|\g<0>", text).replace("*", "%").replace("?", "_")


@_sql.register
def _shaped(condition: Shaped) -> Clause:
    if condition.shape is Shape.SCREENSHOT:
        return _screenshot(), ()
    return _SHAPES[condition.shape], ()


@functools.cache
def _screenshot() -> str:
    named, _ = _asked(_PATH, screenshots.PIECES, "is_screenshot_name(SUBSTR(path, inside.start))")
    # A pair as one number, for pairs are slow to look up.
    screens = ", ".join(str(long * 100_000 + short) for long, short in _SCREENS)
    size = f"MAX(width_px, height_px) * 100000 + MIN(width_px, height_px) IN ({screens})"
    return f"{named} OR CASE WHEN camera IS NULL AND {_PATH} LIKE '%.png' THEN {size} ELSE 0 END"


@_sql.register
def _having(condition: Having) -> Clause:
    return _FEATURES[condition.feature], ()


@_sql.register
def _offline(_condition: Offline) -> Clause:
    return IS_OFFLINE, ()


@_sql.register
def _rated(condition: Rated) -> Clause:
    return "COALESCE(rating, 0) BETWEEN ? AND ?", (condition.least, condition.most)


@_sql.register
def _near(condition: Near) -> Clause:
    place = (condition.latitude, condition.longitude)
    # No two places whose latitudes lie so far apart can be near; the function is asked about the rest.
    return "CASE WHEN ABS(latitude - ?) <= ? THEN kilometres(?, ?, latitude, longitude) <= ? END", (
        condition.latitude,
        condition.km / 111.0,
        *place,
        condition.km,
    )


def _asked(text: str, pieces: Sequence[str], function: str, value: str = "", *, sure: str = "0") -> Clause:
    """Return a call of a function that is made only where the answer is not plain without it.

    In a text beyond ASCII, which has more bytes than signs, letters may have other spellings: there the function is
    asked always. CASE, because in an expression SQLite works out both sides of an AND.

    Args:
        text: What the function looks at.
        pieces: One of these is in every ASCII text that fits.
        function: The call.
        value: What its question mark stands for.
        sure: What is true where such a piece in an ASCII text is enough.
    """
    is_ascii = f"LENGTH({text}) = LENGTH(CAST({text} AS BLOB))"
    likely = " OR ".join(f"{text} LIKE '%{piece}%'" for piece in pieces) or "0"
    found = function if sure == "0" else f"CASE WHEN {is_ascii} AND {sure} THEN 1 ELSE {function} END"
    sql = f"CASE WHEN {likely} THEN {found} WHEN NOT {is_ascii} THEN {function} ELSE 0 END"
    return sql, (value,) * sql.count("?")


# The mean radius of the earth, IUGG 1980 (Moritz, Geodetic Reference System 1980). The globe is no sphere: up to
# 0.5 % off.
_EARTH_KM = 6371.0088
_PLAIN_RUN = re.compile(r"[A-Za-z0-9 ()-]+")


def add_functions(connection: sqlite3.Connection) -> None:
    """Teach a connection the functions that the expressions of `where` call."""
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

    Big and small letters are the same, and so are letters with accents and without.
    """
    return text_fits(pattern, os.fsdecode(path).rpartition(os.sep)[2])


def folder_fits(pattern: str, path: bytes) -> bool:
    """Whether the folders of a file have a text in their path; `*` and `?` stand for letters of one name."""
    folders = folded(os.fsdecode(path).rpartition(os.sep)[0])
    return _expression(pattern, f"[^{re.escape(os.sep)}]").search(folders) is not None


def text_fits(pattern: str, text: str) -> bool:
    """Whether a text has a piece in it, or is as a whole what a pattern with `*` or `?` says."""
    expression = _expression(pattern)
    return (expression.fullmatch if _is_glob(pattern) else expression.search)(folded(text)) is not None


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
    plain = folded(pattern)
    return [max(_PLAIN_RUN.findall(plain), key=len, default="")] if plain.isascii() else []


def is_plain(pattern: str) -> bool:
    """Whether a pattern is one plain piece, so that an ASCII text fits exactly when it has the piece in it."""
    return _PLAIN_RUN.fullmatch(pattern) is not None


def _is_glob(pattern: str) -> bool:
    return "*" in pattern or "?" in pattern


@functools.lru_cache(maxsize=256)
def _expression(pattern: str, any_character: str = ".") -> re.Pattern[str]:
    """Return a pattern as an expression.

    Args:
        pattern: What was typed; a `?` stands for one character, a `*` for any number of them.
        any_character: An expression for the characters these may stand for.
    """
    first, *rest = (_literal(piece, any_character) for piece in re.sub(r"\*+", "*", pattern).split("*"))
    if not rest:
        return re.compile(first, re.DOTALL)
    # Once a piece is found it is never looked for further on (an atomic group), as in the standard `fnmatch`:
    # otherwise ten stars on a long name would take years.
    between = "".join(f"(?>{any_character}*?{piece})" for piece in rest[:-1])
    return re.compile(f"{first}{between}{any_character}*{rest[-1]}", re.DOTALL)


def _literal(piece: str, any_character: str) -> str:
    # Folded after it was cut, for "？" of Chinese and Japanese names, which folds to "?", stands for no other letter.
    return any_character.join(re.escape(folded(run)) for run in piece.split("?"))
