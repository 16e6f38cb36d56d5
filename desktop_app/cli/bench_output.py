"""How a measurement of a model is printed."""

from dataclasses import asdict

from desktop_app.cli.output import say
from desktop_app.library import BenchReport, WayFigures

_WAY = 20
"""Letters of the longest name of a way."""


def print_bench(report: BenchReport) -> None:
    """Print the ways of a model as a table, and which is to be taken."""
    say(f"{report.title} on this computer")
    say(
        f"{'way':<{_WAY}} {'photos/s':>8} {'batch':>5} {'query':>8} {'load':>7} {'memory':>8} "
        f"{'cosine':>15} {'near':>6} {'recall@1/5/10':>17}"
    )
    for result in report.results:
        if result.figures is None:
            say(f"{result.way.name:<{_WAY}} {result.fault}")
            continue
        say(f"{result.way.name:<{_WAY}} {_row(result.figures)}")
        if result.fault:
            say(f"{'':<{_WAY}} not taken: {result.fault}")
    say(report.why)
    if not report.fastest or not report.in_use:
        return
    if report.fastest == report.in_use:
        say("It is in use.")
    else:
        exact = next(result.way.is_exact for result in report.results if result.way.name == report.fastest)
        say(
            f"In use is {report.in_use}. Take it with “vislumbre model use {report.key} --way {report.fastest}”;"
        )
        say(
            "the vectors stay as they are."
            if exact
            else "the photos are embedded again in the background, and found as before meanwhile."
        )


def bench_json(report: BenchReport) -> dict[str, object]:
    """Return a measurement for machines."""
    return {
        "model": report.key,
        "title": report.title,
        "fastest": report.fastest,
        "in_use": report.in_use,
        "why": report.why,
        "ways": [
            {
                "way": result.way.name,
                "exact": result.way.is_exact,
                "passes": result.passes,
                "fault": result.fault,
                "figures": asdict(result.figures) if result.figures else None,
            }
            for result in report.results
        ],
    }


def _row(figures: WayFigures) -> str:
    true = figures.fidelity
    row = (
        f"{figures.photos_per_s:>8.1f} {figures.batch:>5} {figures.text_ms:>5.1f} ms {figures.load_s:>5.1f} s "
        f"{figures.memory_bytes / 1e6:>5.0f} MB"
    )
    if true is None:
        return row
    recall = "/".join(f"{share:.3f}" for share in true.recall)
    return f"{row} {true.cosine_mean:.5f} {true.cosine_least:>7.4f} {true.neighbours_kept:>6.1%} {recall:>17}"
