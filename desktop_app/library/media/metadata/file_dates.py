"""Says when a photo was taken that does not say so itself: by its file's name, or else by the file's own time.

Telephones and messengers write the date into names. A number counts as a date only in a form that one of them is
known to write, from 1990 to tomorrow; numbers of cameras, invoices and telephones are none.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from desktop_app.library.media.metadata.dates import AFTERNOON, MORNING, Dated, on_this_clock, read_date
from desktop_app.library.media.metadata.metadata import Meaning, Metadata
from desktop_app.library.photo import Precision

_FIRST_YEAR = 1990
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# Not in the middle of a longer number, or of several with dashes or points, nor behind a letter alone: "v2019.07.14".
_START = r"(?<!\d)(?<!\d[-.])(?<!\b[A-Z])"
_DATE = r"(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)"
_DASHED = r"(?P<y>\d{4})(?P<s0>[-._])(?P<m>\d\d)(?P=s0)(?P<d>\d\d)"
_FORMS = (
    # LINE_ALBUM_20191214_191214_1 says its day twice.
    rf"^LINE_ALBUM_{_DATE}_\d{{6}}(?!\d)",
    # IMG_20190714_122056, PXL_20210101_123456789, Screenshot_20200101-123456, WP_20140714_12_20_56_Pro.
    rf"(?<!\d)(?<!\d-){_DATE}[-_ T]+(?P<h>\d\d)(?P<s1>[-_]?)(?P<i>\d\d)(?P=s1)(?P<s>\d\d)(?:\d{{3}})?(?!\d)",
    # IMG20190714122056, DJI_20230714122056_0001_D; not the end of a telephone's number.
    rf"(?<!\d)(?<!\d[- ]){_DATE}(?P<h>\d\d)(?P<i>\d\d)(?P<s>\d\d)(?!\d)",
    # 00100lrPORTRAIT_00100_BURST20190714122056123_COVER.
    rf"BURST{_DATE}(?P<h>\d\d)(?P<i>\d\d)(?P<s>\d\d)\d{{3}}(?!\d)",
    # signal-2019-07-14-122056, Screenshot 2024-01-01 123456, 2019-07-14T122056Z.
    rf"{_START}{_DASHED}[-_ T](?P<h>\d\d)(?P<i>\d\d)(?P<s>\d\d)(?!\d)",
    # photo_2021-05-06_12-34-56, "WhatsApp Image 2019-07-14 at 12.20.56 PM", "Bildschirmfoto 2020-01-01 um 12.34.56",
    # "Photo 2019-07-14 12 20 56".
    (
        rf"{_START}{_DASHED}(?:[-_T]|[\s,]+(?P<before>(?:[^\s\d]{{1,5}}\s){{0,2}}[^\s\d]{{0,5}}))"
        r"(?P<h>\d{1,2})(?P<s1>[-._:]|(?<=\d\d) )(?P<i>\d\d)(?P=s1)(?P<s>\d\d)(?!\d)(?P<behind>[^\d]{0,9})"
    ),
    # photo_1@06-05-2021_12-34-56.
    r"@(?P<d>\d\d)-(?P<m>\d\d)-(?P<y>\d{4})_(?P<h>\d\d)-(?P<i>\d\d)-(?P<s>\d\d)(?!\d)",
    # 2019-07-14, "2019-07-14 Lisbon".
    rf"{_START}{_DASHED}(?!\d)",
    # 20190714, 20190714_001, IMG_20190714_0001, IMG-20190714-WA0001; not the beginning of a longer number, and not of a
    # UUID.
    (
        rf"^(?:(?:IMG|VID|PANO|MVIMG|PXL|WP|DSC|Screenshot|Photo)[-_ ]?)?{_DATE}"
        r"(?!-[\da-f]{4}-[\da-f]{4}-)(?=$|_\d{4}(?!\d)|[-_ (]+(?:[^\s\d()_.-]|\d{1,3}(?!\d)|\())"
    ),
)
_PATTERNS = tuple(re.compile(form, re.ASCII | re.IGNORECASE) for form in _FORMS)
# What follows a time and is not of the clock.
_NO_HALF = re.compile(r"(?!\s+[^\W\d_])|\s+(?:HDR|copy|edited)\b", re.IGNORECASE)
# Milliseconds since 1970: FB_IMG_1563106856000, mmexport1563106856000.
_INSTANT = re.compile(
    r"(?:FB_IMG_|FB_VID_|mmexport|wx_camera_|microMsg\.)(\d{13})(?!\d)", re.ASCII | re.IGNORECASE
)


def date_of_file(name: str, mtime_ns: int, changed_ns: int = 0) -> Metadata:
    """Return when a photo was taken, as far as its file tells: nothing but a date, with its meaning and source.

    Args:
        name: The file's name, with its suffix.
        mtime_ns: When the file was changed last, in nanoseconds since 1970; 0 where that is not known.
        changed_ns: When the file's entry was changed last, for a time of change that cannot be true; 0 for none.
    """
    named = _named(name)
    if named:
        return Metadata(taken_at=named[0], precision=named[1], meaning=Meaning.NAME).said_by("name")
    for stamp in (mtime_ns, changed_ns):
        date = _moment(stamp // 1_000_000) if stamp else None
        if date:
            return Metadata(taken_at=date, meaning=Meaning.FILE).said_by("file system")
    return Metadata()


def _named(name: str) -> Dated | None:
    """Return the date in a file's name; the form that says most comes first."""
    stem = name.rpartition(".")[0] or name
    # Macintoshes write letters and their accents apart, and narrow blanks.
    stem = unicodedata.normalize("NFC", stem).replace("\u202f", " ").replace("\xa0", " ")
    instant = _INSTANT.match(stem)
    if instant:
        date = _moment(int(instant[1]))
        return (date, Precision.SECOND) if date and date.year >= _FIRST_YEAR else None
    for pattern in _PATTERNS:
        for found in pattern.finditer(stem):
            dated = _dated(found.groupdict().get)
            if dated:
                return dated
    return None


def _dated(part: Callable[[str], str | None]) -> Dated | None:
    """Return the date of parts that were found; None where one is impossible, for then they are no date."""
    day = f"{part('y')}-{part('m')}-{part('d')}"
    clock = f"{part('h')}:{part('i')}:{part('s')}" if part("h") else ""
    half = _half(part) if clock else ""
    if half is None:
        return None
    dated = read_date(f"{day} {clock} {half}")
    wanted = Precision.SECOND if clock else Precision.DAY
    is_second = int(part("s") or 0) < 60
    return dated if dated and dated[1] is wanted and is_second and dated[0].year >= _FIRST_YEAR else None


def _half(part: Callable[[str], str | None]) -> str | None:
    """Return which half of the day a time is in, "AM", "PM" or nothing; None where a word leaves that open."""
    before, behind = part("before"), part("behind") or ""
    for said in ((before or "").strip(), behind.strip()):
        for pattern, half in ((MORNING, "AM"), (AFTERNOON, "PM")):
            if pattern.match(said):
                return half
    hour = part("h") or ""
    if before is None or hour.startswith("0") or int(hour) > 12:
        return ""
    is_glued = before != "" and not before.endswith(" ")
    return None if is_glued or not _NO_HALF.match(behind) else ""


def _moment(milliseconds: int) -> datetime | None:
    """Return milliseconds since 1970 as this computer's clock showed them."""
    try:
        return on_this_clock(_EPOCH + timedelta(milliseconds=milliseconds))
    except OverflowError:
        return None
