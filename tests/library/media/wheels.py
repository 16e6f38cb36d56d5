"""Makes small packages as PyPI offers them: wheels."""

import base64
import hashlib
import zipfile
from collections.abc import Mapping
from pathlib import Path


def make_wheel(
    folder: Path,
    name: str = "av",
    version: str = "18.0.0",
    tag: str = "py3-none-any",
    *,
    files: Mapping[str, bytes] | None = None,
    unlisted: Mapping[str, bytes] | None = None,
) -> Path:
    """Make a wheel and return its path.

    Args:
        folder: Where.
        name: Of the package.
        version: The same.
        tag: The Python and the system it is for.
        files: What it holds; None for a module that can be imported.
        unlisted: What is in it besides, and in none of its lists.
    """
    plain = name.replace("-", "_")
    module = {"pillow_jxl_plugin": "pillow_jxl"}.get(plain, plain)
    notes = f"{plain}-{version}.dist-info"
    held = dict(files if files is not None else {f"{module}/__init__.py": b"KNOWN = True\n"})
    held[f"{notes}/METADATA"] = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode()
    held[f"{notes}/WHEEL"] = f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n".encode()
    lines = [f"{path},{_hash(content)},{len(content)}" for path, content in held.items()]
    held[f"{notes}/RECORD"] = "\n".join([*lines, f"{notes}/RECORD,,"]).encode()
    folder.mkdir(parents=True, exist_ok=True)
    wheel = folder / f"{plain}-{version}-{tag}.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in (held | dict(unlisted or {})).items():
            archive.writestr(path, content)
    return wheel


def _hash(content: bytes) -> str:
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
