"""The photos of a ranking, with what they were ordered by."""

from typing import NamedTuple

from desktop_app.library.photo import Photo


class Row(NamedTuple):
    """A photo or video that was compared.

    Attributes:
        photo: One of its files.
        score: Cosine of its vector and the query's; of a video, that of the moment that fits best.
        at_s: That moment, in seconds from the beginning; None for a photo.
        compared_id: The content whose vector was compared.
        standing: Where it stands on the scale of the line; None where that is the score.
        unwanted: Whether it is found for something that is not wanted.
    """

    photo: Photo
    score: float
    at_s: float | None = None
    compared_id: int = 0
    standing: float | None = None
    unwanted: bool = False

    @property
    def on_the_line(self) -> float:
        """Where it stands on the scale of the line."""
        return self.score if self.standing is None else self.standing


Rows = list[Row]
"""Best first."""
