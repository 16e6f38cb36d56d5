"""Asks an X server how long nobody used it and whether another program fills it. Each question has its own connection.

The window's properties are asked for by xcb: Xlib ends the whole process when a window closes between two questions.
"""

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager

# A window has a handful of states; more than this is no list of states.
_MOST_WORDS = 64
_ANY_TYPE = 0


class _Cookie(ctypes.Structure):
    _fields_ = (("sequence", ctypes.c_uint),)


class _Screens(ctypes.Structure):
    # The first field of a screen is its root window.
    _fields_ = (
        ("screen", ctypes.POINTER(ctypes.c_uint32)),
        ("rest", ctypes.c_int),
        ("index", ctypes.c_int),
    )


class _Atom(ctypes.Structure):
    _fields_ = (
        ("kind", ctypes.c_uint8),
        ("pad", ctypes.c_uint8),
        ("sequence", ctypes.c_uint16),
        ("length", ctypes.c_uint32),
        ("atom", ctypes.c_uint32),
    )


class _SaverInfo(ctypes.Structure):
    _fields_ = (
        ("window", ctypes.c_ulong),
        ("state", ctypes.c_int),
        ("kind", ctypes.c_int),
        ("til_or_since", ctypes.c_ulong),
        ("idle_ms", ctypes.c_ulong),
        ("event_mask", ctypes.c_ulong),
    )


def idle_s(display: str) -> float | None:
    """Return the seconds since the last use of mouse or keyboard; None when the server does not count them.

    Raises:
        OSError: libX11 or libXss is missing.
    """
    x, saver = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXss.so.1")
    x.XOpenDisplay.restype = x.XDefaultRootWindow.restype = ctypes.c_void_p
    x.XOpenDisplay.argtypes = (ctypes.c_char_p,)
    x.XDefaultRootWindow.argtypes = x.XCloseDisplay.argtypes = (ctypes.c_void_p,)
    number = ctypes.POINTER(ctypes.c_int)
    saver.XScreenSaverQueryExtension.argtypes = (ctypes.c_void_p, number, number)
    saver.XScreenSaverQueryInfo.argtypes = (
        ctypes.c_void_p,
        ctypes.c_void_p,
        ctypes.POINTER(_SaverInfo),
    )
    connection = x.XOpenDisplay(os.fsencode(display))
    if not connection:
        return None
    try:
        event, error, info = ctypes.c_int(), ctypes.c_int(), _SaverInfo()
        if not saver.XScreenSaverQueryExtension(connection, event, error):
            return None
        root = x.XDefaultRootWindow(connection)
        return info.idle_ms / 1000 if saver.XScreenSaverQueryInfo(connection, root, info) else None
    finally:
        x.XCloseDisplay(connection)


def full_screen(display: str, own_process: int | None = None) -> bool | None:
    """Return whether the window in use fills the screen and is none of ours; None without such a server.

    Args:
        display: The server's name.
        own_process: Whose windows are ours; None for this process.

    Raises:
        OSError: libxcb is missing.
    """
    with _connected(display) as server:
        if server is None:
            return None
        active = server.words(server.root, b"_NET_ACTIVE_WINDOW")
        if not active or not active[0]:
            return False
        state = server.words(active[0], b"_NET_WM_STATE")
        owner = server.words(active[0], b"_NET_WM_PID")
        ours = owner == [own_process or os.getpid()]
        return server.atom(b"_NET_WM_STATE_FULLSCREEN") in state and not ours


class _Server:
    """A connection to an X server."""

    def __init__(self, xcb: ctypes.CDLL, connection: int) -> None:
        self._xcb, self._connection = xcb, connection
        self._free = ctypes.CDLL(None).free
        self._free.argtypes = (ctypes.c_void_p,)
        self.root = int(xcb.xcb_setup_roots_iterator(xcb.xcb_get_setup(connection)).screen[0])

    def atom(self, name: bytes) -> int:
        """Return the number of a name; 0 when there is none."""
        cookie = self._xcb.xcb_intern_atom(self._connection, 1, len(name), name)
        reply = self._xcb.xcb_intern_atom_reply(self._connection, cookie, None)
        if not reply:
            return 0
        try:
            return int(ctypes.cast(reply, ctypes.POINTER(_Atom)).contents.atom)
        finally:
            self._free(reply)

    def words(self, window: int, name: bytes) -> list[int]:
        """Return a window's property of 32-bit numbers; empty when it has none or is gone."""
        cookie = self._xcb.xcb_get_property(
            self._connection, 0, window, self.atom(name), _ANY_TYPE, 0, _MOST_WORDS
        )
        reply = self._xcb.xcb_get_property_reply(self._connection, cookie, None)
        if not reply:
            return []
        try:
            count = self._xcb.xcb_get_property_value_length(reply) // 4
            value = ctypes.cast(self._xcb.xcb_get_property_value(reply), ctypes.POINTER(ctypes.c_uint32))
            return [int(value[at]) for at in range(count)]
        finally:
            self._free(reply)


@contextmanager
def _connected(display: str) -> Iterator[_Server | None]:
    xcb = _xcb()
    connection = xcb.xcb_connect(os.fsencode(display), None)
    try:
        yield None if xcb.xcb_connection_has_error(connection) else _Server(xcb, connection)
    finally:
        xcb.xcb_disconnect(connection)


def _xcb() -> ctypes.CDLL:
    """Return the library, told which types its functions take."""
    xcb = ctypes.CDLL("libxcb.so.1")
    pointer, word = ctypes.c_void_p, ctypes.c_uint32
    xcb.xcb_connect.restype = xcb.xcb_get_setup.restype = pointer
    xcb.xcb_connect.argtypes = (ctypes.c_char_p, pointer)
    xcb.xcb_setup_roots_iterator.restype = _Screens
    xcb.xcb_intern_atom.restype = xcb.xcb_get_property.restype = _Cookie
    xcb.xcb_intern_atom.argtypes = (pointer, ctypes.c_uint8, ctypes.c_uint16, ctypes.c_char_p)
    xcb.xcb_get_property.argtypes = (pointer, ctypes.c_uint8, word, word, word, word, word)
    xcb.xcb_get_property_value.restype = pointer
    for reply in (xcb.xcb_intern_atom_reply, xcb.xcb_get_property_reply):
        reply.restype, reply.argtypes = pointer, (pointer, _Cookie, pointer)
    for simple in (
        xcb.xcb_get_setup,
        xcb.xcb_setup_roots_iterator,
        xcb.xcb_connection_has_error,
        xcb.xcb_disconnect,
        xcb.xcb_get_property_value,
        xcb.xcb_get_property_value_length,
    ):
        simple.argtypes = (pointer,)
    return xcb
