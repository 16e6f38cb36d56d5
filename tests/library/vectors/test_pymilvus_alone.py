"""pymilvus and pyarrow come without pandas, which nobody here hands them, and without `requests`, which is seldom used."""

import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parents[3]
_CODE = """
import sys
from pathlib import Path
from desktop_app.library.vectors.connection import _client_class
from desktop_app.library.vectors.lite.lite_files import live_ids
from desktop_app.library.vectors.schema import EXACT, build_index, build_schema
_client_class()
print(live_ids(Path(sys.argv[1]), "c"))
print(sorted(name for name in sys.modules if name.split(".")[0] in {"pandas", "urllib3"}))
print([field["name"] for field in build_schema(8).to_dict()["fields"]], len(list(build_index(EXACT))))
from pymilvus.client.global_topology import requests
print(requests.exceptions.RequestException.__name__)
import pandas
print(pandas.DataFrame({"a": [1, 2]}).shape)
"""


def test_neither_is_imported_to_write_rows_and_can_be_afterwards(tmp_path: Path) -> None:
    rows = tmp_path / "collections/c/partitions/p/data"
    rows.mkdir(parents=True)
    pq.write_table(pa.table({"id": [7, 5], "_seq": pa.array([1, 2], pa.uint64())}), rows / "1.parquet")
    manifest = '{"partitions": {"p": {"data_files": ["data/1.parquet"], "delta_files": []}}}'
    (tmp_path / "collections/c/manifest.json").write_text(manifest)
    done = subprocess.run(
        [sys.executable, "-c", _CODE, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        timeout=60,
    )
    assert done.stdout.splitlines() == ["[5 7]", "[]", "['id', 'vec'] 1", "RequestException", "(2, 1)"]
