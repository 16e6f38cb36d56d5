"""The installer and the zip for Windows: what is in them, what is removed again, and that the script compiles."""

import shutil
import struct
import sys
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from desktop_app.paths import PORTABLE_LIBRARY, PORTABLE_MARK
from steps import icons, nsis, portable, project, windows
from steps.errors import CannotBuildError

SCRIPTS = sorted((project.PACKAGING / "windows").glob("*.ns*"))
needs_makensis = pytest.mark.skipif(
    shutil.which("makensis") is None, reason="makensis is not installed (Debian: apt install nsis)"
)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A frozen program in small, with names that a script could misread."""
    folder = tmp_path / "frozen"
    for name in (
        "vislumbre.exe",
        "vislumbre-window.exe",
        "_internal/base.dll",
        "_internal/price $5.txt",
        "_internal/a b/c/ünder.txt",
    ):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"MZ " + name.encode())
    return folder


def unpacked(name: str, source: Path) -> str:
    return f'File "/oname={name}" "{source}"'


def test_every_file_is_unpacked_into_its_folder(tree: Path) -> None:
    assert nsis.install_lines(tree, windows.files_of(tree)) == [
        'SetOutPath "$INSTDIR"',
        unpacked("vislumbre-window.exe", tree / "vislumbre-window.exe"),
        unpacked("vislumbre.exe", tree / "vislumbre.exe"),
        r'SetOutPath "$INSTDIR\_internal"',
        unpacked("base.dll", tree / "_internal/base.dll"),
        unpacked("price $$5.txt", tree / "_internal/price $5.txt"),
        r'SetOutPath "$INSTDIR\_internal\a b\c"',
        unpacked("ünder.txt", tree / "_internal/a b/c/ünder.txt"),
        "",
    ]


def test_exactly_these_files_are_removed_and_folders_only_when_they_are_empty(tree: Path) -> None:
    assert nsis.remove_lines(windows.files_of(tree)) == [
        r'Delete "$INSTDIR\_internal\a b\c\ünder.txt"',
        r'Delete "$INSTDIR\_internal\base.dll"',
        r'Delete "$INSTDIR\_internal\price $$5.txt"',
        r'Delete "$INSTDIR\vislumbre-window.exe"',
        r'Delete "$INSTDIR\vislumbre.exe"',
        r'RMDir "$INSTDIR\_internal\a b\c"',
        r'RMDir "$INSTDIR\_internal\a b"',
        r'RMDir "$INSTDIR\_internal"',
        "",
    ]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_no_script_removes_a_whole_folder_by_the_command_that_follows_links(script: Path) -> None:
    lines = [line.split(";")[0].lower().split() for line in script.read_text("utf-8").splitlines()]
    assert not [line for line in lines if line[:1] == ["rmdir"] and "/r" in line]
    assert not [line for line in lines if line[:1] == ["delete"] and "*" in "".join(line)]


def test_explorer_hands_over_a_drive_without_taking_the_closing_quote() -> None:
    # With %V alone, C:\ would end in \" and arrive as C:" (seen under Wine, as on Windows).
    script = nsis.SCRIPT.read_text("utf-8")
    assert r""""" '"$INSTDIR\${WINDOW_EXE}" "%V\."'""" in script
    assert script.count("%V") == 2
    assert script.count("%1") == script.count('${SIGN} "%1"') == 2


@needs_makensis
def test_the_script_compiles_without_a_warning_and_both_programs_are_signed(
    tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed = tmp_path / "signed.txt"
    signer = tmp_path / "sign.py"
    signer.write_text(f"import sys\nopen({str(signed)!r}, 'a').write(sys.argv[1] + chr(10))\n")
    monkeypatch.setenv(windows.SIGN, f"{sys.executable} {signer}")
    output = tmp_path / "out" / nsis.OUTPUT.name
    nsis.compile_installer(tree, windows.files_of(tree), output, generated=tmp_path / "made")
    content = output.read_bytes()
    assert content[:2] == b"MZ"
    # The machine in the header: 32 bits, for it has to say on such a Windows that the program has 64.
    at = struct.unpack_from("<I", content, 0x3C)[0]
    assert struct.unpack_from("<H", content, at + 4)[0] == 0x14C
    for words in (project.TITLE, project.VERSION, project.MAKER):
        assert words.encode("utf-16-le") in content
    assert b"asInvoker" in content
    assert b"<dpiAware" in content
    uninstaller, installer = signed.read_text().splitlines()
    assert Path(installer) == output
    assert uninstaller != installer


@needs_makensis
def test_a_warning_of_makensis_is_an_error_and_is_said(
    tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "careless.nsi"
    script.write_text('OutFile "${OUTPUT}"\nSection\nDetailPrint "$nothing"\nSectionEnd\n')
    monkeypatch.setattr(nsis, "SCRIPT", script)
    with pytest.raises(CannotBuildError, match=r"(?s)^makensis refuses the installer:.*nothing"):
        nsis.compile_installer(
            tree, windows.files_of(tree), tmp_path / "setup.exe", generated=tmp_path / "made"
        )


def test_without_makensis_a_sentence_says_how_to_get_it(
    tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CannotBuildError, match="apt install nsis"):
        nsis.compile_installer(tree, [], tmp_path / "setup.exe", generated=tmp_path / "made")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nobody can make such files")
@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["_internal/BASE.dll"], "cannot have both _internal/BASE.dll and _internal/base.dll"),
        (["_internal/a:b"], "a letter of it is forbidden"),
        (["_internal/end."], "ends with a dot"),
        (["_internal/" + "x" * 200], "longer than 180 letters"),
    ],
)
def test_names_that_windows_cannot_have_are_refused(tree: Path, names: list[str], words: str) -> None:
    for name in names:
        (tree / name).write_bytes(b"")
    with pytest.raises(CannotBuildError, match=words):
        windows.files_of(tree)


def test_a_tree_for_another_system_is_refused(tree: Path) -> None:
    (tree / "vislumbre-window.exe").unlink()
    with pytest.raises(
        CannotBuildError, match=r"has no vislumbre-window\.exe\. Freeze the program on Windows"
    ):
        windows.files_of(tree)
    with pytest.raises(CannotBuildError, match="Build it first"):
        windows.files_of(tree / "nothing")


def test_the_zip_has_one_folder_and_the_text_that_makes_it_portable(tree: Path, tmp_path: Path) -> None:
    output = tmp_path / "out" / "portable.zip"
    portable.write_zip(tree, windows.files_of(tree), output)
    with zipfile.ZipFile(output) as packed:
        assert packed.testzip() is None
        assert sorted(packed.namelist()) == sorted(
            [*(f"Vislumbre/{file}" for file in windows.files_of(tree)), f"Vislumbre/{PORTABLE_MARK}"]
        )
        assert packed.read("Vislumbre/_internal/base.dll") == b"MZ _internal/base.dll"
        text = packed.read(f"Vislumbre/{PORTABLE_MARK}").decode()
    assert f'the folder "{PORTABLE_LIBRARY}"' in text
    assert windows.WINDOW in text
    assert text.count("\n") == text.count("\r\n")


@pytest.mark.parametrize(
    ("version", "numbers"), [("0.1.0", "0.1.0.0"), ("2.3", "2.3.0.0"), ("1.2.3rc1", "1.2.3.0")]
)
def test_versions_are_four_numbers(monkeypatch: pytest.MonkeyPatch, version: str, numbers: str) -> None:
    monkeypatch.setattr(project, "VERSION", version)
    assert ".".join(project.version_numbers()) == numbers


def test_what_windows_shows_of_the_executables_can_be_read_by_pyinstaller(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(windows, "VERSION", tmp_path / "made" / "version.txt")
    classes = (
        "VSVersionInfo",
        "FixedFileInfo",
        "StringFileInfo",
        "StringTable",
        "StringStruct",
        "VarFileInfo",
        "VarStruct",
    )
    made: list[tuple[str, tuple[object, ...], dict[str, object]]] = []

    def maker(name: str) -> object:
        def make(*args: object, **named: object) -> None:
            made.append((name, args, named))

        return make

    eval(windows.write_version().read_text("utf-8"), {name: maker(name) for name in classes})
    words = {args[0]: args[1] for name, args, _ in made if name == "StringStruct"}
    assert words["ProductName"] == "Vislumbre"
    assert words["FileVersion"] == project.VERSION
    fixed = next(named for name, _, named in made if name == "FixedFileInfo")
    assert fixed["filevers"] == tuple(map(int, project.version_numbers()))


def test_icons_have_every_size(tmp_path: Path) -> None:
    icons.write_ico(tmp_path / "mark.ico")
    icons.write_icns(tmp_path / "mark.icns")
    icons.write_side(tmp_path / "side.bmp")
    with Image.open(tmp_path / "mark.ico") as icon:
        assert icon.info["sizes"] >= {(16, 16), (32, 32), (48, 48), (256, 256)}
    with Image.open(tmp_path / "mark.icns") as icon:
        assert icon.size == (1024, 1024)
        assert icon.getpixel((20, 512)) == (0, 0, 0, 0)
        assert icon.getchannel("A").getbbox() == pytest.approx((100, 100, 924, 924), abs=1)
    with Image.open(tmp_path / "side.bmp") as side:
        assert side.mode == "RGB"
