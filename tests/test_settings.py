"""The settings file: what is chosen comes back, and nothing in it can stop the start."""

import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest
import tomlkit
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as some

from desktop_app import settings_file
from desktop_app.settings import (
    DECLARATIONS,
    FILE_NAME,
    HISTORY_LIMIT,
    UPGRADES,
    VERSION,
    Settings,
    Values,
    declaration,
)
from tests.durable import Synced


def written(folder: Path, text: str) -> Path:
    file = folder / FILE_NAME
    file.write_text(text, encoding="utf-8")
    return file


def test_every_setting_says_what_it_is():
    for one in DECLARATIONS:
        assert one.label, one.name
        assert one.help.endswith("."), one.name
        assert not one.complaint(one.default), one.name
        if type(one.default) is int:
            assert one.least < one.most, one.name


def test_without_a_file_the_defaults_apply_and_nothing_is_written(tmp_path):
    settings = Settings.load(tmp_path)
    assert settings.values == Values()
    assert settings.problems == []
    assert list(tmp_path.iterdir()) == []


def test_a_change_is_there_after_the_next_start(tmp_path):
    settings = Settings.load(tmp_path)
    settings.change("scheme", "dark")
    settings.change("cell_px", 256)
    settings.change("watch", False)
    settings.change("store_address", "http://localhost:19530")
    again = Settings.load(tmp_path)
    assert again.values == settings.values
    assert again.values.scheme == "dark"
    assert again.problems == []


def test_only_what_differs_from_the_defaults_is_written_with_its_label(tmp_path):
    Settings.load(tmp_path).change("scheme", "dark")
    text = (tmp_path / FILE_NAME).read_text(encoding="utf-8")
    assert 'scheme = "dark"' in text
    assert "# Colours: " in text
    assert "threads" not in text
    assert f"version = {VERSION}" in text


@pytest.mark.skipif(os.name != "posix", reason="modes are of POSIX")
def test_the_file_is_readable_by_its_owner_only_and_no_other_is_left(tmp_path):
    settings = Settings.load(tmp_path / "config")
    settings.change("scheme", "dark")
    settings.change("scheme", "light")
    (file,) = (tmp_path / "config").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_persons_own_comments_and_keys_stay(tmp_path):
    written(tmp_path, 'version = 1\n# mine\n[settings]\nscheme = "light" # I like it\nextra = 5\n')
    Settings.load(tmp_path).change("scheme", "dark")
    text = (tmp_path / FILE_NAME).read_text(encoding="utf-8")
    assert "# mine" in text
    assert 'scheme = "dark" # I like it' in text
    assert "extra = 5" in text


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ('cell_px = "large"', "cell_px"),
        ("cell_px = 5", "cell_px"),
        ("cell_px = 100000", "cell_px"),
        ("cell_px = true", "cell_px"),
        ("cell_px = 128.0", "cell_px"),
        ("threads = -1", "threads"),
        ('scheme = "pink"', "scheme"),
        ("watch = 1", "watch"),
        ('store_address = "not an address"', "store_address"),
        ('store_address = "ftp://host"', "store_address"),
        ("store_address = [1]", "store_address"),
        ('store_address = "two\\nlines"', "store_address"),
    ],
)
def test_a_bad_value_becomes_the_default_and_a_sentence(tmp_path, line, name):
    other = "watch = false" if name != "watch" else "cell_px = 128"
    written(tmp_path, f"version = 1\n[settings]\n{line}\n{other}\n")
    settings = Settings.load(tmp_path)
    assert getattr(settings.values, name) == declaration(name).default
    (problem,) = settings.problems
    assert declaration(name).label in problem
    assert problem.endswith(".")
    assert settings.values != Values(), "the good value beside it counts"


def test_a_bad_value_is_replaced_at_the_next_writing(tmp_path):
    written(tmp_path, "version = 1\n[settings]\ncell_px = 5\n")
    Settings.load(tmp_path).change("scheme", "dark")
    assert Settings.load(tmp_path).problems == []


def test_a_setting_above_the_line_of_the_settings_is_named(tmp_path):
    written(tmp_path, 'version = 1\nscheme = "dark"\nother = 1\n[settings]\ncell_px = 128\n')
    settings = Settings.load(tmp_path)
    assert settings.values == replace(Values(), cell_px=128)
    (problem,) = settings.problems
    assert "“scheme”" in problem
    assert "[settings]" in problem


def test_a_value_that_is_not_allowed_is_refused_in_words(tmp_path):
    settings = Settings.load(tmp_path)
    with pytest.raises(ValueError, match="must be between 96 and 512"):
        settings.change("cell_px", 9)
    with pytest.raises(ValueError, match="must be an address"):
        settings.change("store_address", "nonsense")
    with pytest.raises(KeyError):
        settings.change("no such setting", 9)
    assert settings.values == Values()


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe\x00", b"= = =", b"[settings]\n[settings]\n", b"version = 1\nversion = 2", b"\0" * 100],
)
def test_a_file_that_is_no_settings_file_is_kept_aside_and_never_stops_the_start(tmp_path, content):
    (tmp_path / FILE_NAME).write_bytes(content)
    settings = Settings.load(tmp_path)
    assert settings.values == Values()
    if content:
        (aside,) = [one for one in tmp_path.iterdir() if one.name != FILE_NAME]
        assert aside.read_bytes() == content
        assert aside.name in settings.problems[0]
    settings.change("scheme", "dark")
    assert Settings.load(tmp_path).values.scheme == "dark"


def test_a_huge_file_is_not_read(tmp_path):
    (tmp_path / FILE_NAME).write_bytes(b"#" * (settings_file.LIMIT_BYTES + 10))
    assert len(Settings.load(tmp_path).problems) == 1


def test_a_byte_order_mark_is_no_problem(tmp_path):
    (tmp_path / FILE_NAME).write_bytes(b'\xef\xbb\xbfversion = 1\n[settings]\nscheme = "dark"\n')
    assert Settings.load(tmp_path).values.scheme == "dark"


@pytest.mark.parametrize("text", ["settings = 5", "history = []", "state = 1", "[history]\nqueries = 7"])
def test_tables_of_another_kind_are_passed_over_and_replaced(tmp_path, text):
    written(tmp_path, f"version = 1\n{text}\n")
    settings = Settings.load(tmp_path)
    assert settings.values == Values()
    assert settings.history == []
    settings.remember_state("window", "x")
    settings.change("scheme", "dark")
    again = Settings.load(tmp_path)
    assert again.values.scheme == "dark"
    assert again.state("window") == "x"


@hypothesis_settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=some.one_of(some.binary(max_size=200), some.text("[]=\"'.#\n\\ a1tru{},", max_size=60)))
def test_no_content_whatever_stops_the_start(tmp_path, content):
    folder = tmp_path / "fuzz"
    folder.mkdir(exist_ok=True)
    (folder / FILE_NAME).write_bytes(content if isinstance(content, bytes) else content.encode())
    settings = Settings.load(folder)
    settings.change("cell_px", 128)
    assert Settings.load(folder).values.cell_px == 128
    for left in folder.iterdir():
        left.unlink()


def test_a_file_of_a_newer_version_is_kept_untouched_and_read_as_far_as_understood(tmp_path):
    text = 'version = 99\nfuture = "x"\n[settings]\nscheme = "dark"\nwatch = "sometimes"\nholodeck = true\n'
    file = written(tmp_path, text)
    settings = Settings.load(tmp_path)
    assert settings.values.scheme == "dark"
    assert settings.values.watch is True
    aside = tmp_path / f"{FILE_NAME}.version-99"
    assert "newer" in settings.problems[0]
    assert aside.name in settings.problems[0]
    settings.change("cell_px", 128)
    assert aside.read_text(encoding="utf-8") == text
    assert tomlkit.parse(file.read_text(encoding="utf-8"))["version"] == VERSION
    assert "holodeck" not in file.read_text(encoding="utf-8")
    assert Settings.load(tmp_path).problems == []


def test_an_old_file_is_brought_up_step_by_step(tmp_path):
    def first(content: dict[str, object]) -> None:
        content["settings"] = {"scheme": content.pop("colours")}

    def second(content: dict[str, object]) -> None:
        assert isinstance(content["settings"], dict)
        content["settings"]["cell_px"] = 300

    written(tmp_path, 'version = 1\ncolours = "dark"\n')
    settings = Settings.load(tmp_path, upgrades={1: first, 2: second}, version=3)
    assert settings.values.scheme == "dark"
    assert settings.values.cell_px == 300
    settings.save()
    again = tomlkit.parse((tmp_path / FILE_NAME).read_text(encoding="utf-8"))
    assert again["version"] == 3
    assert "colours" not in again


def test_every_version_before_this_one_has_an_upgrade():
    assert set(UPGRADES) == set(range(1, VERSION))


@pytest.mark.parametrize("version", ['"two"', "0", "-4", "true", "1.5"])
def test_a_senseless_version_is_taken_for_the_present_one(tmp_path, version):
    written(tmp_path, f'version = {version}\n[settings]\nscheme = "dark"\n')
    assert Settings.load(tmp_path).values.scheme == "dark"


def test_a_folder_that_cannot_be_written_leaves_a_sentence_and_the_values_count(tmp_path):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    settings = Settings.load(tmp_path / "file")
    settings.change("scheme", "dark")
    settings.change("scheme", "light")
    assert settings.values.scheme == "light"
    assert len(settings.problems) == 1


def test_a_failed_writing_leaves_the_old_file_as_it_was(tmp_path, monkeypatch):
    Settings.load(tmp_path).change("scheme", "dark")
    before = (tmp_path / FILE_NAME).read_bytes()
    settings = Settings.load(tmp_path)

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    settings.change("scheme", "light")
    assert (tmp_path / FILE_NAME).read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == [FILE_NAME]
    assert "no space left" in settings.problems[0]


def test_a_file_that_cannot_be_read_is_not_written_over(tmp_path):
    file = tmp_path / FILE_NAME
    file.mkdir()
    settings = Settings.load(tmp_path)
    settings.change("scheme", "dark")
    assert file.is_dir()
    assert len(settings.problems) == 1


@pytest.mark.skipif(os.name != "posix", reason="needs links")
def test_a_settings_file_that_is_a_link_is_neither_read_nor_written(tmp_path):
    real = tmp_path / "dotfiles.toml"
    real.write_text("version = 1\n", encoding="utf-8")
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / FILE_NAME).symlink_to(real)
    settings = Settings.load(folder)
    settings.change("scheme", "dark")
    assert (folder / FILE_NAME).is_symlink()
    assert real.read_text(encoding="utf-8") == "version = 1\n"
    [told] = settings.problems
    assert "it is a link" in told
    assert "remove it" in told


@pytest.mark.skipif(os.name != "posix", reason="needs links")
def test_a_folder_of_settings_may_be_a_link(tmp_path):
    (tmp_path / "dotfiles").mkdir()
    (tmp_path / "config").symlink_to(tmp_path / "dotfiles")
    settings = Settings.load(tmp_path / "config")
    settings.change("scheme", "dark")
    assert settings.problems == []
    assert "dark" in (tmp_path / "dotfiles" / FILE_NAME).read_text(encoding="utf-8")


@pytest.mark.skipif(os.name != "posix", reason="needs links")
def test_settings_are_kept_aside_without_following_a_link(tmp_path):
    canary = tmp_path / "canary"
    canary.write_text("mine", encoding="utf-8")
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / FILE_NAME).write_text("version = 99\n", encoding="utf-8")
    (folder / f"{FILE_NAME}.version-99").symlink_to(canary)
    [told] = Settings.load(folder).problems
    assert "kept as" in told
    assert canary.read_text(encoding="utf-8") == "mine"
    assert (folder / f"{FILE_NAME}.version-99").read_text(encoding="utf-8") == "version = 99\n"


def test_observers_hear_of_changes_until_they_end_it(tmp_path):
    heard: list[tuple[str, object]] = []
    settings = Settings.load(tmp_path)
    end = settings.observe(lambda name, value: heard.append((name, value)))
    settings.change("scheme", "dark")
    settings.change("scheme", "dark")
    end()
    end()
    settings.change("scheme", "light")
    assert heard == [("scheme", "dark")]


def test_a_change_for_later_is_written_with_the_next_save(tmp_path):
    settings = Settings.load(tmp_path)
    settings.change("cell_px", 128, later=True)
    assert not (tmp_path / FILE_NAME).exists()
    settings.save()
    assert Settings.load(tmp_path).values.cell_px == 128


def test_the_history_is_newest_first_without_doubles_and_bounded(tmp_path):
    settings = Settings.load(tmp_path)
    for number in range(HISTORY_LIMIT + 20):
        settings.remember_query(f"query {number}")
    settings.remember_query("  query 60  ")
    settings.remember_query("   ")
    settings.save()
    history = Settings.load(tmp_path).history
    assert history[:2] == ["query 60", f"query {HISTORY_LIMIT + 19}"]
    assert len(history) == HISTORY_LIMIT == len(set(history))


def test_a_query_that_no_file_can_hold_is_not_remembered(tmp_path):
    settings = Settings.load(tmp_path)
    settings.remember_query("half a \ud83d face")
    settings.remember_query("x" * 5000)
    settings.remember_query("ein Hund 🐕")
    settings.save()
    assert Settings.load(tmp_path).history == ["ein Hund 🐕"]


def test_without_the_wish_for_a_history_none_is_kept_and_the_old_one_goes(tmp_path):
    settings = Settings.load(tmp_path)
    settings.remember_query("a dog")
    settings.save()
    settings.change("keep_history", False)
    settings.remember_query("a cat")
    settings.save()
    assert settings.history == []
    text = (tmp_path / FILE_NAME).read_text(encoding="utf-8")
    assert "dog" not in text
    assert "cat" not in text


def test_the_history_can_be_cleared(tmp_path):
    settings = Settings.load(tmp_path)
    settings.remember_query("a dog")
    settings.clear_history()
    assert Settings.load(tmp_path).history == []


def test_the_windows_state_comes_back(tmp_path):
    settings = Settings.load(tmp_path)
    assert settings.state("geometry") == ""
    settings.remember_state("geometry", "AdnQywAD")
    settings.save()
    assert Settings.load(tmp_path).state("geometry") == "AdnQywAD"


def test_settings_are_on_the_disk_before_they_take_the_place_of_those_before(
    tmp_path: Path, synced: Synced
) -> None:
    settings = Settings.load(tmp_path)
    settings.change("watch", False)
    written = [path for path in tmp_path.iterdir() if path.is_file()]
    assert written
    assert synced.has(*written)


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "content",
    [
        "a" + ".a" * 50_000 + " = 1",
        "".join(f"a.b{number} = 1\n" for number in range(20_000)),
        "a = [" + "1, " * 50_000 + "]",
        "[[a]]\n" * 50_000,
        "#\n" * 400_000,
    ],
    ids=["parts", "keys", "list", "tables", "lines"],
)
def test_a_file_that_would_take_minutes_is_kept_aside_unread(tmp_path, content):
    written(tmp_path, content)
    settings = Settings.load(tmp_path)
    assert settings.values == Values()
    assert (
        "far more in it than Vislumbre writes, so it was not read. The old file is kept as"
        in settings.problems[0]
    )
    settings.change("cell_px", 200)
    assert Settings.load(tmp_path).values.cell_px == 200


def test_a_full_file_of_ours_is_read(tmp_path):
    settings = Settings.load(tmp_path)
    for number in range(HISTORY_LIMIT):
        settings.remember_query(f'name:"{number}",.=[{{ ' + "é\\ " * 500)
    settings.remember_state("saved searches", '[{"query": "a.b, c=[d]", "name": "é"}]' * 2000)
    settings.save()
    again = Settings.load(tmp_path)
    assert again.problems == []
    assert again.history == settings.history


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
@pytest.mark.timeout(20)
def test_a_pipe_or_a_folder_in_its_place_is_not_waited_for(tmp_path):
    for place, make in (("pipe", os.mkfifo), ("folder", os.mkdir)):
        folder = tmp_path / place
        folder.mkdir()
        make(folder / FILE_NAME)
        settings = Settings.load(folder)
        settings.change("cell_px", 200)
        assert "could not be read (it is not a file)" in settings.problems[0]
        assert not (folder / FILE_NAME).is_file()


def test_a_file_that_is_not_understood_is_kept_once_however_often_it_is_read(tmp_path):
    (tmp_path / FILE_NAME).write_text("this is = = no settings file")
    for _ in range(3):
        assert Settings.load(tmp_path).problems
    assert len(list(tmp_path.iterdir())) == 2
    (tmp_path / FILE_NAME).write_text("nor is = = this")
    Settings.load(tmp_path)
    assert {path.read_text() for path in tmp_path.iterdir()} == {
        "this is = = no settings file",
        "nor is = = this",
    }
