"""Reads the catalogue of models, `models.json`: every value within bounds, every wrong one said in words."""

import json
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from desktop_app.library.errors import ModelError
from desktop_app.library.models.files import (
    CONFIG_NAME,
    TOKENIZER_NAME,
    WEIGHTS_NAME,
    Config,
    needed_files,
    parse_config,
    section,
)
from desktop_app.library.outside.addresses import has_credentials, is_web_address
from desktop_app.library.outside.files import read_file
from desktop_app.library.outside.json_text import NotJsonError, read_json

_log = logging.getLogger(__name__)

FORMAT = 2
TIERS = ("built-in", "fast", "balanced", "best", "languages")
"""The kinds of models of the catalogue, in the order in which they are listed; a person's own are of the tier "own"."""

_LONGEST = 1024 * 1024
_LONGEST_TEXT = 1000
_MOST_LISTED = 200
_MOST_SIDES = 8
_LARGEST_FILE = 64 * 1024**3
_MOST_NUMBER = 1_000_000
_SHA256 = re.compile(r"[0-9a-f]{64}")
_KEY = re.compile(r"[A-Za-z0-9][\w.+-]*(?:/[A-Za-z0-9][\w.+-]*)?", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z]{2,4})?")


@dataclass(frozen=True, slots=True)
class Figure:
    """How good a model is, as others measured and published it.

    Attributes:
        name: What was measured, for a person.
        value: The figure with its unit, for a person.
        source: Who published it and where: a name or an address.
    """

    name: str
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file that a model's folder must have.

    Attributes:
        name: In the model's folder.
        size_bytes: 0 when not known.
        sha256: In hex; empty when not known.
        addresses: Where it can be had, the best first.
        exact: Whether the size is known to the byte, not only reckoned from the numbers that are in the file.
    """

    name: str
    size_bytes: int = 0
    sha256: str = ""
    addresses: tuple[str, ...] = ()
    exact: bool = True

    @property
    def can_be_fetched(self) -> bool:
        """Whether all is known that tells whether the right file arrived."""
        return bool(self.addresses and self.size_bytes and self.sha256)


@dataclass(frozen=True, slots=True)
class Entry:
    """One model of the catalogue.

    Attributes:
        key: Names it on the command line and in the settings.
        title: For a person.
        sentence: What it is good for.
        tier: One of `TIERS`.
        licence: SPDX name.
        for_everyone: Whether the licence lets everybody use it for anything; others are not offered.
        files: All that its folder must have beside its configuration.
        open_clip_name: What open_clip calls it.
        open_clip_tag: What open_clip calls its weights.
        repository: Owner and name at the hub.
        revision: Of the repository; empty when not known.
        page: Address of its page, for a person.
        dimension: Length of its vectors.
        context_length: Tokens of a text that it reads.
        languages: ISO 639 codes of all languages that it reads; empty when not known.
        figures: What was published of it.
        recommended: Whether it is the one to fetch.
        folder: Where it lies among the application's files; empty for all but the built-in one.
        config: Its `open_clip_config.json`; empty where that lies in the folder.
        tensors: How many tensors its weights have; 0 when not known.
        shapes: Some of them, enough to recognise it.
    """

    key: str
    title: str
    sentence: str
    tier: str
    licence: str
    for_everyone: bool
    files: tuple[ModelFile, ...]
    open_clip_name: str = ""
    open_clip_tag: str = ""
    repository: str = ""
    revision: str = ""
    page: str = ""
    dimension: int | None = None
    context_length: int | None = None
    languages: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    recommended: bool = False
    folder: str = ""
    config: Config = field(default_factory=dict)
    tensors: int = 0
    shapes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    @property
    def size_bytes(self) -> int:
        """Of all its files; 0 when not known."""
        return sum(file.size_bytes for file in self.files) if all(f.size_bytes for f in self.files) else 0

    @property
    def can_fetch(self) -> bool:
        """Whether it can be downloaded and proven to be the right one."""
        return self.for_everyone and all(file.can_be_fetched for file in self.files)

    @property
    def name_in_open_clip(self) -> str:
        """Name and tag as open_clip has them, with a slash between; empty when not known."""
        return f"{self.open_clip_name}/{self.open_clip_tag}".strip("/")


def read_manifest(path: Path) -> tuple[list[Entry], list[str]]:
    """Return the models of a catalogue, and in sentences what of it is wrong.

    A model with a wrong value is left out, the others are not. Without the file there are none, and nothing is wrong.
    """
    try:
        content = read_json(read_file(path, _LONGEST), _LONGEST)
        listed = _listed(content)
    except FileNotFoundError:
        _log.warning("there is no %s: only imported models can be used", path)
        return [], []
    except OSError as error:
        return [], [f"The list of models {path} cannot be read: {error.strerror or error}."]
    except NotJsonError as error:
        return [], [f"The list of models {path} {error}."]
    except _WrongError as error:
        return [], [f"The list of models {path} is not one: {error}."]
    entries: list[Entry] = []
    problems = []
    for at, said in enumerate(listed):
        try:
            entries.append(_entry(said, taken=[entry.key for entry in entries]))
        except _WrongError as error:
            problems.append(f"A model of the list {path} is left out (number {at + 1}): {error}.")
    return entries, problems


class _WrongError(ValueError):
    """A value is not what belongs there; the words fit after "it is wrong:"."""


def _listed(content: object) -> Sequence[object]:
    if not isinstance(content, dict):
        raise _WrongError("it holds no names and values")
    if content.get("format") != FORMAT:
        raise _WrongError(f"its format is {content.get('format')!r:.40}, not {FORMAT}")
    return _list(content, "models", most=_MOST_LISTED)


def _entry(said: object, taken: Sequence[str]) -> Entry:
    if not isinstance(said, dict):
        raise _WrongError("it is no object")
    key = _text(said, "key", shape=_KEY)
    if key in taken:
        raise _WrongError(f"the key {key} is listed twice")
    known = said.get("open_clip", {})
    if not isinstance(known, dict):
        raise _WrongError("open_clip is no object")
    files = tuple(map(_file, _list(said, "files", most=8)))
    names = [file.name for file in files]
    if WEIGHTS_NAME not in names or len(set(names)) != len(names):
        raise _WrongError(f"files must name {WEIGHTS_NAME}, and none twice")
    folder = _text(said, "folder", default="", shape=re.compile(r"[\w-]*", re.ASCII))
    config = said.get("config", {})
    if bool(config) == bool(folder):
        raise _WrongError("it needs either a folder of the application or a config")
    dimension = _number(said, "dimension", least=1)
    read = _config(config) if config else {}
    if config and section(read, "model_cfg").get("embed_dim") != dimension:
        raise _WrongError("its dimension is not that of its config")
    if config and set(needed_files(read)) != {CONFIG_NAME, *names}:
        raise _WrongError("its files are not those that its config needs")
    return Entry(
        key=key,
        title=_text(said, "title"),
        sentence=_text(said, "sentence"),
        tier=_one_of(said, "tier", TIERS),
        licence=_text(said, "licence"),
        for_everyone=_flag(said, "for_everyone"),
        files=files,
        open_clip_name=_text(known, "name", default=""),
        open_clip_tag=_text(known, "tag", default=""),
        repository=_text(said, "repository", default=""),
        revision=_text(said, "revision", default="", shape=re.compile(r"[0-9a-f]{40}|")),
        page=_address(said, "page"),
        dimension=dimension,
        context_length=_number(said, "context_length", least=1),
        languages=tuple(_texts(said, "languages", _LANGUAGE)),
        figures=tuple(map(_figure, _list(said, "figures", missing=()))),
        recommended=_flag(said, "recommended", default=False),
        folder=folder,
        config=read,
        tensors=_number(said, "tensors", least=0, default=0),
        shapes=_shapes(said.get("shapes", {})),
    )


def _file(said: object) -> ModelFile:
    if not isinstance(said, dict):
        raise _WrongError("a file is no object")
    addresses = tuple(_texts(said, "addresses", re.compile(r".+")))
    for address in addresses:
        if not is_web_address(address) or has_credentials(address):
            raise _WrongError(f"{address[:80]!r} is not an address that can be asked")
    exact = "about_bytes" not in said
    size = "size_bytes" if exact else "about_bytes"
    return ModelFile(
        name=_one_of(said, "name", (WEIGHTS_NAME, TOKENIZER_NAME)),
        size_bytes=_number(said, size, least=0, most=_LARGEST_FILE, default=0),
        exact=exact,
        sha256="" if said.get("sha256") is None else _text(said, "sha256", shape=_SHA256),
        addresses=addresses,
    )


def _figure(said: object) -> Figure:
    if not isinstance(said, dict):
        raise _WrongError("a figure is no object")
    return Figure(name=_text(said, "name"), value=_text(said, "value"), source=_text(said, "source"))


def _config(said: object) -> Config:
    """Return a configuration that was checked as that of a model's folder is."""
    try:
        return parse_config(json.dumps(said).encode(), "config")
    except ModelError as error:
        raise _WrongError(error.sentence.rstrip(".")) from error


def _shapes(said: object) -> Mapping[str, tuple[int, ...]]:
    if not isinstance(said, dict) or len(said) > _MOST_LISTED:
        raise _WrongError("shapes is no object")
    shapes = {}
    for name, sides in said.items():
        right = isinstance(sides, list) and 0 < len(sides) <= _MOST_SIDES
        if not right or not all(type(side) is int and 0 < side <= _MOST_NUMBER for side in sides):
            raise _WrongError(f"the shape of {name[:80]!r} is none")
        shapes[name] = tuple(sides)
    return shapes


def _text(
    said: Mapping[str, object], key: str, *, default: str | None = None, shape: re.Pattern[str] | None = None
) -> str:
    value = said.get(key, default)
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT or not value.isprintable():
        raise _WrongError(f"{key} is not a short text")
    if not (value or default is not None) or (shape and not shape.fullmatch(value)):
        raise _WrongError(f"{key} is {value[:80]!r}")
    return value


def _texts(said: Mapping[str, object], key: str, shape: re.Pattern[str]) -> list[str]:
    listed = _list(said, key, missing=())
    return [_text({key: one}, key, shape=shape) for one in listed]


def _one_of(said: Mapping[str, object], key: str, choices: Sequence[str]) -> str:
    value = _text(said, key)
    if value not in choices:
        raise _WrongError(f"{key} is {value[:80]!r}, not one of {', '.join(choices)}")
    return value


def _address(said: Mapping[str, object], key: str) -> str:
    value = _text(said, key, default="")
    if value and (not is_web_address(value) or has_credentials(value)):
        raise _WrongError(f"{key} is not the address of a page")
    return value


def _number(
    said: Mapping[str, object], key: str, *, least: int, most: int = _MOST_NUMBER, default: int | None = None
) -> int:
    value = said.get(key, default)
    if type(value) is not int or not least <= value <= most:
        raise _WrongError(f"{key} is not a whole number of {least:,} to {most:,}")
    return value


def _flag(said: Mapping[str, object], key: str, *, default: bool | None = None) -> bool:
    value = said.get(key, default)
    if not isinstance(value, bool):
        raise _WrongError(f"{key} is neither true nor false")
    return value


def _list(
    said: Mapping[str, object], key: str, *, most: int = _MOST_LISTED, missing: Sequence[object] | None = None
) -> Sequence[object]:
    value = said.get(key, missing)
    if not isinstance(value, list | tuple) or len(value) > most:
        raise _WrongError(f"{key} is not a list of at most {most}")
    return value
