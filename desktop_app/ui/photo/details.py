"""What is known of a photo, in words, beside it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import QDate, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from desktop_app.library import Hit, Photo, PhotoContext, PhotoState, Precision, Reason
from desktop_app.ui.grid.arranging import confidence_of
from desktop_app.ui.grid.photo_menu import reveal_words
from desktop_app.ui.look import icons, theme, wording
from desktop_app.ui.look.video_words import moment_of
from desktop_app.ui.photo.long_words import breakable

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
_MOST_PLACES: Final = 8
_SIGN_PX: Final = 20
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
        self._shown: tuple[Photo, Hit | None] | None = None

    def facts(self) -> list[tuple[str, str]]:
        """Return what is shown, as pairs of a name and what is said."""
        return list(self._facts)

    def show_photo(self, photo: Photo, hit: Hit | None = None) -> None:
        """Show what is known of this photo; `hit` says how it was found."""
        self._shown = (photo, hit)
        self._show(list(describe(photo, hit)))

    def take_context(self, context: PhotoContext) -> None:
        """Show what has to do with a photo, if it is still the one that is shown and there is something to say."""
        if self._shown is None or self._shown[0].id != context.photo.id:
            return
        told = list(describe(*self._shown, context))
        if [(name, said) for _icon, name, said in told] != self._facts:
            self._show(told)

    def _show(self, told: Sequence[tuple[str, str, str]]) -> None:
        """Show facts: of each the icon, its name, and what is said."""
        self._facts = [(name, said) for _icon, name, said in told]
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(theme.SPACE.large, theme.SPACE.large, theme.SPACE.large, theme.SPACE.large)
        layout.setSpacing(theme.SPACE.large)
        photo, hit = self._shown or (None, None)
        # A bar to scroll with takes its part where there is much to say.
        room = (
            WIDTH_PX - 2 * theme.SPACE.large - self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        )
        layout.addWidget(_say(theme.set_title(QLabel(), 1.15), photo.name if photo else "", room))
        for icon, name, said in told:
            tip = _raw_score(hit) if name == _FOUND else ""
            layout.addLayout(_fact(icon, name, said, room, tip))
        layout.addSpacing(theme.SPACE.small)
        reveal = _button(reveal_words(), "folder")
        reveal.clicked.connect(self.reveal_wanted)
        similar = _button("Find similar photos", "sparkles")
        similar.clicked.connect(self.similar_wanted)
        actions = QVBoxLayout()
        actions.setSpacing(theme.SPACE.small)
        # With what could not be read, nothing can be compared. Only hidden, never shown: without a place, it would
        # be a window of its own.
        if photo is not None and photo.state is PhotoState.FAILED:
            similar.hide()
        actions.addWidget(similar)
        actions.addWidget(reveal)
        layout.addLayout(actions)
        layout.addStretch(1)
        self.setWidget(content)
        # In large letters the buttons alone need more.
        least = max(button.minimumSizeHint().width() for button in (similar, reveal)) + WIDTH_PX - room
        self.setFixedWidth(max(WIDTH_PX, least))

    def sizeHint(self) -> QSize:
        """Return the width that is always kept."""
        return QSize(self.minimumWidth(), super().sizeHint().height())


def describe(
    photo: Photo, hit: Hit | None = None, context: PhotoContext | None = None
) -> Iterator[tuple[str, str, str]]:
    """Yield icon, name and words of everything known of a photo."""
    if found := _how_found(hit):
        yield "search", _FOUND, found
    if photo.reason:
        yield "warning", "Problem", photo.reason
    if photo.remark:
        yield "warning", "Remark", photo.remark
    yield from _told(photo)
    if photo.duration_s is not None:
        yield "film", "Length", _length(photo.duration_s, moment_of(hit))
    if photo.width_px and photo.height_px:
        is_video = photo.duration_s is not None
        yield "image", "Picture", _dimensions(photo.width_px, photo.height_px, with_area=not is_video)
    yield "file", "File", wording.file_size(photo.size_bytes)
    if photo.latitude is not None and photo.longitude is not None:
        yield "pin", "Place", _place(photo.latitude, photo.longitude)
    yield "folder", "Folder", wording.shown(str(photo.path.parent))
    if context is not None and context.also_at:
        yield "stack", "Also in", _also_in(photo, context.also_at)


def _told(photo: Photo) -> Iterator[tuple[str, str, str]]:
    """Yield what people and the camera said of the photo."""
    if photo.caption:
        yield "text", "Caption", _shortened(photo.caption)
    if photo.taken_at is not None:
        taken = "Taken" if photo.duration_s is None else "Recorded"
        yield "clock", taken, _when(photo.taken_at, photo.taken_precision)
    elif photo.dated_at is not None:
        yield "clock", "Date of the file", _when(photo.dated_at, Precision.SECOND)
    taken_with = [said for said in (photo.camera, photo.lens, photo.exposure) if said]
    if taken_with:
        yield "camera", "Camera", "\n".join(taken_with)
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
        sure = f"similarity {wording.decimal(hit.score, 2)}"
    return "\n".join(line for line in (why, sure) if line)


def _raw_score(hit: Hit | None) -> str:
    return (
        ""
        if hit is None or hit.score is None
        else f"Cosine of photo and query: {wording.decimal(hit.score, 4)}"
    )


def _when(taken: datetime, precision: Precision) -> str:
    """Return the wall-clock time in the person's own way of writing, as far as it is known."""
    day = QDate(taken.year, taken.month, taken.day)
    if precision is Precision.YEAR:
        return str(taken.year)
    if precision is Precision.MONTH:
        return wording.month(day)
    if precision is Precision.DAY:
        return wording.date(day)
    return f"{wording.date(day)}\n{wording.time(taken.hour, taken.minute)}"


def _also_in(photo: Photo, paths: Sequence[Path]) -> str:
    """Return where equal files are: their folders, or their names where they lie in the same one."""
    places = (path.name if path.parent == photo.path.parent else str(path.parent) for path in paths)
    lines = [wording.shown(place) for place in dict.fromkeys(places)]
    if len(lines) > _MOST_PLACES:
        lines = [*lines[:_MOST_PLACES], f"and {wording.number(len(lines) - _MOST_PLACES)} more"]
    return "\n".join(lines)


def _length(duration_s: float, at_s: float | None) -> str:
    found = "" if at_s is None else f"\nfound at {wording.moment(at_s)}"
    return wording.length(duration_s) + found


def _dimensions(width_px: int, height_px: int, *, with_area: bool) -> str:
    """Return the sides; the area too, which is what photos are compared by and videos are not."""
    megapixels = width_px * height_px / 1e6
    area = f"\n{wording.decimal(megapixels)} megapixels" if with_area and megapixels >= 1 else ""
    return f"{width_px} × {height_px} pixels{area}"


def _place(latitude: float, longitude: float) -> str:
    north = "N" if latitude >= 0 else "S"
    east = "E" if longitude >= 0 else "W"
    return f"{abs(latitude):.5f}° {north}, {abs(longitude):.5f}° {east}"


def _fact(icon: str, name: str, said: str, room_px: int, tip: str = "") -> QHBoxLayout:
    sign = QLabel()
    sign.setFixedWidth(_SIGN_PX)
    icons.set_sign(sign, icon, 18)
    words = _say(QLabel(), said, room_px - _SIGN_PX - theme.SPACE.medium)
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


def _say(label: QLabel, said: str, room_px: int) -> QLabel:
    """Have a label say something in as many lines as it takes, none of them wider than there is room for."""
    label.setText(breakable(said, label.fontMetrics(), room_px))
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if label.text() == said:
        # Not where places to break were put in: they would be copied too, and such a path leads nowhere.
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _button(text: str, icon: str) -> QPushButton:
    button = QPushButton(text)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    icons.set_icon(button, icon)
    return button
