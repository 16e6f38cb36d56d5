"""What a refresh is to do, and what it has done so far."""

import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from desktop_app.library.catalog import PhotoRecord
from desktop_app.library.folders.comparing import FoundPhoto, UnreadableFolder
from desktop_app.library.folders.patient_listing import Listed
from desktop_app.library.indexing.doubts import Doubts
from desktop_app.library.indexing.indexer import Step
from desktop_app.library.indexing.photo_reader import Why
from desktop_app.library.photo import FailedPhoto, IndexReport


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done after comparing: everything is known but the content of the photos to index.

    Attributes:
        to_index: The photos to read, and why.
        doubts: Photos that are read behind them.
        gone_hashes: How often each content is gone from a path.
        tried: Those of the photos to read that could not be used before, or not in full, with the reason then; empty
            where the photo itself could be used.
    """

    to_index: tuple[tuple[FoundPhoto, Why], ...]
    doubts: Doubts
    gone_hashes: Counter[str] = field(default_factory=Counter)
    tried: Mapping[Path, str] = field(default_factory=dict)


@dataclass(slots=True)
class Tally:
    """What a refresh has counted so far; the fields are those of `IndexReport`.

    Attributes:
        followed: Where chosen folders were that it found elsewhere.
    """

    found: int = 0
    indexed: int = 0
    embedded: int = 0
    unchanged: int = 0
    moved: int = 0
    pending: int = 0
    removed: int = 0
    left_out: int = 0
    videos_left_out: int = 0
    unlisted: int = 0
    ignore_problems: list[FailedPhoto] = field(default_factory=list)
    failed: list[FailedPhoto] = field(default_factory=list)
    unreadable: list[UnreadableFolder] = field(default_factory=list)
    followed: set[Path] = field(default_factory=set)
    started: float = field(default_factory=time.monotonic)

    def report(self) -> IndexReport:
        """Return it as it is told."""
        return IndexReport(
            found=self.found,
            indexed=self.indexed,
            unchanged=self.unchanged,
            moved=self.moved,
            pending=self.pending,
            failed=tuple(sorted(self.failed, key=lambda photo: photo.path)),
            removed=self.removed,
            unreadable_folders=tuple(FailedPhoto(folder.path, folder.reason) for folder in self.unreadable),
            seconds=time.monotonic() - self.started,
            left_out=self.left_out,
            videos_left_out=self.videos_left_out,
            ignore_problems=tuple(self.ignore_problems),
            embedded=self.embedded,
            unlisted=self.unlisted,
        )

    def follow(self, places: Collection[Path]) -> None:
        """Count chosen folders as missing no more, by where they were: they were found elsewhere."""
        self.followed.update(places)
        self.unreadable = [folder for folder in self.unreadable if folder.path not in self.followed]

    def count_listed(self, listed: Listed[FoundPhoto], wanted: int, small: int) -> None:
        """Count what a listing found, how many of the photos that it handed over are wanted, and how many too small."""
        self.left_out += listed.left_out.photos + small
        self.videos_left_out += listed.left_out.videos
        self.unlisted += listed.left_out.unlisted.photos if listed.left_out.unlisted else 0
        self.ignore_problems += [
            FailedPhoto(problem.path, problem.sentence) for problem in listed.left_out.problems
        ]
        self.found += wanted + listed.unchanged.count

    def count_known(self, photos: int, failed: Collection[FailedPhoto], *, has_model: bool) -> None:
        """Count photos that are as they were, some of which could not be used before either."""
        self.failed += failed
        self._count_well(photos - len(failed), has_model=has_model)

    def count(
        self, step: Step, plan: Plan, failed: Callable[[FailedPhoto], None], *, has_model: bool
    ) -> None:
        """Count what a step has written.

        Args:
            step: What was written.
            plan: What it was a part of.
            failed: Told of each photo that failed for the first time, or for another reason than before.
            has_model: Whether photos are embedded.
        """
        same = {photo.path for photo in step.same}
        for record in step.records:
            path = record.found.path
            if path in same:
                continue
            if path in plan.doubts.given:
                # It was counted as what it seemed to be.
                self._count_well(-1, has_model=has_model)
            self.embedded += record.vector is not None
            before = plan.tried.get(path)
            if record.problem is not None:
                one = FailedPhoto(path, record.problem)
                self.failed.append(one)
                if before != record.problem:
                    failed(one)
            elif record.passing and before == "":
                # What is beside it still cannot be read.
                self._count_well(1, has_model=has_model)
            else:
                self._count_usable(record, plan.gone_hashes, has_model=has_model)

    def _count_usable(self, record: PhotoRecord, gone_hashes: Counter[str], *, has_model: bool) -> None:
        if record.left_out or record.is_half:
            self.found -= 1
            self.left_out += record.left_out
        elif record.content_hash is not None and gone_hashes[record.content_hash] > 0:
            # One photo gone and its equal found elsewhere: a move. A second equal one is a copy.
            gone_hashes[record.content_hash] -= 1
            self.moved += 1
            self.removed -= 1
        elif has_model:
            self.indexed += 1
        else:
            self.pending += 1

    def _count_well(self, photos: int, *, has_model: bool) -> None:
        if has_model:
            self.unchanged += photos
        else:
            self.pending += photos
