"""A decoder that was taken over and tries to get out, and says of each try what came of it.

It takes our decoder's place in the worker's process: `Decoding(decoder=ESCAPING)`. What it tries is told at the end of
the file, and the answer comes where a photo's camera is said.
"""

import ctypes
import errno
import json
import mmap
import os
import socket
import stat
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from desktop_app.library.confinement import syscalls
from desktop_app.library.media.metadata.metadata import Metadata
from desktop_app.library.media.pictures.decode import Decoded
from desktop_app.library.media.pictures.decode import decode as decode_well

ESCAPING = "tests.library.decoding.escaping_decoder:decode"
DONE = "done"

_MARK = b"<escape>"
_PTRACE_ATTACH = 16
_WORD = ctypes.c_ulong
_X32 = 0x4000_0000


def escaping(content: bytes, *tries: tuple[str, Any]) -> bytes:
    """Return a file that makes this decoder try things: names of functions below, each with its argument."""
    return content + _MARK + json.dumps(tries).encode()


def decode(content: bytes, *, least_px: int) -> Decoded:
    """Decode a file, and try what it says."""
    photo, _, tries = content.partition(_MARK)
    said = [_outcome(_TRIES[name], argument) for name, argument in json.loads(tries or b"[]")]
    return replace(decode_well(photo, least_px=least_px), metadata=Metadata(camera=json.dumps(said)))


def _outcome(what: Callable[[Any], Any], argument: Any) -> str:
    try:
        answer = what(argument)
    except OSError as error:
        return errno.errorcode.get(error.errno or 0, str(error))
    return DONE if answer is None else str(answer)


def _call(name: str, *arguments: Any) -> None:
    syscalls.call(name, *arguments)


def _nothing(_answer: object) -> None:
    """What was answered says nothing of whether it was refused."""


def _write(path: str) -> None:
    Path(path).write_text("taken over")


def _append(path: str) -> None:
    with Path(path).open("a") as file:
        file.write("taken over")


def _read(path: str) -> None:
    Path(path).read_bytes()


def _photo_again(_argument: None) -> int:
    """Return the descriptor of the photo that is being decoded."""
    return next(
        number for number in range(3, 64) if _is_open(number) and stat.S_ISREG(os.fstat(number).st_mode)
    )


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


def _connect(address: Any) -> None:
    family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
    with socket.socket(family) as one:
        one.connect(tuple(address) if isinstance(address, list) else address)


def _connect_by_other_numbers(_argument: None) -> None:
    """Ask for a socket as programs of the ABI x32 do, whose calls have numbers of their own."""
    library = ctypes.CDLL(None, use_errno=True)
    if library.syscall(_WORD(_X32 | 41), socket.AF_INET, socket.SOCK_STREAM, 0) < 0:
        raise OSError(ctypes.get_errno(), "socket")


def _fork(_argument: None) -> None:
    pid = os.fork()
    if not pid:
        os._exit(0)
    os.waitpid(pid, 0)


def _map(flags: int) -> None:
    mmap.mmap(-1, 4096, flags=flags).close()


def _peek(pid: int) -> None:
    """Read memory of another process; the address hardly matters, for who may is asked first."""
    there = (ctypes.c_char * 8)()
    piece = (_WORD * 2)(ctypes.addressof(there), 8)
    library = ctypes.CDLL(None, use_errno=True)
    number = syscalls.number_of("process_vm_readv", os.uname().machine)
    if library.syscall(_WORD(number or 0), _WORD(pid), piece, _WORD(1), piece, _WORD(1), _WORD(0)) < 0:
        code = ctypes.get_errno()
        if code != errno.EFAULT:
            raise OSError(code, "process_vm_readv")


def _signal_by_file(pid: int) -> None:
    import fcntl

    fcntl.fcntl(0, fcntl.F_SETOWN, pid)


def _lock_photo(_argument: None) -> None:
    import fcntl

    fcntl.flock(_photo_again(None), fcntl.LOCK_SH | fcntl.LOCK_NB)


def _limit(pid: int) -> None:
    import resource

    resource.prlimit(pid, resource.RLIMIT_NOFILE, (8, 8))


def _environment(_argument: None) -> str:
    return " ".join(sorted(os.environ))


_TRIES: dict[str, Callable[[Any], Any]] = {
    "write": _write,
    "append": _append,
    "read": _read,
    "list": lambda path: _nothing([*Path(path).iterdir()]),
    "remove": lambda path: Path(path).unlink(),
    "rename": lambda path: _nothing(Path(path).rename(path + ".gone")),
    "make_folder": lambda path: Path(path).mkdir(),
    "link": lambda path: Path(path).symlink_to("/"),
    "write_photo": lambda _: os.close(os.open(f"/proc/self/fd/{_photo_again(None)}", os.O_RDWR)),
    "date_photo": lambda _: os.utime(_photo_again(None), (1, 1)),
    "bare_photo": lambda _: os.fchmod(_photo_again(None), 0o777),
    "lock_photo": _lock_photo,
    "connect": _connect,
    "connect_by_other_numbers": _connect_by_other_numbers,
    "fork": _fork,
    "run": lambda path: _nothing(subprocess.run([path], check=False)),
    "execute": lambda path: os.execv(path, [path]),
    "ptrace": lambda pid: _call("ptrace", _PTRACE_ATTACH, pid, 0, 0),
    "peek": _peek,
    "kill": lambda pid: os.kill(pid, 0),
    "hold": lambda pid: _call("pidfd_open", pid, 0),
    "signal_by_file": _signal_by_file,
    "limit": _limit,
    "slow_down": lambda pid: os.setpriority(os.PRIO_PROCESS, pid, 19),
    "share_memory": lambda _: _map(mmap.MAP_SHARED | mmap.MAP_ANONYMOUS),
    "memory_file": lambda _: os.close(os.memfd_create("a")),
    "mount": lambda path: _call("mount", 0, 0, 0, 0, 0),
    "unshare": lambda _: _call("unshare", 0),
    "uring": lambda _: _call("io_uring_setup", 1, 0),
    "send_message": lambda queue: _call(
        "msgsnd", queue, ctypes.create_string_buffer(b"\1" + bytes(15), 16), 1, 0
    ),
    "take_message": lambda queue: _call("msgrcv", queue, ctypes.create_string_buffer(16), 1, 0, 0),
    "lower_semaphore": lambda which: _call("semop", which, ctypes.create_string_buffer(bytes(6), 6), 1),
    "read_attribute": lambda path: _nothing(os.getxattr(path, "user.origin")),
    "list_attributes": lambda path: _nothing(os.listxattr(path)),
    "own_memory": lambda _: _map(mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS),
    "environment": _environment,
    "folder": lambda _: str(Path.cwd()),
}
