"""Words of names in scripts with vowel signs, without spaces, and with letters that do not decompose."""

import sqlite3
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.library.catalog import Catalog
from desktop_app.library.catalog.words import indexed_words, where_words_stand
from tests.library.catalog.records import MODEL, record, unit

NAMES = [
    "केला/0.jpg",
    "काला/1.jpg",
    "வாழைப்பழம்/2.jpg",
    "বাংলা কলা/3.jpg",
    "తాళి/4.jpg",
    "මල්/5.jpg",
    "ශ්‍රී ලංකා/6.jpg",
    "བོད་ལྗོངས/7.jpg",
    "แมวสีขาวบนหญ้า/8.jpg",
    "ພາສາລາວ/9.jpg",
    "ຫມາ/10.jpg",
    "မြန်မာနိုင်ငံ/11.jpg",
    "អង្គរវត្ត/12.jpg",
    "שָׁלוֹם/13.jpg",
    "مُحَمَّد/14.jpg",
    "کتاب‌خانه/15.jpg",
    "Łódź 2019/16.jpg",
    "Øresund/17.jpg",
    "Ærøskøbing/18.jpg",
    "DIYARBAKIR/19.jpg",
    "Þingvellir/20.jpg",
    "col·legi/21.jpg",
    "мʼята/22.jpg",
    "がくせい/23.jpg",
    "क़लम/24.jpg",
    "フォト２０１９/25.jpg",
]
PICTURES = Path("/home/maria/Pictures")


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    folder = tmp_path_factory.mktemp("Pictures")
    with Catalog(tmp_path_factory.mktemp("names") / "catalog.db") as catalog:
        catalog.folders.add(folder)
        records = [record(folder / name, name, vector=unit(at)) for at, name in enumerate(NAMES)]
        catalog.photos.save(records, MODEL)
        yield catalog


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("केला", "0"),
        ("काला", "1"),
        ("के", "0"),
        ("क", "0 1 24"),
        ("வாழை", "2"),
        ("வாழி", ""),
        ("কলা", "3"),
        ("কালো", ""),
        ("తాళి", "4"),
        ("తాళా", ""),
        ("මල්", "5"),
        ("මාල", ""),
        ("ශ්\u200dරී", "6"),
        ("ශ්රී", "6"),
        ("བོད", "7"),
        ("བད", ""),
        ("ལྗོངས", "7"),
        ("แมว", "8"),
        ("ขาว", "8"),
        ("หญ้า", "8"),
        ("หญา", ""),
        ("แมวสีขาวบนหญ้า", "8"),
        ("แมวสีขาวบนหญ้าแมว", ""),
        ("ขาวแมว", ""),
        ("ลาว", ""),
        ("ລາວ", "9"),
        ("ຫມາ", "10"),
        ("နိုင်ငံ", "11"),
        ("နိုင်ငု", ""),
        ("វត្ត", "12"),
        ("វត្តា", ""),
        ("שלום", "13"),
        ("محمد", "14"),
        ("خانه", "15"),
        ("کتاب خانه", "15"),
        ("کتابخانه", "15"),
        ("كتاب", "15"),
        ("Lodz", "16"),
        ("łódź", "16"),
        ("lód", "16"),
        ("oresund", "17"),
        ("ØRESUND", "17"),
        ("aeroskobing", "18"),
        ("Ærø", "18"),
        ("Dıyarbakır", "19"),
        ("thing", "20"),
        ("þing", "20"),
        ("collegi", "21"),
        ("legi", "21"),
        ("col·legi", "21"),
        ("мята", "22"),
        ("м'ята", "22"),
        ("が", "23"),
        ("か", ""),
        ("क\u093cलम", "24"),
        ("2019", "16 25"),
    ],
)
def test_words_find_their_own_photo_only(catalog: Catalog, text: str, numbers: str) -> None:
    for typed in (text, unicodedata.normalize("NFD", text), unicodedata.normalize("NFC", text)):
        found = {photo.path.stem for photo in catalog.words.find(typed, 50, None)}
        assert found == set(numbers.split())


def test_words_of_a_description_find_their_own_photo_only(catalog: Catalog) -> None:
    words = catalog.words.named("केला แมว Lodz ขาว", (), catalog.vectors.live_ids(MODEL))
    found = {
        one.word: [photo.path.stem for photo in catalog.photos.of_ids(one.file_ids.tolist(), MODEL)]
        for one in words
    }
    assert found == {"केला": ["0"], "แมว": ["8"], "lodz": ["16"], "ขาว": ["8"]}


@pytest.mark.parametrize(
    ("text", "name", "said", "stands"),
    [
        ("Lodz", "Łódź.jpg", "", (True, False, False)),
        ("केला", "काला.jpg", "केला", (False, True, False)),
        ("ขาว", "แมวสีขาว.jpg", "", (True, False, False)),
        ("แมวสีขาวบนหญ้า", "แมวสีขาวบนหญ้าหน้าบ้าน.jpg", "", (True, False, False)),
        ("pictures", "Łódź.jpg", "", (False, False, True)),
    ],
)
def test_where_words_stand(text: str, name: str, said: str, stands: tuple[bool, bool, bool]) -> None:
    assert where_words_stand(text, PICTURES / name, said) == stands


def test_a_long_text_without_spaces_is_no_burden() -> None:
    words = indexed_words(PICTURES / "a.jpg", PICTURES, "แมวสีขาวบนหญ้า" * 200)
    assert len(words) < 2_000


def _forget_rules(path: Path, last: str | None) -> None:
    """Bring the catalogue to what an earlier version would have left: other words, and no word of the rules."""
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE name SET words = 'pictures łodz 1 jpg' WHERE rowid > 0")
        connection.execute("DELETE FROM note WHERE key = 'rules of words'")
        if last is not None:
            connection.execute("INSERT INTO note VALUES ('rules of words', ?)", (last,))
    connection.close()


def _of_an_earlier_version(base: Path, count: int) -> Path:
    """Return a catalogue with so many photos in a folder named Łódź, whose words were cut by other rules."""
    path, folder = base / "catalog.db", base / "Pictures"
    with Catalog(path) as catalog:
        catalog.folders.add(folder)
        catalog.photos.save([record(folder / "Łódź" / f"{n}.jpg", str(n)) for n in range(count)], None)
    _forget_rules(path, None)
    return path


def test_words_that_an_earlier_version_cut_are_written_anew_once(tmp_path: Path) -> None:
    path = _of_an_earlier_version(tmp_path, 5_000)
    with Catalog(path) as catalog:
        assert catalog.words.find("lodz", 10, None) == []
        catalog.words.renew(lambda: True)
        assert catalog.words.find("lodz", 10, None) == []
        catalog.words.renew(lambda: False)
        assert len(catalog.words.find("lodz", 10_000, None)) == 5_000
        assert len(catalog.words.find("lodz 4999", 10, None)) == 1
        before = catalog.changes
        catalog.words.renew(lambda: False)
        assert catalog.changes == before
        assert catalog.check() == []


def test_a_word_that_was_asked_for_before_is_found_once_words_are_written_anew(tmp_path: Path) -> None:
    path = _of_an_earlier_version(tmp_path, 5)
    with Catalog(path) as catalog:
        live = catalog.vectors.live_ids(MODEL)
        assert [word.count for word in catalog.words.named("lodz", (), live)] == [0]
        catalog.words.renew(lambda: False)
        assert [word.count for word in catalog.words.named("lodz", (), live)] == [5]


@pytest.mark.parametrize(("last", "found"), [("2 3", {"3", "4"}), ("1", {"0", "1", "2", "3", "4"})])
def test_writing_words_anew_goes_on_where_it_was_left(tmp_path: Path, last: str, found: set[str]) -> None:
    path, folder = tmp_path / "catalog.db", tmp_path / "Pictures"
    with Catalog(path) as catalog:
        catalog.folders.add(folder)
        catalog.photos.save([record(folder / "Łódź" / f"{n}.jpg", str(n)) for n in range(5)], None)
    _forget_rules(path, last)
    with Catalog(path) as catalog:
        catalog.words.renew(lambda: False)
        assert {photo.path.stem for photo in catalog.words.find("lodz", 10, None)} == found
