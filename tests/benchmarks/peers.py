"""Whole processes beside another program's: the same photos, the same weights, in the same minutes."""

import json
import shutil
import statistics
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

from tests.benchmarks.figures import Grid, Result
from tests.benchmarks.models import model_folder
from tests.benchmarks.peer_rclip import PeerMissingError, Rclip
from tests.benchmarks.process_tree import Ran
from tests.benchmarks.samples import make_photos
from tests.benchmarks.sizes import Sizes
from tests.benchmarks.vislumbre import Vislumbre
from tests.benchmarks.window import first_paint

_SMALL_PX = (640, 480)
_WORDS = "a dog on the beach"
_SEARCHES = 40
_ALIKE_PHOTOS = 48
_EXAMPLES = 6
_NEAREST = 10
_WINDOW_PHOTOS = 1_100
# Promised beside the peer, of the same weights: our time by its time.
_TARGETS: Mapping[str, float] = {
    "one search from a cold process": 1.3,
    "nothing changed": 1.2,
    "one search in a running process": 1.0,
    "index small photos": 1 / 1.3,
    "index large photos": 1 / 1.3,
}
# How the program was before its models were compiled: the time of PyTorch's way by ours.
_GAINS: Mapping[str, float] = {"built-in": 1.35, "ViT-B-32-256": 1.8}
_MOST_MB = 450
_MOST_WINDOW_MB = 350
_MOST_INDEXING_MB = 700
_MOST_PAINT_S = 0.5


class _Program(Protocol):
    name: str

    def renewed(self) -> None: ...

    def index(self, photos: Path) -> Ran: ...

    def search(self, photos: Path, words: str, limit: int = ...) -> Ran: ...

    def neighbours(self, photos: Path, example: Path, limit: int) -> list[str]: ...

    def running(self, photos: Path, searches: int) -> Ran: ...


Taken = dict[str, dict[str, list[Ran]]]
"""Task → program → what it took, once for each time."""


def measure(sizes: Sizes, work: Path) -> Result:
    """Run every task with every program in turn, and compare what each of them took each time."""
    result = Result("Beside rclip")
    ours = [Vislumbre(name, model_folder(work, name), work / "peers" / name) for name in sizes.peer_models]
    peer = _peer(sizes, work, result)
    programs: list[_Program] = [*ours, peer] if peer else [*ours]
    taken: Taken = {}
    others = [one.run_by(way, f"{one.name}, {way}") for one in ours for way in sizes.peer_ways]
    _measure_tasks(programs, others, _Photos(sizes, work), sizes, taken)
    _report(taken, ours[0].name, peer.name if peer else None, result)
    _report_gains(taken, result)
    if peer:
        _report_neighbours(ours[0], peer, work, result)
    for name in sizes.peer_windows:
        _measure_window(name, sizes, work, result)
    result.notes.append(
        "every row: medians of whole processes run in turn; memory of all processes at once, shared pages once"
    )
    result.notes.append("claims: ours / rclip of each turn, the median of these, with the same weights")
    return result


class _Photos:
    """Folders of photos that can be renamed and named back."""

    def __init__(self, sizes: Sizes, work: Path) -> None:
        few, many = sizes.peer_photos[1], sizes.peer_photos[0]
        self.small, self.large = work / "peer small", work / "peer large"
        # Of equal pictures we would make stacks, which the peer does not have.
        make_photos(self.small, many, _SMALL_PX, many)
        if few:
            make_photos(self.large, few, sizes.photo_px, few)
        self.folders = {"small": self.small} | ({"large": self.large} if few else {})
        for folder in self.folders.values():
            for path in folder.iterdir():
                path.read_bytes()  # from the disk's cache for all of them, the first too

    @staticmethod
    def rename(folder: Path) -> None:
        for path in sorted(folder.iterdir()):
            other = path.name.removeprefix("renamed ")
            path.rename(folder / (other if other != path.name else f"renamed {path.name}"))


def _measure_tasks(
    programs: Sequence[_Program], others: Sequence[_Program], photos: _Photos, sizes: Sizes, taken: Taken
) -> None:
    """Take down every task of the programs, and the indexing of the others too."""

    def each(task: str, turn: int, run: Callable[[_Program], Ran], also: Sequence[_Program] = ()) -> None:
        # Another one first each time, so that none is always the first after a pause.
        every = [*programs, *also]
        first = turn % len(every)
        for program in (*every[first:], *every[:first]):
            taken.setdefault(task, {}).setdefault(program.name, []).append(run(program))

    for turn in range(sizes.peer_rounds):
        for kind, folder in photos.folders.items():
            for program in (*programs, *others):
                program.renewed()
            each(f"index {kind} photos", turn, partial(_index, folder), others)
            photos.rename(folder)
            each(f"{kind} photos renamed", turn, partial(_index, folder))
    for turn in range(sizes.peer_starts):
        each("nothing changed", turn, partial(_index, folder))
        each("one search from a cold process", turn, lambda program: program.search(folder, _WORDS))
    for turn in range(min(3, sizes.peer_starts)):
        each("one search in a running process", turn, lambda program: program.running(folder, _SEARCHES))


def _index(folder: Path, program: _Program) -> Ran:
    return program.index(folder)


def _peer(sizes: Sizes, work: Path, result: Result) -> Rclip | None:
    if not sizes.peer:
        result.notes.append("no other program was run")
        return None
    try:
        return Rclip(model_folder(work, sizes.peer_models[0]), work / "peers" / "rclip")
    except PeerMissingError as error:
        result.notes.append(f"no other program was run: {error}")
        return None


def _report(taken: Taken, ours: str, peer: str | None, result: Result) -> None:
    names = list(next(iter(taken.values())))
    for title, unit in (("wall", "s"), ("processors", "s"), ("memory", "MB"), ("memory, resident", "MB")):
        grid = Grid((f"{title}, {unit}", *names, "ours / peer") if peer else (f"{title}, {unit}", *names))
        for task, runs in taken.items():
            values = {name: [_value(run, title) for run in runs[name]] for name in names if name in runs}
            medians = [statistics.median(values[name]) if name in values else None for name in names]
            grid.add(task, *medians, *([paired_ratio(values[ours], values[peer])] if peer else []))
        result.grids.append(grid)
    if not peer:
        return
    for task, most in _TARGETS.items():
        if task in taken:
            walls = {name: [_value(run, "wall") for run in taken[task][name]] for name in (ours, peer)}
            result.add(f"{task}: ours / peer", paired_ratio(walls[ours], walls[peer]), at_most=most)
    cold = taken["one search from a cold process"][ours]
    result.add(
        "a cold search's memory", statistics.median(run.memory_mb for run in cold), "MB", at_most=_MOST_MB
    )


def _report_gains(taken: Taken, result: Result) -> None:
    """Claim what was gained, by model and task, where PyTorch's way was run too."""
    for task, runs in taken.items():
        for name in [name for name in runs if f"{name}, torch" in runs]:
            before, now = ([run.wall_s for run in runs[one]] for one in (f"{name}, torch", name))
            result.add(
                f"{task}, {name}: with torch / now", paired_ratio(before, now), at_least=_GAINS.get(name)
            )


def _value(run: Ran, title: str) -> float:
    if title == "wall" and run.said.startswith("["):
        seconds: list[float] = json.loads(run.said)
        return statistics.median(seconds)
    return {
        "wall": run.wall_s,
        "processors": run.cpu_s,
        "memory": run.memory_mb,
        "memory, resident": run.resident_mb,
    }[title]


def paired_ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Return the median of ours by theirs, each of the same turn: what disturbed a whole turn disturbs no ratio."""
    return statistics.median(one / other for one, other in zip(ours, theirs, strict=True))


def shared_share(ours: Sequence[str], theirs: Sequence[str]) -> float:
    """Return how much of their answer is in ours too, in any order, 0 to 1."""
    return len(set(ours) & set(theirs)) / len(theirs)


def _report_neighbours(ours: Vislumbre, peer: Rclip, work: Path, result: Result) -> None:
    folder = work / "peer alike"
    paths = make_photos(folder, _ALIKE_PHOTOS, _SMALL_PX, _ALIKE_PHOTOS)
    for program in (ours, peer):
        program.renewed()
        program.index(folder)
    shares = [
        shared_share(ours.neighbours(folder, example, _NEAREST), peer.neighbours(folder, example, _NEAREST))
        for example in paths[:: _ALIKE_PHOTOS // _EXAMPLES]
    ]
    result.add(f"the same neighbours, of the first {_NEAREST}", statistics.mean(shares), at_least=0.9)


def _measure_window(name: str, sizes: Sizes, work: Path, result: Result) -> None:
    """Let the window find large photos that came while it was closed, then open it on small ones that are known."""
    model = model_folder(work, name)
    came = work / "peer came"
    large = make_photos(work / "peer large", sizes.peer_photos[1], sizes.photo_px, sizes.peer_photos[1])
    program = Vislumbre(name, model, work / "peers" / f"window {name}")
    shutil.rmtree(came, ignore_errors=True)
    came.mkdir()
    (came / large[0].name).hardlink_to(large[0])
    program.renewed()
    program.index(came)
    for path in large[1:]:
        (came / path.name).hardlink_to(path)
    run, rest = program.window(len(large))
    target = _MOST_INDEXING_MB if name == "built-in" else None
    result.add(f"{name}: whole program while indexing", run.memory_mb, "MB", at_most=target)
    result.add(f"{name}: the same, at rest after it", rest.all_mb, "MB")
    program.renewed()
    count = min(_WINDOW_PHOTOS, sizes.peer_photos[0] * 11 // 10)
    program.index(make_photos(work / "peer window", count, _SMALL_PX, count)[0].parent)
    run, rest = program.window(count)
    result.add(
        f"{name}: window's process at rest, {count:,} photos", rest.app_mb, "MB", at_most=_MOST_WINDOW_MB
    )
    result.add(f"{name}: whole program at rest", rest.all_mb, "MB")
    paints = [first_paint(program.base)[0] for _ in range(sizes.windows)]
    result.add(f"{name}: first paint of it", statistics.median(paints), "s", at_most=_MOST_PAINT_S)
