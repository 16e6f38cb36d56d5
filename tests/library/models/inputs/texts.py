"""Texts in many scripts, the same every time: words of letters, and what people paste into a search field."""

import random
import unicodedata
from collections.abc import Iterator

# First and last letter of the part of Unicode that a script's words are made of.
SCRIPTS = {
    "Latin": (0x61, 0x7A),
    "Latin with accents": (0xC0, 0x24F),
    "Vietnamese": (0x1EA0, 0x1EF9),
    "Greek": (0x391, 0x3CE),
    "Cyrillic": (0x410, 0x45F),
    "Armenian": (0x531, 0x587),
    "Hebrew": (0x5D0, 0x5EA),
    "Arabic": (0x620, 0x64A),
    "Devanagari": (0x904, 0x939),
    "Devanagari with signs": (0x900, 0x97F),
    "Bengali": (0x985, 0x9CD),
    "Tamil": (0xB85, 0xBCD),
    "Telugu": (0xC05, 0xC4D),
    "Thai": (0xE01, 0xE4E),
    "Georgian": (0x10D0, 0x10FA),
    "Ethiopic": (0x1200, 0x1340),
    "Cherokee": (0x13A0, 0x13F4),
    "Khmer": (0x1780, 0x17D3),
    "Burmese": (0x1000, 0x103F),
    "Hangul": (0xAC00, 0xD7A3),
    "Hiragana": (0x3041, 0x3096),
    "Katakana": (0x30A1, 0x30FA),
    "Half-width": (0xFF01, 0xFFDC),
    "Han": (0x4E00, 0x9FA5),
    "Emoji": (0x1F300, 0x1F64F),
    "Mathematical": (0x1D400, 0x1D7FF),
    "Signs": (0x2010, 0x27BF),
    "Printable ASCII": (0x20, 0x7E),
    "Control": (0x00, 0x9F),
    "All below 65,536": (0x00, 0xFFFF),
}
WORDS = (
    "a photo of the dog on beach at sunset my daughter's birthday they're don't I'll we've he'd I'm New York 2023 "
    "24/12/2019 f/2.8 50mm x1.000 café naïve straße Éowyn montaña niño ğ İstanbul ΣΊΣΥΦΟΣ съёмка 夕阳下的海滩 犬 "
    "개 कुत्ता สุนัข 🐶 👨‍👩‍👧‍👦 🇩🇪 ™ ﬁne ﬂat ＦＵＬＬ “quoted” ‘so’ … — _under_score_ #tag @name a.b,c;d (x) [y] {z}"
)
ODD = (
    "", " ", "\t\n", "&amp; &lt;b&gt; &eacute; &#233; &#x1F436; &amp;amp; &nbsp;", "Ã©tÃ© â€œMÃ¼nchenâ€\x9d", "voilÃ\xa0 le",
    "l’humanitÃ©", "schÃ¶n &uuml;ber", "\ud800 half", "pair \ud83d\ude00", "\udc80", "a\0b\x07c\x1b[31mred\x1b[0m", "\ufeffmark",
    "<start_of_text>", "<END_OF_TEXT> a <end_of_text>b", "'S 'T 'RE 'Ll 'ſ", "x" * 1900, "ab" * 900, "夕阳" * 700, "🐶" * 400,
    "é" * 900, "word " * 399, "1234567890" * 50, "!?" * 300, "a\u0301" * 200, "\u200b\u200d\u00ad", "İ" * 30, "ß" * 30, "\x85\x1c\x1d",
    "á" * 3, "́" * 50, "＆ａｍｐ；", "&lt;start_of_text&gt;", "A\u2028B\u2029C\r\nD\rE", "ﷺ" * 40, "１２３ ²³ ½ Ⅻ ৩",
)  # fmt: skip


def texts(count: int, seed: int = 0) -> Iterator[str]:
    """Yield so many texts: all odd ones, then words of one script, of two mixed, and whole sentences in turn."""
    draw = random.Random(seed)
    names = list(SCRIPTS)
    for number in range(count):
        if number < len(ODD):
            yield ODD[number]
        elif number % 3 == 0:
            yield " ".join(draw.choices(WORDS.split(), k=draw.randint(1, 12)))
        else:
            chosen = [names[number % len(names)], *draw.choices(names, k=number % 2)]
            text = "".join(_word(draw, draw.choice(chosen)) for _ in range(draw.randint(1, 8)))
            yield unicodedata.normalize("NFD", text) if number % 7 == 0 else text


def mojibake(text: str) -> str:
    """Return a text as it looks when its bytes were taken for another encoding."""
    return text.encode("utf-8", "replace").decode("cp1252", "replace")


def _word(draw: random.Random, script: str) -> str:
    first, last = SCRIPTS[script]
    letters = (chr(draw.randint(first, last)) for _ in range(draw.randint(1, 9)))
    return draw.choice(("", " ", " ", "-", "'")) + "".join(letters)
