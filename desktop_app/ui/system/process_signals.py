"""Ctrl+C in the terminal and the system's wish to end become one Qt signal on the GUI thread."""

import signal
import socket
from types import FrameType

from PySide6.QtCore import QObject, QSocketNotifier, Signal

# On Windows Ctrl+Break too.
ENDING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGBREAK") if hasattr(signal, name))


class EndSignals(QObject):
    """Hears SIGINT and SIGTERM, from its making to `close`. Only one at a time, on the main thread.

    Python runs its signal handlers between two of its own instructions, and Qt's event loop may not come to one
    for minutes; so the interpreter writes to a socket, which wakes the loop.

    Signals:
        asked_to_end(): The process was asked to end.
    """

    asked_to_end = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ours, self._interpreters = socket.socketpair()
        for end in (self._ours, self._interpreters):
            end.setblocking(False)
        self._notifier = QSocketNotifier(self._ours.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._read)
        self._wakeup_before = signal.set_wakeup_fd(self._interpreters.fileno(), warn_on_full_buffer=False)
        self._before = {number: signal.signal(number, _nothing_more) for number in ENDING}

    def close(self) -> None:
        """Put back what heard these signals before."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._wakeup_before)
        self._notifier.setEnabled(False)
        self._ours.close()
        self._interpreters.close()

    def _read(self) -> None:
        try:
            heard = self._ours.recv(64)
        except BlockingIOError:
            return
        if set(heard) & {int(number) for number in self._before}:
            self.asked_to_end.emit()


def _nothing_more(_number: int, _frame: FrameType | None) -> None:
    """Take the place of the handler that would end the process at once."""
