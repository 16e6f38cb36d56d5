"""``vislumbre evaluate``: how well the model finds photos whose captions or labels are known."""

import argparse
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from desktop_app.cli.labels import Absent, Labels, LabelsError, read_absent, read_labels
from desktop_app.cli.output import complain, print_error, print_json, say
from desktop_app.cli.progress import ProgressLine
from desktop_app.cli.session import DONE, SOME_FAILED, WRONG_USE, Session, wait
from desktop_app.library import Evaluation, LibraryError, LineFigures, ModelShelf, PhotoLibrary, PhotoState
from desktop_app.paths import AppPaths, absolute, resources
from desktop_app.printable import counted, shown
from desktop_app.trust import OwnLibraries

OpenLibrary = Callable[
    [argparse.Namespace, AppPaths], AbstractContextManager[tuple[PhotoLibrary, ProgressLine]]
]
"""Opens the library that arguments and paths name."""

_MOST_PROBLEMS = 50
_SHARES_IN_WORDS = {
    "<1%": "less than 1 %",
    "1-5%": "1 % to less than 5 %",
    "5-15%": "5 % to less than 15 %",
    ">15%": "15 % or more",
}


def evaluate_command(
    arguments: argparse.Namespace, paths: AppPaths, open_library: OpenLibrary, *, is_copy: bool = False
) -> int:
    """Run the command and return its exit code.

    Args:
        arguments: `csv`, `folder`, `absent`, `ephemeral`, `compare` and `json`, beside those that open a library.
        paths: Of the person's library.
        open_library: Opens one.
        is_copy: Whether it is asked from a copy of its catalogue: what is not indexed is left out then.

    Raises:
        LibraryError: The library, its model or its vectors do not work.
    """
    try:
        labels = read_labels(arguments.csv, arguments.folder)
        absent = read_absent(arguments.absent, labels) if arguments.absent is not None else Absent()
    except LabelsError as error:
        print_error(error, as_json=bool(arguments.json))
        return WRONG_USE
    photos = labels.photos
    if not photos:
        _print_problems([*labels.problems, *absent.problems])
        print_error(
            LabelsError(
                f"{arguments.csv} names no photo that is there.",
                "Paths start from the file's own folder, or from --folder.",
            ),
            as_json=bool(arguments.json),
        )
        return WRONG_USE
    with _library(arguments, paths, open_library) as (library, line):
        if not is_copy:
            _index_missing(library, photos, arguments.folder)
        unusable = _unusable(library, photos)
        searched_too = _photos_below(library, arguments.folder)
        figures = wait(library.searching.evaluate(labels.texts, searched_too, absent.texts))
        line.end()
    problems = [*labels.problems, *absent.problems, *unusable]
    _print_problems(problems)
    if figures is None:
        raise LibraryError("None of the photos could be indexed.", "See “vislumbre failures”.")
    if arguments.json:
        print_json(evaluation_json(figures, compare=arguments.compare))
    else:
        _print_evaluation(figures, labels, compare=arguments.compare)
    return SOME_FAILED if problems else DONE


def evaluation_json(figures: Evaluation, *, compare: bool) -> dict[str, object]:
    """Return the figures as JSON; the fields are described in help, evaluation.md."""
    fields: dict[str, object] = {
        "photos": figures.photos,
        "texts": figures.texts,
        **{f"recall@{depth}": round(share, 4) for depth, share in figures.recall_at.items()},
        "mrr": round(figures.mrr, 4),
        "mhr@10": round(figures.mhr_at_10, 4),
        "map": round(figures.mean_average_precision, 4),
        "map_over_found": round(figures.map_over_found, 4),
        "line": {
            "f1": round(figures.line.f1, 4),
            "best_fixed_cosine_f1": round(figures.best_fixed_cosine_f1, 4),
            "best_top_k_f1": round(figures.best_top_k_f1, 4),
            **_line_json(figures.line),
        },
        "queries_per_second": round(figures.queries_per_second, 1),
    }
    if compare:
        fields["compare"] = {
            "texts": figures.comparison.texts,
            "map_with_correction": _rounded(figures.comparison.with_correction),
            "map_without_correction": _rounded(figures.comparison.without_correction),
        }
    return fields


def _line_json(line: LineFigures) -> dict[str, object]:
    return {
        "ceiling": round(line.ceiling, 4),
        "by_share": {
            name: {"texts": some.texts, "f1": _rounded(some.f1), "ceiling": _rounded(some.ceiling)}
            for name, some in line.by_share.items()
        },
        "weighted_f1": round(line.weighted_f1, 4),
        "weighted_ceiling": round(line.weighted_ceiling, 4),
        "empty_when_present": round(line.empty_when_present, 4),
        "empty_when_absent": _rounded(line.empty_when_absent),
    }


@contextmanager
def _library(
    arguments: argparse.Namespace, paths: AppPaths, open_library: OpenLibrary
) -> Iterator[tuple[PhotoLibrary, ProgressLine]]:
    """Open the person's library, or one of its own that is removed afterwards."""
    if not arguments.ephemeral:
        with open_library(arguments, paths) as opened:
            yield opened
        return
    with tempfile.TemporaryDirectory(prefix="vislumbre-evaluate-", ignore_cleanup_errors=True) as folder:
        model = _model_folder(paths, arguments.model)
        # Always Milvus Lite in that folder, for what a server holds would not be removed.
        alone = argparse.Namespace(**{**vars(arguments), "model": model, "store": None})
        with open_library(alone, AppPaths.below(Path(folder))) as opened:
            yield opened


def _model_folder(paths: AppPaths, wanted: str | None) -> str | None:
    """Return the folder of a model of the person's library, so that another library can use it too."""
    shelf = ModelShelf(paths.data / "models", resources() / "models")
    choice = shelf.find(wanted) if wanted else shelf.best()
    return str(choice.folder) if choice is not None and choice.folder is not None else wanted


def _index_missing(library: PhotoLibrary, photos: Sequence[Path], folder: Path | None) -> None:
    """Index the photos that cannot be found by meaning yet, with the folder they lie in."""
    waiting = [photo for photo in photos if not _is_known(library, photo)]
    if not waiting:
        return
    chosen = [folder.path for folder in library.browsing.folders()]
    outside = [photo for photo in waiting if not any(photo.is_relative_to(folder) for folder in chosen)]
    if outside:
        wait(library.folders.add(_folder_of(outside, folder)))
    if len(outside) < len(waiting):
        wait(library.folders.refresh())


def _is_known(library: PhotoLibrary, path: Path) -> bool:
    photo = library.browsing.photo_at(path)
    return photo is not None and photo.state is not PhotoState.PENDING


def _folder_of(photos: Sequence[Path], folder: Path | None) -> Path:
    """Return the folder that was named if it holds all photos, else the nearest one that does."""
    if folder is not None and all(photo.is_relative_to(absolute(folder)) for photo in photos):
        return absolute(folder)
    return Path(os.path.commonpath([photo.parent for photo in photos]))


def _photos_below(library: PhotoLibrary, folder: Path | None) -> list[Path]:
    """Return every photo of a folder that was named, equal ones once: there, what no row names is wrong for all texts."""
    if folder is None:
        return []
    top = absolute(folder)
    photos = library.browsing.photos(sorted(library.browsing.ids_by_date(), reverse=True))
    once = {photo.content_hash or photo.path: photo.path for photo in photos}
    return [path for path in once.values() if path.is_relative_to(top)]


def _unusable(library: PhotoLibrary, photos: Sequence[Path]) -> list[str]:
    """Return a sentence for each photo that could not be indexed."""
    sentences = []
    for path in photos:
        photo = library.browsing.photo_at(path)
        if photo is None or photo.state is not PhotoState.INDEXED:
            reason = (photo.reason if photo is not None else None) or "it was not indexed"
            sentences.append(f"{shown(path)} is left out: {reason}.")
    return sentences


def _print_problems(problems: Sequence[str]) -> None:
    for problem in problems[:_MOST_PROBLEMS]:
        complain(problem)
    if len(problems) > _MOST_PROBLEMS:
        complain(f"And {len(problems) - _MOST_PROBLEMS:,} more rows like these.")


def _print_evaluation(figures: Evaluation, labels: Labels, *, compare: bool) -> None:
    """Print the figures for people."""
    say(f"{counted(figures.texts, 'text')}, {counted(figures.photos, 'photo')}")
    if figures.texts < len(labels.texts):
        say(f"{len(labels.texts) - figures.texts:,} texts were left out with their photos.")
    rows = [(f"recall@{depth}", share) for depth, share in figures.recall_at.items()]
    rows += [
        ("mean reciprocal rank", figures.mrr),
        ("mHR@10", figures.mhr_at_10),
        ("mean average precision", figures.mean_average_precision),
        ("… over those found in 10", figures.map_over_found),
        ("F1 of the relevance line", figures.line.f1),
        ("… of the best fixed cosine", figures.best_fixed_cosine_f1),
        ("… of the best fixed top-k", figures.best_top_k_f1),
    ]
    for name, value in rows:
        say(f"  {name:<28} {value:.3f}")
    say(f"  {'queries per second':<28} {figures.queries_per_second:.1f}")
    _print_line(figures)
    if compare:
        _print_comparison(figures)


def _print_line(figures: Evaluation) -> None:
    """Print what the relevance line is worth for rare and common things, beside what it could be at best."""
    line = figures.line
    say("The relevance line, by the share of the photos that a text is right for:")
    say(f"  {'':<28} {'texts':>6} {'F1':>6} {'ceiling':>8}")
    rows: list[tuple[str, int, float | None, float | None]] = [
        (_SHARES_IN_WORDS[name], some.texts, some.f1, some.ceiling) for name, some in line.by_share.items()
    ]
    rows += [
        ("all", figures.texts, line.f1, line.ceiling),
        ("all, by their right photos", figures.texts, line.weighted_f1, line.weighted_ceiling),
    ]
    for name, texts, f1, ceiling in rows:
        say(f"  {name:<28} {texts:>6,} {_in_table(f1):>6} {_in_table(ceiling):>8}")
    say(f"  {'empty where something fits':<28} {line.empty_when_present:.3f}")
    if line.empty_when_absent is not None:
        say(f"  {'empty where nothing fits':<28} {line.empty_when_absent:.3f}")


def _in_table(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _print_comparison(figures: Evaluation) -> None:
    comparison = figures.comparison
    if comparison.with_correction is None or comparison.without_correction is None:
        say("No text is short enough for the neutral word's correction; sentences are searched as they are.")
        return
    gain = comparison.with_correction / max(comparison.without_correction, 1e-9) - 1
    say(
        f"Mean average precision of the {comparison.texts:,} texts of four words or fewer: "
        f"{comparison.with_correction:.3f} with the neutral word's correction, "
        f"{comparison.without_correction:.3f} without ({gain:+.1%}). Sentences are never corrected."
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def evaluate(session: Session) -> int:
    """Measure in the person's library or in one of its own, print the figures, and return the exit code."""

    def measure(copied_to: Path | None) -> int:
        def open_library(
            arguments: argparse.Namespace, paths: AppPaths
        ) -> AbstractContextManager[tuple[PhotoLibrary, ProgressLine]]:
            # One that is removed afterwards is noted in itself.
            own = OwnLibraries(paths.config / "libraries") if arguments.ephemeral else session.own
            return Session(arguments, paths, own).library(copied_to)

        is_copy = copied_to is not None
        return evaluate_command(session.arguments, session.paths, open_library, is_copy=is_copy)

    if session.arguments.ephemeral and not session.arguments.trust_library:
        # Its models are used.
        session.refuse_unknown()
    # What is full is another disk where the library is one of its own.
    return measure(None) if session.arguments.ephemeral else session.saving_nothing(measure)
