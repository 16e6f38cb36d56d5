"""Lets Milvus Lite open a collection without reading its rows, and give their memory back.

Milvus Lite 3.2.2 reads every row of a collection, vectors and all, when the collection is first named, and keeps them until
the process ends: 1 GB for 200,000 rows of 512 numbers, to write a single one. Writing needs none of them. So a file of rows
is read here when its rows are first asked for, which is when the collection is loaded for a search; and a collection that
is released forgets them.
"""

import ctypes
import sys
import threading
from typing import Any

_OF_ROWS = frozenset(
    {"pks", "seqs", "vectors", "table", "pk_to_row", "vector_null_mask", "_vector_data_by_field"}
)


def read_rows_late() -> None:
    """Change the classes of Milvus Lite in this process; to be called once, before a database is opened."""
    from milvus_lite.engine import collection as engine

    late = _late_class()
    engine.Segment = late
    _read_while_loaded(engine.Collection)
    _forget_when_released(engine.Collection)
    _give_back_after_merging(engine.Collection)


def _read_while_loaded(collection: Any) -> None:
    """Read new files at once while searches run: one that has begun may come after a compaction has removed them."""
    refresh = collection._refresh_segment_cache  # noqa: SLF001 — there is no public place where new files come in

    def refresh_segment_cache(self: Any) -> None:
        refresh(self)
        if getattr(self, "_load_state", "released") == "loaded":
            for segment in self._segment_cache.values():
                segment.read()

    collection._refresh_segment_cache = refresh_segment_cache  # noqa: SLF001


def _forget_when_released(collection: Any) -> None:
    release = collection.release

    def forget(self: Any) -> None:
        release(self)
        with self._maintenance_lock:
            for segment in self._segment_cache.values():
                segment.forget()
        _give_memory_back()

    collection.release = forget


def _give_back_after_merging(collection: Any) -> None:
    merge = collection._bg_compact_and_index  # noqa: SLF001

    def merge_and_give_back(self: Any) -> None:
        merge(self)
        _give_memory_back()

    collection._bg_compact_and_index = merge_and_give_back  # noqa: SLF001


def _late_class() -> Any:
    """Return a class of segments, each a file of rows, that read their file when its rows are first asked for."""
    from milvus_lite.storage.segment import Segment

    return type(
        "LateSegment",
        (Segment,),
        {
            "__slots__": ("_reading", "_rows"),
            "__init__": _named,
            "__getattr__": _of_rows,
            "load": classmethod(lambda this, **names: this(**names)),
            "read": lambda self: _read(self, Segment),
            "forget": _forget,
            "num_rows": property(_number_of_rows),
        },
    )


def _named(segment: Any, file_path: str, partition: str, pk_field: str, vector_field: str | None) -> None:
    """Begin with the name of the file only; the arguments are those of `Segment.load`."""
    segment.file_path = file_path
    segment.partition = partition
    segment._pk_field = pk_field  # noqa: SLF001 — as Segment's own constructor does
    segment._vector_field = vector_field or ""  # noqa: SLF001
    segment.index = None
    segment.indexes = {}
    segment.scalar_indexes = {}
    segment.sparse_indexes = {}
    segment._rows = -1  # noqa: SLF001
    segment._reading = threading.Lock()  # noqa: SLF001


def _of_rows(segment: Any, name: str) -> Any:
    """Return what was not set: something of the rows."""
    if name not in _OF_ROWS:
        raise AttributeError(name)
    segment.read()
    return object.__getattribute__(segment, name)


def _read(segment: Any, plain: Any) -> None:
    """Read the file, if that was not done."""
    with segment._reading:  # noqa: SLF001
        if _has(segment, "table"):
            return
        whole = plain.load(
            segment.file_path,
            segment.partition,
            segment._pk_field,  # noqa: SLF001
            segment._vector_field or None,  # noqa: SLF001
        )
        # The one that says whether it was read comes last.
        for name in (*sorted(_OF_ROWS - {"table"}), "table"):
            setattr(segment, name, getattr(whole, name))


def _forget(segment: Any) -> None:
    """Give the rows' memory back."""
    with segment._reading:  # noqa: SLF001
        for name in _OF_ROWS:
            if _has(segment, name):
                delattr(segment, name)


def _number_of_rows(segment: Any) -> int:
    """Return how many rows the file has, without reading them."""
    if segment._rows < 0:  # noqa: SLF001
        import pyarrow.parquet as pq

        segment._rows = pq.read_metadata(segment.file_path).num_rows  # noqa: SLF001
    return int(segment._rows)  # noqa: SLF001


def _has(segment: Any, name: str) -> bool:
    try:
        object.__getattribute__(segment, name)
    except AttributeError:
        return False
    return True


def _give_memory_back() -> None:
    """Return what was freed to the system; glibc and Arrow keep it for later."""
    import pyarrow as pa

    pa.default_memory_pool().release_unused()
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "malloc_trim"):
        libc.malloc_trim(0)
