"""Seconds to find out that nothing changed in a large folder."""

from pathlib import Path

from tests.benchmarks.figures import Result
from tests.benchmarks.made_library import made_library, seconds
from tests.benchmarks.sizes import Sizes


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
    return result
