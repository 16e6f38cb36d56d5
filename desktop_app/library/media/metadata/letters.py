"""Tells how much a text looks like words that somebody wrote, by its letters and how they stand beside each other."""

import functools
import re
import unicodedata

_POINTS = "“”‘’«»„‚…–—€£°©®™½¿¡"

# The letters beyond ASCII of the languages that Latin letters write; a text has those of one.
_LATIN = tuple(
    frozenset(letters + letters.upper().replace("SS", "ẞ"))
    for letters in (
        *(
            "äöüß",
            "àâæçéèêëîïôœùûüÿ",
            "áéíóúñü",
            "áâãàçéêíóôõúü",
            "àèéìíîòóùú",
            "åäöæøéü",
            "áðéíóúýþæö",
            "äöõüšž",
        ),
        *("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "ăâîşţșț", "čćđšž"),
        "çğıöşüâîû",
    )
)
_DOTTED = "İ"
# Portuguese has õ before e, Estonian never last; Hungarian's ő is read so.
# So are Polish ń at the end of words, and ś before letters that never follow French œ. Cyrillic has ь after no vowel and
# й after nothing else, Greek one accent a word, Thai no sign above or below a vowel that stands in the line.
_ODD_PAIRS = re.compile(
    r"(?<=\w)[õñ](?!\w)|œ[wklpz]|[аеиоуыэюяё]ь|[бвгджзклмнпрстфхцчшщьъ]й|[άέήίόύώ]\w*[άέήίόύώ]"
    r"|[\u0e30\u0e32\u0e33\u0e40-\u0e44][\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]",
    re.IGNORECASE,
)
# Cyrillic words do not begin with these, and texts in capitals alone are rare.
_ODD_BEGINNINGS = "ьъы"
_LEAST_LETTERS = 3
_SYMBOLS, _AT_BEGINNINGS, _CODES = "£€°©®™½", "¡¿", "_[]{}\\^`|@~"

# The letters with which most words of a script are written; the others of it are rarer.
_SCRIPTS = (
    ("CYRILLIC", "оеаинтсрвлкмдпуяыьгзбчйхжіїј", "шюцщэфъёєґўљњћђџ"),
    ("GREEK", "ατοιενσρκπυλμηςδγωχθάίόέήύφώ", "βξψζϊϋΐΰ"),
    ("HEBREW", "יוהלאתרםבמשנכדחעפק", "צטסזגןךףץ"),
    ("ARABIC", "اليمونرتبةعدسفهكحقى", "جشصخطزضذثغظأإآؤئءپچژگ،؟"),
    ("THAI", "านรอกเงมยลวดทสตะปบคหแจพชขใไโผสี่้ัิุูำ์็ื", "ฉฎฏฐฑฒณถธฌญฝฟภฆษศซฬฮฤๆึฺ๊๋ฯ"),
)
_KINDS = {
    letter: (script, value)
    for script, common, rare in _SCRIPTS
    for letters, value in ((common, 1.0), (rare, 0.5))
    for letter in letters + letters.upper()
}
_EASTERN = frozenset({"HAN", "HANGUL"})
_FINAL = "םןךףץς"
_NEVER_FINAL = "מנכצσ"

# Those that captions and names of places are made of, in China, Taiwan and Japan.
_HAN = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多"
    "经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性"
    "知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次"
    "度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建"
    "务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路"
    "记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运笔婚礼照片节春夏秋冬花园湖江河桥城镇村街店夜"
    "雪雨云风星红绿黄蓝黑京州杭苏港台湾岛滩旅游假父母爸妈爷奶哥姐弟妹孩童朋友同学毕业聚餐故宫龙虎鸟鱼猫狗树林森草石古寺庙塔"
    "這個們來為國說時會對過發後裡種經學現當沒動還進樣開從實軍無與長機關點業將兩間問應戰頭體見產話給門東聲員論處義幾認條氣題爾變"
    "總電數報結務場計資許統區隊決馬書聽達強難權設記類據邊張該規萬覺術領確傳師觀讓識帶導爭運臺灣島灘遊節橋鎮鄉廟樹鳥魚龍貓愛媽爺"
    "孫畢業餐聖誕聚車站園圖畫風雲紅綠黃藍黑飛親筆禮陽廣東高雄樓館灣歡樂宮"
    "写真東京都大阪神奈川横浜名古屋福岡札幌沖縄北海道富士山桜祭運動会結婚式旅行卒業入学家族誕生日公園花見紅葉温泉駅車電海水浴夏休"
    "一二三四五六七八九十百千万土火木金曜星期"
    "正月成人子供赤犬猫友達先生学校幼稚園小中高校部屋庭空夕焼朝昼夜広島奈良城寺社神宮町村市県区島々"
)
_HANGUL = frozenset(
    "이다는의에가고을하지로한리사도기대자인일나어스시수부정아전해보서라원제그있들여장동과은구상성를우주조무마비경신공미오선산생만안"
    "진문회소물방유위국중행모학치통세계관개연간금개발화교내요영저울강제주도바천남북서행족친구결혼식여름봄겨을가족사진생일축졸업입"
    "휴크트할머니버지엄빠형누나동생김박최집밤낮눈비꽃나무호수절궁경복광역시청역길거리화목토녕세안요습니까감랑했습말년월날"
)


def likeness(text: str) -> float:
    """Return how much a text looks like words: 1 where each sign beyond ASCII does, −1 where none does."""
    latin = _latin_of(text)
    signs = [
        _fit(text[at - 1 : at] if at else "", sign, text[at + 1 : at + 2], latin)
        for at, sign in enumerate(text)
        if sign > "\x7f"
    ]
    if not signs:
        return 0.0
    likely = (sum(signs) - len(_ODD_PAIRS.findall(text))) / len(signs)
    return likely - 0.1 if text.isupper() and len(signs) >= _LEAST_LETTERS else likely


def _latin_of(text: str) -> frozenset[str]:
    """Return the letters of the language of which a text has the most."""
    beyond = [sign for sign in text if sign > "\x7f" and sign.isalpha()]
    return max(_LATIN, key=lambda letters: sum(sign in letters for sign in beyond)) | {_DOTTED}


def _fit(before: str, sign: str, after: str, latin: frozenset[str]) -> float:
    """Return how well a sign stands where it does, from −1 to 1."""
    if sign in _POINTS:
        return _fit_of_point(before, sign, after)
    script, value = _kind(sign)
    around = [_kind(letter)[0] for letter in (before, after) if letter and _is_letter(letter)]
    if not script or (script != "LATIN" and any(_jars(script, other) for other in around)):
        return -1.0
    if script in _EASTERN:
        return value
    if _is_lost(before, sign, after, script) or (before and before in _CODES) or (after and after in _CODES):
        return -1.0
    if script == "LATIN":
        # Two letters with accents beside each other are rare: "Größe" has them.
        value = 0.5 if any(one > "\x7f" for one in (before, after) if one.isalpha()) else 1.0
        return value if sign in latin else value * 0.7
    return value


def _fit_of_point(before: str, sign: str, after: str) -> float:
    """Return how well a sign that is no letter stands where it does."""
    is_inside = before.isalpha() and after.isalpha()
    is_odd = (
        (is_inside and (sign in _SYMBOLS or (sign != "’" and before.islower() and after.islower())))
        or (sign == "£" and after.isalpha())
        or (sign == "°" and not before)
        or (sign in _AT_BEGINNINGS and (bool(before.strip(" (“")) or not after.isalpha()))
    )
    return -0.5 if is_odd else 1.0


def _jars(script: str, other: str) -> bool:
    """Tell whether nobody writes a letter of one script beside one of another; Han stands beside all of the East."""
    return other != script and not {script, other} <= _EASTERN


def _is_lost(before: str, sign: str, after: str, script: str) -> bool:
    """Tell whether a capital, a small letter or the last of a word stands where it cannot."""
    if sign in _FINAL:
        return _kind(after)[0] == script or _kind(before)[0] != script
    if sign in _NEVER_FINAL and _kind(before)[0] == script and not after.isalpha():
        return True
    if sign.lower() in _ODD_BEGINNINGS and not before.isalpha() and after.isalpha():
        return True
    if script == "THAI":
        return unicodedata.category(sign) == "Mn" and _kind(before)[0] != "THAI"
    is_lost = sign.isupper() and (
        before.islower() or (script == "LATIN" and before.isalpha() and after.islower())
    )
    return is_lost or (sign.islower() and before.islower() and after.isupper())


def _is_letter(sign: str) -> bool:
    return sign.isalpha() or unicodedata.category(sign) == "Mn"


@functools.lru_cache(maxsize=4096)
def _kind(letter: str) -> tuple[str, float]:
    """Return which script a letter is of and how usual it is; empty for signs, and for what hardly anybody writes."""
    if letter in _KINDS:
        return _KINDS[letter]
    # Kana with their points, and ideographs.
    if "\u3040" <= letter <= "\u30ff" or letter in {"々", "、", "。", "「", "」"}:
        return "HAN", 1.0
    if "\u4e00" <= letter <= "\u9fff":
        return "HAN", 1.0 if letter in _HAN else 0.6 if _is_common(letter) else -0.5
    if "\uac00" <= letter <= "\ud7a3":
        return "HANGUL", 1.0 if letter in _HANGUL else 0.3
    name = unicodedata.name(letter, "") if letter.isalpha() and letter != "ƒ" else ""
    return ("LATIN", 1.0) if name.startswith("LATIN") else ("", 0.0)


def _is_common(sign: str) -> bool:
    """Tell whether an ideograph is among those that the standards of China or Japan put first for being in use."""
    for encoding, first, last in (("gb2312", 0xB0, 0xD7), ("euc_jp", 0xB0, 0xCF), ("big5", 0xA4, 0xC6)):
        try:
            if first <= sign.encode(encoding)[0] <= last:
                return True
        except UnicodeEncodeError:
            continue
    return False
