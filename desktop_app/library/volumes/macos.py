"""Drives and shares on macOS: the list of mounts, and the identity that the file system tells."""

import ctypes
import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from desktop_app.library.volumes.volume import NETWORK_FILE_SYSTEMS, Volume, place_id, share_id, share_name

# sys/attr.h: ATTR_BIT_MAP_COUNT, and that the volume is asked for its UUID alone.
_BIT_MAP_COUNT = 5
_VOL_INFO, _VOL_UUID = 0x80000000, 0x00040000
_UUID_AT, _UUID_BYTES = 4, 16
# Nobody keeps photos there, and some of them block.
_NO_DRIVES = frozenset({"devfs", "autofs", "nullfs", "synthfs"})


class _AttributeList(ctypes.Structure):
    """``struct attrlist``: which attributes are asked for."""

    _fields_ = (
        ("bitmapcount", ctypes.c_ushort),
        ("reserved", ctypes.c_uint16),
        ("commonattr", ctypes.c_uint32),
        ("volattr", ctypes.c_uint32),
        ("dirattr", ctypes.c_uint32),
        ("fileattr", ctypes.c_uint32),
        ("forkattr", ctypes.c_uint32),
    )


@dataclass(frozen=True, slots=True)
class Mount:
    """One mounted file system.

    Attributes:
        point: Where.
        kind: The file system's name.
        source: Device, or address of a share.
    """

    point: Path
    kind: str
    source: str


def holding(path: Path) -> Volume | None:
    """Return the volume of a folder that is there.

    Raises:
        OSError: It cannot be looked at.
    """
    real = Path(os.path.realpath(path))
    device = real.stat().st_dev
    mounts = _mounts()
    above = sorted((mount for mount in mounts if real.is_relative_to(mount.point)), key=_depth, reverse=True)
    # The person's home is on the volume at /System/Volumes/Data, which no path of hers says: devices tell. Shares,
    # whose server may not answer, are asked only where the path lies below them.
    local = [mount for mount in mounts if mount not in above and mount.kind not in NETWORK_FILE_SYSTEMS]
    mount = next((mount for mount in (*above, *local) if mount.point.stat().st_dev == device), None)
    return volume_of(mount) if mount else None


def mounted() -> list[Volume]:
    """Return what is mounted now."""
    return [volume_of(mount) for mount in _mounts()]


def volume_of(mount: Mount) -> Volume:
    """Return what a mount is."""
    if mount.kind in NETWORK_FILE_SYSTEMS:
        return Volume(share_id(mount.source), share_name(mount.source), mount.point)
    identity = _uuid_of(mount.point)
    is_system = mount.point == Path("/") or mount.point.is_relative_to("/System/Volumes")
    return Volume(
        f"uuid:{identity}" if identity else place_id(mount.kind, mount.point),
        "" if is_system else mount.point.name,
        mount.point,
    )


def _mounts() -> list[Mount]:
    return list(_of_interest())


def _of_interest() -> Iterator[Mount]:
    for partition in psutil.disk_partitions(all=True):
        if partition.fstype not in _NO_DRIVES:
            yield Mount(Path(partition.mountpoint), partition.fstype, partition.device)


def _depth(mount: Mount) -> int:
    return len(mount.point.parts)


def _uuid_of(mount_point: Path) -> uuid.UUID | None:
    """Ask the file system, as Disk Utility does; FAT and exFAT make one from their serial number."""
    asked = _AttributeList(bitmapcount=_BIT_MAP_COUNT, volattr=_VOL_INFO | _VOL_UUID)
    answer = ctypes.create_string_buffer(_UUID_AT + _UUID_BYTES)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.getattrlist(os.fsencode(mount_point), ctypes.byref(asked), answer, len(answer), 0):
        return None
    found = uuid.UUID(bytes=answer.raw[_UUID_AT:])
    return found if found.int else None
