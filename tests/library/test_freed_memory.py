"""When the library gives memory back: once it comes to rest after a model was opened or photos were looked at."""

import threading
from pathlib import Path

from desktop_app.library import PhotoLibrary
from desktop_app.paths import resources
from tests.fakes import ColorEmbedder
from tests.pictures import save_colour

WAIT_S = 60


class Given:
    """Counts how often memory was given back, and on which threads."""

    def __init__(self) -> None:
        self.threads: list[str] = []
        self._news = threading.Condition()

    def __call__(self) -> None:
        with self._news:
            self.threads.append(threading.current_thread().name)
            self._news.notify_all()

    def wait_for(self, count: int) -> None:
        with self._news:
            assert self._news.wait_for(lambda: len(self.threads) >= count, WAIT_S), self.threads


def test_memory_is_given_back_after_a_model_was_opened_and_after_indexing(tmp_path: Path) -> None:
    save_colour(tmp_path / "photos" / "red.png", "red")
    given = Given()
    library = PhotoLibrary(
        tmp_path / "data", tmp_path / "cache", resources=resources(), embedder=ColorEmbedder()
    )
    library._freed._give = given
    try:
        library.models.warm_up().result(WAIT_S)
        given.wait_for(1)
        assert library.folders.add(tmp_path / "photos").result(WAIT_S).indexed == 1
        # Not while somebody may still wait for the writer.
        given.wait_for(2)
        assert set(given.threads) == {"library-writer"}
    finally:
        library.close()
