"""A library of a folder of colours, made once for the tests of a module, and what is asked of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from desktop_app.library import Answer, PhotoLibrary
from desktop_app.paths import resources
from tests.fakes import ColorEmbedder

WAIT_S = 120


@contextmanager
def library_of(folder: Path, base: Path, embedder: ColorEmbedder | None = None) -> Iterator[PhotoLibrary]:
    """Index a folder into a library below `base`; its threads are all there from the beginning, and gone at the end."""
    library = PhotoLibrary(
        base / "data", base / "cache", resources=resources(), embedder=embedder or ColorEmbedder()
    )
    try:
        library.folders.add(folder).result(WAIT_S)
        # Where it lives as long as the module, its threads must be there before the first test.
        ask(library, "red")
        yield library
    finally:
        library.close()


def ask(library: PhotoLibrary, text: str, limit: int = 50) -> Answer:
    """Search, and wait for the answer."""
    return library.searching.search(text, limit).result(WAIT_S)


def names(answer: Answer) -> list[str]:
    """The files' names in the order of the answer."""
    return [hit.photo.name for hit in answer.hits]
