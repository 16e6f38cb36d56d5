"""A real Milvus standalone, started here without containers: the last of the `milvus` wheels (2.3.5, Linux x86-64)."""

import json
import os
import signal
import subprocess
import time
import urllib.request
from pathlib import Path
from types import TracebackType

import pytest

_STARTED_S = 180.0

# The package starts the server and waits; what it prints first is the process to kill and the port to ask.
_RUN = """
import json, socket, sys
from milvus import MilvusServer, MilvusServerConfig

def bound(config, port):
    # After a kill the port is in TIME_WAIT; the package would take the next one.
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind(("", port))
    except OSError:
        sock.close()
        return None
    return sock

MilvusServerConfig.try_bind_port = bound
server = MilvusServer(MilvusServerConfig(), data_dir=sys.argv[1], wait_for_started=False)
server.config.set("system_log_level", "error")
for name, value in json.loads(sys.argv[2]).items():
    server.config.set(name, value)
server.start()
print(json.dumps({"pid": server.server_proc.pid, "port": server.config.get("proxy_port"),
                  "health": server.webservice_port}), flush=True)
sys.stdin.read()
server.stop()
"""


class RealMilvus:
    """One server with a folder of its own; it can be killed and started again on what it had written.

    It listens on all addresses: run the tests in a network of their own (`unshare -n`, then `ip link set lo up`).

    Attributes:
        address: Of the running server.
    """

    def __init__(self, python: str, folder: Path, **settings: object) -> None:
        """Start it; `python` runs an environment that has the package `milvus`."""
        self.address = ""
        self._python = python
        self._folder = folder
        self._settings = settings
        self._runner: subprocess.Popen[str] | None = None
        self._pid = 0
        self.start()

    def start(self) -> None:
        """Start it, and wait until it says that it is well."""
        self._runner = subprocess.Popen(
            [self._python, "-c", _RUN, str(self._folder), json.dumps(self._settings)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._runner.stdout is not None
        said = json.loads(self._runner.stdout.readline())
        self._pid = said["pid"]
        self.address = f"http://127.0.0.1:{said['port']}"
        end = time.monotonic() + _STARTED_S
        while not _is_well(said["health"]):
            assert time.monotonic() < end, "the server did not start"
            time.sleep(0.2)

    def kill(self) -> None:
        """End it as a power cut would: nothing is written any more."""
        os.kill(self._pid, signal.SIGKILL)
        self._end_runner()

    def close(self) -> None:
        """End it."""
        if self._runner is not None:
            self._end_runner()

    def _end_runner(self) -> None:
        assert self._runner is not None
        assert self._runner.stdin is not None
        self._runner.stdin.close()
        self._runner.wait(60)
        if self._runner.stdout is not None:
            self._runner.stdout.close()
        self._runner = None

    def __enter__(self) -> "RealMilvus":
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()


def _is_well(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
            return b"OK" in answer.read()
    except OSError:
        return False


def python_with_milvus() -> str:
    """Return the Python that has the package, or skip the test."""
    python = os.environ.get("VISLUMBRE_MILVUS_PYTHON", "")
    if not python:
        pytest.skip("VISLUMBRE_MILVUS_PYTHON names no Python that has the package milvus")
    return python
