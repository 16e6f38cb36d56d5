"""All photos of a listing, one after the other."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from desktop_app.library.folders.comparing import FoundPhoto
from desktop_app.library.folders.listing import list_folders


def scan(folder: Path, **options: Any) -> Iterator[FoundPhoto]:
    """List the photos in a folder and below it; the options are those of `list_folders`."""
    for listed in list_folders(folder, **options):
        yield from listed.photos()
