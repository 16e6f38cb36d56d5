"""Texts in files that are made to keep a reader busy cost no more than others."""

import subprocess
import sys

_CODE = """
from desktop_app.library.media.metadata.cameras import camera_of, lens_of
from desktop_app.library.media.metadata.containers import _profile
from desktop_app.library.search.searcher import looks_like_a_name

for seed in (" ,", " co", ", ltd.", " ", "a ", ". "):
    for end in ("", "!", "\\n", "x"):
        text = seed * 50_000 + end
        camera_of(text, "x"), camera_of("x", text), lens_of(text, text)
for seed in (" ", "a ", "1 ", "\\t"):
    for text in (seed * 500_000, "\\nexif\\n" + seed * 500_000 + "x"):
        _profile(text)
for seed in ("1", "1_", "_", "a1_", "-1", ".1"):
    looks_like_a_name(seed * 20_000 + "!")
"""


def test_no_expression_looks_back_again_and_again() -> None:
    # In a process of its own: while `re` looks back, nothing else of a process is heard, not even its end.
    subprocess.run([sys.executable, "-c", _CODE], check=True, timeout=60)
