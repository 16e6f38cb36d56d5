"""The installer for Windows: lists the frozen program's files for the script in packaging/windows and compiles it."""

import shutil
import subprocess
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path, PurePosixPath

from steps import icons, project, windows
from steps.errors import CannotBuildError

SCRIPT = project.PACKAGING / "windows" / "vislumbre.nsi"
OUTPUT = project.DIST / f"{project.TITLE}-{project.VERSION}-windows-x64-setup.exe"


def run() -> None:
    """Compile the installer of the frozen program; it and the uninstaller are signed where there is a command for it."""
    files = windows.files_of(project.FROZEN)
    if not windows.signing():
        print(f"installer and uninstaller are not signed: {windows.SIGN} is not set", flush=True)
    compile_installer(project.FROZEN, files, OUTPUT)
    print(f"{OUTPUT.relative_to(project.ROOT)}: {OUTPUT.stat().st_size / 1e6:.0f} MB")


def compile_installer(
    tree: Path,
    files: Sequence[PurePosixPath],
    output: Path,
    *,
    generated: Path = windows.GENERATED,
    stub: str = "",
) -> None:
    """Write the list of files and compile the script with it; a warning is an error.

    Args:
        tree: The frozen program.
        files: What of it is installed.
        output: The installer.
        generated: Where lists and pictures are written.
        stub: What the installer itself runs on; empty for any Windows, as 32 bits, for it has to say a word on those
            that the program does not run on. "amd64-unicode" is for trials.

    Raises:
        CannotBuildError: makensis is missing, or refuses.
    """
    if shutil.which("makensis") is None:
        raise CannotBuildError(
            "makensis is not there. On Debian: apt install nsis; on Windows: choco install nsis"
        )
    generated.mkdir(parents=True, exist_ok=True)
    output.parent.mkdir(parents=True, exist_ok=True)
    # With its mark of UTF-8, for makensis takes other files for the system's own code page.
    (generated / "install.nsh").write_text("\n".join(install_lines(tree, files)), "utf-8-sig")
    (generated / "remove.nsh").write_text("\n".join(remove_lines(files)), "utf-8-sig")
    icons.write_ico(generated / f"{project.NAME}.ico")
    icons.write_side(generated / "side.bmp")
    defines = {
        "NAME": project.NAME,
        "TITLE": project.TITLE,
        "VERSION": project.VERSION,
        "VERSION_NUMBERS": ".".join(project.version_numbers()),
        "MAKER": project.MAKER,
        "LICENCE": project.LICENCE,
        "HOMEPAGE": project.HOMEPAGE,
        "WINDOW_EXE": windows.WINDOW,
        "SIZE_KB": str(windows.size_kb(tree, files)),
        "LICENCE_FILE": str(project.ROOT / "LICENSE"),
        "GENERATED": str(generated),
        "OUTPUT": str(output),
        **({"SIGN": windows.signing()} if windows.signing() else {}),
        **({"STUB": stub} if stub else {}),
    }
    arguments = [f"-D{name}={value}" for name, value in defines.items()]
    done = subprocess.run(
        ["makensis", "-WX", "-V2", "-INPUTCHARSET", "UTF8", *arguments, str(SCRIPT)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CannotBuildError(f"makensis refuses the installer:\n{done.stdout}{done.stderr}".rstrip())


def install_lines(tree: Path, files: Sequence[PurePosixPath]) -> list[str]:
    """Return the script's lines that unpack every file."""
    lines = []
    for folder, inside in groupby(sorted(files, key=lambda file: (file.parent.parts, file.name)), _folder):
        lines.append(f'SetOutPath "$INSTDIR{folder}"')
        lines += [f'File "/oname={_written(file.name)}" "{tree / file}"' for file in inside]
    return [*lines, ""]


def remove_lines(files: Sequence[PurePosixPath]) -> list[str]:
    """Return the script's lines that remove these files and nothing else; then the folders that are empty by then."""
    folders = {folder for file in files for folder in file.parents if folder.name}
    deepest_first = sorted(folders, key=lambda folder: (-len(folder.parts), folder))
    return [
        *(f'Delete "$INSTDIR{_below(file)}"' for file in files),
        *(f'RMDir "$INSTDIR{_below(folder)}"' for folder in deepest_first),
        "",
    ]


def _folder(file: PurePosixPath) -> str:
    return _below(file.parent)


def _below(path: PurePosixPath) -> str:
    """Return a path as it follows the installation's folder in the script."""
    return "".join(f"\\{_written(part)}" for part in path.parts)


def _written(text: str) -> str:
    """Return a text as it is written in a script: a dollar begins a variable there."""
    return text.replace("$", "$$")
