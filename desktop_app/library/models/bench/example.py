"""One picture of the check set, for whoever wants a picture of which it is known what it shows."""

from PIL import Image


def drawn_example(caption: str) -> Image.Image:
    """Draw what a caption of the check set says, the same every time.

    Raises:
        KeyError: The set has no such caption.
    """
    # Late, for a start of the program draws nothing, and this takes 20 ms.
    from desktop_app.library.models.bench.check_set import drawn

    return drawn(caption)
