"""The examples of JSON in help have the fields that commands print, all of them and no others."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from desktop_app.cli.connections import connection_json
from desktop_app.cli.extras import extra_json
from desktop_app.cli.folders import _json
from desktop_app.cli.main import main
from desktop_app.cli.output import answer_json, print_error, report_json
from desktop_app.cli.self_test import Step, _step_json
from desktop_app.cli.store import _states_json, moved_json
from desktop_app.library import (
    EXTRAS,
    Connection,
    Exclusions,
    ExtraState,
    FailedPhoto,
    IndexReport,
    LibraryError,
    ModelMoved,
    Outcome,
    PhotoLibrary,
    StoreState,
)
from desktop_app.paths import resources
from tests.help.documents import HELP, fenced
from tests.pictures import save_colour
from tests.ui.fake_library import a_lined_answer

PAGE = HELP / "json.md"
EXAMPLES = {
    kind.removeprefix("json "): json.loads(code) for kind, code in fenced(PAGE) if kind.startswith("json")
}


def fields_of(value: object) -> object:
    """Return the names in a value, whatever their values are: of a list, all that its values have."""
    if isinstance(value, dict):
        return {name: fields_of(one) for name, one in value.items()}
    if isinstance(value, list):
        found: dict[str, object] = {}
        for one in value:
            if isinstance(one, dict):
                found |= cast("dict[str, object]", fields_of(one))
        return found
    return None


Say = Callable[..., Any]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with three photos, of which one cannot be used."""
    base = tmp_path_factory.mktemp("told")
    for colour in ("red", "blue"):
        save_colour(base / "photos" / f"{colour}.jpg", colour)
    (base / "photos" / "broken.jpg").write_text("no picture")
    library = PhotoLibrary(
        base / "library" / "data",
        base / "library" / "cache",
        resources=resources(),
        model=str(base / "no model"),
    )
    library.folders.add(base / "photos").result(60)
    library.close()
    return base


@pytest.fixture
def say(base: Path, capsys: pytest.CaptureFixture[str]) -> Say:
    def run(*words: object) -> Any:
        capsys.readouterr()
        main(["--base-dir", str(base / "library"), "--trust-library", "--json", *map(str, words)])
        return json.loads(capsys.readouterr().out)

    return run


@pytest.mark.parametrize("command", ["status", "failures", "space", "model list"])
def test_what_a_command_prints_has_the_fields_of_the_example(say: Say, command: str) -> None:
    assert fields_of(say(*command.split())) == fields_of(EXAMPLES[command])


def test_what_is_known_of_a_photo_is_told_with_these_fields(say: Say, base: Path) -> None:
    shown = say("show", base / "photos" / "red.jpg")
    assert set(shown) == set(EXAMPLES["show"])


def test_a_store_is_told_with_these_fields(say: Say) -> None:
    assert set(say("store")) == set(EXAMPLES["store"])
    state = StoreState("model", 2, 1, None, "why")
    assert fields_of(_states_json([state])) == fields_of(EXAMPLES["store"]["models"])
    assert fields_of(moved_json("place", [ModelMoved("model", 2, 1)], None)) == fields_of(
        EXAMPLES["store move"]
    )


def test_what_is_left_out_is_told_with_these_fields(say: Say) -> None:
    after_a_change = _json(Exclusions(), IndexReport())
    assert set(after_a_change) == set(EXAMPLES["exclude"])
    assert set(EXAMPLES["exclude"]) - set(say("exclude", "--list")) == {
        "removed",
        "indexed",
        "left_out",
        "failed",
    }


def test_help_is_told_with_these_fields(say: Say) -> None:
    assert fields_of(say("help")) == fields_of(EXAMPLES["help"])
    assert EXAMPLES["help"][0] in say("help")


def test_a_folder_that_is_forgotten_is_told_with_these_fields(say: Say, base: Path) -> None:
    assert set(say("forget", base / "photos")) == set(EXAMPLES["forget"])


def test_a_wrong_word_is_told_with_these_fields(say: Say) -> None:
    assert set(say("help", "nothing")) == set(EXAMPLES["error"])


def test_index_runs_answers_and_connections_have_these_fields() -> None:
    failed = (FailedPhoto(Path("a.jpg"), "why"),)
    report = IndexReport(found=1, failed=failed, seconds=1.0)
    assert fields_of(report_json(report)) == fields_of(EXAMPLES["index"])
    answer = answer_json(a_lined_answer("a dog", found=[3], maybe=[1], rest=[]))
    told = EXAMPLES["search"]
    assert set(answer) == set(told)
    assert fields_of(answer["hits"]) == fields_of(told["hits"])
    when = datetime(2026, 11, 29, tzinfo=UTC)
    connection = Connection(when, "h", 443, "/p", "", "why", Outcome.COMPLETE, "ended", 1, 2, 3.0)
    assert fields_of([connection_json(connection)]) == fields_of(EXAMPLES["connections"])


def test_an_error_has_these_fields(capsys: pytest.CaptureFixture[str]) -> None:
    print_error(LibraryError("What.", "Why."), as_json=True)
    assert set(json.loads(capsys.readouterr().out)) == set(EXAMPLES["error"])


def test_extras_and_steps_of_a_self_test_are_as_the_page_says() -> None:
    state = ExtraState(EXTRAS[0], "18.1.0", Path("/extras/av"), stale=False)
    assert fields_of([extra_json(state)]) == fields_of(EXAMPLES["extras"])
    (step,) = EXAMPLES["self-test"]["steps"]
    assert fields_of(_step_json(Step("pictures", ok=True, seconds=0.07, detail="3 drawn"))) == fields_of(step)
