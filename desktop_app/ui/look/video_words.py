"""What is shown and said of a video that is not of a photo: how long it is, and at which moment it was found."""

from collections.abc import Iterable
from dataclasses import dataclass

from desktop_app.library import Hit, Photo
from desktop_app.ui.look import wording


@dataclass(frozen=True, slots=True)
class VideoCell:
    """What a cell shows of the video it stands for.

    Attributes:
        duration_s: How long it is.
        at_s: Where the moment is that was found; None where none was.
    """

    duration_s: float
    at_s: float | None = None

    def badges(self) -> tuple[str, ...]:
        """Return what a badge may say, the longest first: a small cell takes the first that fits."""
        if self.at_s is None:
            return (wording.length(self.duration_s),)
        return (
            wording.moment_in(self.at_s, self.duration_s, " / "),
            f"at {wording.moment(self.at_s)}",
        )


def photo_of(item: Hit | Photo) -> Photo:
    """Return the photo of a hit, or the photo itself."""
    return item.photo if isinstance(item, Hit) else item


def moment_of(item: Hit | Photo | None) -> float | None:
    """Return the second at which a video was found; None for a photo, and for a video as a whole."""
    return item.at_s if isinstance(item, Hit) else None


def video_cell(photo: Photo | None, hit: Hit | None) -> VideoCell | None:
    """Return what is shown of a video; None for a photo, and while it is not known which it is."""
    if photo is None or photo.duration_s is None:
        return None
    return VideoCell(photo.duration_s, moment_of(hit))


def noun_for(photos: Iterable[Photo]) -> str:
    """Return what these are: "photo", "video", or "file" where there are both."""
    videos = {photo.duration_s is not None for photo in photos}
    if len(videos) > 1:
        return "file"
    return "video" if True in videos else "photo"


def spoken_video(photo: Photo, hit: Hit | None) -> list[str]:
    """Return what a screen reader says of a video beside its name; nothing of a photo."""
    if photo.duration_s is None:
        return []
    said = ["video", wording.spoken_length(photo.duration_s)]
    at_s = moment_of(hit)
    return said if at_s is None else [*said, f"found at {wording.moment(at_s)}"]


def video_line(photo: Photo, hit: Hit | None) -> list[str]:
    """Return the line about a video below the pointer; none for a photo."""
    if photo.duration_s is None:
        return []
    at_s = moment_of(hit)
    found = "" if at_s is None else f", found at {wording.moment(at_s)}"
    return [f"Video, {wording.length(photo.duration_s)}{found}"]
