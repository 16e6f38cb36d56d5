"""What questions, lists, changes and stacks cost in a library that is open without a window."""

import os
import shutil
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from desktop_app.library import PhotoLibrary
from tests.benchmarks.process_tree import Tree
from tests.benchmarks.samples import make_photos
from tests.benchmarks.scale.amounts import Amounts
from tests.benchmarks.scale.contents import CAMERAS, COMMON_WORDS
from tests.benchmarks.scale.making import ScaleLibrary
from tests.benchmarks.scale.measured import Measured, Taken, wait_for_rest
from tests.benchmarks.scale.words import questions
from tests.waiting import comes_true

_HITS = 200
_SMALL_PX = (640, 480)
_NEW = "new photos of a benchmark"
_FILTERS = {
    "filter_50_ratio": f'camera:"{CAMERAS[0][0]}"',
    "filter_1_ratio": f'camera:"{CAMERAS[4][0]}"',
    "filter_0_1_ratio": f'camera:"{CAMERAS[5][0]}"',
}
_MOST_ASKED, _ASKED_WHILE_INDEXING_S, _PAUSE_S = 1_000, 60.0, 0.25
_LISTS = ("browse", "facets", "status")


def measure(library: ScaleLibrary, amounts: Amounts) -> Measured:
    """Open the library as the window does, and ask it everything; what is added meanwhile is taken away again."""
    measured = Measured()
    with _new_photos(library, amounts) as waiting:
        opened = library.open()
        try:
            _measure(opened, library, waiting, amounts, measured)
        finally:
            _take_away(opened, library.photos / _NEW)
            opened.close()
    measured.notes.append(
        f"text queries: {_HITS} hits, {amounts.queries} different questions in English, the model's time included; filters "
        "and names: as many times those without"
    )
    return measured


def _take_away(opened: PhotoLibrary, folder: Path) -> None:
    """Remove the photos that were added; the folder goes last, for photos in one that is away are kept."""
    for photo in folder.rglob("*.jpg"):
        photo.unlink()
    if folder.is_dir():
        opened.folders.refresh([folder]).result()
        shutil.rmtree(folder)


@contextmanager
def _new_photos(library: ScaleLibrary, amounts: Amounts) -> Iterator[list[Path]]:
    """Draw real photos that are not in the library yet; they are kept for the next time."""
    folder = library.base.parent / "new photos"
    yield make_photos(folder, amounts.writes + amounts.indexed, _SMALL_PX)


def _measure(
    opened: PhotoLibrary, library: ScaleLibrary, waiting: list[Path], amounts: Amounts, measured: Measured
) -> None:
    for name, run in _lists(opened).items():
        with measured.asking(f"{name}_ms"):
            taken = Taken()
            taken.ask(run)
            measured.figures |= {f"{name}_ms": taken.wall(), f"{name}_cpu_ms": taken.cpu()}
            taken.ask(run)
            measured.figures[f"{name}_again_ms"] = taken.wall_ms[-1]
    opened.models.warm_up().result()
    opened.searching.expect_questions()
    opened.searching.search("a photo", _HITS).result()
    comes_true(
        lambda: opened.searching.holds_vectors or opened.searching.needs_stores, min(amounts.settle_s, 120)
    )
    measured.figures["settled_s"] = wait_for_rest(amounts.settle_s)
    with measured.asking("query_p50_ms", "query_p95_ms", "query_cpu_ms"):
        _ask_idle(opened, amounts, measured)
    _ask_filtered(opened, library, amounts, measured)
    with measured.asking(
        "written_p50_ms", "written_p95_ms", "refresh_ms", *(f"{one}_written_ms" for one in _LISTS)
    ):
        _ask_after_writes(opened, library, waiting[: amounts.writes], measured)
    with measured.asking("indexing_p50_ms", "indexing_p95_ms"):
        _ask_while_indexing(opened, library, waiting[amounts.writes :], measured)
    with measured.asking("rescan_s"):
        taken = Taken()
        report = taken.ask(lambda: opened.folders.refresh().result())
        measured.figures |= {"rescan_s": taken.wall() / 1000, "rescan_cpu_s": taken.cpu() / 1000}
        if report.unchanged < library.count:
            measured.problems["rescan_s"] = f"only {report.unchanged:,} photos were found unchanged"
    tree = Tree(os.getpid())
    tree.look()
    measured.figures["engine_memory_mb"] = tree.now_mb


def _lists(opened: PhotoLibrary) -> dict[str, Callable[[], object]]:
    return {
        "browse": opened.browsing.dated_ids,
        "facets": opened.browsing.facets,
        "status": opened.browsing.status,
    }


def _ask_idle(opened: PhotoLibrary, amounts: Amounts, measured: Measured) -> None:
    taken = _asked(opened, questions(amounts.queries))
    measured.figures |= {
        "query_p50_ms": taken.wall(),
        "query_p95_ms": taken.wall(0.95),
        "query_cpu_ms": taken.cpu(),
        "query_p95_cpu_ms": taken.cpu(0.95),
    }


def _asked(opened: PhotoLibrary, texts: Sequence[str]) -> Taken:
    taken = Taken()
    for text in texts:
        taken.ask(partial(_answered, opened, text))
    return taken


def _ask_filtered(opened: PhotoLibrary, library: ScaleLibrary, amounts: Amounts, measured: Measured) -> None:
    """Ask in turn without a filter, with each, for words in names, and by an example; all compared with the first."""
    rounds = max(2, amounts.queries // 3)
    kinds: dict[str, Callable[[str], object]] = {
        "plain": lambda text: opened.searching.search(text, _HITS).result(),
        **{key: partial(_ask_with, opened, filter_text) for key, filter_text in _FILTERS.items()},
        "names_ratio": lambda text: opened.searching.search(f"{COMMON_WORDS} {text[-9:]}", _HITS).result(),
    }
    examples = _some_photos(opened, rounds)
    taken = {key: Taken() for key in (*kinds, "example_ratio")}
    for number, text in enumerate(questions(rounds, first=500)):
        for key, ask in kinds.items():
            if key not in measured.problems:
                with measured.asking(key):
                    taken[key].ask(partial(ask, text))
        with measured.asking("example_ratio"):
            taken["example_ratio"].ask(partial(_alike, opened, examples[number]))
    whole = taken.pop("plain")
    for key, one in taken.items():
        if key not in measured.problems:
            name = key.removesuffix("_ratio")
            measured.figures |= {
                key: one.wall() / whole.wall(),
                f"{name}_cpu_ratio": one.cpu() / whole.cpu(),
                f"{name}_p50_ms": one.wall(),
                f"{name}_p95_ms": one.wall(0.95),
                f"{name}_first_ms": one.wall_ms[0],
            }


def _answered(opened: PhotoLibrary, text: str) -> object:
    return opened.searching.search(text, _HITS).result()


def _ask_with(opened: PhotoLibrary, filter_text: str, text: str) -> object:
    return _answered(opened, f"{text} {filter_text}")


def _alike(opened: PhotoLibrary, path: Path) -> object:
    return opened.searching.similar(path, _HITS).result()


def _some_photos(opened: PhotoLibrary, count: int) -> list[Path]:
    ids = [
        int(one)
        for one in opened.browsing.dated_ids()[0][:: max(1, opened.browsing.photo_count() // count - 1)]
    ]
    return [photo.path for photo in opened.browsing.photos(ids)][:count]


def _ask_after_writes(
    opened: PhotoLibrary, library: ScaleLibrary, photos: Sequence[Path], measured: Measured
) -> None:
    """Add one photo at a time; ask for its like at once, and for each list after another one."""
    folder = library.photos / _NEW
    folder.mkdir(exist_ok=True)
    refreshed, asked = Taken(), Taken()
    listed = {name: Taken() for name in _LISTS}
    for number, (photo, text) in enumerate(zip(photos, questions(len(photos), first=600), strict=True)):
        shutil.copy(photo, folder / f"new {number:03}.jpg")
        refreshed.ask(lambda: opened.folders.refresh([folder]).result())
        asked.ask(partial(_answered, opened, text))
        for name, run in _lists(opened).items():
            listed[name].ask(run)
    measured.figures |= {
        # The first one waits for the decoder's process to start.
        "refresh_ms": statistics.median(refreshed.wall_ms),
        "refresh_cpu_ms": refreshed.cpu(),
        "written_p50_ms": asked.wall(),
        "written_p95_ms": asked.wall(0.95),
        "written_cpu_ms": asked.cpu(),
        "written_p95_cpu_ms": asked.cpu(0.95),
        **{f"{name}_written_ms": taken.wall() for name, taken in listed.items()},
        **{f"{name}_written_cpu_ms": taken.cpu() for name, taken in listed.items()},
    }


def _ask_while_indexing(
    opened: PhotoLibrary, library: ScaleLibrary, photos: Sequence[Path], measured: Measured
) -> None:
    folder = library.photos / _NEW / "many"
    folder.mkdir(parents=True, exist_ok=True)
    for photo in photos:
        shutil.copy(photo, folder / photo.name)
    work = opened.folders.refresh([folder])
    taken, until = Taken(), time.monotonic() + _ASKED_WHILE_INDEXING_S
    for text in questions(_MOST_ASKED, first=700):
        if taken.wall_ms and (work.done() or time.monotonic() > until):
            break
        taken.ask(partial(_answered, opened, text))
        # Indexing steps aside for a question: asked without a pause, it would never get on.
        time.sleep(_PAUSE_S)
    report = work.result()
    if report.indexed < len(photos):
        raise RuntimeError(f"{report.indexed} of {len(photos)} photos were indexed meanwhile")
    measured.figures |= {
        "indexing_p50_ms": taken.wall(),
        "indexing_p95_ms": taken.wall(0.95),
        "indexing_questions": len(taken.wall_ms),
    }
