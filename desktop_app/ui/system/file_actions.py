"""What the system does with photo files: open, show in its file manager, put on the clipboard."""

import logging
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QByteArray, QMimeData, QUrl
from PySide6.QtDBus import QDBusConnection, QDBusInterface, QDBusMessage
from PySide6.QtGui import QDesktopServices, QGuiApplication

from desktop_app.ui.system.programs import may_run

_log = logging.getLogger(__name__)

_FILE_MANAGER = "org.freedesktop.FileManager1"
_FILE_MANAGER_PATH = "/org/freedesktop/FileManager1"
_DBUS_TIMEOUT_MS = 2000


def url_of(path: Path) -> QUrl:
    """Return the file's address; a name that is not valid UTF-8 keeps its bytes, percent-encoded."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return QUrl.fromEncoded(QByteArray(path.as_uri().encode()))
    return QUrl.fromLocalFile(str(path))


def mime_of(paths: Sequence[Path]) -> QMimeData:
    """Return the files as what is dragged or copied: never cut, so that a paste or drop leaves them where they are."""
    content = QMimeData()
    urls = [url_of(path) for path in paths]
    content.setUrls(urls)
    listed = "\n".join(bytes(url.toEncoded().data()).decode() for url in urls)
    # GNOME's and KDE's file managers ask for these to tell a copy from a cut.
    content.setData("x-special/gnome-copied-files", QByteArray(f"copy\n{listed}".encode()))
    content.setData("application/x-kde-cutselection", QByteArray(b"0"))
    return content


def copy_files(paths: Sequence[Path]) -> None:
    """Put the files themselves on the clipboard, to be pasted in a file manager, a mail or a chat."""
    QGuiApplication.clipboard().setMimeData(mime_of(paths))


def copy_path(paths: Sequence[Path]) -> None:
    """Put the paths on the clipboard as text, one a line."""
    named = (os.fsencode(path).decode(errors="replace") for path in paths)
    QGuiApplication.clipboard().setText("\n".join(named))


def open_path(path: Path) -> bool:
    """Open a file or folder in the application the system has for it; False when nothing opens it. GUI thread."""
    return QDesktopServices.openUrl(url_of(path))


def reveal(path: Path) -> Path | bool:
    """Show the file, marked, in the system's file manager. For a thread that may wait, also for ever.

    Returns:
        Whether the system took the request; or the folder that `open_path` has to open in its stead: the file's own
        where it cannot be marked, and where it is gone the nearest that is still there.
    """
    if not os.path.exists(path):
        return _nearest_folder(path)
    system: str = sys.platform
    if system == "win32":
        # One string: explorer wants the quotes around the path alone, as subprocess would not write them. By its whole
        # path, for Windows would look for a program of that name in the folder that we were started in, too.
        explorer = Path(os.environ.get("SYSTEMROOT", r"C:\Windows"), "explorer.exe")
        return _start(f'"{explorer}" /select,"{path}"')
    if system == "darwin":
        return _start(["open", "-R", str(path)])
    return _ask_file_manager(path) or _nearest_folder(path)


def _start(command: str | list[str]) -> bool:
    try:
        subprocess.Popen(command, close_fds=True)
    except OSError as error:
        _log.warning("The file manager did not start: %s", error)
        return False
    return True


def _ask_file_manager(path: Path) -> bool:
    """Ask over D-Bus, which every desktop's file manager answers by marking the file in its folder."""
    bus = QDBusConnection.sessionBus()
    if not bus.isConnected():
        return False
    manager = QDBusInterface(_FILE_MANAGER, _FILE_MANAGER_PATH, _FILE_MANAGER, bus)
    manager.setTimeout(_DBUS_TIMEOUT_MS)
    if not manager.isValid():
        return False
    address = bytes(url_of(path).toEncoded().data()).decode()
    return manager.call("ShowItems", [address], "").type() == QDBusMessage.MessageType.ReplyMessage


def _nearest_folder(path: Path) -> Path | bool:
    # On macOS a folder may be a program, which opening it runs.
    folders = (folder for folder in path.parents if os.path.isdir(folder))
    return next((folder for folder in folders if not may_run(folder)), False)
