"""What the packages for Linux put below /usr: desktop entries, metainfo, icons, man page, completions."""

import configparser
import datetime as dt
import gzip
import stat
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from PySide6.QtGui import QImage

from desktop_app.ui.app.application import APPLICATION_ID
from steps import linux_docs, linux_files, linux_tree, project
from steps.errors import CannotBuildError
from tests.packaging.linux_package import frozen_stand_in, needs

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="packages for Linux are made on Linux")
pytest.importorskip("shtab", reason="what shells complete is written by shtab, which is not installed")


@pytest.fixture(scope="module")
def usr(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole tree, around a program that does nothing."""
    folder = tmp_path_factory.mktemp("tree")
    return linux_tree.make(folder / "root", frozen_stand_in(folder))


def entry(file: Path) -> configparser.ConfigParser:
    parsed = configparser.ConfigParser(interpolation=None, delimiters="=", comment_prefixes="#")
    parsed.optionxform = str  # type: ignore[assignment, method-assign]  # names keep their capitals
    parsed.read_string(file.read_text(encoding="utf-8"))
    return parsed


def test_the_desktop_entry_names_the_program_its_icon_and_its_window(usr):
    file = usr / "share" / "applications" / f"{project.APPLICATION_ID}.desktop"
    parsed = entry(file)["Desktop Entry"]
    program, folders = parsed["Exec"].split()
    assert (usr / "bin" / program).resolve() == usr / "lib" / "vislumbre" / "vislumbre"
    assert folders == "%F"
    assert file.stem == parsed["Icon"] == APPLICATION_ID
    assert parsed["StartupWMClass"] == project.TITLE
    assert entry(file)["Desktop Action search"]["Exec"] == 'vislumbre --search ""'
    assert parsed["Actions"] == "search;"


def test_only_the_hidden_entry_offers_itself_for_folders(usr):
    shown, hidden = sorted((usr / "share" / "applications").iterdir())
    assert "MimeType" not in entry(shown)["Desktop Entry"]
    parsed = entry(hidden)["Desktop Entry"]
    assert parsed["MimeType"] == "inode/directory;"
    assert parsed["NoDisplay"] == "true"
    assert parsed["Exec"] == "vislumbre %F"


@needs("desktop-file-validate")
def test_desktop_entries_are_valid(usr):
    files = list((usr / "share" / "applications").iterdir())
    done = subprocess.run(["desktop-file-validate", *files], capture_output=True, text=True, check=False)
    assert done.stdout == ""


@needs("update-desktop-database")
def test_no_file_manager_loses_its_folders(usr, tmp_path):
    for file in (usr / "share" / "applications").iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    managers = ["caja-folder-handler", "nemo", "org.gnome.Nautilus", "org.kde.dolphin", "pcmanfm", "thunar"]
    for name in managers:
        text = f"[Desktop Entry]\nType=Application\nName={name}\nExec=true %U\nMimeType=inode/directory;\n"
        (tmp_path / f"{name}.desktop").write_text(text)
    subprocess.run(["update-desktop-database", tmp_path], check=True)
    (line,) = (
        line
        for line in (tmp_path / "mimeinfo.cache").read_text().splitlines()
        if line.startswith("inode/directory=")
    )
    assert line.removeprefix("inode/directory=").split(";") == [
        *(f"{name}.desktop" for name in managers),
        "vislumbre-folder.desktop",
        "",
    ]


def test_metainfo_is_of_this_version(usr):
    root = ET.parse(usr / "share" / "metainfo" / f"{APPLICATION_ID}.metainfo.xml").getroot()
    assert root.findtext("id") == APPLICATION_ID
    assert root.findtext("launchable") == f"{APPLICATION_ID}.desktop"
    assert root.findtext("summary") == project.SUMMARY
    (release,) = root.iterfind("releases/release")
    assert release.attrib == {"version": project.VERSION, "date": linux_files.released().isoformat()}
    picture = root.findtext("screenshots/screenshot/image") or ""
    assert (project.ROOT / picture.split(f"/v{project.VERSION}/")[1]).is_file()


@needs("appstreamcli")
def test_metainfo_is_valid(usr):
    file = usr / "share" / "metainfo" / f"{APPLICATION_ID}.metainfo.xml"
    done = subprocess.run(
        ["appstreamcli", "validate", "--no-net", "--pedantic", file],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_a_release_has_the_day_that_the_list_of_changes_says(tmp_path, monkeypatch):
    monkeypatch.setattr(project, "ROOT", tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    changes = tmp_path / "CHANGELOG.md"
    changes.write_text("# Changes\n\n## Unreleased\n")
    assert linux_files.released() == dt.date(1970, 1, 2)
    changes.write_text(
        f"# Changes\n\n## Unreleased\n\n## {project.VERSION} - 2027-03-04\n\n## 0.0.1 - 2026-01-01\n"
    )
    assert linux_files.released() == dt.date(2027, 3, 4)


@pytest.mark.parametrize(
    ("version", "packaged"),
    [("1.2.0", "1.2.0"), ("1.2.0rc1", "1.2.0~rc1"), ("1.2.0.dev3", "1.2.0~dev3"), ("1.2b2", "1.2~b2")],
)
def test_what_comes_before_a_release_sorts_before_it(version, packaged):
    assert linux_files.package_version(version) == packaged


def test_icons_are_there_in_all_sizes(usr):
    icons = usr / "share" / "icons" / "hicolor"
    for side_px in linux_files.ICON_SIDES_PX:
        image = QImage(str(icons / f"{side_px}x{side_px}" / "apps" / f"{APPLICATION_ID}.png"))
        assert (image.width(), image.height()) == (side_px, side_px)
        assert image.pixelColor(0, 0).alpha() == 0
        assert image.pixelColor(side_px // 2, side_px // 2).alpha() == 255
    assert (icons / "scalable" / "apps" / f"{APPLICATION_ID}.svg").is_file()


def typed_words() -> tuple[set[str], set[str]]:
    """Every command that can be run, as typed, and every option of any."""
    commands, options = set(), set()
    for parser in linux_docs.parsers():
        inner = list(linux_docs._commands(parser))
        commands |= {command.prog for command, _ in inner}
        for one in [parser, *(command for command, _ in inner)]:
            options |= {option for action in one._actions for option in action.option_strings}
    return commands, options


def test_the_man_page_names_every_command_and_option(usr):
    page = gzip.decompress((usr / "share" / "man" / "man1" / "vislumbre.1.gz").read_bytes()).decode()
    commands, options = typed_words()
    assert len(commands) > 20
    missing = {word for word in commands | options if word.replace("-", "\\-") not in page}
    assert missing == set()


@needs("groff")
def test_the_man_page_is_clean_troff():
    done = subprocess.run(
        ["groff", "-man", "-ww", "-k", "-Tutf8", "-z"],
        input=linux_docs.man_page(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("shell", linux_docs.COMPLETIONS)
def test_shells_complete_every_command_and_option(usr, shell):
    text = (usr / linux_docs.COMPLETIONS[shell].format(name="vislumbre")).read_text(encoding="utf-8")
    commands, options = typed_words()
    words = {word for command in commands for word in command.split()} | options
    # Fish writes options without their dashes.
    assert {word for word in words if word.lstrip("-") not in text} == set()


@needs("bash")
def test_bash_completes_what_is_typed(usr):
    script = f"""
source {usr / "share/bash-completion/completions/vislumbre"}
COMP_WORDS=(vislumbre mod) COMP_CWORD=1 COMP_LINE="vislumbre mod"
$(complete -p vislumbre | sed 's/.*-F \\([^ ]*\\) .*/\\1/') vislumbre mod vislumbre
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["model"]


def test_everything_can_be_read_by_all_and_written_by_its_owner(usr):
    modes = {
        path.relative_to(usr): stat.S_IMODE(path.stat().st_mode)
        for path in usr.rglob("*")
        if not path.is_symlink()
    }
    programs = [path for path, mode in modes.items() if mode == 0o755 and not (usr / path).is_dir()]
    assert programs == [Path("lib/vislumbre/vislumbre")]
    assert set(modes.values()) == {0o644, 0o755}


def test_without_a_frozen_program_a_sentence_says_so(tmp_path):
    with pytest.raises(CannotBuildError, match=r"build\.py freeze"):
        linux_tree.make(tmp_path / "root", tmp_path / "nothing")


def test_the_licences_of_others_are_where_people_look(usr):
    assert (
        usr / "share" / "doc" / "vislumbre" / "licences" / "index.html"
    ).read_text() == "licences of others"
    assert (usr / "share" / "doc" / "vislumbre" / "copyright").is_file()
