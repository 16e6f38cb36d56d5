"""Tags, captions and ratings, in all the ways that programs write them into a photo."""

import io

import pytest
from PIL import Image

from desktop_app.library.media.metadata.exif import read_exif_words
from desktop_app.library.media.metadata.iptc import read_iptc
from desktop_app.library.media.metadata.metadata import Metadata, tags_of
from desktop_app.library.media.metadata.read import read_metadata
from desktop_app.library.media.metadata.xmp import read_xmp
from desktop_app.library.media.pictures.decode import decode

PACKET = """<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/" {attributes}>
{elements}
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end='w'?>"""


def packet(elements: str = "", attributes: str = "") -> bytes:
    return PACKET.format(elements=elements, attributes=attributes).encode()


def bag(name: str, *words: str, kind: str = "Bag") -> str:
    items = "".join(f"<rdf:li>{word}</rdf:li>" for word in words)
    return f"<{name}><rdf:{kind}>{items}</rdf:{kind}></{name}>"


@pytest.mark.parametrize(
    ("name", "tags", "caption", "rating"),
    [
        ("tags/picasa.jpg", ("Frost", "Yard"), "Image-Description", None),
        ("faces/portrait.jpg", ("Marie Curie", "Pierre Curie", "People"), None, None),
        ("rating/mongolels.jpg", (), "Mongol Els", 3),
        (
            "gps-position/thompson-springs.jpg",
            (
                "carol m. highsmith",
                "america",
                "utah",
                "utah winter scenes",
                "thompson springs",
                "United States",
            ),
            "Early winter scene",
            None,
        ),
    ],
)
def test_real_photos_say_what_people_wrote(shared_photos, name, tags, caption, rating):
    said = decode((shared_photos / "formats/metadata" / name).read_bytes(), least_px=64).metadata
    assert said.tags == tags
    assert said.rating == rating
    assert (said.caption or "").startswith(caption or "")
    assert bool(said.caption) == bool(caption)


def test_tags_of_lightroom_and_digikam_are_cut_at_their_levels():
    said = read_xmp(
        packet(
            bag("dc:subject", "Lisbon")
            + bag("lr:hierarchicalSubject", "Places|Portugal|Lisbon")
            + bag("digiKam:TagsList", "People/Anna", kind="Seq")
            + bag("Iptc4xmpExt:PersonInImage", "anna")
        )
    )
    assert said.tags == ("Lisbon", "Places", "Portugal", "People", "Anna")


def test_a_tag_of_plain_words_is_not_cut():
    assert read_xmp(packet(bag("dc:subject", "AC/DC"))).tags == ("AC/DC",)


def test_title_and_description_are_one_caption():
    both = bag("dc:title", "The tower", kind="Alt") + bag("dc:description", "At dusk &amp; alone", kind="Alt")
    assert read_xmp(packet(both)).caption == "The tower: At dusk & alone"
    same = bag("dc:title", "the tower", kind="Alt") + bag("dc:description", "The tower at dusk", kind="Alt")
    assert read_xmp(packet(same)).caption == "The tower at dusk"


def test_what_is_inside_of_a_structure_is_not_the_photos():
    history = (
        '<xmpMM:History xmlns:xmpMM="m"><rdf:Seq><rdf:li><rdf:Description xmp:Rating="5"/></rdf:li>'
        "<rdf:li><dc:subject><rdf:Bag><rdf:li>no</rdf:li></rdf:Bag></dc:subject></rdf:li></rdf:Seq></xmpMM:History>"
    )
    assert read_xmp(packet(history + bag("dc:subject", "yes"))) == Metadata(tags=("yes",))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_every_encoding_of_xml_is_read(encoding):
    text = packet(bag("dc:subject", "Größe"), 'xmp:Rating="4"').decode()
    said = read_xmp(text.encode(encoding))
    assert (said.rating, said.tags) == (4, ("Größe",))


@pytest.mark.parametrize("ending", [b"\0" * 2000, b" " * 2000, b"\n<trailing", b"\xff\xfe"])
def test_padding_and_rubbish_after_a_packet_cost_nothing(ending):
    assert read_xmp(packet(bag("dc:subject", "yes")) + ending).tags == ("yes",)


def test_what_came_before_an_error_counts():
    whole = packet(bag("dc:subject", "yes", "cut"), 'xmp:Rating="2"')
    said = read_xmp(whole[: whole.index(b"cut")])
    assert (said.rating, said.tags) == (2, ("yes",))


def test_entities_are_not_expanded():
    bomb = b'<!DOCTYPE a [<!ENTITY b "lol"><!ENTITY c SYSTEM "file:///etc/passwd">]>'
    inside = packet(bag("dc:subject", "&b;", "&c;"), 'xmp:Rating="2"')
    assert read_xmp(bomb + inside[inside.index(b"<x:") :]) == Metadata()


def test_a_packet_of_a_thousand_nested_elements_is_harmless():
    assert read_xmp(b"<a>" * 300_000) == Metadata()


@pytest.mark.parametrize("content", [b"", b"no xml at all", b"\xff\xfe", b"<", bytes(1000), b"\x89PNG\r\n"])
def test_what_is_no_xmp_says_nothing(content):
    assert read_xmp(content) == Metadata()


def test_the_old_prefix_of_adobe_is_understood():
    assert read_xmp(packet(attributes='xap:Rating="3"')).rating == 3


@pytest.mark.parametrize(
    ("name", "year"), [("metadata/xmp/dates/2000.xmp", 2000), ("metadata/xmp/dates/2010.xmp", 2010)]
)
def test_real_packets_of_lightroom_say_their_date(shared_photos, name, year):
    taken_at = read_xmp((shared_photos / "formats" / name).read_bytes()).taken_at
    assert taken_at is not None
    assert taken_at.year == year


def test_a_real_packet_of_digikam_says_when_and_where(shared_photos):
    path = shared_photos / "formats/problems/xmp/iso-value-array/iso-value-array.xmp"
    said = read_xmp(path.read_bytes())
    assert str(said.taken_at) == "2009-11-28 13:42:39"
    assert (said.latitude, said.longitude) == pytest.approx((40.23464, -76.28714), abs=1e-4)


# IPTC and EXIF.


def test_iptc_is_read_in_both_of_its_encodings():
    assert read_iptc({(2, 25): [b"caf\xe9", "Größe".encode()]}).tags == ("café", "Größe")
    assert read_iptc({(1, 90): b"\x1b%G", (2, 120): "Größe".encode()}).caption == "Größe"
    assert read_iptc({(2, 25): b"alone"}).tags == ("alone",)
    assert read_iptc({}) == Metadata()


@pytest.mark.parametrize(
    ("words", "encoding"),
    [(("Café", "Müller"), "latin-1"), (("Москва", "лето"), "cp1251"), (("東京", "花見"), "cp932")],
)
def test_iptc_that_says_utf_8_of_other_bytes_is_read(words, encoding):
    entries: dict[tuple[int, int], bytes | list[bytes]] = {(1, 90): b"\x1b%G"}
    entries[2, 25] = [word.encode(encoding) for word in words]
    assert read_iptc(entries).tags == words
    both = {**entries, (2, 120): "Größe".encode()}
    assert (read_iptc(both).tags, read_iptc(both).caption) == (words, "Größe")


def test_a_byte_that_is_damaged_leaves_utf_8_as_it_is():
    text = "Москва весной".encode() + b"\xff"
    assert read_iptc({(1, 90): b"\x1b%G", (2, 120): text}).caption == "Москва весной\ufffd"


def wide(text: str) -> bytes:
    return text.encode("utf-16-le") + b"\0\0"


def test_the_words_of_windows_are_read():
    said = read_exif_words(
        {
            0x9C9B: wide("A title"),
            0x9C9C: wide("A comment"),
            0x9C9E: wide("one;two; ;one"),
            0x9C9F: wide("A subject"),
        }
    )
    assert said == Metadata(tags=("one", "two"), caption="A title: A subject: A comment")
    assert read_exif_words({0x9C9E: tuple(wide("one"))}).tags == ("one",)


@pytest.mark.parametrize(
    "text",
    [
        "OLYMPUS DIGITAL CAMERA         ",
        "SONY DSC",
        "DCIM\\100MEDIA\\DJI_0042.JPG",
        "IMG_1.JPG",
        "",
        "\0\0",
        7,
    ],
)
def test_what_cameras_write_of_themselves_is_no_caption(text):
    assert read_exif_words({0x010E: text}) == Metadata()


def test_what_programs_copied_from_cameras_is_no_caption():
    assert read_xmp(packet(bag("dc:description", "SONY DSC", kind="Alt"))) == Metadata()
    assert (
        read_xmp(
            packet("<dc:description>SONY DSC</dc:description><exif:UserComment>Mine</exif:UserComment>")
        ).caption
        == "Mine"
    )
    assert read_iptc({(2, 120): b"SONY DSC", (2, 5): b"IMG_1.JPG"}) == Metadata()


def test_after_a_sentence_stands_no_colon():
    assert read_iptc({(2, 5): b"At sea!", (2, 120): b"All of us."}).caption == "At sea! All of us."


def test_the_description_of_exif_is_a_caption():
    assert read_exif_words({0x010E: "Anna on\nthe beach\0"}).caption == "Anna on the beach"


def test_xmp_comes_before_iptc_and_that_before_exif():
    exif = Image.Exif()
    exif[0x010E] = "of exif"
    exif[0x9C9E] = wide("exif")
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8)).save(buffer, "JPEG", exif=exif, xmp=packet(bag("dc:subject", "xmp")))
    said = decode(buffer.getvalue(), least_px=8).metadata
    assert (said.tags, said.caption) == (("xmp", "exif"), "of exif")


def test_tags_are_clean_and_bounded():
    assert tags_of([" a\tb ", "A B", "", "\0", "x" * 500]) == ("a b", "x" * 100)
    assert len(tags_of(f"tag {number}" for number in range(5000))) == 200


@pytest.mark.parametrize(
    "text",
    ["می\u200cخواهم", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "ന്\u200d", "Sommer \U0001f3d6\ufe0f"],
)
def test_the_signs_that_join_and_part_letters_stay(text):
    assert tags_of([text]) == (text,)
    assert read_xmp(packet(bag("dc:description", text, kind="Alt"))).caption == text


def test_signs_that_nobody_sees_part_no_word():
    assert tags_of(["Donau\u00addampfer", "\ufeffboat\u200b", "\u200esea\u200f", "\u200d", "a\x01b"]) == (
        "Donaudampfer",
        "boat",
        "sea",
        "a b",
    )


def test_a_picture_without_a_file_says_nothing():
    assert read_metadata(Image.new("RGB", (4, 4))) == Metadata()
