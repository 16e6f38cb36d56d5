"""Looks up models in repositories, and fetches one that the person has seen with its licence."""

import logging
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from desktop_app import own_files
from desktop_app.library.connections import NO_LOG, ConnectionLog
from desktop_app.library.errors import (
    DownloadCancelledError,
    DownloadError,
    LibraryError,
    ModelError,
    ModelMissingError,
    ModelUnknownError,
)
from desktop_app.library.models.export.exporting import how_to_install, missing_packages
from desktop_app.library.models.files import CONFIG_NAME, LONGEST_CONFIG, Config, needed_files, parse_config
from desktop_app.library.models.from_files.importing import IMPORT_SCRATCH
from desktop_app.library.models.from_hub.fetching import of_all, with_mirror
from desktop_app.library.models.from_hub.offer import Line, ModelOffer, OfferedFile
from desktop_app.library.models.from_hub.repository import (
    HUB,
    LONGEST_ANSWER,
    Place,
    kept_names,
    place_of,
    read_contents,
    wanted_files,
)
from desktop_app.library.models.from_hub.source_note import Origin, write_note
from desktop_app.library.models.net.download import Wanted, download
from desktop_app.library.models.runtime.graphs import Graphs

_log = logging.getLogger(__name__)
_KEPT_FOR_LATER = "What has arrived is kept; try again to go on from there."


class Import(Protocol):
    """Takes a folder of files over as a model; see `ModelShelf.import_`."""

    def __call__(self, source: Path, *, name: str, is_wanted: Callable[[], bool]) -> Path:
        """Return the model's folder."""
        ...


class Offers:
    """Models of repositories. Any thread; only `fetch` leaves something on the disk."""

    def __init__(
        self, models: Path, resources: Path, import_: Import, connections: ConnectionLog = NO_LOG
    ) -> None:
        """Name what is needed.

        Args:
            models: Where models go.
            resources: The application's `models` folder.
            import_: Takes over what was fetched.
            connections: Every connection is noted there.
        """
        self._models = models
        self._resources = resources
        self._import = import_
        self._connections = connections

    def look_up(self, reference: str, line: Line) -> ModelOffer:
        """Ask the hub what is in a repository; some kilobytes, nothing of the model itself.

        Args:
            reference: See `place_of`.
            line: How to ask.

        Raises:
            ModelMissingError: There is no such repository, or no model in it that can be used.
            ModelError: The hub says nothing that can be understood.
            DownloadError: It does not answer.
            DownloadCancelledError: It is not wanted any more.
        """
        place = place_of(reference, self._resources)
        if place is None:
            raise ModelUnknownError(
                f"“{reference[:80]}” names no model that could be fetched.",
                "Write hf:owner/name for a repository, or a name and a tag of open_clip, like ViT-B-16:laion2b_s34b_b88k.",
                name=reference,
            )
        own_files.make_folder(self._models, below=self._models.parent)
        with tempfile.TemporaryDirectory(prefix=IMPORT_SCRATCH, dir=self._models) as scratch:
            why = f"looking up {place.repository}"
            whole = Wanted(f"What {place.repository} holds", None, None, most_bytes=LONGEST_ANSWER, why=why)
            answer = self._small(place.about, Path(scratch) / "about.json", whole, line)
            contents = read_contents(answer, place.repository)
            files, as_onnx = wanted_files(contents, place.repository)
            pinned = Place(place.repository, contents.revision)
            if not as_onnx:
                what = f"The configuration of {place.repository}"
                part = Wanted(what, None, None, most_bytes=LONGEST_CONFIG, why=why)
                said = self._small(pinned.address(CONFIG_NAME), Path(scratch) / CONFIG_NAME, part, line)
                config = parse_config(said, f"{CONFIG_NAME} of {place.repository}")
                files = self._needed(config, files, place.repository)
        return ModelOffer(
            repository=place.repository,
            revision=contents.revision,
            title=place.repository.partition("/")[2],
            licence=contents.licence,
            page=f"{HUB}/{place.repository}",
            files=tuple(files),
            as_onnx=as_onnx,
            asked=reference,
        )

    def fetch(self, offer: ModelOffer, line: Line) -> Path:
        """Download what was looked up, check it and take it over; returns the model's folder.

        Args:
            offer: As `look_up` gave it; whoever calls this has accepted its licence.
            line: How to ask.

        Raises:
            DownloadError: It did not arrive; what did is kept for the next time.
            DownloadCancelledError: It is not wanted any more.
            DiskFullError: Too little room.
            ModelError: What arrived is no model that can be used, and was deleted.
        """
        name = f"{offer.repository.replace('/', '--')}"
        arriving = self._models / f".{name}-{offer.revision[:8]}.arriving"
        below = self._models.parent
        place = Place(offer.repository, offer.revision)
        try:
            for at, file in enumerate(offer.files):
                target = arriving / file.name
                own_files.make_folder(target.parent, below=below)
                if own_files.status_of(target, below=below) is None:
                    self._fetch_file(offer, at, place.address(file.name), target, line)
        except OSError as error:
            raise DownloadError(f"{offer.title} cannot be written: {error}.", _KEPT_FOR_LATER) from error
        try:
            folder = self._import(arriving, name=name, is_wanted=lambda: not line.cancelled())
            write_note(folder, origin_of(offer), below=below)
        except ModelError:
            own_files.remove(arriving)
            raise
        except LibraryError as error:
            if line.cancelled():
                raise DownloadCancelledError(
                    f"The download of {offer.title} was stopped.", _KEPT_FOR_LATER
                ) from error
            raise
        own_files.remove(arriving)
        _log.info("fetched %s of %s into %s", offer.revision, offer.repository, folder)
        return folder

    def _fetch_file(self, offer: ModelOffer, at: int, address: str, target: Path, line: Line) -> None:
        file = offer.files[at]
        wanted = Wanted(
            offer.title,
            file.sha256 or None,
            file.size_bytes,
            also_bytes=sum(other.size_bytes for other in offer.files[at + 1 :]),
            why=f"model {offer.repository}",
        )
        before = sum(other.size_bytes for other in offer.files[:at])
        download(
            with_mirror([address]),
            target,
            wanted,
            progress=of_all(line.progress, before, offer.size_bytes),
            cancelled=line.cancelled,
            network=line.network,
            connections=self._connections,
        )

    def _small(self, address: str, target: Path, wanted: Wanted, line: Line) -> bytes:
        """Return the content of a small file whose size nobody knows."""
        assert wanted.most_bytes is not None
        download(
            with_mirror([address]),
            target,
            wanted,
            progress=lambda _progress: None,
            cancelled=line.cancelled,
            network=line.network,
            connections=self._connections,
        )
        return own_files.read(target, wanted.most_bytes, below=self._models.parent)

    def _needed(self, config: Config, files: Sequence[OfferedFile], repository: str) -> list[OfferedFile]:
        """Return the files that a model of this configuration needs.

        Raises:
            ModelMissingError: One is not there, or the architecture is not known and cannot be learnt here.
        """
        needed = set(needed_files(config))
        kept = [file for file, name in zip(files, kept_names(files), strict=True) if name in needed]
        if lacking := needed - set(kept_names(kept)):
            raise ModelMissingError(
                f"{repository} lacks {', '.join(sorted(lacking))}.",
                "Choose another repository of the same model.",
            )
        known = Graphs(self._resources, self._models).of_model(self._models, config) is not None
        if not known and (packages := missing_packages()):
            raise ModelMissingError(
                f"{repository} has an architecture that Vislumbre does not know yet, and learning it once needs packages "
                f"that are not installed ({', '.join(packages)}).",
                f"{how_to_install()} Or look for the same model as ONNX.",
            )
        return kept


def origin_of(offer: ModelOffer) -> Origin:
    """Return what is kept of where a model came from."""
    return Origin(
        title=offer.title,
        repository=offer.repository,
        revision=offer.revision,
        licence=offer.licence,
        page=offer.page,
        fetched=datetime.now(UTC).date().isoformat(),
    )
