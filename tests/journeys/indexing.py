"""Indexes a folder in a process of its own, so that tests can kill it.

python -m tests.journeys.indexing BASE PHOTOS [MODEL]; another MODEL than before is a switch of models.
"""

import sys
from pathlib import Path

from desktop_app.library import Event, LibraryError, PhotoLibrary, Progress, StorePlace
from desktop_app.paths import resources
from tests.fakes import ColorEmbedder


def _say(event: Event) -> None:
    if isinstance(event, Progress):
        print(event.phase.value, event.done, flush=True)


def main() -> int:
    base, photos, *model = Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:]
    embedder = ColorEmbedder(batch_size=2)
    embedder.model_id = model[0] if model else embedder.model_id
    try:
        library = PhotoLibrary(
            base / "data",
            base / "cache",
            resources=resources(),
            embedder=embedder,
            # No margin: the disk itself says when it is full.
            store=StorePlace(base / "data" / "vectors", least_free_bytes=0),
        )
    except LibraryError as error:
        print("refused:", error, flush=True)
        return 3
    try:
        library.subscribe(_say)
        report = library.folders.add(photos).result()
        print("finished", report.indexed, report.unchanged, flush=True)
        return 0
    except LibraryError as error:
        print("stopped:", error, flush=True)
        return 3
    finally:
        library.close()


if __name__ == "__main__":
    sys.exit(main())
