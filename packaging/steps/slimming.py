"""Makes what was frozen on Linux smaller: one OpenBLAS for two packages, Qt's data of languages, symbols for debuggers."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from steps import icu, project
from steps.elf import asked, can_be_loaded, elf_files, needed, offered, soname, symbol
from steps.errors import CannotBuildError

_ASSEMBLER = """\
    .section .rodata
    .balign 16
    .globl {name}
    .type {name}, @object
{name}:
    .incbin "{file}"
    .size {name}, . - {name}
    .section .note.GNU-stack, "", @progbits
"""


def slim(folder: Path) -> None:
    """Make the frozen program in a folder smaller.

    Raises:
        CannotBuildError: A tool is missing, or a library is not as it was when this was written.
    """
    for program in ("strip", "cc", "patchelf"):
        if shutil.which(program) is None:
            raise CannotBuildError(
                f"{program} is not installed: on Debian, apt-get install binutils gcc libc6-dev patchelf."
            )
    inside = folder / "_internal"
    before = _size(folder)
    share_blas(inside)
    after = _size(folder)
    print(f"one OpenBLAS for numpy and faiss: {before - after:.0f} MiB less")
    before = after
    for library in inside.glob("PySide6/Qt/lib/libicudata.so.*"):
        trim_icu(library)
    after = _size(folder)
    print(f"ICU's data that Qt reads: {before - after:.0f} MiB less")
    before = after
    for path in elf_files(inside):
        _strip(path)
    after = _size(folder)
    print(f"stripped: {before - after:.0f} MiB less")
    let_go(inside, "pyarrow/libarrow_substrait.so.*")
    print(f"what Arrow is linked with and asks nothing of: {after - _size(folder):.0f} MiB less")


def share_blas(inside: Path) -> None:
    """Put a library that hands on to numpy's OpenBLAS in the place of that of faiss, with its name.

    Args:
        inside: The folder of the packages.

    Raises:
        CannotBuildError: There is not one library of each, as numpy and faiss have brought them.
    """
    (theirs,) = _only(inside, "faiss_cpu.libs/libopenblas*.so*")
    (numpys,) = _only(inside, "numpy.libs/libscipy_openblas64_*.so")
    source = project.PACKAGING / "linux" / "one_blas.c"
    made = theirs.with_name("made")
    # Only what numpy's library really has can be linked with: -z defs.
    words = ["-O2", "-std=c99", "-Wall", "-Werror", "-Wl,-z,defs", f"-Wl,-soname,{soname(theirs)}"]
    _compile([*words, "-Wl,-rpath,$ORIGIN/../numpy.libs", str(source), str(numpys)], made)
    made.replace(theirs)
    # Fortran's library, which numpy brings too.
    for left_over in (*theirs.parent.glob("libgfortran*"), *theirs.parent.glob("libquadmath*")):
        _remove(left_over, inside)


def let_go(inside: Path, pattern: str) -> None:
    """Remove a library that others are linked with and ask nothing of.

    Args:
        inside: The folder of the packages.
        pattern: Of the library's place in it.

    Raises:
        CannotBuildError: There is not one such library, or a file asks it for something.
    """
    (library,) = _only(inside, pattern)
    name, names = soname(library), offered(library)
    for user in [path for path in elf_files(inside) if path != library and name in needed(path)]:
        if used := sorted(asked(user) & names):
            raise CannotBuildError(
                f"{user} asks {library.name} for {used[0]}; nothing did when this was written."
            )
        subprocess.run(["patchelf", "--remove-needed", name, str(user)], check=True)
        if not can_be_loaded(user):
            raise CannotBuildError(f"{user} cannot be loaded after it was parted from {library.name}.")
    _remove(library, inside)


def trim_icu(library: Path) -> None:
    """Make ICU's library of data anew with the items that Qt reads.

    Raises:
        CannotBuildError: It is not such a library.
    """
    content = library.read_bytes()
    try:
        start = icu.start_of(content)
        name, size = symbol(library, "icudt")
        kept = icu.trimmed(content[start : start + size])
    except (icu.NotIcuDataError, ValueError) as error:
        raise CannotBuildError(
            f"{library} is no ICU data as it was when this was written: {error}."
        ) from error
    with tempfile.TemporaryDirectory() as scratch:
        package, assembler = Path(scratch, "icu.dat"), Path(scratch, "icu.S")
        package.write_bytes(kept)
        assembler.write_text(_ASSEMBLER.format(name=name, file=package), encoding="ascii")
        made = library.with_name("made")
        _compile(["-nostdlib", f"-Wl,-soname,{soname(library)}", str(assembler)], made)
    made.replace(library)


def _compile(words: list[str], target: Path) -> None:
    done = subprocess.run(
        ["cc", "-shared", "-fPIC", "-o", str(target), *words], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CannotBuildError(f"{target.parent.name} cannot be made smaller:\n{done.stderr[-2000:]}")


def _only(inside: Path, pattern: str) -> list[Path]:
    found = list(inside.glob(pattern))
    if len(found) != 1:
        raise CannotBuildError(f"{len(found)} files are called {pattern}, and one was expected.")
    return found


def _remove(path: Path, inside: Path) -> None:
    """Remove a library and the link to it beside the packages."""
    path.unlink()
    link = inside / path.name
    if link.is_symlink() and not link.exists():
        link.unlink()


def _strip(path: Path) -> None:
    stripped = path.with_name(f"{path.name}.stripped")
    words = ["strip", "--strip-unneeded", "-o", str(stripped), str(path)]
    done = subprocess.run(words, capture_output=True, check=False)
    if done.returncode == 0 and can_be_loaded(stripped) and stripped.stat().st_size < path.stat().st_size:
        stripped.replace(path)
    else:
        stripped.unlink(missing_ok=True)


def _size(folder: Path) -> float:
    """Return how many MiB the files of a folder have."""
    return sum(path.stat().st_size for path in folder.rglob("*") if not path.is_symlink()) / 2**20
