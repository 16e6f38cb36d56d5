"""What a refresh needs, on a folder of photos."""

from pathlib import Path
from typing import Any

from desktop_app.library.catalog import Catalog
from desktop_app.library.concurrency.control import Control
from desktop_app.library.decoding.pool import DecoderPool
from desktop_app.library.drives.presence import Presence
from desktop_app.library.events import Event
from desktop_app.library.indexing.refresh import Refresher
from desktop_app.library.photo import IndexReport
from desktop_app.library.thumbnails import ThumbnailStore
from tests.fakes import ColorEmbedder


class Bench:
    """A refresher on a folder of photos, without a vector store."""

    def __init__(self, base: Path) -> None:
        self.photos = base / "photos"
        self.photos.mkdir()
        self.catalog = Catalog(base / "catalog.db")
        self.catalog.folders.add(self.photos)
        self.embedder = ColorEmbedder()
        self.control = Control()
        self.events: list[Event] = []
        presence = Presence(self.catalog)
        self.decoders = DecoderPool(2, background=True)
        self.refresher = Refresher(
            self.catalog,
            ThumbnailStore(base / "thumbnails"),
            self.events.append,
            self.control,
            self.decoders,
            is_there=presence.is_there,
            missing_inside=presence.missing_inside,
        )

    def refresh(self, *folders: Path, with_model: bool = True, **wishes: Any) -> IndexReport:
        embedder = self.embedder if with_model else None
        report = self.refresher.run(folders or [self.photos], embedder, None, **wishes)
        parts = report.indexed + report.unchanged + report.moved + report.pending + len(report.failed)
        assert report.found == parts, report
        return report

    def close(self) -> None:
        self.decoders.close()
        self.catalog.close()
