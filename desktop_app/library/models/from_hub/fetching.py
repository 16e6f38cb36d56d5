"""Brings all files of a model of the catalogue from the net into its folder, which is either complete or not there."""

import errno
import json
import logging
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from desktop_app import own_files
from desktop_app.library.connections import NO_LOG, ConnectionLog
from desktop_app.library.errors import DiskFullError, DownloadError, LibraryError, ModelError
from desktop_app.library.events import DownloadProgress
from desktop_app.library.models.files import CONFIG_NAME, check_model
from desktop_app.library.models.manifest import Entry
from desktop_app.library.models.net.download import Wanted, download
from desktop_app.library.outside.addresses import has_credentials, is_web_address, shown_address

_log = logging.getLogger(__name__)

_HUB_ADDRESS = "https://huggingface.co"
# What other programs that fetch from this hub also read; a company's or a country's copy of it.
_MIRROR_VARIABLE = "HF_ENDPOINT"


def fetch_model(
    entry: Entry,
    folder: Path,
    *,
    progress: Callable[[DownloadProgress], None],
    cancelled: Callable[[], bool],
    network: bool,
    connections: ConnectionLog = NO_LOG,
) -> None:
    """Fill a hidden folder beside the model's own, check it, and put it there.

    Args:
        entry: What to fetch.
        folder: The model's, in the library's folder of models.
        progress: Called on this thread, a few times a second, of all files together.
        cancelled: Asked between chunks.
        network: False: raise in place of opening a connection.
        connections: Every connection is noted there.

    Raises:
        DownloadError: It did not arrive; what did is kept for the next time.
        DownloadCancelledError: `cancelled` returned True.
        DiskFullError: Too little room.
        ModelDamagedError: What arrived is no model, and was deleted.
    """
    below = folder.parent.parent
    arriving = folder.with_name(f".{folder.name}.arriving")
    try:
        own_files.make_folder(arriving, below=below)
        for at, file in enumerate(entry.files):
            target = arriving / file.name
            if own_files.status_of(target, below=below) is None:
                before = sum(other.size_bytes for other in entry.files[:at])
                wanted = Wanted(
                    entry.title,
                    file.sha256,
                    file.size_bytes if file.exact else None,
                    about_bytes=file.size_bytes,
                    also_bytes=sum(other.size_bytes for other in entry.files[at + 1 :]),
                    why=f"model {entry.key}",
                )
                download(
                    with_mirror(file.addresses),
                    target,
                    wanted,
                    progress=of_all(progress, before, entry.size_bytes),
                    cancelled=cancelled,
                    network=network,
                    connections=connections,
                )
        _place(entry, arriving, folder)
    except OSError as error:
        raise _not_written(entry, error) from error
    _log.info("fetched %s into %s", entry.key, folder)


def of_all(
    progress: Callable[[DownloadProgress], None], before: int, total: int
) -> Callable[[DownloadProgress], None]:
    """Return what tells of one file's progress as of that of all files.

    Args:
        progress: Hears it.
        before: Bytes of the files that are here already.
        total: Bytes of all files.
    """

    def tell(said: DownloadProgress) -> None:
        done = before + said.done_bytes
        left = (total - done) / said.bytes_per_s if said.bytes_per_s > 0 else None
        progress(DownloadProgress(said.name, done, total, said.bytes_per_s, left))

    return tell


def _place(entry: Entry, arriving: Path, folder: Path) -> None:
    """Give the files their configuration, check them and put them where the model is looked for."""
    config = json.dumps(entry.config, indent=2).encode()
    own_files.write(arriving / CONFIG_NAME, config, below=folder.parent.parent)
    try:
        check_model(arriving)
    except ModelError:
        own_files.remove(arriving)
        raise
    own_files.remove(folder)
    own_files.move(arriving, folder)


def _not_written(entry: Entry, error: OSError) -> LibraryError:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return DiskFullError(f"There is too little room for {entry.title}.", "Make room and try again.")
    return DownloadError(f"{entry.title} cannot be written: {error}.", "Look at this folder, then try again.")


def with_mirror(addresses: Sequence[str]) -> list[str]:
    """Put a mirror of the hub that the environment names before the hub itself.

    Raises:
        DownloadError: What is named is no address, or has a name or a password in it. Nothing is asked in its place.
    """
    mirror = os.environ.get(_MIRROR_VARIABLE, "").strip().rstrip("/")
    if mirror and (has_credentials(mirror) or not is_web_address(mirror)):
        raise DownloadError(
            f"{_MIRROR_VARIABLE} is not an address that can be asked ({shown_address(mirror)}); nothing was downloaded.",
            "Write it like https://mirror.example.org, without a name or a password, or unset it.",
        )
    mirrored = [
        mirror + address.removeprefix(_HUB_ADDRESS)
        for address in addresses
        if mirror and mirror != _HUB_ADDRESS and address.startswith(_HUB_ADDRESS)
    ]
    return [*mirrored, *addresses]
