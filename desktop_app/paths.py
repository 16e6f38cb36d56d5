"""Where configuration, data, cache, log and resources are; `--base-dir` puts all of it into one folder."""

import argparse
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from desktop_app import own_files

APP_NAME = "Vislumbre"
PORTABLE_MARK = "portable.txt"
"""Beside the executable of a frozen program it says: keep everything in `PORTABLE_LIBRARY` beside me."""

PORTABLE_LIBRARY = "library"


@dataclass(frozen=True, slots=True)
class AppPaths:
    """The folders the application keeps its own files in; nothing else is ever written.

    Attributes:
        config: Settings.
        data: Catalogue, vectors and downloaded models: what costs time to make again.
        cache: Thumbnails: what costs little to make again.
        log: Log files.
        base: The one folder that all of them lie below, when the person named that; None for the system's four.
    """

    config: Path
    data: Path
    cache: Path
    log: Path
    base: Path | None = None

    @classmethod
    def for_person(cls) -> "AppPaths":
        """Return the folders that the operating system's conventions name for this person.

        A portable program has its own beside itself, whoever starts it.
        """
        if (beside := portable_library()) is not None:
            return cls.below(beside)
        # Windows: the local profile, never the roaming one, for gigabytes must not follow a login.
        dirs = platformdirs.PlatformDirs(APP_NAME, appauthor=False, roaming=False)
        return cls(
            config=Path(dirs.user_config_dir),
            data=Path(dirs.user_data_dir),
            cache=Path(dirs.user_cache_dir),
            log=Path(dirs.user_log_dir),
        )

    @classmethod
    def below(cls, base: Path) -> "AppPaths":
        """Return folders that all lie in one, for a portable library, a test or a second library."""
        base = absolute(base)
        return cls(base / "config", base / "data", base / "cache", base / "log", base)

    def check(self) -> None:
        """Refuse a library of one folder that has another place of the person's in it; before anything is read there.

        The folder itself may be a link, for it was named. What is in it came with it: a link in place of the data would
        pass for the person's own library, and one in place of the log or the settings is written through.

        Raises:
            OSError: One of the four is a link, or another user's.
        """
        if self.base is not None:
            for folder in (self.config, self.data, self.cache, self.log):
                own_files.check_folder(folder, below=self.base)

    def make(self) -> None:
        """Create the folders and those that lead to them, readable by their owner only.

        Raises:
            OSError: A folder cannot be made, or is another user's.
        """
        self.check()
        for folder in (self.config, self.data, self.cache, self.log):
            own_files.make_folder(folder)
            own_files.check_owner(folder)
            if os.name == "posix":
                folder.chmod(0o700)


def extras_folder() -> Path:
    """Return the person's own folder of extras: code, so it never lies in a library, which may come from elsewhere."""
    return AppPaths.for_person().data / "extras"


def portable_library() -> Path | None:
    """Return the one folder in which a portable program keeps everything; None for any other program."""
    if not getattr(sys, "frozen", False):
        return None
    program = Path(sys.executable).parent
    return program / PORTABLE_LIBRARY if (program / PORTABLE_MARK).is_file() else None


def absolute(path: Path) -> Path:
    """Return a path as typed by a person from the root on: "~" and ".." resolved, links left as they are."""
    # Path.absolute keeps "..", and Path.resolve would show another folder than the person chose.
    return Path(os.path.abspath(path.expanduser()))  # noqa: PTH100


def resources() -> Path:
    """Return the folder of icons and models: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent
    inside = package / "resources"
    return inside if inside.is_dir() else package.parent / "resources"


def typed_path(text: str) -> Path:
    """Return a path that was typed, for argparse; an empty one would be this folder, and is mostly a variable that nobody set.

    Raises:
        argparse.ArgumentTypeError: It is empty.
    """
    if not text:
        raise argparse.ArgumentTypeError("must not be empty; “.” is the folder you are in")
    return Path(text)
