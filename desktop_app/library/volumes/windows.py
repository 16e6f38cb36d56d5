"""Drives and shares on Windows: serial numbers and labels of volumes, addresses of shares."""

import ctypes
import sys
from dataclasses import dataclass
from pathlib import Path

import psutil

from desktop_app.library.volumes.volume import Volume, place_id, share_id, share_name

_LONGEST = 1024
_DRIVE_REMOTE = 4
# Without it the system asks the person to insert a disk.
_FAIL_CRITICAL_ERRORS = 1


@dataclass(frozen=True, slots=True)
class Said:
    r"""What the system says of the volume at a mount point.

    Attributes:
        mount_point: Like ``E:\`` or ``C:\Drives\T7\``.
        serial: Written into the volume when it was formatted, so it goes with the drive; None when not known.
        label: Given by a person; may be empty.
        share: ``\\server\share`` of a drive letter that stands for one; empty for a drive.
    """

    mount_point: str
    serial: int | None
    label: str
    share: str = ""


def holding(path: Path) -> Volume | None:
    """Return the volume of a folder that is there.

    Raises:
        OSError: The system does not say.
        ValueError: It is no path.
    """
    if "\0" in str(path):
        # ctypes would refuse it with an error of a kind of its own.
        raise ValueError("no path has a null character in it")
    if path.drive.startswith("\\\\"):
        return Volume(share_id(path.drive), share_name(path.drive), Path(path.anchor))
    return volume_of(_said_of(_mount_point(path)))


def mounted() -> list[Volume]:
    """Return the drives and shares that have a letter now."""
    return [volume_of(_said_of(partition.mountpoint)) for partition in psutil.disk_partitions(all=False)]


def volume_of(said: Said) -> Volume:
    """Return what the system described."""
    point = Path(said.mount_point)
    if said.share:
        return Volume(share_id(said.share), share_name(said.share), point)
    letter = said.mount_point.rstrip("\\")
    name = f"{said.label} ({letter})" if said.label else letter
    # The volume's GUID is no use: Windows gives removable drives another one in another port.
    identity = f"serial:{said.serial:08x}" if said.serial else place_id("drive", point)
    return Volume(identity, name, point)


if sys.platform == "win32":

    def _mount_point(path: Path) -> str:
        buffer = ctypes.create_unicode_buffer(_LONGEST)
        if not ctypes.windll.kernel32.GetVolumePathNameW(str(path), buffer, len(buffer)):
            raise ctypes.WinError()
        return buffer.value

    def _said_of(mount_point: str) -> Said:
        kernel = ctypes.windll.kernel32
        kernel.SetThreadErrorMode(_FAIL_CRITICAL_ERRORS, None)
        if kernel.GetDriveTypeW(mount_point) == _DRIVE_REMOTE:
            size = ctypes.c_ulong(_LONGEST)
            address = ctypes.create_unicode_buffer(_LONGEST)
            if not ctypes.windll.mpr.WNetGetConnectionW(mount_point[:2], address, ctypes.byref(size)):
                return Said(mount_point, None, "", address.value)
        label, serial = ctypes.create_unicode_buffer(_LONGEST), ctypes.c_ulong()
        known = kernel.GetVolumeInformationW(
            mount_point, label, len(label), ctypes.byref(serial), None, None, None, 0
        )
        return Said(mount_point, serial.value if known else None, label.value)

else:

    def _mount_point(path: Path) -> str:
        raise OSError(f"only Windows knows the drive of {path}")

    def _said_of(mount_point: str) -> Said:
        raise OSError(f"only Windows knows the drive at {mount_point}")
