"""What a catalogue says of a photo, which somebody else may have written into it."""

import pytest

from desktop_app.library.catalog.said import metadata_of, object_of
from desktop_app.library.media.metadata.metadata import Metadata


@pytest.mark.parametrize(
    "said",
    [
        '{"taken_at": 99999999999999999}',
        '{"taken_at": -99999999999999999}',
        f'{{"latitude": {"9" * 4000}}}',
        '{"longitude": 1e999}',
        '{"rating": "5", "camera": 7, "tags": [], "sources": 3}',
        '{"camera":' * 200_000,
        "[" * 200_000,
        "NaN",
        None,
    ],
)
def test_nonsense_says_nothing(said: object) -> None:
    assert metadata_of(object_of(said)) == Metadata()
