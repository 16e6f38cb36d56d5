"""The tensors of a safetensors file where they lie, without a copy."""

import contextlib
import mmap
import sys
import threading
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from desktop_app.library.errors import ModelDamagedError
from desktop_app.library.models.files import TensorPlace, missing, read_tensors
from desktop_app.library.outside.files import open_file
from desktop_app.library.volumes.pulled import may_be_pulled

_GIVEN_BACK_S = 0.01
_NUMPY = {"F32": np.float32, "F16": np.float16, "F64": np.float64}


class Weights:
    """The tensors of one file as arrays over the file itself, which is mapped and not read. Any thread.

    On a drive that may go away each is read when it is asked for: engines look at some, like the table of tokens, with every
    word, and a mapped page that cannot be read any more ends the process.

    The arrays may be written to as far as Python is concerned, which OpenVINO asks for; the file never is.
    """

    def __init__(self, path: Path) -> None:
        """Map a file.

        Raises:
            ModelMissingError: It is not there.
            ModelDamagedError: It is cut short, or no safetensors file.
        """
        self._path = path
        self._places: Mapping[str, TensorPlace] = read_tensors(path)
        self._map: mmap.mmap | None = None
        if not may_be_pulled(path):
            with open_file(path) as file:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)

    def tensors(self, names: Collection[str]) -> dict[str, NDArray[Any]]:
        """Return some tensors as float32, float16 or float64, as they are stored; bfloat16 as float32, copied.

        Raises:
            ModelDamagedError: One is not there, or is no floating-point number.
            ModelMissingError: The file cannot be read any more.
        """
        return {name: self._tensor(name) for name in names}

    def rest(self) -> None:
        """Give back the memory of what was looked at; it is read again when somebody needs it."""
        # Windows gives memory back by itself, as another needs it.
        if sys.platform != "win32" and self._map is not None:
            self._map.madvise(mmap.MADV_DONTNEED)

    @contextlib.contextmanager
    def sparingly(self) -> Iterator[None]:
        """Give memory back all the while that somebody goes through the tensors, who needs no Python for that.

        Compiling the text half of a ViT-B-32 peaks at 340 MB in place of 475, in the same time.
        """
        ended = threading.Event()

        def give_back() -> None:
            while not ended.wait(_GIVEN_BACK_S):
                self.rest()

        thread = threading.Thread(target=give_back, name="weights-rest", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()
            self.rest()

    def _tensor(self, name: str) -> NDArray[Any]:
        place = self._places.get(name)
        if place is None:
            raise ModelDamagedError(
                f"{self._path} does not have the part “{name[:100]}”, which its configuration promises.",
                "Download or import the model again.",
            )
        count = (place.end - place.start) // _BYTES.get(place.dtype, 1)
        if place.dtype == "BF16":
            halves = self._numbers(np.uint16, count, place.start)
            return (halves.astype(np.uint32) << 16).view(np.float32).reshape(place.shape)
        kind = _NUMPY.get(place.dtype)
        if kind is None:
            raise ModelDamagedError(
                f"The part “{name[:100]}” of {self._path} is of the kind {place.dtype[:20]}, which cannot be used.",
                "Choose a model with ordinary floating-point weights.",
            )
        return self._numbers(kind, count, place.start).reshape(place.shape)

    def _numbers(self, kind: DTypeLike, count: int, start: int) -> NDArray[Any]:
        if self._map is not None:
            return np.frombuffer(self._map, dtype=kind, count=count, offset=start)
        try:
            with open_file(self._path) as file:
                numbers = np.fromfile(file, dtype=kind, count=count, offset=start)
        except OSError as error:
            raise missing(self._path) from error
        if len(numbers) < count:
            raise missing(self._path)
        return numbers


_BYTES = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2}
