"""Finds and kills the processes a library starts."""

import os.path

import psutil

_DECODER = os.path.join("decoding", "child.py")  # noqa: PTH118 - compared with words of a command line
_VECTORS = (os.path.join("vectors", "child.py"), "vectors.server")  # noqa: PTH118


def vector_processes() -> list[psutil.Process]:
    """The vector databases that this process started."""
    return [child for child in psutil.Process().children() if _is_vector_server(child)]


def kill_vector_processes() -> int:
    """Kill them without a warning, as the system does when memory runs out; returns how many there were."""
    found = vector_processes()
    for process in found:
        process.kill()
    psutil.wait_procs(found, timeout=10)
    return len(found)


def decoders_of_this_process() -> list[psutil.Process]:
    """The decoders that this process started and that run."""
    return [child for child in psutil.Process().children() if _is_decoder(child)]


def _is_decoder(process: psutil.Process) -> bool:
    try:
        return any(_DECODER in word for word in process.cmdline())
    except psutil.Error:
        return False


def _is_vector_server(process: psutil.Process) -> bool:
    try:
        return any(part in word for word in process.cmdline() for part in _VECTORS)
    except psutil.Error:
        return False
