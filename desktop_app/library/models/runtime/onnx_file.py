"""Takes an ONNX file of any size apart: its graph, which is small, and where its weights lie, which are not read.

Only the outermost layers of protobuf's encoding (https://protobuf.dev/programming-guides/encoding/) are walked through
here, so that the memory that is needed does not depend on the weights.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any

from desktop_app.library.errors import ModelDamagedError
from desktop_app.library.models.runtime.graph import LONGEST_GRAPH, parse_model

FLOAT, FLOAT16 = 1, 10
"""The kinds of numbers that weights may be; as ONNX counts them."""

_BYTES_OF = {FLOAT: 4, FLOAT16: 2}
_EXTERNAL = 1
# Shorter ones, like those of a norm's epsilon, stay in the graph.
_LEAST_BYTES = 256
_LONGEST_ENTRY = 4096
_MOST_SIDES = 8
_VARINT, _FIXED64, _DELIMITED, _FIXED32 = 0, 1, 2, 5
_FIXED = {_FIXED64: 8, _FIXED32: 4}
# Fields of Model, Graph, Tensor and of the pairs in which a tensor names its place.
_GRAPH, _INITIALISER = 7, 5
_DIMS, _KIND, _NAME, _RAW, _PLACE, _LOCATION = 1, 2, 8, 9, 13, 14
_NUMBERS = frozenset({_DIMS, _KIND, _LOCATION})
# What a graph says of tensors between its nodes, and words; none of it is needed.
_LEFT_OUT = frozenset({10, 13, 14})


@dataclass(frozen=True, slots=True)
class StoredTensor:
    """A tensor of an ONNX file, where it lies.

    Attributes:
        name: As the graph calls it.
        shape: Its sides.
        kind: `FLOAT` or `FLOAT16`.
        file: Name of the file beside the ONNX file that holds it; empty for the ONNX file itself.
        start: First byte there.
        length: How many bytes.
    """

    name: str
    shape: tuple[int, ...]
    kind: int
    file: str
    start: int
    length: int


@dataclass(slots=True)
class _Said:
    """What is said of one tensor."""

    dims: list[int] = field(default_factory=list)
    kind: int = 0
    name: str = ""
    raw: tuple[int, int] | None = None
    places: dict[str, str] = field(default_factory=dict)
    is_outside: bool = False


def take_apart(file: IO[bytes], name: str) -> tuple[Any, list[StoredTensor]]:
    """Return ONNX' message Model without the weights, whose initialisers have names and shapes alone, and the weights.

    Args:
        file: The ONNX file, on a disk: it is gone through back and forth.
        name: Of it, for errors.

    Raises:
        ModelDamagedError: It is no ONNX file, is cut short, or has more beside its weights than any graph.
    """
    try:
        return _Taker(file, name).take()
    except (EOFError, ValueError, OverflowError) as error:
        raise ModelDamagedError(
            f"{name} is no ONNX file, or is cut short.", "Download or export it again."
        ) from error


class _Taker:
    """Walks through one file."""

    def __init__(self, file: IO[bytes], name: str) -> None:
        self._file = file
        self._name = name
        self._size = file.seek(0, os.SEEK_END)
        file.seek(0)
        self._kept = 0
        self._tensors: list[StoredTensor] = []

    def take(self) -> tuple[Any, list[StoredTensor]]:
        outer, graph, bare = bytearray(), bytearray(), []
        for number, wire, start, end, whole in self._fields(0, self._size):
            if number != _GRAPH or wire != _DELIMITED:
                outer += self._bytes(whole, end)
                continue
            for inner, inner_wire, first, last, inner_whole in self._fields(start, end):
                if inner == _INITIALISER and inner_wire == _DELIMITED:
                    said = self._tensor(first, last)
                    if self._is_weight(said):
                        bare.append(self._stored(said))
                        continue
                if inner not in _LEFT_OUT:
                    graph += self._bytes(inner_whole, last)
        content = bytes(outer) + _field(_GRAPH, bytes(graph))
        model = parse_model(content, self._name)
        for stored in bare:
            model.graph.initializer.add(name=stored.name, dims=stored.shape, data_type=FLOAT)
        return model, bare

    def _fields(self, at: int, end: int) -> Iterator[tuple[int, int, int, int, int]]:
        """Yield number, kind, first and last byte of the content, and first byte of the whole, of every field."""
        while at < end:
            whole = at
            self._file.seek(at)
            key = self._varint()
            number, wire = key >> 3, key & 7
            if wire == _DELIMITED:
                length = self._varint()
                start = self._file.tell()
                at = start + length
            elif wire == _VARINT:
                start = self._file.tell()
                self._varint()
                at = self._file.tell()
            else:
                if wire not in _FIXED:
                    raise ValueError("no such kind of field")
                start = self._file.tell()
                at = start + _FIXED[wire]
            if number == 0 or at > end:
                raise ValueError("a field that is none")
            yield number, wire, start, at, whole

    def _tensor(self, start: int, end: int) -> _Said:
        said = _Said()
        for number, wire, first, last, _ in self._fields(start, end):
            if number == _RAW and wire == _DELIMITED:
                said.raw = (first, last - first)
            elif number == _NAME and wire == _DELIMITED:
                said.name = self._entry(first, last).decode()
            elif number == _PLACE and wire == _DELIMITED:
                pair = {key: self._entry(one, other) for key, _, one, other, _ in self._fields(first, last)}
                said.places[pair.get(1, b"").decode()] = pair.get(2, b"").decode()
            elif number in _NUMBERS:
                self._number(said, number, self._varints(first, last))
            if len(said.dims) > _MOST_SIDES:
                raise ValueError("too many sides")
        return said

    @staticmethod
    def _number(said: _Said, number: int, values: list[int]) -> None:
        if number == _DIMS:
            said.dims.extend(values)
        elif number == _KIND:
            said.kind = values[-1] if values else 0
        else:
            said.is_outside = bool(values) and values[-1] == _EXTERNAL

    def _is_weight(self, said: _Said) -> bool:
        if said.kind not in _BYTES_OF:
            return False
        return said.is_outside or (said.raw is not None and said.raw[1] >= _LEAST_BYTES)

    def _stored(self, said: _Said) -> StoredTensor:
        length = _BYTES_OF[said.kind]
        for side in said.dims:
            length *= side
        if said.is_outside:
            start = int(said.places.get("offset", "0"))
            there = int(said.places.get("length", str(length)))
            file = said.places.get("location", "")
            if not file:
                raise ValueError("no place")
        else:
            assert said.raw is not None
            (start, there), file = said.raw, ""
        if start < 0 or there != length or not said.name:
            raise ValueError("a tensor of another size than it says")
        return StoredTensor(said.name, tuple(said.dims), said.kind, file, start, length)

    def _entry(self, start: int, end: int) -> bytes:
        if end - start > _LONGEST_ENTRY:
            raise ValueError("too long for a name")
        self._file.seek(start)
        return self._exactly(end - start)

    def _bytes(self, start: int, end: int) -> bytes:
        """Return bytes that are kept, of which there are not more than a graph has."""
        self._kept += end - start
        if self._kept > LONGEST_GRAPH:
            raise ModelDamagedError(
                f"{self._name} holds weights of a kind that cannot be used, or more than a model's graph.",
                "Choose an export whose weights are float32 or float16.",
            )
        self._file.seek(start)
        return self._exactly(end - start)

    def _exactly(self, count: int) -> bytes:
        content = self._file.read(count)
        if len(content) != count:
            raise EOFError
        return content

    def _varints(self, start: int, end: int) -> list[int]:
        self._file.seek(start)
        found = []
        while self._file.tell() < end:
            found.append(self._varint())
            if len(found) > _MOST_SIDES:
                raise ValueError("too many numbers")
        return found

    def _varint(self) -> int:
        value = 0
        for shift in range(0, 64, 7):
            byte = self._exactly(1)[0]
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
        raise ValueError("a number without an end")


def _field(number: int, content: bytes) -> bytes:
    """Return a delimited field as protobuf writes it."""
    return _varint_bytes(number << 3 | _DELIMITED) + _varint_bytes(len(content)) + content


def _varint_bytes(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
