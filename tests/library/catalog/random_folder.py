"""Photos, copies and videos that come, go and change at random, for what must follow them to be tried on."""

import random
from datetime import datetime
from pathlib import Path
from typing import Any

from desktop_app.library.catalog import Catalog, FrameRecord, PhotoRecord
from desktop_app.library.media.metadata.metadata import Metadata
from tests.library.catalog.records import MODEL, record, unit

HOME = Path("/home/eva/Pictures")
ROME = HOME / "rome"


class Folder:
    """Photos, copies and videos that come, go and change at random."""

    def __init__(self, catalog: Catalog, seed: int) -> None:
        self.catalog = catalog
        self.dice = random.Random(seed)

    def path(self) -> Path:
        return (HOME, ROME)[self.dice.randrange(2)] / f"{self.dice.randrange(12)}.jpg"

    def record(self) -> PhotoRecord:
        content = self.dice.choice([None, *"abcdefgh"])
        if content is None:
            return record(self.path(), None, problem="broken", mtime_ns=self.dice.randrange(10**18))
        metadata = Metadata(
            taken_at=datetime(2022 + self.dice.randrange(3), 5, 1) if self.dice.random() < 0.7 else None,
            camera=self.dice.choice([None, "Canon", "Nikon"]),
            rating=self.dice.choice([None, 1, 3, 5]),
        )
        made = record(
            self.path(),
            content,
            vector=unit(self.dice.randrange(99)) if self.dice.random() < 0.6 else None,
            metadata=metadata,
            mtime_ns=self.dice.randrange(10**18),
        )
        if content not in "gh":
            return made
        frames = (FrameRecord(1000, unit(self.dice.randrange(99))), FrameRecord(2000, None))
        values: dict[str, Any] = {name: getattr(made, name) for name in made.__slots__}
        return PhotoRecord(**values | {"poster_ms": 0, "frames": frames, "duration_ms": 3000})

    def step(self) -> None:
        what = self.dice.random()
        if what < 0.6:
            self.catalog.photos.save(
                [self.record() for _ in range(self.dice.randrange(1, 4))],
                self.dice.choice([MODEL, MODEL, None]),
            )
        elif what < 0.9:
            self.catalog.photos.remove([self.path(), self.path()])
        elif what < 0.95:
            self.catalog.known.leave_out_smaller(self.dice.choice([0, 20]))
        else:
            self.catalog.drives.set_offline(HOME, self.dice.choice([None, 1_700_000_000]))
