"""How a server is reached: token, database, TLS; and every reason for which it is not, as a sentence."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.library.errors import StoreUnavailableError
from desktop_app.library.vectors.access import Access, Certificates
from desktop_app.library.vectors.no_answer import explain, is_reachable, need_version
from desktop_app.library.vectors.remote.milvus_store import MilvusStore
from tests.library.vectors.rows import rows_of, unit_vectors
from tests.milvus_server import MilvusServer, certificates, free_port


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def by_tls(pem: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MilvusServer]:
    """A server with TLS that wants to see the client's certificate and a token."""
    folder = tmp_path_factory.mktemp("tls")
    with MilvusServer(
        folder, token="person:word", pem=pem / "server.pem", clients=pem / "authority.pem"
    ) as one:
        yield one


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MilvusServer]:
    with MilvusServer(tmp_path_factory.mktemp("plain"), token="person:word") as one:
        yield one


def refused(address: str, token: str = "", *, database: str = "", known: Certificates | None = None) -> str:
    """Return the sentence with which a server could not be opened."""
    with pytest.raises(StoreUnavailableError) as caught:
        MilvusStore.remote(address, token, "m", 8, database=database, certificates=known or Certificates())
    assert "word" not in str(caught.value).replace("password", "")
    return caught.value.sentence


def test_a_server_is_asked_by_tls_with_an_authority_and_a_certificate_of_our_own(
    by_tls: MilvusServer, pem: Path
) -> None:
    known = Certificates(pem / "authority.pem", pem / "client.pem")
    store = MilvusStore.remote(f"https://localhost:{by_tls.port}", "person:word", "m", 8, certificates=known)
    store.upsert(rows_of(unit_vectors(3, 8)))
    assert store.count() == 3
    store.close()


def test_a_certificate_that_nobody_vouches_for_is_said(by_tls: MilvusServer) -> None:
    told = refused(f"https://localhost:{by_tls.port}", "person:word")
    assert "certificate is not trusted" in told


def test_a_certificate_of_another_name_is_said(by_tls: MilvusServer, pem: Path) -> None:
    known = Certificates(pem / "authority.pem", pem / "client.pem")
    told = refused(f"https://127.0.0.2:{by_tls.port}", "person:word", known=known)
    assert "does not answer" in told or "certificate is not trusted" in told


def test_tls_where_there_is_none_and_none_where_there_is(by_tls: MilvusServer, plain: MilvusServer) -> None:
    assert "TLS with it fails" in refused(f"https://localhost:{plain.port}", "person:word")
    assert "wants to be asked by TLS" in refused(by_tls.address)


@pytest.mark.parametrize(
    ("token", "told"), [("", "wants a token"), ("person:else", "does not take the token")]
)
def test_a_token_that_is_missing_or_wrong_is_said(plain: MilvusServer, token: str, told: str) -> None:
    assert told in refused(plain.address, token)


def test_a_token_is_not_shown() -> None:
    assert "secret" not in repr(Access("http://host", "secret"))


def test_files_of_certificates_that_cannot_be_used_are_named(tmp_path: Path, pem: Path) -> None:
    gone, wrong = tmp_path / "gone.pem", tmp_path / "wrong.pem"
    wrong.write_bytes(b"0\x82")
    address = f"https://localhost:{free_port()}"
    assert "gone.pem" in refused(address, known=Certificates(gone))
    assert "no PEM file" in refused(address, known=Certificates(wrong))
    assert "authority is named" in refused(address, known=Certificates(client=pem / "client.pem"))


@pytest.mark.parametrize("version", ["2.2.16", "v2.2", "1.1.0"])
def test_a_server_that_is_too_old_is_said(version: str) -> None:
    with pytest.raises(StoreUnavailableError, match=r"too old\. Vislumbre needs Milvus 2\.3"):
        need_version(version, "http://host")


@pytest.mark.parametrize("version", ["v2.3.5-lite", "2.10.0", "3.0", "custom"])
def test_a_server_that_is_new_enough_is_used(version: str) -> None:
    need_version(version, "http://host")


def test_nobody_listening_is_known_at_once_and_a_proxy_is_not_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("grpc_proxy", "https_proxy", "http_proxy", "GRPC_PROXY", "HTTPS_PROXY", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    assert not is_reachable(f"http://127.0.0.1:{free_port()}")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        assert is_reachable(f"http://127.0.0.1:{listening.getsockname()[1]}")
    monkeypatch.setenv("https_proxy", "http://proxy.invalid:1")
    assert is_reachable("http://milvus.invalid:19530")


def test_an_error_that_is_its_own_cause_is_explained() -> None:
    error = ValueError("no")
    error.__cause__ = error
    told = explain(error, Access(f"http://127.0.0.1:{free_port()}"), "http://host")
    assert told.sentence == "The vector database at http://host does not answer."
