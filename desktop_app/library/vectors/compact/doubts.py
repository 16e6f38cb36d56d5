"""Whether a compact copy on disk can be believed."""

import numpy as np

from desktop_app.library.catalog import Catalog
from desktop_app.library.vectors.compact.codes import FORM
from desktop_app.library.vectors.compact.head import Head
from desktop_app.library.vectors.compact.rows import BLOCK_ROWS, Rows
from desktop_app.library.vectors.compact.sessions import knows_session

NOT_AS_WRITTEN = "its bytes are not what was written"


def empty_head(catalog: Catalog, model_id: str, dimension: int, files: str) -> Head:
    """Return the head of a copy without a row, that nobody would believe yet."""
    return Head(
        form=FORM,
        catalog_id=_catalog_id(catalog),
        model_id=model_id,
        dimension=dimension,
        files=files,
        count=0,
        followed=0,
        session="",
        generation=0,
        is_writing=True,
        is_synced=False,
        centre=np.zeros(dimension, dtype=np.float32),
        sums=np.zeros((0, 0), dtype=np.uint64),
    )


def doubt_of(head: Head, catalog: Catalog, model_id: str) -> str:
    """Say why a head is none of what the catalogue has of a model, or of what it had lately; empty when it is.

    Raises:
        CatalogError: The catalogue cannot be read.
    """
    if (head.form, head.model_id, head.catalog_id) != (FORM, model_id, _catalog_id(catalog)):
        return "it is of another form, model or catalogue"
    if head.is_writing:
        return "it was being written when the process ended"
    if not knows_session(catalog, head.session, head.followed):
        return "it is of a state of the catalogue that is not there any more"
    if catalog.vectors.outbox_left(model_id) > head.followed:
        return "it missed changes"
    return ""


def blocks_of(head: Head) -> int:
    """Return how many blocks of rows a head speaks of."""
    return -(-head.count // BLOCK_ROWS)


def damage_of(head: Head, rows: Rows, names: tuple[str, ...]) -> str:
    """Say what is wrong with the bytes of some strips; empty when they are what was written."""
    if head.sums.shape != (len(rows.names), blocks_of(head)):
        return "its head is of other rows"
    is_sound = all(rows.is_as(head.sums, block, names) for block in range(blocks_of(head)))
    return "" if is_sound else NOT_AS_WRITTEN


def _catalog_id(catalog: Catalog) -> str:
    return str(catalog.notes.get("catalog id"))
