"""What one changed photo costs in a large library: to those who follow the change, and to those who read all again."""

import os
import statistics
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtWidgets import QApplication

from desktop_app.library import Event, PhotoLibrary, PhotosChanged, parse
from desktop_app.library.catalog import Catalog, PhotoRecord
from desktop_app.library.catalog.by_date import ByDate
from desktop_app.library.folders.comparing import FoundPhoto
from desktop_app.library.search.followed import Followed
from desktop_app.ui.background.thumbnail_loader import ThumbnailLoader
from desktop_app.ui.grid.model import PhotosModel
from desktop_app.ui.grid.photos_view import PhotosView
from desktop_app.ui.grid.sections import Grouping
from tests.benchmarks.figures import Result
from tests.benchmarks.made_library import DrawnWords, MadeLibrary, made_library, seconds
from tests.benchmarks.sizes import Sizes

_ROUNDS = 7
_FILTER = "camera:benchmark type:jpg"


def measure(sizes: Sizes, work: Path) -> Result:
    """Let single photos leave the largest library, and look what list, caches and grid have to do for each."""
    library = made_library(work, max(sizes.vectors))
    photos = sorted(library.photos.rglob("*.jpg"))[:: max(1, library.count // _ROUNDS)][:_ROUNDS]
    result = Result(f"One photo of {library.count:,} changes")
    opened = library.open()
    try:
        opened.models.warm_up().result()
        _measure(opened, library, photos, result)
    finally:
        opened.close()
    return result


def _measure(opened: PhotoLibrary, library: MadeLibrary, photos: Sequence[Path], result: Result) -> None:
    told: list[PhotosChanged] = []

    def hear(event: Event) -> None:
        if isinstance(event, PhotosChanged):
            told.append(event)

    opened.subscribe(hear)
    catalog = opened._catalog
    followers = _followers(catalog)
    for _, follow, _ in followers:
        follow()
    grid = _Grid()
    grid.show(opened.browsing.dated_ids())
    taken: dict[str, list[float]] = {}

    def took(name: str, run: Callable[[], object]) -> None:
        taken.setdefault(name, []).append(1000 * seconds(run))

    known = [photo for path in photos if (photo := opened.browsing.photo_at(path)) is not None]
    for path in photos:
        path.rename(library.base / path.name)
        took("its folder refreshed", partial(_refreshed, opened, path.parent))
        event = told[-1]
        if event.everything or len(event.removed) != 1 or event.added or event.changed:
            raise RuntimeError(f"one photo went, and this was told: {event}")
        for name, follow, read in followers:
            took(f"{name}, followed", follow)
            took(f"{name}, all again", read)
        named = event.removed
        took("list, followed", opened.browsing.dated_ids)
        took("list, all again", lambda: ByDate(catalog._database).now())
        again, listed = opened.browsing.listed_again(named), opened.browsing.dated_ids()
        took("grid, followed", partial(grid.update, named, again))
        _check(grid.model.ids(), listed[0].tolist())
        took("grid, all again", partial(grid.show, listed))
    for name, milliseconds in taken.items():
        result.add(name, statistics.median(milliseconds), "ms")
    for name in ("list", "grid", *(name for name, _, _ in followers)):
        result.add(
            f"{name}: followed / all again",
            statistics.median(taken[f"{name}, followed"]) / statistics.median(taken[f"{name}, all again"]),
            at_most=0.5,
        )
    result.notes.append(
        "grid: the model, its view and the months above it, off screen, on the window's thread"
    )
    grid.close()
    # Put back, so that the library is the same for whoever measures next.
    for photo in known:
        (library.base / photo.name).rename(photo.path)
        found = FoundPhoto(photo.path, photo.size_bytes, photo.mtime_ns)
        catalog.photos.save([PhotoRecord(found, photo.content_hash, None, None, None, None, None)], None)


def _followers(catalog: Catalog) -> list[tuple[str, Callable[[], object], Callable[[], object]]]:
    """Return what the search keeps: its name, how it follows a change, and how it reads everything."""
    filters, model_id = parse(_FILTER).filters, DrawnWords.model_id
    kept = Followed(
        catalog,
        lambda: catalog.filters.kept(filters),
        lambda before, changes: catalog.filters.kept_after(before, changes, filters),
    )
    live = Followed(
        catalog,
        lambda: catalog.vectors.live_ids(model_id),
        lambda before, changes: catalog.vectors.live_after(before, changes, model_id),
    )
    return [
        ("filter", kept.now, lambda: catalog.filters.kept(filters)),
        ("live vectors", live.now, lambda: catalog.vectors.live_ids(model_id)),
    ]


def _refreshed(opened: PhotoLibrary, folder: Path) -> None:
    opened.folders.refresh([folder]).result()


class _Grid:
    """The grid of the window, off screen."""

    def __init__(self) -> None:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        self._app = QApplication.instance() or QApplication([])
        self._loader = ThumbnailLoader(lambda _photo, _at_s: None)
        self.model = PhotosModel()
        self.model.group_by(Grouping.MONTH)
        self._view = PhotosView(self.model, self._loader)
        self._view.resize(1200, 800)
        self._view.show()

    def update(self, named: frozenset[int], listed: tuple[np.ndarray, np.ndarray]) -> None:
        self.model.update_ids(named, listed[0].tolist(), listed[1])
        self._app.processEvents()

    def show(self, listed: tuple[np.ndarray, np.ndarray]) -> None:
        self.model.show_ids(listed[0].tolist(), listed[1])
        self._app.processEvents()

    def close(self) -> None:
        self._view.close()
        self._loader.close()


def _check(shown: Sequence[int], listed: Sequence[int]) -> None:
    if list(shown) != list(listed):
        raise RuntimeError("the grid that followed shows something else than the library has")
