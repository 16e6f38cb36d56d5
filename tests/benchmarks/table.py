"""Figures as a table for a terminal."""

from collections.abc import Iterator, Sequence

from tests.benchmarks.figures import Figure, Result
from tests.benchmarks.machine import BUSY_SHARE

_NAME_WIDTH = 44


def lines(results: Sequence[Result]) -> Iterator[str]:
    """Yield the table line by line."""
    for result in results:
        yield ""
        yield result.title
        yield from (_line(figure) for figure in result.figures)
        yield from (f"  ({note})" for note in result.notes)
        if result.others_share > BUSY_SHARE:
            yield f"  (other programs used {result.others_share:.0%} of the machine meanwhile)"


def _line(figure: Figure) -> str:
    value = f"{figure.value:,.3f}" if abs(figure.value) < 10 else f"{figure.value:,.1f}"
    return f"  {figure.name:<{_NAME_WIDTH}}{value:>12} {figure.unit:<10}{_target(figure)}".rstrip()


def _target(figure: Figure) -> str:
    if figure.is_met is None:
        return ""
    bounds = [f"at least {figure.at_least:g}"] if figure.at_least is not None else []
    bounds += [f"at most {figure.at_most:g}"] if figure.at_most is not None else []
    return f"{'ok' if figure.is_met else 'MISSED'}: {' and '.join(bounds)}"
