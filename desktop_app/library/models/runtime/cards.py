"""Which graphics cards this computer seems to have, seen without importing anything that would use them."""

import platform
import shutil
from functools import cache
from pathlib import Path

from desktop_app.children import is_frozen

_INTEL = "0x8086"
_OF_CARD = {
    "cuda": "an NVIDIA or AMD graphics card",
    "mps": "Apple silicon",
    "xpu": "an Intel graphics card",
}
# Where PyTorch keeps its builds; Apple's is the usual one.
_WHEELS = "https://download.pytorch.org/whl"


@cache
def devices(root: Path = Path("/")) -> frozenset[str]:
    """Return the kinds of card that seem to be there, as torch names them: "cuda" (ROCm too), "mps", "xpu".

    Args:
        root: Where the system's `dev` and `sys` are.
    """
    found = set()
    if (root / "dev" / "nvidia0").exists() or (root / "dev" / "kfd").exists() or shutil.which("nvidia-smi"):
        found.add("cuda")
    if platform.system() == "Darwin" and platform.machine() == "arm64":
        found.add("mps")
    if any(_read(card) == _INTEL for card in (root / "sys" / "class" / "drm").glob("renderD*/device/vendor")):
        found.add("xpu")
    return frozenset(found)


def why_no_card(device: str) -> str:
    """Return why torch cannot use a kind of card here, in words that fit after "it"; empty when it may."""
    if device not in devices():
        return f"needs {_OF_CARD[device]}, and none is seen"
    if "+cpu" in _torch():
        return f"needs a PyTorch for {_OF_CARD[device]}; the one that is installed is for the processor alone"
    return ""


def why_no_provider(provider: str) -> str:
    """Return why ONNX Runtime cannot use a provider here, in words that fit after "it"; empty when it may.

    Only what is installed is looked at: whether it works, measuring it shows.
    """
    if provider == "CoreMLExecutionProvider":
        return "" if "mps" in devices() else f"needs {_OF_CARD['mps']}, and none is seen"
    package, is_there = {
        "CUDAExecutionProvider": ("onnxruntime-gpu", "cuda" in devices()),
        "DmlExecutionProvider": ("onnxruntime-directml", platform.system() == "Windows"),
    }.get(provider, ("", False))
    if not is_there:
        return "needs a graphics card that it can use, and none is seen"
    return "" if _version(package) else f"needs the package {package}, which is not installed"


def advice(seen: frozenset[str], torch: str, *, is_amd: bool) -> str:
    """Return what to do so that a card that is there is used; empty when nothing has to be done.

    Args:
        seen: As `devices` returns it.
        torch: PyTorch's version; empty when it is not installed.
        is_amd: Whether the card behind "cuda" is AMD's.
    """
    device = next((device for device in ("cuda", "mps", "xpu") if device in seen), "")
    if not device or (torch and "+cpu" not in torch):
        return ""
    if is_frozen():
        return (
            f"{_OF_CARD[device]} is there and not used: the installed program calculates on the processor. Vislumbre from pip, "
            "with PyTorch beside it, can use the card, on the same library"
        )
    wheels = {"cuda": "rocm6.4" if is_amd else "cu126", "xpu": "xpu"}.get(device)
    index = f" --index-url {_WHEELS}/{wheels}" if wheels else ""
    return (
        f"{_OF_CARD[device]} is there and not used; “pip install torch torchvision{index}” and “pip install "
        f"open_clip_torch”, then “vislumbre model bench” measures it"
    )


def card_advice() -> str:
    """Return `advice` for this computer."""
    return advice(devices(), _torch(), is_amd=Path("/dev/kfd").exists())


def _torch() -> str:
    return _version("torch")


def _version(package: str) -> str:
    # Late: with all that reads messages.
    from importlib import metadata

    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def _read(file: Path) -> str:
    try:
        return file.read_text("ascii", "replace").strip()
    except OSError:
        return ""
