"""Makes the graph templates that ship with the program: ``python -m desktop_app.library.models.export.templates FOLDER``.

Run where a release is made, after a new model in `models.json`, a new name in `architectures.json`, or a new
`EXPORTER_VERSION`. Needs torch, open_clip and onnx; opens no connection.
"""

import json
import logging
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from desktop_app.library.models.export.exporter import export_templates
from desktop_app.library.models.export.networks import network_of
from desktop_app.library.models.files import CONFIG_NAME, read_config
from desktop_app.library.models.runtime.architecture import architecture_of

_log = logging.getLogger(__name__)

MANIFEST_NAME, ARCHITECTURES_NAME = "models.json", "architectures.json"


def shipped_configurations(models: Path) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Yield the name and configuration of every model whose graphs ship with the program.

    Args:
        models: The application's `models` folder.
    """
    for entry in json.loads((models / MANIFEST_NAME).read_text("utf-8"))["models"]:
        if folder := entry.get("folder"):
            yield entry["key"], read_config(models / folder / CONFIG_NAME)
        elif config := entry.get("config"):
            yield entry["key"], config
    yield from json.loads((models / ARCHITECTURES_NAME).read_text("utf-8"))["architectures"].items()


def write_templates(models: Path, graphs: Path) -> None:
    """Fill a folder with one folder of templates for each architecture; what else is in it is removed."""
    wanted = {architecture_of(config): (name, config) for name, config in shipped_configurations(models)}
    shutil.rmtree(graphs, ignore_errors=True)
    for architecture, (name, config) in sorted(wanted.items()):
        folder = graphs / architecture
        folder.mkdir(parents=True)
        export_templates(network_of(config), config, folder)
        _log.info("%s: %s", architecture, name)


def main(arguments: list[str]) -> int:
    """Write the templates into the folder that is named; beside it lie the manifest and the architectures."""
    logging.basicConfig(level=logging.ERROR, format="%(message)s")
    _log.setLevel(logging.INFO)
    graphs = Path(arguments[0])
    write_templates(graphs.parent, graphs)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
