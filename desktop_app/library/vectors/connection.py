"""One connection to Milvus: quiet, with a time limit on every call, and errors as sentences."""

import logging
import os
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from desktop_app.library.connections import NO_LOG, ConnectionLog, Outcome
from desktop_app.library.errors import StoreError, StoreUnavailableError
from desktop_app.library.outside.addresses import has_credentials, is_loopback, is_protected, shown_address
from desktop_app.library.vectors.access import NO_CERTIFICATES, Access, Certificates
from desktop_app.library.vectors.lite.child import FLUSH_FAILED
from desktop_app.library.vectors.no_answer import explain, is_reachable, need_version
from desktop_app.library.vectors.pymilvus_alone import import_client

logger = logging.getLogger(__name__)

_CONNECT_S = 15.0
_CONNECT_FAILED = 2
_OWN_CHILD = "milvus-lite"
_NO_SUCH = "vislumbre_looks_whether_it_may_ask"


class RefusedError(StoreError):
    """Milvus answered, and the answer is no.

    Attributes:
        reason: Its words.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(f"The vector database refused: {reason}")
        self.reason = reason


class BrokenServerError(StoreError):
    """Our child process has seen a flush fail and takes no more writes."""

    def __init__(self) -> None:
        super().__init__("The search index could not write its rows to disk.")


class MilvusConnection:
    """A client of one address. Reads may come from several threads, writes from one.

    Attributes:
        description: The address for a person, without credentials.
        is_lite: Whether Milvus Lite answers.
    """

    def __init__(
        self,
        address: str,
        token: str,
        network: Callable[[], bool] = lambda: True,
        connections: ConnectionLog = NO_LOG,
        why: str = "Milvus server",
        *,
        database: str = "",
        certificates: Certificates = NO_CERTIFICATES,
    ) -> None:
        """Connect.

        Args:
            address: Of the server.
            token: What it wants to be told; sent to no other address, and only where nobody can read it on the way.
            network: Whether another computer may be asked; asked before every call.
            connections: The connection is noted there, and that one was refused; not that to a process of our own.
            why: What it is for, for a person.
            database: Name of the database on the server; empty for the one every server has.
            certificates: Whom to believe on the way.

        Raises:
            StoreUnavailableError: Nobody answers, the token is wrong or would be readable, the database is not there,
                the certificate is not trusted, the server is too old, or it may not be asked.
        """
        self.description = describe(address)
        self._may_be_asked: Callable[[], bool] = _always if is_loopback(address) else network
        self._connections = NO_LOG if address.startswith("unix:") else connections
        self._whom = (shown_address(address), why)
        self._is_refused = False
        self._stay_offline()
        if not is_protected(address) and (token or has_credentials(address)):
            self._refuse("its password could be read on the way")
            raise StoreUnavailableError(
                f"The vector database at {self.description} was not asked, for its password could be read on the way.",
                "Use an address that begins with https://, or unset VISLUMBRE_STORE_TOKEN.",
            )
        options = certificates.options() if address.lower().startswith("https://") else {}
        client_class, uri = _client_class(), _uri(address)
        self._entry = self._connections.begin(*self._whom)
        access = Access(uri, token, database, certificates)
        try:
            self._client: Any = self._connected(client_class, access, options)
            version = str(self._client.get_server_version(timeout=_CONNECT_S))
            self.is_lite = version.startswith("milvus_lite")
            if not self.is_lite:
                need_version(version, self.description)
                # Only now does a server say that it does not know the person. Lite would load all it has.
                self._client.has_collection(_NO_SUCH, timeout=_CONNECT_S)
                if database:
                    # Milvus 2.3 says of a database that is not there only that it has no collection of that name.
                    self._client.list_collections(timeout=_CONNECT_S)
        except _pymilvus_errors() as error:
            self._entry.end(Outcome.FAILED, "it does not answer")
            raise explain(error, access, self.description) from error
        except StoreUnavailableError as error:
            self._entry.end(Outcome.FAILED, error.sentence)
            raise

    def _connected(self, client_class: Any, access: Access, options: dict[str, Any]) -> Any:
        # pymilvus waits the whole time also where nobody listens.
        if not is_reachable(access.address):
            raise StoreUnavailableError(
                f"The vector database at {self.description} does not answer.",
                "Check its address, and whether it runs.",
            )
        # Dedicated: a shared one stays open after `close`.
        return client_class(
            uri=access.address,
            token=access.token,
            db_name=access.database,
            timeout=_CONNECT_S,
            dedicated=True,
            grpc_options=_options(access.address),
            **options,
        )

    def call(self, method: str, *arguments: Any, timeout_s: float, **options: Any) -> Any:
        """Call a method of `MilvusClient` and return its result.

        Raises:
            StoreUnavailableError: No answer in time; a write may have arrived or not.
            RefusedError: The answer is no.
            BrokenServerError: A flush has failed before.
        """
        self._stay_offline()
        try:
            return getattr(self._client, method)(*arguments, timeout=timeout_s, **options)
        except _pymilvus_errors() as error:
            if FLUSH_FAILED in str(error):
                raise BrokenServerError from error
            if reason := _refusal(error):
                raise RefusedError(reason) from error
            raise StoreUnavailableError(
                f"The vector database at {self.description} does not answer.",
                "If this happens again, start Vislumbre again."
                if self.description == _OWN_CHILD
                else "Check whether it runs.",
            ) from error

    def close(self) -> None:
        """Give the connection up; calls that are under way fail."""
        self._client.close()
        self._entry.end(Outcome.COMPLETE, "it was closed")

    def _refuse(self, reason: str) -> None:
        """Note once that nobody was asked."""
        if not self._is_refused:
            self._is_refused = True
            self._connections.refused(*self._whom, reason)

    def _stay_offline(self) -> None:
        if not self._may_be_asked():
            self._refuse("the network is switched off")
            raise StoreUnavailableError(
                f"The vector database at {self.description} was not asked: it is not on this computer, and Vislumbre "
                "is offline.",
                "Allow the network in the settings and without VISLUMBRE_OFFLINE, or use the built-in database.",
            )


def _always() -> bool:
    return True


def describe(address: str) -> str:
    """Return an address for a person: "milvus-lite" for our own child, a server's without credentials."""
    return _OWN_CHILD if address.startswith("unix:") else shown_address(_uri(address))


def _uri(address: str) -> str:
    """Return an address as pymilvus wants it.

    Raises:
        StoreUnavailableError: It is none.
    """
    uri = address if "://" in address or address.startswith("unix:") else f"http://{address}"
    # pymilvus would start Lite inside this process, on a port that anyone may use.
    is_local_file = uri.endswith(".db")
    try:
        valid = uri.startswith("unix:") or bool(urlsplit(uri).hostname and (urlsplit(uri).port or True))
    except ValueError:
        valid = False
    if is_local_file or not valid:
        raise StoreUnavailableError(
            "The address of the Milvus server cannot be used.", "It looks like http://host:19530."
        )
    return uri


def _options(address: str) -> dict[str, int]:
    """Return gRPC options: no proxy for this machine, which gRPC would use even for a socket."""
    return {"grpc.enable_http_proxy": 0} if is_loopback(address) else {}


def _refusal(error: Exception) -> str:
    """Return the server's words when it answered; empty when it did not."""
    code = getattr(error, "code", None)
    message = str(getattr(error, "message", ""))
    # A call that failed on the way carries a gRPC status, or was wrapped by pymilvus' own handler.
    answered = (
        isinstance(code, int) and code != _CONNECT_FAILED and not message.startswith("Unexpected error")
    )
    return message.strip() or "no reason given" if answered else ""


def _pymilvus_errors() -> tuple[type[Exception], ...]:
    import grpc
    from pymilvus.exceptions import MilvusException

    return (MilvusException, grpc.RpcError, grpc.FutureTimeoutError)


class _ToDebug(logging.Handler):
    """Passes another library's messages on to our log at the lowest level.

    pymilvus logs tracebacks at ERROR for what it raises too, and for AllocTimestamp, which Lite does not have
    and nobody needs.
    """

    def emit(self, record: logging.LogRecord) -> None:
        logger.debug("%s: %s", record.name, record.getMessage())


def _client_class() -> Any:
    """Import pymilvus without its side effects, and return its client."""
    # It would read a `.env` file, in a frozen application one from the current folder.
    os.environ["PYTHON_DOTENV_DISABLED"] = "1"
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    found = import_client()
    for name in ("pymilvus", "pymilvus.milvus_client", "pymilvus.bulk_writer"):
        noisy = logging.getLogger(name)
        if not any(isinstance(handler, _ToDebug) for handler in noisy.handlers):
            noisy.handlers = [_ToDebug()]
            noisy.propagate = False
    return found
