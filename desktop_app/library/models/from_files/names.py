"""What a person's own model is called: as the folder or file that it came from; told apart from others of that name."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from desktop_app.library.models.files import WEIGHTS_NAME
from desktop_app.library.models.from_files.pairs import MODEL_NAME
from desktop_app.library.models.from_hub.source_note import read_note

_MOST_LETTERS = 60
# Not for names of files on Windows.
_DISLIKED = frozenset('<>:"/\\|?*')
_HASH_DIGITS = 8
_HASHED = re.compile(rf"(.+)-([0-9a-f]{{{_HASH_DIGITS}}})")


def name_of(source: Path) -> str:
    """Return what a person calls a model, by what it is brought from; not as the file of every model is called."""
    if source.name == MODEL_NAME:
        source = source.parent.parent
    elif source.name == WEIGHTS_NAME:
        source = source.parent
    return source.name if source.is_dir() else source.stem


def name_of_folder(name: str, sha256: str) -> str:
    """Return the name of a model's folder: its own without what file systems dislike, never hidden, and its weights' hash."""
    kept = "".join(letter if letter.isprintable() and letter not in _DISLIKED else "-" for letter in name)
    return f"{kept.strip(' .-')[:_MOST_LETTERS].strip(' .-') or 'model'}-{sha256[:_HASH_DIGITS]}"


def titles_of(folders: Sequence[Path], taken: Iterable[str]) -> list[str]:
    """Return what the models in some folders are called, for a person; those that others are called too with a hash.

    Args:
        folders: Of the library, named by `name_of_folder`.
        taken: What other models are called.
    """
    names = [_name_and_hash(folder) for folder in folders]
    called = Counter([*taken, *(name for name, _ in names)])
    return [name if called[name] == 1 else f"{name} ({sign})" for name, sign in names]


def _name_and_hash(folder: Path) -> tuple[str, str]:
    origin, hashed = read_note(folder), _HASHED.fullmatch(folder.name)
    name, sign = (hashed[1], hashed[2]) if hashed else (folder.name, folder.name)
    return origin.title if origin else name, sign
