import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import release as command
from steps import project, release, signing, trial
from steps.errors import CannotBuildError

_CHANGELOG = """# Changes

## Unreleased

- Later.

## 0.2.0 (2026-12-01)

### Added

- A thing.

## [0.1.0] - 2026-11-01

- The first.
"""
posix_only = pytest.mark.skipif(
    sys.platform == "win32", reason="the stand-in for the program is a shell script"
)


def test_a_tag_has_to_be_that_of_the_version(capsys):
    assert command.main(["tag", f"v{project.VERSION}"]) == 0
    assert command.main(["tag", "v99.0"]) == 1
    assert project.VERSION in capsys.readouterr().err


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ("0.2.0", "### Added\n\n- A thing.\n"),
        ("0.1.0", "- The first.\n"),
        # A candidate has the words of what it is to become.
        ("0.2.0rc1", "### Added\n\n- A thing.\n"),
        ("0.3.0b2", "- Later.\n"),
    ],
)
def test_the_words_for_a_release_are_those_of_the_changelog(version, said):
    assert release.notes(_CHANGELOG, version) == said


@pytest.mark.parametrize("changelog", [_CHANGELOG, "", "## 0.3.0\n\n## 0.2.0\n\n- x\n"])
def test_a_version_of_which_the_changelog_says_nothing_is_refused(changelog):
    with pytest.raises(CannotBuildError, match=r"0\.3\.0"):
        release.notes(changelog, "0.3.0")


def test_candidates_are_told_from_releases():
    assert [release.is_candidate(version) for version in ("0.2.0", "0.2.0rc1", "1.0a3", "1.0.0b12")] == [
        False, True, True, True,
    ]  # fmt: skip


def test_sums_are_those_that_sha256sum_calculates(tmp_path):
    (tmp_path / "b ä.deb").write_bytes(b"two" * 1_000_000)
    (tmp_path / "a.zip").write_bytes(b"")
    assert release.write_sums(tmp_path).name == "SHA256SUMS"
    sums = release.write_sums(tmp_path).read_text("utf-8")
    assert sums.startswith("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  a.zip\n")
    if shutil.which("sha256sum"):
        subprocess.run(
            ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=tmp_path, check=True, capture_output=True
        )


def test_sums_of_nothing_are_refused(tmp_path):
    with pytest.raises(CannotBuildError, match="no files"):
        release.write_sums(tmp_path)


def _program(folder: Path, script: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / project.NAME
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return program


@posix_only
def test_a_program_that_works_says_so(tmp_path, capsys):
    program = _program(tmp_path, '[ "$1" = self-test ] && echo "index: 3 photos"')
    assert trial.self_test(program) == "index: 3 photos"
    assert "3 photos" in capsys.readouterr().out


@posix_only
@pytest.mark.parametrize(
    ("script", "reason"),
    [("echo fine; echo 'Qt: a warning' >&2", "a warning"), ("echo half; exit 3", "exit code 3")],
)
def test_a_program_that_fails_or_grumbles_is_refused(tmp_path, script, reason):
    with pytest.raises(CannotBuildError, match=reason):
        trial.self_test(_program(tmp_path, script))


def test_a_program_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(CannotBuildError, match="There is no"):
        trial.self_test(tmp_path / "nothing")


@posix_only
def test_a_program_is_tried_without_the_python_and_the_home_of_the_builder(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(project.ROOT))
    said = trial.self_test(_program(tmp_path, 'echo "[$PYTHONPATH]" "$HOME" "$QT_QPA_PLATFORM"'))
    nothing, home, screen = said.split()
    assert (nothing, screen) == ("[]", "offscreen")
    assert home != os.environ["HOME"]


def test_a_portable_program_without_a_program_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "Vislumbre.zip", "w") as packed:
        packed.writestr("Vislumbre/readme.txt", "nothing else")
    with pytest.raises(CannotBuildError, match="has no vislumbre"):
        trial.try_package(tmp_path / "Vislumbre.zip")


@posix_only
def test_an_appimage_unpacks_itself_and_is_run(tmp_path, capsys):
    image = tmp_path / "Vislumbre-x86_64.AppImage"
    image.write_text(
        "#!/bin/sh\nmkdir squashfs-root && printf '#!/bin/sh\\necho appimage works\\n' > squashfs-root/AppRun"
        " && chmod +x squashfs-root/AppRun\n"
    )
    assert command.main(["try", str(image)]) == 0
    assert "appimage works" in capsys.readouterr().out


def test_a_file_that_nobody_can_try_is_refused(tmp_path):
    with pytest.raises(CannotBuildError, match=r"x\.tar"):
        trial.try_package(tmp_path / "x.tar")


def test_without_a_certificate_it_is_said_that_nothing_is_signed(tmp_path, monkeypatch):
    monkeypatch.delenv(signing.CERTIFICATE, raising=False)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    assert not signing.sign([tmp_path / "setup.exe"])
    assert "setup.exe: **not signed**" in (tmp_path / "summary.md").read_text("utf-8")


@pytest.mark.parametrize("step", ["deb", "rpm", "appimage", "nsis", "portable", "dmg"])
def test_the_guide_names_the_files_that_are_made(step):
    module = pytest.importorskip(f"steps.{step}")
    name = module.OUTPUT.name if hasattr(module, "OUTPUT") else module.file_name()
    guide = (project.PACKAGING / "RELEASING.md").read_text(encoding="utf-8")
    assert f"`{name}`" in guide.replace("VERSION", project.VERSION)


@pytest.mark.skipif(sys.platform == "win32", reason="signtool is there")
def test_a_certificate_that_cannot_be_used_is_no_reason_to_ship_unsigned(tmp_path, monkeypatch):
    monkeypatch.setenv(signing.CERTIFICATE, "AAAA")
    with pytest.raises(CannotBuildError, match="signtool"):
        signing.sign([tmp_path / "setup.exe"])
