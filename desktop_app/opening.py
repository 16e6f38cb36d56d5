"""Opens a library as the settings say: the one recipe for the window and the command line."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app.importing import nothing_dies
from desktop_app.library import use_extras
from desktop_app.named_store import IN_SETTINGS, NamedStore, store_place
from desktop_app.paths import AppPaths, extras_folder, resources
from desktop_app.settings import Values
from desktop_app.trust import OwnLibraries

if TYPE_CHECKING:
    from desktop_app.library import ModelAhead, PhotoLibrary, Way


def open_library(
    paths: AppPaths,
    chosen: Callable[[], Values],
    *,
    model: str | None = None,
    runtime: str | None = None,
    store: NamedStore = IN_SETTINGS,
    own: OwnLibraries,
    trusted: bool = False,
    copied_to: Path | None = None,
    asks_in_words: bool = False,
) -> "PhotoLibrary":
    """Open the library as the person chose. Any thread that may wait.

    Args:
        paths: Where everything is kept; folders that are not there are made.
        chosen: Returns the settings as they are now. Whether a model may be downloaded is asked of them when one is
            wanted, since the answer may change meanwhile; called on any thread.
        model: Use this model; None for the one in use before.
        runtime: Name of the way to run models as long as it is open; None for the way chosen for each.
        store: A Milvus server in place of the one in the settings.
        own: The libraries that may be opened without a word.
        trusted: Whether the person says that this one may be, whoever made it.
        copied_to: Folder with a copy of the catalogue, for questions to a library in a folder that takes nothing; then
            nothing is made or noted there.
        asks_in_words: Whether the model will be asked something at once, so that it is best loaded meanwhile.

    Raises:
        UnknownLibraryError: Somebody else made it; nothing was changed.
        LibraryError: It cannot be opened.
        OSError: One of the folders cannot be made.
    """
    values = chosen()
    if copied_to is None:
        own.admit(paths, values.store_address, trusted=trusted)
        paths.make()
    elif not trusted:
        own.refuse_unknown(paths, values.store_address)
    use_extras(extras_folder())

    def network() -> bool:
        return chosen().network and is_online()

    way = _way(runtime)
    ahead = _model_ahead(paths, model, way) if asks_in_words else None
    try:
        # Most of the engine: imported by the thread that waits for a library, after the window is painted.
        with nothing_dies():
            from desktop_app.library import PhotoLibrary

        return PhotoLibrary(
            paths.data,
            paths.cache,
            resources=resources(),
            model=model,
            runtime=way,
            store=store_place(paths, values, store, network),
            network=network,
            threads=values.threads,
            config=paths.config,
            log=paths.log,
            thumbnails_bytes=values.thumbnails_gb * 10**9 or None,
            copied_to=copied_to,
            ahead=ahead,
            # In the person's own configuration, never in that of a library with a folder of its own, which may come from elsewhere.
            speeds=AppPaths.for_person().config / "speeds",
        )
    except BaseException:
        if ahead is not None:
            ahead.close()
        raise


def _way(runtime: str | None) -> "Way | None":
    if not runtime:
        return None
    from desktop_app.library import way_here

    return way_here(runtime)


def _model_ahead(paths: AppPaths, model: str | None, way: "Way | None") -> "ModelAhead | None":
    with nothing_dies():
        from desktop_app.library import model_ahead

    return model_ahead(paths.data, resources(), model=model, runtime=way)


def is_online() -> bool:
    """Whether the network may be used, by the environment's word on being offline: nothing and "0" say it may."""
    return os.environ.get("VISLUMBRE_OFFLINE", "").strip() in {"", "0"}
