"""Settings, queries, models and packages that help names are those of the program."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from desktop_app.library import FILTER_KEYS, parse
from desktop_app.settings import DECLARATIONS
from desktop_app.ui.settings.dialog import PAGES as SETTINGS_PAGES
from tests.help.documents import HELP, OF_HELP, README, ROOT, anchors, rows, spans, text_of

SETTINGS = HELP / "settings.md"
LANGUAGE = HELP / "search-language.md"
FORMATS = HELP / "formats.md"
MODELS = HELP / "models.md"


def test_every_setting_is_explained_with_its_usual_value() -> None:
    told = {}
    for named, _, usually in rows(SETTINGS, "Setting"):
        found = re.fullmatch(r"(?P<label>.+) \(`(?P<name>\w+)`\)", named)
        assert found is not None, named
        told[found["name"]] = (found["label"], usually)
    shown = {setting.name: setting for setting in DECLARATIONS if setting.group}
    assert {name: label for name, (label, _) in told.items()} == {
        name: setting.label for name, setting in shown.items()
    }
    for name, setting in shown.items():
        usual = setting.default
        if isinstance(usual, bool):
            words = "on" if usual else "off"
        elif setting.choices:
            words = dict(setting.choices)[str(usual)]
        elif usual in {0, ""}:
            words = setting.least_text or setting.example
        else:
            words = str(usual)
        assert told[name][1].lower() == words.lower(), name


def test_every_page_of_the_settings_has_its_heading() -> None:
    assert {page.lower().replace(" ", "-") for page in SETTINGS_PAGES} <= set(anchors(SETTINGS))


@pytest.mark.parametrize("path", OF_HELP, ids=lambda path: path.stem)
def test_pages_of_the_settings_that_are_named_are_there(path: Path) -> None:
    named = re.findall(r"\*Settings\s+→\s+([^*→]+?)\s*(?:→[^*]*)?\*", text_of(path))
    systems_own = {"Apps"}
    assert [name for name in named if " ".join(name.split()) not in {*SETTINGS_PAGES, *systems_own}] == []


QUERIES = [
    query
    for path, head in ((LANGUAGE, "Write"), (README, "Type"))
    for row in rows(path, head)
    for query in re.findall(r"`([^`]+)`", row[0])
]


@pytest.mark.parametrize("query", QUERIES)
def test_every_example_of_the_language_is_understood(query: str) -> None:
    understood = parse(query)
    # A date that can be read in two ways is asked back, as is said there.
    asked_back = [problem.sentence for problem in understood.problems if query != "date:31/12/2019"]
    assert asked_back == []
    assert understood.parts or understood.filters


def test_every_filter_is_explained() -> None:
    told = {key for query in QUERIES for key in re.findall(r"\b([a-z]+):", query)}
    assert told >= set(FILTER_KEYS)


def test_the_models_are_those_of_the_catalogue() -> None:
    catalogue = json.loads(text_of(ROOT / "resources" / "models" / "models.json"))
    keys = {model["key"] for model in catalogue["models"]}
    told = {key for row in rows(MODELS, "Model") for key in re.findall(r"`([^`]+)`", row[0])}
    assert told == keys | {"built-in"}


def test_the_extras_are_those_of_the_project() -> None:
    extras = tomllib.loads(text_of(ROOT / "pyproject.toml"))["project"]["optional-dependencies"]
    told = {re.findall(r"`([^`]+)`", row[1])[0] for row in rows(FORMATS, "For")}
    assert told == {re.split(r"[>=]", one)[0] for name in ("jxl", "video") for one in extras[name]}
    assert {"jxl", "video"} <= set(spans(FORMATS))
