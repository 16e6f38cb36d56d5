"""The walls on macOS: a profile of its sandbox, and limits. Written from its documentation and never run.

Other systems that are neither Linux nor Windows have the limits alone.

The profile allows what it does not name, so that a mistake of ours costs a wall and not every photo. A decoder is given
each photo as a descriptor that is open already, which the sandbox lets it read.
"""

import contextlib
import ctypes
import os
import sys
from pathlib import Path

_IS_MACOS = sys.platform == "darwin"
# Deprecated since macOS 10.8, and what browsers use.
_SANDBOX = "/usr/lib/libSystem.B.dylib"


def build() -> tuple[list[str], list[str]]:
    """Build the walls around this process, for good. Never run.

    Returns:
        What holds now and what does not, in words.
    """
    _limit()
    if not _IS_MACOS:
        return known()
    library = ctypes.CDLL(_SANDBOX, use_errno=True)
    problem = ctypes.c_char_p()
    if library.sandbox_init(profile().encode(), ctypes.c_uint64(0), ctypes.byref(problem)):
        return [], [f"sandbox ({(problem.value or b'it says nothing').decode(errors='replace')})"]
    return ["sandbox"], []


def known() -> tuple[list[str], list[str]]:
    """Return which walls `build` would build, and which not; nothing is built."""
    return (["sandbox"], []) if _IS_MACOS else ([], ["any wall of this system"])


def profile() -> str:
    """Return the sandbox's profile: no network, no writing, no new processes, nothing of the person's.

    Later rules win over earlier ones.
    """
    own = sorted({sys.prefix, sys.base_prefix, str(Path(__file__).resolve().parents[1])})
    # Path.home raises where there is none.
    home = os.path.expanduser("~")  # noqa: PTH111
    of_the_person = (home, "/Users", "/Volumes", "/private/tmp", "/private/var/folders")
    return "\n".join(
        [
            "(version 1)",
            "(allow default)",
            "(deny network*)",
            "(deny file-write*)",
            "(deny process-fork)",
            "(deny process-exec*)",
            "(deny signal (target others))",
            "(deny process-info* (target others))",
            "(deny mach-task-name (target others))",
            *(f"(deny file-read-data (subpath {_quoted(place)}))" for place in of_the_person),
            *(f"(allow file-read-data (subpath {_quoted(place)}))" for place in own),
        ]
    )


def _quoted(place: str) -> str:
    escaped = os.path.realpath(place).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


if sys.platform != "win32":
    import resource

    def _limit() -> None:
        """Let no file grow and no process begin: here the system counts processes, and not their threads."""
        for kind in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE, resource.RLIMIT_NPROC):
            with contextlib.suppress(OSError, ValueError):
                resource.setrlimit(kind, (0, 0))

else:

    def _limit() -> None:
        """Not called: Windows has no such limits."""
