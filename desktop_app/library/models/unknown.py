"""What is said of a name that no model has."""

from collections.abc import Collection
from pathlib import Path

from desktop_app.library.errors import ModelUnknownError
from desktop_app.library.models.files import CONFIG_NAME, WEIGHTS_NAME
from desktop_app.printable import did_you_mean


def no_model(reference: str, path: Path, known: Collection[str], damage: str = "") -> ModelUnknownError:
    """Return the error for what is neither a name nor the folder of a model.

    Args:
        reference: What was named.
        path: The folder or file that it would be.
        known: The names there are.
        damage: What is wrong with the list of these, with a space before it; empty for nothing.
    """
    return ModelUnknownError(
        f"There is no model at {path}.",
        f"{did_you_mean(reference, known)}A model's folder holds {CONFIG_NAME} and {WEIGHTS_NAME}. "
        f"Known names: {', '.join(known)}.{damage}",
        name=reference,
    )


def none_to_fetch(reference: str, known: Collection[str]) -> ModelUnknownError:
    """Return the error for what is none of the models that can be downloaded."""
    return ModelUnknownError(
        f"There is no model called {reference} to download.",
        f"{did_you_mean(reference, known)}Those to download: {', '.join(known)}.",
        name=reference,
    )
