"""What is known of models without opening them."""

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from desktop_app.library.errors import ModelError
from desktop_app.library.models.files import CONFIG_NAME, read_config, section

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """A model in words and figures.

    Attributes:
        name: For a person.
        model_id: Names its vectors.
        dimension: Length of its vectors; None when its config does not say.
    """

    name: str
    model_id: str
    dimension: int | None


@dataclass(frozen=True, slots=True)
class InUse:
    """The models that must stay: the chosen one, and the one that answers until that is complete.

    Attributes:
        model_ids: Name their vectors; empty where that is not known.
        keys: As the shelf knows them.
    """

    model_ids: frozenset[str]
    keys: frozenset[str]


def least_px_of(folder: Path) -> int | None:
    """Read from a model's config how large a photo has to be decoded for it, its shorter side; None if it does not say.

    Twice the model's side, for a photo that was decoded smaller already shows other pixels.
    """
    try:
        config = read_config(folder / CONFIG_NAME)
        size = section(config, "preprocess_cfg").get("size")
        if size is None:
            size = section(section(config, "model_cfg"), "vision_cfg").get("image_size")
    except ModelError as error:
        logger.info("the model's config does not say its side: %s", error)
        return None
    sides = size if isinstance(size, list) else [size]
    return 2 * max(sides) if sides and all(isinstance(side, int) for side in sides) else None


def folder_name_of(model_id: str, catalog_id: str) -> str:
    """Return the name of a model's folder of vectors: another for another catalogue, whose numbers mean other photos."""
    return f"{catalog_id[:8]}-{model_id}"


def dimension_of(folder: Path) -> int | None:
    """Read the length of a model's vectors from its config, so that the store can open while the model loads."""
    try:
        return cast("int", section(read_config(folder / CONFIG_NAME), "model_cfg")["embed_dim"])
    except ModelError as error:
        logger.info("the model's config does not say its dimension: %s", error)
        return None
