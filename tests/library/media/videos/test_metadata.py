"""What the tags of a video say of its making."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from desktop_app.library.media.metadata.metadata import Metadata
from desktop_app.library.media.videos.metadata import read_tags

QUICKTIME = "com.apple.quicktime."


def local(said: str) -> datetime:
    """Return an instant as this computer's clock showed it."""
    return datetime.fromisoformat(said).replace(tzinfo=UTC).astimezone().replace(tzinfo=None)


@pytest.mark.parametrize(
    ("tags", "taken_at"),
    [
        ({QUICKTIME + "creationdate": "2024-05-06T23:08:09+0900"}, datetime(2024, 5, 6, 23, 8, 9)),
        ({"creation_time": "2024-05-06T12:08:09.000000Z"}, local("2024-05-06T12:08:09")),
        ({"creation_time": "2024-05-06 12:08:09"}, datetime(2024, 5, 6, 12, 8, 9)),
        ({"date": "2011-07-08T10:01:02+0200"}, datetime(2011, 7, 8, 10, 1, 2)),
        ({"DATE": "2011-07-08"}, datetime(2011, 7, 8)),
        ({"date": "2011"}, datetime(2011, 1, 1)),
        ({"creation_time": "1904-01-01T00:00:00.000000Z"}, None),
        ({"creation_time": "1970-01-01T00:00:00Z"}, None),
        ({QUICKTIME + "creationdate": "1904-01-01T00:00:00Z"}, None),
        ({"creation_time": "2924-05-06T12:08:09Z"}, None),
        ({"creation_time": "yesterday"}, None),
        ({}, None),
    ],
)
def test_the_date_is_what_a_clock_showed(tags: dict[str, str], taken_at: datetime | None) -> None:
    assert read_tags(tags).taken_at == taken_at


def test_a_date_with_its_zone_comes_before_an_instant_and_that_before_a_day() -> None:
    day, instant = {"date": "2001-02-03"}, {"creation_time": "2002-03-04T05:06:07Z"}
    written = {QUICKTIME + "creationdate": "2003-04-05T06:07:08-0700"}
    assert read_tags(day | instant | written).taken_at == datetime(2003, 4, 5, 6, 7, 8)
    assert read_tags(day | instant).taken_at == local("2002-03-04T05:06:07")
    assert read_tags(day).taken_at == datetime(2001, 2, 3)


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("+48.8584+002.2945/", (48.8584, 2.2945)),
        ("-33.8568+151.2153+021.500/", (-33.8568, 151.2153)),
        ("+48.8584-002.2945+035.000CRSWGS_84/", (48.8584, -2.2945)),
        ("+4851.504+00217.670/", (48.8584, 2.29450)),
        ("+485130.24-0021740.2/", (48.8584, -2.2945)),
        ("+00.0000+000.0000/", (None, None)),
        ("+95.0000+002.0000/", (None, None)),
        ("+4875.504+00217.670/", (None, None)),
        ("48.8584, 2.2945", (None, None)),
        ("+9+9/", (None, None)),
        ("", (None, None)),
    ],
)
@pytest.mark.parametrize("name", [QUICKTIME + "location.ISO6709", "location", "location-eng"])
def test_the_place_is_read_from_iso_6709(name: str, said: str, place: tuple[float, float]) -> None:
    found = read_tags({name: said})
    assert (found.latitude, found.longitude) == pytest.approx(place, abs=1e-4)


@pytest.mark.parametrize(
    ("tags", "camera"),
    [
        ({QUICKTIME + "make": "Apple", QUICKTIME + "model": "iPhone 15 Pro"}, "Apple iPhone 15 Pro"),
        ({"com.android.manufacturer": "Google", "com.android.model": "Pixel 8"}, "Google Pixel 8"),
        ({"make": "Canon", "model": "Canon EOS R5"}, "Canon EOS R5"),
        ({"encoder": "Lavf62.12.102"}, None),
    ],
)
def test_the_camera_is_named_as_for_photos(tags: dict[str, str], camera: str | None) -> None:
    assert read_tags(tags).camera == camera


def test_title_and_description_are_the_caption_and_keywords_the_tags() -> None:
    found = read_tags({"title": "Harbour", "comment": "Boats at noon", "keywords": "boat, sea; boat"})
    assert (found.caption, found.tags) == ("Harbour: Boats at noon", ("boat", "sea"))


@pytest.mark.parametrize("said", ["OLYMPUS DIGITAL CAMERA", "  ", "DSC_0001.MOV"])
def test_what_nobody_wrote_is_no_caption(said: str) -> None:
    assert read_tags({"title": said, "description": said}).caption is None


def test_xmp_counts_first() -> None:
    packet = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="4"/></rdf:RDF></x:xmpmeta>'
    )
    assert read_tags({"xmp": packet, "title": "A title"}) == Metadata(rating=4, caption="A title")


def test_the_file_counts_before_its_stream() -> None:
    assert read_tags({"title": "file"}, {"title": "stream", "model": "Model"}) == Metadata(
        caption="file", camera="Model"
    )


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv"])
def test_tags_are_found_in_real_files(tmp_path: Path, suffix: str) -> None:
    pytest.importorskip("av")
    from desktop_app.library.media.steady_file import SteadyFile
    from desktop_app.library.media.videos.decode import decode_video
    from tests.clips import save_clip

    path = save_clip(
        tmp_path / f"a{suffix}",
        tags={
            QUICKTIME + "creationdate": "2024-05-06T07:08:09+0200",
            QUICKTIME + "location.ISO6709": "+48.8584+002.2945/",
            QUICKTIME + "make": "Apple",
            QUICKTIME + "model": "iPhone 15 Pro",
            "title": "Äpfel am Baum",
        },
    )
    with SteadyFile(path) as file:
        assert decode_video(file, least_px=64).metadata == Metadata(
            taken_at=datetime(2024, 5, 6, 7, 8, 9),
            camera="Apple iPhone 15 Pro",
            latitude=48.8584,
            longitude=2.2945,
            caption="Äpfel am Baum",
        )
