"""The folders that extras are imported from: found by the program, told to its decoders."""

import sys

_in_use: list[str] = []


def add_to_path(folder: str) -> None:
    """Let what is in a folder be imported, after everything else."""
    if folder not in _in_use:
        _in_use.append(folder)
        sys.path.append(folder)


def folders_in_use() -> list[str]:
    """Return the folders of extras that this process imports from, for its decoders."""
    return list(_in_use)
