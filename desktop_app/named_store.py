"""Which vector database a person named, and what it may be told: settings, command line and environment as one place."""

import base64
import logging
import os
import re
import stat
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app import own_files
from desktop_app.library import WrongNameError, is_same_place, shown_address
from desktop_app.paths import AppPaths, absolute
from desktop_app.settings import Values, declaration

if TYPE_CHECKING:
    from desktop_app.library import StorePlace

log = logging.getLogger(__name__)

TOKEN_FILE = "store-token"  # noqa: S105 — the file's name
"""Name of the file with the token, in the person's own configuration."""

_LONGEST_TOKEN_BYTES = 4096
# The list of all authorities that everybody knows takes a quarter of it.
_LONGEST_CERTIFICATES_BYTES = 2**20
_PEM = re.compile(rb"-----BEGIN (?:TRUSTED )?CERTIFICATE-----(.*?)-----END", re.DOTALL)


@dataclass(frozen=True, slots=True)
class NamedStore:
    """What was named for one run, in place of the settings.

    Attributes:
        address: Of a Milvus server; empty for the one in the settings.
        database: Name of the database on it; None for that in the settings.
        authority: File of the authority's certificate; None for that in the settings.
    """

    address: str = ""
    database: str | None = None
    authority: Path | None = None


IN_SETTINGS = NamedStore()
"""Nothing was named for this run."""


def refuse_misnamed(named: NamedStore) -> None:
    """Look at what was named for one run, before anything is done: a search may end without ever asking the server.

    Raises:
        WrongNameError: It is no address, no name of a database, or no file with a certificate.
    """
    for name, value in (("store_address", named.address), ("store_database", named.database or "")):
        setting = declaration(name)
        if complaint := setting.complaint(value):
            raise WrongNameError(
                f"{setting.label}: “{value}” {complaint}.", "See `vislumbre help server`.", name=value
            )
    if named.authority is not None and (reason := _no_certificate(absolute(named.authority))):
        raise WrongNameError(
            f"The certificate {named.authority} for the vector database {reason}.",
            "Name the PEM file of the authority that signed the server's: text that begins with -----BEGIN CERTIFICATE-----.",
            name=str(named.authority),
        )


def _no_certificate(file: Path) -> str:
    """Return why a file holds no certificate; empty when it holds one."""
    try:
        # A pipe would be waited for.
        mode = file.stat().st_mode
        if not stat.S_ISREG(mode):
            return "is a folder" if stat.S_ISDIR(mode) else "is no ordinary file"
        with file.open("rb") as opened:
            content = opened.read(_LONGEST_CERTIFICATES_BYTES)
    except FileNotFoundError:
        return "is not there"
    except OSError as error:
        return f"cannot be read ({error.strerror or error})"
    return "" if any(map(_is_certificate, _PEM.findall(content))) else "holds no certificate that can be read"


def _is_certificate(letters: bytes) -> bool:
    """Whether what stands between the two lines of PEM can be one; whom to believe is the connection's to tell.

    Python's ssl would tell the same, and belongs to what opens connections alone.
    """
    try:
        content = base64.b64decode(b"".join(letters.split()), validate=True)
    except ValueError:
        return False
    # As DER a certificate is a sequence, whose length is told in one or two bytes behind its two first.
    width = {b"\x30\x81": 1, b"\x30\x82": 2}.get(content[:2], 0)
    return width > 0 and len(content) >= 2 + width + int.from_bytes(content[2 : 2 + width], "big")


def store_place(
    paths: AppPaths, values: Values, named: NamedStore, network: Callable[[], bool]
) -> "StorePlace | None":
    """Return where the vectors of a library are; None for the database that is built in.

    Args:
        paths: Where the library is.
        values: Its settings. Database and certificate in them belong to the address in them.
        named: What was named in their place.
        network: Whether another computer may be asked.
    """
    address = named.address or values.store_address
    if not address:
        return None
    from desktop_app.library import Certificates, StorePlace

    is_in_settings = not named.address
    database = named.database if named.database is not None else (values.store_database * is_in_settings)
    authority = named.authority
    if authority is None and is_in_settings and values.store_certificate:
        authority = Path(values.store_certificate).expanduser()
    is_persons = bool(named.address) or paths == AppPaths.for_person()
    token, client = _secrets_for(address, is_persons=is_persons)
    return StorePlace(
        paths.data / "vectors",
        address,
        token,
        database=database,
        certificates=Certificates(authority, client),
        network=network,
    )


def _secrets_for(address: str, *, is_persons: bool) -> tuple[str, Path | None]:
    """Return the token and the certificate of the person where they belong to an address, else nothing.

    A library that came from elsewhere brings its settings along, and an address in them.

    Args:
        address: Of the Milvus server.
        is_persons: Whether the person named it: on the command line, or in the settings of their own library.
    """
    token = os.environ.get("VISLUMBRE_STORE_TOKEN", "") or _token_in_file()
    client = os.environ.get("VISLUMBRE_STORE_CLIENT_CERTIFICATE", "")
    its_address = os.environ.get("VISLUMBRE_STORE_ADDRESS", "")
    belongs = is_same_place(address, its_address) if its_address else is_persons
    if belongs:
        return token, Path(client).expanduser() if client else None
    if token or client:
        log.warning(
            "VISLUMBRE_STORE_TOKEN is not sent to %s, which it does not belong to", shown_address(address)
        )
    return "", None


def _token_in_file() -> str:
    """Return the token in the person's configuration; nothing where there is none, or where others may read it."""
    folder = AppPaths.for_person().config
    file = folder / TOKEN_FILE
    try:
        if sys.platform != "win32" and stat.S_IMODE(file.lstat().st_mode) & 0o077:
            log.warning("the token in %s is not used, for others may read it: chmod 600 helps", file)
            return ""
        lines = own_files.read(file, _LONGEST_TOKEN_BYTES, below=folder).decode().splitlines()
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        log.warning("the token in %s cannot be read: %s", file, error)
        return ""
    return lines[0].strip() if lines else ""
