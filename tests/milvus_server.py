"""A Milvus server in a process of its own, as others run one: Milvus Lite behind a port, with a token and TLS if wanted."""

import socket
import subprocess
import sys
from concurrent import futures
from pathlib import Path
from types import TracebackType

import pytest

from tests.waiting import wait_until


class MilvusServer:
    """One server on 127.0.0.1; it can be killed, and started again on what it had written.

    Attributes:
        port: Where it listens, the same after every start.
    """

    def __init__(
        self, folder: Path, *, token: str = "", pem: Path | None = None, clients: Path | None = None
    ) -> None:
        """Start it.

        Args:
            folder: Its files.
            token: What it wants to be told; empty for nothing.
            pem: Its certificate and key, to be asked by TLS alone; None without.
            clients: Certificate of the authority of those that may ask; None for all.
        """
        self.port = free_port()
        self._command = [
            sys.executable,
            "-m",
            "tests.milvus_server",
            str(self.port),
            str(folder / "data"),
            token,
        ]
        self._command += [str(file or "") for file in (pem, clients)]
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def address(self) -> str:
        """Its address, without TLS."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it unless it runs, and wait until it answers."""
        if self._process is not None:
            return
        self._process = subprocess.Popen(
            self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=Path(__file__).parents[1]
        )
        wait_until(lambda: answers(self.port))

    def kill(self) -> None:
        """End it at once; what it had acknowledged is in its log."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def __enter__(self) -> "MilvusServer":
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.kill()


def free_port() -> int:
    """Return a port of this computer on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers(port: int) -> bool:
    """Whether somebody listens on a port of this computer."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def certificates(folder: Path) -> Path:
    """Make an authority, a server's certificate for localhost, and a client's; skip the test without openssl.

    Returns:
        The folder with `authority.pem`, `server.pem` and `client.pem`; the last two hold their keys too.
    """

    def openssl(*words: str) -> None:
        try:
            subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)
        except FileNotFoundError:
            pytest.skip("there is no openssl to make certificates with")

    new = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    openssl(
        "req",
        "-x509",
        *new,
        "-keyout",
        "authority.key",
        "-out",
        "authority.pem",
        "-subj",
        "/CN=Tests",
        "-days",
        "2",
    )
    (folder / "names").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
    for name in ("server", "client"):
        openssl("req", *new, "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}")
        signer = ("-CA", "authority.pem", "-CAkey", "authority.key", "-CAcreateserial", "-days", "2")
        openssl("x509", "-req", "-in", f"{name}.csr", *signer, "-extfile", "names", "-out", f"{name}.crt")
        both = (folder / f"{name}.crt").read_bytes() + (folder / f"{name}.key").read_bytes()
        (folder / f"{name}.pem").write_bytes(both)
    return folder


def _serve(port: str, data: str, token: str, pem: str, clients: str) -> None:
    import grpc
    from milvus_lite.adapter.grpc.servicer import MilvusServicer
    from milvus_lite.db import MilvusLite
    from pymilvus.grpc_gen import milvus_pb2_grpc

    from desktop_app.library.vectors.lite.child import TokenAuth

    server = grpc.server(
        futures.ThreadPoolExecutor(max_workers=4), interceptors=[TokenAuth(token)] if token else []
    )
    milvus_pb2_grpc.add_MilvusServiceServicer_to_server(MilvusServicer(MilvusLite(data)), server)
    if pem:
        both = Path(pem).read_bytes()
        allowed = Path(clients).read_bytes() if clients else None
        credentials = grpc.ssl_server_credentials([(both, both)], allowed, require_client_auth=bool(clients))
        server.add_secure_port(f"127.0.0.1:{port}", credentials)
    else:
        server.add_insecure_port(f"127.0.0.1:{port}")
    server.start()
    server.wait_for_termination()


if __name__ == "__main__":
    _serve(*sys.argv[1:])
