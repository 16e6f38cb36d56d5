"""Packages of extras come whole or not at all, and only what they are named for."""

import os
import stat
import sys
import zipfile
from pathlib import Path

import pytest
from packaging.tags import sys_tags

from desktop_app.library import EXTRAS, LibraryError, add_extra, extras_in, remove_extra
from desktop_app.library.media import extra_wheels
from desktop_app.library.media.extras import folder_for_this_python
from tests.library.media.wheels import make_wheel

PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of all extras, of a program that has none of them with its Python."""
    monkeypatch.setattr(sys, "path", [place for place in sys.path if not place.endswith("site-packages")])
    return tmp_path / "data" / "extras"


def everything(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def inside(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def versions(root: Path) -> dict[str, str]:
    return {state.extra.name: state.version for state in extras_in(root)}


def test_an_extra_is_added_made_newer_listed_and_removed(root: Path, tmp_path: Path) -> None:
    assert versions(root) == {"av": "", "pillow-jxl-plugin": ""}
    assert add_extra(root, make_wheel(tmp_path)).version == "18.0.0"
    newer = add_extra(root, make_wheel(tmp_path, version="19.1"))
    assert (newer.version, newer.folder) == ("19.1", folder_for_this_python(root) / "av")
    add_extra(root, make_wheel(tmp_path, "pillow-jxl-plugin", "1.3.8"))
    assert versions(root) == {"av": "19.1", "pillow-jxl-plugin": "1.3.8"}
    assert inside(root) == [folder_for_this_python(root).name]
    assert inside(folder_for_this_python(root)) == ["av", "pillow-jxl-plugin"]
    assert remove_extra(root, "Pillow_JXL_plugin")
    assert not remove_extra(root, "pillow-jxl-plugin")
    assert versions(root) == {"av": "19.1", "pillow-jxl-plugin": ""}
    with pytest.raises(LibraryError, match="“numpy” is no extra of Vislumbre"):
        remove_extra(root, "numpy")


def refused(root: Path, wheel: Path, words: str) -> None:
    with pytest.raises(LibraryError) as caught:
        add_extra(root, wheel)
    assert words in str(caught.value)
    assert everything(root) == [] if root.exists() else True


def test_what_is_for_elsewhere_or_something_else_is_refused(root: Path, tmp_path: Path) -> None:
    other = make_wheel(tmp_path, tag="cp37-cp37m-win32")
    refused(root, other, "is for another system (win32). On pypi.org, av has a file for cp3")
    here = str(next(iter(sys_tags())).platform)
    old = make_wheel(tmp_path, tag=f"cp37-cp37m-{here}")
    refused(root, old, f"is for another Python (cp37); this Vislumbre runs on {PYTHON}.")
    refused(
        root, make_wheel(tmp_path, "numpy", "2.0"), "numpy-2.0-py3-none-any.whl is no extra of Vislumbre."
    )
    refused(
        root, make_wheel(tmp_path, version="16.1.0"), "av 16.1.0 is too old. Vislumbre needs 17 or newer."
    )
    refused(root, tmp_path / "av.zip", "av.zip is not named like a package for Python.")
    refused(root, tmp_path / "av-x!-py3-none-any.whl", "is not named like a package for Python.")


def test_a_wheel_under_another_name_is_refused(root: Path, tmp_path: Path) -> None:
    lies = make_wheel(tmp_path / "a", "numpy", "18.0.0").rename(tmp_path / "av-18.0.0-py3-none-any.whl")
    refused(root, lies, "which is no part of av")


@pytest.mark.parametrize(
    "name",
    [
        "../out.py",
        "av/../../out.py",
        "/out.py",
        "PIL/__init__.py",
        "av.py",
        "av\\out.py",
        "c:out.py",
        "av/a\x01",
        "av/.. /out.py",
    ],
)
def test_nothing_is_written_elsewhere(root: Path, tmp_path: Path, name: str) -> None:
    refused(root, make_wheel(tmp_path / "w", unlisted={name: b"x = 1"}), "which is no part of av.")
    assert not list(tmp_path.rglob("out.py"))


def test_a_link_in_a_wheel_is_refused(root: Path, tmp_path: Path) -> None:
    wheel = make_wheel(tmp_path)
    entry = zipfile.ZipInfo("av/link")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(wheel, "a") as archive:
        archive.writestr(entry, "/etc")
    refused(root, wheel, "holds “av/link”, which is no part of av.")


def test_damage_is_told_and_leaves_what_was_there(root: Path, tmp_path: Path) -> None:
    add_extra(root, make_wheel(tmp_path))
    before = everything(root)
    broken: list[Path] = []
    for place in ("short", "bytes", "text", "unlisted", "changed"):
        wheel = make_wheel(tmp_path / place, version="19.0", files={"av/__init__.py": os.urandom(2000)})
        content = wheel.read_bytes()
        if place == "short":
            wheel.write_bytes(content[: len(content) // 2])
        elif place == "bytes":
            wheel.write_bytes(content[:100] + bytes(50) + content[150:])
        elif place == "text":
            wheel.write_text("<html>not found</html>")
        elif place == "unlisted":
            make_wheel(tmp_path / place, version="19.0", unlisted={"av/more.py": b"x = 1"})
        else:
            make_wheel(tmp_path / place, version="19.0", unlisted={"av/__init__.py": b"x = 1"})
        broken.append(wheel)
    for wheel in broken:
        with pytest.raises(LibraryError, match="is damaged, or no package for Python"):
            add_extra(root, wheel)
    assert everything(root) == before
    assert versions(root)["av"] == "18.0.0"


@pytest.mark.parametrize("packed", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_damage_is_told_however_a_wheel_is_packed(root: Path, tmp_path: Path, packed: int) -> None:
    wheel = make_wheel(tmp_path)
    with zipfile.ZipFile(wheel) as archive:
        held = {entry.filename: archive.read(entry) for entry in archive.infolist()}
    with zipfile.ZipFile(wheel, "w", packed) as archive:
        for name, content in held.items():
            archive.writestr(name, content)
        at = archive.infolist()[-1].header_offset
    content = wheel.read_bytes()
    wheel.write_bytes(content[: at + 90] + b"\xa5" * 30 + content[at + 120 :])
    refused(root, wheel, "is damaged, or no package for Python")


def test_a_list_without_an_end_of_line_is_no_list(root: Path, tmp_path: Path) -> None:
    wheel = make_wheel(tmp_path)
    with zipfile.ZipFile(wheel) as archive:
        held = {entry.filename: archive.read(entry) for entry in archive.infolist()}
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, content in held.items():
            archive.writestr(name, b"x" * 2**18 if name.endswith("RECORD") else content)
    refused(root, wheel, "is damaged, or no package for Python")


def test_a_bomb_is_refused_before_it_is_unpacked(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extra_wheels, "_MOST_BYTES", 10_000)
    refused(root, make_wheel(tmp_path, files={"av/zeros": bytes(20_000)}), "is larger than av can be.")


def test_one_that_cannot_be_loaded_or_crashes_is_told_and_the_old_one_stays(
    root: Path, tmp_path: Path
) -> None:
    add_extra(root, make_wheel(tmp_path))
    before = everything(root)
    wrong = b"raise ImportError('libnothing.so.7: cannot open shared object file')"
    crash = b"import os\nos.abort()"
    for number, (code, words) in enumerate(((wrong, "libnothing.so.7"), (crash, "ended with code"))):
        wheel = make_wheel(tmp_path / str(number), version="19.0", files={"av/__init__.py": code})
        with pytest.raises(LibraryError, match=f"av cannot be loaded here: .*{words}"):
            add_extra(root, wheel)
    assert everything(root) == before


def test_what_a_killed_process_left_is_removed_by_the_next(root: Path, tmp_path: Path) -> None:
    half = folder_for_this_python(root) / ".new-0123456789ab" / "av"
    half.mkdir(parents=True)
    (half / "__init__.py").write_text("half")
    assert versions(root)["av"] == ""
    add_extra(root, make_wheel(tmp_path))
    assert inside(folder_for_this_python(root)) == ["av"]


def test_one_for_another_python_is_to_be_added_anew(root: Path) -> None:
    (root / "cpython-37-linux-x86_64" / "av").mkdir(parents=True)
    assert [(state.extra.name, state.version, state.stale) for state in extras_in(root)] == [
        ("av", "", True),
        ("pillow-jxl-plugin", "", False),
    ]
    assert remove_extra(root, "av")
    assert everything(root) == []


def test_the_real_names_are_taken() -> None:
    assert [extra_wheels._extra(name) for name in ("AV", "pillow_jxl_plugin")] == list(EXTRAS)
