"""What the child process does: load one model with open_clip, write its graphs, and prove that they are true to it."""

import errno
import json
import logging
import os
import sys
from pathlib import Path

from desktop_app.library.confinement.lifeline import end_with_parent
from desktop_app.library.errors import LibraryError, ModelError
from desktop_app.library.models.reference.clip_import import NETWORK_ERRORS

_log = logging.getLogger(__name__)

_EXPORT_ERRORS = (*NETWORK_ERRORS, ImportError)


def main(arguments: list[str]) -> int:
    """Export a model and say on standard output, in one line of JSON, what came of it; returns the exit code.

    Args:
        arguments: The model's folder, the empty folder to write into, and the number of the lifeline's end or nothing.
    """
    model, target, lifeline = Path(arguments[0]), Path(arguments[1]), arguments[2]
    os.umask(0o077)
    # Whatever libraries print belongs to the log, not to our one line.
    answer = os.dup(1)
    os.dup2(2, 1)
    logging.basicConfig(stream=sys.stderr, level=logging.ERROR, format="%(name)s: %(message)s")
    end_with_parent(int(lifeline) if lifeline else None)
    said = _said_of(model, target)
    os.write(answer, json.dumps(said).encode() + b"\n")
    os.close(answer)
    return 1 if said else 0


def _said_of(model: Path, target: Path) -> dict[str, str]:
    """Export, and return the words of what went wrong; empty when nothing did."""
    try:
        _export(model, target)
    except LibraryError as error:
        return {"sentence": error.sentence, "hint": error.hint}
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            return {"full": "yes"}
        return {"sentence": f"The model {model.name} cannot be exported: {error.strerror or error}."}
    except _EXPORT_ERRORS as error:
        _log.exception("%s cannot be exported", model)
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        why = lines[0][:200] if lines else type(error).__name__
        return {
            "sentence": f"The model {model.name} cannot be exported: {why.rstrip('.')}.",
            "hint": "It can still be run with PyTorch itself, or choose another model.",
        }
    return {}


def _export(model: Path, target: Path) -> None:
    from desktop_app.library.models.export.checking import check_graphs
    from desktop_app.library.models.export.exporter import export_templates
    from desktop_app.library.models.export.networks import load_network
    from desktop_app.library.models.files import check_model

    config = check_model(model)
    network, transform = load_network(model)
    if network.visual.image_size is None:
        raise ModelError(f"The model {model.name} does not say how large its pictures are.")
    export_templates(network, config, target)
    check_graphs(network, transform, model, target)
