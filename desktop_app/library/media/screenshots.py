"""Tells screenshots by their names, as systems and programs give them."""

import re
import unicodedata

PIECES = ("screen", "bildschirm", "scherm", "captur", "skjerm", "zrzut")
"""One of these is in every name of a screenshot that is plain ASCII."""

_SCREENSHOT = re.compile(
    r"screen.?(shot|capture)|bildschirmfoto|schermafbeelding|schermata|capture d.écran|captura de (pantalla|tela)"
    r"|skjermbilde|skärmbild|zrzut ekranu|снимок экрана|ekran görüntüsü|スクリーンショット|屏幕截图|截屏|螢幕擷取|스크린샷"
)


def is_screenshot(name: str) -> bool:
    """Tell whether a name or a path has in it what screenshots are called, in any of the usual languages."""
    plain = name.lower() if name.isascii() else _folded(name)
    return _SCREENSHOT.search(plain) is not None


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
