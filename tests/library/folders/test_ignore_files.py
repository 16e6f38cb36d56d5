"""Patterns in gitignore syntax mean what git says they mean, and hostile ones cost nothing."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from desktop_app.library.folders.ignore_files import (
    IGNORE_FILE,
    IgnoreProblem,
    Patterns,
    pattern_problem,
    read_ignore_file,
)


def leaves_out(lines: list[str], inside: str) -> bool:
    patterns = Patterns(lines)
    assert patterns.problems == []
    return bool(patterns.says(inside))


@pytest.mark.parametrize(
    ("lines", "inside", "expected"),
    [
        (["*.png"], "a.png", True),
        (["*.png"], "deep/er/a.png", True),
        (["*.png"], "a.jpg", False),
        (["raw/"], "raw/", True),
        (["raw/"], "raw", False),
        (["/raw"], "deep/raw/", False),
        (["deep/raw"], "deep/raw/", True),
        (["**/cache/*.jpg"], "a/b/cache/x.jpg", True),
        (["*_edited*.jpg"], "IMG_1_edited-2.jpg", True),
        (["*.jpg", "!keep*.jpg"], "keep me.jpg", False),
        (["!keep.jpg", "*.jpg"], "keep.jpg", True),
        (["# *.jpg", ""], "a.jpg", False),
        (["\\#a.jpg"], "#a.jpg", True),
        (["[ab].jpg"], "b.jpg", True),
        (["[!ab].jpg"], "b.jpg", False),
        (["?.jpg"], "ü.jpg", True),
        (["*.jpg"], "new\nline.jpg", True),
        (["*.jpg"], "x.jpg\n", False),
        (["a\\*b.jpg"], "a*b.jpg", True),
        (["a\\*b.jpg"], "axb.jpg", False),
        (["*"], "anything.jpg", True),
    ],
)
def test_a_pattern_means_what_it_means_to_git(lines: list[str], inside: str, expected: bool) -> None:
    assert leaves_out(lines, inside) is expected


def test_the_two_ways_of_writing_accents_are_one() -> None:
    assert leaves_out(["Mu\u0308ller/"], "M\u00fcller/")
    assert leaves_out(["M\u00fcller/"], "Mu\u0308ller/")


def test_names_that_are_no_valid_text_can_be_left_out(tmp_path: Path) -> None:
    (tmp_path / IGNORE_FILE).write_bytes(b"latin-\xe9.jpg\n")
    patterns, problems = read_ignore_file(tmp_path / IGNORE_FILE)
    assert problems == []
    assert patterns is not None
    assert patterns.says(os.fsdecode(b"latin-\xe9.jpg"))


def test_a_line_that_cannot_be_used_leaves_nothing_out_and_is_named(tmp_path: Path) -> None:
    file = tmp_path / IGNORE_FILE
    file.write_text("*.png\n!\n[abc\n[z-a].jpg\n[[:alpha:]].jpg\n**/**/**/**/a\n*.gif\n")
    patterns, problems = read_ignore_file(file)
    assert [one.line for one in problems] == [2, 3, 4, 5, 6]
    assert problems[0] == IgnoreProblem(file, 2, "is no pattern as in a .gitignore")
    assert problems[0].sentence == "line 2 is no pattern as in a .gitignore, so it is not used"
    assert "“**” more than 3 times" in problems[4].reason
    assert patterns is not None
    assert [patterns.says(name) for name in ("a.png", "b.gif", "a.jpg", "[abc")] == [True, True, None, None]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"*.jpg\n" * 20_000, "larger than 64 KB"),
        ("*.jpg\n".encode("utf-16"), "not a text in UTF-8"),
    ],
)
def test_a_file_that_is_no_such_file_is_not_used(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / IGNORE_FILE).write_bytes(content)
    patterns, [problem] = read_ignore_file(tmp_path / IGNORE_FILE)
    assert patterns is None
    assert problem.line == 0
    assert reason in problem.sentence


def test_of_too_many_lines_the_first_count(tmp_path: Path) -> None:
    (tmp_path / IGNORE_FILE).write_text("*.png\n" + "x\n" * 1000 + "*.gif\n")
    patterns, [problem] = read_ignore_file(tmp_path / IGNORE_FILE)
    assert "more than 1000 lines" in problem.reason
    assert patterns is not None
    assert patterns.says("a.png")
    assert patterns.says("a.gif") is None


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
def test_a_pipe_or_a_folder_in_its_place_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for name in ("pipe", "folder", "gone"):
        patterns, [problem] = read_ignore_file(tmp_path / name)
        assert patterns is None
        assert problem.reason.startswith("cannot be read (")


def test_a_mark_of_windows_editors_at_the_beginning_does_not_count(tmp_path: Path) -> None:
    (tmp_path / IGNORE_FILE).write_bytes(b"\xef\xbb\xbf*.png\r\n*.gif\r\n")
    patterns, problems = read_ignore_file(tmp_path / IGNORE_FILE)
    assert problems == []
    assert patterns is not None
    assert patterns.says("a.png")
    assert patterns.says("a.gif")


@pytest.mark.timeout(20)
@pytest.mark.parametrize("pattern", ["*a" * 40 + "*b", "*a*a*a*a*a*a*b/", "**/a/**/a/**/b", "*?" * 30 + "b"])
def test_a_hostile_pattern_is_answered_before_the_test_times_out(pattern: str) -> None:
    """pathspec alone takes minutes for the first."""
    assert not leaves_out([pattern], "/".join(["a" * 255] * 15))
    assert not leaves_out([pattern], "/".join(["a"] * 150))


@given(st.text(max_size=20))
def test_any_text_is_a_pattern_or_has_a_reason(line: str) -> None:
    reason = pattern_problem(line)
    patterns = Patterns([line])
    assert patterns.problems == ([(1, reason)] if reason else [])
    assert patterns.says("some/photo.jpg") in {None, True, False}


# Git takes `a**` for `a` and all below it where no other wildcard comes before, and for `a*` elsewhere; its papers say `a*`.
_ODD_STARS = re.compile(r"[^/!]\*\*|\*\*[^/]")
_LINES = st.lists(
    st.builds(
        "".join,
        st.lists(st.sampled_from(["!", "/", "a", "b", "*", "**", "?", "a/", "[ab]", ".jpg", "*.jpg"]), min_size=1, max_size=4),
    ).filter(lambda line: not pattern_problem(line) and "//" not in line and "!" not in line[1:] and not _ODD_STARS.search(line)),
    max_size=5,
)  # fmt: skip
_TREE = ["a", "a/a", "a/b", "b", "b/a"]
_FILES = [*(f"{folder}/{name}" for folder in _TREE for name in ("a.jpg", "ab.jpg")), "a.jpg", "ab.jpg"]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(top=_LINES, inner=_LINES)
@example(top=[], inner=["a/**/"])
@example(top=["*/**/**/"], inner=["a/**/ "])
@example(top=["a/**/", "!a/b/**/"], inner=["**/"])
def test_a_tree_with_two_ignore_files_is_listed_as_git_would(
    tmp_path: Path, top: list[str], inner: list[str]
) -> None:
    from tests.library.folders.listed import scan

    if not (tmp_path / ".git").exists():
        made = subprocess.run(["git", "init", "-q", str(tmp_path)], capture_output=True, check=False)
        if made.returncode:
            pytest.skip("git is not on this machine")
    for name in _FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"photo")
    for folder, lines in ((tmp_path, top), (tmp_path / "a", inner)):
        for name in (".gitignore", IGNORE_FILE):
            (folder / name).write_text("".join(f"{line}\n" for line in lines))
    listed = subprocess.run(
        ["git", "-C", str(tmp_path), "ls-files", "--others", "--exclude-standard", "-z"],
        capture_output=True,
        check=True,
    )
    by_git = {os.fsdecode(name) for name in listed.stdout.split(b"\0") if name.endswith(b".jpg")}
    found = {one.path.relative_to(tmp_path).as_posix() for one in scan(tmp_path, report=print)}
    assert found == by_git
