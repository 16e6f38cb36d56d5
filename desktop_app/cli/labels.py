"""Reads a table of captions or labels: which text is right for which photo; and the texts that fit none."""

import csv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from desktop_app.library import LabelledText, LibraryError
from desktop_app.paths import absolute

_TEXT_COLUMNS = ("caption", "label")
_DELIMITERS = ",;\t"


class LabelsError(LibraryError):
    """A file is no table of captions or labels, or no list of texts."""


@dataclass(frozen=True, slots=True)
class Labels:
    """What a table says.

    Attributes:
        texts: Different texts, in the order of their first row, each with its photos.
        problems: What could not be used, a sentence for each row.
        named: Every text, also of rows that could not be used, without regard to case.
    """

    texts: tuple[LabelledText, ...]
    problems: tuple[str, ...]
    named: frozenset[str]

    @property
    def photos(self) -> list[Path]:
        """The different photos."""
        return list({photo: None for text in self.texts for photo in text.photos})


@dataclass(frozen=True, slots=True)
class Absent:
    """What a list of texts that fit no photo says.

    Attributes:
        texts: Different ones, in the order of their first line.
        problems: What could not be used, a sentence for each line.
    """

    texts: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def read_labels(table: Path, folder: Path | None = None) -> Labels:
    """Read a CSV file with the columns ``path`` and ``caption``, or ``id``, ``path`` and ``label``.

    Commas, semicolons and tabs separate, with or without a byte order mark, whatever the case of the columns'
    names.

    Args:
        table: UTF-8 text.
        folder: What relative paths start from; the table's own folder if None.

    Raises:
        LabelsError: The file is missing, no UTF-8 text or has no such columns.
    """
    start = absolute(folder if folder is not None else table.parent)
    photos: dict[str, dict[Path, None]] = {}
    problems: list[str] = []
    named_texts: set[str] = set()
    for line, row, column in _rows(table):
        text = " ".join((row.get(column) or "").split())
        named_texts.add(text.casefold())
        named = (row.get("path") or "").strip()
        photo = _photo(start, named)
        if not named:
            problems.append(f"Line {line} names no photo.")
        elif not text:
            problems.append(f"Line {line} ({named}) has no {column}.")
        elif photo is None:
            problems.append(f"Line {line}: there is no file {start / named}.")
        else:
            photos.setdefault(text, {})[photo] = None
    texts = tuple(LabelledText(text, tuple(found)) for text, found in photos.items())
    return Labels(texts, tuple(problems), frozenset(named_texts))


def read_absent(file: Path, labels: Labels) -> Absent:
    """Read the texts that fit no photo: one on each line, with or without a byte order mark; empty lines mean nothing.

    Args:
        file: UTF-8 text.
        labels: A text they hold cannot be used here, whatever its case, which is no difference to CLIP either.

    Raises:
        LabelsError: The file is missing, no UTF-8 text or without any text.
    """
    first: dict[str, tuple[int, str]] = {}
    with _opened(file, "text") as opened:
        for number, line in enumerate(opened, 1):
            if text := " ".join(line.split()):
                first.setdefault(text.casefold(), (number, text))
    if not first:
        raise LabelsError(f"{file} holds no text.", "Write a text that fits none of the photos on each line.")
    return Absent(
        tuple(text for key, (_, text) in first.items() if key not in labels.named),
        tuple(
            f"Line {number} of {file} ({text}) is in the table too, so it does not count as absent."
            for key, (number, text) in first.items()
            if key in labels.named
        ),
    )


def _rows(table: Path) -> Iterator[tuple[int, Mapping[str, str | None], str]]:
    """Yield each row with the number of its last line and the name of the column that holds the text."""
    try:
        with _opened(table, "CSV") as file:
            header = file.readline()
            delimiter = max(_DELIMITERS, key=header.count)
            names = [name.strip().lower() for name in next(csv.reader([header], delimiter=delimiter), [])]
            column = next((name for name in _TEXT_COLUMNS if name in names), None)
            if "path" not in names or column is None:
                raise LabelsError(
                    f"{table} does not begin with the names of its columns.",
                    "The first line must be path,caption or id,path,label.",
                )
            reader = csv.DictReader(file, names, delimiter=delimiter, restkey="")
            for row in reader:
                yield reader.line_num + 1, row, column
    except csv.Error as error:
        raise LabelsError(f"{table} is not a CSV file: {error}.", "Save it as CSV in UTF-8.") from error


@contextmanager
def _opened(file: Path, kind: str) -> Iterator[TextIO]:
    """Open UTF-8 text, with or without byte order mark; a `LabelsError` says what goes wrong while it is read."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            yield opened
    except FileNotFoundError as error:
        raise LabelsError(f"There is no file {file}.", f"Name a {kind} file.") from error
    except OSError as error:
        raise LabelsError(f"{file} cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise LabelsError(f"{file} is not UTF-8 text.", f"Save it as {kind} in UTF-8.") from error


def _photo(start: Path, named: str) -> Path | None:
    """Return the file a row means, also when it was written on Windows; None when it is not there."""
    if not named or "\0" in named:
        return None
    for spelling in dict.fromkeys((named, named.replace("\\", "/"))):
        path = absolute(start / spelling)
        if path.is_file():
            return path
    return None
