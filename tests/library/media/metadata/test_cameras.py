"""With what a photo was taken, in the words in which it is shown."""

import pytest

from desktop_app.library.media.metadata.cameras import exposure_of, lens_of, number_of


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ((0.004, 2.8, 100, 35.0), "1/250 s · f/2.8 · ISO 100 · 35 mm"),
        (("1/1250", "28/10", "160", "6000/1000"), "1/1250 s · f/2.8 · ISO 160 · 6 mm"),
        ((2, 8.0, (400, 400), 4.25), "2 s · f/8 · ISO 400 · 4.2 mm"),
        ((0.5, 0, None, None), "0.5 s"),
        ((0.3, None, None, None), "0.3 s"),
        ((0, float("nan"), 65535, float("inf")), None),
        (("1/0", "x", "", b"\0"), None),
        (("1e999999999", None, None, None), None),
        ((None, 1.78, 12800.0, None), "f/1.8 · ISO 12800"),
    ],
)
def test_the_exposure_is_said_as_far_as_it_is_known(said, text):
    assert exposure_of(*said) == text


@pytest.mark.parametrize(
    ("maker", "model", "lens"),
    [
        ("", "EF50mm f/1.8 II", "EF50mm f/1.8 II"),
        ("Canon", "EF50mm f/1.8 II", "Canon EF50mm f/1.8 II"),
        ("Canon", "Canon EF50mm f/1.8 II", "Canon EF50mm f/1.8 II"),
        ("NIKON CORPORATION", "NIKKOR Z 50mm f/1.8 S", "NIKON NIKKOR Z 50mm f/1.8 S"),
        ("Canon", "", None),
        ("", "----", None),
        ("", "0.0 mm f/0.0", None),
        ("", "Unknown (00 00)", None),
        ("None", "XF35mmF1.4 R", "XF35mmF1.4 R"),
    ],
)
def test_a_lens_is_named_once(maker, model, lens):
    assert lens_of(maker, model) == lens


@pytest.mark.parametrize("value", [None, "", (), [], object(), "1/0", "-1", float("nan"), b"7x", 1e9])
def test_what_is_no_number_is_none(value):
    assert number_of(value, 0, 100) is None
