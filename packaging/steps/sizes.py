"""What takes how much of the frozen program, and whether that is within the budget."""

import re
import sys
from collections import Counter
from pathlib import Path

from steps import project
from steps.errors import CannotBuildError

BUDGET_MIB = {"linux": 450}
"""So much may be installed, as `du -sm` counts; by `sys.platform`."""

_BLOCK = 4096
_COMPONENTS = {
    "models and icons of ours": r"^_internal/desktop_app/",
    "OpenVINO": r"^_internal/openvino",
    "ONNX Runtime": r"^_internal/onnxruntime",
    "Qt and PySide": r"^_internal/(PySide6|shiboken6|libQt6|pyside6)|xcb|xkb",
    "Arrow": r"^_internal/pyarrow",
    "numpy, with OpenBLAS": r"^_internal/numpy",
    "FAISS": r"^_internal/faiss",
    "gRPC": r"^_internal/grpc",
    "Pillow, HEIF and RAW": r"^_internal/(PIL|pillow|pi_heif|_pi_heif|rawpy)",
    "tokenizers, regex": r"^_internal/(tokenizers|regex|safetensors|wcwidth)",
    "lists of words": r"^_internal/spellchecker",
    "Python and its libraries": r"^_internal/(python3|lib|base_library|vcruntime|ucrt)|\.dll$",
    "program, with all modules": r"^[^/]+$",
}


def run() -> None:
    """Print the table.

    Raises:
        CannotBuildError: The program was not frozen, or is larger than the budget.
    """
    found = sizes_of(project.FROZEN)
    print(table(found))
    check(sum(found.values()), sys.platform)


def sizes_of(folder: Path) -> dict[str, int]:
    """Return the components of a frozen program with the bytes that each takes on disk, the largest first.

    Raises:
        CannotBuildError: Nothing is there.
    """
    found: Counter[str] = Counter()
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            place = path.relative_to(folder).as_posix()
            found[component_of(place)] += -(-path.stat().st_size // _BLOCK) * _BLOCK
    if not found:
        raise CannotBuildError(f"nothing is in {folder}; `python packaging/build.py freeze` comes first.")
    return dict(found.most_common())


def component_of(place: str) -> str:
    """Return what a file belongs to, by its place in the program's folder."""
    return next((name for name, rule in _COMPONENTS.items() if re.search(rule, place)), "the rest")


def table(sizes: dict[str, int]) -> str:
    """Return the components as a table of Markdown, in MiB, with the total at its end."""
    rows = [(name, f"{size / 2**20:.1f}") for name, size in sizes.items()]
    rows.append(("**together**", f"**{sum(sizes.values()) / 2**20:.1f}**"))
    wide = max(len(name) for name, _ in rows)
    lines = [f"| {'component':{wide}} | MiB |", f"|{'-' * (wide + 2)}|----:|"]
    return "\n".join([*lines, *(f"| {name:{wide}} | {size} |" for name, size in rows)])


def check(size: int, platform: str) -> None:
    """Refuse a program that is larger than its budget.

    Args:
        size: In bytes.
        platform: As `sys.platform` names it.

    Raises:
        CannotBuildError: It is.
    """
    budget = BUDGET_MIB.get(platform)
    if budget is not None and size > budget * 2**20:
        raise CannotBuildError(
            f"the program takes {size / 2**20:.0f} MiB, {size / 2**20 - budget:.0f} more than the {budget} it may: "
            "leave out what it does not need in packaging/steps/contents.py."
        )
