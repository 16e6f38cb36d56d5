"""A server on another computer is asked only where that is allowed, and told a password only where nobody can read it."""

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from desktop_app.library.connections import ConnectionLog, Outcome
from desktop_app.library.errors import StoreUnavailableError
from desktop_app.library.vectors.remote.milvus_store import MilvusStore
from tests.library.vectors.rows import DIMENSION
from tests.waiting import wait_until


@pytest.fixture
def elsewhere() -> str:
    """An address of this computer that is no loopback, which stands for another computer's."""
    found = (
        one.address
        for addresses in psutil.net_if_addrs().values()
        for one in addresses
        if one.family is socket.AF_INET and not one.address.startswith("127.")
    )
    address = next(found, None)
    if address is None:
        pytest.skip("this computer has no address but loopback")
    return address


@contextmanager
def recorder(host: str) -> Iterator[tuple[int, list[bytes]]]:
    """Listen and say nothing; yields the port, and what each connection sent first."""
    heard: list[bytes] = []
    with socket.create_server((host, 0)) as server:

        def listen() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.settimeout(1)
                    try:
                        heard.append(connection.recv(4096))
                    except OSError:
                        heard.append(b"")

        thread = threading.Thread(target=listen)
        thread.start()
        try:
            yield server.getsockname()[1], heard
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


def test_offline_no_other_computer_is_asked(
    elsewhere: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    log = ConnectionLog(tmp_path)
    monkeypatch.setattr("desktop_app.library.vectors.connection._CONNECT_S", 1.0)
    with recorder(elsewhere) as (port, heard):
        address = f"http://{elsewhere}:{port}"
        with pytest.raises(StoreUnavailableError, match="Vislumbre is offline") as refused:
            MilvusStore.remote(address, "", "m", 8, network=lambda: False, connections=log)
        assert f"at {address} was not asked" in refused.value.sentence
        assert heard == []
        # The same with leave is heard, so silence was no accident.
        with pytest.raises(StoreUnavailableError, match="does not answer"):
            MilvusStore.remote(address, "", "m", 8, connections=log)
        assert heard
    refusal, attempt = log.all()
    assert {(one.host, one.port) for one in (refusal, attempt)} == {(elsewhere, port)}
    assert "Milvus server, collection" in refusal.why
    assert (refusal.outcome, refusal.ended) == (Outcome.REFUSED, "the network is switched off")
    assert (attempt.outcome, attempt.ended) == (Outcome.FAILED, "it does not answer")


@pytest.mark.parametrize(("before", "token"), [("", "person:secret"), ("person:secret@", "")])
def test_a_password_is_not_sent_where_it_can_be_read(
    elsewhere: str, before: str, token: str, tmp_path: Path
) -> None:
    log = ConnectionLog(tmp_path)
    with recorder(elsewhere) as (port, heard):
        with pytest.raises(StoreUnavailableError, match="its password could be read on the way") as refused:
            MilvusStore.remote(f"http://{before}{elsewhere}:{port}", token, "m", 8, connections=log)
        assert heard == []
    (one,) = log.all()
    assert (one.outcome, one.ended) == (Outcome.REFUSED, "its password could be read on the way")
    assert "secret" not in str(one)
    assert "secret" not in str(refused.value)
    assert "https://" in refused.value.hint


def test_a_name_that_leads_here_is_another_computer_and_is_not_resolved() -> None:
    with pytest.raises(StoreUnavailableError, match="Vislumbre is offline"):
        MilvusStore.remote("http://vectors.invalid:19530", "", "m", 8, network=lambda: False)


def test_what_is_switched_off_meanwhile_is_asked_no_more(elsewhere: str, tmp_path: Path) -> None:
    with socket.create_server((elsewhere, 0)) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "milvus_lite", "server", "--host", elsewhere, "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--data-dir", str(tmp_path / "data")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_until(lambda: _answers(elsewhere, port))
        allowed = True
        store = MilvusStore.remote(f"http://{elsewhere}:{port}", "", "m", DIMENSION, network=lambda: allowed)
        assert store.count() == 0
        allowed = False
        with pytest.raises(StoreUnavailableError, match="Vislumbre is offline"):
            store.count()
        store.close()
    finally:
        process.kill()
        process.wait()


def _answers(host: str, port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((host, port)) == 0
