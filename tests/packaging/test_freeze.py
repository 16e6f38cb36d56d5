"""What goes into the frozen program, and what is said of it: its size, and the system that it runs on."""

import ctypes
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from desktop_app.children import CHILDREN
from desktop_app.cli import doctor
from desktop_app.library.search import spoken
from steps import contents, elf, freeze, glibc, icu, project, sizes, slimming
from steps.errors import CannotBuildError

needs_compiler = pytest.mark.skipif(
    sys.platform != "linux" or not shutil.which("cc") or not shutil.which("readelf"),
    reason="a C compiler and binutils",
)


@pytest.mark.parametrize(
    "place",
    [
        "openvino/libs/libopenvino_intel_cpu_plugin.so",
        "openvino/libs/libopenvino_onnx_frontend.so.2641",
        "openvino\\libs\\openvino_intel_cpu_plugin.dll",
        "openvino/libs/libtbbmalloc.so.2",
        "pyarrow/libarrow.so.2600",
        "pyarrow/libarrow_substrait.so.2600",
        "pyarrow/arrow.dll",
        "PySide6/Qt/lib/libQt6Gui.so.6",
        "PySide6/Qt6Gui.dll",
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/Qt/plugins/platforms/libqoffscreen.so",
        "PySide6/Qt/plugins/platforms/libqwayland.so",
        "PySide6/plugins/platforms/qwindows.dll",
        "PySide6/Qt/plugins/platforms/libqcocoa.dylib",
        "PySide6/Qt/plugins/platformthemes/libqxdgdesktopportal.so",
        "PySide6/Qt/plugins/tls/libqopensslbackend.so",
        "PySide6/Qt/plugins/imageformats/libqwebp.so",
        "PySide6/Qt/translations/qtbase_de.qm",
        "spellchecker/resources/de.json.gz",
        "desktop_app/resources/models/starter/open_clip_model.safetensors",
        "desktop_app/resources/models/graphs/1cde52a75e39d65b/image.onnx",
        "desktop_app/resources/models/vocabulary/bpe_simple_vocab_16e6.txt.gz",
        "desktop_app/resources/help/search.md",
        "desktop_app/resources/icons/vislumbre.svg",
        "certifi/cacert.pem",
        "libxcb-cursor.so.0",
        "libxkbcommon-x11.so.0",
        "libpython3.11.so.1.0",
        "pillow.libs/libxcb-9065bb12.so.1.1.0",
    ],
)
def test_what_the_program_needs_is_shipped(place: str) -> None:
    assert contents.is_shipped(place, "linux")


@pytest.mark.parametrize(
    "place",
    [
        "openvino/libs/libopenvino_intel_gpu_plugin.so",
        "openvino/libs/libopenvino_intel_npu_plugin.so",
        "openvino\\libs\\openvino_intel_gpu_plugin.dll",
        "openvino/libs/cache.json",
        "openvino/libs/libopenvino_pytorch_frontend.so.2641",
        "pyarrow/libarrow_flight.so.2600",
        "pyarrow/arrow_flight.dll",
        "pyarrow/include/arrow/api.h",
        "pyarrow/lib.pyx",
        "numpy/_core/tests/data/astype_copy.pkl",
        "PySide6/Qt/lib/libQt6Quick.so.6",
        "PySide6/Qt6Qml.dll",
        "libQt6EglFsKmsSupport.so.6",
        "PySide6/Qt/plugins/platformthemes/libqgtk3.so",
        "PySide6/Qt/plugins/sqldrivers/libqsqlite.so",
        "PySide6/Qt/translations/qtdeclarative_de.qm",
        "libX11.so.6",
        "libxcb.so.1",
        "libstdc++.so.6",
        "libfontconfig.so.1",
    ],
)
def test_what_the_program_does_not_need_is_not(place: str) -> None:
    assert not contents.is_shipped(place, "linux")


def test_libraries_of_the_system_are_only_left_to_a_system_that_has_them() -> None:
    assert contents.is_shipped("libz.so.1", "darwin")
    assert not contents.is_shipped("libz.so.1", "linux")


def test_a_library_that_only_left_out_files_needed_goes_with_them() -> None:
    names = [
        "PySide6/Qt/lib/libQt6Gui.so.6",
        "libpng16.so.16",
        "libgtk-3.so.0",
        "libpango.so.0",
        "_pi_heif.cpython-311.so",
    ]
    needs = {
        "PySide6/Qt/lib/libQt6Gui.so.6": ["libpng16.so.16", "libc.so.6"],
        "libgtk-3.so.0": ["libpango.so.0"],
    }
    left = contents.wanted_libraries(names, needs)
    assert left == {"PySide6/Qt/lib/libQt6Gui.so.6", "libpng16.so.16", "_pi_heif.cpython-311.so"}


def test_every_module_of_ours_is_shipped_and_what_children_run_is_among_them() -> None:
    modules = contents.modules_of(project.ROOT / "desktop_app")
    assert {child.module for child in CHILDREN} <= set(modules)
    assert {
        "desktop_app",
        "desktop_app.__main__",
        "desktop_app.library",
        "desktop_app.library.library",
    } <= set(modules)


def test_the_doctor_finds_the_versions_of_what_it_looks_for() -> None:
    assert set(doctor._PACKAGES) <= set(contents.METADATA)


def test_warnings_that_make_a_program_which_does_not_start_are_found() -> None:
    said = "WARNING: Library not found: could not resolve '{}', dependency of '/v/lib/site-packages/{}'.\n"
    log = said.format("libxcb-cursor.so.0", "PySide6/Qt/plugins/platforms/libqxcb.so")
    # The first is of a part that is left out, the second comes with the system that the program runs on.
    fine = said.format("libgtk-3.so.0", "PySide6/Qt/plugins/platformthemes/libqgtk3.so")
    fine += said.format("libGL.so.1", "PySide6/Qt/lib/libQt6Gui.so.6")
    fine += "WARNING: Library user32 required via ctypes not found\n"
    assert freeze.problems(fine, "linux") == []
    assert freeze.problems(log + log + fine + "ERROR: Hidden import 'rawpy' not found\n", "linux") == [
        "libxcb-cursor.so.0 is not installed here, and PySide6/Qt/plugins/platforms/libqxcb.so needs it",
        "the module rawpy is not there",
    ]


def test_sizes_are_of_components_and_within_the_budget(tmp_path: Path) -> None:
    for place, size in (
        ("vislumbre", 5000),
        ("_internal/pyarrow/libarrow.so.2600", 9000),
        ("_internal/PySide6/Qt/lib/libQt6Gui.so.6", 1),
        ("_internal/strange", 1),
    ):
        file = tmp_path / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(bytes(size))
    (tmp_path / "_internal" / "link.so").symlink_to("pyarrow/libarrow.so.2600")
    found = sizes.sizes_of(tmp_path)
    assert found == {
        "Arrow": 12288,
        "program, with all modules": 8192,
        "Qt and PySide": 4096,
        "the rest": 4096,
    }
    assert sizes.table(found).splitlines()[-1].startswith("| **together**")
    sizes.check(450 * 2**20, "linux")
    sizes.check(2**40, "win32")
    with pytest.raises(CannotBuildError, match="takes 460 MiB, 10 more than the 450 it may"):
        sizes.check(460 * 2**20, "linux")


def test_sizes_of_nothing_are_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CannotBuildError, match="freeze` comes first"):
        sizes.sizes_of(tmp_path)


@needs_compiler
def test_the_oldest_c_library_is_read_from_every_file(tmp_path: Path) -> None:
    (tmp_path / "a.c").write_text('#include <stdio.h>\nint main(void) { return puts("x") == 7; }\n')
    program = tmp_path / "tree" / "a"
    program.parent.mkdir()
    subprocess.run(["cc", "-o", program, tmp_path / "a.c"], check=True)
    (tmp_path / "tree" / "words.txt").write_text("GLIBC_9.99")
    assert list(elf.elf_files(tmp_path / "tree")) == [program]
    assert elf.can_be_loaded(program)
    need = glibc.need_of(tmp_path / "tree")
    assert need.files == (program,)
    assert (2, 2) <= need.version < (3,)
    glibc.check(need, (9, 0))
    with pytest.raises(CannotBuildError, match=rf"a needs glibc {need}, and 2\.1 is promised"):
        glibc.check(need, (2, 1))


def test_versions_of_the_c_library_are_compared_as_numbers() -> None:
    assert glibc.Need((2, 9), ()).version < glibc.FLOOR


def test_a_tree_without_programs_is_no_program_that_runs_everywhere(tmp_path: Path) -> None:
    with pytest.raises(CannotBuildError, match="no program for Linux"):
        glibc.need_of(tmp_path)


def _package(items: dict[str, bytes]) -> bytes:
    """Data as ICU keeps it: a header, a table of places, the names, the items."""
    header = (
        struct.pack("<H2B", 32, 0xDA, 0x27) + struct.pack("<HH4B", 20, 0, 0, 0, 2, 0) + b"CmnD" + bytes(16)
    )
    names = [name.encode() + b"\0" for name in items]
    at = 4 + 8 * len(items)
    place = -(-(at + sum(map(len, names))) // 16) * 16
    table, body = struct.pack("<I", len(items)), b""
    for name, item in zip(names, items.values(), strict=True):
        table += struct.pack("<2I", at, place + len(body))
        at += len(name)
        body += item + bytes(-len(item) % 16)
    return header + (table + b"".join(names)).ljust(place, b"\0") + body


def test_icu_keeps_what_qt_compares_texts_with() -> None:
    kept = {
        "icudt73l/coll/de.res": b"how German is sorted",
        "icudt73l/pool.res": b"p" * 16,
        "icudt73l/unames.icu": b"n" * 40,
    }
    others = {
        "icudt73l/brkitr/thaidict.dict": b"d" * 100,
        "icudt73l/curr/de.res": b"money",
        "icudt73l/de.res": b"dates",
        "icudt73l/ibm-1047.cnv": b"c",
    }
    whole = dict(sorted((kept | others).items()))
    assert icu.trimmed(_package(whole)) == _package(kept)
    library = b"\x7fELF" + bytes(4092) + _package(whole)
    assert icu.start_of(library) == 4096


@pytest.mark.parametrize("content", [b"", b"x" * 100, _package({})[:12] + b"Cmnd" + bytes(40)])
def test_what_is_no_icu_data_is_refused(content: bytes) -> None:
    with pytest.raises(icu.NotIcuDataError):
        icu.trimmed(content)
    with pytest.raises(icu.NotIcuDataError):
        icu.start_of(content)


def test_nothing_is_told_to_other_programs_and_the_program_itself_is_run() -> None:
    assert not contents.is_run_before("pyi_rth_multiprocessing", "win32")
    assert not contents.is_run_before("pyi_rth_pyside6", "linux")
    assert contents.is_run_before("pyi_rth_pyside6", "win32")
    assert contents.is_run_before("__main__", "linux")


def test_every_list_of_words_that_is_asked_is_shipped_and_no_other():
    assert set(contents.LANGUAGES) == {"en", *spoken._NAMES}


@pytest.fixture
def linked_libraries(tmp_path):
    """A library `libspare.so`, and two that are linked with it: `user.so` asks it for something, `idle.so` does not."""
    for name, source in {
        "libspare.so": "int spare(void) { return 1; }",
        "user.so": "int spare(void); int user(void) { return spare(); }",
        "idle.so": "int idle(void) { return 2; }",
    }.items():
        (tmp_path / "x.c").write_text(source)
        words = ["cc", "-shared", "-fPIC", f"-Wl,-soname,{name}", "-o", name, "x.c"]
        others = [] if name == "libspare.so" else ["-Wl,--no-as-needed", "-L.", "-lspare"]
        subprocess.run([*words, *others], check=True, cwd=tmp_path)
    (tmp_path / "x.c").unlink()
    return tmp_path


@needs_compiler
@pytest.mark.skipif(not shutil.which("patchelf"), reason="patchelf")
def test_a_library_is_let_go_where_nothing_is_asked_of_it(linked_libraries):
    assert "libspare.so" in elf.needed(linked_libraries / "idle.so")
    with pytest.raises(CannotBuildError, match=r"user\.so asks libspare\.so for spare"):
        slimming.let_go(linked_libraries, "libspare.so")
    (linked_libraries / "user.so").unlink()
    slimming.let_go(linked_libraries, "libspare.so")
    assert [path.name for path in linked_libraries.iterdir()] == ["idle.so"]
    assert ctypes.CDLL(str(linked_libraries / "idle.so")).idle() == 2
