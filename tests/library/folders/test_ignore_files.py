"""Patterns in gitignore syntax mean what git says they mean, and hostile ones cost nothing."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from desktop_app.library.folders.exclusions import Exclusions
from desktop_app.library.folders.ignore_files import IGNORE_FILE, IgnoreProblem, read_ignore_file
from desktop_app.library.folders.listing import LeftOutCount
from desktop_app.library.folders.patterns import Patterns, pattern_problem
from desktop_app.library.folders.rules import Rules


def rules_of(patterns: Patterns | None) -> Rules:
    assert patterns is not None
    return Rules((), screenshots=False).under(patterns)


def says(patterns: Patterns | None, inside: str) -> bool:
    """Ask about one path by itself: the last of its names; a folder's ends in a slash."""
    rules = rules_of(patterns)
    *folders, name = inside.removesuffix("/").split("/")
    for folder in folders:
        rules = rules.below(folder)
    return rules.leave_out(name, is_folder=inside.endswith("/"))


def leaves_out(lines: list[str], inside: str) -> bool:
    patterns = Patterns(lines)
    assert patterns.problems == []
    return says(patterns, inside)


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
        (["[[:alpha:]].jpg"], "q.jpg", True),
        (["[[:alpha:]].jpg"], "1.jpg", False),
        (["[![:digit:]_].jpg"], "_.jpg", False),
        (["[]-].jpg"], "].jpg", True),
        (["[a-c-e].jpg"], "d.jpg", False),
        (["[\\]].jpg"], "].jpg", True),
        (["[/].jpg"], "/.jpg", False),
        (["a**b.jpg"], "axxb.jpg", True),
        (["x/a**b"], "x/a/b", False),
        (["**"], "deep/er/a.jpg", True),
        (["**/a/**/b"], "x/a/y/z/b/", True),
        (["**/a/**/b"], "a/b", True),
        (["a/**"], "a/", False),
        (["a/**/**"], "a/b", True),
        (["a/**/*/**/b"], "a/b", False),
        (["**/**/**/**/a"], "a", True),
        (["a/**/"], "a/b", False),
        (["a.jpg  "], "a.jpg", True),
        (["a.jpg\\ "], "a.jpg ", True),
        (["a.jpg\\ "], "a.jpg", False),
        (["\\!a.jpg"], "!a.jpg", True),
        (["*.JPG"], "a.jpg", False),
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
    assert says(patterns, "latin-\udce9.jpg")


def test_a_line_that_cannot_be_used_leaves_nothing_out_and_is_named(tmp_path: Path) -> None:
    file = tmp_path / IGNORE_FILE
    lines = [
        "*.png",
        "!",
        "[abc",
        "[z-a].jpg",
        "[[:letter:]].jpg",
        "x" * 1001,
        "a/" * 51 + "a",
        "a\\",
        "*.gif",
    ]
    file.write_text("\n".join(lines))
    patterns, problems = read_ignore_file(file)
    assert [one.line for one in problems] == [2, 3, 4, 5, 6, 7, 8]
    assert problems[0] == IgnoreProblem(file, 2, "is no pattern as in a .gitignore")
    assert problems[0].sentence == "line 2 is no pattern as in a .gitignore, so it is not used"
    assert problems[4].sentence == "line 6 is longer than 1,000 letters, so it is not used"
    assert problems[5].sentence == "line 7 has more than 50 names between slashes, so it is not used"
    assert [says(patterns, name) for name in ("a.png", "b.gif", "a.jpg", "[abc")] == [
        True,
        True,
        False,
        False,
    ]


def test_a_file_of_nonsense_is_told_in_a_few_sentences(tmp_path: Path) -> None:
    (tmp_path / IGNORE_FILE).write_text("[\n" * 500 + "*.png\n")
    patterns, problems = read_ignore_file(tmp_path / IGNORE_FILE)
    assert says(patterns, "a.png")
    assert [one.line for one in problems] == [*range(1, 21), 0]
    assert problems[-1].sentence == "has 480 more lines that are not used"


def test_of_too_many_kinds_of_brackets_the_first_count() -> None:
    patterns = Patterns([f"[a{chr(0x4E00 + number)}].jpg" for number in range(201)])
    assert patterns.problems == [(201, "has other brackets than the 200 kinds before it")]
    assert [says(patterns, f"{chr(0x4E00 + number)}.jpg") for number in (0, 199, 200)] == [True, True, False]


def test_patterns_of_ones_own_that_cannot_be_used_are_told_too(tmp_path: Path) -> None:
    from tests.library.folders.listed import scan

    (tmp_path / "a.gif").write_bytes(b"photo")
    out = LeftOutCount()
    wanted = Exclusions(patterns=("x" * 2000, "*.gif", "[abc"))
    assert [*scan(tmp_path, report=print, left_out=out, exclusions=wanted)] == []
    assert [problem.sentence for problem in out.problems] == [
        f"your pattern “{'x' * 60}” is longer than 1,000 letters, so it is not used",
        "your pattern “[abc” is no pattern as in a .gitignore, so it is not used",
    ]


def test_of_ignore_files_in_each_other_so_many_count_and_the_next_is_named(tmp_path: Path) -> None:
    from tests.library.folders.listed import scan

    deepest = tmp_path.joinpath(*["in"] * 20)
    deepest.mkdir(parents=True)
    for folder in (deepest, *deepest.parents[:20]):
        (folder / IGNORE_FILE).write_text("*.gif\n*.png\n")
    (deepest / IGNORE_FILE).write_text("*.jpg\n")
    for name in ("a.jpg", "b.gif", "c.png"):
        (deepest / name).write_bytes(b"photo")
    out = LeftOutCount()
    assert [one.path for one in scan(tmp_path, report=print, left_out=out)] == [deepest / "a.jpg"]
    [problem] = out.problems
    assert problem.path == deepest / IGNORE_FILE
    assert problem.sentence == "lies below 20 others that count there too, so it is not used"


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
    assert "more than 1,000 lines" in problem.reason
    assert says(patterns, "a.png")
    assert not says(patterns, "a.gif")


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
    assert says(patterns, "a.png")
    assert says(patterns, "a.gif")


# What froze every thread with regular expressions, or took minutes.
_HOSTILE = [
    "*a" * 40 + "*b",
    "*a*a*a*a*a*a*b/",
    "**/a/" * 20 + "b",
    "*?" * 30 + "b",
    "*[a-z]" * 150 + "*b",
    "/**/*/**/*a/**b",
]


@pytest.mark.timeout(20)
@pytest.mark.parametrize("pattern", _HOSTILE)
def test_a_hostile_pattern_is_answered_before_the_test_times_out(pattern: str) -> None:
    assert not leaves_out([pattern], "/".join(["a" * 255] * 15))
    assert not leaves_out([pattern], "/".join(["a"] * 1000))


def test_a_hostile_file_is_held_against_a_name_in_as_many_steps_as_the_name_has_letters(
    tmp_path: Path,
) -> None:
    """Everything it says at once: were each line a matter of its own, this test would time out."""
    lines = [f"{'*?a' * 19}*{number:03}" for number in range(1000)]
    (tmp_path / IGNORE_FILE).write_text("\n".join(lines))
    patterns, problems = read_ignore_file(tmp_path / IGNORE_FILE)
    assert problems == []
    rules = rules_of(patterns)
    assert not any(rules.leave_out("a" * 250 + f"{number:04}x", is_folder=False) for number in range(2000))
    assert rules.leave_out("a" * 250 + "999", is_folder=False)


@given(st.text(max_size=20))
def test_any_text_is_a_pattern_or_has_a_reason(line: str) -> None:
    reason = pattern_problem(line)
    patterns = Patterns([line])
    assert patterns.problems == ([(1, reason)] if reason else [])
    assert says(patterns, "some/photo.jpg") in {True, False}


# Git takes `a**` for `a` and all below it where no other wildcard comes before, and for `a*` elsewhere; its papers say `a*`.
_ODD_STARS = re.compile(r"[^/!]\*\*|\*\*[^/]")


def is_plain(line: str) -> bool:
    has_path = "/" in line.removeprefix("!").removesuffix("/")
    return "//" not in line and not (has_path and _ODD_STARS.search(line))


_LINES = st.lists(
    st.builds(
        "".join,
        st.lists(st.sampled_from(["!", "/", "a", "b", "*", "**", "?", "a/", "[ab]", ".jpg", "*.jpg"]), min_size=1, max_size=4),
    ).filter(lambda line: not pattern_problem(line) and "!" not in line[1:] and is_plain(line)),
    max_size=5,
)  # fmt: skip
_TREE = ["a", "a/a", "a/b", "b", "b/a"]
_FILES = [*(f"{folder}/{name}" for folder in _TREE for name in ("a.jpg", "ab.jpg")), "a.jpg", "ab.jpg"]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
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


_STRANGE_NAMES = [
    "a",
    "b",
    "A",
    "1",
    "ab",
    "a b",
    "a ",
    "-",
    "]",
    "a]",
    "^",
    "!a",
    "#a",
    "*",
    "[a",
    "\\",
    ".a",
]
_STRANGE_LINES = st.lists(
    st.builds(
        "".join,
        st.lists(
            st.sampled_from([*"ab1A-]^!#*?/ ", "**", "***", "**/", "/**", "\\", "\\ ", "\\a", "\\*", "\\]", "\\\\", "[", "[!",
                             "[^", "[a]", "[!a]", "[a-b]", "[b-a]", "[]a]", "[!]-]", "[[:alpha:]]", "[![:digit:]b]", "[[:x:]]",
                             "[[:alpha]", "[a/]", "[\\]]"]),
            min_size=1, max_size=6),
    ).filter(lambda line: not pattern_problem(line) and is_plain(line)),
    min_size=1, max_size=4,
)  # fmt: skip


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=_STRANGE_LINES)
@example(lines=["a/\\ "])
@example(lines=["[[:alpha:]-z]", "![^[:upper:]]"])
@example(lines=["**/***/a/"])
@pytest.mark.skipif(sys.platform != "linux", reason="not every system has such names")
def test_strange_names_and_lines_mean_what_they_mean_to_git(tmp_path: Path, lines: list[str]) -> None:
    if not (tmp_path / ".git").exists():
        made = subprocess.run(["git", "init", "-q", str(tmp_path)], capture_output=True, check=False)
        if made.returncode:
            pytest.skip("git is not on this machine")
        for folder in ("a/", "a b/", "b/1/", ""):
            (tmp_path / folder).mkdir(parents=True, exist_ok=True)
            for name in _STRANGE_NAMES:
                place = tmp_path / folder / name
                if not place.exists():
                    place.write_bytes(b"photo")
    (tmp_path / ".gitignore").write_text("".join(f"{line}\n" for line in lines))
    (tmp_path / IGNORE_FILE).write_text("".join(f"{line}\n" for line in lines))
    rules = rules_of(read_ignore_file(tmp_path / IGNORE_FILE)[0])
    listed = subprocess.run(
        ["git", "-C", str(tmp_path), "ls-files", "--others", "--exclude-standard", "-z"],
        capture_output=True,
        check=True,
    )
    by_git = {os.fsdecode(name) for name in listed.stdout.split(b"\0") if name}
    marks = {".gitignore", IGNORE_FILE}
    assert set(_left_in(tmp_path, rules, tmp_path)) - marks == by_git - marks


def _left_in(folder: Path, rules: Rules, root: Path) -> Iterator[str]:
    for place in folder.iterdir():
        is_folder = place.is_dir()
        if place.name == ".git" or rules.leave_out(place.name, is_folder=is_folder):
            continue
        if is_folder:
            yield from _left_in(place, rules.below(place.name), root)
        else:
            yield str(place.relative_to(root))
