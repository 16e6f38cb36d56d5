"""XMP however a program spells it: wrappers, prefixes, attributes, structures; and what its properties mean."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.library.media.metadata.metadata import Meaning, Metadata
from desktop_app.library.media.metadata.xmp import read_xmp
from desktop_app.library.photo import Precision

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XMP = "http://ns.adobe.com/xap/1.0/"
DC = "http://purl.org/dc/elements/1.1/"
NAMES = (
    f'xmlns:rdf="{RDF}" xmlns:xmp="{XMP}" xmlns:dc="{DC}"'
    ' xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:tiff="http://ns.adobe.com/tiff/1.0/"'
    ' xmlns:aux="http://ns.adobe.com/exif/1.0/aux/" xmlns:exifEX="http://cipa.jp/exif/1.0/"'
    ' xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:lr="http://ns.adobe.com/lightroom/1.0/"'
    ' xmlns:digiKam="http://www.digikam.org/ns/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"'
    ' xmlns:mediapro="http://ns.iview-multimedia.com/mediapro/1.0/"'
    ' xmlns:MicrosoftPhoto="http://ns.microsoft.com/photo/1.0" xmlns:MP="http://ns.microsoft.com/photo/1.2/"'
    ' xmlns:MPRI="http://ns.microsoft.com/photo/1.2/t/RegionInfo#"'
    ' xmlns:MPReg="http://ns.microsoft.com/photo/1.2/t/Region#"'
    ' xmlns:mwg-rs="http://www.metadataworkinggroup.com/schemas/regions/"'
    ' xmlns:mwg-kw="http://www.metadataworkinggroup.com/schemas/keywords/"'
    ' xmlns:acdsee="http://ns.acdsee.com/iptc/1.0/" xmlns:acdsee-rs="http://ns.acdsee.com/regions/"'
    ' xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"'
    ' xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"'
)


def said(elements: str, attributes: str = "") -> Metadata:
    return read_xmp(
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF {NAMES}><rdf:Description rdf:about="" {attributes}>{elements}'
        "</rdf:Description></rdf:RDF></x:xmpmeta>".encode()
    )


# Spellings.

WRAPPERS = [
    ('<x:xmpmeta xmlns:x="adobe:ns:meta/">', "</x:xmpmeta>"),
    ('<xmp:xmpmeta xmlns:xmp="adobe:ns:meta/">', "</xmp:xmpmeta>"),
    ('<x:xml_doc xmlns:x="adobe:ns:meta/" x:xmptk="icloudpd 1.32.3">', "</x:xml_doc>"),
    ('<x:xapmeta xmlns:x="adobe:ns:meta/">', "</x:xapmeta>"),
    ('<ns0:xmpmeta xmlns:ns0="adobe:ns:meta/">', "</ns0:xmpmeta>"),
    ("<anything><within>", "</within></anything>"),
    ('<x:xmpmeta xmlns:x="adobe:ns:meta/" y:z="undeclared">', "</x:xmpmeta>"),
    ("", ""),
]


@pytest.mark.parametrize(("before", "after"), WRAPPERS)
@pytest.mark.parametrize("prefix", ["rdf", "ns1", "RDF"])
def test_whatever_is_around_it_rdf_is_read(before, after, prefix):
    packet = (
        f'{before}<{prefix}:RDF xmlns:{prefix}="{RDF}" xmlns:q="{XMP}"><{prefix}:Description {prefix}:about="">'
        f"<q:Rating>4</q:Rating></{prefix}:Description></{prefix}:RDF>{after}"
    )
    assert read_xmp(packet.encode()).rating == 4
    assert read_xmp(b"<?xml version='1.0' encoding='UTF-8'?>\n" + packet.encode()).rating == 4


@pytest.mark.parametrize(
    "namespace",
    [XMP, "http://ns.adobe.com/xap/1.0", "https://ns.adobe.com/xap/1.0/", "HTTP://NS.ADOBE.COM/XAP/1.0/"],
)
def test_slips_in_a_namespace_are_forgiven(namespace):
    packet = f'<r:RDF xmlns:r="{RDF}"><r:Description xmlns:a="{namespace}" a:Rating="3"/></r:RDF>'
    assert read_xmp(packet.encode()).rating == 3


def test_a_prefix_that_means_something_else_is_something_else():
    packet = f'<r:RDF xmlns:r="{RDF}"><r:Description xmlns:xmp="http://example.org/" xmp:Rating="3"/></r:RDF>'
    assert read_xmp(packet.encode()) == Metadata()


def test_a_prefix_may_mean_another_namespace_further_in():
    packet = (
        f'<r:RDF xmlns:r="{RDF}" xmlns:a="{DC}"><r:Description xmlns:a="{XMP}" a:Rating="2"/>'
        "<r:Description><a:subject><r:Bag><r:li>boat</r:li></r:Bag></a:subject></r:Description></r:RDF>"
    )
    assert read_xmp(packet.encode()) == Metadata(rating=2, tags=("boat",))


SUBJECTS = [
    "<dc:subject><rdf:Bag><rdf:li>boat</rdf:li><rdf:li>sea</rdf:li></rdf:Bag></dc:subject>",
    "<dc:subject><rdf:Seq><rdf:_1>boat</rdf:_1><rdf:_2>sea</rdf:_2></rdf:Seq></dc:subject>",
    "<dc:subject>boat</dc:subject><dc:subject>sea</dc:subject>",
    (
        "<dc:subject><rdf:Bag><rdf:li rdf:parseType='Resource'><rdf:value>boat</rdf:value><xmp:q>1</xmp:q></rdf:li>"
        "<rdf:li><rdf:Description><rdf:value>sea</rdf:value><xmp:q>2</xmp:q></rdf:Description></rdf:li></rdf:Bag></dc:subject>"
    ),
    "<dc:subject><rdf:Bag><rdf:li rdf:resource='boat'/><rdf:li rdf:value='sea'/></rdf:Bag></dc:subject>",
    "<dc:subject>\n <rdf:Bag>\n  <rdf:li xml:lang='en'>boat</rdf:li>\n  <rdf:li>sea\n</rdf:li></rdf:Bag></dc:subject>",
]


@pytest.mark.parametrize("elements", SUBJECTS)
def test_a_list_is_read_however_it_is_written(elements):
    assert said(elements) == Metadata(tags=("boat", "sea"))


def test_a_typed_node_is_a_description():
    packet = f'<rdf:RDF {NAMES}><xmp:Photo xmp:Rating="5"><dc:subject>boat</dc:subject></xmp:Photo></rdf:RDF>'
    assert read_xmp(packet.encode()) == Metadata(rating=5, tags=("boat",))


def test_of_several_languages_the_default_counts_and_never_all():
    both = (
        "<dc:description><rdf:Alt><rdf:li xml:lang='de'>Der Turm</rdf:li>"
        "<rdf:li xml:lang='x-default'>The tower</rdf:li></rdf:Alt></dc:description>"
    )
    assert said(both).caption == "The tower"
    assert said(both.replace("x-default", "pt")).caption == "Der Turm"


@pytest.mark.parametrize(
    "packet",
    [
        b"<x:xmpmeta><rdf:RDF><rdf:Description xmp:Rating='4' unknown:thing='x'/></rdf:RDF></x:xmpmeta>",
        b"<?xml version='1.0'?><x:xmpmeta><rdf:Description><xap:Rating>4</xap:Rating></rdf:Description></x:xmpmeta>",
        "<?xml version='1.0' encoding='UTF-16'?><a xmp:Rating='4'/>".encode("utf-16"),
    ],
)
def test_prefixes_that_nobody_declared_mean_what_everybody_means_by_them(packet):
    assert read_xmp(packet).rating == 4


BOTH = "<dc:subject><rdf:Bag><rdf:li>{}</rdf:li><rdf:li>sea</rdf:li></rdf:Bag></dc:subject><xmp:Rating>3</xmp:Rating>"


@pytest.mark.parametrize(
    ("word", "encoding"),
    [("Café", "cp1252"), ("Größe", "mac_roman"), ("Красная площадь", "cp1251"), ("東京タワー", "cp932")],
)
@pytest.mark.parametrize("names", [NAMES, ""])
def test_what_an_old_program_wrote_is_no_end(names, word, encoding):
    packet = f"<rdf:RDF {names}><rdf:Description xmp:Label='Größe'>{BOTH}</rdf:Description></rdf:RDF>"
    before, after = packet.encode().split(b"{}")
    for start in (b"", b"<?xml version='1.0' encoding='UTF-8'?>"):
        assert read_xmp(start + before + word.encode(encoding) + after) == Metadata(
            rating=3, tags=(word, "sea")
        )


def test_an_encoding_that_is_declared_is_believed():
    packet = f"<rdf:RDF {NAMES}><rdf:Description>{BOTH}</rdf:Description></rdf:RDF>".format("Łódź")
    start = b"<?xml version='1.0' encoding='iso-8859-2'?>"
    assert read_xmp(start + packet.encode("iso-8859-2")) == Metadata(rating=3, tags=("Łódź", "sea"))


def test_a_control_character_is_no_end():
    assert said(BOTH.format("a\x0bb")) == Metadata(rating=3, tags=("a b", "sea"))


@pytest.mark.parametrize("names", [NAMES, ""])
def test_a_document_type_alone_is_harmless(names):
    packet = f"<rdf:RDF {names}><rdf:Description>{BOTH}</rdf:Description></rdf:RDF>".format("boat").encode()
    for kind in (b"<!DOCTYPE x>", b"<?xml version='1.0'?>\n<!DOCTYPE x SYSTEM 'x.dtd'>"):
        assert read_xmp(kind + packet) == Metadata(rating=3, tags=("boat", "sea"))


@pytest.mark.parametrize(
    "inside", ["<!ENTITY a 'x'>", "<!ENTITY % a SYSTEM 'file:///etc/passwd'>", "<!ATTLIST a b CDATA 'x'>"]
)
@pytest.mark.parametrize("names", [NAMES, ""])
def test_what_attacks_are_made_of_ends_the_reading(names, inside):
    packet = f"<rdf:RDF {names}><rdf:Description>{BOTH}</rdf:Description></rdf:RDF>".format("boat")
    assert read_xmp(f"<!DOCTYPE x [{inside}]>{packet}".encode()) == Metadata()
    assert read_xmp(f"<!DOCTYPE x [{inside}]>{packet}\x0b".encode() + b"\xe9<") == Metadata()


@pytest.mark.parametrize(
    "packet",
    [
        b"<a>" * 1000,
        b"<r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>" * 30_000,
        b"<a:b " + b" ".join(b"p%d:x='1'" % n for n in range(60_000)) + b"/>",
        b"<rdf:RDF><rdf:Description>" + b"<dc:subject>x</dc:subject>" * 39_000,
        b"<a xmp:Rating='" + b"9" * 1_000_000 + b"'/>",
        b"<rdf:RDF><rdf:Description xmp:Rating='&#0;'/></rdf:RDF>",
        b"<a xmlns:q='" + b"u" * 900_000 + b"' q:x='1'/>",
    ],
)
def test_hostile_packets_are_harmless(packet):
    assert isinstance(read_xmp(packet), Metadata)


@given(st.binary(max_size=200), st.integers(0, 2_000), st.integers(0, 60))
def test_no_packet_is_too_odd(rubbish, at, cut):
    whole = f"<rdf:RDF {NAMES}><rdf:Description>{MWG}{DETAILS}</rdf:Description></rdf:RDF>".encode()
    assert isinstance(read_xmp(rubbish), Metadata)
    assert isinstance(read_xmp(whole[:at] + rubbish + whole[at + cut :]), Metadata)


# Meanings.


@pytest.mark.parametrize(
    ("attributes", "rating"),
    [
        ('xmp:Rating="4,0"', 4),
        ('xmp:Rating=" 4.0 "', 4),
        ('xmp:Rating="6,0"', None),
        ('MicrosoftPhoto:Rating="80"', 4),
        ('MicrosoftPhoto:Rating="12,5"', 1),
        ('MicrosoftPhoto:Rating="100"', 5),
        ('MicrosoftPhoto:Rating="-1"', None),
        ('MicrosoftPhoto:Rating="0"', None),
        ('MicrosoftPhoto:Rating="nan"', None),
    ],
)
def test_a_rating_is_read_however_it_is_written(attributes, rating):
    assert said("", attributes).rating == rating


@pytest.mark.parametrize(
    ("attributes", "taken_at", "precision", "meaning"),
    [
        (
            'exif:DateTimeOriginal="2001-01-01T01:01:01" xmp:CreateDate="2002-02-02"',
            datetime(2001, 1, 1, 1, 1, 1),
            Precision.SECOND,
            Meaning.TAKEN,
        ),
        (
            'photoshop:DateCreated="1965" xmp:CreateDate="2002-02-02"',
            datetime(1965, 1, 1),
            Precision.YEAR,
            Meaning.CREATED,
        ),
        (
            'xmp:ModifyDate="2003-03-03" xmp:CreateDate="2002-02"',
            datetime(2002, 2, 1),
            Precision.MONTH,
            Meaning.CREATED,
        ),
        (
            'exif:DateTimeDigitized="2004-04-04" xmp:ModifyDate="2003-03-03"',
            datetime(2004, 4, 4),
            Precision.DAY,
            Meaning.DIGITISED,
        ),
        ('xmp:ModifyDate="2003-03-03"', datetime(2003, 3, 3), Precision.DAY, Meaning.CHANGED),
    ],
)
def test_dates_count_by_what_they_mean(attributes, taken_at, precision, meaning):
    found = said("", attributes)
    assert (found.taken_at, found.precision, found.meaning) == (taken_at, precision, meaning)


@pytest.mark.parametrize(
    "attributes",
    [
        'exif:GPSLatitude="38.72" exif:GPSLongitude="-9.14"',
        'exif:GPSLatitude="38.72N" exif:GPSLongitude="9.14W"',
        'exif:GPSLatitude="38,43.2N" exif:GPSLongitude="9,8.4W"',
        'exif:GPSLatitude="38,43,12N" exif:GPSLongitude="9,8,24W"',
        'exif:GPSLatitude="38.72" exif:GPSLatitudeRef="N" exif:GPSLongitude="9.14" exif:GPSLongitudeRef="W"',
    ],
)
def test_a_place_is_read_in_every_notation(attributes):
    found = said("", attributes)
    assert (found.latitude, found.longitude) == pytest.approx((38.72, -9.14))


def test_the_place_where_it_was_made_is_read():
    found = said(
        "<Iptc4xmpExt:LocationCreated><rdf:Bag><rdf:li rdf:parseType='Resource'>"
        "<exif:GPSLatitude>38,43.2N</exif:GPSLatitude><exif:GPSLongitude>9,8.4W</exif:GPSLongitude>"
        "<Iptc4xmpExt:City>Lisboa</Iptc4xmpExt:City></rdf:li></rdf:Bag></Iptc4xmpExt:LocationCreated>"
    )
    assert (found.latitude, found.longitude) == pytest.approx((38.72, -9.14))
    assert found.tags == ("Lisboa",)


MWG = (
    "<mwg-rs:Regions rdf:parseType='Resource'><mwg-rs:AppliedToDimensions mwg-rs:w='1'/><mwg-rs:RegionList><rdf:Bag>"
    "<rdf:li rdf:parseType='Resource'><mwg-rs:Name>Anna</mwg-rs:Name><mwg-rs:Type>Face</mwg-rs:Type></rdf:li>"
    "<rdf:li><rdf:Description mwg-rs:Name='Ben'><mwg-rs:Area mwg-rs:x='0'/></rdf:Description></rdf:li>"
    "<rdf:li rdf:parseType='Resource'><mwg-rs:Name>Rex</mwg-rs:Name><mwg-rs:Type>Pet</mwg-rs:Type></rdf:li>"
    "<rdf:li rdf:parseType='Resource'><mwg-rs:Type>Face</mwg-rs:Type></rdf:li>"
    "</rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>"
)
MICROSOFT = (
    "<MP:RegionInfo><rdf:Description><MPRI:Regions><rdf:Bag>"
    "<rdf:li><rdf:Description MPReg:Rectangle='0,0,1,1' MPReg:PersonDisplayName='Anna'/></rdf:li>"
    "<rdf:li rdf:parseType='Resource'><MPReg:PersonDisplayName>Ben</MPReg:PersonDisplayName></rdf:li>"
    "</rdf:Bag></MPRI:Regions></rdf:Description></MP:RegionInfo>"
)
ACDSEE = MWG.replace("mwg-rs:", "acdsee-rs:")
IPTC = "<Iptc4xmpExt:PersonInImage><rdf:Bag><rdf:li>Anna</rdf:li><rdf:li>Ben</rdf:li></rdf:Bag></Iptc4xmpExt:PersonInImage>"
DETAILS = (
    "<Iptc4xmpExt:PersonInImageWDetails><rdf:Bag><rdf:li rdf:parseType='Resource'><Iptc4xmpExt:PersonName><rdf:Alt>"
    "<rdf:li xml:lang='x-default'>Anna</rdf:li></rdf:Alt></Iptc4xmpExt:PersonName></rdf:li>"
    "<rdf:li rdf:parseType='Resource'><Iptc4xmpExt:PersonName>Ben</Iptc4xmpExt:PersonName></rdf:li>"
    "</rdf:Bag></Iptc4xmpExt:PersonInImageWDetails>"
)


def test_nobody_has_no_name():
    found = said(MICROSOFT.replace("Anna", "Unknown").replace(">Ben<", "> <") + MWG.replace("Ben", "unknown"))
    assert (found.people, found.tags) == (("Anna",), ("Anna",))


@pytest.mark.parametrize("elements", [MWG, MICROSOFT, ACDSEE, IPTC, DETAILS, MWG + MICROSOFT + IPTC])
def test_people_are_known_by_their_regions_and_are_tags(elements):
    found = said(elements + "<dc:subject>boat</dc:subject>")
    assert (found.people, found.tags) == (("Anna", "Ben"), ("boat", "Anna", "Ben"))


def test_tags_of_all_programs_are_united():
    found = said(
        "<dc:subject><rdf:Bag><rdf:li>alpha</rdf:li></rdf:Bag></dc:subject>"
        "<lr:hierarchicalSubject><rdf:Bag><rdf:li>top|beta</rdf:li></rdf:Bag></lr:hierarchicalSubject>"
        "<MicrosoftPhoto:LastKeywordXMP><rdf:Bag><rdf:li>ALPHA</rdf:li><rdf:li>top/gamma</rdf:li></rdf:Bag>"
        "</MicrosoftPhoto:LastKeywordXMP>"
        '<acdsee:categories>&lt;Categories&gt;&lt;Category Assigned="0"&gt;Trips&lt;Category Assigned="1"&gt;'
        "Bed &amp;amp; Breakfast&lt;/Category&gt;&lt;/Category&gt;&lt;/Categories&gt;</acdsee:categories>"
        "<mwg-kw:Keywords rdf:parseType='Resource'><mwg-kw:Hierarchy><rdf:Bag><rdf:li rdf:parseType='Resource'>"
        "<mwg-kw:Keyword>above</mwg-kw:Keyword><mwg-kw:Children><rdf:Bag><rdf:li rdf:parseType='Resource'>"
        "<mwg-kw:Keyword>below</mwg-kw:Keyword></rdf:li></rdf:Bag></mwg-kw:Children></rdf:li></rdf:Bag>"
        "</mwg-kw:Hierarchy></mwg-kw:Keywords>"
    )
    assert found.tags == ("alpha", "top", "beta", "gamma", "Trips", "Bed & Breakfast", "above", "below")


@pytest.mark.parametrize(
    ("name", "path", "tags"),
    [
        ("lr:hierarchicalSubject", "Music|AC/DC", ("Music", "AC/DC")),
        ("mediapro:CatalogSets", "Music|AC/DC", ("Music", "AC/DC")),
        ("digiKam:TagsList", "Music/A|B", ("Music", "A|B")),
        ("MicrosoftPhoto:LastKeywordXMP", "Music/A|B", ("Music", "A|B")),
        ("MicrosoftPhoto:LastKeywordIPTC", "Music/A|B", ("Music", "A|B")),
        ("lr:weightedFlatSubject", "AC/DC", ("AC/DC",)),
    ],
)
def test_each_program_parts_levels_by_its_own_sign(name, path, tags):
    assert said(f"<{name}><rdf:Bag><rdf:li>{path}</rdf:li></rdf:Bag></{name}>").tags == tags


@pytest.mark.parametrize(
    ("row", "tags"),
    [
        ("boat, sea", ("boat", "sea")),
        ("Lisbon, Portugal; sea;", ("Lisbon, Portugal", "sea")),
        ("two words", ("two words",)),
    ],
)
def test_keywords_in_one_text_are_parted(row, tags):
    assert said("", f'pdf:Keywords="{row}"').tags == tags


def test_the_words_of_the_place_are_tags_and_the_headline_is_in_the_caption():
    found = said(
        "<dc:title>Harbour</dc:title><dc:description>Boats at noon</dc:description>",
        'photoshop:City="Lisboa" photoshop:State="Estremadura" photoshop:Country="Portugal"'
        ' Iptc4xmpCore:Location="Cais do Sodré" photoshop:Headline="Summer"',
    )
    assert found.tags == ("Cais do Sodré", "Lisboa", "Estremadura", "Portugal")
    assert found.caption == "Harbour: Summer: Boats at noon"


def test_camera_lens_and_exposure_are_read():
    found = said(
        "<exif:ISOSpeedRatings><rdf:Seq><rdf:li>160</rdf:li></rdf:Seq></exif:ISOSpeedRatings>",
        'tiff:Make="Canon" tiff:Model="Canon EOS R5" aux:Lens="RF50mm F1.8 STM" exif:ExposureTime="1/1250"'
        ' exif:FNumber="28/10" exif:FocalLength="50/1"',
    )
    assert found == Metadata(
        camera="Canon EOS R5", lens="RF50mm F1.8 STM", exposure="1/1250 s · f/2.8 · ISO 160 · 50 mm"
    )


def test_the_date_of_dublin_core_counts_where_no_other_says_when_a_photo_was_made():
    elements = "<dc:date><rdf:Seq><rdf:li>2015-02-03</rdf:li></rdf:Seq></dc:date>"
    found = said(elements)
    assert (found.taken_at, found.meaning) == (datetime(2015, 2, 3), Meaning.CREATED)
    elements += "<photoshop:DateCreated>2014-02-03</photoshop:DateCreated>"
    assert said(elements).taken_at == datetime(2014, 2, 3)
