"""What a collection of vectors looks like in Milvus: names, fields, index, and what may go into it."""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop_app.library.errors import StoreDimensionError, StoreError

VECTOR = "vec"

# HNSW and DiskANN look at so many rows at least. Of the nearest 20 among 6,000 x 64 by chance an ef of 128 found 0.97, among
# a sixth of them 0.94; 768 found all. With 100,000 x 256 an ef of 400 takes 5 ms.
_LEAST_WIDE = 512
# What float16 blobs and a model's own rounding leave of the length 1.
_LENGTH_TOLERANCE = 1e-3


@dataclass(frozen=True, slots=True)
class IndexProfile:
    """How vectors are indexed and searched.

    Attributes:
        kind: Milvus' name of the index.
        build: Parameters of its making.
        search: Parameters of a search; what depends on the limit is added to them.
    """

    kind: str
    build: dict[str, int]
    search: dict[str, int]

    def search_params(self, limit: int, share: float = 1) -> dict[str, Any]:
        """Return the parameters of a search for so many rows, where a filter lets a share of all pass, above 0.

        A graph is walked through what the filter refuses, too.
        """
        # Milvus refuses an ef below the limit or above 32,768, and a search_list below the limit.
        wide = min(int(max(2 * limit, _LEAST_WIDE) / share), 32_768)
        by_limit = {"HNSW": {"ef": wide}, "DISKANN": {"search_list": wide}}.get(self.kind, {})
        return {"metric_type": "IP", "params": self.search | by_limit}


# One list, always probed: exact like FLAT, but the loop over the rows runs in FAISS (55 against 230 ms at
# 100,000 rows). HNSW in Lite loses rows from results (milvus-lite #369) and takes 160 s to build.
EXACT = IndexProfile("IVF_FLAT", {"nlist": 1}, {"nprobe": 1})
# FAISS cannot open files with such paths on Windows (faiss #3073); FLAT is saved by Python.
PLAIN = IndexProfile("FLAT", {}, {})
GRAPH = IndexProfile("HNSW", {"M": 16, "efConstruction": 200}, {})
# Its build parameters are the server's: milvus.yaml, common.DiskIndex.
DISK = IndexProfile("DISKANN", {}, {})

# Exact, no build, and 12 ms of a server (23 to 25 ms at 100,000 x 512 on Milvus 2.3.5, HNSW 5 after building for 105 s).
MOST_PLAIN = 50_000
# HNSW takes n * (4 d + 8 M * 1.1) bytes of memory (hnswlib, ALGO_PARAMS.md): 22 GB for these with 512 numbers. DiskANN
# keeps an eighth in memory as product codes and a tenth as cache (milvus.yaml, common.DiskIndex), the rest on an SSD.
MOST_GRAPH = 10_000_000
_SERVER_PROFILES = {profile.kind: profile for profile in (PLAIN, GRAPH, DISK)}


def server_profile(rows: int, present: str = "") -> IndexProfile:
    """Choose the index of a collection on a server.

    Args:
        rows: How many it holds or will hold.
        present: Milvus' name of the index it has. It stays until there are twice as many rows as it is meant for, and
            never gives way to a smaller one, for building another takes minutes to hours.
    """
    kinds = list(_SERVER_PROFILES)
    wanted = PLAIN if rows <= MOST_PLAIN else GRAPH if rows <= MOST_GRAPH else DISK
    if present not in kinds:
        return wanted if not present else IndexProfile(present, {}, {})
    later = PLAIN if rows <= 2 * MOST_PLAIN else GRAPH if rows <= 2 * MOST_GRAPH else DISK
    return _SERVER_PROFILES[kinds[max(kinds.index(present), kinds.index(later.kind))]]


def index_profile(*, is_lite: bool, folder: Path | None, rows: int = 0) -> IndexProfile:
    """Choose the index for an engine.

    Args:
        is_lite: Whether Milvus Lite answers, in our child process or on its own server.
        folder: Where Lite keeps its files; None when that is another machine's affair.
        rows: How many rows a server's collection holds or will hold.
    """
    if not is_lite:
        return server_profile(rows)
    return PLAIN if os.name == "nt" and folder is not None and not str(folder).isascii() else EXACT


def collection_name(model_id: str) -> str:
    """Return the collection of a model; Milvus allows letters, digits and underscores."""
    return f"photos_{hashlib.sha256(model_id.encode()).hexdigest()[:16]}"


def build_schema(dimension: int) -> Any:
    """Return the fields of a collection."""
    from pymilvus import DataType, MilvusClient

    schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("id", DataType.INT64, is_primary=True)
    schema.add_field(VECTOR, DataType.FLOAT_VECTOR, dim=dimension)
    return schema


def build_index(profile: IndexProfile) -> Any:
    """Return the index of a collection."""
    from pymilvus import MilvusClient

    index = MilvusClient.prepare_index_params()
    # Lite 3.2.2 reads only the parameters nested below `params`, which pymilvus 3.0.2 unwraps once.
    nested = {"params": profile.build} if profile.build else {}
    index.add_index(
        VECTOR,
        index_name=VECTOR,
        index_type=profile.kind,
        metric_type="IP",
        params={**profile.build, **nested},
    )
    return index


def vector_length(description: dict[str, Any]) -> int:
    """Return the length of the vectors in a collection that Milvus describes; 0 when it has none."""
    for field in description.get("fields", ()):
        if field["name"] == VECTOR:
            return int(field["params"]["dim"])
    return 0


def unused_fields(description: dict[str, Any]) -> tuple[str, ...]:
    """Return the fields of a collection beside id and vector: earlier versions made some, each a whole number."""
    return tuple(
        field["name"] for field in description.get("fields", ()) if field["name"] not in {"id", VECTOR}
    )


def checked(vectors: Sequence[NDArray[np.float32]], dimension: int) -> NDArray[np.float32]:
    """Return vectors as one ``(n, dimension)`` float32 array, or refuse them; Milvus Lite takes even NaN.

    Raises:
        StoreDimensionError: One has another length than the collection's.
        StoreError: One holds a number that is none, or is not a unit vector.
    """
    for vector in vectors:
        if vector.shape != (dimension,):
            raise wrong_dimension(dimension, vector.shape[-1] if vector.ndim else 0)
    matrix = np.asarray(vectors, dtype=np.float32).reshape(-1, dimension)
    if not np.isfinite(matrix).all():
        raise StoreError("A vector holds something that is not a number.", "The model may be damaged.")
    lengths = np.linalg.norm(matrix, axis=1)
    if (np.abs(lengths - 1.0) > _LENGTH_TOLERANCE).any():
        worst = lengths[np.argmax(np.abs(lengths - 1.0))]
        raise StoreError(f"A vector has the length {worst:.4g} instead of 1.", "The model may be damaged.")
    return matrix


def wrong_dimension(wanted: int, got: int) -> StoreDimensionError:
    """Return the error for vectors of another length than the collection's."""
    return StoreDimensionError(
        f"The search index holds vectors of {wanted} numbers and cannot take one of {got}.",
        "They come from different models; choose the model again to build its own index.",
    )
