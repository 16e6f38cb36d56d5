"""Memory that was freed goes back to the system, once after each piece of work, and nothing fails where it cannot."""

import ctypes
import json
import platform
import subprocess
import sys

import pytest

from desktop_app.library.concurrency.freed_memory import FreedMemory, give_back

# Blocks that lie below one that is still in use stay with the allocator when they are freed.
_FREES_160_MB = """
import json, psutil
from desktop_app.library.concurrency.freed_memory import give_back
resident = lambda: psutil.Process().memory_info().rss
blocks = [bytearray(100_000) for _ in range(1_600)]
top = bytearray(100_000)
full = resident()
del blocks
freed = resident()
give_back()
print(json.dumps([full, freed, resident()]))
"""


_MANY_THREADS = """
import ctypes, sys, threading
from desktop_app.library.concurrency.freed_memory import keep_few_heaps
if sys.argv[2] == "few":
    keep_few_heaps()
libc = ctypes.CDLL(None)
libc.malloc.restype = libc.fopen.restype = ctypes.c_void_p
everybody = threading.Barrier(12)
def work():
    libc.malloc(50_000)
    everybody.wait()
threads = [threading.Thread(target=work) for _ in range(12)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
file = ctypes.c_void_p(libc.fopen(sys.argv[1].encode(), b"w"))
libc.malloc_info(0, file)
libc.fclose(file)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another allocator")
def test_threads_share_few_heaps(tmp_path):
    heaps = {}
    for how in ("few", "many"):
        words = [sys.executable, "-c", _MANY_THREADS, str(tmp_path / how), how]
        subprocess.run(words, check=True, timeout=60)
        heaps[how] = (tmp_path / how).read_text().count("<heap nr=")
    # One may be there before the limit is set.
    assert heaps["few"] <= 3 < heaps["many"]


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another allocator")
def test_what_the_allocator_kept_goes_back_to_the_system():
    said = subprocess.run([sys.executable, "-c", _FREES_160_MB], capture_output=True, check=True, timeout=60)
    full, freed, given = json.loads(said.stdout)
    assert full - freed < 80e6, "the allocator gives it back by itself"
    assert freed - given > 80e6


def test_nothing_fails_with_an_allocator_that_has_no_such_function(monkeypatch):
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: object())
    give_back()


def test_it_is_given_back_once_after_each_piece_of_work():
    given: list[None] = []
    freed = FreedMemory(lambda: given.append(None))
    freed.rest()
    assert not given
    for pieces in (1, 2):
        freed.expect()
        freed.expect()
        freed.rest()
        freed.rest()
        assert len(given) == pieces
