"""The walls on Windows: a job object, no privileges, and low integrity. Written from its documentation and never run.

Whoever has low integrity writes to nothing that belongs to the person, but may read what the person may: Windows has no
way for a process to give that up later.
"""

import ctypes
import sys
from collections.abc import Callable

# winnt.h.
_BASIC_UI_RESTRICTIONS, _EXTENDED_LIMITS = 4, 9
_LIMIT_ACTIVE_PROCESSES, _LIMIT_MEMORY, _DIE_QUIETLY = 0x0008, 0x0100, 0x0400
_ALL_UI_RESTRICTIONS = 0xFF
_TOKEN_ADJUST_DEFAULT, _TOKEN_ADJUST_PRIVILEGES, _TOKEN_QUERY = 0x0080, 0x0020, 0x0008
_TOKEN_PRIVILEGES, _TOKEN_INTEGRITY_LEVEL = 3, 25
_PRIVILEGE_REMOVED = 4
_INTEGRITY = 0x20
_LOW_INTEGRITY = "S-1-16-4096"


class _BasicLimits(ctypes.Structure):
    _fields_ = (
        ("per_process_user_time", ctypes.c_int64),
        ("per_job_user_time", ctypes.c_int64),
        ("flags", ctypes.c_uint32),
        ("least_working_set", ctypes.c_size_t),
        ("most_working_set", ctypes.c_size_t),
        ("active_processes", ctypes.c_uint32),
        ("affinity", ctypes.c_size_t),
        ("priority_class", ctypes.c_uint32),
        ("scheduling_class", ctypes.c_uint32),
    )


class _ExtendedLimits(ctypes.Structure):
    _fields_ = (
        ("basic", _BasicLimits),
        ("io_counters", ctypes.c_uint64 * 6),
        ("process_memory", ctypes.c_size_t),
        ("job_memory", ctypes.c_size_t),
        ("peak_process_memory", ctypes.c_size_t),
        ("peak_job_memory", ctypes.c_size_t),
    )


class _Privilege(ctypes.Structure):
    _fields_ = (("name", ctypes.c_uint32 * 2), ("attributes", ctypes.c_uint32))


class _Label(ctypes.Structure):
    _fields_ = (("sid", ctypes.c_void_p), ("attributes", ctypes.c_uint32))


if sys.platform == "win32":

    def limit_memory(memory_bytes: int) -> None:
        """Put this process into a job object that limits its memory and lets no other process begin. Never run.

        Windows has no limit of a single process. The job lives as long as this process: its handle stays open.

        Raises:
            OSError: It cannot be done.
        """
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.CreateJobObjectW.restype = kernel.GetCurrentProcess.restype = ctypes.c_void_p
        job = ctypes.c_void_p(kernel.CreateJobObjectW(None, None))
        limits = _ExtendedLimits()
        limits.basic.flags = _LIMIT_MEMORY | _LIMIT_ACTIVE_PROCESSES | _DIE_QUIETLY
        limits.basic.active_processes = 1
        limits.process_memory = memory_bytes
        window = ctypes.c_uint32(_ALL_UI_RESTRICTIONS)
        own = ctypes.c_void_p(kernel.GetCurrentProcess())
        if not (
            kernel.SetInformationJobObject(job, _EXTENDED_LIMITS, ctypes.byref(limits), ctypes.sizeof(limits))
            and kernel.SetInformationJobObject(
                job, _BASIC_UI_RESTRICTIONS, ctypes.byref(window), ctypes.sizeof(window)
            )
            and kernel.AssignProcessToJobObject(job, own)
        ):
            raise ctypes.WinError(ctypes.get_last_error())

    def build() -> tuple[list[str], list[str]]:
        """Build the walls around this process, for good. Never run.

        Returns:
            What holds now and what does not, in words.
        """
        held: list[str] = []
        missing: list[str] = []
        walls: dict[str, Callable[[ctypes.c_void_p], None]] = {
            "no privileges": _drop_privileges,
            "low integrity": _lower_integrity,
        }
        for name, build_one in walls.items():
            try:
                build_one(_own_token())
            except OSError as error:
                missing.append(f"{name} ({error.strerror})")
            else:
                held.append(name)
        return held, missing

    def known() -> tuple[list[str], list[str]]:
        """Return which walls `build` would build, and which not; nothing is built."""
        return ["no privileges", "low integrity"], []

    def _own_token() -> ctypes.c_void_p:
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.GetCurrentProcess.restype = ctypes.c_void_p
        token = ctypes.c_void_p()
        wanted = _TOKEN_ADJUST_DEFAULT | _TOKEN_ADJUST_PRIVILEGES | _TOKEN_QUERY
        _done(
            _security().OpenProcessToken(
                ctypes.c_void_p(kernel.GetCurrentProcess()), wanted, ctypes.byref(token)
            )
        )
        return token

    def _drop_privileges(token: ctypes.c_void_p) -> None:
        """Remove every privilege; unlike one that is switched off, none of them comes back."""
        length = ctypes.c_uint32()
        _security().GetTokenInformation(token, _TOKEN_PRIVILEGES, None, 0, ctypes.byref(length))
        held = ctypes.create_string_buffer(length.value)
        _done(
            _security().GetTokenInformation(
                token, _TOKEN_PRIVILEGES, held, length.value, ctypes.byref(length)
            )
        )
        # How many, and as many structures of 12 bytes.
        count = ctypes.c_uint32.from_buffer(held).value
        for privilege in (_Privilege * count).from_buffer(held, 4):
            privilege.attributes = _PRIVILEGE_REMOVED
        _done(_security().AdjustTokenPrivileges(token, False, held, 0, None, None))

    def _lower_integrity(token: ctypes.c_void_p) -> None:
        sid = ctypes.c_void_p()
        _done(_security().ConvertStringSidToSidW(_LOW_INTEGRITY, ctypes.byref(sid)))
        label = _Label(sid, _INTEGRITY)
        length = ctypes.sizeof(label) + _security().GetLengthSid(sid)
        _done(_security().SetTokenInformation(token, _TOKEN_INTEGRITY_LEVEL, ctypes.byref(label), length))

    def _security() -> ctypes.WinDLL:
        return ctypes.WinDLL("advapi32", use_last_error=True)

    def _done(succeeded: int) -> None:
        if not succeeded:
            raise ctypes.WinError(ctypes.get_last_error())

else:

    def limit_memory(memory_bytes: int) -> None:
        """Not called: this is no Windows."""

    def build() -> tuple[list[str], list[str]]:
        """Not called: this is no Windows."""
        return [], []

    def known() -> tuple[list[str], list[str]]:
        """Not called: this is no Windows."""
        return [], []
