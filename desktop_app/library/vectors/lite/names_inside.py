"""What names the files of a Milvus Lite database hold, and whether one leads out of its folder.

Milvus Lite 3.2.2 joins them to its folders as they are: it would read, remove and write files wherever a partition, a file
or a collection of another name is said to be. Nothing here is for names of files on disk; `guard` looks at those.
"""

from collections.abc import Iterator
from pathlib import Path

from desktop_app.library.outside.files import read_file
from desktop_app.library.outside.json_text import MOST_CHARACTERS, NotJsonError, read_json

# Milvus Lite's word in a log for a deletion from every partition.
_ALL = "_all"


def leads_out(name: str) -> bool:
    """Tell whether a name, behind that of a folder, leads out of that on any system."""
    plain = name.replace("\\", "/")
    # Whoever joins the two takes what begins at the root for the whole.
    return ".." in plain.split("/") or plain.startswith("/") or "//" in plain or ":" in plain or "\0" in plain


def aliases_lead_out(database: Path) -> Iterator[str]:
    """Yield what is wrong with the other names of collections; we give none.

    Raises:
        OSError: They cannot be read.
    """
    for file in (database / "aliases.json", *sorted((database / "databases").glob("*/aliases.json"))):
        if not file.exists():
            continue
        try:
            content = read_json(read_file(file, MOST_CHARACTERS))
        except NotJsonError:
            yield "aliases.json is unreadable"
            continue
        named = content.values() if isinstance(content, dict) else ()
        if any(not isinstance(name, str) or "/" in name or leads_out(name) for name in named):
            yield "aliases.json names a collection outside the database"


def log_leads_out(log: Path) -> bool:
    """Tell whether a row in a log belongs to a partition outside the database.

    A log that ends in the middle, as after a crash, is read so far as it goes, and so far as Milvus Lite does. There is one
    only where the last run did not end well, so that this costs nothing else.

    Raises:
        OSError: It cannot be read.
    """
    import pyarrow as pa

    try:
        with pa.OSFile(str(log), "rb") as source:
            for batch in pa.ipc.open_stream(source):
                batch.validate(full=True)
                place = batch.schema.get_field_index("_partition")
                named = set(batch.column(place).to_pylist()) if place >= 0 else set()
                if any(not isinstance(name, str) or not name or _is_elsewhere(name) for name in named):
                    return True
    except pa.ArrowInvalid:
        return False
    except OSError as error:
        # Arrow's own word for a batch that is cut short, which has no number of the system.
        if error.errno is not None:
            raise
    return False


def _is_elsewhere(name: str) -> bool:
    return name != _ALL and (name in {".", ".."} or "/" in name or leads_out(name))
