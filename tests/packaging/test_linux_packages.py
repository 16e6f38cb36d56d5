"""The packages for Linux, made of a program that does nothing: what is in them, what they need, what they leave."""

import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from steps import appimage, deb, flatpak, linked, linux_tree, project, rpm, search_paths
from steps.errors import CannotBuildError
from tests.packaging.linux_package import frozen_stand_in, needs

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="packages for Linux are made on Linux")
pytest.importorskip("shtab", reason="what shells complete is written by shtab, which is not installed")


def said(*command: object) -> str:
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, check=True).stdout


def all_of(root: Path) -> set[str]:
    return {str(path.relative_to(root)) for path in root.rglob("*")}


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The deb, its content laid out beside it in `root`."""
    folder = tmp_path_factory.mktemp("deb")
    deb.prepare(folder / "root", frozen_stand_in(folder))
    package = folder / deb.file_name()
    deb.pack(folder / "root", package)
    return package


@needs("dpkg-deb", "readelf", "xz", "ar")
class TestDeb:
    def test_its_fields_are_those_of_the_project(self, packed):
        fields = dict(
            line.split(": ", 1) for line in said("dpkg-deb", "-f", packed).splitlines() if line[0] != " "
        )
        assert fields["Package"] == "vislumbre"
        assert fields["Version"] == project.VERSION
        assert fields["Architecture"] == "amd64"
        assert fields["Depends"] == f"libc6 (>= {linked.FLOOR})"
        tree = packed.parent / "root" / "usr"
        kib = sum(path.stat().st_size for path in tree.rglob("*") if path.is_file()) / 1024
        assert kib <= int(fields["Installed-Size"]) <= kib + 100
        assert packed.name == f"vislumbre_{project.VERSION}_amd64.deb"

    def test_it_has_a_program_and_no_script_that_is_run_at_installing(self, packed):
        names = said("dpkg-deb", "--ctrl-tarfile", packed)
        assert not re.search(r"(pre|post)(inst|rm)", names)
        listed = said("dpkg-deb", "-c", packed)
        assert "./usr/bin/vislumbre -> ../lib/vislumbre/vislumbre" in listed
        assert all(line.split()[1] == "root/root" for line in listed.splitlines())
        tops = {line.split()[5].split("/")[1] for line in listed.splitlines()}
        assert tops == {"", "usr"}

    def test_its_sums_are_right(self, packed):
        root = packed.parent / "root"
        lines = (root / "DEBIAN" / "md5sums").read_text().splitlines()
        sums = dict(reversed(line.split("  ", 1)) for line in lines)
        files = [file for file in linux_tree.files_of(root / "usr") if not file.is_symlink()]
        assert len(sums) == len(files)
        for file in files:
            digest = hashlib.md5(file.read_bytes(), usedforsecurity=False).hexdigest()
            assert sums[str(file.relative_to(root))] == digest

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root may install")
    def test_what_is_installed_and_removed_leaves_nothing(self, packed, tmp_path):
        person = tmp_path / "home" / "person" / ".local" / "share" / "Vislumbre" / "catalog.db"
        person.parent.mkdir(parents=True)
        person.write_text("the library")
        for name in ("updates", "info", "triggers"):
            (tmp_path / "var" / "lib" / "dpkg" / name).mkdir(parents=True)
        (tmp_path / "var" / "lib" / "dpkg" / "status").touch()
        before = all_of(tmp_path)
        dpkg = [
            "dpkg",
            f"--root={tmp_path}",
            "--log=/dev/null",
            "--force-depends",
            "--force-script-chrootless",
        ]
        said(*dpkg, "--install", packed)
        assert (tmp_path / "usr" / "bin" / "vislumbre").resolve().is_file()
        said(*dpkg, "--purge", "vislumbre")
        left = {name for name in all_of(tmp_path) - before if not name.startswith("var/lib/dpkg")}
        assert left == set()
        assert person.read_text() == "the library"


@needs("rpmbuild", "readelf")
def test_the_rpm_has_the_same_tree_and_no_scripts(tmp_path):
    rpm.build(tmp_path / "work", tmp_path, frozen_stand_in(tmp_path))
    package = tmp_path / rpm.file_name()
    listed = said("rpm", "-qlp", package).splitlines()
    assert "/usr/lib/vislumbre/vislumbre" in listed
    assert "/usr/share/zsh/site-functions/_vislumbre" in listed
    tree = {
        f"/{file.relative_to(tmp_path / 'work/tree')}"
        for file in linux_tree.files_of(tmp_path / "work" / "tree")
    }
    assert tree <= set(listed)
    assert said("rpm", "-qp", "--scripts", package) == ""
    requires = said("rpm", "-qp", "--requires", package).splitlines()
    assert [name for name in requires if not name.startswith("rpmlib")] == [
        f"libc.so.6(GLIBC_{linked.FLOOR})(64bit)"
    ]


@needs("readelf")
def test_the_folder_of_an_appimage_starts_by_itself(tmp_path):
    appdir = tmp_path / "AppDir"
    appimage.make_appdir(appdir, frozen_stand_in(tmp_path))
    assert subprocess.run([appdir / "AppRun"], check=False).returncode == 0
    tops = {path.name for path in appdir.iterdir()}
    name = project.APPLICATION_ID
    assert tops == {"AppRun", ".DirIcon", f"{name}.desktop", f"{name}.png", "usr"}
    assert all(path.exists() and path.is_relative_to(appdir) for path in map(Path.resolve, appdir.iterdir()))
    assert [file.name for file in (appdir / "usr/share/applications").iterdir()] == [f"{name}.desktop"]


@needs("mksquashfs", "unsquashfs")
def test_the_folder_stands_behind_the_runtime_in_one_file(tmp_path):
    appdir = tmp_path / "AppDir"
    appdir.mkdir()
    (appdir / "AppRun").write_text("it runs")
    runtime = b"#!/bin/sh\necho the runtime runs\nexit 0\n" + b"#" * 1000
    package = tmp_path / appimage.file_name()
    appimage.join(appdir, runtime, package)
    assert package.name == f"Vislumbre-{project.VERSION}-x86_64.AppImage"
    assert package.read_bytes().startswith(runtime)
    assert said(package) == "the runtime runs\n"
    assert said("unsquashfs", "-o", len(runtime), "-cat", package, "AppRun") == "it runs"
    appimage.join(appdir, runtime, tmp_path / "again")
    assert (tmp_path / "again").read_bytes() == package.read_bytes()


def test_no_other_runtime_is_taken(tmp_path, monkeypatch):
    other = tmp_path / "runtime"
    monkeypatch.setenv(appimage.RUNTIME_VARIABLE, str(other))
    with pytest.raises(CannotBuildError, match="No such file"):
        appimage._runtime(checked=True)
    other.write_bytes(b"another")
    with pytest.raises(CannotBuildError, match="SHA-256"):
        appimage._runtime(checked=True)


def test_the_flatpak_reads_photos_writes_none_and_says_why_it_has_a_network(tmp_path):
    manifest = flatpak.manifest(tmp_path)
    permissions = re.findall(r"^  - (--\S+)$", manifest, re.MULTILINE)
    assert "--share=network" in permissions
    lines = manifest.splitlines()
    before = lines[: lines.index("  - --share=network")]
    assert "download of a model when the person asks" in " ".join(before)
    files = [one for one in permissions if one.startswith("--filesystem=")]
    assert "--filesystem=host:ro" in files
    assert all(one.endswith(":ro") for one in files)
    assert not {one for one in permissions if "=session-bus" in one or "=system-bus" in one or "=all" in one}


@needs("gcc", "readelf")
class TestLinked:
    """Two libraries and a program: what is inside is not asked of the system, everything else is."""

    @pytest.fixture
    def tree(self, tmp_path):
        tree = tmp_path / "tree"
        tree.mkdir()
        self.library(tree, "inside", "int inside(void) { return 1; }")
        self.library(tree, "needs", "int inside(void); int needs(void) { return inside(); }", "inside")
        return tree

    def library(self, tree: Path, name: str, code: str, *others: str) -> None:
        flags = [f"-L{tree}", *(f"-l:lib{other}-1234.so.1.0" for other in others)]
        said(
            "gcc", "-shared", "-fPIC", "-xc", self.source(tree, name, code), "-xnone", *flags,
            f"-Wl,-soname,lib{name}.so.1", "-Wl,--no-as-needed", "-lm", "-o", tree / f"lib{name}-1234.so.1.0",
        )  # fmt: skip

    def source(self, tree: Path, name: str, code: str) -> Path:
        file = tree.parent / f"{name}.c"
        file.write_text(code)
        return file

    def test_what_is_inside_is_not_asked_of_the_system(self, tree):
        assert set(linked.from_system(tree)) == {"libc.so.6", "libm.so.6"}
        assert linked.debian_packages(linked.known_from_system(tree)) == f"libc6 (>= {linked.FLOOR})"

    def test_what_no_package_is_known_for_stops_the_build(self, tree):
        (tree / "libinside-1234.so.1.0").unlink()
        with pytest.raises(CannotBuildError, match=r"(?s)libraries\.toml.*libinside\.so\.1, by libneeds"):
            linked.known_from_system(tree)

    @needs("patchelf")
    def test_a_library_looks_only_beside_itself(self, tree):
        inside, needs_it = sorted(tree.iterdir())
        said("patchelf", "--set-rpath", "/root/python/lib", inside)
        said("patchelf", "--set-rpath", "$ORIGIN/../lib:/root/python/lib", needs_it)
        assert search_paths.make_own(tree) == 2
        assert said("patchelf", "--print-rpath", inside).strip() == ""
        assert said("patchelf", "--print-rpath", needs_it).strip() == "$ORIGIN/../lib"
        assert search_paths.make_own(tree) == 0

    def test_an_rpm_asks_for_the_libraries_themselves(self):
        lines = linked.rpm_requires(["libc.so.6", "libm.so.6", "libGL.so.1"]).splitlines()
        assert lines == [f"Requires: libc.so.6(GLIBC_{linked.FLOOR})(64bit)", "Requires: libGL.so.1()(64bit)"]

    def test_alternatives_stay_together(self):
        assert linked.debian_packages(["libglib-2.0.so.0", "libgthread-2.0.so.0"]) == (
            "libglib2.0-0t64 | libglib2.0-0"
        )
