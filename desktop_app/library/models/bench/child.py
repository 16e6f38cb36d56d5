"""The child process that measures one way.

It takes its orders as one line of JSON on standard input and answers with one line on standard output, behind which the
vectors follow as float32. It ends when standard input ends, which the operating system sees to when the parent dies.
"""

import json
import os
import threading
from pathlib import Path


def _end_with_the_parent() -> None:
    while os.read(0, 4096):
        continue
    os._exit(1)


def main(_words: list[str]) -> int:
    """Measure, and return the exit code, with which the process must end at once: engines' threads must not hold it.

    Args:
        _words: None; the orders come through standard input.
    """
    answer = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print is no answer
    line = b""
    while not line.endswith(b"\n"):
        piece = os.read(0, 65536)
        if not piece:
            return 1
        line += piece
    threading.Thread(target=_end_with_the_parent, name="orders", daemon=True).start()

    from desktop_app.library.errors import LibraryError
    from desktop_app.library.models.bench.figures import as_json
    from desktop_app.library.models.bench.measured import measure
    from desktop_app.library.models.bench.orders import Orders
    from desktop_app.library.models.runtime.ways import way_named

    given = json.loads(line)
    way = way_named(given["way"])
    assert way is not None
    orders = Orders(
        Path(given["folder"]), Path(given["graphs"]), way, given["calls"], given["subjects"], given["speed_s"]
    )
    try:
        done = measure(orders)
    except LibraryError as error:
        answer.write(json.dumps({"problem": str(error)}).encode() + b"\n")
        answer.close()
        return 1
    shapes = [list(done.photos.shape), list(done.words.shape)]
    answer.write(json.dumps({"figures": as_json(done.figures), "shapes": shapes}).encode() + b"\n")
    answer.write(done.photos.astype("<f4").tobytes() + done.words.astype("<f4").tobytes())
    answer.close()
    return 0
