"""Opens a library as the settings say: the one recipe for the window and the command line."""

import os
from collections.abc import Callable

from desktop_app.library import PhotoLibrary, StorePlace
from desktop_app.paths import AppPaths, resources
from desktop_app.settings import Values
from desktop_app.trust import OwnLibraries


def open_library(
    paths: AppPaths,
    chosen: Callable[[], Values],
    *,
    model: str | None = None,
    store_address: str = "",
    own: OwnLibraries,
    trusted: bool = False,
) -> PhotoLibrary:
    """Open the library as the person chose. Any thread that may wait.

    Args:
        paths: Where everything is kept; folders that are not there are made.
        chosen: Returns the settings as they are now. Whether a model may be downloaded is asked of them when one is
            wanted, since the answer may change meanwhile; called on any thread.
        model: Use this model; None for the one in use before.
        store_address: A Milvus server in place of the one in the settings; empty for that.
        own: The libraries that may be opened without a word.
        trusted: Whether the person says that this one may be, whoever made it.

    Raises:
        UnknownLibraryError: Somebody else made it; nothing was changed.
        LibraryError: It cannot be opened.
        OSError: One of the folders cannot be made.
    """
    values = chosen()
    own.admit(paths, values.store_address, trusted=trusted)
    paths.make()
    address = store_address or values.store_address
    token = os.environ.get("VISLUMBRE_STORE_TOKEN", "")
    return PhotoLibrary(
        paths.data,
        paths.cache,
        resources=resources(),
        model=model,
        store=StorePlace(paths.data / "vectors", address, token) if address else None,
        network=lambda: chosen().network and is_online(os.environ.get("VISLUMBRE_OFFLINE", "")),
        threads=values.threads,
    )


def is_online(offline: str) -> bool:
    """Whether the network may be used, by the environment's word on being offline."""
    return offline in {"", "0"}
