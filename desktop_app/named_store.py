"""Which vector database a person named, and what it may be told: settings, command line and environment as one place."""

import logging
import os
import stat
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app import own_files
from desktop_app.library import is_same_place, shown_address
from desktop_app.paths import AppPaths
from desktop_app.settings import Values

if TYPE_CHECKING:
    from desktop_app.library import StorePlace

log = logging.getLogger(__name__)

TOKEN_FILE = "store-token"  # noqa: S105 — the file's name
"""Name of the file with the token, in the person's own configuration."""

_LONGEST_TOKEN_BYTES = 4096


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
