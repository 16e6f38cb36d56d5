"""seccomp: Linux refuses a process the system calls that it has no use for.

The filter is a program of a few instructions that the kernel runs before each call (linux/seccomp.h, linux/filter.h).
Everything that is not named here stays allowed, so that a library's next version does not fail over a call that nobody
thought of; what Linux 6.5 and later brought is answered as by a system that does not have it. The one library on the
package index that many use (pyseccomp) rests since 2021 and needs a library of the system that is often missing.
"""

import ctypes
import errno
import os
import struct
from collections.abc import Iterable, Sequence

from desktop_app.library.confinement import syscalls

_SET_MODE_FILTER, _GET_ACTION = 1, 2
# For all threads of this process.
_ALL_THREADS = 1
_ALLOW, _ERRNO, _KILL = 0x7FFF_0000, 0x0005_0000, 0x8000_0000
# Load a word of what is asked; compare and jump; and with a mask; return.
_LOAD, _EQUALS, _AT_LEAST, _HAS_BIT, _AND, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
_NUMBER_AT, _PROCESSOR_AT, _ARGUMENTS_AT = 0, 4, 16
_INSTRUCTION = struct.Struct("=HBBI")

# Beginnings, endings and looks from outside; sockets; what changes files; memory that others see; the machine.
_REFUSED = """
    execve execveat fork vfork ptrace process_vm_readv process_vm_writev kcmp pidfd_open pidfd_getfd pidfd_send_signal
    tkill rt_sigqueueinfo rt_tgsigqueueinfo process_madvise process_mrelease setns unshare setpriority sched_setaffinity
    sched_setscheduler sched_setparam sched_setattr ioprio_set migrate_pages move_pages
    socket socketpair connect bind listen accept accept4 sendto sendmsg sendmmsg
    creat open_by_handle_at name_to_handle_at unlink unlinkat rename renameat renameat2 mkdir mkdirat rmdir link linkat
    symlink symlinkat mknod mknodat chmod fchmod fchmodat chown fchown lchown fchownat truncate ftruncate fallocate utime
    utimes utimensat futimesat setxattr lsetxattr fsetxattr removexattr lremovexattr fremovexattr getxattr lgetxattr
    listxattr llistxattr flock
    inotify_init inotify_init1 fanotify_init
    memfd_create memfd_secret userfaultfd shmget shmat shmctl semget semctl semop semtimedop msgget msgctl msgsnd
    msgrcv mq_open mq_unlink
    mount umount2 pivot_root chroot open_tree move_mount fsopen fsconfig fsmount fspick mount_setattr swapon swapoff
    reboot sethostname setdomainname init_module finit_module delete_module kexec_load kexec_file_load bpf
    perf_event_open io_uring_setup io_uring_enter io_uring_register io_setup keyctl add_key request_key syslog acct
    quotactl quotactl_fd settimeofday clock_settime adjtimex clock_adjtime personality iopl ioperm modify_ldt vhangup
""".split()  # noqa: SIM905 - as a list it would be a page long
# The C library has another way where these are missing, whose arguments a filter can see.
_MISSING = ("clone3", "openat2")

_CLONE_THREAD = 0x10000
# O_WRONLY and O_RDWR, O_CREAT, O_TRUNC: the same numbers on all processors that are known here.
_WRITING = 0o3 | 0o100 | 0o1000
# MAP_SHARED with MAP_ANONYMOUS: memory that no limit of a process counts.
_SHARED_MEMORY = 0x21
# TCGETS, FIONBIO, FIONREAD, FIONCLEX and FIOCLEX: what Python and C ask of files that they open.
_HARMLESS_REQUESTS = (0x5401, 0x5421, 0x541B, 0x5450, 0x5451)
# F_SETOWN, F_SETSIG, F_SETOWN_EX and F_SETLEASE, by which others are signalled; F_SETLK, F_SETLKW, F_OFD_SETLK and
# F_OFD_SETLKW, by which others wait.
_MEDDLING = (8, 10, 15, 1024, 6, 7, 37, 38)

_Code = list[tuple[int, int, int, int]]


class _Program(ctypes.Structure):
    """A filter as it is handed over: struct sock_fprog."""

    _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_void_p))


def is_known() -> bool:
    """Tell whether this system takes filters, and this processor's numbers are known."""
    action = ctypes.create_string_buffer(_ERRNO.to_bytes(4, "little"), 4)
    try:
        return syscalls.call("seccomp", _GET_ACTION, 0, action) == 0
    except OSError:
        return False


def refuse_needless_calls() -> None:
    """Refuse this process for good to start, see or signal others, to use sockets, and to write anywhere.

    What is open already can be read and written: that is how a decoder is told what to do. Threads can be started.

    Raises:
        OSError: It cannot be done, and everything is allowed as before.
    """
    machine = syscalls.processor()
    if machine is None:
        raise OSError(errno.ENOSYS, "this processor's numbers of system calls are not known")
    code = b"".join(_INSTRUCTION.pack(*one) for one in _filter(machine, os.getpid()))
    held = ctypes.create_string_buffer(code, len(code))
    syscalls.forbid_new_privileges()
    program = _Program(len(code) // _INSTRUCTION.size, ctypes.addressof(held))
    refused_thread = syscalls.call("seccomp", _SET_MODE_FILTER, _ALL_THREADS, program)
    if refused_thread:
        raise OSError(errno.ESRCH, f"thread {refused_thread} does not take the filter")


def _filter(machine: str, own_pid: int) -> _Code:
    """Return the program; each piece of it leaves the call's number loaded where it does not decide."""
    code: _Code = [
        (_LOAD, 0, 0, _PROCESSOR_AT),
        # Another processor's calls, as those of 32 bits, have other numbers.
        (_EQUALS, 1, 0, syscalls.AUDIT_ARCH[machine]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER_AT),
        (_AT_LEAST, 0, 1, syscalls.LAST_KNOWN + 1),
        (_RETURN, 0, 0, _ERRNO | errno.ENOSYS),
    ]
    for names, code_of_error in ((_REFUSED, errno.EPERM), (_MISSING, errno.ENOSYS)):
        for number in _numbers(names, machine):
            code += [(_EQUALS, 0, 1, number), (_RETURN, 0, 0, _ERRNO | code_of_error)]
    refused = (_RETURN, 0, 0, _ERRNO | errno.EPERM)
    allowed = (_RETURN, 0, 0, _ALLOW)
    code += _asked(machine, "clone", 0, [(_HAS_BIT, 1, 0, _CLONE_THREAD), refused, allowed])
    code += _asked(machine, "open", 1, [(_HAS_BIT, 0, 1, _WRITING), refused, allowed])
    code += _asked(machine, "openat", 2, [(_HAS_BIT, 0, 1, _WRITING), refused, allowed])
    too_much = (_RETURN, 0, 0, _ERRNO | errno.ENOMEM)
    shared = [(_AND, 0, 0, _SHARED_MEMORY), (_EQUALS, 0, 1, _SHARED_MEMORY), too_much, allowed]
    code += _asked(machine, "mmap", 3, shared)
    for name in ("kill", "tgkill"):
        code += _asked(machine, name, 0, [(_EQUALS, 1, 0, own_pid), refused, allowed])
    own = [(_EQUALS, 2, 0, 0), (_EQUALS, 1, 0, own_pid), refused, allowed]
    code += _asked(machine, "prlimit64", 0, own)
    code += _asked(machine, "ioctl", 1, _unless(_HARMLESS_REQUESTS))
    code += _asked(machine, "fcntl", 1, _none_of(_MEDDLING))
    return [*code, allowed]


def _numbers(names: Iterable[str], machine: str) -> list[int]:
    found = [syscalls.number_of(name, machine) for name in names]
    return [number for number in found if number is not None]


def _asked(machine: str, name: str, argument: int, decision: _Code) -> _Code:
    """Return what decides of one call by the lower half of one of its arguments; both processors are little endian."""
    number = syscalls.number_of(name, machine)
    if number is None:
        return []
    load = (_LOAD, 0, 0, _ARGUMENTS_AT + 8 * argument)
    return [(_EQUALS, 0, 1 + len(decision), number), load, *decision]


def _unless(harmless: Sequence[int]) -> _Code:
    """Return what allows these requests, and answers all others as a file does that does not know them."""
    left = len(harmless)
    jumps = [(_EQUALS, left - turn, 0, request) for turn, request in enumerate(harmless)]
    return [*jumps, (_RETURN, 0, 0, _ERRNO | errno.ENOTTY), (_RETURN, 0, 0, _ALLOW)]


def _none_of(meddling: Sequence[int]) -> _Code:
    """Return what refuses these requests, and allows all others."""
    left = len(meddling)
    jumps = [(_EQUALS, left - turn, 0, request) for turn, request in enumerate(meddling)]
    return [*jumps, (_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _ERRNO | errno.EPERM)]
