"""A network share for tests that stops to answer: whoever looks at it hangs in the kernel, also when it is killed.

The share is a file system of our own, served through /dev/fuse by a child process which shows a folder of this machine.
Told to be silent, it takes requests and answers none, as a server does whose network is gone. Skips where that cannot be
done: it needs root and Linux.
"""

import contextlib
import ctypes
import errno
import os
import select
import signal
import stat
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

_TIMEOUT_S = 30
_SOURCE = "nas:/photos"
NAME = "photos on nas"
"""What the application calls the share."""

_MNT_DETACH = 2


class SilentShare:
    """A share that is mounted. Close it before its folders are removed.

    Attributes:
        place: Where it is mounted.
        behind: The folder that it shows.
    """

    def __init__(self, place: Path, behind: Path) -> None:
        if sys.platform != "linux" or os.geteuid() != 0 or not Path("/dev/fuse").exists():
            pytest.skip("only root on Linux may serve a file system")
        self.place, self.behind = place, behind
        for folder in (place, behind):
            folder.mkdir(parents=True, exist_ok=True)
        self._server = subprocess.Popen(
            [sys.executable, "-P", __file__, str(place), str(behind)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        if self._heard() != "ready":
            self.close()
            pytest.skip("a file system cannot be served here")

    def hush(self, name: str = "") -> None:
        """Answer nothing more about a name and what is below it, or nothing at all."""
        self._order(f"hush {name}")

    def hush_content(self, name: str) -> None:
        """Answer no more who reads what is in a file of this name; that it is there is still said."""
        self._order(f"hush-content {name}")

    def is_asked(self) -> bool:
        """Whether somebody hangs."""
        return self._order("is-asked") != "0"

    def answer(self) -> None:
        """Answer all that was asked meanwhile, and everything from now on."""
        self._order("answer")

    @contextlib.contextmanager
    def stopped(self) -> Iterator[None]:
        """Take no more requests either, as when the network is gone: who waits for one can be killed."""
        self._server.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._server.send_signal(signal.SIGCONT)

    def die(self) -> None:
        """End the server: the mount stays, and whoever asks it anything gets ENOTCONN."""
        self._server.kill()
        self._server.wait(_TIMEOUT_S)

    def close(self) -> None:
        """Take it away; whoever hangs in it gets an error."""
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            self._server.stdin.close()
        try:
            self._server.wait(_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            # Whoever it did not answer is answered by the system, once nobody has its device open.
            self._server.kill()
            self._server.wait(_TIMEOUT_S)
        finally:
            self._server.stdout.close()
            if self._server.returncode:
                # It could not do that itself, and a mount that is left behind is in the way of every later test.
                ctypes.CDLL(None).umount2(os.fsencode(self.place), _MNT_DETACH)

    def _order(self, words: str) -> str:
        assert self._server.stdin is not None
        self._server.stdin.write(words + "\n")
        return self._heard()

    def _heard(self) -> str:
        assert self._server.stdout is not None
        return self._server.stdout.readline().strip()


@contextlib.contextmanager
def silent_share(place: Path, behind: Path) -> Iterator[SilentShare]:
    share = SilentShare(place, behind)
    try:
        yield share
    finally:
        share.close()


# What follows is the child process. See linux/fuse.h, version 7.31.

_IN, _OUT = struct.Struct("<IIQQIIIHH"), struct.Struct("<IiQ")
_ATTRIBUTES = struct.Struct("<6Q10I")
_REQUEST_BYTES = 2**17 + 4096
_ROOT = 1
_LOOKUP, _OPEN, _READ = 1, 14, 15
_FORGET, _BATCH_FORGET, _INTERRUPT = 2, 42, 36
_BLOCK_BYTES = 4096


class _Server:
    def __init__(self, place: str, behind: str) -> None:
        self._device = os.open("/dev/fuse", os.O_RDWR)
        libc = ctypes.CDLL(None, use_errno=True)
        options = f"fd={self._device},rootmode=40000,user_id=0,group_id=0,allow_other"
        # A share by its kind, for the application asks the system what it may expect of a drive.
        if libc.mount(_SOURCE.encode(), place.encode(), b"fuse.sshfs", 0, options.encode()):
            raise OSError(ctypes.get_errno(), "mount")
        self._libc, self._place = libc, place
        self._paths = {_ROOT: behind}
        self._numbers = {behind: _ROOT}
        self._silent: str | None = None
        self._only_content = False
        self._held: list[bytes] = []
        self._answers: dict[int, Callable[[int, bytes], bytes]] = {
            _LOOKUP: self._lookup,
            3: lambda node, _body: struct.pack("<QII", 0, 0, 0) + self._attributes(self._paths[node]),
            5: lambda node, _body: os.fsencode(Path(self._paths[node]).readlink()),
            _OPEN: lambda _node, _body: struct.pack("<QII", 0, 0, 0),
            _READ: self._read,
            17: lambda _node, _body: struct.pack(
                "<5Q4I6I", 9, 9, 9, 9, 9, _BLOCK_BYTES, 255, _BLOCK_BYTES, *[0] * 7
            ),
            18: lambda _node, _body: b"",
            25: lambda _node, _body: b"",
            26: lambda _node, _body: struct.pack(
                "<IIIIHHIIHHI7I", 7, 31, 0, 0, 9, 9, 4096, 1, 0, 0, 0, *[0] * 7
            ),
            27: lambda _node, _body: struct.pack("<QII", 0, 0, 0),
            28: self._names,
            29: lambda _node, _body: b"",
            34: lambda _node, _body: b"",
        }

    def serve(self) -> None:
        """Answer until nobody gives orders any more."""
        waiting = select.poll()
        waiting.register(self._device, select.POLLIN)
        waiting.register(0, select.POLLIN)
        print("ready", flush=True)
        while True:
            for handle, _ in waiting.poll():
                if handle == self._device:
                    self._take()
                elif not self._obeys(sys.stdin.readline().rstrip("\n")):
                    self._libc.umount2(self._place.encode(), _MNT_DETACH)
                    return

    def _obeys(self, order: str) -> bool:
        kind, _, name = order.partition(" ")
        if kind in {"hush", "hush-content"}:
            self._silent, self._only_content = name, kind == "hush-content"
        elif order == "is-asked":
            print(len(self._held), flush=True)
            return True
        elif order == "answer":
            self._silent = None
            held, self._held = self._held, []
            for request in held:
                self._reply(request)
        else:
            return False
        print("done", flush=True)
        return True

    def _take(self) -> None:
        try:
            request = os.read(self._device, _REQUEST_BYTES)
        except OSError as error:
            # Who asked has gone meanwhile.
            if error.errno in {errno.ENOENT, errno.EINTR, errno.EAGAIN}:
                return
            raise
        _, operation, _, node, *_ = _IN.unpack_from(request)
        if operation in {_FORGET, _BATCH_FORGET, _INTERRUPT}:
            return
        if self._silent is not None and self._is_about(self._silent, operation, node, request):
            self._held.append(request)
        else:
            self._reply(request)

    def _is_about(self, name: str, operation: int, node: int, request: bytes) -> bool:
        if self._only_content and operation not in {_OPEN, _READ}:
            return False
        looked_up = os.fsdecode(request[_IN.size :].split(b"\0")[0]) if operation == _LOOKUP else ""
        return not name or name == looked_up or name in Path(self._paths[node]).parts

    def _reply(self, request: bytes) -> None:
        _, operation, unique, node, *_ = _IN.unpack_from(request)
        try:
            answer = self._answers[operation](node, request[_IN.size :])
            number = 0
        except KeyError:
            answer, number = b"", -errno.ENOSYS
        except OSError as error:
            answer, number = b"", -(error.errno or errno.EIO)
        with contextlib.suppress(FileNotFoundError):  # who asked has gone meanwhile
            os.write(self._device, _OUT.pack(_OUT.size + len(answer), number, unique) + answer)

    def _lookup(self, node: int, body: bytes) -> bytes:
        path = os.path.join(self._paths[node], os.fsdecode(body.split(b"\0")[0]))  # noqa: PTH118
        attributes = self._attributes(path)
        number = self._numbers.setdefault(path, len(self._numbers) + 1)
        self._paths[number] = path
        return struct.pack("<QQQQII", number, 0, 0, 0, 0, 0) + attributes

    def _attributes(self, path: str) -> bytes:
        status = os.lstat(path)
        times = [status.st_atime_ns, status.st_mtime_ns, status.st_ctime_ns]
        return _ATTRIBUTES.pack(
            status.st_ino,
            status.st_size,
            status.st_blocks,
            *(one // 10**9 for one in times),
            *(one % 10**9 for one in times),
            status.st_mode,
            status.st_nlink,
            status.st_uid,
            status.st_gid,
            0,
            _BLOCK_BYTES,
            0,
        )

    def _read(self, node: int, body: bytes) -> bytes:
        _, offset, size = struct.unpack_from("<QQI", body)
        with open(self._paths[node], "rb") as file:  # noqa: PTH123
            file.seek(offset)
            return file.read(size)

    def _names(self, node: int, body: bytes) -> bytes:
        _, offset, size = struct.unpack_from("<QQI", body)
        with os.scandir(self._paths[node]) as listed:
            entries = sorted(listed, key=lambda entry: entry.name)
        answer = b""
        for place, entry in enumerate(entries[offset:], offset + 1):
            name = os.fsencode(entry.name)
            kind = stat.S_IFMT(entry.stat(follow_symlinks=False).st_mode) >> 12
            one = struct.pack("<QQII", entry.inode(), place, len(name), kind) + name
            one += bytes(-len(one) % 8)
            if len(answer) + len(one) > size:
                break
            answer += one
        return answer


if __name__ == "__main__":
    _Server(*sys.argv[1:]).serve()
