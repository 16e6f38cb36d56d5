"""Addresses are shown without credentials, and what is this computer is told without asking anybody."""

import pytest

from desktop_app.library.outside.addresses import (
    is_loopback,
    is_protected,
    is_same_place,
    is_web_address,
    shown_address,
)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://host:1/path?token=secret#secret", "https://host:1/path"),
        ("https://user:secret@host/path", "https://host/path"),
        ("https://user:se/cret@host/path", "https://host/path"),
        ("https://user:s@cret@host:19530", "https://host:19530"),
        ("user:secret@host", "http://host"),
        ("http://[::1]:5/", "http://[::1]:5/"),
        ("http://user:secret@", "an address that cannot be read"),
        ("http://user:secret@host:port", "an address that cannot be read"),
        ("http://[", "an address that cannot be read"),
        ("", "an address that cannot be read"),
    ],
)
def test_an_address_is_shown_without_credentials(address: str, shown: str) -> None:
    assert shown_address(address) == shown


@pytest.mark.parametrize(
    ("address", "is_here"),
    [
        ("http://localhost:19530", True),
        ("localhost:19530", True),
        ("https://LOCALHOST.", True),
        ("http://127.0.0.1", True),
        ("http://127.255.3.4:1", True),
        ("http://[::1]:19530", True),
        ("unix:/tmp/socket", True),
        ("http://person:word@127.0.0.1", True),
        ("http://127.0.0.1@example.org", False),
        ("http://localhost.example.org", False),
        ("http://127.0.0.1.nip.io", False),
        ("http://128.0.0.1", False),
        ("http://0.0.0.0", False),
        ("http://10.0.0.1", False),
        ("http://[::2]", False),
        ("http://", False),
        ("http://[", False),
    ],
)
def test_this_computer_is_told_by_the_address_alone(
    address: str, is_here: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("getaddrinfo", "gethostbyname"):
        monkeypatch.setattr(f"socket.{name}", lambda *_: pytest.fail("a name was resolved"))
    assert is_loopback(address) is is_here


def test_what_is_sent_is_protected_by_tls_or_never_leaves() -> None:
    for address, protected in (
        ("https://host", True),
        ("HTTPS://host", True),
        ("http://host", False),
        ("host", False),
        ("http://localhost", True),
    ):
        assert is_protected(address) is protected


def test_a_place_is_scheme_host_and_port() -> None:
    assert is_same_place("https://Host:1", "https://host:1/db")
    for other in ("http://host:1", "https://host:2", "https://host", "https://host.org:1", "nonsense://["):
        assert not is_same_place("https://host:1", other)


def test_only_http_is_the_web() -> None:
    assert is_web_address("https://host")
    assert not any(map(is_web_address, ("host", "ftp://host", "file:///etc", "https://", "http://host:x")))
