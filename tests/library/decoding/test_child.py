"""What the decoder's process imports: what opens files, and none of the engine beside it."""

import subprocess

from desktop_app.children import DECODE_WORKER, command_of

# With the values that cross every border: how exact a date is, is one of them.
ROOMS = {
    "desktop_app",
    "desktop_app.children",
    "desktop_app.library",
    "desktop_app.library.errors",
    "desktop_app.library.photo",
    "desktop_app.streams",
}
_CODE = """
import runpy, sys
sys.argv = [*sys.argv[1:], str(2**31), "background"]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
finally:
    print(*sorted(sys.modules), file=sys.stderr)
"""


def test_the_child_imports_what_opens_files_and_nothing_else_of_the_engine() -> None:
    python, safely, *words = command_of(DECODE_WORKER)
    asked = [python, safely, "-c", _CODE, *words]
    # From elsewhere, so that it has to find the engine by its own path.
    done = subprocess.run(asked, input=b"", capture_output=True, check=False, timeout=60, cwd="/")
    imported = set(done.stderr.decode().split())
    assert done.returncode == 0
    ours = {name for name in imported if name.partition(".")[0] == "desktop_app"}
    rooms = {".".join(name.split(".")[:3]) for name in ours - ROOMS}
    assert rooms == {f"desktop_app.library.{name}" for name in ("confinement", "decoding", "media")}
    strangers = {
        "PySide6",
        "torch",
        "open_clip",
        "pymilvus",
        "milvus_lite",
        "sqlite3",
        "watchdog",
    }
    assert not strangers & imported
    assert "desktop_app.library.library" not in imported
