"""Repositories at the hub: what a person may call one, and what the hub says that is in it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast
from urllib.parse import quote

from desktop_app.library.errors import ModelError, ModelMissingError
from desktop_app.library.models.files import CONFIG_NAME, PICKLE_SUFFIXES, TOKENIZER_NAME, WEIGHTS_NAME
from desktop_app.library.models.from_files.pairs import IMAGE_FOLDER, MODEL_NAME, PAIR_FILES, TEXT_FOLDER
from desktop_app.library.models.from_hub.offer import OfferedFile
from desktop_app.library.outside.files import read_file
from desktop_app.library.outside.json_text import NotJsonError, read_json

HUB: Final = "https://huggingface.co"
TABLE = "open_clip.json"
"""Which repository has the weights that open_clip calls by a name and a tag; made from open_clip's own list."""

LONGEST_ANSWER = 8 * 1024 * 1024
"""What a hub says of a repository has 10 to 500 KB."""

_LONGEST_TABLE = 1024 * 1024
_PART = r"[A-Za-z0-9][\w.-]{0,95}"
_REPOSITORY = re.compile(
    rf"(?:hf:|hf-hub:|https://huggingface\.co/)({_PART}/{_PART}?)(?:(?:@|/tree/)([\w./-]{{1,100}}))?/?",
    re.ASCII,
)
_TAGGED = re.compile(r"([A-Za-z0-9][\w.-]{0,80})[:/]([A-Za-z0-9][\w.-]{0,80})", re.ASCII)
_COMMIT = re.compile(r"[0-9a-f]{40}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_PLAIN_NAME = re.compile(rf"{_PART}(?:/{_PART})?", re.ASCII)
_LICENCE = re.compile(r"[\w.+ -]{1,60}", re.ASCII)
_MOST_FILES = 5000
_LARGEST_FILE = 64 * 1024**3
# Of a pair's folders, what is for other programs, or is described by what is fetched.
_NOT_OF_A_PAIR = frozenset({".armnn", ".rknn", ".json", ".txt", ".md", ".model", ".bin", ".tflite"})


@dataclass(frozen=True, slots=True)
class Place:
    """A repository, as a person named it.

    Attributes:
        repository: Owner and name.
        revision: A commit, a tag or a branch; empty for what is newest.
    """

    repository: str
    revision: str = ""

    @property
    def about(self) -> str:
        """Address of what the hub says of it."""
        revision = f"/revision/{quote(self.revision, safe='')}" if self.revision else ""
        return f"{HUB}/api/models/{self.repository}{revision}?blobs=true"

    def address(self, name: str) -> str:
        """Return the address of one of its files."""
        return f"{HUB}/{self.repository}/resolve/{quote(self.revision, safe='')}/{quote(name)}"


@dataclass(frozen=True, slots=True)
class Contents:
    """What the hub says of a repository.

    Attributes:
        revision: The commit.
        licence: As it is named there; empty when it is not.
        files: All.
    """

    revision: str
    licence: str
    files: Mapping[str, OfferedFile]


def place_of(reference: str, resources: Path) -> Place | None:
    """Return the repository that a person means; None where the words are of another kind.

    Args:
        reference: `hf:owner/name`, with `@revision` behind it or not, its address, or a name and a tag of open_clip like
            `ViT-B-16:laion2b_s34b_b88k`.
        resources: The application's `models` folder.

    Raises:
        ModelMissingError: It is a name of open_clip with a tag that nobody has weights for, or is not known here.
    """
    if found := _REPOSITORY.fullmatch(reference.strip()):
        return Place(found[1], found[2] or "")
    if (
        ":" in reference
        and not reference.startswith(("hf:", "hf-hub:"))
        and (found := _TAGGED.fullmatch(reference.strip()))
    ):
        return Place(_tagged(found[1], found[2], resources))
    return None


def _tagged(name: str, tag: str, resources: Path) -> str:
    try:
        said = read_json(read_file(resources / TABLE, _LONGEST_TABLE), _LONGEST_TABLE)
    except (OSError, NotJsonError):
        said = {}
    weights = cast(
        "Mapping[str, Mapping[str, str]]", said.get("weights", {}) if isinstance(said, dict) else {}
    )
    if name not in weights:
        raise ModelMissingError(
            f"Of open_clip's models, Vislumbre cannot find {name} by its name.",
            f"These it can: {', '.join(weights)}. For another one, name its repository: hf:owner/name. It may need PyTorch once.",
        )
    if tag not in weights[name]:
        raise ModelMissingError(
            f"For {name}, open_clip has no weights called {tag} in a repository.",
            f"There are: {', '.join(weights[name])}.",
        )
    return weights[name][tag]


def read_contents(content: bytes, repository: str) -> Contents:
    """Read what the hub answered.

    Raises:
        ModelError: It is nothing that a hub says, or the repository is not for everybody.
    """
    try:
        said = read_json(content, LONGEST_ANSWER)
    except NotJsonError as error:
        raise _no_answer(repository, f"it {error}") from error
    if not isinstance(said, dict) or not _COMMIT.fullmatch(str(said.get("sha", ""))):
        raise _no_answer(repository, "it names no commit")
    if said.get("gated") or said.get("private"):
        raise ModelError(
            f"{repository} is only for those whom its owner lets in; Vislumbre has no name and no password there.",
            f"Download it from {HUB}/{repository} with a browser and import its folder.",
        )
    listed = said.get("siblings")
    if not isinstance(listed, list) or len(listed) > _MOST_FILES:
        raise _no_answer(repository, "it lists no files")
    files = [file for one in listed if (file := _file(one)) is not None]
    return Contents(str(said["sha"]), _licence(said), {file.name: file for file in files})


def wanted_files(contents: Contents, repository: str) -> tuple[list[OfferedFile], bool]:
    """Return which files of a repository are a model, and whether it comes as two ONNX files.

    Raises:
        ModelMissingError: There is no model in it that can be used; says what there is.
    """
    files = contents.files
    if all(f"{half}/{MODEL_NAME}" in files for half in (IMAGE_FOLDER, TEXT_FOLDER)):
        if absent := [name for name in PAIR_FILES if name not in files]:
            raise _nothing_in(repository, f"it lacks {', '.join(absent)}")
        beside = [
            file
            for name, file in sorted(files.items())
            if name.startswith((f"{IMAGE_FOLDER}/", f"{TEXT_FOLDER}/"))
            and Path(name).suffix.lower() not in _NOT_OF_A_PAIR
            and name not in PAIR_FILES
        ]
        return [*(files[name] for name in PAIR_FILES), *beside], True
    if CONFIG_NAME not in files:
        raise _nothing_in(
            repository, f"it has neither {CONFIG_NAME} nor two ONNX files as immich publishes them"
        )
    weights = _weights(files)
    if not weights:
        pickles = [name for name in files if Path(name).suffix in PICKLE_SUFFIXES]
        why = (
            "its weights are a Python pickle, which could run programs"
            if pickles
            else "it has no weights of open_clip"
        )
        raise _nothing_in(repository, why)
    tokenizer = [files[TOKENIZER_NAME]] if TOKENIZER_NAME in files else []
    return [files[CONFIG_NAME], *tokenizer, weights], False


def _weights(files: Mapping[str, OfferedFile]) -> OfferedFile | None:
    """Return the weights in open_clip's form; those in that of other programs have other names for their parts."""
    fitting = [name for name in files if name.startswith("open_clip") and name.endswith(".safetensors")]
    name = WEIGHTS_NAME if WEIGHTS_NAME in fitting else fitting[0] if len(fitting) == 1 else ""
    return files.get(name)


def _file(said: object) -> OfferedFile | None:
    """Return a file of the hub's list; None for one whose name leads elsewhere, or of which it does not say enough."""
    if not isinstance(said, dict):
        return None
    name, size, large = said.get("rfilename"), said.get("size"), said.get("lfs")
    if isinstance(large, dict):
        size = large.get("size", size)
    sha256 = str(large.get("sha256", "")) if isinstance(large, dict) else ""
    if not isinstance(name, str) or not _PLAIN_NAME.fullmatch(name):
        return None
    if type(size) is not int or not 0 <= size <= _LARGEST_FILE:
        return None
    return OfferedFile(name, size, sha256 if _SHA256.fullmatch(sha256) else "")


def _licence(said: Mapping[str, object]) -> str:
    card = said.get("cardData")
    tags = said.get("tags")
    named = card.get("license_name") or card.get("license") if isinstance(card, dict) else None
    if not named and isinstance(tags, list):
        named = next((tag[8:] for tag in tags if isinstance(tag, str) and tag.startswith("license:")), None)
    return named if isinstance(named, str) and _LICENCE.fullmatch(named) else ""


def _nothing_in(repository: str, why: str) -> ModelMissingError:
    return ModelMissingError(
        f"There is no model in {repository} that Vislumbre can use: {why}.",
        f"It can use repositories with {CONFIG_NAME} and {WEIGHTS_NAME}, and those with {', '.join(PAIR_FILES)}.",
    )


def _no_answer(repository: str, why: str) -> ModelError:
    return ModelError(
        f"What the hub says of {repository} is not understood: {why}.",
        "Try again later; or download the model's files with a browser and import their folder.",
    )


def kept_names(files: Sequence[OfferedFile]) -> tuple[str, ...]:
    """Return the names of files, those of weights by the name that they have in a model's folder."""
    return tuple(WEIGHTS_NAME if file.name.endswith(".safetensors") else file.name for file in files)
