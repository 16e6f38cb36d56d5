"""Drives and shares on Linux: the kernel's list of mounts, and the names that udev gives to disks."""

import fcntl
import logging
import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop_app.library.volumes.volume import (
    NETWORK_FILE_SYSTEMS,
    SHARE,
    Volume,
    place_id,
    share_id,
    share_name,
)

assert sys.platform != "win32"

log = logging.getLogger(__name__)

_MOUNTS = Path("/proc/self/mountinfo")
_DISKS = Path("/dev/disk")
# linux/fs.h, for systems without udev: FS_IOC_GETFSUUID (since Linux 6.9) and FS_IOC_GETFSLABEL.
_GET_UUID, _UUID_BYTES = 0x80111500, 17
_GET_LABEL, _LABEL_BYTES = 0x81009431, 256
# One mount for all shares that GNOME's file manager opened; each is a folder in it.
_GNOME_SHARES = "fuse.gvfsd-fuse"


@dataclass(frozen=True, slots=True)
class Mount:
    """One line of the kernel's list.

    Attributes:
        point: Where.
        base: Which folder of the file system is there.
        kind: The file system's name.
        source: Device, or address of a share.
    """

    point: Path
    base: Path
    kind: str
    source: str


def holding(path: Path) -> Volume:
    """Return the volume of a folder that is there.

    Raises:
        OSError: The kernel's list cannot be read.
    """
    real = Path(os.path.realpath(path))
    mount = deepest(mounts(), real)
    return volume_of(mount, real)


def mounted() -> list[Volume]:
    """Return every mount, also those of the system itself.

    Raises:
        OSError: The kernel's list cannot be read.
    """
    return [volume_of(mount, place) for mount in mounts() for place in (mount.point, *_gnome_shares(mount))]


def mounts() -> list[Mount]:
    """Return what is mounted, without a look at any drive.

    Raises:
        OSError: The kernel's list cannot be read.
    """
    return read_mounts(_MOUNTS.read_bytes())


def read_mounts(content: bytes) -> list[Mount]:
    """Read the text of ``/proc/self/mountinfo``; of two mounts at one place the later one is in force."""
    mounts = []
    for line in content.splitlines():
        # The number of fields before the dash is not fixed; see proc_pid_mountinfo(5).
        place, _, system = line.partition(b" - ")
        fields, rest = place.split(b" "), system.split(b" ")
        if len(fields) > 4 and len(rest) > 1:
            base = Path(_plain(fields[3])).relative_to("/") if fields[3].startswith(b"/") else Path()
            mounts.append(Mount(Path(_plain(fields[4])), base, _plain(rest[0]), _plain(rest[1])))
    return mounts


def deepest(mounts: Sequence[Mount], path: Path) -> Mount:
    """Return the mount that holds a path without links.

    Raises:
        ValueError: None does.
    """
    above = [mount for mount in reversed(mounts) if path.is_relative_to(mount.point)]
    return max(above, key=lambda mount: len(mount.point.parts))


def volume_of(mount: Mount, path: Path, disks: Path = _DISKS) -> Volume:
    """Return what a mount is, as the volume that holds a path below it.

    Args:
        mount: Of the kernel's list.
        path: Without links; tells the shares apart that are folders of one mount.
        disks: The folder of udev's names.
    """
    if mount.kind == _GNOME_SHARES and path != mount.point:
        share = path.relative_to(mount.point).parts[0]
        return Volume(SHARE + share, _gnome_name(share), mount.point / share)
    if mount.source.startswith("//") or mount.kind in NETWORK_FILE_SYSTEMS:
        return Volume(share_id(mount.source), share_name(mount.source), mount.point, mount.base)
    # What udev's names cost is paid for disks only, of which there are few among dozens of mounts.
    is_disk = mount.source.startswith("/")
    name = (_named(mount, disks / "by-label", _label) if is_disk else "") or mount.point.name
    if mount.point == Path("/"):
        name = ""
    lasting = _named(mount, disks / "by-uuid", _uuid) if is_disk else ""
    if mount.kind == "zfs":
        lasting = f"zfs {mount.source}"
    identity = f"uuid:{lasting.lower()}" if lasting else place_id(mount.kind, mount.point)
    return Volume(identity, name, mount.point, mount.base)


def _named(mount: Mount, links: Path, ask: "_Asking") -> str:
    """Return the name of a mount's disk: that of udev's link to it, else what the file system itself says."""
    device = os.path.realpath(mount.source)
    for link in _listed(links):
        if os.path.realpath(link) == device:
            return _plain(re.sub(rb"\\x([0-9a-f]{2})", _byte, os.fsencode(link.name)))
    return ask(mount.point)


class _Asking:
    """A question to a file system, answered where kernel and file system know it and we may open it."""

    def __init__(self, number: int, size: int) -> None:
        self._number, self._size = number, size

    def __call__(self, place: Path) -> str:
        answer = bytearray(self._size)
        try:
            handle = os.open(place, os.O_RDONLY | os.O_DIRECTORY)
        except OSError as error:
            log.debug("%r cannot be asked for its name: %s", place, error)
            return ""
        try:
            fcntl.ioctl(handle, self._number, answer)
        except OSError as error:
            log.debug("%r does not know its name: %s", place, error)
            return ""
        finally:
            os.close(handle)
        return self._read(bytes(answer))

    def _read(self, answer: bytes) -> str:
        return os.fsdecode(answer.split(b"\0")[0])


class _AskingForUuid(_Asking):
    def _read(self, answer: bytes) -> str:
        digits = answer[1:].hex()
        if not digits.strip("0"):
            return ""
        # As udev writes it.
        return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


_label = _Asking(_GET_LABEL, _LABEL_BYTES)
_uuid = _AskingForUuid(_GET_UUID, _UUID_BYTES)


def _gnome_shares(mount: Mount) -> Iterator[Path]:
    if mount.kind == _GNOME_SHARES:
        yield from _listed(mount.point)


def _gnome_name(share: str) -> str:
    """Return "photos on nas" for ``smb-share:server=nas,share=photos``."""
    said = dict(part.split("=", 1) for part in share.partition(":")[2].split(",") if "=" in part)
    server, name = said.get("server") or said.get("host"), said.get("share")
    return f"{name} on {server}" if server and name else server or share


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError as error:
        log.debug("%r cannot be listed: %s", folder, error)
        return []


def _plain(escaped: bytes) -> str:
    """Undo the kernel's way to write spaces, tabs, line ends and backslashes."""
    return os.fsdecode(re.sub(rb"\\([0-7]{3})", lambda found: bytes([int(found[1], 8)]), escaped))


def _byte(found: "re.Match[bytes]") -> bytes:
    return bytes([int(found[1], 16)])
