"""Figures as a table for a terminal."""

from collections.abc import Iterator, Sequence

from tests.benchmarks.figures import Figure, Grid, Result
from tests.benchmarks.machine import BUSY_SHARE

_NAME_WIDTH = 44
_VALUE_WIDTH = 9


def lines(results: Sequence[Result]) -> Iterator[str]:
    """Yield the table line by line."""
    for result in results:
        yield ""
        yield result.title
        for grid in result.grids:
            yield from _grid(grid)
        yield from (_line(figure) for figure in result.figures)
        yield from (f"  {name:<{_NAME_WIDTH}}{'–':>12} {why}" for name, why in result.missing.items())
        yield from (f"  ({note})" for note in result.notes)
        if result.others_share > BUSY_SHARE:
            yield f"  (other programs used {result.others_share:.0%} of the machine meanwhile)"


def _grid(grid: Grid) -> Iterator[str]:
    first, *others = grid.columns
    width = max(_NAME_WIDTH, *(len(name) for name, _ in grid.rows)) if grid.rows else _NAME_WIDTH
    widths = [max(_VALUE_WIDTH, len(column)) for column in others]
    yield "  " + " ".join(
        [f"{first:<{width}}", *(f"{one:>{wide}}" for one, wide in zip(others, widths, strict=True))]
    )
    for name, values in grid.rows:
        shown = [
            "" if value is None else f"{value:.5f}" if column in grid.fine else _number(value)
            for column, value in zip(others, values, strict=True)
        ]
        yield "  " + " ".join(
            [f"{name:<{width}}", *(f"{one:>{wide}}" for one, wide in zip(shown, widths, strict=True))]
        )


def _number(value: float) -> str:
    return f"{value:,.3f}" if abs(value) < 10 else f"{value:,.1f}"


def _line(figure: Figure) -> str:
    value = _number(figure.value)
    used = "" if figure.processor is None else f" (processor {_number(figure.processor)})"
    return f"  {figure.name:<{_NAME_WIDTH}}{value:>12} {figure.unit:<10}{_target(figure)}{used}".rstrip()


def _target(figure: Figure) -> str:
    if figure.is_met is None:
        return ""
    bounds = [f"at least {figure.at_least:g}"] if figure.at_least is not None else []
    bounds += [f"at most {figure.at_most:g}"] if figure.at_most is not None else []
    return f"{'ok' if figure.is_met else 'MISSED'}: {' and '.join(bounds)}"
