"""A drive or share as a value, and the identities that last."""

from dataclasses import dataclass, field
from pathlib import Path

NETWORK_FILE_SYSTEMS = frozenset(
    {
        *("9p", "afpfs", "afs", "ceph", "cifs", "davfs", "drvfs", "glusterfs", "lustre", "ncpfs", "nfs"),
        *("nfs3", "nfs4", "prl_fs", "smb", "smb2", "smb3", "smbfs", "vboxsf", "virtiofs", "vmhgfs", "webdav"),
        *("fuse.davfs", "fuse.davfs2", "fuse.glusterfs", "fuse.gvfsd-fuse", "fuse.rclone", "fuse.s3fs"),
        *("fuse.sshfs", "fuse.vmhgfs-fuse", "macfuse", "osxfuse"),
    }
)
"""Names of file systems whose files are on another machine: others change them, and they go without a word."""

SHARE = "share:"
"""How the identity of a network share begins; the rest is its address."""

_PLACE = "mount:"


@dataclass(frozen=True, slots=True)
class Volume:
    """A drive or share that is connected now.

    Attributes:
        id: The same wherever it is mounted. Where the system knows nothing that lasts (a disk in memory), the mount
            point is a part of it, so that no other place is ever taken for the same drive.
        name: For a person; empty for the system's own drive.
        mount_point: Where it is now.
        base: What of it is there: a folder inside it where only a part is mounted, such as a btrfs subvolume.
    """

    id: str
    name: str
    mount_point: Path
    base: Path = field(default_factory=Path)

    @property
    def is_network(self) -> bool:
        """Whether its files are on another machine."""
        return self.id.startswith(SHARE)

    @property
    def can_move(self) -> bool:
        """Whether it would be recognised at another mount point."""
        return not self.id.startswith(_PLACE)

    def inside(self, path: Path) -> Path | None:
        """Return where on it a path without links is; None for one that is not below its mount point."""
        if not path.is_relative_to(self.mount_point):
            return None
        return self.base / path.relative_to(self.mount_point)

    def place_of(self, inside: Path) -> Path | None:
        """Return where something on it is now; None when that part is not mounted."""
        return self.mount_point / inside.relative_to(self.base) if inside.is_relative_to(self.base) else None


def share_id(address: str) -> str:
    """Return the identity of a share: ``//server/share`` without case and user, anything else as it is."""
    plain = address.replace("\\", "/").rstrip("/")
    if plain.startswith("//"):
        server, _, rest = plain[2:].partition("/")
        plain = f"//{server.rpartition('@')[2]}/{rest}".lower()
    return SHARE + plain


def share_name(address: str) -> str:
    """Return a share's name for a person: "photos on nas" for ``//nas/photos`` and ``nas:/volume1/photos``."""
    plain = address.replace("\\", "/").rstrip("/")
    server, _, path = plain[2:].partition("/") if plain.startswith("//") else plain.partition(":")
    name = path.rstrip("/").rpartition("/")[2]
    server = server.rpartition("@")[2]
    return f"{name} on {server}" if name and server else plain


def place_id(kind: str, mount_point: Path) -> str:
    """Return the identity of a volume that nothing but its place tells from others."""
    return f"{_PLACE}{kind}:{mount_point}"
