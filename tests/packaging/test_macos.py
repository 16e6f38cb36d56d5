"""What the bundle for macOS says of itself, and what the hardened runtime lets it do."""

import plistlib
import re
from pathlib import Path

import pytest

from steps import bundle, dmg, project
from steps.errors import CannotBuildError


def test_the_bundle_says_what_finder_and_the_store_of_consents_need() -> None:
    info = plistlib.loads(plistlib.dumps(bundle.info()))
    assert info == bundle.info()
    assert info["CFBundleIdentifier"] == project.APPLICATION_ID == "io.github.vislumbre.Vislumbre"
    assert re.fullmatch(r"\d+\.\d+\.\d+", info["CFBundleShortVersionString"])
    assert project.VERSION.startswith(info["CFBundleVersion"])
    assert info["LSMinimumSystemVersion"] == "14.0"
    assert info["LSApplicationCategoryType"] == "public.app-category.photography"
    assert info["LSArchitecturePriority"] == ["arm64"]
    assert info["NSHighResolutionCapable"] is True
    # PyInstaller writes True for a program that works in a terminal, and the window would never be seen.
    assert info["LSBackgroundOnly"] is False


def test_every_place_that_macos_asks_about_has_a_reason() -> None:
    reasons = {key: text for key, text in bundle.info().items() if key.endswith("UsageDescription")}
    assert reasons.keys() == {
        "NSDesktopFolderUsageDescription",
        "NSDocumentsFolderUsageDescription",
        "NSDownloadsFolderUsageDescription",
        "NSRemovableVolumesUsageDescription",
        "NSNetworkVolumesUsageDescription",
    }
    assert all(isinstance(text, str) and text.endswith(".") for text in reasons.values())


def test_folders_can_be_opened_with_it_and_never_are_by_themselves() -> None:
    assert bundle.info()["CFBundleDocumentTypes"] == [
        {
            "CFBundleTypeName": "Folder of photos",
            "CFBundleTypeRole": "Viewer",
            "LSHandlerRank": "Alternate",
            "LSItemContentTypes": ["public.folder", "public.volume"],
        }
    ]


def test_the_hardened_runtime_is_opened_for_extras_alone() -> None:
    entitlements = plistlib.loads(bundle.ENTITLEMENTS.read_bytes())
    assert entitlements == {"com.apple.security.cs.disable-library-validation": True}


@pytest.mark.parametrize(
    ("named", "signer"), [("", None), ("Developer ID Application: X", "Developer ID Application: X")]
)
def test_who_signs_is_said_by_the_environment(
    monkeypatch: pytest.MonkeyPatch, named: str, signer: str | None
) -> None:
    monkeypatch.setenv("CODESIGN_IDENTITY", named)
    assert bundle.identity() == signer


def test_elsewhere_a_sentence_says_that_a_mac_is_needed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CannotBuildError, match="made on a Mac"):
        dmg.run()


def test_the_image_has_the_name_of_the_program() -> None:
    output = Path("/out/x.dmg")
    command = dmg.image_command(Path("/inside"), output)
    assert command[:2] == ["hdiutil", "create"]
    assert command[command.index("-volname") + 1] == "Vislumbre"
    assert command[-1] == str(output)
