"""Calls Linux by number, where neither Python nor the C library has a function for it."""

import ctypes
import os
import platform
import sys
from collections.abc import Sequence

AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
"""Processors that are known here, by `os.uname().machine`, with their numbers in linux/audit.h."""

# By processor in the order of `AUDIT_ARCH`; -1 where that has no such call. From asm/unistd_64.h and
# asm-generic/unistd.h of Linux 6.1; from 424 on all processors have the same numbers.
_NUMBERS = {
    # Other processes, and new ones.
    "execve": (59, 221),
    "execveat": (322, 281),
    "fork": (57, -1),
    "vfork": (58, -1),
    "clone": (56, 220),
    "clone3": (435, 435),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kcmp": (312, 272),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424),
    "kill": (62, 129),
    "tkill": (200, 130),
    "tgkill": (234, 131),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "process_madvise": (440, 440),
    "process_mrelease": (448, 448),
    "setns": (308, 268),
    "unshare": (272, 97),
    "prlimit64": (302, 261),
    "setpriority": (141, 140),
    "sched_setaffinity": (203, 122),
    "sched_setscheduler": (144, 119),
    "sched_setparam": (142, 118),
    "sched_setattr": (314, 274),
    "ioprio_set": (251, 30),
    "migrate_pages": (256, 238),
    "move_pages": (279, 239),
    # The network, and sockets of this machine.
    "socket": (41, 198),
    "socketpair": (53, 199),
    "connect": (42, 203),
    "bind": (49, 200),
    "listen": (50, 201),
    "accept": (43, 202),
    "accept4": (288, 242),
    "sendto": (44, 206),
    "sendmsg": (46, 211),
    "sendmmsg": (307, 269),
    # Files.
    "open": (2, -1),
    "openat": (257, 56),
    "openat2": (437, 437),
    "creat": (85, -1),
    "open_by_handle_at": (304, 265),
    "name_to_handle_at": (303, 264),
    "unlink": (87, -1),
    "unlinkat": (263, 35),
    "rename": (82, -1),
    "renameat": (264, 38),
    "renameat2": (316, 276),
    "mkdir": (83, -1),
    "mkdirat": (258, 34),
    "rmdir": (84, -1),
    "link": (86, -1),
    "linkat": (265, 37),
    "symlink": (88, -1),
    "symlinkat": (266, 36),
    "mknod": (133, -1),
    "mknodat": (259, 33),
    "chmod": (90, -1),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "chown": (92, -1),
    "fchown": (93, 55),
    "lchown": (94, -1),
    "fchownat": (260, 54),
    "truncate": (76, 45),
    "ftruncate": (77, 46),
    "fallocate": (285, 47),
    "utime": (132, -1),
    "utimes": (235, -1),
    "utimensat": (280, 88),
    "futimesat": (261, -1),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "getxattr": (191, 8),
    "lgetxattr": (192, 9),
    "listxattr": (194, 11),
    "llistxattr": (195, 12),
    "ioctl": (16, 29),
    "fcntl": (72, 25),
    "flock": (73, 32),
    "inotify_init": (253, -1),
    "inotify_init1": (294, 26),
    "fanotify_init": (300, 262),
    # Memory that others see, and queues.
    "mmap": (9, 222),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "userfaultfd": (323, 282),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "shmctl": (31, 195),
    "semget": (64, 190),
    "semctl": (66, 191),
    "msgget": (68, 186),
    "msgctl": (71, 187),
    "semop": (65, 193),
    "semtimedop": (220, 192),
    "msgsnd": (69, 189),
    "msgrcv": (70, 188),
    "mq_open": (240, 180),
    "mq_unlink": (241, 181),
    # The machine.
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "reboot": (169, 142),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "io_setup": (206, 0),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "syslog": (103, 116),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "adjtimex": (159, 171),
    "clock_adjtime": (305, 266),
    "personality": (135, 92),
    "iopl": (172, -1),
    "ioperm": (173, -1),
    "modify_ldt": (154, -1),
    "vhangup": (153, 58),
    # To build the walls.
    "capset": (126, 91),
    "seccomp": (317, 277),
    "landlock_create_ruleset": (444, 444),
    "landlock_add_rule": (445, 445),
    "landlock_restrict_self": (446, 446),
}

LAST_KNOWN = 451
"""What comes after this was not looked at when the table above was made."""

_PR_SET_NO_NEW_PRIVS = 38
# linux/capability.h: version 3, whose sets are two words each of what is effective, permitted and inherited.
_CAPABILITIES_VERSION = 0x20080522
_CAP_DAC_READ_SEARCH = 2


def processor() -> str | None:
    """Return this machine's key of `AUDIT_ARCH`; None where its numbers are not known."""
    machine = platform.machine()
    is_here = platform.system() == "Linux" and sys.maxsize > 2**32
    return machine if is_here and machine in AUDIT_ARCH else None


def number_of(name: str, machine: str) -> int | None:
    """Return the number of a call.

    Args:
        name: As its manual page says it.
        machine: A key of `AUDIT_ARCH`.

    Returns:
        None where this processor has no such call.

    Raises:
        KeyError: There is no such name.
    """
    number = _NUMBERS[name][list(AUDIT_ARCH).index(machine)]
    return None if number < 0 else number


def names() -> Sequence[str]:
    """Return all names of calls that have a number here."""
    return list(_NUMBERS)


def call(name: str, *arguments: "int | ctypes.Array[ctypes.c_char] | ctypes.Structure | None") -> int:
    """Call Linux, and return what it answers. Structures and buffers are passed by their address.

    Raises:
        OSError: It refuses, or has no such call; then with the number ENOSYS.
    """
    machine = processor()
    number = number_of(name, machine) if machine else None
    if number is None:
        raise OSError(38, "no such call")
    library = ctypes.CDLL(None, use_errno=True)
    library.syscall.restype = ctypes.c_long
    words = [
        ctypes.c_ulong(one & 0xFFFF_FFFF_FFFF_FFFF)
        if isinstance(one, int)
        else None
        if one is None
        else ctypes.byref(one)
        for one in arguments
    ]
    answer = int(library.syscall(ctypes.c_long(number), *words))
    if answer < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return answer


def forbid_new_privileges() -> None:
    """Let neither this process nor any child of it gain rights by starting a program, until it ends.

    Raises:
        OSError: The system has no such thing.
    """
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def drop_capabilities() -> None:
    """Give up what root may do beyond others, but for reading. Who is not root has nothing to give up.

    Reading stays, for Python may belong to another person whose folders only root can enter.

    Raises:
        OSError: The system does not let it.
    """
    head = ctypes.create_string_buffer(_CAPABILITIES_VERSION.to_bytes(4, sys.byteorder) + bytes(4), 8)
    reading = (1 << _CAP_DAC_READ_SEARCH).to_bytes(4, sys.byteorder)
    try:
        call("capset", head, ctypes.create_string_buffer(reading * 2 + bytes(16), 24))
    except PermissionError:
        call("capset", head, ctypes.create_string_buffer(24))
