"""Finds and kills the processes a library starts."""

import psutil

from desktop_app.children import DECODE_WORKER, VECTOR_SERVER


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
        return DECODE_WORKER.switch in process.cmdline()
    except psutil.Error:
        return False


def _is_vector_server(process: psutil.Process) -> bool:
    try:
        return VECTOR_SERVER.switch in process.cmdline()
    except psutil.Error:
        return False
