"""What the command line says of photos in a query, and takes of them."""

from collections import defaultdict
from pathlib import Path

from desktop_app.cli.arguments import parser
from desktop_app.cli.output import part_json
from desktop_app.library import parse


def test_photos_in_a_query_are_told_by_kind_and_region() -> None:
    text = 'beach photo:/a.jpg photo:"/b c.jpg"#10,20.5,40,30 like:/d.jpg unlike:/e.jpg'
    told = [part_json(part) for part in parse(text).parts]
    assert [(one["kind"], one["text"], one["weight"], one.get("region")) for one in told] == [
        ("words", "beach", 1.0, None),
        ("photo", "/a.jpg", 1.0, None),
        ("photo", "/b c.jpg", 1.0, [10.0, 20.5, 40.0, 30.0]),
        ("like", "/d.jpg", 1.0, None),
        ("unlike", "/e.jpg", -1.0, None),
    ]
    # Only what has a region says so.
    assert ["region" in one for one in told] == [False, False, True, False, False]


def test_several_photos_can_be_given_to_similar() -> None:
    def handler() -> int:
        return 0

    parsed = parser(defaultdict(lambda: handler)).parse_args(["similar", "a.jpg", "b.jpg", "--limit", "3"])
    assert (parsed.photos, parsed.limit) == ([Path("a.jpg"), Path("b.jpg")], 3)
