import html.parser
import json
import os
import stat
import subprocess
import sys
from importlib import metadata
from pathlib import Path, PurePosixPath

import pytest

pytest.importorskip("license_expression", reason="packaging/requirements-sbom.txt is not installed")

from desktop_app.ui.window import third_party
from steps import inside, licences, project
from steps.errors import CannotBuildError
from steps.inside import Inside
from steps.policy import Entry, Policy


@pytest.fixture(scope="module")
def policy() -> Policy:
    return Policy.read(licences.POLICY)


def _inside(*packages: str, libraries: tuple[str, ...] = ()) -> Inside:
    found = {inside.spelled(name): metadata.distribution(name) for name in packages}
    every = {inside.spelled(each.name): each for each in metadata.distributions()}
    text = Path(sys.base_prefix) / "lib" / "python3.11" / "LICENSE.txt"
    return Inside(
        found, every, tuple(map(PurePosixPath, libraries)), "3.11.7", text if text.is_file() else None
    )


@pytest.mark.parametrize(
    ("licence", "replaceable", "refused"),
    [
        ("MIT", False, ""),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", False, ""),
        ("MIT OR GPL-2.0-only", False, ""),
        ("GPL-3.0-or-later WITH GCC-exception-3.1", False, ""),
        ("LGPL-3.0-only", True, ""),
        ("LGPL-3.0-only", False, "LGPL-3.0-only may not be inside without saying how it is replaced"),
        ("GPL-3.0-only", True, "GPL-3.0-only may not be inside"),
        ("GPL-3.0-or-later", False, "GPL-3.0-or-later may not be inside"),
        ("MIT AND AGPL-3.0-only", False, "AGPL-3.0-only may not be inside"),
        ("GPL-2.0-only OR GPL-3.0-only", False, "GPL-2.0-only and GPL-3.0-only may not be inside"),
        ("CC-BY-NC-4.0", False, "CC-BY-NC-4.0 may not be inside"),
    ],
)
def test_licences_are_allowed_by_what_they_ask(policy, licence, replaceable, refused):
    assert policy.refusal(licence, replaceable=replaceable) == refused


@pytest.mark.parametrize("words", ["", "Proprietary stuff", "MIT AND", "BSD"])
def test_words_that_are_no_licence_are_refused(policy, words):
    with pytest.raises(CannotBuildError, match=r"no (licence|expression)"):
        policy.spdx(words)


def test_what_metadata_calls_a_licence_is_spelled_as_spdx_does(policy):
    assert policy.spdx("Apache Software License") == "Apache-2.0"
    assert policy.spdx("MPL-2.0 AND (Apache-2.0 OR MIT)") == "MPL-2.0 AND (Apache-2.0 OR MIT)"


def test_every_entry_of_the_policy_can_be_used(policy):
    entries = [*policy.packages.values(), *policy.parts, *policy.data]
    for entry in entries:
        assert (
            not entry.licence
            or policy.refusal(policy.spdx(entry.licence), replaceable=bool(entry.replace)) == ""
        ), entry.name
        assert all((licences.POLICY.parent / "texts" / name).is_file() for name in entry.texts), entry.name
        assert all((project.ROOT / source).is_file() for source in entry.sources), entry.name
    used = {name for entry in entries for name in entry.texts}
    assert {path.name for path in (licences.POLICY.parent / "texts").iterdir()} == used
    assert all(entry.files and entry.home for entry in policy.parts)


def test_everything_that_the_program_needs_may_be_inside(policy, tmp_path):
    names = [part.name for part in third_party._of_packages()]
    assert {"numpy", "openvino", "PySide6_Essentials"} <= set(names) or sys.platform == "darwin"
    # Of the hub client that tokenizers asks for nothing is pinned, or shipped.
    pins = (project.PACKAGING / "requirements.txt").read_text(encoding="utf-8").lower().replace("_", "-")
    shipped = [name for name in names if f"\n{inside.spelled(name)}==" in pins]
    parts = licences.collect(_inside(*shipped), policy, tmp_path)
    assert len(parts) == len(shipped) + len(policy.data)
    assert all(text.strip() for part in parts for _name, text in part.texts)
    assert {part.licence for part in parts if part.name in ("PySide6_Essentials", "shiboken6")} == {
        "LGPL-3.0-only"
    }


def test_what_is_under_the_gpl_is_refused_by_name(policy, tmp_path):
    with pytest.raises(CannotBuildError) as refused:
        licences.collect(_inside("pillow-jxl-plugin", "numpy"), policy, tmp_path)
    assert "pillow-jxl-plugin: GPL-3.0-or-later may not be inside" in str(refused.value)
    assert "numpy" not in str(refused.value)


def test_libraries_that_nobody_looked_at_are_refused_by_name(policy, tmp_path):
    libraries = (
        "av.libs/libx264-d6533a8d.so.165",
        "libreadline.so.8",
        "numpy.libs/libscipy_openblas64_-32a4b2a6.so",
    )
    with pytest.raises(CannotBuildError) as refused:
        licences.collect(_inside("numpy", libraries=libraries), policy, tmp_path)
    assert "libx264" in str(refused.value)
    assert "libreadline" in str(refused.value)
    assert "openblas" not in str(refused.value)


def test_a_package_without_any_text_is_refused_by_name(tmp_path):
    info = tmp_path / "bare-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        "Metadata-Version: 2.4\nName: bare\nVersion: 1.0\nLicense-Expression: MIT\n"
    )
    (info / "RECORD").write_text("bare.py,,\n")
    found = Inside({"bare": metadata.Distribution.at(info)}, {}, (), "3.11", None)
    with pytest.raises(CannotBuildError, match="bare: it brings no text"):
        licences.collect(found, Policy(frozenset({"MIT"}), frozenset(), {}, {}, [], []), tmp_path)


@pytest.mark.parametrize(
    ("place", "part"),
    [
        ("PySide6/Qt/lib/libQt6Core.so.6", "Qt"),
        ("PySide6/Qt6Core.dll", "Qt"),
        ("PySide6/Qt/lib/QtCore.framework/Versions/A/QtCore", "Qt"),
        ("PySide6/plugins/platforms/qwindows.dll", "Qt"),
        ("PySide6/Qt/lib/libicudata.so.73", "ICU"),
        ("pi_heif/.dylibs/libheif.1.23.0.dylib", "libheif"),
        ("libheif-75127e764628a95f6db9f5070bfc87cb.dll", "libheif"),
        ("rawpy/raw_r.dll", "LibRaw"),
        ("faiss_cpu.libs/libgomp-e985bcbb.so.1.0.0", "GCC's runtime"),
        ("openvino/libs/tbb12.dll", "oneTBB"),
        ("openvino/libs/openvino_intel_cpu_plugin.dll", "OpenVINO with oneDNN"),
        ("python311.dll", "Python"),
        # Of a package it would be owned, and is never asked for.
        ("_ssl.pyd", "Python"),
        ("libcrypto-3.dll", "OpenSSL"),
        ("libssl.3.dylib", "OpenSSL"),
        ("libffi-8.dll", "libffi"),
        ("sqlite3.dll", "SQLite"),
        ("lib-dynload/_ssl.cpython-311-darwin.so", "Python"),
        ("VCRUNTIME140_1.dll", "Microsoft's runtime of C++"),
        ("pillow.libs/libjpeg-6dc8d115.so.62.4.0", "Pillow's libraries"),
        ("rawpy.libs/libjpeg-8995ad9f.so.8.3.2", "LibRaw's libraries"),
        ("vislumbre", "PyInstaller's bootloader"),
    ],
)
def test_libraries_of_all_systems_are_known(policy, place, part):
    found = licences._first(policy, PurePosixPath(place))
    assert found is not None
    assert found.name == part


def test_the_list_the_page_and_the_texts_agree(policy, tmp_path):
    parts = licences.collect(_inside("numpy", "pillow"), policy, tmp_path)
    folder = tmp_path / "licences"
    (folder / "texts").mkdir(parents=True)
    (folder / "texts" / "of an older build.txt").touch()
    licences.write(parts, folder)
    listed = json.loads((folder / licences.LIST).read_text("utf-8"))
    assert listed["version"] == project.VERSION
    named = {text for row in listed["parts"] for text in row["texts"]}
    assert named == {f"texts/{path.name}" for path in (folder / "texts").iterdir()}
    links = _Links((folder / licences.PAGE).read_text("utf-8"))
    assert {link for link in links.found if link.startswith("texts/")} == named


@pytest.mark.parametrize("signer", ["", "Developer ID Application: Somebody (AB12)"])
def test_a_bundle_is_signed_again_by_who_signed_it_before(signer):
    command = licences.seal_command(Path("Vislumbre.app"), signer)
    assert command[command.index("--sign") + 1] == (signer or "-")
    assert ("--timestamp" in command) == bool(signer)
    assert "entitlements" in " ".join(command)
    assert "--deep" not in command


class _Links(html.parser.HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found += [value for name, value in attrs if name == "href" and value]


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for the freezing Python is a shell script")
def test_only_what_lies_in_the_program_counts_as_inside(tmp_path):
    below = tmp_path / "vislumbre" / "_internal"
    for place in (
        "PIL/_imaging.cpython-311-x86_64-linux-gnu.so",
        "numpy.libs/libx.so.1",
        "lib/notes.so.txt",
        "libshiboken6.abi3.so.6.11",
    ):
        (below / place).parent.mkdir(parents=True, exist_ok=True)
        (below / place).write_bytes(b"\x7fELF" if not place.endswith("txt") else b"text")
    (below / "libx.so.1").symlink_to(below / "numpy.libs" / "libx.so.1")
    for name in ("vislumbre", "vislumbre-window.exe"):
        (tmp_path / "vislumbre" / name).write_bytes(b"\x7fELF" if name == "vislumbre" else b"MZ\x90\x00")
    asked = {"modules": ["idna", "idna.core", "no.such"], "packages": _site(), "python": "3.11.7", "text": ""}
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\ncat <<'end'\n{json.dumps(asked)}\nend\n")
    python.chmod(python.stat().st_mode | stat.S_IXUSR)
    found = inside.look_into(tmp_path / "vislumbre", python)
    assert {"idna", "numpy"} & set(found.packages) == {"idna"}
    assert {str(place) for place in found.libraries} >= {
        "numpy.libs/libx.so.1",
        "libshiboken6.abi3.so.6.11",
        "vislumbre",
        "vislumbre-window.exe",
    }
    assert "libx.so.1" not in {str(place) for place in found.libraries}


def _site() -> str:
    return os.fspath(Path(str(metadata.distribution("idna").locate_file(""))))


def test_without_its_libraries_the_step_says_how_to_get_them():
    # -I and -S: none of what is installed is found.
    ran = subprocess.run(
        [sys.executable, "-I", "-S", project.PACKAGING / "build.py", "licences"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1
    assert ran.stderr.startswith("licences: It needs what is pinned in requirements-sbom.txt")


def test_without_a_program_it_is_said_how_one_is_made(tmp_path):
    with pytest.raises(CannotBuildError, match=r"build\.py freeze"):
        inside.look_into(tmp_path)


def test_a_program_that_cannot_be_read_is_named(tmp_path):
    (tmp_path / "vislumbre").write_bytes(b"no program")
    with pytest.raises(CannotBuildError, match="cannot be read"):
        inside.look_into(tmp_path, Path(sys.executable))


@pytest.mark.parametrize(
    "text", ["allowed = [", "allowed = []", 'allowed = []\nreplaceable = []\n[[part]]\nnme = "x"\n']
)
def test_a_policy_that_cannot_be_read_is_named(tmp_path, text):
    (tmp_path / "policy.toml").write_text(text)
    with pytest.raises(CannotBuildError, match=r"policy\.toml"):
        Policy.read(tmp_path / "policy.toml")


def test_an_entry_knows_its_files_by_name_and_by_place():
    entry = Entry("x", files=("libx*", "*/y/*.dll"))
    assert entry.has(PurePosixPath("any/where/libx.so.1"))
    assert entry.has(PurePosixPath("a/y/z.dll"))
    assert not entry.has(PurePosixPath("a/z.dll"))
