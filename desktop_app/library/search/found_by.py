"""What a photo of an answer was found by: how it looks, a word of its name or folders, or a filter."""

from collections.abc import Mapping

from desktop_app.library.catalog.words import where_words_stand
from desktop_app.library.photo import Photo
from desktop_app.library.query.filters import Offline
from desktop_app.library.query.parse import Query
from desktop_app.library.search.answer import Reason

_OF_FILTERS: Mapping[str, Reason] = {
    "date": Reason.DATE,
    "before": Reason.DATE,
    "after": Reason.DATE,
    "in": Reason.FOLDER,
    "name": Reason.NAME,
    "camera": Reason.CAMERA,
    "near": Reason.PLACE,
    "rating": Reason.RATING,
    "is": Reason.SHAPE,
    "type": Reason.TYPE,
}
_OF_FEATURES: Mapping[str, Reason] = {
    "gps": Reason.PLACE,
    "camera": Reason.CAMERA,
    "date": Reason.DATE,
    "rating": Reason.RATING,
}


def reasons_of(photo: Photo, query: Query, *, seen: bool, words: str) -> tuple[Reason, ...]:
    """Return what a hit was found by, how it looks first, each reason once.

    Filters that only keep photos out are no reason.

    Args:
        photo: A hit.
        query: What was asked.
        seen: Whether it was ranked by how it looks.
        words: Those of the query that its name, folders, tags or caption hold; empty for none.
    """
    reasons = [Reason.VISUAL] if seen else []
    if words:
        said = " ".join((*photo.tags, photo.caption or ""))
        in_name, in_said, in_folders = where_words_stand(words, photo.path, said)
        reasons += [Reason.NAME] * in_name + [Reason.TAG] * in_said + [Reason.FOLDER] * in_folders
    for filter_ in query.filters:
        if filter_.negated:
            continue
        if filter_.key == "has":
            reasons += [
                _OF_FEATURES[piece] for piece in filter_.value.lower().split(",") if piece in _OF_FEATURES
            ]
        elif not any(isinstance(condition, Offline) for condition in filter_.any_of):
            reasons.append(_OF_FILTERS[filter_.key])
    return tuple(dict.fromkeys(reasons))
