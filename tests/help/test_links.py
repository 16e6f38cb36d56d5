"""Every link leads somewhere, and every page is found."""

import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from desktop_app.help_pages import INDEX, HelpPages, anchor_of, plain
from tests.help.documents import DOCUMENTS, HELP, OF_HELP, PAGES, README, ROOT, anchors, links, text_of


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_every_link_leads_to_a_file_and_a_heading_that_are_there(path: Path) -> None:
    broken = []
    for link in links(path):
        if link.startswith(("http://", "https://")):
            continue
        target, _, anchor = link.partition("#")
        there = (path.parent / target).resolve() if target else path
        if not there.exists() or (anchor and anchor not in anchors(there)):
            broken.append(link)
    assert broken == []


def test_what_is_linked_is_part_of_the_repository() -> None:
    tracked = subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=False, cwd=ROOT)
    if tracked.returncode:
        pytest.skip("not a git checkout")
    there = {(ROOT / line).resolve() for line in tracked.stdout.splitlines()}
    linked = {(path.parent / link.partition("#")[0]).resolve() for path in DOCUMENTS for link in links(path)
              if not link.startswith(("http", "#"))}  # fmt: skip
    assert {path for path in linked if path.is_file()} <= there


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_no_two_headings_of_a_page_have_one_name(path: Path) -> None:
    if path.name == "CHANGELOG.md":
        pytest.skip("each version has its “Added”")
    assert [name for name, count in Counter(anchors(path)).items() if count > 1] == []


def test_the_index_lists_every_page_by_its_own_title() -> None:
    assert set(PAGES.topics) == {path.stem for path in OF_HELP}
    for key, topic in PAGES.topics.items():
        assert text_of(HELP / f"{key}.md").startswith(f"# {topic.title}\n")


@pytest.mark.parametrize("path", OF_HELP, ids=lambda path: path.stem)
def test_pages_have_only_what_the_window_and_a_terminal_show(path: Path) -> None:
    text = text_of(path)
    # The window reads no HTML, loads no pictures, and Qt shows this backslash in code.
    assert re.findall(r"</?(?:kbd|br|b|i|img|a|p)\b|!\[|\\\|", text) == []
    assert "\t" not in text
    # The program has no files of the repository beside it.
    outside = [link for link in links(path) if not re.match(r"#|[a-z-]+\.md(#|$)|https://", link)]
    assert outside == []


def test_readme_stays_a_front_page_that_names_every_page() -> None:
    assert len(text_of(README).splitlines()) <= 160
    linked = {Path(link.partition("#")[0]).stem for link in links(README) if "resources/help" in link}
    assert linked == set(PAGES.topics) - {INDEX}
    assert (ROOT / "packaging/screenshots/results-light.png").is_file()


@pytest.mark.parametrize(
    ("title", "anchor"),
    [
        ("Where “found” ends", "where-found-ends"),
        ("`search`, similar", "search-similar"),
        ("The window does not start on Linux (`xcb` … could not be loaded)",
         "the-window-does-not-start-on-linux-xcb--could-not-be-loaded"),
        ("How good is it? A_b", "how-good-is-it-a_b"),
    ],
)  # fmt: skip
def test_anchors_are_those_of_the_places_that_show_markdown(title: str, anchor: str) -> None:
    assert anchor_of(title) == anchor


def test_plain_words_keep_stars_and_bars_of_code() -> None:
    line = "| **Ctrl+F** or *Settings → Space*: [`name:IMG_12*`](a.md) 5*3"
    assert plain(line) == "| Ctrl+F or Settings → Space: name:IMG_12* 5*3"


def test_words_are_found_in_headings_text_tables_and_code_of_every_page(tmp_path: Path) -> None:
    (tmp_path / "index.md").write_text("# Help\n\n| [One](one.md) | it |\n", encoding="utf-8")
    (tmp_path / "one.md").write_text(
        "# One\n\nA *small* dog.\n\n## Cats\n\n| A | B |\n|---|---|\n| `x` | Straße |\n\n```\n# no heading\n```\n",
        encoding="utf-8",
    )
    pages = HelpPages(tmp_path)
    assert [(one.topic, one.anchor) for one in pages.find("small DOG")] == [("one", "one")]
    assert [one.anchor for one in pages.find("strasse cats")] == ["cats"]
    assert [one.anchor for one in pages.find("no heading")] == ["cats"]
    assert [one.topic for one in pages.find("help")] == ["index"]
    assert pages.find("cats small") == []
    assert pages.find("  ") == []
    with pytest.raises(KeyError):
        pages.text("two")
