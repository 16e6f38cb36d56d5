"""The gate in front of Milvus Lite: reads together, writes one at a time, a flush alone."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from desktop_app.library.vectors.lite import child
from desktop_app.library.vectors.lite.child import FLUSH_FAILED, Gate, guard_servicer
from tests.waiting import wait_until

ROOT = Path(__file__).resolve().parents[4]


class _Visitor:
    """A thread that enters a gate, waits inside until it is sent away, and leaves."""

    def __init__(self, entrance: Callable[[], AbstractContextManager[None]]) -> None:
        self.inside = threading.Event()
        self._may_leave = threading.Event()
        self._thread = threading.Thread(target=self._visit, args=(entrance,))
        self._thread.start()

    def _visit(self, entrance: Callable[[], AbstractContextManager[None]]) -> None:
        with entrance():
            self.inside.set()
            self._may_leave.wait(10)

    def leave(self) -> None:
        self._may_leave.set()
        self._thread.join()


@pytest.mark.parametrize(
    ("first", "second"),
    [("reading", "reading"), ("reading", "writing"), ("writing", "reading")],
)
def test_these_go_together(first: str, second: str) -> None:
    gate = Gate()
    one = _Visitor(getattr(gate, first))
    wait_until(one.inside.is_set)
    other = _Visitor(getattr(gate, second))
    wait_until(other.inside.is_set)
    one.leave()
    other.leave()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("writing", "writing"),
        ("writing", "alone"),
        ("alone", "writing"),
        ("alone", "reading"),
        ("reading", "alone"),
        ("alone", "alone"),
    ],
)
def test_these_wait_for_each_other(first: str, second: str) -> None:
    gate = Gate()
    one = _Visitor(getattr(gate, first))
    wait_until(one.inside.is_set)
    other = _Visitor(getattr(gate, second))
    assert not other.inside.wait(0.05)
    one.leave()
    wait_until(other.inside.is_set)
    other.leave()


def test_an_error_inside_opens_the_gate_again() -> None:
    gate = Gate()
    for entrance in (gate.alone, gate.reading, gate.writing):
        with pytest.raises(RuntimeError), entrance():
            raise RuntimeError
    with gate.alone():
        assert not gate.flush_failed


class _Servicer:
    """Stands for Lite's: every call but those that are held returns its name at once."""

    def __init__(self) -> None:
        self.may_return = threading.Event()
        self.entered = threading.Event()

    def __getattr__(self, name: str) -> Callable[[object, object], str]:
        return lambda _request, _context: name

    def Flush(self, _request: object, _context: object) -> str:  # noqa: N802 — gRPC's name
        self.entered.set()
        self.may_return.wait(10)
        return "Flush"


class _Context:
    """Stands for gRPC's: an aborted call ends in an exception."""

    def abort(self, code: object, details: str) -> None:
        raise PermissionError(f"{code} {details}")


@pytest.mark.parametrize("name", ["Search", "Query", "Upsert", "Delete", "DropCollection"])
def test_a_call_that_comes_during_a_flush_waits_for_its_end(name: str) -> None:
    """Lite shows rows to nobody while it moves them from memory to a file."""
    servicer = _Servicer()
    guard_servicer(servicer, Gate())

    @contextmanager
    def flushing() -> Iterator[None]:
        servicer.Flush(None, _Context())
        yield

    flush = _Visitor(flushing)
    wait_until(servicer.entered.is_set)
    answers: list[str] = []
    call = threading.Thread(target=lambda: answers.append(getattr(servicer, name)(None, _Context())))
    call.start()
    call.join(0.05)
    assert answers == []
    servicer.may_return.set()
    call.join()
    assert answers == [name]
    flush.leave()


def test_after_a_failed_flush_reads_go_on_and_writes_are_refused() -> None:
    servicer, gate = _Servicer(), Gate()
    servicer.may_return.set()
    guard_servicer(servicer, gate)
    assert servicer.Upsert(None, _Context()) == "Upsert"
    gate.flush_failed = True
    for name in ("Insert", "Upsert", "Delete", "Flush", "DropCollection", "CreateCollection"):
        with pytest.raises(PermissionError, match=FLUSH_FAILED):
            getattr(servicer, name)(None, _Context())
    assert servicer.Search(None, _Context()) == "Search"


def test_a_write_whose_own_flush_failed_is_told_as_a_failed_flush() -> None:
    servicer, gate = _Servicer(), Gate()

    def upsert(_request: object, _context: object) -> str:
        gate.flush_failed = True
        return "written, but the flush it started has failed"

    servicer.__dict__["Upsert"] = upsert
    guard_servicer(servicer, gate)
    with pytest.raises(PermissionError, match=FLUSH_FAILED):
        servicer.Upsert(None, _Context())


_HANGS = """
import threading
from desktop_app.library.vectors.lite import child

class Hangs:
    def stop(self, grace):
        threading.Event().wait()

child._CLOSE_S = 0.05
child._close(Hangs(), None, child.Gate(), "")
"""


def test_a_child_that_cannot_close_ends_all_the_same() -> None:
    """Or it would hold the lock of the library for ever."""
    done = subprocess.run([sys.executable, "-c", _HANGS], cwd=ROOT, check=False, timeout=60)
    assert done.returncode == 4


@pytest.mark.parametrize("has_failed", [False, True], ids=["well", "after a failed flush"])
def test_closing_keeps_what_a_failed_flush_left_in_the_log(
    monkeypatch: pytest.MonkeyPatch, *, has_failed: bool
) -> None:
    monkeypatch.setattr(os, "_exit", lambda _code: None)
    monkeypatch.setattr(child, "_CLOSE_S", 0.0)
    closed: list[str] = []
    gate = Gate()
    gate.flush_failed = has_failed
    child._close(_Stopped(), _Database(closed), gate, "")
    assert closed == ([] if has_failed else ["closed"])


class _Stopped:
    """Stands for gRPC's server once nobody asks it any more."""

    def stop(self, grace: int) -> "_Stopped":
        return self

    def wait(self) -> None:
        """Return at once."""


class _Database:
    """Stands for Lite's."""

    def __init__(self, closed: list[str]) -> None:
        self._closed = closed

    def close(self) -> None:
        self._closed.append("closed")
