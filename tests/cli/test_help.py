"""Help on the command line: the list of pages, and a page as plain text."""

import json
from pathlib import Path

import pytest

from desktop_app.cli.help_text import terminal_text
from desktop_app.cli.main import main
from tests.help.documents import OF_HELP, PAGES, text_of


def test_without_a_topic_every_page_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["help"]) == 0
    listed = [line.split()[0] for line in capsys.readouterr().out.splitlines() if line.startswith("  ")]
    assert listed == [key for key in PAGES.topics if key != "index"]


def test_a_page_is_printed_as_plain_text(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "72")
    assert main(["help", "Formats.md"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("Formats\n=======\n\n  JPEG, PNG")
    assert "    .venv/bin/python -m pip install --no-deps av\n" in printed
    assert "](" not in printed
    assert "**" not in printed


def test_for_programs_a_page_is_markdown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--json", "help", "keys"]) == 0
    page = json.loads(capsys.readouterr().out)
    assert (page["topic"], page["title"]) == ("keys", "Keys")
    assert page["text"].startswith("# Keys\n")


def test_a_wrong_topic_is_wrong_use_and_the_nearest_one_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["help", "search-langage"]) == 2
    assert "Did you mean “search-language”?" in capsys.readouterr().err
    assert main(["help", "../README"]) == 2
    assert "“../README”" in capsys.readouterr().err


def test_pages_that_are_not_there_are_said_in_a_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("desktop_app.cli.help.resources", lambda: tmp_path)
    assert main(["help"]) == 3
    assert f"{tmp_path / 'help' / 'index.md'}: No such file" in capsys.readouterr().err


def test_no_library_is_made_by_reading(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--base-dir", str(tmp_path / "library"), "help", "keys"]) == 0
    assert capsys.readouterr().out
    assert not (tmp_path / "library").exists()


def test_lists_tables_and_code_are_laid_out_within_the_width() -> None:
    page = (
        "# A title\n\nSome *words* that\ngo on `here`.\n\n- one [link](a.md)\n- two, which is\n  longer\n\n1. first\n"
        "\n| Key | Does | Where |\n|---|---|---|\n| **A** | goes there | |\n| `b *` | x | y |\n\n"
        "## Next\n\n```sh\n# a comment\n  two\n```\n\n### Third\n"
    )
    assert terminal_text(page, 24) == (
        "A title\n=======\n\nSome words that go on\nhere.\n\n- one link\n- two, which is longer\n\n1. first\n\n"
        "  A\n      Does: goes there\n  b *\n      Does: x\n      Where: y\n\n"
        "Next\n----\n\n    # a comment\n      two\n\nThird\n"
    )


@pytest.mark.parametrize("path", OF_HELP, ids=lambda path: path.stem)
def test_no_line_of_words_is_wider_than_the_terminal(path: Path) -> None:
    lines = terminal_text(text_of(path), 60).splitlines()
    # Code is kept as it is, and so is a word that is longer.
    assert [
        line for line in lines if len(line) > 60 and not line.startswith("    ") and " " in line.strip()
    ] == []
