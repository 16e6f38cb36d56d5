"""Seconds to find out that nothing changed in a large folder, and to hold its names against patterns."""

from pathlib import Path

from desktop_app.library.folders.exclusions import Exclusions
from desktop_app.library.folders.rules import Territory
from tests.benchmarks.figures import Result
from tests.benchmarks.made_library import made_library, seconds
from tests.benchmarks.sizes import Sizes

_PATTERNS = (
    "*.png",
    "*.gif",
    "raw/",
    "/export",
    "cache/",
    "**/cache/*.jpg",
    "*_edited*.jpg",
    "Thumbs.db",
    "*.tmp",
    "*.bak",
    "node_modules/",
    "screenshots/*",
    "!keep*.jpg",
    "IMG_????.cr2",
    "[._]*",
    "a/**/b",
    "*-small.*",
    "*~",
    "private/",
    "old/**",
)


def measure(sizes: Sizes, work: Path) -> Result:
    """Refresh the largest library, whose files are all as they were."""
    library = made_library(work, max(sizes.vectors))
    opened = library.open()
    try:
        opened.models.warm_up().result()
        reports = []
        taken = sorted(
            seconds(lambda: reports.append(opened.folders.refresh().result())) for _ in range(sizes.openings)
        )
    finally:
        opened.close()
    if any(report.unchanged != library.count for report in reports):
        raise RuntimeError(f"not every photo was found unchanged: {reports[0]}")
    result = Result(f"Scanning {library.count:,} unchanged photos")
    result.add("median", taken[len(taken) // 2], "s")
    taken = sorted(seconds(_hold_against_patterns) for _ in range(sizes.openings))
    result.add(f"100,000 names against {len(_PATTERNS)} patterns", taken[len(taken) // 2], "s")
    return result


def _hold_against_patterns() -> None:
    """Ask of 100,000 names in 1,000 folders whether they are left out."""
    top = Path("/photos")
    rules = Territory(top, Exclusions(patterns=_PATTERNS), complain=print).entered(top, None, None)
    assert rules is not None  # a chosen folder is never left out
    for trip in range(1000):
        inside = rules.below("2019").below(f"trip {trip}")
        for number in range(100):
            inside.leave_out(f"IMG_20190704_{trip:03}{number:03}.jpg", is_folder=False)
