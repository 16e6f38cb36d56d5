"""How a Milvus server is reached: address, token, database and certificates."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desktop_app.library.errors import StoreUnavailableError


@dataclass(frozen=True, slots=True)
class Certificates:
    """Whom to believe on the way to a server, and as whom to come.

    Attributes:
        authority: PEM file of the authority that signed the server's certificate; None for those that everybody knows.
        client: PEM file with the certificate and the key that the server wants to see of us; None for none.
    """

    authority: Path | None = None
    client: Path | None = None

    def options(self) -> dict[str, Any]:
        """Return them as pymilvus wants them.

        Raises:
            StoreUnavailableError: A file cannot be read, or a client's certificate comes without an authority's.
        """
        for file in (self.authority, self.client):
            if file is not None:
                _need_readable(file)
        if self.client is None:
            return {"server_pem_path": str(self.authority)} if self.authority is not None else {}
        if self.authority is None:
            # pymilvus 3.0.2 silently leaves the client's certificate out then.
            raise StoreUnavailableError(
                "A certificate of our own is sent only to a server whose authority is named.",
                "Name the file of the authority's certificate in the settings or with --store-certificate.",
            )
        return {
            "ca_pem_path": str(self.authority),
            "client_pem_path": str(self.client),
            "client_key_path": str(self.client),
        }


NO_CERTIFICATES = Certificates()
"""Those that every computer believes."""


@dataclass(frozen=True, slots=True)
class Access:
    """One Milvus server as a person named it.

    Attributes:
        address: Like "https://host:19530"; empty for none.
        token: Like "user:password"; may be empty. Never shown.
        database: Name of the database on it; empty for the one every server has.
        certificates: Whom to believe on the way.
    """

    address: str
    token: str = field(default="", repr=False)
    database: str = ""
    certificates: Certificates = NO_CERTIFICATES


def _need_readable(file: Path) -> None:
    try:
        with file.open("rb") as opened:
            is_pem = b"-----BEGIN" in opened.read(1 << 16)
    except OSError as error:
        raise StoreUnavailableError(
            f"The certificate {file} for the vector database cannot be read: {error.strerror or error}.",
            "Check the name and the permissions of the file.",
        ) from error
    if not is_pem:
        raise StoreUnavailableError(
            f"The certificate {file} for the vector database is no PEM file.",
            "Such a file is text and begins with -----BEGIN CERTIFICATE-----.",
        )
