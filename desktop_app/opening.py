"""Opens a library as the settings say: the one recipe for the window and the command line."""

import logging
import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from desktop_app.library import is_same_place, shown_address, use_extras
from desktop_app.paths import AppPaths, extras_folder, resources
from desktop_app.settings import Values
from desktop_app.trust import OwnLibraries

if TYPE_CHECKING:
    from desktop_app.library import PhotoLibrary

log = logging.getLogger(__name__)


def open_library(
    paths: AppPaths,
    chosen: Callable[[], Values],
    *,
    model: str | None = None,
    runtime: str | None = None,
    store_address: str = "",
    own: OwnLibraries,
    trusted: bool = False,
) -> "PhotoLibrary":
    """Open the library as the person chose. Any thread that may wait.

    Args:
        paths: Where everything is kept; folders that are not there are made.
        chosen: Returns the settings as they are now. Whether a model may be downloaded is asked of them when one is
            wanted, since the answer may change meanwhile; called on any thread.
        model: Use this model; None for the one in use before.
        runtime: Name of the way to run models as long as it is open; None for the way chosen for each.
        store_address: A Milvus server in place of the one in the settings; empty for that.
        own: The libraries that may be opened without a word.
        trusted: Whether the person says that this one may be, whoever made it.

    Raises:
        UnknownLibraryError: Somebody else made it; nothing was changed.
        LibraryError: It cannot be opened.
        OSError: One of the folders cannot be made.
    """
    # Most of the engine: imported by the thread that waits for a library, after the window is painted.
    from desktop_app.library import PhotoLibrary, StorePlace, way_here

    values = chosen()
    own.admit(paths, values.store_address, trusted=trusted)
    paths.make()
    use_extras(extras_folder())

    def network() -> bool:
        return chosen().network and is_online()

    address = store_address or values.store_address
    token = _token_for(address, is_persons=bool(store_address) or paths == AppPaths.for_person())
    return PhotoLibrary(
        paths.data,
        paths.cache,
        resources=resources(),
        model=model,
        runtime=way_here(runtime) if runtime else None,
        store=StorePlace(paths.data / "vectors", address, token, network=network) if address else None,
        network=network,
        threads=values.threads,
        config=paths.config,
        log=paths.log,
        thumbnails_bytes=values.thumbnails_gb * 10**9 or None,
        # In the person's own configuration, never in that of a library with a folder of its own, which may come from elsewhere.
        speeds=AppPaths.for_person().config / "speeds",
    )


def is_online() -> bool:
    """Whether the network may be used, by the environment's word on being offline: nothing and "0" say it may."""
    return os.environ.get("VISLUMBRE_OFFLINE", "").strip() in {"", "0"}


def _token_for(address: str, *, is_persons: bool) -> str:
    """Return the environment's token where it belongs to an address, else nothing.

    A library that came from elsewhere brings its settings along, and an address in them.

    Args:
        address: Of the Milvus server.
        is_persons: Whether the person named it: on the command line, or in the settings of their own library.
    """
    token = os.environ.get("VISLUMBRE_STORE_TOKEN", "")
    its_address = os.environ.get("VISLUMBRE_STORE_ADDRESS", "")
    belongs = is_same_place(address, its_address) if its_address else is_persons
    if token and address and not belongs:
        log.warning(
            "VISLUMBRE_STORE_TOKEN is not sent to %s, which it does not belong to", shown_address(address)
        )
    return token if belongs else ""
