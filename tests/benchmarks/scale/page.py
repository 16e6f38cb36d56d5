"""The page of results: every size that was measured, with machine, date and versions."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).resolve().parent.parent / "results"
"""Where figures and pictures are kept from one size to the next."""

PAGE_NAME = "README.md"
_BEGINNING = """\
# What size costs

Written by `make bench ARGS="--scale N --page"`, the figures of each size by its last run; nothing here is written by hand.
The library is made: photos without pixels, the names, dates and places of twenty years, vectors of 512 numbers with the
spread and the modality gap of the built-in model. It is opened, searched, watched and scrolled through by the program
itself. FAISS runs in the same process and minutes, with as many threads. Where other programs used the machine meanwhile,
times on the wall say as much about them; the time on the processor stands beside.
"""


def keep(answer: Mapping[str, Any], picture: Path, folder: Path = RESULTS) -> None:
    """Keep the figures of one size, and write the page of all sizes anew.

    Args:
        answer: As `command` writes it to JSON.
        picture: Of the window; one that is not there is left out.
        folder: Holds figures, pictures and the page.
    """
    folder.mkdir(parents=True, exist_ok=True)
    name = f"scale-{answer['photos']}"
    (folder / f"{name}.json").write_text(json.dumps(answer, ensure_ascii=False, indent=1) + "\n", "utf-8")
    if picture.is_file():
        shutil.copyfile(picture, folder / f"{name}.png")
    (folder / PAGE_NAME).write_text(_page(folder), "utf-8")


def _page(folder: Path) -> str:
    kept = [json.loads(file.read_text("utf-8")) for file in folder.glob("scale-*.json")]
    parts = [
        _of_one(answer, has_picture=(folder / f"scale-{answer['photos']}.png").is_file())
        for answer in sorted(kept, key=lambda one: int(one["photos"]))
    ]
    return "\n".join([_BEGINNING, *parts])


def _of_one(answer: Mapping[str, Any], *, has_picture: bool) -> str:
    on = answer["machine"]
    versions = ", ".join(f"{name} {number}" for name, number in answer["versions"].items())
    shown = answer["table"]
    rows = [_row(name, figure) for name, figure in shown["figures"].items()]
    rows += [f"| {name} | – | | | {why} |" for name, why in shown.get("missing", {}).items()]
    others = max(answer["others_share"].values(), default=0)
    where = (
        f"{answer['date']} on {on['processor']}, {on['cores']} cores, {on['memory_gb']} GB; {on['system']}, "
        f"Python {on['python']}; {versions}. Other programs used up to {others:.0%} of the machine meanwhile."
    )
    lines = [
        f"## {int(answer['photos']):,} photos",
        "",
        where,
        "",
        "| | measured | on processors | target | |",
        "|---|---|---|---|---|",
        *rows,
        "",
        *(f"* {note}" for note in shown["notes"]),
        "",
    ]
    if has_picture:
        lines += [f"![The window, searched](scale-{answer['photos']}.png)", ""]
    return "\n".join(lines)


def _row(name: str, figure: Mapping[str, Any]) -> str:
    used = _number(figure["processor"]) if "processor" in figure else ""
    target = " ".join(
        f"{sign} {figure[key]:g}" for key, sign in (("at_most", "≤"), ("at_least", "≥")) if key in figure
    )
    met = "" if "met" not in figure else "met" if figure["met"] else "**not met**"
    return f"| {name} | {_number(figure['value'])} {figure['unit']} | {used} | {target} | {met} |"


def _number(value: float) -> str:
    return f"{value:,.3f}" if abs(value) < 10 else f"{value:,.0f}"
