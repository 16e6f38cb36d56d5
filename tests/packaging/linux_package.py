"""A frozen program of one small file, and the tools that pack it."""

import shutil
from pathlib import Path

import pytest


def frozen_stand_in(folder: Path) -> Path:
    """Make what `freeze` leaves, with a program that does nothing, and return its folder."""
    frozen = folder / "frozen" / "vislumbre"
    (frozen / "_internal" / "licences").mkdir(parents=True)
    (frozen / "_internal" / "licences" / "index.html").write_text("licences of others")
    program = frozen / "vislumbre"
    shutil.copyfile("/bin/true", program)
    program.chmod(0o700)
    (frozen / "_internal" / "data.bin").write_bytes(b"data")
    (frozen / "_internal" / "libdata.so.1").symlink_to("data.bin")
    return frozen


def needs(*tools: str) -> pytest.MarkDecorator:
    """Skip a test, with a sentence, where one of these programs is not installed."""
    missing = [tool for tool in tools if shutil.which(tool) is None]
    return pytest.mark.skipif(bool(missing), reason=f"{', '.join(missing)} is not installed here")
