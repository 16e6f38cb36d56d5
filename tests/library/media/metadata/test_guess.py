"""Texts that do not say in which encoding they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.library.media.metadata.guess import text_of_bytes, text_of_comment, text_of_exif

WESTERN = [
    "Café élan",
    "São Paulo",
    "Straße in München",
    "El Niño",
    "“Smart” – quotes",
    "Ångström",
    "École",
    "Fête à Nîmes",
]


@pytest.mark.parametrize(
    "text", [*WESTERN, "© Müller", "50 € for 2", "ÖBB", "naïve façade", "Þór", "Señor Ñandú"]
)
def test_what_windows_wrote_is_read(text):
    assert text_of_bytes(text.encode("cp1252")) == text


@pytest.mark.parametrize("text", [*WESTERN, "don’t", "Übung", "Größe", "Geburtstag von Jürgen"])
def test_what_an_old_macintosh_wrote_is_read(text):
    assert text_of_bytes(text.encode("mac_roman")) == text


@pytest.mark.parametrize(
    "text", ["Море", "МОСКВА", "Красная площадь", "ёлка 2009", "Дети на даче", "День рождения"]
)
def test_what_a_russian_windows_wrote_is_read(text):
    assert text_of_bytes(text.encode("cp1251")) == text


@pytest.mark.parametrize(
    "text", ["写真", "東京タワー", "さくら", "2019年の夏", "運動会", "京都のお寺", "富士山"]
)
def test_what_a_japanese_windows_wrote_is_read(text):
    assert text_of_bytes(text.encode("cp932")) == text


@pytest.mark.parametrize(
    "text", ["照片", "北京天安门", "家人", "2019年夏天", "长城", "我们的婚礼", "杭州西湖"]
)
def test_what_a_chinese_windows_wrote_is_read(text):
    assert text_of_bytes(text.encode("gbk")) == text


OTHERS = {
    "cp1251": [
        "Київ їжак",
        "Новий рік у Львові",
        "Београд љето на Ади",
        "Мінск зімой",
        "Дніпро",
        "юни",
        "июнь",
    ],
    "koi8_r": ["Москва весной", "Красная площадь", "Дети на даче"],
    "cp1250": [
        "Łódź Świąteczna",
        "Święta w Krakowie",
        "Příšerně žluťoučký kůň",
        "Žena ve městě",
        "Őszi erdő",
    ],
    "cp1254": ["İstanbul Boğaziçi", "Doğum günü İzmir", "Kapalıçarşı"],
    "cp1253": ["Καλημέρα Ελλάδα", "Διακοπές στη Σαντορίνη", "η γιαγιά και ο παππούς", "Αθήνα"],
    "euc_jp": ["東京タワー", "運動会", "京都のお寺", "夏休みの海"],
    "big5": ["臺北夜市", "我們的婚禮", "高雄港", "日月潭"],
    "cp949": ["안녕하세요 서울", "가족 사진", "제주도 여행", "졸업식"],
    "cp1255": ["שלום ירושלים", "יום הולדת שמח", "חתונה של דנה"],
    "cp1256": ["مرحبا بالعالم", "عيد ميلاد", "رحلة إلى القاهرة"],
    "cp874": ["สวัสดีครับ", "กรุงเทพมหานคร", "วันเกิด"],
}


@pytest.mark.parametrize(
    ("encoding", "text"), [(encoding, text) for encoding, texts in OTHERS.items() for text in texts]
)
def test_what_was_written_elsewhere_is_read(encoding, text):
    assert text_of_bytes(text.encode(encoding)) == text


@pytest.mark.parametrize(
    "text",
    [
        "Café",
        "Müller",
        "niño",
        "é",
        "öö",
        "Noël",
        "Åse",
        "à la mer",
        "été",
        "Tõnu",
        "pão",
        "Dão",
        "avô",
        "BLÅBÆR",
        "Þórður á Íslandi",
        "Ærø sjø",
        "Œuvre",
        "¿Dónde está?",
        "Größe",
        "Weiß",
        "Pâques à l’île d’Oléron",
    ],
)
def test_a_short_western_word_is_of_no_other_language(text):
    assert text_of_bytes(text.encode("cp1252")) == text


@pytest.mark.parametrize("text", ["Café élan", "写真", "Фото", "plain", ""])
def test_utf_8_is_told_by_itself(text):
    assert text_of_bytes(text.encode()) == text
    assert text_of_exif(text.encode().decode("latin-1")) == text
    assert text_of_exif(text.encode() + b"\0more") == text


def test_utf_8_that_was_cut_inside_of_a_letter_is_read_up_to_there():
    assert text_of_bytes("Café élan à".encode()[:-1]) == "Café élan "
    assert text_of_bytes("写真".encode()[:-1]) == "写"
    assert text_of_bytes(b"caf\xe9") == "café"


def test_an_endless_text_is_cut():
    assert len(text_of_bytes(b"x" * 10_000_000)) == 2**16
    assert len(text_of_comment(b"ASCII\0\0\0" + b"x" * 10_000_000)) < 2**16


@given(st.binary(max_size=60))
def test_no_bytes_are_too_odd(content):
    assert isinstance(text_of_bytes(content), str)
    assert isinstance(text_of_comment(content), str)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"ASCII\0\0\0A picnic\0\0", "A picnic"),
        (b"ASCII\0\0\0" + "Café".encode(), "Café"),
        (b"\0\0\0\0\0\0\0\0A picnic  ", "A picnic  "),
        (b"UNICODE\0" + "Café 写真".encode("utf-16-le"), "Café 写真"),
        (b"UNICODE\0" + "Café 写真".encode("utf-16-be"), "Café 写真"),
        (b"UNICODE\0" + "Café".encode("utf-16"), "Café"),
        (b"UNICODE\0" + b"A picnic", "A picnic"),
        (b"JIS\0\0\0\0\0" + "写真".encode("iso2022_jp"), "写真"),
        (b"JIS\0\0\0\0\0" + "写真".encode("euc_jp"), "写真"),
        (b"UNICODE\0" + "Café élan".encode(), "Café élan"),
        (b"UNICODE\0" + "Москва весной\0".encode(), "Москва весной"),
        (b"JIS\0\0\0\0\0" + "東京タワー".encode("cp932"), "東京タワー"),
        (b"JIS\0\0\0\0\0" + "東京タワー".encode("euc_jp"), "東京タワー"),
        (b"JIS\0\0\0\0\0" + "東京タワー".encode(), "東京タワー"),
        ("Élan vital".encode(), "Élan vital"),
        ("Москва весной\0\0".encode(), "Москва весной"),
        (b"\xc3\x89\x01\x02\x03 makers' bytes", ""),
        (b"A picnic without a code", "A picnic without a code"),
        (b"\xff\xd8\xff\xe0 makers' bytes", ""),
        (b"", ""),
        (None, ""),
    ],
)
def test_a_comment_says_its_encoding(content, text):
    assert text_of_comment(content) == text
