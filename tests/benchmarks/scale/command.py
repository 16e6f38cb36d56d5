"""``make bench ARGS="--scale N"``: makes the library, runs the steps, prints the table, and writes JSON and page."""

import json
import multiprocessing
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from desktop_app import __version__
from tests.benchmarks import machine, table
from tests.benchmarks.scale import page, steps
from tests.benchmarks.scale.amounts import Amounts, amounts_for
from tests.benchmarks.scale.making import ScaleLibrary, scale_library
from tests.benchmarks.scale.measured import Measured
from tests.benchmarks.scale.model import DIMENSION
from tests.benchmarks.scale.wanted import WANTED, table_of

_VERSIONS = ("faiss-cpu", "milvus-lite", "numpy", "openvino", "PySide6_Essentials")


def run(
    count: int,
    work: Path | None,
    json_file: Path | None,
    *,
    is_page: bool,
    fills_store: bool = True,
    only: Sequence[str] = (),
    amounts: Amounts | None = None,
    dimension: int | None = None,
) -> int:
    """Measure a library of `count` photos.

    Args:
        count: Photos.
        work: Where libraries are kept for the next time; None for a folder that is removed at the end.
        json_file: Where the figures are written as JSON; None prints them as the last line.
        is_page: Whether the page of results is written anew.
        fills_store: Whether the program's vector store is filled before anything is measured.
        only: Names of `steps.STEPS`; all if empty.
        amounts: How much is done; None for what the size asks for.
        dimension: Numbers of a vector; None for as many as the recommended models have.
    """
    with _kept_in(work) as folder:
        library = scale_library(folder, count, _say, dimension or DIMENSION, fills_store=fills_store)
        parts = {name: _alone(name, library, amounts or amounts_for(count)) for name in (only or steps.STEPS)}
        answer = _answer(count, parts)
        if is_page:
            page.keep(answer, steps.kept_in(library))
    if json_file is None:
        print(json.dumps(answer, ensure_ascii=False))
    else:
        json_file.write_text(json.dumps(answer, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0


def _answer(count: int, parts: dict[str, Measured]) -> dict[str, object]:
    """Print the table and return everything for JSON."""
    result = table_of(count, list(parts.values()), f"A library of {count:,} photos")
    print("\n".join(table.lines([result])), flush=True)
    figures = {key: round(value, 4) for part in parts.values() for key, value in part.figures.items()}
    shown = {row.key for row in WANTED}
    return {
        "photos": count,
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "machine": machine.describe(),
        "versions": {"Vislumbre": __version__, **{name: _version(name) for name in _VERSIONS}},
        "table": result.as_json(),
        "details": {key: value for key, value in figures.items() if key not in shown},
        "others_share": {name: round(part.others_share, 3) for name, part in parts.items()},
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed by pip"


def _alone(name: str, library: ScaleLibrary, amounts: Amounts) -> Measured:
    _say(f"measuring: {name}")
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as process:
        try:
            return process.submit(steps.measured_alone, name, library, amounts).result()
        except BrokenProcessPool as error:
            return Measured(problems={row.key: f"the step “{name}” died: {error}" for row in WANTED})


@contextmanager
def _kept_in(work: Path | None) -> Iterator[Path]:
    if work is not None:
        work.mkdir(parents=True, exist_ok=True)
        yield work.absolute()
        return
    with tempfile.TemporaryDirectory(prefix="vislumbre-scale-") as folder:
        yield Path(folder)


def _say(sentence: str) -> None:
    print(f"… {sentence}", file=sys.stderr, flush=True)
