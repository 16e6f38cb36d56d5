"""pymilvus comes without pandas, which nobody here hands it."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
_CODE = """
import sys
from desktop_app.library.vectors.connection import _client_class
from desktop_app.library.vectors.schema import EXACT, build_index, build_schema
_client_class()
print(sorted(name for name in sys.modules if name.split(".")[0] == "pandas"))
print([field["name"] for field in build_schema(8).to_dict()["fields"]], len(list(build_index(EXACT))))
import pandas
print(pandas.DataFrame({"a": [1, 2]}).shape)
"""


def test_pandas_is_not_imported_with_pymilvus_and_can_be_afterwards() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _CODE], capture_output=True, text=True, check=True, cwd=ROOT, timeout=60
    )
    assert done.stdout.splitlines() == ["[]", "['id', 'vec'] 1", "(2, 1)"]
