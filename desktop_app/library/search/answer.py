"""What a search says: the answer, its hits, and why each is there."""

from dataclasses import dataclass
from enum import StrEnum

from desktop_app.library.photo import Photo
from desktop_app.library.query.filters import Filter
from desktop_app.library.query.parse import Part, Problem


class Band(StrEnum):
    """Where a photo stands to the line at which "found" ends."""

    FOUND = "found"
    MAYBE = "maybe"
    REST = "rest"


class Reason(StrEnum):
    """Why a photo is in an answer."""

    VISUAL = "visual"
    NAME = "name"
    FOLDER = "folder"
    DATE = "date"
    CAMERA = "camera"
    PLACE = "place"
    RATING = "rating"
    SHAPE = "shape"
    TYPE = "type"
    TAG = "tag"


@dataclass(frozen=True, slots=True)
class Hit:
    """One photo of an answer.

    Attributes:
        rank: Place in the answer, from 1.
        photo: The photo.
        score: Cosine of photo and query, −1 to 1; None for a photo found by its name alone.
        by_name: Whether its name, folders, tags or caption hold the query's words.
        why: What it was found by: how it looks, the words in its name or folders, and what filters asked for.
        band: Whether it fits, perhaps fits, or is only the next nearest; a photo found by its name fits.
        confidence: How well it fits, 0 to 100 with 50 on the line; None for a photo that was not compared, that is
            found by its name alone, or where there is no line yet.
        stack: The same for photos that are shown as one, as in `library.browsing.stacks`; None for one alone.
        at_s: Where in a video the moment is that fits best, in seconds from its beginning; None for a photo, and for
            a video that was not compared.
    """

    rank: int
    photo: Photo
    score: float | None
    by_name: bool = False
    why: tuple[Reason, ...] = ()
    band: Band = Band.FOUND
    confidence: float | None = None
    stack: int | None = None
    at_s: float | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a search found.

    Attributes:
        query: What was asked, as typed, or the path of the example photo.
        model: Name of the model that was used; None when photos were found by name alone.
        hits: Best first.
        milliseconds: From the question to the answer, model included.
        note: A sentence the person should read with the answer ("only the first 30 words were used"); or empty.
        parts: What was looked for, with weights.
        filters: What it was looked for among.
        problems: What of the query was not understood or could not be used.
        filtered: How many photos the filters keep, found or not; None without filters.
        compared: How many photos were compared by what they show, equal ones once; None without a comparison.
        looser: Where nothing is found, how many photos the same question would find, with the same limit, if it were
            asked as loosely as can be; None where something is found, and where no line was drawn.
        offer: Key of a model that reads the question's language, where the one in use does not and nothing is found;
            the note says whether it is here, can be fetched or must be brought. Empty otherwise.
    """

    query: str
    model: str | None
    hits: tuple[Hit, ...]
    milliseconds: float
    note: str = ""
    parts: tuple[Part, ...] = ()
    filters: tuple[Filter, ...] = ()
    problems: tuple[Problem, ...] = ()
    filtered: int | None = None
    compared: int | None = None
    looser: int | None = None
    offer: str = ""
