"""Moves the vectors of a library into another store and back: from the catalogue, in pieces, and verified."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from pathlib import Path

import numpy as np

from desktop_app.library.catalog import Catalog
from desktop_app.library.catalog.schema import CATALOG_NAME
from desktop_app.library.concurrency.library_lock import lock
from desktop_app.library.connections import ConnectionLog
from desktop_app.library.errors import LibraryError, StoreError, StoreUnavailableError
from desktop_app.library.models.stores import StorePlace, Stores
from desktop_app.library.space.disk import own_folder_of
from desktop_app.library.vectors.lite.lite_store import LiteStore
from desktop_app.library.vectors.remote.milvus_store import MilvusStore
from desktop_app.library.vectors.sorted_ids import Ids, without
from desktop_app.library.vectors.store import StoredVector
from desktop_app.library.vectors.sync import id_ranges
from desktop_app.library.vectors.verified import difference, differing

logger = logging.getLogger(__name__)

# A piece is written and noted in some 2 s; a kill costs one.
_PIECE_ROWS = 2_000


class MoveStep(StrEnum):
    """What is being done while vectors are moved."""

    SENDING = "sending"
    COMPARING = "comparing"


MoveListener = Callable[[MoveStep, int, int], None]
"""Told what is being done, how many of all rows it is done with, and how many there are."""


@dataclass(frozen=True, slots=True)
class ModelMoved:
    """What became of the vectors of one model.

    Attributes:
        model_id: Whose vectors.
        rows: How many are in the new store.
        sent: How many had to be sent this time; the others were there from an earlier try, and are as they should be.
    """

    model_id: str
    rows: int
    sent: int


@dataclass(frozen=True, slots=True)
class StoreState:
    """What a store is said to hold, and what it holds.

    Attributes:
        model_id: Whose vectors.
        vectors: How many the catalogue has.
        waiting: Changes the store was not told yet.
        rows: How many the store has; None where it was not asked or does not answer.
        problem: Why it does not answer; empty where it does.
    """

    model_id: str
    vectors: int
    waiting: int
    rows: int | None
    problem: str


def store_states(data: Path, place: StorePlace) -> list[StoreState]:
    """Look what a library's store holds; a server is asked, the built-in database is not opened for it.

    Raises:
        LibraryInUseError: Another process has the library open.
        CatalogError: The catalogue cannot be read.
    """
    with _catalogue(data) as catalog:
        stores = _stores(catalog, data, place)
        return [_state(catalog, stores, model_id, place) for model_id in _models(catalog)]


def move_store(
    data: Path,
    target: StorePlace,
    progress: MoveListener = lambda _step, _done, _rows: None,
) -> list[ModelMoved]:
    """Fill another store with the vectors of a library, and verify it. The store of before is not touched.

    What was sent is noted, so after an end in the middle the next call goes on where this one was. In the end every row is
    read back and compared; what changed in the catalogue since it was sent is sent again. Once it returns the library may be
    opened with the target.

    Args:
        data: The library's folder; it must not be open.
        target: Where the vectors shall be.
        progress: Told of each step; sending and comparing take turns where there are several models.

    Raises:
        LibraryInUseError: Another process has the library open.
        StoreError: The target does not answer, or holds something else than was sent.
        DiskFullError: There is no room.
    """
    with _catalogue(data) as catalog:
        stores = _stores(catalog, data, target)
        models = _models(catalog)
        if not models:
            stores.reach()
        counts = {model_id: catalog.vectors.live_count(model_id) for model_id in models}
        done, moved = 0, []
        for model_id in models:
            told = partial(_tell, progress, done, sum(counts.values()))
            moved.append(_move_model(catalog, stores, model_id, told))
            done += counts[model_id]
        for model_id in models:
            stores.note_moved(model_id)
            catalog.notes.set(_sent_note(model_id), None)
    return moved


def is_kept_in(data: Path, place: StorePlace) -> bool:
    """Whether a store is the one that was last told all vectors of a library, as far as is noted; it is not asked.

    A store that is named in the settings is not, while another one was used or before it was first written to.

    Raises:
        LibraryInUseError: Another process has the library open.
    """
    with _catalogue(data) as catalog:
        stores = _stores(catalog, data, place)
        return all(stores.are_noted(model_id) for model_id in _models(catalog))


def remove_from(data: Path, place: StorePlace) -> int:
    """Remove what a library has in a store that it does not use any more; returns for how many models there was something.

    Raises:
        LibraryInUseError: Another process has the library open.
        StoreError: The server does not answer.
        LibraryError: A folder cannot be removed.
    """
    removed = 0
    with _catalogue(data) as catalog:
        stores = _stores(catalog, data, place)
        for model_id in _models(catalog):
            if place.address:
                removed += stores.remove_from_server(model_id)
            elif (folder := stores.embedded_folder(model_id)).is_dir():
                own_folder_of(place.folder, data).remove(folder)
                removed += 1
    return removed


def _tell(progress: MoveListener, before: int, rows: int, step: MoveStep, done: int) -> None:
    progress(step, before + done, rows)


def _move_model(
    catalog: Catalog, stores: Stores, model_id: str, told: Callable[[MoveStep, int], None]
) -> ModelMoved:
    dimension = next((vectors.shape[1] for _, vectors in catalog.vectors.blocks(model_id)), 0)
    store = stores.opened(model_id, dimension)
    try:
        sent = _send_all(catalog, store, model_id, partial(told, MoveStep.SENDING), stores.place_name)
        sent += _mend(catalog, store, model_id)
        # A photo may have got another vector under its number between two tries.
        changed = differing(catalog, store, model_id, partial(told, MoveStep.COMPARING))
        sent += _send(catalog, store, model_id, changed)
        if fault := difference(catalog, store, model_id, changed):
            catalog.notes.set(_sent_note(model_id), None)
            raise StoreError(
                f"What {store.description} holds is not what was sent: {fault}.",
                "Nothing was changed, the store of before is used on. Run the same command again; all is sent anew.",
            )
        return ModelMoved(model_id, store.count(), sent)
    except StoreUnavailableError as error:
        raise StoreUnavailableError(
            error.sentence, f"{error.hint} Nothing was changed; the same command goes on where it was."
        ) from error
    finally:
        store.close()


def _send_all(
    catalog: Catalog, store: MilvusStore | LiteStore, model_id: str, told: Callable[[int], None], place: str
) -> int:
    noted_place, _, noted = (catalog.notes.get(_sent_note(model_id)) or "").rpartition("|")
    last = int(noted) if noted_place == place and noted.isdecimal() else 0
    done = sent = 0
    for numbers, vectors in catalog.vectors.blocks(model_id):
        first = int(np.searchsorted(numbers, last, side="right"))
        done += first
        for start in range(first, len(numbers), _PIECE_ROWS):
            piece = slice(start, start + _PIECE_ROWS)
            rows = [
                StoredVector(int(number), vector)
                for number, vector in zip(numbers[piece], vectors[piece], strict=True)
            ]
            store.upsert(rows)
            store.flush()
            catalog.notes.set(_sent_note(model_id), f"{place}|{rows[-1].id}")
            done, sent = done + len(rows), sent + len(rows)
            told(done)
    return sent


def _mend(catalog: Catalog, store: MilvusStore | LiteStore, model_id: str) -> int:
    """Make the two sets of ids equal, a range at a time: photos may have come and gone between two tries."""
    live = catalog.vectors.live_ids(model_id)
    sent = removed = 0
    for low, high in id_ranges(int(live[-1]) if len(live) else 0):
        wanted = live[np.searchsorted(live, low) : np.searchsorted(live, high)]
        present = store.ids_between(low, high)
        extra, missing = without(present, wanted), without(wanted, present)
        store.delete(extra.tolist())
        removed += len(extra)
        sent += _send(catalog, store, model_id, missing)
    if removed:
        store.flush()
    return sent


def _send(catalog: Catalog, store: MilvusStore | LiteStore, model_id: str, numbers: Ids) -> int:
    """Send some rows, bring them to disk, and return how many."""
    for known, vectors in catalog.vectors.of_contents(model_id, numbers):
        store.upsert([StoredVector(*row) for row in zip(known.tolist(), vectors, strict=True)])
        store.flush()
    return len(numbers)


def _state(catalog: Catalog, stores: Stores, model_id: str, place: StorePlace) -> StoreState:
    rows, problem = None, ""
    if place.address:
        try:
            rows = stores.rows_on_server(model_id)
        except LibraryError as error:
            problem = str(error)
    waiting = catalog.vectors.outbox_count(model_id)
    return StoreState(model_id, catalog.vectors.live_count(model_id), waiting, rows, problem)


def _models(catalog: Catalog) -> list[str]:
    return [model_id for model_id in sorted(catalog.vectors.models()) if catalog.vectors.live_count(model_id)]


def _stores(catalog: Catalog, data: Path, place: StorePlace) -> Stores:
    return Stores(catalog, replace(place, connections=ConnectionLog(data)), lambda _event: None)


def _sent_note(model_id: str) -> str:
    return f"store move {model_id}"


@contextmanager
def _catalogue(data: Path) -> Iterator[Catalog]:
    """Open the catalogue of a library that nobody else has open."""
    held = lock(data)
    try:
        catalog = Catalog(data / CATALOG_NAME)
        try:
            yield catalog
        finally:
            catalog.close()
    finally:
        held.release()
