"""``make bench``: measures the application and prints a table and JSON.

Every benchmark runs in a process of its own, so that none finds another's imports, threads or memory.
"""

import argparse
import compileall
import json
import multiprocessing
import os
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

from tests.benchmarks import machine, processes, table
from tests.benchmarks.figures import Result
from tests.benchmarks.scale import command
from tests.benchmarks.scale.steps import STEPS
from tests.benchmarks.sizes import QUICK, TINY, WHOLE, Sizes
from tests.benchmarks.suite import BENCHMARKS, measured


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for; figures that miss a target are marked, and are no failure."""
    parsed = _parser().parse_args(arguments)
    _compile()
    if parsed.scale is not None:
        return command.run(
            parsed.scale,
            parsed.work,
            parsed.json,
            is_page=parsed.page,
            fills_store=not parsed.no_store,
            only=parsed.step or (),
        )
    sizes = _sizes(parsed)
    results: dict[str, Result] = {}
    with tempfile.TemporaryDirectory(prefix="vislumbre-bench-", dir=parsed.work) as folder:
        for name in parsed.only or BENCHMARKS:
            results[name] = _alone(name, sizes, Path(folder))
            print("\n".join(table.lines([results[name]])), flush=True)
    answer = {
        "machine": machine.describe(),
        "benchmarks": {name: result.as_json() for name, result in results.items()},
    }
    if parsed.json is None:
        print()
        print(json.dumps(answer, ensure_ascii=False))
    else:
        parsed.json.write_text(json.dumps(answer, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0


def _compile() -> None:
    """Have the program compiled to bytecode, as it is for whoever starts it for the second time.

    Where the environment forbids Python to write bytecode (`PYTHONDONTWRITEBYTECODE`, as many containers do), every start
    would compile 300 modules, and a peer from a package, which was compiled when it was installed, none.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    compileall.compile_dir(processes.ROOT / "desktop_app", quiet=2)


def _alone(name: str, sizes: Sizes, work: Path) -> Result:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as process:
        return process.submit(measured, name, sizes, work).result()


def _sizes(parsed: argparse.Namespace) -> Sizes:
    sizes = TINY if parsed.tiny else QUICK if parsed.quick else WHOLE
    asked = {
        "photos": parsed.photos,
        "small_photos": parsed.small_photos,
        "rounds": parsed.rounds,
        "vectors": parsed.vectors,
        "windows": parsed.windows,
        "memory_photos": parsed.memory_photos,
        "models": parsed.model,
        "peer_photos": parsed.peer_photos,
        "peer_rounds": parsed.peer_rounds,
        "peer_ways": parsed.peer_way and tuple(parsed.peer_way),
        "peer_starts": parsed.peer_starts,
    }
    return replace(sizes, **{name: value for name, value in asked.items() if value is not None})


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make bench ARGS=…", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="about a minute in all, with shakier figures")
    parser.add_argument("--tiny", action="store_true", help="only see that everything runs")
    parser.add_argument("--only", action="append", choices=BENCHMARKS, help="one benchmark; may be repeated")
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="write the JSON there, not as the last line"
    )
    parser.add_argument(
        "--work", type=Path, metavar="DIR", help="make photos and libraries in this folder (2 GB)"
    )
    parser.add_argument(
        "--scale",
        type=int,
        metavar="N",
        help="make a library of N photos, kept for the next time with --work DIR, and print what its size costs",
    )
    parser.add_argument(
        "--page", action="store_true", help="with --scale: write the figures to the page of results too"
    )
    parser.add_argument(
        "--step", action="append", choices=STEPS, help="with --scale: only this step; may be repeated"
    )
    parser.add_argument(
        "--no-store",
        action="store_true",
        help="with --scale: leave it to the program to fill its vector store, while it is measured",
    )
    parser.add_argument("--photos", type=int, metavar="N", help="large photos indexed in one round")
    parser.add_argument("--small-photos", type=int, metavar="N", help="small photos indexed in one round")
    parser.add_argument("--rounds", type=int, metavar="N", help="rounds of indexing")
    parser.add_argument("--windows", type=int, metavar="N", help="how often a window is opened")
    parser.add_argument(
        "--memory-photos",
        type=int,
        metavar="N",
        help="photos in each of the four parts whose memory is compared; 2500 take 9 GB of disk",
    )
    parser.add_argument("--model", action="append", metavar="NAME", help="measure this one; may be repeated")
    parser.add_argument(
        "--peer-photos", type=_numbers, metavar="N,N", help="small and large photos indexed beside the peer"
    )
    parser.add_argument("--peer-rounds", type=int, metavar="N", help="rounds of indexing beside the peer")
    parser.add_argument(
        "--peer-way", action="append", metavar="WAY", help="index in this way too; may be repeated"
    )
    parser.add_argument("--peer-starts", type=int, metavar="N", help="cold starts beside the peer")
    parser.add_argument(
        "--vectors", type=_numbers, metavar="N,N", help="sizes of the libraries that are searched"
    )
    return parser


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(word) for word in text.split(","))


if __name__ == "__main__":
    sys.exit(main())
