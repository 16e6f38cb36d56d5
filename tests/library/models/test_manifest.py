"""The catalogue of models: what ships is complete and right, and what is wrong is said in words."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from desktop_app import paths
from desktop_app.library.models.files import CONFIG_NAME, TOKENIZER_NAME, WEIGHTS_NAME, needed_files
from desktop_app.library.models.manifest import TIERS, read_manifest
from tests.library.models.test_shelf import manifest_of

SHIPPED = paths.resources() / "models" / "models.json"
# The licences of the Open Source Initiative that models bear; none of them asks who somebody is, or what for.
FOR_EVERYONE = {"MIT", "Apache-2.0", "BSD-3-Clause", "CC-BY-4.0"}


def manifest(tmp_path: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    """Write a list of a built-in model and one to fetch, the second changed."""
    content = copy.deepcopy(manifest_of("https://example.org/weights"))
    change(content["models"][1])
    path = tmp_path / "models.json"
    path.write_text(json.dumps(content), "utf-8")
    return path


def test_the_shipped_catalogue_has_a_model_of_every_tier_and_nothing_is_wrong_with_it():
    entries, problems = read_manifest(SHIPPED)
    assert problems == []
    assert [entry.tier for entry in entries] == list(TIERS)
    assert [entry.key for entry in entries if entry.recommended] == ["ViT-B-32-256/datacomp_s34b_b86k"]


def test_every_model_of_the_shipped_catalogue_can_be_had_by_everyone():
    entries, _ = read_manifest(SHIPPED)
    for entry in entries:
        assert entry.licence in FOR_EVERYONE
        assert entry.for_everyone
        assert entry.can_fetch != bool(entry.folder)


def test_files_of_the_shipped_catalogue_come_from_a_revision_that_cannot_change():
    entries, _ = read_manifest(SHIPPED)
    for entry in entries:
        if entry.folder:
            continue
        assert {CONFIG_NAME, *(file.name for file in entry.files)} == set(needed_files(entry.config))
        assert entry.page == f"https://huggingface.co/{entry.repository}"
        for file in entry.files:
            hub = f"https://huggingface.co/{entry.repository}/resolve/{entry.revision}/{file.name}"
            assert (file.addresses, len(file.sha256)) == ((hub,), 64)


def test_models_of_the_shipped_catalogue_are_built_as_open_clip_builds_them():
    """By this their graphs are found, too."""
    known = json.loads((SHIPPED.parent / "architectures.json").read_text("utf-8"))["architectures"]
    entries, _ = read_manifest(SHIPPED)
    for entry in entries:
        if not entry.folder:
            assert entry.config == known[entry.open_clip_name]
            assert entry.context_length == entry.config["model_cfg"]["text_cfg"]["context_length"]  # type: ignore[index]


def test_figures_of_the_shipped_catalogue_name_their_source():
    entries, _ = read_manifest(SHIPPED)
    for entry in entries:
        assert entry.figures
        for figure in entry.figures:
            assert figure.source.startswith(("https://", "Measured by Vislumbre"))
            assert figure.value.endswith(" %")


def test_the_models_of_many_languages_say_which():
    entries, _ = read_manifest(SHIPPED)
    languages = {entry.tier: entry.languages for entry in entries}
    assert languages["balanced"] == languages["fast"] == languages["built-in"] == ("en",)
    assert len(languages["languages"]) == 27
    assert {"en", "de", "fr", "es", "zh", "ar"} <= set(languages["languages"])
    # Its own authors say that it reads these, but it finds less than half of what they name.
    assert {"hi", "fi", "th", "fil"}.isdisjoint(languages["languages"])


def test_a_size_that_was_only_reckoned_is_not_taken_to_the_byte(tmp_path: Path) -> None:
    def about(entry: dict[str, Any]) -> None:
        entry["files"][0]["about_bytes"] = entry["files"][0].pop("size_bytes")

    entries, problems = read_manifest(manifest(tmp_path, about))
    assert problems == []
    assert (entries[1].files[0].exact, entries[1].can_fetch) == (False, True)


@pytest.mark.parametrize("missing", ["sha256", "size_bytes", "addresses"])
def test_a_model_of_which_not_all_is_known_is_listed_but_not_fetched(tmp_path: Path, missing: str) -> None:
    entries, problems = read_manifest(manifest(tmp_path, lambda entry: entry["files"][0].pop(missing)))
    assert problems == []
    assert not entries[1].can_fetch


def test_a_model_that_not_everybody_may_use_is_not_fetched(tmp_path: Path) -> None:
    entries, _ = read_manifest(manifest(tmp_path, lambda entry: entry.update(for_everyone=False)))
    assert not entries[1].can_fetch


def changed(where: str, value: object) -> Callable[[dict[str, Any]], None]:
    """Return what puts a value to a place like "files.0.name"; a value of None removes what is there."""

    def change(entry: dict[str, Any]) -> None:
        *outer, last = where.split(".")
        place: Any = entry
        for step in outer:
            place = place[int(step)] if step.isdigit() else place[step]
        if value is None:
            del place[last]
        else:
            place[last] = copy.deepcopy(value)

    return change


@pytest.mark.parametrize(
    ("where", "value", "words"),
    [
        ("key", None, "key is not a short text"),
        ("key", "../../etc", "key is '../../etc'"),
        ("key", "a/b/c", "key is 'a/b/c'"),
        ("key", "built-in", "the key built-in is listed twice"),
        ("title", 5, "title is not a short text"),
        ("title", "", "title is ''"),
        ("title", "x" * 2000, "title is not a short text"),
        ("title", "\x1b[2J", "title is not a short text"),
        ("tier", "superb", "tier is 'superb', not one of built-in, fast, balanced, best, languages"),
        ("licence", None, "licence is not a short text"),
        ("for_everyone", None, "for_everyone is neither true nor false"),
        ("for_everyone", "yes", "for_everyone is neither true nor false"),
        ("recommended", 1, "recommended is neither true nor false"),
        ("dimension", 5, "its dimension is not that of its config"),
        ("dimension", "4", "dimension is not a whole number"),
        ("dimension", True, "dimension is not a whole number"),
        ("context_length", 0, "context_length is not a whole number of 1 to"),
        ("languages", "en", "languages is not a list"),
        ("languages", ["English"], "languages is 'English'"),
        ("languages", [5], "languages is not a short text"),
        ("revision", "main", "revision is 'main'"),
        ("page", "javascript:alert(1)", "page is not the address of a page"),
        ("page", "https://person:secret@example.org", "page is not the address of a page"),
        ("files", [], "files must name open_clip_model.safetensors"),
        ("files", {}, "files is not a list"),
        ("files", ["x"], "a file is no object"),
        ("files.0.name", "../evil", "name is '../evil', not one of"),
        ("files.0.name", TOKENIZER_NAME, "files must name open_clip_model.safetensors"),
        ("files.0.size_bytes", -1, "size_bytes is not a whole number"),
        ("files.0.size_bytes", 10**15, "size_bytes is not a whole number"),
        ("files.0.sha256", "abc", "sha256 is 'abc'"),
        ("files.0.sha256", "A" * 64, "sha256 is 'AAAA"),
        ("files.0.addresses", ["ftp://example.org/x"], "'ftp://example.org/x' is not an address"),
        ("files.0.addresses", ["https://me:pw@example.org/x"], "is not an address that can be asked"),
        ("figures", [{"name": "COCO", "value": "1 %"}], "source is not a short text"),
        ("figures", ["COCO"], "a figure is no object"),
        ("folder", "../outside", "folder is '../outside'"),
        ("folder", "starter", "it needs either a folder of the application or a config"),
        ("config", None, "it needs either a folder of the application or a config"),
        ("config", {"model_cfg": {}}, "config does not describe a CLIP model"),
        ("config.model_cfg.vision_cfg.image_size", 10**6, "config says image_size 1,000,000"),
        ("config.model_cfg.text_cfg.hf_tokenizer_name", "a/b", "its files are not those that its config needs"),
        ("shapes", {"a": [0]}, "the shape of 'a' is none"),
        ("shapes", [], "shapes is no object"),
        ("open_clip", [], "open_clip is no object"),
    ],
)  # fmt: skip
def test_a_wrong_value_leaves_out_its_model_and_is_said_in_words(
    tmp_path: Path, where: str, value: object, words: str
) -> None:
    path = manifest(tmp_path, changed(where, value))
    entries, (problem,) = read_manifest(path)
    assert [entry.key for entry in entries] == ["built-in"]
    assert f"A model of the list {path} is left out (number 2)" in problem
    assert words in problem


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "is no JSON"),
        ("[]", "it holds no names and values"),
        ('{"format": 1, "models": []}', "its format is 1, not 2"),
        ('{"format": 2}', "models is not a list"),
        ('{"format": 2, "models": ' + "[" * 60 + "]" * 60 + "}", "is nested too deep"),
        (" " * 2**21, "cannot be read"),
    ],
)
def test_a_list_that_is_none_is_said_in_words(tmp_path: Path, content: str, words: str) -> None:
    path = tmp_path / "models.json"
    path.write_text(content, "utf-8")
    entries, (problem,) = read_manifest(path)
    assert entries == []
    assert words in problem


def test_without_a_list_there_are_no_models_and_nothing_is_wrong(tmp_path: Path) -> None:
    assert read_manifest(tmp_path / "models.json") == ([], [])


def test_weights_are_named_as_open_clip_names_them() -> None:
    entries, _ = read_manifest(SHIPPED)
    assert [entry.name_in_open_clip for entry in entries][1:] == [entry.key for entry in entries][1:]
    assert WEIGHTS_NAME in {file.name for entry in entries for file in entry.files}
