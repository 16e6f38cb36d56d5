"""The three parts of an answer."""

from enum import StrEnum


class Band(StrEnum):
    """Where a photo stands to the line at which "found" ends."""

    FOUND = "found"
    MAYBE = "maybe"
    REST = "rest"
