"""Which drive a folder is on, from what the system says: captured lists, and real drives where they can be mounted."""

import os
from pathlib import Path

import pytest

from desktop_app.library.volumes import windows
from desktop_app.library.volumes.connected import Volumes
from desktop_app.library.volumes.macos import Mount as MacMount
from desktop_app.library.volumes.macos import volume_of as mac_volume_of
from desktop_app.library.volumes.volume import Volume, place_id, share_id, share_name
from desktop_app.library.volumes.windows import Said
from desktop_app.library.volumes.windows import volume_of as windows_volume_of
from tests.drives import Drive

if os.name == "posix":
    from desktop_app.library.volumes.linux import deepest, read_mounts, volume_of

linux = pytest.mark.skipif(os.name != "posix", reason="reads what Linux says")

# As /proc/self/mountinfo has it: a system disk with btrfs subvolumes, a stick whose name has a space, a bind mount,
# a share, one of GNOME's, a disk in memory, and a drive mounted over an older one.
MOUNTS = rb"""
22 1 0:25 /@ / rw,relatime shared:1 - btrfs /dev/nvme0n1p2 rw,subvol=/@
23 22 0:25 /@home /home rw,relatime shared:2 - btrfs /dev/nvme0n1p2 rw,subvol=/@home
40 22 8:17 / /media/me/MY\040STICK rw,nosuid shared:3 - vfat /dev/sdb1 rw
41 22 8:33 / /media/me/T7 rw,nosuid shared:4 master:1 - exfat /dev/sdc1 rw
42 22 8:33 /photos/old /srv/old rw - exfat /dev/sdc1 rw
50 22 0:50 / /mnt/nas rw - cifs //NAS/Photos rw,vers=3.1.1
51 22 0:51 / /mnt/export rw - nfs4 nas:/volume1/photos rw
52 22 0:52 / /run/user/1000/gvfs rw - fuse.gvfsd-fuse gvfsd-fuse rw
53 22 0:53 / /tmp rw - tmpfs tmpfs rw
54 22 253:0 / /vault rw - ext4 /dev/mapper/luks-1 rw
55 54 8:49 / /vault rw - xfs /dev/sdd1 rw
56 22 0:60 / /tank rw - zfs tank/photos rw
"""


@pytest.fixture
def disks(tmp_path: Path) -> Path:
    """What udev makes: names that lead to devices."""
    for kind, name, device in (
        ("by-uuid", "5B2E-11AA", "sdb1"),
        ("by-uuid", "6f1c1b4e-0000-4000-8000-000000000001", "nvme0n1p2"),
        ("by-uuid", "ABCD-0123", "sdc1"),
        ("by-label", r"MY\x20STICK", "sdb1"),
        ("by-label", r"T7\x2fShield", "sdc1"),
    ):
        (tmp_path / kind).mkdir(exist_ok=True)
        (tmp_path / kind / name).symlink_to(f"/dev/{device}")
    return tmp_path


def holding(path: str, disks: Path) -> Volume:
    return volume_of(deepest(read_mounts(MOUNTS), Path(path)), Path(path), disks)


@linux
@pytest.mark.parametrize(
    ("path", "identity", "name", "inside"),
    [
        ("/home/me/Pictures", "uuid:6f1c1b4e-0000-4000-8000-000000000001", "home", "@home/me/Pictures"),
        ("/etc", "uuid:6f1c1b4e-0000-4000-8000-000000000001", "", "@/etc"),
        ("/media/me/MY STICK/DCIM", "uuid:5b2e-11aa", "MY STICK", "DCIM"),
        ("/media/me/T7", "uuid:abcd-0123", "T7/Shield", "."),
        ("/srv/old/rome", "uuid:abcd-0123", "T7/Shield", "photos/old/rome"),
        ("/mnt/nas/2019", "share://nas/photos", "Photos on NAS", "2019"),
        ("/mnt/export/a", "share:nas:/volume1/photos", "photos on nas", "a"),
        (
            "/run/user/1000/gvfs/smb-share:server=nas,share=pics/a",
            "share:smb-share:server=nas,share=pics",
            "pics on nas",
            "a",
        ),
        ("/tmp/x", "mount:tmpfs:/tmp", "tmp", "x"),
        ("/vault/photos", "mount:xfs:/vault", "vault", "photos"),
        ("/tank/photos", "uuid:zfs tank/photos", "tank", "photos"),
    ],
)
def test_a_volume_is_known_by_what_lasts(
    disks: Path, path: str, identity: str, name: str, inside: str
) -> None:
    volume = holding(path, disks)
    assert (volume.id, volume.name, volume.inside(Path(path))) == (identity, name, Path(inside))


@linux
def test_what_is_on_a_drive_is_found_where_that_part_of_it_is_mounted(disks: Path) -> None:
    whole, part = holding("/media/me/T7", disks), holding("/srv/old", disks)
    assert whole.id == part.id
    assert whole.place_of(Path("photos/old/rome")) == Path("/media/me/T7/photos/old/rome")
    assert part.place_of(Path("photos/old/rome")) == Path("/srv/old/rome")
    assert part.place_of(Path("photos/new")) is None


@linux
def test_only_what_lasts_is_recognised_elsewhere(disks: Path) -> None:
    assert holding("/media/me/T7", disks).can_move
    assert holding("/mnt/nas", disks).can_move
    assert holding("/mnt/nas", disks).is_network
    assert not holding("/tmp/x", disks).can_move
    assert not holding("/tmp/x", disks).is_network


@linux
def test_lines_that_say_nothing_are_left_out() -> None:
    assert read_mounts(b"\n1 2 3\n22 1 0:4 net:[4026531840] /run/netns/x rw - nsfs\n") == []
    (odd,) = read_mounts(b"22 1 0:4 net:[4026531840] /run/n\\134x rw - nsfs nsfs rw")
    assert (odd.point, odd.base) == (Path("/run/n\\x"), Path())


@pytest.mark.parametrize(
    ("address", "identity", "name"),
    [
        (r"\\NAS\Photos", "share://nas/photos", "Photos on NAS"),
        ("//me@nas/photos/", "share://nas/photos", "photos on nas"),
        ("nas:/volume1/photos", "share:nas:/volume1/photos", "photos on nas"),
        ("tag", "share:tag", "tag"),
    ],
)
def test_a_share_is_known_by_its_address(address: str, identity: str, name: str) -> None:
    assert (share_id(address), share_name(address)) == (identity, name)


def test_windows_drives_are_known_by_their_serial_number_whatever_their_letter() -> None:
    one, other = (windows_volume_of(Said(f"{letter}:\\", 0x1A2B3C4D, "T7", "")) for letter in ("E", "F"))
    assert one.id == other.id == "serial:1a2b3c4d"
    assert (one.name, other.name) == ("T7 (E:)", "T7 (F:)")
    assert windows_volume_of(Said("G:\\", None, "", "")).name == "G:"
    share = windows_volume_of(Said("Z:\\", None, "", r"\\nas\photos"))
    assert (share.id, share.name) == ("share://nas/photos", "photos on nas")


def test_what_is_no_path_is_on_no_drive_of_windows() -> None:
    with pytest.raises(ValueError, match="null"):
        windows.holding(Path("C:/\0"))


def test_shares_and_the_systems_own_volumes_on_macos() -> None:
    share = mac_volume_of(MacMount(Path("/Volumes/photos"), "smbfs", "//me@nas._smb._tcp.local/photos"))
    assert (share.id, share.is_network) == ("share://nas._smb._tcp.local/photos", True)


def test_the_drive_of_a_folder_of_this_computer_is_known(tmp_path: Path) -> None:
    volume = Volumes().holding(tmp_path)
    assert volume is not None
    assert volume.inside(Path(os.path.realpath(tmp_path))) is not None
    assert volume in Volumes().mounted()


def test_a_system_that_does_not_say_is_no_error(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    assert Volumes().holding(Path("nowhere/\0")) is None
    assert "is not known" in caplog.text


@pytest.mark.xdist_group("mounts")
def test_a_drive_has_one_identity_at_every_mount_point(drive: Drive, tmp_path: Path) -> None:
    with drive.mounted_at(tmp_path / "one") as place:
        one = Volumes().holding(place)
    with drive.mounted_at(tmp_path / "two") as place:
        other = Volumes().holding(place)
        assert other in Volumes().mounted()
    assert one is not None
    assert other is not None
    assert one.id == other.id
    assert one.can_move
    assert one.name == drive.label


def test_a_disk_in_memory_is_known_by_its_place(tmp_path: Path) -> None:
    assert not Volume(place_id("tmpfs", tmp_path), "", tmp_path).can_move
