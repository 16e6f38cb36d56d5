"""One window for each library: a second start hands its arguments to the first and ends."""

import ctypes
import hashlib
import hmac
import json
import logging
import os
import secrets
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from desktop_app import own_files

log = logging.getLogger(__name__)

LONGEST_MESSAGE_BYTES = 64 * 1024
# A process that answers at all does so in milliseconds; one that swaps may need a moment.
WAIT_MS = 2000
_HEARD = b"heard\n"
_SECRET_BYTES = 32
# ASFW_ANY; which process has the window is not known here.
_ANY_PROCESS = 0xFFFFFFFF


class SingleInstance(QObject):
    """Finds out whether this process is the first with a library, and listens for the next ones.

    The socket is in a folder that only this user can enter, so that no other user can send a command, or pretend to be
    the first and be told what somebody searches for. On Windows there is no such folder: a pipe has a name that anybody
    may take who comes first. There Qt lets only this user connect to ours, and on every system the first has to prove,
    before it is told anything, that it knows a secret which lies in a file of this user. (On Windows this was never run.)

    Signals:
        raised(object): Another process was started with these arguments (a list of texts); the window should
            come to the front.
    """

    raised = Signal(object)

    def __init__(self, data: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name, self._secret_file = _usable_place(data)
        self._secret = b""
        self._server: QLocalServer | None = None
        self._unread: dict[QLocalSocket, bytearray] = {}

    def is_first(self) -> bool:
        """Return whether no other process answers for this library; from then on this one does.

        Two processes that ask at the same moment get different answers.
        """
        if self._server is not None or not self._name:
            return True
        lock = QLockFile(self._name + ".lock") if os.name == "posix" else None
        if lock is not None and not lock.tryLock(WAIT_MS):
            return False
        try:
            return not self._someone_answers() and self._listen()
        finally:
            if lock is not None:
                lock.unlock()

    def send(self, args: Sequence[str]) -> bool:
        """Hand arguments to the first process; returns whether it said that it heard them. Waits two seconds at most."""
        message = {"args": list(args), "activation": os.environ.get("XDG_ACTIVATION_TOKEN", "")}
        content = json.dumps(message).encode() + b"\n"
        if len(content) > LONGEST_MESSAGE_BYTES:
            return False
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(WAIT_MS):
            return False
        heard = b""
        if self._is_ours(socket):
            _let_others_to_the_front()
            socket.write(content)
            heard = _line(socket)
        socket.abort()
        return heard == _HEARD

    def close(self) -> None:
        """Stop listening; another process can be the first now."""
        if self._server is not None:
            self._server.close()
            self._server.deleteLater()
            self._server = None
        for socket in list(self._unread):
            socket.abort()
        self._unread.clear()

    def _is_ours(self, socket: QLocalSocket) -> bool:
        """Let whoever answers prove that it can read what only this user can."""
        try:
            secret = own_files.read(self._secret_file, _SECRET_BYTES, below=self._secret_file.parent)
        except OSError as error:
            log.warning("the running Vislumbre cannot be asked for a proof: %s", error)
            return False
        question = secrets.token_hex(_SECRET_BYTES)
        socket.write(json.dumps({"prove": question}).encode() + b"\n")
        if hmac.compare_digest(_line(socket).strip(), _proof(secret, question)):
            return True
        log.warning("somebody else answers in the place of a running Vislumbre; it was told nothing")
        return False

    def _someone_answers(self) -> bool:
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        answered = socket.waitForConnected(WAIT_MS)
        socket.abort()
        return answered

    def _listen(self) -> bool:
        server = QLocalServer(self)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        # Nobody answered, so what a process that was killed has left is in the way and nothing else.
        QLocalServer.removeServer(self._name)
        if not server.listen(self._name):
            log.warning("a second start cannot be noticed: %s", server.errorString())
            server.deleteLater()
            return True
        self._secret = secrets.token_bytes(_SECRET_BYTES)
        try:
            own_files.write(self._secret_file, self._secret, below=self._secret_file.parent, durable=False)
        except OSError as error:
            log.warning("a second start will not be believed: %s", error)
        server.newConnection.connect(self._welcome)
        self._server = server
        return True

    def _welcome(self) -> None:
        while self._server is not None and (socket := self._server.nextPendingConnection()) is not None:
            self._unread[socket] = bytearray()
            socket.readyRead.connect(lambda socket=socket: self._read(socket))
            socket.disconnected.connect(lambda socket=socket: self._forget(socket))
            self._read(socket)

    def _read(self, socket: QLocalSocket) -> None:
        """Collect one line; whoever sends more than a line may have is cut off."""
        unread = self._unread.get(socket)
        if unread is None:
            return
        unread += socket.readAll().data()
        line, end, _ = bytes(unread).partition(b"\n")
        if len(unread) > LONGEST_MESSAGE_BYTES:
            log.warning("a second start sent too much")
            socket.abort()
        elif end:
            self._unread[socket] = bytearray()
            self._take(socket, line)

    def _take(self, socket: QLocalSocket, line: bytes) -> None:
        if (question := _question(line)) and self._secret:
            socket.write(_proof(self._secret, question) + b"\n")
            socket.flush()
            return
        message = _understood(line)
        if message is None:
            log.warning("a second start sent what is no message")
            socket.abort()
            return
        args, activation = message
        if activation:
            # Wayland lets a window come to the front only with the token of what the person has just clicked.
            os.environ["XDG_ACTIVATION_TOKEN"] = activation
        socket.write(_HEARD)
        socket.flush()
        self.raised.emit(args)

    def _forget(self, socket: QLocalSocket) -> None:
        self._unread.pop(socket, None)
        socket.deleteLater()


def _let_others_to_the_front() -> None:
    """Give away the right to come to the front, which Windows gives only to what the person has just started: us.

    Without it, the window of the running program would only blink in the task bar.
    """
    if sys.platform == "win32":
        ctypes.windll.user32.AllowSetForegroundWindow(_ANY_PROCESS)


def _understood(line: bytes) -> tuple[list[str], str] | None:
    """Return the arguments and the activation token of a message; None when it is not one."""
    try:
        message: object = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(message, dict):
        return None
    args, activation = message.get("args"), message.get("activation", "")
    if not isinstance(args, list) or not isinstance(activation, str) or "\0" in activation:
        return None
    return [argument for argument in args if isinstance(argument, str)], activation


def _line(socket: QLocalSocket) -> bytes:
    """Read one short line; what there is of it when no more comes."""
    line = b""
    while not line.endswith(b"\n") and len(line) < LONGEST_MESSAGE_BYTES and socket.waitForReadyRead(WAIT_MS):
        line += bytes(socket.readAll().data())
    return line


def _proof(secret: bytes, question: str) -> bytes:
    return hmac.new(secret, question.encode(), "sha256").hexdigest().encode()


def _question(line: bytes) -> str:
    """Return what is to be proved; empty when the line asks for nothing."""
    try:
        message: object = json.loads(line)
    except (ValueError, RecursionError):
        return ""
    question = message.get("prove") if isinstance(message, dict) else None
    return question if isinstance(question, str) and question.isascii() else ""


def _usable_place(data: Path) -> tuple[str, Path]:
    """Return the name for a library and where its secret is; an empty name where no private place can be had."""
    try:
        return _place_for(data)
    except OSError as error:
        # The library's own lock still keeps two windows apart; only raising the first is lost.
        log.warning("a second start cannot be noticed: %s", error)
        return "", Path()


def _place_for(data: Path) -> tuple[str, Path]:
    """Return the socket's path (POSIX) or the pipe's name (Windows) of a library's data folder and this user; the secret's."""
    place = os.path.normcase(os.path.realpath(data))
    mark = hashlib.sha256(os.fsencode(place)).hexdigest()[:16]
    folder = _private_folder()
    secret = folder / f"{mark}.secret"
    if os.name != "posix":
        return f"vislumbre-{os.environ.get('USERNAME', '')}-{mark}", secret
    return str(folder / f"{mark}.socket"), secret


def _private_folder() -> Path:
    """Return a folder with a short path (a socket's may have 108 bytes) that only this user can enter.

    Raises:
        PermissionError: Somebody else has made a folder of that name; using it would tell them our arguments.
    """
    temporary = Path(tempfile.gettempdir())
    if os.name != "posix":
        # Windows gives each user a folder of their own for what is temporary.
        folder = temporary / "vislumbre"
        own_files.make_folder(folder, below=temporary)
        return folder
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if runtime and own_files.is_private(Path(runtime)):
        folder = Path(runtime) / "vislumbre"
    else:
        folder = temporary / f"vislumbre-{own_files.user()}"
        if not own_files.is_safe_for_scratch(temporary):
            raise PermissionError(f"others may rename what is in {temporary}")
    folder.mkdir(mode=0o700, exist_ok=True)
    if not own_files.is_private(folder):
        raise PermissionError(f"{folder} is not ours alone")
    return folder
