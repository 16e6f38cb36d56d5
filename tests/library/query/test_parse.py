"""The query language: what is understood, what is left out and said, and that no text is ever too much."""

import random
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.library.media.formats import RAW_SUFFIXES, VIDEO_SUFFIXES
from desktop_app.library.query.filters import (
    KEYS,
    ByCamera,
    Condition,
    Feature,
    Filter,
    Having,
    InFolder,
    Named,
    Near,
    OfType,
    Rated,
    Shape,
    Shaped,
    Taken,
)
from desktop_app.library.query.parse import Part, Problem, Query, Thumb, example_text, filter_text, parse
from desktop_app.library.query.regions import Region, drawn_region
from desktop_app.library.query.tokens import EXAMPLES, quoted, tokens

TODAY = date(2026, 11, 23)


def parts_of(text: str) -> list[tuple[str, float]]:
    return [(part.text, part.weight) for part in parse(text, TODAY).parts]


def sentences(text: str) -> list[str]:
    return [problem.sentence for problem in parse(text, TODAY).problems]


def condition(text: str) -> Condition:
    (only,) = parse(text, TODAY).filters
    (one,) = only.any_of
    return one


# Parts.


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", []),
        ("   ", []),
        ("a white  dog", [("a white dog", 1)]),
        ('"a white dog"', [("a white dog", 1)]),
        ('a "white dog" here', [("a white dog here", 1)]),
        ("beach + sunset", [("beach", 1), ("sunset", 1)]),
        ("beach +sunset glow", [("beach", 1), ("sunset glow", 1)]),
        ("beach -people", [("beach", 1), ("people", -1)]),
        ("beach −people", [("beach", 1), ("people", -1)]),
        ("beach -people waves", [("beach waves", 1), ("people", -1)]),
        ('beach -"two people"', [("beach", 1), ("two people", -1)]),
        ('2:"golden retriever" + puppy', [("golden retriever", 2), ("puppy", 1)]),
        ("0.5:beach sea", [("beach", 0.5), ("sea", 1)]),
        ("0,5:beach", [("beach", 0.5)]),
        (".5:beach", [("beach", 0.5)]),
        ("beach -2:people", [("beach", 1), ("people", -2)]),
        ("“white dog” „black cat“ «red fox»", [("white dog black cat red fox", 1)]),
        ('a "5"" screen"', [('a 5" screen', 1)]),
        ("🐶 -🐱", [("🐶", 1), ("🐱", -1)]),
        ("+ + beach +", [("beach", 1)]),
    ],
)
def test_parts_and_weights(text: str, parts: list[tuple[str, float]]) -> None:
    assert parts_of(text) == parts
    assert sentences(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "t-shirt", "x-ray", "beach - people", "-", "--", "-->", "C++", "c+", "16:9", "at 10:30", "1:1 crop",
        '15" laptop', "rock'n'roll", "50% off", "a & b | c", "Re: hello", "C:\\photos", "what?", "*", "(-)", "#42",
    ],
)  # fmt: skip
def test_plain_words_stay_words(text: str) -> None:
    assert parts_of(text) == [(text, 1.0)]
    assert sentences(text) == []
    assert parse(text, TODAY).words == text


def test_natural_dates_are_words_where_no_filter_asks_for_them() -> None:
    assert parts_of("last summer in june 2021") == [("last summer in june 2021", 1)]


@pytest.mark.parametrize(
    ("text", "path", "weight"),
    [
        ("photo:/photos/a.jpg", "/photos/a.jpg", 1),
        ('photo:"/my photos/a b.jpg"', "/my photos/a b.jpg", 1),
        (r'photo:"C:\my photos\a b.jpg"', r"C:\my photos\a b.jpg", 1),
        (r"photo:C:\photos\a.jpg", r"C:\photos\a.jpg", 1),
        (r"photo:\\server\share\a.jpg", r"\\server\share\a.jpg", 1),
        ("-photo:a.jpg", "a.jpg", -1),
        ("2:photo:a.jpg", "a.jpg", 2),
        ("PHOTO:a.jpg", "a.jpg", 1),
    ],
)
def test_a_photo_can_be_a_part(text: str, path: str, weight: float) -> None:
    night, example = sorted(parse(f"{text} night", TODAY).parts, key=lambda part: part.photo is not None)
    assert (night.text, night.photo) == ("night", None)
    assert (example.photo, example.weight, example.text) == (Path(path), weight, path)


@pytest.mark.parametrize(
    ("text", "path", "region"),
    [
        ("photo:/a.jpg#10,20,40,30", "/a.jpg", Region(10, 20, 40, 30)),
        ('photo:"/a b.jpg"#10,20,40,30', "/a b.jpg", Region(10, 20, 40, 30)),
        ('-photo:"/a b.jpg"#0,0,100,100', "/a b.jpg", Region(0, 0, 100, 100)),
        ("photo:“/a b.jpg”#12.5,0,87.5,0.5", "/a b.jpg", Region(12.5, 0, 87.5, 0.5)),
        ("photo:/a#1,2,3,4.jpg", "/a#1,2,3,4.jpg", None),
        ("photo:/IMG#2.jpg#1,2,3,4", "/IMG#2.jpg", Region(1, 2, 3, 4)),
        ("photo:/IMG#2", "/IMG#2", None),
        ('photo:"/a.jpg#1,2,3,4"', "/a.jpg#1,2,3,4", None),
        ('photo:"/a.jpg" #10,20,40,30', "/a.jpg", None),
    ],
)
def test_a_part_of_a_photo_can_be_a_part(text: str, path: str, region: Region | None) -> None:
    query = parse(text, TODAY)
    example = next(part for part in query.parts if part.photo is not None)
    assert (example.photo, example.region, example.kind) == (Path(path), region, "photo")
    # The words after a gap are words.
    assert query.words == ("#10,20,40,30" if text.endswith('" #10,20,40,30') else "")


def test_thumbs_are_parts_that_a_minus_turns_around() -> None:
    text = 'beach like:/a.jpg unlike:"/b c.jpg" -like:/d.jpg -unlike:/e.jpg LIKE:/f.jpg'
    query = parse(text, TODAY)
    assert [(part.kind, part.text, part.weight, part.thumb) for part in query.parts] == [
        ("words", "beach", 1, None),
        ("like", "/a.jpg", 1, Thumb.UP),
        ("unlike", "/b c.jpg", -1, Thumb.DOWN),
        ("unlike", "/d.jpg", -1, Thumb.DOWN),
        ("like", "/e.jpg", 1, Thumb.UP),
        ("like", "/f.jpg", 1, Thumb.UP),
    ]
    assert query.words == "beach"
    assert query.problems == ()
    assert text[query.parts[2].start : query.parts[2].end] == 'unlike:"/b c.jpg"'


def test_only_what_is_looked_for_are_words() -> None:
    assert parse("beach -people photo:a.jpg + 2:sunset date:2023", TODAY).words == "beach sunset"


def test_parts_and_filters_say_where_they_stand() -> None:
    text = 'beach -people 2:"a b" in:"My Trips" photo:x.jpg'
    query = parse(text, TODAY)
    assert [text[one.start : one.end] for one in query.parts] == [
        "beach",
        "-people",
        '2:"a b"',
        "photo:x.jpg",
    ]
    assert [text[one.start : one.end] for one in query.filters] == ['in:"My Trips"']


# Filters.


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("in:Trips", InFolder("Trips")),
        ('in:"My Trips"', InFolder("My Trips")),
        ("in:/photos/2023", InFolder("/photos/2023")),
        ("type:jpg", OfType(frozenset({"jpg", "jpeg", "jpe", "jfif"}))),
        ("type:raw", OfType(frozenset(suffix[1:] for suffix in RAW_SUFFIXES))),
        ("type:.NEF", OfType(frozenset(suffix[1:] for suffix in RAW_SUFFIXES))),
        ("type:.HEIC", OfType(frozenset({"heic", "heif", "hif"}))),
        ("type:video", OfType(frozenset(suffix[1:] for suffix in VIDEO_SUFFIXES))),
        ("type:Photo", OfType(frozenset(suffix[1:] for suffix in VIDEO_SUFFIXES), otherwise=True)),
        ("type:*.MOV", OfType(frozenset({"mov", "qt"}))),
        ("camera:canon", ByCamera("canon")),
        ('camera:"Canon EOS R5"', ByCamera("Canon EOS R5")),
        ("name:IMG_12*", Named("IMG_12*")),
        ("is:portrait", Shaped(Shape.PORTRAIT)),
        ("IS:Screenshot", Shaped(Shape.SCREENSHOT)),
        ("has:gps", Having(Feature.GPS)),
        ("rating:3", Rated(3, 3)),
        ("rating:>=3", Rated(3, float("inf"))),
        ("rating:≥3", Rated(3, float("inf"))),
        ("rating:3+", Rated(3, float("inf"))),
        ("rating:>3", Rated(4, float("inf"))),
        ("rating:<3", Rated(float("-inf"), 2)),
        ("rating:<=3", Rated(float("-inf"), 3)),
        ("rating:2..4", Rated(2, 4)),
        ("rating:-1", Rated(-1, -1)),
        ("near:52.5,13.4,3", Near(52.5, 13.4, 3)),
        ('near:"-33.9, 151.2, 3 km"', Near(-33.9, 151.2, 3)),
        ("near:52.5,13.4", Near(52.5, 13.4, 10)),
    ],
)
def test_filters(text: str, expected: Condition) -> None:
    assert condition(text) == expected
    assert sentences(text) == []
    assert parse(text, TODAY).parts == ()
    (negated,) = parse(f"-{text}", TODAY).filters
    assert negated.negated
    assert negated.any_of == (expected,)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("date:2023", datetime(2023, 1, 1), datetime(2024, 1, 1)),
        ("date:2023-06", datetime(2023, 6, 1), datetime(2023, 7, 1)),
        ("date:2023-06-01", datetime(2023, 6, 1), datetime(2023, 6, 2)),
        ("date:2023-06..2023-08", datetime(2023, 6, 1), datetime(2023, 9, 1)),
        ("date:2023..", datetime(2023, 1, 1), None),
        ("date:..2023", None, datetime(2024, 1, 1)),
        ("before:2023-06", None, datetime(2023, 6, 1)),
        ("after:2023-06", datetime(2023, 7, 1), None),
        ('date:"last summer"', datetime(2026, 6, 1), datetime(2026, 9, 1)),
        ("date:yesterday", datetime(2026, 11, 22), datetime(2026, 11, 23)),
        ('date:"in 2019"', datetime(2019, 1, 1), datetime(2020, 1, 1)),
        ('before:"june 2021"', None, datetime(2021, 6, 1)),
    ],
)
def test_date_filters(text: str, start: datetime | None, end: datetime | None) -> None:
    taken = condition(text)
    assert isinstance(taken, Taken)
    assert (taken.interval.start, taken.interval.end) == (start, end)


@pytest.mark.parametrize(
    ("text", "quoted_text", "words"),
    [
        ("date:Dec 2019", 'date:"Dec 2019"', ""),
        ("date:December 2019 dog", 'date:"December 2019"', "dog"),
        ("dog date:2019 Dec", 'date:"2019 Dec"', "dog"),
        ("date:14 Jul 2019", 'date:"14 Jul 2019"', ""),
        ("dog -date:14 Jul 2019 cat", '-date:"14 Jul 2019"', "dog cat"),
        ("before:june 2021 beach", 'before:"june 2021"', "beach"),
        ("after:14 july 2019", 'after:"14 july 2019"', ""),
        ("date:last summer", 'date:"last summer"', ""),
        ("date:last 7 days waves", 'date:"last 7 days"', "waves"),
        ("date:the day before yesterday", 'date:"the day before yesterday"', ""),
        ("date:2019 to june 2021 dog", 'date:"2019 to june 2021"', "dog"),
        ("date:from 14 july 2019 to 5 august 2020 dog", 'date:"from 14 july 2019 to 5 august 2020"', "dog"),
        ("date:2018|Dec 2019", 'date:"2018|Dec 2019"', ""),
        ("date:Dec 2019|Jan 2020 dog", 'date:"Dec 2019|Jan 2020"', "dog"),
        ("date:jun..aug 2019 dog", 'date:"jun..aug 2019"', "dog"),
        ("date:Dec 2019.. dog", 'date:"Dec 2019.."', "dog"),
        ("date:jun-aug 2019 dog", 'date:"jun-aug 2019"', "dog"),
        ("date:winter 2019/2020 dog", 'date:"winter 2019/2020"', "dog"),
        ('date:"Dec 2019".. dog', 'date:"Dec 2019.."', "dog"),
        ('date:"Dec 2019"..2020 dog', 'date:"Dec 2019..2020"', "dog"),
        ('date:"Dec 2019" .. dog', 'date:"Dec 2019"', ".. dog"),
        ("date:june 5 cats", 'date:"june 5"', "cats"),
        ("date:März 2024", 'date:"März 2024"', ""),
        ("date:14. März 2024 hund", 'date:"14. März 2024"', "hund"),
        ("date:14 de marzo de 2024 playa", 'date:"14 de marzo de 2024"', "playa"),
        ("date:2024年3月 海", "date:2024年3月", "海"),
        ("date:June a dog", "date:June", "a dog"),
        ("date:2023 mars", "date:2023", "mars"),
        # As long as somebody types them.
        ("date:14. Mär", 'date:"14. Mär"', ""),
        ("date:14 de mar", 'date:"14 de mar"', ""),
        ("date:März 20", 'date:"März 20"', ""),
        ("date:2019 dog", "date:2019", "dog"),
        ("date:2019 the dog", "date:2019", "the dog"),
        ("date:2019 3 dogs", "date:2019", "3 dogs"),
        ("date:2019 d", "date:2019", "d"),
        ("date:2019 m", "date:2019", "m"),
        ("date:2019 dances", "date:2019", "dances"),
        ("date:yesterday dog", "date:yesterday", "dog"),
        ("date:Dec + 2019", "date:Dec", "2019"),
        ('date:Dec "2019"', "date:Dec", "2019"),
        ('date:"Dec" 2019', "date:Dec", "2019"),
        ("name:Dec 2019", "name:Dec", "2019"),
    ],
)
def test_words_that_complete_a_date_belong_to_it(text: str, quoted_text: str, words: str) -> None:
    query = parse(text, TODAY)
    assert query.filters == parse(quoted_text, TODAY).filters
    assert (query.words, query.problems) == (words, ())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("dog date:14 J", "dog"),
        ("dog date:14 Jul 201", "dog"),
        ("dog date:Dec 201", "dog"),
        ("dog date:2019 to", "dog"),
        ("dog date:2019 to 20", "dog"),
        ("dog date:last s", "dog"),
        ("dog date:last 7 d", "dog"),
        ("dog date:3 weeks a", "dog"),
        ("dog date:last red car", "dog red car"),
        ("date:someday dog", "dog"),
        ("date:31 june 2021 dog", "dog"),
        ("date:29 feb 2023", ""),
        ("date:14 dogs", "dogs"),
    ],
)
def test_a_date_that_is_not_written_out_yet_takes_its_words_along(text: str, words: str) -> None:
    query = parse(text, TODAY)
    assert (query.words, query.filters, len(query.problems)) == (words, (), 1)


def test_alternatives() -> None:
    (types,) = parse("type:png,gif", TODAY).filters
    assert types.any_of == (OfType(frozenset({"png"})), OfType(frozenset({"gif"})))
    (cameras,) = parse('camera:"canon r5|nikon"', TODAY).filters
    assert cameras.any_of == (ByCamera("canon r5"), ByCamera("nikon"))


def test_a_filter_is_the_same_wherever_it_stands() -> None:
    assert parse("date:2023 dog", TODAY).filters == parse("a white dog date:2023", TODAY).filters


# Problems.


@pytest.mark.parametrize(
    ("text", "start", "end", "said"),
    [
        ("dog foo:bar", 4, 11, "no filter “foo:”"),
        ("dates:2023", 0, 10, "Did you mean “date:”?"),
        ("dog date:someday", 4, 16, "is not a date that is understood"),
        ("date:2023-02-30", 0, 15, "There is no such date"),
        ("date:01/06/2023", 0, 15, "can be read in two ways"),
        ("date:2023..2022", 0, 15, "ends before it begins"),
        ("date:..", 0, 7, "missing"),
        ("after:9999", 0, 10, "Nothing comes after"),
        ("type:docx", 0, 9, "No photo here can be of the type"),
        ("is:round", 0, 8, "portrait, landscape, square, screenshot"),
        ("has:cats", 0, 8, "gps, camera, date, rating"),
        ("rating:six", 0, 10, "takes 0 to 5"),
        ("rating:9", 0, 8, "takes 0 to 5"),
        ("near:Berlin", 0, 11, "degrees north"),
        ("near:91,0,1", 0, 11, "between −90 and 90"),
        ("near:nan,0,1", 0, 12, "between −90 and 90"),
        ("name:", 0, 5, "missing after “name:”"),
        ("type:jpg,", 0, 9, "missing after “type:”"),
        ("photo:", 0, 6, "missing after “photo:”"),
        ("2:date:2023", 0, 11, "number before it is not used"),
        ("photo:/a.jpg#10,20", 0, 18, "four numbers in percent"),
        ("photo:/a.jpg#-1,0,10,10", 0, 23, "four numbers in percent"),
        ('photo:"/a.jpg"#', 0, 15, "four numbers in percent"),
        ('dog photo:"/a.jpg"#left x', 4, 23, "four numbers in percent"),
        ("photo:/a.jpg#10,20,0,30", 0, 23, "is empty"),
        ("photo:/a.jpg#80,0,30,10", 0, 23, "outside the photo"),
        ("photo:/a.jpg#0,101,1,1", 0, 22, "outside the photo"),
        ("like:/a.jpg#1,2,3,4", 0, 19, "whole photos"),
        ("2:like:/a.jpg", 0, 13, "count the same"),
        ("dog like:", 4, 9, "missing after “like:”"),
        ("unlike:/a.jpg", 0, 13, "only what to leave out"),
        ("0:beach", 0, 7, "counts 0 times"),
        ("500:beach", 0, 9, "more than 100 times"),
        ('dog "golden retr', 4, 16, "not closed"),
        ('""', 0, 2, "Nothing stands between"),
        ("-people", 0, 7, "only what to leave out"),
        ("-people -cars date:2023", 0, 13, "only what to leave out"),
        ("name:" + "x" * 2000, 0, 2005, "longer than"),
        ("name:" + "x|" * 60 + "x", 0, 126, "alternatives"),
    ],
)
def test_what_is_not_understood_is_said(text: str, start: int, end: int, said: str) -> None:
    (problem,) = parse(text, TODAY).problems
    assert (problem.start, problem.end) == (start, end)
    assert said in problem.sentence


def test_an_unknown_key_is_searched_as_words() -> None:
    assert parts_of("dog foo:bar") == [("dog foo:bar", 1)]


def test_what_cannot_be_read_is_left_out_and_the_rest_is_searched() -> None:
    query = parse("dog date:someday type:png", TODAY)
    assert [part.text for part in query.parts] == ["dog"]
    assert [one.key for one in query.filters] == ["type"]


def test_a_quote_that_is_still_open_is_a_phrase_already() -> None:
    assert parts_of('-"golden retr') == [("golden retr", -1)]


def test_no_query_has_more_filters_than_the_catalogue_can_take() -> None:
    query = parse("type:png " * 60, TODAY)
    assert len(query.filters) == 50
    assert len(query.problems) == 10


# Any text.


def is_sound(query: Query, text: str) -> bool:
    spans: list[Part | Filter | Problem] = [*query.parts, *query.filters, *query.problems]
    return (
        query.text == text
        and all(0 <= one.start < one.end <= len(text) for one in spans)
        and all(part.weight and part.text.strip() for part in query.parts)
        and all(problem.sentence for problem in query.problems)
    )


PIECES = [
    *(f"{key}:" for key in (*KEYS, *sorted(EXAMPLES))), "#", "#1,2,3,4", "/a.jpg", "foo:", "-", "+", '"', "“", "”", "„", "«", "»", " ", "\t", "\n", "2:",
    "0.5:", "1e9:", "..", "|", ",", "2023", "-06", "last", " summer", "beach", "t-shirt", "\\", "/", "C:\\", "\0",
    "é", "🐶", "\ud800", ">=3", "*", "?", "%", "_", "'", "52.5,13.4,3", "nan", "²", "٣", "(", ")", "\u200f",
]  # fmt: skip


def test_ten_thousand_generated_texts_are_understood_or_explained() -> None:
    chance = random.Random(2026)
    for _ in range(10_000):
        text = "".join(chance.choices(PIECES, k=chance.randrange(1, 12)))
        assert is_sound(parse(text, TODAY), text), repr(text)


@given(st.text())
def test_any_text_is_understood_or_explained(text: str) -> None:
    assert is_sound(parse(text, TODAY), text)


@given(st.sampled_from([*KEYS, *sorted(EXAMPLES)]), st.text())
def test_any_value_is_understood_or_explained(key: str, value: str) -> None:
    text = f"{key}:{quoted(value)}"
    assert is_sound(parse(text, TODAY), text)


@given(st.text())
def test_tokens_cover_the_text(text: str) -> None:
    rest = list(text)
    for token in tokens(text):
        rest[token.start : token.end] = " " * (token.end - token.start)
    assert "".join(rest).strip() == ""


@given(st.text(min_size=1).filter(lambda text: text == text.strip() and "\0" not in text))
def test_what_is_written_is_read_back(value: str) -> None:
    (only,) = parse(filter_text("name", value), TODAY).filters or (None,)
    if only is not None:
        assert only.value == value


regions = st.tuples(*[st.floats(0, 1)] * 4).map(lambda ends: drawn_region(*ends))
names = st.text(min_size=1).filter(lambda text: text.strip() and not set("\0/") & set(text))


@given(names, st.one_of(st.none(), regions), st.sampled_from([None, *Thumb]))
def test_a_photo_is_written_so_that_it_is_read_back(
    name: str, region: Region | None, thumb: Thumb | None
) -> None:
    path = Path("/photos") / name
    region = None if thumb else region
    text = f"dog {example_text(path, region, thumb)} cat"
    example = next(part for part in parse(text, TODAY).parts if part.photo is not None)
    assert (example.photo, example.region, example.thumb) == (path, region, thumb)
    assert parse(text, TODAY).words == "dog cat"


@given(st.floats(-2, 2), st.floats(-2, 2), st.floats(0, 2), st.floats(0, 2), st.integers(1, 9999))
def test_what_is_drawn_is_never_outside_nor_empty(
    left: float, top: float, width: float, height: float, side: int
) -> None:
    region = drawn_region(left, top, width, height)
    if region is not None:
        assert region.left + region.width <= 100
        assert region.top + region.height <= 100
        x, y, right, bottom = region.box(side, 3)
        assert 0 <= x < right <= side
        assert 0 <= y < bottom <= 3


def test_a_region_is_the_pixels_it_touches() -> None:
    assert Region(10, 20, 40, 30).box(1000, 500) == (100, 100, 500, 250)
    assert Region(0, 0, 100, 100).box(3, 7) == (0, 0, 3, 7)
    assert Region(33.3, 50, 0.1, 0.1).box(3, 2) == (0, 1, 2, 2)
    assert Region(99.9, 99.9, 0.1, 0.1).box(2, 2) == (1, 1, 2, 2)
    assert Region(12.5, 0, 87.5, 0.25).text == "12.5,0,87.5,0.25"
    assert drawn_region(0.5, 0.5, 0.0, 0.2) is None


def test_a_long_text_is_understood_quickly_enough_to_type_it() -> None:
    query = parse('word -minus 2:"a phrase" date:2023 foo:bar ' * 20_000, TODAY)
    assert len(query.parts) > 40_000
