"""What the application bundle for macOS says of itself; `vislumbre.spec` hands it to PyInstaller."""

import os
from typing import Final

from steps import project

APP = project.BUILD / "frozen" / f"{project.TITLE}.app"
ENTITLEMENTS = project.PACKAGING / "macos" / "entitlements.plist"
OLDEST_MACOS: Final = "14.0"
"""What Qt's wheels are built for; the processor is Apple's, for several wheels are made for no other any more."""

_PLACES: Final = (
    "DesktopFolder",
    "DocumentsFolder",
    "DownloadsFolder",
    "RemovableVolumes",
    "NetworkVolumes",
)
# Shown when macOS asks the person for consent: what for, in one sentence.
_WHAT_FOR = (
    f"{project.TITLE} reads the photos in the folders that you choose, to find them by what they show."
)


def identity() -> str | None:
    """Return who signs, a name in the keychain; None for a signature that names nobody, which every Mac asks about."""
    return os.environ.get("CODESIGN_IDENTITY", "").strip() or None


def info() -> dict[str, object]:
    """Return what goes into Info.plist besides what PyInstaller writes there: plain values, as plistlib takes them."""
    version = ".".join(project.version_numbers()[:3])
    return {
        "CFBundleIdentifier": project.APPLICATION_ID,
        "CFBundleName": project.TITLE,
        "CFBundleDisplayName": project.TITLE,
        "CFBundleShortVersionString": version,
        "CFBundleVersion": version,
        "CFBundleDevelopmentRegion": "en",
        "CFBundleDocumentTypes": [_folders()],
        "LSApplicationCategoryType": "public.app-category.photography",
        "LSArchitecturePriority": ["arm64"],
        # PyInstaller takes a program that also works in a terminal for one without a window.
        "LSBackgroundOnly": False,
        "LSMinimumSystemVersion": OLDEST_MACOS,
        "NSHighResolutionCapable": True,
        "NSHumanReadableCopyright": f"{project.MAKER}, {project.LICENCE}",
        "NSPrincipalClass": "NSApplication",
        **{f"NS{place}UsageDescription": _WHAT_FOR for place in _PLACES},
    }


def _folders() -> dict[str, object]:
    """Return that Finder may open folders and drives with us, and never by itself."""
    return {
        "CFBundleTypeName": "Folder of photos",
        "CFBundleTypeRole": "Viewer",
        "LSHandlerRank": "Alternate",
        "LSItemContentTypes": ["public.folder", "public.volume"],
    }
