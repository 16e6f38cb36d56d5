"""What is known of a photo, in words, beside it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from PySide6.QtCore import QDate, QLocale, QSize, Qt, QTime, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from desktop_app.library import Hit, Photo, Reason
from desktop_app.ui.grid.arranging import confidence_of
from desktop_app.ui.grid.photo_menu import reveal_words
from desktop_app.ui.look import icons, theme, wording
from desktop_app.ui.look.video_words import moment_of

WIDTH_PX = 288

_FOUND: Final = "Found because"
_REASONS: Final = {
    Reason.VISUAL: "looks like it",
    Reason.NAME: "its name",
    Reason.FOLDER: "its folder",
    Reason.DATE: "its date",
    Reason.CAMERA: "its camera",
    Reason.PLACE: "its place",
    Reason.RATING: "its rating",
    Reason.SHAPE: "its shape",
    Reason.TYPE: "its type",
    Reason.TAG: "its tags or caption",
}
_LONGEST_CAPTION: Final = 400
_NO_STARS: Final = {0: "None", -1: "Rejected"}


class PhotoDetails(QScrollArea):
    """Shows name, score, caption, date, camera, tags, length, sides, size, place and folder, as far as they are known.

    Signals:
        reveal_wanted(): Show the file in its folder.
        similar_wanted(): Look for photos like this one.
    """

    reveal_wanted = Signal()
    similar_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedWidth(WIDTH_PX)
        self.setProperty("ground", "window")
        self.setAccessibleName("Details of the photo")
        # The arrow keys belong to the photo, not to this pane.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._facts: list[tuple[str, str]] = []

    def facts(self) -> list[tuple[str, str]]:
        """Return what is shown, as pairs of a name and what is said."""
        return list(self._facts)

    def show_photo(self, photo: Photo, hit: Hit | None = None) -> None:
        """Show what is known of this photo; `hit` says how it was found."""
        self._facts = [(name, said) for _icon, name, said in describe(photo, hit)]
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(theme.SPACE.large, theme.SPACE.large, theme.SPACE.large, theme.SPACE.large)
        layout.setSpacing(theme.SPACE.large)
        layout.addWidget(theme.set_title(_words(photo.name), 1.15))
        for icon, name, said in describe(photo, hit):
            tip = _raw_score(hit) if name == _FOUND else ""
            layout.addLayout(_fact(icon, name, said, tip))
        layout.addSpacing(theme.SPACE.small)
        reveal = _button(reveal_words(), "folder")
        reveal.clicked.connect(self.reveal_wanted)
        similar = _button("Find similar photos", "sparkles")
        similar.clicked.connect(self.similar_wanted)
        actions = QVBoxLayout()
        actions.setSpacing(theme.SPACE.small)
        actions.addWidget(similar)
        actions.addWidget(reveal)
        layout.addLayout(actions)
        layout.addStretch(1)
        self.setWidget(content)

    def sizeHint(self) -> QSize:
        """Return the width that is always kept."""
        return QSize(WIDTH_PX, super().sizeHint().height())


def describe(photo: Photo, hit: Hit | None = None) -> Iterator[tuple[str, str, str]]:
    """Yield icon, name and words of everything known of a photo."""
    if found := _how_found(hit):
        yield "search", _FOUND, found
    if photo.reason:
        yield "warning", "Problem", photo.reason
    yield from _told(photo)
    if photo.duration_s is not None:
        yield "film", "Length", _length(photo.duration_s, moment_of(hit))
    if photo.width_px and photo.height_px:
        is_video = photo.duration_s is not None
        yield "image", "Picture", _dimensions(photo.width_px, photo.height_px, with_area=not is_video)
    yield "file", "File", _size(photo.size_bytes)
    if photo.latitude is not None and photo.longitude is not None:
        yield "pin", "Place", _place(photo.latitude, photo.longitude)
    yield "folder", "Folder", str(photo.path.parent).encode(errors="replace").decode()


def _told(photo: Photo) -> Iterator[tuple[str, str, str]]:
    """Yield what people and the camera said of the photo."""
    if photo.caption:
        yield "text", "Caption", _shortened(photo.caption)
    if photo.taken_at is not None:
        yield "clock", "Taken" if photo.duration_s is None else "Recorded", _when(photo.taken_at)
    if photo.camera:
        yield "camera", "Camera", photo.camera
    if photo.rating is not None:
        yield (
            "star",
            "Rating",
            "★" * photo.rating if photo.rating > 0 else _NO_STARS.get(photo.rating, "None"),
        )
    if photo.tags:
        yield "tag", "Tags", ", ".join(photo.tags)


def _shortened(caption: str) -> str:
    """Return a caption as far as it leaves room for the rest."""
    if len(caption) <= _LONGEST_CAPTION:
        return caption
    return caption[:_LONGEST_CAPTION].rsplit(" ", 1)[0] + " …"


def _how_found(hit: Hit | None) -> str:
    """Return the reasons, and how sure that is; the similarity where nobody says how sure."""
    if hit is None:
        return ""
    why = ", ".join(_REASONS[reason] for reason in hit.why if reason in _REASONS)
    if not why and hit.by_name:
        why = _REASONS[Reason.NAME]
    confidence = confidence_of(hit)
    # Never 100: nobody is that sure of what a picture shows.
    sure = f"{min(99, round(confidence))} % sure" if confidence is not None else ""
    if not sure and hit.score is not None:
        sure = f"similarity {hit.score:.2f}"
    return "\n".join(line for line in (why, sure) if line)


def _raw_score(hit: Hit | None) -> str:
    return "" if hit is None or hit.score is None else f"Cosine of photo and query: {hit.score:.4f}"


def _when(taken: datetime) -> str:
    """Return the wall-clock time in the person's own way of writing."""
    locale = QLocale()
    day = locale.toString(QDate(taken.year, taken.month, taken.day), QLocale.FormatType.LongFormat)
    return f"{day}\n{locale.toString(QTime(taken.hour, taken.minute), QLocale.FormatType.ShortFormat)}"


def _length(duration_s: float, at_s: float | None) -> str:
    found = "" if at_s is None else f"\nfound at {wording.moment(at_s)}"
    return wording.length(duration_s) + found


def _dimensions(width_px: int, height_px: int, *, with_area: bool) -> str:
    """Return the sides; the area too, which is what photos are compared by and videos are not."""
    megapixels = width_px * height_px / 1e6
    area = f"\n{megapixels:.1f} megapixels" if with_area and megapixels >= 1 else ""
    return f"{width_px} × {height_px} pixels{area}"


def _size(size_bytes: int) -> str:
    return QLocale().formattedDataSize(size_bytes, 1, QLocale.DataSizeFormat.DataSizeTraditionalFormat)


def _place(latitude: float, longitude: float) -> str:
    north = "N" if latitude >= 0 else "S"
    east = "E" if longitude >= 0 else "W"
    return f"{abs(latitude):.5f}° {north}, {abs(longitude):.5f}° {east}"


def _fact(icon: str, name: str, said: str, tip: str = "") -> QHBoxLayout:
    sign = QLabel()
    sign.setFixedWidth(20)
    icons.set_sign(sign, icon, 18)
    words = _words(said)
    words.setAccessibleName(f"{name}: {said}")
    words.setToolTip(tip)
    column = QVBoxLayout()
    column.setSpacing(2)
    column.addWidget(theme.set_subtle(QLabel(name), 0.9))
    column.addWidget(words)
    line = QHBoxLayout()
    line.setSpacing(theme.SPACE.medium)
    line.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
    line.addLayout(column, 1)
    return line


def _words(said: str) -> QLabel:
    label = QLabel(_breakable(said))
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if label.text() == said:
        # Not where places to break were put in: they would be copied too, and such a path leads nowhere.
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _breakable(text: str) -> str:
    """Return text whose long names may go on in the next line: paths and names have few spaces."""
    plain = text.encode(errors="replace").decode()
    return "".join(letter + "\u200b" if letter in "/\\_-." else letter for letter in plain)


def _button(text: str, icon: str) -> QPushButton:
    button = QPushButton(text)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    icons.set_icon(button, icon)
    return button
