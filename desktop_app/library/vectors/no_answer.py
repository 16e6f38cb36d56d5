"""Why a Milvus server was not reached, found out and put into words."""

import os
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

from desktop_app.library.errors import StoreUnavailableError
from desktop_app.library.outside.addresses import is_loopback
from desktop_app.library.vectors.access import Access

_REACH_S = 3.0
_MILVUS_PORT = 19530
_PROXIES = ("grpc_proxy", "https_proxy", "http_proxy")
# Milvus' code of a database that is not there (pkg/util/merr: ErrDatabaseNotFound).
_NO_DATABASE = 800
# Upsert, counting rows and databases all work as we use them from this one on.
LEAST_VERSION = (2, 3)
_TO_WHOM = "A token is sent only to the address in your own settings, after --store or --to, or in VISLUMBRE_STORE_ADDRESS."


def is_reachable(address: str) -> bool:
    """Whether anybody takes a connection at an address, within 3 seconds; True where only a proxy could tell."""
    if not _is_direct(address):
        return True
    try:
        with _connected(address):
            return True
    except OSError:
        return False


def explain(error: Exception, access: Access, whom: str) -> StoreUnavailableError:
    """Return what went wrong while a server was first asked, as a sentence with a hint.

    Args:
        error: What pymilvus raised.
        access: How it was asked.
        whom: The server for a person, without credentials.
    """
    status = next(filter(None, map(_status_of, _chain(error))), "")
    if status in {"UNAUTHENTICATED", "PERMISSION_DENIED"}:
        said = "does not take the token" if access.token else "wants a token"
        return StoreUnavailableError(
            f"The vector database at {whom} {said}.",
            f"Put user:password or a key into VISLUMBRE_STORE_TOKEN, or into the file store-token beside your settings. {_TO_WHOM}",
        )
    if getattr(error, "code", None) == _NO_DATABASE:
        return StoreUnavailableError(
            f"The vector database at {whom} has no database named {access.database or 'default'}.",
            "Have it made on the server, or change the name; an empty one is that which every server has.",
        )
    if why := _wrong_protection(access):
        return StoreUnavailableError(f"The vector database at {whom} was not asked: {why[0]}.", why[1])
    return StoreUnavailableError(
        f"The vector database at {whom} does not answer.",
        f"Check its address, its password, and whether it runs. {_TO_WHOM}",
    )


def need_version(version: str, whom: str) -> None:
    """Refuse a server that is too old.

    Raises:
        StoreUnavailableError: It is; versions that cannot be read are let pass.
    """
    parts = version.lstrip("v").split(".")
    if len(parts) > 1 and parts[0].isdecimal() and parts[1].isdecimal():
        number = (int(parts[0]), int(parts[1]))
        if number < LEAST_VERSION:
            raise StoreUnavailableError(
                f"The vector database at {whom} is Milvus {version}, which is too old.",
                f"Vislumbre needs Milvus {LEAST_VERSION[0]}.{LEAST_VERSION[1]} or newer.",
            )


def _chain(error: BaseException) -> Iterator[BaseException]:
    now: BaseException | None = error
    seen: set[int] = set()
    # pymilvus 3.0.2 raises errors from themselves.
    while now is not None and id(now) not in seen:
        yield now
        seen.add(id(now))
        now = now.__cause__


def _status_of(error: BaseException) -> str:
    """Return the name of gRPC's status, where an error has one."""
    code = getattr(error, "code", None)
    return str(getattr(code(), "name", "")) if callable(code) else ""


def _wrong_protection(access: Access) -> tuple[str, str] | None:
    """Return what is wrong with TLS, and what to do; None where it is something else."""
    address, authority = access.address, access.certificates.authority
    if not _is_direct(address):
        return None
    if not address.lower().startswith("https://"):
        if _speaks_tls(address):
            return "it wants to be asked by TLS", "Write its address with https:// at the beginning."
        return None
    # A third of a second and some MB, which nobody pays whose server answers.
    import ssl

    context = ssl.create_default_context(cafile=str(authority) if authority else None)
    # gRPC speaks HTTP/2 alone, and servers may refuse whoever does not say so.
    context.set_alpn_protocols(["h2"])
    try:
        if access.certificates.client is not None:
            context.load_cert_chain(access.certificates.client)
        with _connected(address) as plain, context.wrap_socket(plain, server_hostname=_host(address)[0]):
            return None
    except ssl.SSLCertVerificationError as error:
        return (
            f"its certificate is not trusted ({error.verify_message or error.reason})",
            "Name the file of the authority that signed it in the settings or with --store-certificate.",
        )
    except ssl.SSLError as error:
        return (
            f"TLS with it fails ({error.reason or error})",
            "If it has no TLS, write http:// in its address.",
        )
    except OSError:
        return None


def _speaks_tls(address: str) -> bool:
    import ssl

    # Nothing is sent but a greeting, so nothing has to be verified.
    context = ssl._create_unverified_context()  # noqa: S323, SLF001
    try:
        with _connected(address) as plain, context.wrap_socket(plain):
            return True
    except OSError:
        return False


def _connected(address: str) -> socket.socket:
    return socket.create_connection(_host(address), timeout=_REACH_S)


def _host(address: str) -> tuple[str, int]:
    parts = urlsplit(address if "://" in address else f"http://{address}")
    return parts.hostname or "", parts.port or _MILVUS_PORT


def _is_direct(address: str) -> bool:
    """Whether gRPC would connect to the address itself: not through a proxy, and not to a socket."""
    if address.startswith("unix:"):
        return False
    names = (*_PROXIES, *(name.upper() for name in _PROXIES))
    return is_loopback(address) or not any(os.environ.get(name) for name in names)
