"""The rows of the table, in the order of the targets for a million photos."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.benchmarks.figures import Figure, Result
from tests.benchmarks.scale.measured import Measured


@dataclass(frozen=True, slots=True)
class Row:
    """One row.

    Attributes:
        key: Of its value in `Measured.figures`.
        name: For a person.
        unit: Of the value.
        at_most: The target; None where there is none.
        at_least: The same.
        small_at_most: The target for a library of up to 100,000 photos, where that is another.
        processor: Key of the same on processors; empty where there is none.
    """

    key: str
    name: str
    unit: str = ""
    at_most: float | None = None
    at_least: float | None = None
    small_at_most: float | None = None
    processor: str = ""

    def figure(self, figures: Mapping[str, float], count: int) -> Figure:
        """Return the row with its value, in a library of so many photos."""
        at_most = self.small_at_most if count <= 100_000 and self.small_at_most is not None else self.at_most
        return Figure(
            self.name, figures[self.key], self.unit, self.at_least, at_most, figures.get(self.processor)
        )


WANTED = (
    Row("vector_ratio", "vector part / FAISS SQ8, 4x re-ranked", at_most=1.0, processor="vector_cpu_ratio"),
    Row("vector_ms", "vector part, p50", "ms", processor="vector_cpu_ms"),
    Row("faiss_ms", "FAISS SQ8, 4x re-ranked, p50", "ms", processor="faiss_cpu_ms"),
    Row("vector_recall", "vector part, recall at 100", at_least=0.99),
    Row("faiss_recall", "FAISS SQ8, 4x re-ranked, recall at 100"),
    Row("query_p50_ms", "text query, idle, p50", "ms", processor="query_cpu_ms"),
    Row("query_p95_ms", "text query, idle, p95", "ms", at_most=250, processor="query_p95_cpu_ms"),
    Row("written_p50_ms", "text query, right after a write, p50", "ms", processor="written_cpu_ms"),
    Row(
        "written_p95_ms",
        "text query, right after a write, p95",
        "ms",
        at_most=300,
        processor="written_p95_cpu_ms",
    ),
    Row("indexing_p50_ms", "text query, while indexing, p50", "ms"),
    Row("indexing_p95_ms", "text query, while indexing, p95", "ms", at_most=400),
    Row(
        "filter_0_1_ratio", "filter keeping 0.1 % / unfiltered", at_most=1.5, processor="filter_0_1_cpu_ratio"
    ),
    Row("filter_1_ratio", "filter keeping 1 % / unfiltered", at_most=1.5, processor="filter_1_cpu_ratio"),
    Row("filter_50_ratio", "filter keeping 50 % / unfiltered", at_most=1.5, processor="filter_50_cpu_ratio"),
    Row("names_ratio", "words in many names / unfiltered", at_most=1.5, processor="names_cpu_ratio"),
    Row("example_ratio", "example photo / unfiltered", at_most=1.5, processor="example_cpu_ratio"),
    Row("first_answer_s", "fresh process to first answer", "s", at_most=2, processor="first_answer_cpu_s"),
    Row("thumbnails_s", "window to thumbnails in sight", "s", at_most=2.5, processor="thumbnails_cpu_s"),
    Row("window_query_s", "window, first query to its thumbnails", "s"),
    Row("memory_mb", "memory of all processes, window searched", "MB", at_most=1500, small_at_most=600),
    Row("memory_rested_mb", "memory of all processes, at rest", "MB", at_most=1500, small_at_most=600),
    Row("browse_ms", "browse by date, first", "ms", at_most=100, processor="browse_cpu_ms"),
    Row("facets_ms", "facets, first", "ms", at_most=100, processor="facets_cpu_ms"),
    Row("status_ms", "status, first", "ms", at_most=100, processor="status_cpu_ms"),
    Row(
        "browse_written_ms",
        "browse by date, right after a write",
        "ms",
        at_most=100,
        processor="browse_written_cpu_ms",
    ),
    Row(
        "facets_written_ms",
        "facets, right after a write",
        "ms",
        at_most=100,
        processor="facets_written_cpu_ms",
    ),
    Row(
        "status_written_ms",
        "status, right after a write",
        "ms",
        at_most=100,
        processor="status_written_cpu_ms",
    ),
    Row("refresh_ms", "one new photo, its folder refreshed", "ms", processor="refresh_cpu_ms"),
    Row("new_photo_s", "one new photo in the grid", "s", at_most=2),
    Row("new_photo_cpu_s", "processor time that it causes", "s", at_most=1),
    Row("stall_ms", "window, longest stall", "ms", at_most=50, processor="stall_most_cpu_ms"),
    Row(
        "scroll_p99_ms", "window, a frame of scrolling, p99", "ms", at_most=33, processor="scroll_p99_cpu_ms"
    ),
    Row("paint_p99_ms", "window, all in sight painted anew, p99", "ms"),
    Row("drag_s", "scroll bar dragged, thumbnails there after", "s"),
    Row("rescan_s", "rescan, unchanged", "s", at_most=15, processor="rescan_cpu_s"),
    Row("stacks_s", "stacks, whole", "s", at_most=15, processor="stacks_cpu_s"),
    Row("stacks_one_ms", "stacks, after one photo", "ms", at_most=50, processor="stacks_one_cpu_ms"),
    Row("idle_percent", "idle, watched", "% core", at_most=0.3),
    Row("disk_mb", "disk: catalogue, its copies and vectors", "MB"),
)
"""All rows."""


def table_of(count: int, parts: list[Measured], title: str) -> Result:
    """Return the table of a library, with a sentence for each row that has no value.

    Args:
        count: Photos.
        parts: What the steps found.
        title: Above it.
    """
    figures = {key: value for part in parts for key, value in part.figures.items()}
    problems = {key: why for part in parts for key, why in part.problems.items()}
    result = Result(title)
    for row in WANTED:
        if row.key in figures:
            result.figures.append(row.figure(figures, count))
        else:
            result.missing[row.name] = problems.get(row.key, "not measured")
    for part in parts:
        result.notes += part.notes
    result.others_share = max((part.others_share for part in parts), default=0.0)
    return result
